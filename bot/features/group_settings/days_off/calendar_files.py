"""A calendar file (.ics, RFC 5545) as days off: its all-day events, and those that come back each year.

Read before any transaction, in a process of its own: a rule that no day fits is searched to the year 9999.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.membership.calendar.days_off import FARTHEST, LONGEST, DayOff, named

MOST_BYTES = 1_000_000
MOST_EVENTS = 2_000
MOST_A_YEAR = 10
"""What comes more often than this is a rhythm, not a holiday."""

_DAY = timedelta(days=1)
_RULE_PARTS = frozenset(
    ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST")
)
"""Others could spread one event over hours and seconds, or over the whole year."""


_DATES = frozenset(("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE"))


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a file holds: ``spans`` that lie ahead, how many events are over, and why others were not taken, by reason."""

    spans: tuple[DayOff, ...] = ()
    events: int = 0
    over: int = 0
    refused: tuple[tuple[str, int], ...] = ()
    error: str = ""


TIMED, OFTEN, LONG, UNCLEAR = (
    "not all day",
    "more often than once a year",
    f"longer than {LONGEST} days",
    "without a day that can be read",
)


def read_calendar(data: bytes, today: date) -> Calendar:
    """The days off of a calendar file from a date on. Never raises for what stands in it."""
    # Few files are ever read, and each in a process of its own.
    from icalendar import Calendar as File

    try:
        files = File.from_ical(data.decode("utf-8-sig", "replace"), multiple=True)
        events = [event for file in files for event in file.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return Calendar(error="This is no calendar file. Export one as .ics, and choose that.")
    if not events:
        return Calendar(error="There is no event in this file.")
    if len(events) > MOST_EVENTS:
        return Calendar(
            error=f"This file has more than {MOST_EVENTS:,} events. Choose one with holidays alone."
        )
    spans: list[DayOff] = []
    over, refused = 0, dict[str, int]()
    for event in events:
        try:
            found = _spans(event, today)
        except _RefusedError as why:
            refused[str(why)] = refused.get(str(why), 0) + 1
            continue
        spans += found
        over += not found
    return Calendar(tuple(sorted(set(spans))), len(events), over, tuple(refused.items()))


class _RefusedError(Exception):
    """An event is no day off; the message says why."""


def _spans(event: Any, today: date) -> list[DayOff]:  # noqa: ANN401  (the library's own)
    """The spans of an event that are not over."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return []
    if any(name in _DATES for name, _ in event.errors):
        raise _RefusedError(UNCLEAR)
    first, length = _first_and_length(event)
    name = str(event.get("SUMMARY", ""))
    return [
        named(day, day + length, name)
        for day in _days(event, first, today)
        if today <= day + length and day <= today + FARTHEST
    ]


def _first_and_length(event: Any) -> tuple[date, timedelta]:  # noqa: ANN401
    first = _day(event, "DTSTART")
    if isinstance(first, datetime):
        raise _RefusedError(TIMED)
    if not isinstance(first, date):
        raise _RefusedError(UNCLEAR)
    end, lasts = _day(event, "DTEND"), _day(event, "DURATION")
    # The end of an all-day event is the day after it (RFC 5545, 3.6.1).
    length = timedelta(0)
    if isinstance(end, date) and not isinstance(end, datetime):
        length = end - first - _DAY
    elif isinstance(lasts, timedelta):
        length = timedelta(days=lasts.days) - _DAY
    length = max(length, timedelta(0))
    if length >= timedelta(days=LONGEST):
        raise _RefusedError(LONG)
    return first, length


def _day(event: Any, name: str) -> object:  # noqa: ANN401
    found = event.get(name)
    if isinstance(found, list):  # said twice
        found = found[0]
    return getattr(found, "dt", None)


def _days(event: Any, first: date, today: date) -> Iterator[date]:  # noqa: ANN401
    """The first dates of an event and of its repetitions, as far as they can matter."""
    rule, but = event.get("RRULE"), set(_listed(event, "EXDATE"))
    more = [] if rule is None else _repeated(rule, first, today)
    for day in sorted({first, *more, *_listed(event, "RDATE")}):
        if day not in but:
            yield day


def _listed(event: Any, name: str) -> Iterator[date]:  # noqa: ANN401
    found = event.get(name)
    for each in found if isinstance(found, list) else [found]:
        for said in getattr(each, "dts", ()):
            day = said.dt
            if isinstance(day, date):
                yield day.date() if isinstance(day, datetime) else day


def _repeated(rule: Any, first: date, today: date) -> list[date]:  # noqa: ANN401
    from dateutil.rrule import rrulestr

    said = dict(rule)
    if said.get("FREQ") != ["YEARLY"] or not set(said) <= _RULE_PARTS:
        raise _RefusedError(OFTEN)
    if any(each < 1 for each in said.get("INTERVAL", ())):
        raise _RefusedError(UNCLEAR)  # none would never come to an end
    with suppress(KeyError):
        # An all-day event ends on a date; some calendars write an instant (RFC 5545, 3.3.10).
        rule["UNTIL"] = [_naive(each) for each in said["UNTIL"]]
    try:
        times = rrulestr(rule.to_ical().decode(), dtstart=datetime.combine(first, time()))
    except (ValueError, TypeError, OverflowError):
        raise _RefusedError(UNCLEAR) from None
    since = datetime.combine(today - timedelta(days=LONGEST), time())
    until = datetime.combine(today + FARTHEST, time())
    found: list[date] = []
    for at in times.xafter(since, inc=True):
        if at > until:
            break
        found.append(at.date())
        if len(found) > MOST_A_YEAR * 4:
            raise _RefusedError(OFTEN)
    return found


def _naive(said: date) -> datetime:
    return datetime.combine(said, time.max if not isinstance(said, datetime) else said.time())
