"""Rows of buttons and lists as Block Kit blocks."""

from collections.abc import Mapping

from adapters.slack.rendering.limits import ACTION_ID, BUTTON, BUTTON_URL, OPTION, PLACEHOLDER
from adapters.slack.rendering.mrkdwn import Object, plain
from bot.chat.actions import encode
from bot.chat.cards import Button, Choice, Control, Link, RoleSelect, Select, Style
from bot.chat.rendering.labels import Ids, address, short, shown

LINK = "link"
"""The action id of link buttons: Slack reports their presses too, which need an acknowledgement and nothing else."""

_STYLES: Mapping[Style, str] = {Style.PRIMARY: "primary", Style.DANGER: "danger"}


def rows_of(controls: tuple[tuple[Control, ...], ...]) -> list[Object]:
    """The blocks of all rows, each control with an id of its own. None for a row whose buttons are all disabled.

    Raises:
        ValueError: a link is no web address, or longer than Slack takes; or a list is of roles.
    """
    ids = Ids(ACTION_ID)
    return [block for row in controls for block in _row(row, ids)]


def _row(controls: tuple[Control, ...], ids: Ids) -> list[Object]:
    blocks: list[Object] = []
    elements: list[Object] = []
    for each in controls:
        match each:
            case Button(disabled_because=None):
                elements.append(_button(each, ids))
            case Button():
                pass  # Slack has no disabled buttons
            case Link():
                elements.append(_link(each, ids))
            case Select(most=most) if most > 1:
                blocks.append(_several(each, ids))
            case Select():
                elements.append(_one(each, ids))
            case RoleSelect():
                raise ValueError("Slack has no roles to choose from.")
    return [{"type": "actions", "elements": elements}, *blocks] if elements else blocks


def _button(each: Button, ids: Ids) -> Object:
    made: Object = {
        "type": "button",
        "text": plain(shown(each.label, BUTTON)),
        "action_id": ids.take(encode(each.action)),
    }
    return made | {"style": _STYLES[each.style]} if each.style in _STYLES else made


def _link(each: Link, ids: Ids) -> Object:
    return {
        "type": "button",
        "text": plain(shown(each.label, BUTTON)),
        "url": address(each, BUTTON_URL),
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
    note = short(choice.note, OPTION)
    return made | {"description": plain(note)} if note else made
