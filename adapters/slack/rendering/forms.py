"""A form as a Slack modal view; blocks and inputs have the fields' ids, so that errors find their field."""

import json
from collections.abc import Mapping
from typing import Any

from adapters.slack.rendering.controls import listed
from adapters.slack.rendering.limits import (
    HEADER,
    INPUT_HINT,
    INPUT_LABEL,
    INPUT_TEXT,
    METADATA,
    PLACEHOLDER,
    TEXT_OBJECT,
    VIEW_BUTTON,
    VIEW_TITLE,
)
from adapters.slack.rendering.mrkdwn import Object, plain
from adapters.slack.rendering.pieces import text_piece
from bot.chat.actions import encode
from bot.chat.cards import Field, FileField, Form, OneOf, SomeOf, TextField
from bot.chat.days import shown_day
from bot.chat.rendering.labels import short, shown
from bot.chat.words import clean_line, cut, typed, utf16

_ACTION = "action"


def render_form(form: Form, keep: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The modal view of a form, within every limit of Slack.

    A title of more than 24 characters stands in full above the fields. A field's ``most`` above 3000 is 3000, and what
    was typed before is cut there. ``private_metadata`` holds the action and what the adapter wants to ``keep`` until
    the form comes back; ``kept`` reads it.

    Raises:
        ValueError: ``keep`` has no room in 3000 characters.
        MarkdownError: the intro uses an element that cards do not have.
    """
    blocks = [block(each) for each in form.fields]
    intro = text_piece(form.intro).within(TEXT_OBJECT) if form.intro else []
    if intro:
        blocks.insert(0, {"type": "rich_text", "elements": intro})
    if clean_line(form.title) != shown(form.title, VIEW_TITLE):
        blocks.insert(0, {"type": "header", "text": plain(shown(form.title, HEADER))})
    return modal(form.title, encode(form.submit), keep or {}, form.submit_label, blocks)


def modal(
    title: str, action: str, keep: Mapping[str, Any], submit_label: str, blocks: list[Object]
) -> dict[str, Any]:
    """A modal view, which comes back as this action.

    Raises:
        ValueError: ``keep`` has no room in 3000 characters.
    """
    metadata = json.dumps({**keep, _ACTION: action})
    if len(metadata) > METADATA:
        raise ValueError(f"A form keeps at most {METADATA} characters, not {len(metadata)}.")
    return {
        "type": "modal",
        "callback_id": action,
        "private_metadata": metadata,
        "title": plain(shown(title, VIEW_TITLE)),
        "submit": plain(shown(submit_label, VIEW_BUTTON)),
        "close": plain("Cancel"),
        "blocks": blocks,
    }


def kept(private_metadata: str) -> tuple[str, dict[str, Any]]:
    """The encoded action of a form that came back, and what was kept with it."""
    read: dict[str, Any] = json.loads(private_metadata)
    return read.pop(_ACTION), read


def block(field: Field) -> Object:
    """The input block of a field."""
    made: Object = {
        "type": "input",
        "block_id": field.id,
        "label": plain(shown(field.label, INPUT_LABEL)),
        "element": _element(field) | {"action_id": field.id},
        "optional": not field.required,
    }
    hint = short(field.help, INPUT_HINT)
    return made | {"hint": plain(hint)} if hint else made


def _element(field: Field) -> Object:
    match field:
        case TextField(day=True):
            shown_already = shown_day(field.value)
            return {"type": "datepicker"} | ({"initial_date": shown_already} if shown_already else {})
        case TextField():
            return _text_input(field)
        case OneOf():
            one = {"type": "static_select", "placeholder": plain("Choose one")}
            return one | listed(field.options, frozenset({field.value}), several=False)
        case SomeOf():
            several = {"type": "multi_static_select", "placeholder": plain("Choose all that apply")}
            return several | listed(field.options, field.values, several=True, most=len(field.options))
        case FileField():
            endings = [each.removeprefix(".").lower() for each in field.endings]
            made: Object = {"type": "file_input", "max_files": 1}
            return made | {"filetypes": endings} if endings else made


def _text_input(field: TextField) -> Object:
    most = min(max(field.most, 1), INPUT_TEXT)
    made: Object = {
        "type": "plain_text_input",
        "multiline": field.long,
        "min_length": min(max(field.least, 0), most),
        "max_length": most,
    }
    value = cut(typed(field.value), most, utf16)
    if value:
        made["initial_value"] = value
    placeholder = short(field.placeholder, PLACEHOLDER)
    return made | {"placeholder": plain(placeholder)} if placeholder else made
