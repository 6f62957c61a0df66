"""Whatever a group lives through, the totals beside the ledger are what a recount of it says."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.database.transaction import Transaction
from bot.features.daily.actions import Moderate
from bot.features.daily.tables import answers
from bot.features.points.ledger import move, recount, totals
from bot.features.points.tables import ledger
from bot.features.points.upkeep import drift
from bot.features.privacy.actions import ForgetMe
from bot.membership.tables import members
from tests.features.daily.acting import member_of, vote_all
from tests.features.daily.machine.round_base import SMALL_BANK
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver

PEOPLE = ("ada", "ben", "chi", "dee", "eve")


class Answer(NamedTuple):
    """These answer the open question."""

    users: list[str]


class Vote(NamedTuple):
    """This one reads the ballot to its end, and marks what these wrote."""

    user: str
    helped: list[str]


class Day(NamedTuple):
    """Time passes: answers close, votes are counted, points are given."""

    days: int


class Whole(NamedTuple):
    """A round from its answers to its reveal."""

    users: list[str]
    voters: list[str]
    helped: list[str]


class Remove(NamedTuple):
    """An organiser removes the newest answer of this one, before or after its reveal: points are taken back."""

    user: str


class Delete(NamedTuple):
    """This one deletes everything about themselves."""

    user: str


class Merge(NamedTuple):
    """What the first one earned goes to the second one."""

    source: str
    target: str


class Again(NamedTuple):
    """The last requests are delivered a second time."""

    number: int


users = st.sampled_from(PEOPLE)
some = st.lists(users, min_size=1, max_size=5, unique=True)
steps = st.lists(
    st.one_of(
        st.builds(Answer, some),
        st.builds(Vote, users, some),
        st.builds(Vote, users, some),
        st.builds(Day, st.integers(1, 3)),
        st.builds(Day, st.just(1)),
        st.builds(Whole, some, some, some),
        st.builds(Remove, users),
        st.builds(Delete, users),
        st.builds(Merge, users, users),
        st.builds(Again, st.integers(1, 4)),
    ),
    min_size=2,
    max_size=8,
)


@contextmanager
def _group(url: str, folder: Path) -> Iterator[tuple[asyncio.AbstractEventLoop, LocalDriver]]:
    for name, holds in SMALL_BANK.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(yaml.safe_dump(holds))
    loop = asyncio.new_event_loop()
    local = LocalDriver(url)
    local.settings = replace(local.settings, content=folder)
    try:
        loop.run_until_complete(local.open())
        loop.run_until_complete(local.set_up())
        yield loop, local
        loop.run_until_complete(local.app.stop())
    finally:
        loop.close()


async def _live(v: LocalDriver, step: NamedTuple) -> None:
    match step:
        case Answer(users):
            for user in users:
                opened = await v.command(user, "answer")
                if hasattr(opened, "form"):
                    await v.fill(user, opened, answer=f"{user}: what I would say.", consent="unnamed")
        case Vote(user, helped):
            await vote_all(v, user, helped)
        case Day(days):
            await v.tick(days=days)
        case Whole(users, voters, helped):
            await _live(v, Answer(users))
            await v.tick(days=1)
            for voter in voters:
                await vote_all(v, voter, helped)
            await v.tick(days=1)
        case Remove(user):
            await _remove(v, user)
        case Delete(user):
            await v.command(user, "question today")
            await v.act(user, ForgetMe((await member_of(v, user)).person_id, sure=True))
        case Merge(source, target) if source != target:
            for user in (source, target):
                await v.command(user, "question today")
            ids = [(await member_of(v, user)).id for user in (source, target)]
            await v.app.database.write(lambda tx: move(tx, ids[0], ids[1], v.clock()))
        case Again(number):
            for request in v.requests[-number:]:
                await v.app.dispatcher.handle(request)


async def _remove(v: LocalDriver, user: str) -> None:
    await v.command(user, "question today")
    member = await member_of(v, user)
    wrote = [row for row in await v.rows(answers) if row.member_id == member.id]
    if wrote:
        await v.act(ORGANISER, Moderate(wrote[-1].round_id, wrote[-1].id, "remove"))
        await v.app.database.write(partial(_let_back, member_id=member.id))


async def _let_back(tx: Transaction, member_id: int) -> None:
    await tx.execute(update(members).where(members.c.id == member_id).values(barred_at=None))


async def _check(v: LocalDriver) -> None:
    async def read(tx: Transaction) -> None:
        kept, counted = await totals(tx, 1), await recount(tx, 1)
        assert {key: sum_ for key, sum_ in kept.items() if any(sum_)} == {
            key: sum_ for key, sum_ in counted.items() if any(sum_)
        }
        assert await drift(tx, 1) == ()

    await v.app.database.read(read)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_kept_totals_are_the_recount_whatever_a_group_lives_through(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    with _group(url, tmp_path / "bank") as (loop, v):

        @settings(
            max_examples=8,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(steps)
        def story(lived: list[NamedTuple]) -> None:
            # Each story goes on where the one before ended, so that all of them make one long one.
            for step in lived:
                loop.run_until_complete(_live(v, step))
            loop.run_until_complete(_check(v))

        story()
        entries = loop.run_until_complete(v.rows(ledger))
    assert {row.board for row in entries} == {"points", "helped"}
    assert any(row.reverses for row in entries)
    assert len({row.member_id for row in entries}) > len(PEOPLE)
