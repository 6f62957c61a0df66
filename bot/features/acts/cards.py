"""Every sentence about what organisers did."""

from collections.abc import Mapping, Sequence

from bot.chat.cards import Accent, Button, Card, Choice, Moment, Part, Plain, Select, text
from bot.chat.commands import RunCommand
from bot.chat.words import cut, short_day
from bot.features.acts.actions import UndoListed
from bot.features.acts.keeping import LISTED, UNDO, Act
from bot.membership.model import Group

NOBODY = "An organiser"
_NAME = 40  # characters


def undone_card(act: Act, words: str, then: Button | None) -> Card:
    """An act was undone from the card that confirmed it."""
    log = Button("What organisers did", RunCommand("group log", ""))
    return Card(
        "Undone",
        (text("**", Plain(act.title), f"**\\\n{words}"),),
        ((*((then,) if then else ()), log),),
        accent=Accent.GOOD,
    )


def log_card(
    group: Group, listed: Sequence[tuple[Act, str]], names: Mapping[int, str], note: str = ""
) -> Card:
    """The newest acts, each with what is in the way of undoing it; ``note`` says what was undone just now."""
    notes = (text(note),) if note else ()
    if not listed:
        words = (
            "Nothing yet. Skipped days, answers closed early, changed settings and the like are listed here."
        )
        return Card("What organisers did", (*notes, text(words)))
    lines = tuple(text(*_line(group, act, why, names)) for act, why in listed)
    open_ones = [act for act, why in listed if not why and act.undone_at is None]
    today = group.rhythm.tz
    choices = tuple(
        Choice(cut(act.title, 75), str(act.id), short_day(act.at.astimezone(today).date()))
        for act in open_ones
    )
    rows = ((Select(UndoListed(group.id), choices, "Undo ..."),),) if choices else ()
    footer = text(f"The newest {LISTED}, kept for 90 days. Only organisers see this.")
    return Card("What organisers did", (*notes, *lines), rows, footer)


def _line(group: Group, act: Act, why: str, names: Mapping[int, str]) -> tuple[Part, ...]:
    who = names.get(act.member_id or 0) or NOBODY
    day, time = Moment(act.at, group.zone, "date"), Moment(act.at, group.zone, "time")
    parts = ("**", Plain(act.title), "**\\\n", Plain(cut(who, _NAME)), ", ", day, ", ", time)
    if act.undone_at is not None:
        return (*parts, " · undone")
    told = f"{why[:1].lower()}{why[1:]}"
    return (*parts, f" · can't be undone: {told}") if why and act.kind != UNDO else parts
