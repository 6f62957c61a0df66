"""Rows of buttons and lists as Block Kit blocks."""

from collections.abc import Mapping

from adapters.slack.rendering.limits import ACTION_ID, BUTTON, BUTTON_URL, OPTION, PLACEHOLDER, REASONS_SHOWN
from adapters.slack.rendering.mrkdwn import Object, plain
from bot.chat.actions import Action, encode
from bot.chat.cards import Button, Choice, Control, Link, RoleSelect, Select, Style
from bot.chat.words import clean_line, cut, utf16

LINK = "link"
"""The action id of link buttons: Slack reports their presses too, which need an acknowledgement and nothing else."""

_STYLES: Mapping[Style, str] = {Style.PRIMARY: "primary", Style.DANGER: "danger"}


class Ids:
    """Gives every control of a message its own action id: a second one of the same action gets "#2" at its end."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def __contains__(self, action: Action) -> bool:
        return encode(action) in self._seen

    def take(self, base: str) -> str:
        """The action id of the next control with this encoded action; at most 255 characters."""
        made = base
        number = 1
        while made in self._seen:
            number += 1
            made = f"{base}#{number}"
        assert len(made) <= ACTION_ID
        self._seen.add(made)
        return made


def action_id(made: str) -> str:
    """The encoded action in an action id that ``Ids`` made; "#" never stands in an encoded action."""
    return made.partition("#")[0]


def shown(said: str, most: int) -> str:
    """A label of anybody's words: on one line, cut at a word, and never empty."""
    return cut(clean_line(said), most, utf16) or "–"


def row(controls: tuple[Control, ...], ids: Ids) -> list[Object]:
    """The blocks of one row, none where all of its buttons are disabled: Slack has no disabled buttons.

    Raises:
        ValueError: a link is no web address, or longer than Slack takes; or a list is of roles.
    """
    blocks: list[Object] = []
    elements: list[Object] = []
    for each in controls:
        match each:
            case Button(disabled_because=None):
                elements.append(button(each, ids))
            case Button():
                pass
            case Link():
                elements.append(_link(each, ids))
            case Select(most=most) if most > 1:
                blocks.append(_several(each, ids))
            case Select():
                elements.append(_one(each, ids))
            case RoleSelect():
                raise ValueError("Slack has no roles to choose from.")
    return [{"type": "actions", "elements": elements}, *blocks] if elements else blocks


def button(each: Button, ids: Ids) -> Object:
    """One button."""
    made: Object = {
        "type": "button",
        "text": plain(shown(each.label, BUTTON)),
        "action_id": ids.take(encode(each.action)),
    }
    return made | {"style": _STYLES[each.style]} if each.style in _STYLES else made


def _link(each: Link, ids: Ids) -> Object:
    if not each.url.startswith(("https://", "http://")) or len(each.url) > BUTTON_URL:
        raise ValueError(f"A link needs a web address of at most {BUTTON_URL} characters: {each.url[:60]!r}")
    return {
        "type": "button",
        "text": plain(shown(each.label, BUTTON)),
        "url": each.url,
        "action_id": ids.take(LINK),
    }


def _one(each: Select, ids: Ids) -> Object:
    made = {
        "type": "static_select",
        "action_id": ids.take(encode(each.action)),
        "placeholder": plain(shown(each.placeholder, PLACEHOLDER)),
    }
    return made | listed(each.options, each.chosen, several=False)


def _several(each: Select, ids: Ids) -> Object:
    """A list of several stands beside a text: an actions block does not take it."""
    made = {
        "type": "multi_static_select",
        "action_id": ids.take(encode(each.action)),
        "placeholder": plain("Choose"),
        "max_selected_items": each.most,
    }
    made |= listed(each.options, each.chosen, several=True, most=each.most)
    return {"type": "section", "text": plain(shown(each.placeholder, PLACEHOLDER)), "accessory": made}


def listed(choices: tuple[Choice, ...], chosen: frozenset[str], *, several: bool, most: int = 1) -> Object:
    """The options of a list, and those of them that are chosen, at most ``most``."""
    options = [option(choice) for choice in choices]
    first = [each for each in options if each["value"] in chosen][:most]
    if not first:
        return {"options": options}
    return (
        {"options": options, "initial_options": first}
        if several
        else {"options": options, "initial_option": first[0]}
    )


def option(choice: Choice) -> Object:
    """One entry of a list."""
    made: Object = {"text": plain(shown(choice.label, OPTION)), "value": choice.value}
    note = cut(clean_line(choice.note), OPTION, utf16)
    return made | {"description": plain(note)} if note else made


def reasons(buttons: tuple[Button, ...]) -> str:
    """Why some buttons are missing: a line each."""
    lines = [
        f"{shown(each.label, 40)}: {cut(clean_line(each.disabled_because), 200)}"
        for each in buttons
        if each.disabled_because and clean_line(each.disabled_because)
    ]
    return cut("\n".join(dict.fromkeys(lines)), REASONS_SHOWN, utf16)
