"""In which half-hours somebody could begin a mock: evenings of weekdays, or weekends, by the clock where they are. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

HALF_HOUR = timedelta(minutes=30)

_EVENING = (time(18), time(20, 30))
_WEEKEND = (time(10), time(20))
"""The first and the last moment to begin. A mock takes up to an hour, and ends before it is late."""


@dataclass(frozen=True, slots=True)
class When:
    """When in the week somebody has time."""

    evenings: bool
    weekends: bool


def hours_of(when: When, zone: ZoneInfo, start: datetime, until: datetime) -> int:
    """The half-hours from ``start`` on that suit somebody, as bits: the first one is bit 0. ``until`` is no longer part of it."""
    bits, n, moment = 0, 0, start
    while moment < until:
        if _suits(when, moment.astimezone(zone)):
            bits |= 1 << n
        n, moment = n + 1, moment + HALF_HOUR
    return bits


def at(start: datetime, half_hour: int) -> datetime:
    """When the half-hour of this bit begins."""
    return start + half_hour * HALF_HOUR


def next_half_hour(moment: datetime) -> datetime:
    """The first full or half hour at or after a moment."""
    late = timedelta(minutes=moment.minute % 30, seconds=moment.second, microseconds=moment.microsecond)
    return moment - late + HALF_HOUR if late else moment


def _suits(when: When, local: datetime) -> bool:
    chosen, (first, last) = (when.evenings, _EVENING) if local.weekday() < 5 else (when.weekends, _WEEKEND)
    return chosen and first <= local.time() <= last
