"""The scheduler: every second, and whenever somebody asks for it, what is due is moved and sent."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeAlias

from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.chat.dispatch import trace_of
from bot.outbox.clocks import Reading, read_clocks
from bot.outbox.send import Outbox

log = logging.getLogger(__name__)

Advance: TypeAlias = Callable[[datetime], Awaitable[int]]
"""Moves what is due by an instant, with its deliveries in one transaction each; how much was moved."""

TICK_SECONDS = 1
MAX_ROUNDS = 50
"""How many batches one tick may take before it lets the next one go on."""


class Scheduler:
    """Moves what is due. One tick at a time; a wish for another during a tick is not lost.

    ``clock`` gives aware UTC, ``steady`` seconds that no setting of a clock changes.
    """

    def __init__(
        self,
        moves: tuple[Advance, ...],
        outbox: Outbox,
        clock: Callable[[], datetime],
        steady: Callable[[], float],
    ) -> None:
        self._moves = moves
        self._outbox = outbox
        self._clock = clock
        self._steady = steady
        self._read: Reading | None = None
        self._one_at_a_time = asyncio.Lock()
        self._wished = asyncio.Event()
        self._runner: asyncio.Task[None] | None = None
        self._scheduler: AsyncIOScheduler | None = None

    async def once(self) -> int:
        """Move and send everything that is due now; how much was done. Errors are the caller's."""
        async with self._one_at_a_time:
            done = 0
            for move in self._moves:
                done += await move(self._clock())
            for _ in range(MAX_ROUNDS):
                sent = await self._outbox.run()
                done += sent
                if not sent:
                    break
            return done

    def wake(self) -> None:
        """Ask for a tick soon."""
        self._wished.set()

    async def start(self) -> None:
        """Begin to tick: now, every second, and on every wake."""
        self._runner = asyncio.create_task(self._run(), name="scheduler")
        # This executor calls the job right in the loop. The usual one goes through a thread, where an asyncio.Event may
        # not be set, and where a stop can catch a job half-way and log it as failed.
        self._scheduler = AsyncIOScheduler(timezone="UTC", executors={"default": DebugExecutor()})
        self._scheduler.add_job(
            self._wished.set,
            "interval",
            seconds=TICK_SECONDS,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()
        self.wake()

    async def stop(self) -> None:
        """Stop after the tick that is running."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
        async with self._one_at_a_time:
            if self._runner is not None:
                self._runner.cancel()
        if self._runner is not None:
            await asyncio.gather(self._runner, return_exceptions=True)
            self._runner = None

    async def _run(self) -> None:
        while True:
            await self._wished.wait()
            self._wished.clear()
            if not self._clock_is_believed():
                continue
            try:
                await self.once()
            except Exception as error:  # noqa: BLE001  # one that fails holds up no other; see trace_of
                log.error("a tick failed; the next one tries again: %s", trace_of(error))  # noqa: TRY400  # as there

    def _clock_is_believed(self) -> bool:
        self._read = read_clocks(self._read, self._clock(), self._steady())
        if self._read.stepped_at == self._read.steady:
            log.warning("the clock was set, to %s: nothing is moved until it is confirmed", self._read.wall)
        return self._read.believed
