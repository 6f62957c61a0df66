"""Processes on one database, a town, and time: what a story of faults is told with."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.app.run import App, open_app
from bot.app.settings import Settings
from bot.chat.platform import Threads
from tests.bench.filling import bank
from tests.faults.far import Road, Town
from tests.faults.virtual import FROZEN_SECONDS, STUCK_SECONDS, AtOnce, Killed, Life, VirtualLoop

BEGIN = datetime(2026, 11, 25, 7, 50, tzinfo=UTC)
"""Ten minutes before a question is due."""

TICKS = (0.0, 3.0, 9.0, 27.0, 64.0, 200.0, 600.0)
"""Seconds after which is ticked once something has happened; then every RARELY. A second each would be 86,400 a day."""
FEWER_TICKS = (9.0, 64.0, 600.0)
"""On a server, each costs two processes some thirty round trips."""
RARELY = 3_600.0
NEVER = timedelta(0)


@dataclass
class World:
    """Everything there is. ``told`` are lines of what happened, for whoever replays it."""

    url: str
    chance: random.Random
    loop: VirtualLoop
    town: Town = field(init=False)
    processes: list["Process"] = field(default_factory=list)
    everyone: list["Process"] = field(default_factory=list)
    clock_off: timedelta = NEVER
    told: list[str] = field(default_factory=list)
    opening: int = 0

    def __post_init__(self) -> None:
        remembers = self.chance.choice((NEVER, timedelta(minutes=5)))
        threads = self.chance.choice((Threads.NONE, Threads.PREFERRED))
        self.town = Town(self.chance, self.true_time, remembers, threads, tell=self.tell)
        self.loop.works = self._patience

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    def true_time(self) -> datetime:
        return BEGIN + timedelta(seconds=self.loop.now)

    def clock(self) -> datetime:
        """What the machine's clock shows."""
        return self.true_time() + self.clock_off

    def tell(self, line: str) -> None:
        self.told.append(f"{self.true_time():%d %H:%M:%S.%f} {line}")

    def _patience(self) -> float:
        """How long to wait, in real seconds, for what a server or a thread has under way."""
        if not self.opening and (
            self.is_sqlite or not any(p.is_there and p.app.database._users for p in self.processes)
        ):
            return 0.0
        return FROZEN_SECONDS if any(p.life.stands for p in self.processes) else STUCK_SECONDS

    async def start(self) -> "Process":
        """Start one more process."""
        made = Process(self)
        self.processes.append(made)
        self.everyone.append(made)
        await made.start()
        return made

    async def passes(self, seconds: float) -> None:
        """Let time pass, with ticks, rarer ones the longer nothing has happened."""
        until = self.loop.now + seconds
        before = self.loop.now
        for after in TICKS if self.is_sqlite else FEWER_TICKS:
            if before + after >= until:
                break
            await self._sleep_until(before + after)
            self.tick()
        while self.loop.now + RARELY < until:
            await self._sleep_until(self.loop.now + RARELY)
            self.tick()
        await self._sleep_until(until)

    async def _sleep_until(self, at: float) -> None:
        come = asyncio.Event()
        self.loop.call_at(at, come.set)
        await come.wait()

    def tick(self) -> None:
        """A tick of every process that is there; a frozen one has it when it goes on."""
        for each in self.processes:
            if each.is_there:
                each.life.does(each.app.scheduler.wake)


class Process:
    """One process: the real app on the database, with the town as its platform."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.life = Life(self._bury)
        self.app: App
        self.is_there = False
        self.statements_left: int | None = None
        self.as_it_sends: Callable[[], None] | None = None
        self.gone = asyncio.Event()
        self.tasks: list[asyncio.Task[Any]] = []
        self.name = f"process {len(world.everyone) + 1}"
        self.road = Road(world.town, self.life, lambda: world.clock_off, self.name)
        self._steady = world.chance.uniform(0, 1e6)

    def steady(self) -> float:
        return self._steady + self.world.loop.now

    async def start(self) -> None:
        """Open the app and let it tick and send."""
        self.world.opening += 1
        try:
            self.app = await self.spawn(
                open_app(
                    Settings(port=0, database_url=self.world.url, demo=False),
                    clock=self.world.clock,
                    steady=self.steady,
                    timer=self.steady,
                    bank=bank(),
                    platforms=(self.road,),
                )
            )
        finally:
            self.world.opening -= 1
        if self.world.is_sqlite:
            self.app.database._writer._thread = AtOnce()  # type: ignore[assignment]
        self.app.database.watcher = self._statement
        await self.spawn(self.app.scheduler.start())
        assert self.app.scheduler._scheduler is not None
        self.app.scheduler._scheduler.pause()  # it reads the machine's clock; the world ticks instead
        self.is_there = True

    def spawn(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Begin a task of this process."""
        task = self.life.spawn(work)
        self.tasks.append(task)
        return task

    def _statement(self, sql: str, _values: object) -> None:
        """Before each statement: the process may die here, in the middle of a transaction, or learn that it is about to send."""
        if self.life.killed:
            raise Killed
        if self.as_it_sends is not None and sql.startswith("UPDATE deliveries") and "first_try_at=" in sql:
            then, self.as_it_sends = self.as_it_sends, None
            then()
        if self.statements_left is not None:
            self.statements_left -= 1
            if self.statements_left <= 0:
                self.statements_left = None
                self.life.kill()
                raise Killed

    def _bury(self) -> None:
        """What the machine does for a process that has ended: its files and connections are closed as they are."""
        self.world.tell(f"{self.name} is dead")
        self.is_there = False
        self.world.processes.remove(self)
        database = self.app.database
        if database.is_postgres:
            database._server._pool.terminate()
        else:
            database._writer._do_not_fold()
            database._writer._undo()
            database._writer._open.close()
            while database._readers._free:
                database._readers._free.pop().close()
            if database._lock is not None:
                database._lock.release()
        self.gone.set()

    async def ends(self, seconds: float = 20) -> None:
        """Stop it as an operator does."""
        self.is_there = False
        stopping = self.spawn(self.app.stop())
        await asyncio.wait(
            {stopping, asyncio.ensure_future(self.gone.wait())},
            timeout=seconds,
            return_when="FIRST_COMPLETED",
        )
        if self in self.world.processes:
            self.world.processes.remove(self)
        self.gone.set()


async def tidied(world: World) -> None:
    """Let go of everything: even the dead take their last steps, in which nothing of theirs has an effect."""
    for each in list(world.processes):
        await each.ends()
    for each in world.everyone:
        each.life.killed = True
        each.life.go_on()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for each_task in left:
        each_task.cancel()
    if left:
        await asyncio.wait(left, timeout=60)


def run(url: str, seed: int, story: Callable[[World], Coroutine[Any, Any, None]]) -> World:
    """Tell a story of a seed on a database; the world as it was at its end."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, VirtualLoop)
        loop.set_exception_handler(lambda _loop, _context: None)  # tasks of the dead are never awaited

        async def told() -> World:
            world = World(url, random.Random(seed), loop)
            try:
                await story(world)
            finally:
                await tidied(world)
            return world

        return runner.run(told())
