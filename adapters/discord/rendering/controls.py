"""Rows of buttons and lists as Discord components; the reasons of those that cannot be pressed."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from adapters.discord.rendering.limits import BUTTON_LABEL, BUTTON_URL, CHOICE_TEXT, CUSTOM_ID, PLACEHOLDER
from adapters.discord.rendering.markdown import escape
from bot.chat.actions import Action, encode
from bot.chat.cards import Button, Choice, Control, Link, RoleSelect, Select, Style
from bot.chat.words import clean_line, cut, utf16

Component: TypeAlias = dict[str, Any]

_STYLES: Mapping[Style, int] = {Style.PRIMARY: 1, Style.NORMAL: 2, Style.DANGER: 4}
_LINK = 5


class Ids:
    """Gives every control of a message its own custom id: a second one of the same action gets "#2" at its end."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def __contains__(self, action: Action) -> bool:
        return encode(action) in self._seen

    def take(self, action: Action) -> str:
        """The custom id of the next control with this action.

        Raises:
            ValueError: the id of a repeated action has no room for the number.
        """
        made = base = encode(action)
        number = 1
        while made in self._seen:
            number += 1
            made = f"{base}#{number}"
        if len(made) > CUSTOM_ID:
            raise ValueError(f"Two controls share {base[:40]!r}, which is too long to be told apart.")
        self._seen.add(made)
        return made


def action_id(custom_id: str) -> str:
    """The encoded action in a custom id that ``Ids`` made; "#" never stands in an encoded action."""
    return custom_id.partition("#")[0]


def shown(said: str, most: int) -> str:
    """A label of anybody's words: plain, on one line, cut at a word, and never empty."""
    return cut(clean_line(said), most, utf16) or "–"


def control(each: Control, ids: Ids) -> Component:
    """One button or list.

    Raises:
        ValueError: a link is no web address, or longer than Discord takes.
    """
    match each:
        case Button():
            made: Component = {
                "type": 2,
                "style": _STYLES[each.style],
                "label": shown(each.label, BUTTON_LABEL),
                "custom_id": ids.take(each.action),
            }
            return made | {"disabled": True} if each.disabled_because is not None else made
        case Link():
            if not each.url.startswith(("https://", "http://")) or len(each.url) > BUTTON_URL:
                raise ValueError(
                    f"A link needs a web address of at most {BUTTON_URL} characters: {each.url[:60]!r}"
                )
            return {"type": 2, "style": _LINK, "label": shown(each.label, BUTTON_LABEL), "url": each.url}
        case Select():
            made = {
                "type": 3,
                "custom_id": ids.take(each.action),
                "options": options(each.options, each.chosen, each.most),
                "min_values": each.least,
                "max_values": max(each.most, 1),
            }
            placeholder = cut(clean_line(each.placeholder), PLACEHOLDER, utf16)
            return made | {"placeholder": placeholder} if placeholder else made
        case RoleSelect():
            made = {"type": 6, "custom_id": ids.take(each.action), "min_values": 1, "max_values": 1}
            made |= {"placeholder": shown(each.placeholder, PLACEHOLDER)}
            chosen = [{"id": each.chosen, "type": "role"}]
            return made | {"default_values": chosen} if each.chosen else made


def options(choices: tuple[Choice, ...], chosen: frozenset[str], most: int) -> list[Component]:
    """The entries of a list, the first ``most`` of the chosen ones chosen."""
    made: list[Component] = []
    left = most
    for choice in choices:
        entry: Component = {"label": shown(choice.label, CHOICE_TEXT), "value": choice.value}
        note = cut(clean_line(choice.note), CHOICE_TEXT, utf16)
        if note:
            entry["description"] = note
        if choice.value in chosen and left > 0:
            entry["default"] = True
            left -= 1
        made.append(entry)
    return made


def reasons(buttons: tuple[Button, ...]) -> tuple[str, ...]:
    """Why some buttons cannot be pressed: a small line each, since Discord has no place for it on the button."""
    lines: list[str] = []
    for button in buttons:
        why = cut(clean_line(button.disabled_because or ""), 200)
        if why:
            lines.append(f"-# **{escape(shown(button.label, 40))}:** {escape(why)}")
    return tuple(dict.fromkeys(lines))
