"""The rhythm: which local dates have a question, and at which instant.

A slot is one question moment of one group, named by its local date. The next date is found first and its instant
second, so that no clock change can give a date two slots or none: a local time that happens twice counts the first time
(fold 0), one that is skipped moves to the end of the gap.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.chat.zones import zone_of

LATE_ROOM = timedelta(hours=3)
"""A missed question is still posted only if the next one is further away than this."""

VOTING_MINIMUM = timedelta(hours=9)
"""Votes stay open at least this long from when voting really opened."""

_DAY = timedelta(days=1)
_SEARCH_DAYS = 22
"""Every weekday comes up within seven dates; the rest is room for dates that a zone leaves out. Each day off may cost a week more."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a group gets its question.

    Attributes:
        zone: IANA name, such as "Europe/Berlin".
        at: local time of day, without a zone of its own.
        weekdays: question days, Monday is 0; at least one.
        answers_open: how long answers stay open; None: until the next question.
        votes_open: how long votes stay open; None: until the next question after voting opened.
        off: local dates without a question.

    Raises:
        ValueError: no weekday, a weekday outside 0 to 6, a time with a zone, or a window that is not positive.
    """

    zone: str
    at: time
    weekdays: frozenset[int]
    answers_open: timedelta | None = None
    votes_open: timedelta | None = None
    off: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise ValueError("A rhythm needs at least one weekday, from 0 (Monday) to 6 (Sunday).")
        if self.at.tzinfo is not None:
            raise ValueError("A rhythm's time is local to its zone and carries none itself.")
        if any(
            window is not None and window <= timedelta(0) for window in (self.answers_open, self.votes_open)
        ):
            raise ValueError("A window for answers or votes must be longer than nothing.")

    @property
    def tz(self) -> ZoneInfo:
        """The zone itself; UTC where the tz database has lost its name."""
        return zone_of(self.zone)

    @property
    def reach(self) -> int:
        """Within so many dates there surely is a question day."""
        return _SEARCH_DAYS + 7 * len(self.off)


@dataclass(frozen=True, slots=True)
class QuestionSlot:
    """One question moment: the local date that names it, and its instant in UTC."""

    local_date: date
    at: datetime


def slot_instant(zone: ZoneInfo, day: date, at: time) -> datetime:
    """The UTC instant of a local date and time.

    A time that happens twice is taken the first time. A time inside a gap moves to the gap's end, which may be the first
    instant of the following date; so does any time on a date that the zone leaves out (see `day_exists`).
    """
    local = datetime.combine(day, at.replace(fold=0), tzinfo=zone)
    instant = local.astimezone(UTC)
    if _wall(instant, zone) == local.replace(tzinfo=None):
        return instant
    return _gap_end(local, zone)


def day_exists(zone: ZoneInfo, day: date) -> bool:
    """Whether the zone has this local date at all: Samoa went from 29 to 31 December 2011."""
    return _wall(slot_instant(zone, day, time.min), zone).date() == day


def next_slot(rhythm: Rhythm, after_date: date | None, now: datetime) -> QuestionSlot:
    """The first slot that is still to come: its date is after `after_date`, its instant after `now`.

    `after_date` is the newest local date that already had its slot, in whichever zone that was; None for a new group.

    Raises:
        ValueError: the rhythm has no question day.
    """
    first = _local_date(rhythm, now) - _DAY
    if after_date is not None:
        first = max(first, after_date + _DAY)
    for slot in _slots(rhythm, (first + _DAY * step for step in range(rhythm.reach))):
        if slot.at > now:
            return slot
    raise ValueError(f"{rhythm.zone} has no question day in the {rhythm.reach} dates from {first}.")


def passed_date(rhythm: Rhythm, now: datetime) -> date:
    """The newest local date whose slot would not be after `now`, question day or not.

    A group remembers it as its last date when it is set up or resumed, so that nothing before counts as missed.
    """
    zone = rhythm.tz
    day = _local_date(rhythm, now) + _DAY
    while not (day_exists(zone, day) and slot_instant(zone, day, rhythm.at) <= now):
        day -= _DAY
    return day


def due_slot(rhythm: Rhythm, last_date: date, now: datetime) -> QuestionSlot | None:
    """The one slot to post now, or None: the newest that has come since `last_date`, the date of the last one.

    After downtime this is at most one question: older missed slots are let go, and so is the newest when the next one is
    not more than LATE_ROOM away. Post it under the slot's own date; it becomes the next `last_date`.
    """
    newest = _local_date(rhythm, now) + _DAY
    days = (newest - _DAY * step for step in range(min(rhythm.reach, (newest - last_date).days)))
    due = next((slot for slot in _slots(rhythm, days) if slot.at <= now), None)
    if due is None or next_slot(rhythm, due.local_date, now).at - now <= LATE_ROOM:
        return None
    return due


def answers_close(rhythm: Rhythm, opened_at: datetime, next_slot_at: datetime) -> datetime:
    """When a round's answers close: at the next question, or after the group's own window if it has set one."""
    return next_slot_at if rhythm.answers_open is None else opened_at + rhythm.answers_open


def voting_closes(rhythm: Rhythm, opened_at: datetime, next_slot_at: datetime) -> datetime:
    """When voting closes: at the next question, or after the group's own window if it has set one; never before VOTING_MINIMUM.

    `opened_at` is when voting really opened, which after downtime is later than planned.
    """
    planned = next_slot_at if rhythm.votes_open is None else opened_at + rhythm.votes_open
    return max(planned, opened_at + VOTING_MINIMUM)


def _slots(rhythm: Rhythm, days: Iterable[date]) -> Iterator[QuestionSlot]:
    zone = rhythm.tz
    for day in days:
        if day.weekday() in rhythm.weekdays and day not in rhythm.off and day_exists(zone, day):
            yield QuestionSlot(day, slot_instant(zone, day, rhythm.at))


def _local_date(rhythm: Rhythm, now: datetime) -> date:
    if now.tzinfo is None:
        raise ValueError("An instant needs its zone: pass an aware datetime.")
    return now.astimezone(rhythm.tz).date()


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def _gap_end(local: datetime, zone: ZoneInfo) -> datetime:
    # Inside a gap, fold 0 reads the clock as before the change and fold 1 as after it (PEP 495): the change lies
    # between the two readings.
    before = local.replace(fold=1, microsecond=0).astimezone(UTC)
    after = local.replace(fold=0).astimezone(UTC)
    wall = local.replace(tzinfo=None)
    seconds = range(int((after - before).total_seconds()) + 1)
    past = bisect_left(
        seconds, True, key=lambda second: _wall(before + timedelta(seconds=second), zone) > wall
    )
    return before + timedelta(seconds=past)
