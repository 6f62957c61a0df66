"""Several processes on one PostgreSQL: each delivery is claimed by one of them."""

import asyncio
from collections import Counter
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import text

from bot.app.features import DUE
from bot.database.errors import LostError
from bot.database.transaction import Transaction
from bot.outbox.queries import LEASE, Delivery, claim
from tests.outbox.post_office import NOON, OutboxBench, PostOffice, town_on
from tests.support.databases import PostgresServer, opened

pytestmark = pytest.mark.postgres
POST = "post"


async def test_what_becomes_due_while_one_process_claims_is_left_to_it_where_it_sends_already(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    async with opened(postgres_url) as first, opened(postgres_url) as second:
        bench = await town_on(first)
        await bench.ask("note:1")
        await bench.ask("note:2")
        claimed, go_on = asyncio.Event(), asyncio.Event()

        async def claim_and_hold(tx: Transaction) -> tuple[Delivery, ...]:
            found = await claim(tx, DUE, POST, "one", NOON, limit=1)
            claimed.set()
            await go_on.wait()
            return found

        async def theirs(at: datetime = NOON) -> list[str]:
            work = partial(claim, due=DUE, platform=POST, owner="two", now=at)
            return [each.subject for each in await second.write(work)]

        holding = asyncio.create_task(first.write(claim_and_hold))
        await claimed.wait()
        await bench.ask("note:3")
        await bench.tell("note:4")
        claiming = asyncio.create_task(theirs())
        while not (claiming.done() or await postgres_server.waits()):
            pass
        go_on.set()
        assert [each.subject for each in await holding] == ["note:1"]
        assert await claiming == ["note:4"]
        assert sorted(await theirs(NOON + LEASE)) == ["note:1", "note:2", "note:3", "note:4"]


async def test_two_outboxes_at_work_together_send_each_message_once(postgres_url: str) -> None:
    async with opened(postgres_url) as first, opened(postgres_url) as second:
        bench = await town_on(first, remembers=False)
        other = OutboxBench(
            second, bench.clock, PostOffice(bench.clock, knows_keys=False), bench.place_id, bench.identity_id
        )
        for number in range(30):
            await bench.ask(f"note:{number}")

        async def drain(of: OutboxBench, owner: str) -> None:
            outbox = of.outbox(owner)
            while await outbox.run(limit=2):
                pass

        await asyncio.gather(drain(bench, "one"), drain(other, "two"))
        counted = Counter(m.key for at in (bench, other) for m in at.office.messages.values())
        assert len(counted) == 30
        assert set(counted.values()) == {1}
        assert {row.state for row in await bench.rows()} == {"sent"}


async def test_a_claim_that_is_rolled_back_is_free_for_the_next(postgres_url: str) -> None:
    async with opened(postgres_url) as database:
        bench = await town_on(database)
        await bench.ask()

        async def claim_and_die(tx: Transaction) -> None:
            await claim(tx, DUE, POST, "one", NOON)
            await tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

        with pytest.raises(LostError):
            await database.write(claim_and_die)
        assert await bench.outbox("two").run() == 1
        assert "find" not in bench.office.calls
        assert bench.office.shown == ["first face"]
