"""No send outlives its lease: one that hangs is cut off, and none begins that could not end in time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.chat.cards import Card
from bot.database.transaction import Transaction
from bot.outbox.queries import LEASE, SEND_TIMEOUT, Delivery
from tests.outbox.post_office import OutboxBench, town_on
from tests.support.databases import opened

A_SECOND = timedelta(seconds=1)


class StillLoop(asyncio.SelectorEventLoop):
    """A loop whose time stands still until it is moved."""

    moved = 0.0

    def time(self) -> float:
        return self.moved

    async def passes(self, time: timedelta) -> None:
        """Let something take this long."""
        over = asyncio.Event()
        self.call_later(time.total_seconds(), over.set)
        self.moved += time.total_seconds()
        await over.wait()


def in_still_time(url: str, story: Callable[[OutboxBench, StillLoop], Awaitable[None]]) -> None:
    """Run a story of a bench where time stands still until it is moved."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, StillLoop)
        async with opened(url) as database:
            await story(await town_on(database), loop)

    with asyncio.Runner(loop_factory=StillLoop) as runner:
        runner.run(run())


@pytest.mark.parametrize(
    ("late", "state", "stand"), [(-A_SECOND, "sent", ["first face"]), (A_SECOND, "sending", [])]
)
def test_a_post_that_hangs_is_cut_off_at_its_time_limit_and_in_doubt(
    sqlite_url: str, late: timedelta, state: str, stand: list[str]
) -> None:
    async def story(bench: OutboxBench, loop: StillLoop) -> None:
        bench.office.on_post = lambda: loop.passes(SEND_TIMEOUT + late)
        await bench.ask()
        await bench.outbox().run()
        assert ((await bench.row()).state, bench.office.shown) == (state, stand)

    in_still_time(sqlite_url, story)


@pytest.mark.parametrize(
    ("late", "state", "shown"), [(-A_SECOND, "sent", "second face"), (A_SECOND, "sending", "first face")]
)
def test_an_edit_that_hangs_is_cut_off_at_its_time_limit_and_in_doubt(
    sqlite_url: str, late: timedelta, state: str, shown: str
) -> None:
    async def story(bench: OutboxBench, loop: StillLoop) -> None:
        await bench.ask()
        await bench.outbox().run()
        bench.office.on_edit = lambda: loop.passes(SEND_TIMEOUT + late)
        await bench.change("second face")
        await bench.outbox().run()
        assert ((await bench.row()).state, bench.office.shown) == (state, [shown])

    in_still_time(sqlite_url, story)


def test_one_that_hangs_keeps_no_other_from_being_sent(sqlite_url: str) -> None:
    async def story(bench: OutboxBench, loop: StillLoop) -> None:
        async def hang_once() -> None:
            bench.office.on_post = None
            await loop.passes(LEASE)

        bench.office.on_post = hang_once
        await bench.ask("note:1")
        await bench.ask("note:2")
        await bench.outbox().run()
        assert [row.state for row in await bench.rows()] == ["sending", "sent"]

    in_still_time(sqlite_url, story)


async def test_what_could_not_be_sent_before_its_lease_ends_is_put_back_unsent(bench: OutboxBench) -> None:
    async def slow(_tx: Transaction, _delivery: Delivery) -> Card | None:
        bench.clock.now += LEASE - SEND_TIMEOUT + A_SECOND
        return Card("slow")

    await bench.ask("note:1", "slow")
    await bench.ask("note:2")
    await bench.outbox(slow=slow).run()
    assert bench.office.calls.count("post") == 1
    row = (await bench.rows())[1]
    assert (row.state, row.error, row.next_at) == ("waiting", "the batch was slow", bench.clock())
    assert await bench.outbox().run() == 1
    assert "find" not in bench.office.calls
