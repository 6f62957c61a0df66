"""Rows of buttons and lists as Discord components."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from adapters.discord.rendering.limits import BUTTON_LABEL, BUTTON_URL, CHOICE_TEXT, CUSTOM_ID, PLACEHOLDER
from bot.chat.actions import encode
from bot.chat.cards import Button, Choice, Control, Link, RoleSelect, Select, Style
from bot.chat.rendering.labels import Ids, address, short, shown

Component: TypeAlias = dict[str, Any]

_STYLES: Mapping[Style, int] = {Style.PRIMARY: 1, Style.NORMAL: 2, Style.DANGER: 4}
_LINK = 5


def rows_of(controls: tuple[tuple[Control, ...], ...]) -> list[list[Component]]:
    """The rows of a message, each control with an id of its own.

    Raises:
        ValueError: a link is no web address, or longer than Discord takes.
    """
    ids = Ids(CUSTOM_ID)
    return [[_control(each, ids) for each in row] for row in controls]


def _control(each: Control, ids: Ids) -> Component:
    match each:
        case Button():
            made: Component = {
                "type": 2,
                "style": _STYLES[each.style],
                "label": shown(each.label, BUTTON_LABEL),
                "custom_id": ids.take(encode(each.action)),
            }
            return made | {"disabled": True} if each.disabled_because is not None else made
        case Link():
            url = address(each, BUTTON_URL)
            return {"type": 2, "style": _LINK, "label": shown(each.label, BUTTON_LABEL), "url": url}
        case Select():
            made = {
                "type": 3,
                "custom_id": ids.take(encode(each.action)),
                "options": options(each.options, each.chosen, each.most),
                "min_values": each.least,
                "max_values": max(each.most, 1),
            }
            placeholder = short(each.placeholder, PLACEHOLDER)
            return made | {"placeholder": placeholder} if placeholder else made
        case RoleSelect():
            made = {"type": 6, "custom_id": ids.take(encode(each.action)), "min_values": 1, "max_values": 1}
            made |= {"placeholder": shown(each.placeholder, PLACEHOLDER)}
            chosen = [{"id": each.chosen, "type": "role"}]
            return made | {"default_values": chosen} if each.chosen else made


def options(choices: tuple[Choice, ...], chosen: frozenset[str], most: int) -> list[Component]:
    """The entries of a list, the first ``most`` of the chosen ones chosen."""
    made: list[Component] = []
    left = most
    for choice in choices:
        entry: Component = {"label": shown(choice.label, CHOICE_TEXT), "value": choice.value}
        if note := short(choice.note, CHOICE_TEXT):
            entry["description"] = note
        if choice.value in chosen and left > 0:
            entry["default"] = True
            left -= 1
        made.append(entry)
    return made
