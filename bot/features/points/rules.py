"""Boards, ranks, the group's goal, and the calendar of points. Pure."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from statistics import median

from bot.membership.model import Tone

POINTS, HELPED, QUIZ, STREAK = "points", "helped", "quiz", "streak"
"""What boards rank by: points, votes received, the share of right quiz answers, the running streak."""
BOARDS = (POINTS, HELPED, QUIZ, STREAK)

WEEK, MONTH, ALL = "week", "month", "all"
SPANS = (WEEK, MONTH, ALL)
"""What totals are kept of."""
LAST_WEEK, LAST_MONTH = "lastweek", "lastmonth"
PERIODS = (WEEK, LAST_WEEK, MONTH, LAST_MONTH, ALL)
"""What boards show."""

ALL_TOPICS = ""

ACCURATE_FROM = 20
"""So many quiz answers in a period give its accuracy a place: with fewer, a rank says more about luck."""

OPENS_AT = 5
"""Boards stay hidden under this many active members: among fewer, a rank says more about luck."""

SHOWN_AT_TOP = {Tone.FRIENDLY: 3, Tone.COMPETITIVE: 10}
"""How many places everyone sees at once: three in a friendly group, pages of ten in a competitive one."""

NEIGHBOURS = 2
"""How many members above and below oneself are shown, to oneself alone."""

SHARE_AGAIN = timedelta(hours=1)
"""A board is shown to the whole channel at most this often in one group."""

GOAL_WEEKS = 4
"""The goal is the median of the last four full weeks: a steady group reaches it in about every second week."""


@dataclass(frozen=True, slots=True)
class Score:
    """One member's standing on a board: what it ranks by (``score``), and the counts behind it."""

    member_id: int
    score: float
    numerator: int
    denominator: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A member's place on a board."""

    rank: int
    member_id: int
    numerator: int
    denominator: int = 0


@dataclass(frozen=True, slots=True)
class Goal:
    """What a group wants to reach together this week, and how far it is, in points."""

    target: int
    reached: int

    @property
    def share(self) -> float:
        """How far along it is, from 0 to 1."""
        return min(1.0, self.reached / self.target)


def week_bucket(day: date) -> str:
    """The ISO week a date lies in: "2026-W48". The first days of January may belong to the year before."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def month_bucket(day: date) -> str:
    """The month of a date: "2026-11"."""
    return f"{day.year}-{day.month:02d}"


def bucket(span: str, day: date) -> str:
    """The week's or month's name that a date lies in; "" for all time."""
    return week_bucket(day) if span == WEEK else month_bucket(day) if span == MONTH else ""


def period(name: str, day: date) -> tuple[str, str]:
    """(span, bucket) of the totals that make a board's period on a date."""
    match name:
        case "lastweek":
            return WEEK, week_bucket(day - timedelta(weeks=1))
        case "lastmonth":
            return MONTH, month_bucket(day.replace(day=1) - timedelta(days=1))
        case _:
            return name, bucket(name, day)


def weeks_before(day: date) -> tuple[str, ...]:
    """The full weeks from which the goal of a date's week is made, newest first."""
    return tuple(week_bucket(day - timedelta(weeks=back)) for back in range(1, GOAL_WEEKS + 1))


def shares(day: date, weekdays: frozenset[int], off: Container[date]) -> tuple[Fraction, ...]:
    """How much of its question days each week of a goal has that are not off: of a date's week, and of those before it."""
    mondays = (day - timedelta(days=day.weekday(), weeks=back) for back in range(GOAL_WEEKS + 1))
    return tuple(
        Fraction(sum(monday + timedelta(days=n) not in off for n in weekdays), len(weekdays))
        for monday in mondays
    )


def goal(before: Sequence[int], now: int, of_weeks: Sequence[Fraction] = ()) -> Goal | None:
    """The week's goal from the points of the weeks before, newest first; None where there were none.

    Empty weeks at the far end are from before the group began, or from a pause that long ago, and do not count. ``of_weeks``
    is how much of this week and of each of those was not off (see ``shares``): points are taken for a whole week, one that
    was off does not count, and the goal is as much smaller as this one is shorter.
    """
    this, *earlier = of_weeks or (Fraction(1),) * (len(before) + 1)
    counted = list(before)
    while counted and counted[-1] <= 0:
        counted.pop()
    whole = [Fraction(points) / share for points, share in zip(counted, earlier, strict=False) if share]
    middle = Fraction(median(whole)) * this if whole else Fraction(0)
    return Goal(ceil(middle), now) if middle > 0 else None


def score_of(board: str, numerator: float, denominator: float) -> float:
    """What a board ranks by: the share of right answers from twenty answers on, else the count. 0 has no place."""
    if board != QUIZ:
        return numerator
    return numerator / denominator if denominator >= ACCURATE_FROM else 0.0


def placed(scores: Sequence[Score], before: int, first_rank: int) -> tuple[Place, ...]:
    """Places as in sport (1, 2, 2, 4) for a stretch of a board, given in its order.

    ``before`` members stand above the stretch; ``first_rank`` is the rank of its first one, who may share it with them.
    """
    places: list[Place] = []
    for index, each in enumerate(scores):
        ties = index > 0 and scores[index - 1].score == each.score
        rank = places[-1].rank if ties else first_rank if index == 0 else before + index + 1
        places.append(Place(rank, each.member_id, each.numerator, each.denominator))
    return tuple(places)
