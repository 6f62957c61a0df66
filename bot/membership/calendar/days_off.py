"""Days off: dates on which a group gets no question, each span with what it is. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from bot.chat.words import clean_line, cut

MOST = 100
"""So many spans a group keeps at most; they stand in its row, which each click reads."""

LONGEST = 366
"""Days of one span."""

FARTHEST = timedelta(days=3 * 366)
"""No day off is further ahead than this."""

KEPT = timedelta(days=60)
"""So long what is over is kept: a week's goal looks back at four weeks."""

NAME = 60
"""Characters of what a span is called."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class DayOff:
    """A span of dates, both ends part of it, and what it is called; "" where nobody said."""

    first: date
    last: date
    name: str = ""

    @property
    def days(self) -> int:
        """How many dates it has."""
        return (self.last - self.first).days + 1


def named(first: date, last: date, name: str = "") -> DayOff:
    """A span with a name that fits on a line."""
    return DayOff(first, last, cut(clean_line(name), NAME))


@lru_cache(maxsize=1024)
def read_days_off(kept: str) -> tuple[DayOff, ...]:
    """What ``kept_days_off`` wrote."""
    return tuple(
        DayOff(date.fromisoformat(first), date.fromisoformat(last), name)
        for first, last, name in (line.split(" ", 2) for line in kept.split("\n") if line)
    )


def kept_days_off(spans: Iterable[DayOff]) -> str:
    """Spans as a group's row keeps them: a line each."""
    return "\n".join(f"{each.first} {each.last} {each.name}" for each in spans)


@lru_cache(maxsize=1024)
def dates_of(spans: tuple[DayOff, ...]) -> frozenset[date]:
    """Every date that is off."""
    return frozenset(each.first + _DAY * step for each in spans for step in range(each.days))


def ahead(spans: Iterable[DayOff], today: date) -> tuple[DayOff, ...]:
    """Those that are not over."""
    return tuple(each for each in spans if each.last >= today)


def added(
    before: tuple[DayOff, ...], new: Iterable[DayOff], today: date
) -> tuple[tuple[DayOff, ...], int, int]:
    """(spans with the new ones, how many of these were added, how many did not fit), in the order of dates.

    What has begun counts from today on: days that are over were question days. What is over, too far ahead, or off already
    is not added.
    """
    kept = [each for each in before if each.last >= today - KEPT]
    count = left = 0
    for each in sorted(new):
        span = DayOff(max(each.first, today), min(each.last, today + FARTHEST), each.name)
        if span.last < span.first or dates_of((span,)) <= dates_of(tuple(kept)):
            continue
        if len(kept) >= MOST:
            left += 1
            continue
        kept.append(span)
        count += 1
    return tuple(sorted(kept)), count, left


def without(before: tuple[DayOff, ...], span: DayOff, today: date) -> tuple[DayOff, ...]:
    """Spans without one; of one that has begun its days until now stay off."""
    rest = tuple(each for each in before if (each.first, each.last) != (span.first, span.last))
    if span not in before or span.first >= today:
        return rest
    return tuple(sorted((*rest, DayOff(span.first, today - _DAY, span.name))))
