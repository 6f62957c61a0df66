"""No send outlives its lease: one that hangs is cut off, and none begins that could not end in time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.chat.cards import Card
from bot.database.transaction import Transaction
from bot.outbox.queries import LEASE, SEND_TIMEOUT, Delivery, refresh
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


async def test_a_process_that_stood_still_before_the_wire_sends_nothing(bench: OutboxBench) -> None:
    async def frozen(_tx: Transaction, _delivery: Delivery) -> Card | None:
        bench.clock.now += LEASE - SEND_TIMEOUT + A_SECOND
        return Card("frozen")

    await bench.ask("note:1", "some")
    await bench.ask("note:2")
    await bench.outbox(some=frozen).run()
    assert bench.office.calls == []
    for row in await bench.rows():
        assert (row.state, row.error, row.next_at) == ("waiting", "the batch was slow", bench.clock())
    assert await bench.outbox(some=bench.card).run() == 2
    assert bench.office.calls == ["post", "post"]


async def test_an_edit_of_a_process_that_stood_still_is_left_to_the_next_try(bench: OutboxBench) -> None:
    async def frozen(_tx: Transaction, _delivery: Delivery) -> Card | None:
        bench.clock.now += LEASE
        return Card("an old face")

    await bench.ask("note:1", "some")
    await bench.outbox(some=bench.card).run()
    await bench.database.write(lambda tx: refresh(tx, "note:1", ("some",), bench.clock()))
    await bench.outbox(some=frozen).run()
    assert bench.office.calls == ["post"]
    bench.title = "second face"
    await bench.outbox(some=bench.card).run()
    assert bench.office.shown == ["second face"]
