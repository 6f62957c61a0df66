"""Twenty thousand messages that are due at once, sent by two processes on one PostgreSQL: each takes its share, none twice.

python -m tests.bench.together DATABASE_URL OWNER     says "ready", sends from its first line on, ends with its input
"""

import asyncio
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from bot.app.features import REACH
from bot.chat.cards import Card
from bot.chat.platform import Pace
from bot.chat.requests import Destination, MessageRef
from bot.database.engine import Database
from bot.outbox.scheduler import Scheduler
from bot.outbox.send import Outbox
from bot.outbox.tables import deliveries
from tests.bench.rows import Row, at_least, at_most
from tests.bench.sending import NAME, Far, card, fill
from tests.support.databases import postgres

DUE, DUE_QUICK = 20_000, 1_000
PACE = Pace(at_once=40)
LOOK_SECONDS = 0.2


class Near(Far):
    """A platform that answers at once."""

    async def post(self, destination: Destination, card: Card, key: str) -> MessageRef:
        self.arrived.append(key)
        return MessageRef(NAME, destination.tenant, destination.key, key)


async def measure(folder: Path, quick: bool) -> list[Row]:
    """Let two processes begin in the same moment, and wait until nothing is left."""
    del folder
    count = DUE_QUICK if quick else DUE
    with postgres(durable=True) as server:
        await server.run("CREATE DATABASE together TEMPLATE template0")
        url = server.url("together")
        database = await Database.open(url)
        try:
            await database.migrate()
            keys = await fill(database, count)
            both = [await _started(url, owner) for owner in ("one", "two")]
            began = time.perf_counter()
            for each in both:
                _input(each).write(b"go\n")
            while await _left(database):  # noqa: ASYNC110  # other processes set no event of ours
                await asyncio.sleep(LOOK_SECONDS)
            taken = time.perf_counter() - began
            sent = [(await each.communicate(b""))[0].decode().split() for each in both]
        finally:
            await database.close()
    assert {key for each in sent for key in each} == set(keys)
    name = f"{count:,} messages due, two processes on PostgreSQL"
    return [
        Row(f"{name}: sent twice", sum(map(len, sent)) - count, "messages", None, at_most(0, "value")),
        Row(
            f"{name}: the smaller share", 100 * min(map(len, sent)) / count, "%", None, at_least(35, "value")
        ),
        Row(f"{name}: together", count / taken, "messages/s"),
    ]


async def _started(url: str, owner: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "tests.bench.together", url, owner)
    made = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert made.stdout is not None
    assert await made.stdout.readline() == b"ready\n"
    return made


def _input(process: asyncio.subprocess.Process) -> asyncio.StreamWriter:
    assert process.stdin is not None
    return process.stdin


async def _left(database: Database) -> int:
    unsent = select(func.count()).where(deliveries.c.state != "sent")
    return int(await database.read(lambda tx: tx.scalar(unsent)) or 0)


async def send(url: str, owner: str) -> None:
    """Send what is due from the first line of input to its end; then print the keys of what was sent."""
    near = Near(PACE, 0)
    database = await Database.open(url)
    outbox = Outbox(database, {NAME: near}, {"note": card}, owner, _now, REACH, time.monotonic)
    scheduler = Scheduler((), outbox, _now, time.monotonic)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await scheduler.start()
    await asyncio.to_thread(sys.stdin.read)
    await scheduler.stop()
    await database.close()
    print("\n".join(near.arrived))


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    asyncio.run(send(sys.argv[1], f"{sys.argv[2]}:{os.getpid()}"))
