"""When a group's questions come was changed: what follows at once, and what its organiser is to know."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.chat.cards import Moment, Text, text
from bot.database.transaction import Transaction
from bot.features.daily.rounds import replan
from bot.membership.calendar.days_off import DayOff, kept_days_off
from bot.membership.model import Group, GroupState, Tone
from bot.membership.queries import change_group, weekday_bits
from bot.membership.rules import next_at_after_change

MOMENTS = frozenset({"zone", "hour", "minute", "days", "daysoff"})
"""Settings that move the question moments."""


async def keep_settings(
    tx: Transaction, group: Group, fields: Mapping[str, object], now: datetime, *, moves: bool
) -> Group:
    """Keep fields of a group, as ``Group`` calls them; where they move its rhythm, its next question and its rounds follow."""
    moved: Group = replace(group, **fields)  # type: ignore[arg-type]  # the fields are those of Group
    if moves:
        moved = replace(moved, next_at=next_at_after_change(group, moved, now))
        fields = {**fields, "next_at": moved.next_at}
    await change_group(tx, group.id, **_columns(fields))
    if moves and moved.state is GroupState.ACTIVE:
        await replan(tx, moved, now)
    return moved


def _columns(fields: Mapping[str, object]) -> dict[str, object]:
    columns = dict(fields)
    if isinstance(days := columns.get("weekdays"), frozenset):
        columns["weekdays"] = weekday_bits(days)
    if isinstance(topics := columns.get("topics"), tuple):
        columns["topics"] = list(topics)
    if isinstance(tone := columns.get("tone"), Tone):
        columns["tone"] = tone.value
    if isinstance(off := columns.get("days_off"), tuple):
        columns["days_off"] = kept_days_off(each for each in off if isinstance(each, DayOff))
    return columns


def todays_is_dropped(before: Group, after: Group, now: datetime) -> bool:
    """Whether a question that was to come later today comes on another day, or not at all, since the rhythm changed."""
    if before.state is not GroupState.ACTIVE or before.next_at is None or before.next_at <= now:
        return False
    today = now.astimezone(before.rhythm.tz).date()
    due = before.next_at.astimezone(before.rhythm.tz).date()
    later = after.next_at is None or after.next_at.astimezone(after.rhythm.tz).date() > today
    return due == today and later


def next_words(before: Group, after: Group, now: datetime) -> Text | None:
    """When the next question comes after a change, and that today's does not; None for a group that isn't running."""
    if after.state is not GroupState.ACTIVE or after.next_at is None:
        return None
    if after.next_at <= now:
        return text("The next question is on its way.")
    said = text("**The next question comes ", Moment(after.next_at, after.zone), ".**")
    if before.next_at is None or not todays_is_dropped(before, after, now):
        return said
    was = text(
        " Today's was due at ", Moment(before.next_at, before.zone, "time"), " and no longer comes by itself."
    )
    return Text((*said.parts, *was.parts))
