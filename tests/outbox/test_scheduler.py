"""The scheduler: it ticks every second, whatever else the machine does, and stops without a word."""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from bot.app.features import REACH
from bot.database.engine import Database
from bot.outbox.scheduler import Scheduler
from bot.outbox.send import Outbox

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
PATIENCE = 60
SECRET = "what Ada wrote"


class Counted:
    """Something due that counts how often it was asked, and can be waited for."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[datetime] = asyncio.Queue()

    async def advance(self, now: datetime) -> int:
        await self.asked.put(now)
        return 0

    async def times(self, count: int) -> None:
        for _ in range(count):
            await asyncio.wait_for(self.asked.get(), PATIENCE)


def scheduler_over(database: Database, counted: Counted) -> Scheduler:
    return Scheduler(
        (counted.advance,),
        Outbox(database, {}, {}, "test", lambda: NOW, REACH, lambda: 0.0),
        lambda: NOW,
        lambda: 0.0,
    )


@pytest.mark.slow
async def test_the_scheduler_goes_on_while_every_thread_is_taken_and_its_end_logs_no_error(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    free = threading.Event()
    database = await Database.open(sqlite_url)
    await database.migrate()
    one_thread = ThreadPoolExecutor(1)
    asyncio.get_running_loop().set_default_executor(one_thread)
    taken = asyncio.get_running_loop().run_in_executor(None, free.wait, PATIENCE)
    counted = Counted()
    scheduler = scheduler_over(database, counted)
    try:
        await scheduler.start()
        await counted.times(2)
    finally:
        await scheduler.stop()
        free.set()
        await taken
        await database.close()
    assert [r for r in caplog.records if r.levelno >= logging.WARNING] == []


async def test_a_beat_that_stopped_moves_nothing_more_and_can_be_started_again(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url)
    await database.migrate()
    counted = Counted()
    scheduler = scheduler_over(database, counted)
    for _ in range(2):
        await scheduler.start()
        await counted.times(1)
        await scheduler.stop()
        scheduler.wake()
        await asyncio.sleep(0)
        assert counted.asked.empty()
    await database.close()


async def test_a_beat_that_fails_is_logged_without_its_errors_words_and_the_next_one_comes(
    sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(Counted):
        async def advance(self, now: datetime) -> int:
            await super().advance(now)
            raise LookupError(SECRET) from ValueError(SECRET)

    failing = Failing()
    scheduler = scheduler_over(sqlite_database, failing)
    await scheduler.start()
    await failing.times(1)
    scheduler.wake()
    await failing.times(1)
    await scheduler.stop()
    assert "a tick failed; the next one tries again: LookupError" in caplog.text
    assert SECRET not in caplog.text
