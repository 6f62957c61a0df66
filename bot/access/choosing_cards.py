"""The question which group a private chat is about, and what follows it."""

from bot.access.actions import ChooseGroup, ComeBack
from bot.chat.cards import MAX_CHOICES, Accent, Button, Card, Choice, Control, Plain, Select, Style, text
from bot.chat.commands import RunCommand
from bot.membership.model import Group

MOST_BUTTONS = 4

SET_UP = Button("Set up a group", RunCommand("group setup", ""), Style.PRIMARY)
"""Does what `/group setup` does, wherever a card speaks of it."""


def no_group_card(*, may_start: bool) -> Card:
    """No group meets in this channel; who ``may_start`` one has a button for it."""
    words = "Start one with `/group setup`. It takes a minute."
    if not may_start:
        words = "Whoever manages this channel can start one with `/group setup`. It takes a minute."
    row = ((SET_UP,),) if may_start else ()
    return Card("No study group meets here yet", (text(words),), row, accent=Accent.BAD)


def which_group_card(mine: tuple[Group, ...]) -> Card:
    """The question which group is meant."""
    words = (
        "You are in several groups. Choose the one this private chat is about, then repeat what you did. "
        "`/group status` changes it any time; in a group's channel, everything is about that group."
    )
    return Card("Which group?", (text(words),), (choices(mine),))


def choices(mine: tuple[Group, ...]) -> tuple[Control, ...]:
    """The groups to choose from: buttons for a few, a list for more."""
    named = [(group, group.name or f"Group {group.id}") for group in mine]
    if len(named) <= MOST_BUTTONS:
        return tuple(Button(name[:80], ChooseGroup(group.id)) for group, name in named)
    options = tuple(Choice(name[:80], str(group.id)) for group, name in named[:MAX_CHOICES])
    return (Select(ChooseGroup(0), options, "Choose a group"),)


def chosen_card(group: Group) -> Card:
    """What was chosen, and where to begin."""
    row = (Button("Today's question", ComeBack(group.id, "today")),)
    name = Plain(group.name or f"Group {group.id}")
    said = text("This private chat is now about **", name, "**. Repeat what you did, or start here.")
    return Card("Chosen", (said,), (row,), accent=Accent.GOOD)
