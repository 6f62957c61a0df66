"""Streaks: what one question day after the other does to a member's count. Pure.

Only the group's question days count. A date without a question (a weekend, a pause, a skip) is a holiday: it neither
counts nor breaks, and never reaches these rules. The newest question day is not over before the next one begins, so
doing nothing on it is no miss yet.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntFlag

FREEZES_AT_FIRST = 2
"""Leeway is worth most at the beginning, so nobody starts without any."""

FREEZES_AT_MOST = 3
ACTIVE_DAYS_FOR_A_FREEZE = 7

GOALS = range(1, 8)
"""The weekly goals one may choose, in days."""


class Act(IntFlag):
    """What was done on a day; kept as bits."""

    ANSWERED = 1
    PASSED = 2
    QUIZ = 4
    REVIEW = 8
    PRACTICE = 16
    BALLOT = 32
    MOCK = 64


RETRIEVAL = Act.ANSWERED | Act.PASSED | Act.QUIZ | Act.REVIEW | Act.PRACTICE | Act.MOCK
"""What keeps a streak: recalling something oneself. Reading and judging others' answers is activity, but no recall."""


@dataclass(frozen=True, slots=True)
class Streak:
    """A member's count. ``toward`` are active days since the last earned freeze, ``through`` the last day that counted."""

    current: int = 0
    best: int = 0
    freezes: int = FREEZES_AT_FIRST
    toward: int = 0
    through: date | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A break: its first and last date, both part of it."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        """How many dates it has."""
        return (self.last - self.first).days + 1


def advance(streak: Streak, day: date, *, active: bool, on_break: bool) -> Streak:
    """The streak after a question day that is over, or on which the member was active.

    An active day counts, on a break too. A day of a break spends nothing. A missed one takes a freeze where there is a
    streak to keep and one is held, silently; else the count starts again, and what was earned towards the next freeze
    stays.

    Raises:
        ValueError: the day counted before.
    """
    if streak.through is not None and day <= streak.through:
        raise ValueError(f"{day} is not after {streak.through}, through which this streak is counted.")
    if active:
        return _counted(streak, day)
    if on_break or streak.current == 0:
        return replace(streak, through=day)
    if streak.freezes > 0:
        return replace(streak, freezes=streak.freezes - 1, through=day)
    return replace(streak, current=0, through=day)


def _counted(streak: Streak, day: date) -> Streak:
    current = streak.current + 1
    toward, freezes = streak.toward + 1, streak.freezes
    if toward == ACTIVE_DAYS_FOR_A_FREEZE:
        toward, freezes = 0, min(FREEZES_AT_MOST, freezes + 1)
    return Streak(current, max(streak.best, current), freezes, toward, day)


def caught_up(
    streak: Streak, question_days: Sequence[date], active: Iterable[date], breaks: Sequence[Span]
) -> Streak:
    """The streak after all question days since the one it is counted through.

    ``question_days`` ascend and end with the group's newest one, which counts only once the member was active on it.
    """
    done = frozenset(active)
    for day in question_days:
        if streak.through is not None and day <= streak.through:
            continue
        if day != question_days[-1] or day in done:
            on_break = any(day in each for each in breaks)
            streak = advance(streak, day, active=day in done, on_break=on_break)
    return streak


def in_order(opened: Iterable[date]) -> tuple[date, ...]:
    """The question days among dates in the order in which their questions opened: those that went on in the calendar.

    After a group moved far west its next question may carry an earlier date than the last; that day was over already.
    """
    days: list[date] = []
    for day in opened:
        if not days or day > days[-1]:
            days.append(day)
    return tuple(days)


def goal_in_week(goal: int, monday: date, off: Container[date]) -> int:
    """How many days a weekly goal means in the week of a Monday: no more than it has days that are not off."""
    return min(goal, sum(monday + timedelta(days=n) not in off for n in range(7)))


def week_of(day: date) -> tuple[date, date]:
    """The Monday and the Sunday of a date's week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)
