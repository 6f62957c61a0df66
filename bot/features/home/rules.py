"""What a record makes of the days, the reviews and the dates it is given. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.chat.words import counted
from bot.features.points.streak_rules import Streak

WEEKS = 53
"""A year as a heat map shows it: whole weeks, so that every date of the last 365 days is there."""

LEVELS = 4
"""From one kind of act on a day to four and more."""

REMEMBERED = 0.9
"""An item counts as remembered while it would be recalled with this probability: until its review is due."""

TOPIC_NAME = 60


@dataclass(frozen=True, slots=True)
class Known:
    """One quiz item somebody met: its topic at the top, its recall now (0 to 1), and whether a mistake is open."""

    root: str
    recall: float
    owed: bool


@dataclass(frozen=True, slots=True)
class Mastery:
    """How far a topic is known: ``remembered`` of the ``met`` of ``total`` quiz questions."""

    title: str
    remembered: int
    met: int
    total: int


@dataclass(frozen=True, slots=True)
class Quizzed:
    """Right answers out of those given, ever and in the last 30 days."""

    right: int
    answered: int
    right_lately: int
    answered_lately: int


@dataclass(frozen=True, slots=True)
class Record:
    """Everything a member's own record shows. ``points`` are (this week, ever), None where no score is kept.

    ``goal`` is what the weekly goal means this week: 0 where all of it is off. ``mocks`` are the last mock interviews, a line each.
    """

    group_id: int
    today: date
    days: Mapping[date, int]
    streak: Streak
    this_week: int
    goal: int
    topics: tuple[Mastery, ...]
    quizzed: Quizzed
    given: int
    helped: int
    due: int
    points: tuple[int, int] | None
    interview: date | None
    mocks: tuple[str, ...] = ()


def week_words(done: int, goal: int) -> str:
    """How far a week's goal is: "2 of 3 days this week"."""
    return f"{done} of {counted(goal, 'day')} this week" if goal else "this week is off"


def first_day(today: date) -> date:
    """The Monday that a year's heat map begins with; it ends with the week of today."""
    return today - timedelta(days=today.weekday(), weeks=WEEKS - 1)


def level(acts: int) -> int:
    """How strongly a day is coloured, 0 to LEVELS: by how many kinds of things were done, not by how much of one."""
    return min(LEVELS, acts.bit_count())


def active_days(days: Mapping[date, int], since: date) -> int:
    """On how many dates from one on something was done."""
    return sum(1 for day, acts in days.items() if acts and day >= since)


def mastery(
    roots: Sequence[tuple[str, str]], items: Iterable[str], known: Iterable[Known]
) -> tuple[Mastery, ...]:
    """How far each topic at the top is known: of ``roots``, as (id, title), by the root of each question that is asked."""
    total, met, remembered = Counter(items), Counter[str](), Counter[str]()
    for each in known:
        met[each.root] += 1
        remembered[each.root] += each.recall >= REMEMBERED and not each.owed
    return tuple(
        Mastery(title[:TOPIC_NAME], remembered[root], met[root], total[root])
        for root, title in roots
        if root in total
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to do today before an interview. ``topics`` are the titles of the phase's topics, ``off`` the days off until it."""

    group_id: int
    interview: date
    today: date
    phase: str
    due: int
    practised: bool
    topics: tuple[str, ...]
    off: frozenset[date] = frozenset()

    @property
    def days(self) -> int:
        """Days until the interview; negative once it is over."""
        return (self.interview - self.today).days

    @property
    def study_days(self) -> int:
        """Those of them that are not off."""
        return self.days - len(self.off)
