"""Decisions about a group's settings and its starting, pausing and resuming. Pure: time is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.membership.calendar.schedule import next_slot, passed_date
from bot.membership.model import Group, GroupState, Tone

DEFAULT_AT_MINUTE = 9 * 60
DEFAULT_WEEKDAYS = frozenset(range(5))
ANSWER_LIMITS = (500, 1000, 1500, 2000, 2500, 3000)
"""Characters; a platform's form takes up to 4,000, a readable ballot page far less."""

WINDOW_HOURS = (24, 48, 72)
UNTIL_NEXT = "next"
QUIZ_SECONDS = (20, 30, 45, 60, 90, 120)
"""For each question of a group quiz."""

RETENTION_DAYS = (30, 90, 365)
KEEP = "keep"
"""How long the words of those who left are kept; or until they delete them."""

ACTIVE_DAYS = 14
"""A member counts as active this long after they last did something."""

RHYTHM_SETTINGS = frozenset({"zone", "hour", "minute", "days", "answers", "votes"})
"""Settings that move a running round."""


class WrongChoiceError(ValueError):
    """These values are not on the list; it has changed, or the press was not made by our list."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What moves a group on: its state, the last local date that counts as done, and when its next question is due."""

    state: GroupState
    last_date: date | None
    next_at: datetime | None


def started_at_slot(group: Group, now: datetime) -> Progress:
    """Start, or go on, at the next regular time; nothing before counts as missed, no date gets a second question."""
    last = last_date_by(group, now)
    return Progress(GroupState.ACTIVE, last, next_slot(group.rhythm, last, now).at)


def last_date_by(group: Group, now: datetime) -> date:
    """The last local date that counts as done at ``now``. One that lies too far ahead does not: see ``is_ahead``."""
    passed = passed_date(group.rhythm, now)
    return passed if group.last_date is None or is_ahead(group, now) else max(group.last_date, passed)


def is_ahead(group: Group, now: datetime) -> bool:
    """Whether more question days count as done than today's and the next one, which may be skipped.

    A clock that was wrong does that, and organisers who skip several days in advance.
    """
    if group.last_date is None:
        return False
    today = now.astimezone(group.rhythm.tz).date()
    return group.last_date > next_slot(group.rhythm, today, now).local_date


def paused(group: Group, now: datetime, until: date | None = None) -> Progress:
    """Stop asking, ``until`` a date or for good; the rounds that are open still end as planned."""
    next_at = None if until is None else _first_slot(group, until, now)
    return Progress(GroupState.PAUSED, group.last_date, next_at)


def _first_slot(group: Group, day: date, now: datetime) -> datetime:
    """When a group's first question from a date on is due."""
    last = day - timedelta(days=1)
    return next_slot(group.rhythm, last if group.last_date is None else max(last, group.last_date), now).at


def next_at_after_change(before: Group, group: Group, now: datetime) -> datetime | None:
    """When the next question of a group is due after its rhythm changed; one that is due already stays due.

    For a group that is paused until a date that is its first question from that date on.
    """
    due = before.next_at
    if due is not None and due <= now:
        return due
    if group.state is GroupState.ACTIVE:
        return next_slot(group.rhythm, group.last_date, now).at
    return None if due is None else _first_slot(group, due.astimezone(before.rhythm.tz).date(), now)


def changed(
    group: Group, what: str, values: tuple[str, ...], zones: frozenset[str], roots: tuple[str, ...]
) -> Mapping[str, object]:
    """The fields of a group that a choice sets, as ``Group`` calls them.

    ``zones`` are those that may be chosen, ``roots`` the topics at the top.

    Raises:
        WrongChoiceError: a value that is not on the list of this setting.
    """
    if not values:
        raise WrongChoiceError(what)
    made: dict[str, object]
    match what:
        case "zone":
            made = {"zone": _one_of(values, zones)}
        case "hour":
            made = {"at_minute": _number(values, range(24)) * 60 + group.at_minute % 60}
        case "minute":
            made = {"at_minute": group.at_minute // 60 * 60 + _number(values, range(60))}
        case "days":
            made = {"weekdays": frozenset(_number((value,), range(7)) for value in values)}
        case "topics":
            made = {"topics": _topics(values, roots)}
        case "tone":
            made = {"tone": Tone(_one_of(values, frozenset(Tone)))}
        case _:
            raise WrongChoiceError(what)
    return made


def _topics(values: tuple[str, ...], roots: tuple[str, ...]) -> tuple[str, ...]:
    chosen = frozenset(_one_of((value,), frozenset(roots)) for value in values)
    return () if len(chosen) == len(roots) else tuple(root for root in roots if root in chosen)


def _one_of(values: tuple[str, ...], known: frozenset[str]) -> str:
    if values[0] not in known:
        raise WrongChoiceError(values[0])
    return values[0]


def _number(values: tuple[str, ...], known: range | tuple[int, ...]) -> int:
    said = values[0]
    if not (said.isascii() and said.isdigit() and len(said) <= 6 and int(said) in known):
        raise WrongChoiceError(said)
    return int(said)
