"""After any sequence of awards, reversals, redeliveries, merges and departures, the totals and ranks are as by hand."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.database.engine import Database
from bot.database.transaction import Transaction
from bot.features.points.ledger import Award, Sum, award, move, recount, reverse, totals
from bot.features.points.queries import Which, standing
from bot.features.points.rules import PERIODS, score_of
from bot.features.points.upkeep import drift
from bot.membership.tables import members
from tests.features.leaderboard.naive import naive_around, naive_places
from tests.features.points.test_ledger import NOW, TODAY, make_group

PEOPLE = 6


class Give(NamedTuple):
    """Award number ``n`` to a person, who is counted from 0."""

    n: int
    who: int
    topic: str
    board: str
    number: int


class Take(NamedTuple):
    n: int


class Merge(NamedTuple):
    source: int
    target: int


class Leave(NamedTuple):
    who: int
    how: str


people = st.integers(0, PEOPLE - 1)
gives = st.lists(
    st.builds(
        Give,
        st.integers(0, 14),
        people,
        st.sampled_from(("", "training", "safety")),
        st.sampled_from(("points", "helped", "quiz")),
        st.integers(-3, 25),
    ),
    min_size=1,
    max_size=6,
)
steps = st.lists(
    st.one_of(
        gives,
        gives,
        st.builds(Take, st.integers(0, 14)),
        st.builds(Merge, people, people),
        st.builds(Leave, people, st.sampled_from(("left_at", "barred_at", "naming"))),
    ),
    max_size=12,
)


@dataclass
class Model:
    """The story by hand: who owns each award now, if anybody; and who is off the boards."""

    ids: list[int]
    group_id: int
    days: list[date]
    made: dict[int, Award] = field(default_factory=dict)
    owner: dict[int, int | None] = field(default_factory=dict)
    off: set[int] = field(default_factory=set)

    def award_of(self, step: Give) -> Award:
        # An answer is right or wrong: so many right ones out of 25 stand for a whole quiz.
        right, out_of = (max(step.number, 0), 25) if step.board == "quiz" else (step.number, 0)
        key = f"{self.group_id}:{step.n}"
        who, day = self.ids[step.who], self.days[step.n]
        return Award(key, self.group_id, who, step.topic, "test", right, day, NOW, step.board, out_of)

    def give(self, step: Give) -> None:
        if step.n not in self.made:
            self.made[step.n] = self.award_of(step)
            self.owner[step.n] = self.ids[step.who]

    def merge(self, source: int, target: int) -> None:
        self.owner = {n: target if who == source else who for n, who in self.owner.items()}
        self.off.add(source)

    def sums(self, board: str, topic: str, days: frozenset[date]) -> dict[int, Sum]:
        found: dict[int, Sum] = {}
        for n, who in self.owner.items():
            made = self.made[n]
            if (
                who is not None
                and made.board == board
                and topic in ("", made.topic)
                and made.local_date in days
            ):
                so_far = found.get(who, Sum(0))
                found[who] = Sum(so_far.numerator + made.points, so_far.denominator + made.out_of)
        return found


async def play(tx: Transaction, model: Model, step: list[Give] | Take | Merge | Leave) -> None:
    """Do one step with the real ledger."""
    match step:
        case list():
            await award(tx, [model.award_of(each) for each in step])
        case Take(n):
            await reverse(tx, [f"{model.group_id}:{n}"], NOW, "test")
        case Merge(source, target) if source != target:
            one, other = model.ids[source], model.ids[target]
            await move(tx, one, other, NOW)
            await tx.execute(update(members).where(members.c.id == one).values(canonical_id=other))
        case Leave(who, how):
            value = "out" if how == "naming" else NOW
            await tx.execute(update(members).where(members.c.id == model.ids[who]).values({how: value}))


def imagine(model: Model, step: list[Give] | Take | Merge | Leave) -> None:
    """Do the same step by hand."""
    match step:
        case list():
            for each in sorted(step, key=lambda g: f"{model.group_id}:{g.n}"):
                model.give(each)
        case Take(n):
            if n in model.owner:
                model.owner[n] = None
        case Merge(source, target) if source != target:
            model.merge(model.ids[source], model.ids[target])
        case Leave(who, _):
            model.off.add(model.ids[who])


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, ages=st.lists(st.integers(0, 60), min_size=15, max_size=15))
async def test_totals_are_the_recount_and_ranks_are_those_by_hand_whatever_happened(
    database: Database, steps: list[list[Give] | Take | Merge | Leave], ages: list[int]
) -> None:
    group_id, ids = await make_group(database, PEOPLE)
    model = Model(ids, group_id, [TODAY - timedelta(days=age) for age in ages])
    for step in steps:
        for _ in range(2):  # everything is delivered a second time
            await database.write(partial(play, model=model, step=step))
        imagine(model, step)

    async def check(tx: Transaction) -> None:
        assert await totals(tx, group_id) == await recount(tx, group_id)
        assert await drift(tx, group_id) == ()
        for board in ("points", "helped", "quiz"):
            for topic in ("", "safety"):
                for period in PERIODS:
                    await check_board(tx, model, Which(group_id, board, topic, period, TODAY))

    await database.read(check)


async def check_board(tx: Transaction, model: Model, which: Which) -> None:
    """A board's pages and everybody's neighbourhood, beside the plain way to work them out."""
    found = model.sums(which.board, which.topic, days_of(which.period, model.days))
    shown = {m: score_of(which.board, *s) for m, s in found.items() if m not in model.off}
    expected = naive_places(shown)
    for before in (0, 2):
        found_there = await standing(tx, which, NOW, before=before, most=2)
        places, more = found_there.top, found_there.more
        assert [(p.rank, p.member_id) for p in places] == expected[before : before + 2]
        assert more == (len(expected) > before + 2)
        assert all(Sum(p.numerator, p.denominator) == found[p.member_id] for p in places)
    for member in model.ids:
        near = [(p.rank, p.member_id) for p in (await standing(tx, which, NOW, most=2, own=member)).near]
        assert near == (naive_around(shown, member) if member not in model.off else [])


def days_of(period: str, days: list[date]) -> frozenset[date]:
    """Those of the days that lie in today's week or month, or in the one before."""
    day = TODAY - timedelta(days=7 if period == "lastweek" else TODAY.day if period == "lastmonth" else 0)
    if period in ("week", "lastweek"):
        return frozenset(d for d in days if d.isocalendar()[:2] == day.isocalendar()[:2])
    if period in ("month", "lastmonth"):
        return frozenset(d for d in days if (d.year, d.month) == (day.year, day.month))
    return frozenset(days)
