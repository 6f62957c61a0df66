"""Several processes on one PostgreSQL: each of these tests opens the database twice."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest
from sqlalchemy import select, update

from bot.database.engine import Database
from bot.database.transaction import Transaction
from bot.membership.tables import groups
from tests.database.rows import add_group
from tests.support.databases import opened

pytestmark = pytest.mark.postgres


@pytest.fixture
async def two(postgres_url: str) -> AsyncIterator[tuple[Database, Database]]:
    async with opened(postgres_url) as first, opened(postgres_url) as second:
        yield first, second


async def test_a_row_that_one_process_has_claimed_is_passed_over_by_the_other(
    two: tuple[Database, Database],
) -> None:
    one, other = [await two[0].write(add_group) for _ in range(2)]
    claimed, go_on = asyncio.Event(), asyncio.Event()
    query = select(groups.c.id).order_by(groups.c.id).limit(1).with_for_update(skip_locked=True)

    async def claim_and_hold(tx: Transaction) -> int | None:
        found: int | None = await tx.scalar(query)
        claimed.set()
        await go_on.wait()
        return found

    holding = asyncio.create_task(two[0].write(claim_and_hold))
    await claimed.wait()
    assert await two[1].write(lambda c: c.scalar(query)) == other
    go_on.set()
    assert await holding == one


async def test_a_deadlock_is_broken_and_both_writes_are_done(two: tuple[Database, Database]) -> None:
    rows = [await two[0].write(add_group) for _ in range(2)]
    reached = [asyncio.Event(), asyncio.Event()]
    runs = [0, 0]

    async def rename(tx: Transaction, who: int) -> None:
        runs[who] += 1
        first, second = (rows[who], rows[1 - who])
        await tx.execute(update(groups).where(groups.c.id == first).values(tone=str(who)))
        reached[who].set()
        await reached[1 - who].wait()
        await tx.execute(update(groups).where(groups.c.id == second).values(tone=str(who)))

    await asyncio.gather(*(two[who].write(partial(rename, who=who)) for who in (0, 1)))

    tones = (await two[0].read(lambda c: c.execute(select(groups.c.tone)))).scalars()
    assert len(set(tones)) == 1  # one went wholly after the other
    # Whoever lost may meet the other a second time before that one is through.
    assert (min(runs), max(runs) > 1) == (1, True)
