"""A tick against a command in another process: whoever holds the group's row has it alone."""

import asyncio

import pytest

from bot.database.transaction import Transaction
from bot.features.daily.advance import advance
from bot.features.daily.tables import rounds
from bot.membership.queries import change_group, lock_group
from bot.membership.rules import paused
from bot.membership.tables import groups
from tests.support.databases import PostgresServer
from tests.support.local_driver import local_app

pytestmark = pytest.mark.postgres


async def test_a_tick_passes_over_a_group_that_is_being_paused_and_asks_nothing_in_it(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    async with local_app(postgres_url) as v, local_app(postgres_url) as other:
        await v.set_up()
        other.clock.now = v.clock.move(days=1)
        held, go_on = asyncio.Event(), asyncio.Event()

        async def pause_slowly(tx: Transaction) -> None:
            pace = paused(await lock_group(tx, 1), v.clock())
            await change_group(tx, 1, state=pace.state.value, last_date=pace.last_date, next_at=pace.next_at)
            held.set()
            await go_on.wait()

        pausing = asyncio.create_task(v.app.database.write(pause_slowly))
        await held.wait()
        ticking = asyncio.create_task(advance(other.app.services, other.clock()))
        while not (ticking.done() or await postgres_server.waits()):
            pass
        go_on.set()
        await pausing
        moved = await ticking
        await other.tick()
        (group,) = await v.rows(groups)
        assert (group.state, group.next_at) == ("paused", None)
        assert [row.state for row in await v.rows(rounds)] == ["voting"]
        assert moved == 0
