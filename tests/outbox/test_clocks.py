"""A clock that somebody sets: one wrong tick moves nothing, and a time that stays is believed after seconds."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from bot.app.features import REACH
from bot.chat.platform import RateLimitedError
from bot.database.engine import Database
from bot.outbox.clocks import Reading, read_clocks
from bot.outbox.scheduler import Scheduler
from bot.outbox.send import Outbox
from tests.outbox.post_office import OutboxBench
from tests.outbox.test_scheduler import PATIENCE, Counted

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SECOND, MONTH = timedelta(seconds=1), timedelta(days=30)


def believed(walls: Iterable[timedelta]) -> list[bool]:
    """Whether each tick is believed: one a second on the steady clock, ``walls`` after NOW on the wall's."""
    before: Reading | None = None
    found = []
    for steady, wall in enumerate(walls):
        before = read_clocks(before, NOW + wall, float(steady))
        found.append(before.believed)
    return found


def test_one_tick_with_a_wrong_time_is_not_believed_nor_is_its_end_before_it_is_confirmed() -> None:
    ticks = [n * SECOND for n in range(8)]
    ticks[2] += MONTH
    assert believed(ticks) == [True, True, False, False, False, True, True, True]


@pytest.mark.parametrize("step", [MONTH, -MONTH, timedelta(hours=8), timedelta(minutes=6)])
def test_a_time_that_stays_is_believed_after_seconds(step: timedelta) -> None:
    ticks = [n * SECOND + (step if n >= 2 else timedelta()) for n in range(6)]
    assert believed(ticks) == [True, True, False, False, True, True]


def test_a_clock_that_is_slow_or_nudged_is_believed() -> None:
    assert all(believed(n * SECOND * 0.7 for n in range(2_000)))
    assert all(believed(n * SECOND + (timedelta(minutes=4) if n > 5 else timedelta()) for n in range(10)))


def test_a_long_tick_is_no_step() -> None:
    first = read_clocks(None, NOW, 0.0)
    assert read_clocks(first, NOW + timedelta(hours=1), 3600.0).believed


async def test_a_wait_that_was_asked_for_while_the_clock_was_ahead_is_over_in_its_time(
    bench: OutboxBench,
) -> None:
    outbox = bench.outbox()
    bench.office.fails("post", RateLimitedError(30, everywhere=True))
    bench.clock.step(MONTH)
    await bench.ask("note:1")
    await outbox.run()
    bench.clock.step(-MONTH)
    bench.clock.move(seconds=29)
    await bench.ask("note:2")
    await outbox.run()
    assert bench.office.shown == []
    bench.clock.move(seconds=1)
    await outbox.run()
    assert bench.office.shown == ["first face"]


class Machine:
    """A machine's two clocks, which can be waited for until they are read."""

    def __init__(self) -> None:
        self.wall, self.seconds = NOW, 0.0
        self.read: asyncio.Queue[float] = asyncio.Queue()

    def clock(self) -> datetime:
        return self.wall

    def steady(self) -> float:
        self.read.put_nowait(self.seconds)
        return self.seconds

    async def shows(self, scheduler: Scheduler, wall: datetime, seconds: float) -> None:
        """Let a tick happen at which both clocks show this."""
        self.wall, self.seconds = wall, seconds
        scheduler.wake()
        while await asyncio.wait_for(self.read.get(), PATIENCE) != seconds:
            pass


async def test_the_scheduler_moves_nothing_by_a_time_that_it_does_not_believe(
    sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    machine, counted = Machine(), Counted()
    outbox = Outbox(sqlite_database, {}, {}, "test", machine.clock, REACH, lambda: 0.0)
    scheduler = Scheduler((counted.advance,), outbox, machine.clock, machine.steady)
    await scheduler.start()
    try:
        await counted.times(1)
        await machine.shows(scheduler, NOW + MONTH, 1.0)
        await machine.shows(scheduler, NOW + 2 * SECOND, 2.0)
        await machine.shows(scheduler, NOW + 9 * SECOND, 9.0)
        assert await asyncio.wait_for(counted.asked.get(), PATIENCE) == NOW + 9 * SECOND
    finally:
        await scheduler.stop()
    assert "the clock was set, to 2026-04-03" in caplog.text
