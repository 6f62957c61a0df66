"""A form as a Discord modal: labels around text inputs, lists and file uploads, whose ids are the fields' ids.

A list of several ends its id with ``SEVERAL``.
"""

from typing import Any

from adapters.discord.rendering.controls import Component, options
from adapters.discord.rendering.limits import (
    INPUT_PLACEHOLDER,
    INPUT_TEXT,
    LABEL,
    LABEL_DESCRIPTION,
    MODAL_COMPONENTS,
    MODAL_TITLE,
)
from adapters.discord.rendering.pieces import text_piece
from bot.chat.actions import encode
from bot.chat.cards import Field, FileField, Form, OneOf, SomeOf, TextField
from bot.chat.rendering.labels import short, shown
from bot.chat.words import clean_line, cut, typed, utf16

SEVERAL = "[]"
"""Ends the id of a list with any number of values: what comes back does not say how many could have been chosen."""

_INTRO_SHOWN = 2000


def field_id(custom_id: str) -> tuple[str, bool]:
    """The field's id in an input's custom id, and whether several values belong to it."""
    return custom_id.removesuffix(SEVERAL), custom_id.endswith(SEVERAL)


def render_form(form: Form) -> dict[str, Any]:
    """The modal of a form, within every limit of Discord.

    The intro stands above four fields or fewer: a modal has five components. A label that had to be cut stands in full
    below itself. A field's ``most`` above 4000 is 4000, and what was typed before is cut there.

    Raises:
        MarkdownError: the intro uses an element that cards do not have.
    """
    components = [_label(each) for each in form.fields]
    intro = text_piece(form.intro).within(_INTRO_SHOWN) if form.intro else ""
    if intro and len(components) < MODAL_COMPONENTS:
        components.insert(0, {"type": 10, "content": intro})
    return {
        "title": shown(form.title, MODAL_TITLE),
        "custom_id": encode(form.submit),
        "components": components,
    }


def _label(field: Field) -> Component:
    label = clean_line(field.label)
    short = shown(field.label, LABEL)
    below = [label] if short != label and label else []
    help_ = clean_line(field.help) or _file_help(field)
    description = cut(" – ".join([*below, help_] if help_ else below), LABEL_DESCRIPTION, utf16)
    made: Component = {"type": 18, "label": short, "component": _input(field)}
    return made | {"description": description} if description else made


def _file_help(field: Field) -> str:
    if not isinstance(field, FileField):
        return ""
    size = f"at most {field.most_bytes / 1_000_000:.3g} MB"
    return f"{', '.join(field.endings)}; {size}" if field.endings else size


def _input(field: Field) -> Component:
    match field:
        case TextField():
            return _text_input(field)
        case OneOf():
            return _select(field, frozenset({field.value}), 1)
        case SomeOf():
            several = _select(field, field.values, len(field.options))
            return several | {"custom_id": field.id + SEVERAL}
        case FileField():
            least = 1 if field.required else 0
            return {
                "type": 19,
                "custom_id": field.id,
                "min_values": least,
                "max_values": 1,
                "required": field.required,
            }


def _text_input(field: TextField) -> Component:
    most = min(max(field.most, 1), INPUT_TEXT)
    made: Component = {
        "type": 4,
        "custom_id": field.id,
        "style": 2 if field.long else 1,
        "required": field.required,
        "min_length": min(max(field.least, 1 if field.required else 0), most),
        "max_length": most,
    }
    value = cut(typed(field.value), most, utf16)
    if value:
        made["value"] = value
    placeholder = short(field.placeholder, INPUT_PLACEHOLDER)
    return made | {"placeholder": placeholder} if placeholder else made


def _select(field: OneOf | SomeOf, chosen: frozenset[str], most: int) -> Component:
    return {
        "type": 3,
        "custom_id": field.id,
        "placeholder": "Choose one" if most == 1 else "Choose all that apply",
        "options": options(field.options, chosen, most),
        "min_values": 1 if field.required else 0,
        "max_values": most,
        "required": field.required,
    }
