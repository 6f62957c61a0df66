"""Leading worker processes from a test, and checking what they left behind."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.local.room import LocalRoom
from bot.chat.platform import Platform
from bot.database.tables import transcript
from bot.features.daily.reveal.hearing import HEARD
from bot.features.daily.tables import rounds
from bot.outbox.queries import delivery_key
from bot.outbox.tables import deliveries
from tests.faults.serving import PATIENCE, ROOT
from tests.faults.worker import Trapped, Traps
from tests.support.driver import running
from tests.support.local_driver import HERE, MONDAY_NINE, LocalDriver


class Worker:
    """A running worker process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def reads(self) -> str:
        """The next line it says, "" when it has ended."""
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), PATIENCE)
        return line.decode().rstrip("\n")

    def order(self, line: str) -> None:
        """Give an order without waiting for its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())

    async def does(self, line: str) -> str:
        """Give an order; its answer."""
        self.order(line)
        return await self.reads()

    async def dies_at(self, moment: str, line: str) -> list[str]:
        """Let it be killed (SIGKILL) at a moment of an order; what it said before."""
        assert await self.does(f"at {moment} KILL") == "set"
        self.order(line)
        said = []
        while answer := await self.reads():
            said.append(answer)
        assert await asyncio.wait_for(self._process.wait(), PATIENCE) == -signal.SIGKILL
        assert said[-1] == f"at {moment}"
        return said[:-1]

    async def stops_at(self, moment: str, line: str) -> None:
        """Let it be stopped (SIGSTOP) at a moment of an order, and wait until it is."""
        assert await self.does(f"at {moment} STOP") == "set"
        self.order(line)
        assert await self.reads() == f"at {moment}"
        stopped = asyncio.to_thread(os.waitid, os.P_PID, self._process.pid, os.WSTOPPED | os.WNOWAIT)
        await asyncio.wait_for(stopped, PATIENCE)

    def goes_on(self) -> None:
        """Let it go on (SIGCONT)."""
        self._process.send_signal(signal.SIGCONT)

    async def ends(self) -> int:
        """Let it end by itself; its exit code."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return await asyncio.wait_for(self._process.wait(), PATIENCE)

    async def away(self) -> None:
        """Make sure that it is gone."""
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def working(url: str, posted: Path, now: datetime) -> AsyncIterator[Worker]:
    """A worker on a database at an instant, ready for orders; gone at the end."""
    command = (sys.executable, "-m", "tests.faults.worker", url, str(posted), now.isoformat())
    pipe = asyncio.subprocess.PIPE
    worker = Worker(await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe))
    try:
        assert await worker.reads() == "ready"
        yield worker
    finally:
        await worker.away()


class Noted(LocalDriver):
    """An app whose posts are noted in a file, as the workers' are."""

    def __init__(self, url: str, posted: Path) -> None:
        super().__init__(url)
        self.posted = posted

    def wrap(self, room: LocalRoom) -> Platform:
        return Trapped(super().wrap(room), Traps(), self.posted)


@asynccontextmanager
async def noted(url: str, posted: Path, now: datetime = MONDAY_NINE) -> AsyncIterator[Noted]:
    """Such a local, stopped at the end."""
    local = Noted(url, posted)
    local.clock.now = now
    async with running(local):
        yield local


async def to_be_sent(local: LocalDriver) -> list[Any]:
    """The messages of a room but for those that are kept for somebody's next private reply."""
    return [row for row in await local.rows(deliveries) if row.kind != HEARD]


async def everything_stands_once(local: Noted) -> None:
    """Check that every message that is due stands in the room, and that nobody posted one twice."""
    asked = await to_be_sent(local)
    due = Counter(row.key for row in asked)
    assert {row.state for row in asked} == {"sent"}
    assert Counter(row.key for row in await local.rows(transcript)) == due
    assert Counter(local.posted.read_text().split()) == due
    for each in await local.rows(rounds):
        kinds = ("question", "reveal") if each.state == "revealed" else ("question",)
        for kind in kinds:
            assert due[delivery_key(f"round:{each.id}", kind, HERE.key)] == 1
