"""The scheduler: every second, and whenever somebody asks for it, what is due is moved, and the outbox woken."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.chat.dispatch import log_failure
from bot.outbox.clocks import Reading, read_clocks
from bot.outbox.send import Outbox
from bot.outbox.sender import ended

log = logging.getLogger(__name__)

Advance: TypeAlias = Callable[[datetime], Awaitable[int]]
"""Moves what is due by an instant, with its deliveries in one transaction each; how much was moved."""

TICK_SECONDS = 1
MAX_ROUNDS = 50
"""How many batches ``once`` sends at most."""
STOP_SECONDS = 4.0
"""So long a stop waits for what is under way."""


@dataclass(slots=True)
class _Duty:
    """Something that is moved by the clock, and the wish that it be looked at; a wish while it is moved is not lost.

    ``done_at`` is when it was moved last without a fault, in steady seconds.
    """

    move: Advance
    wished: asyncio.Event
    done_at: float


class Scheduler:
    """Moves what is due, each duty by itself, and wakes the outbox: one that is slow or fails holds up no other.

    ``clock`` gives aware UTC, ``steady`` seconds that no setting of a clock changes.
    """

    def __init__(
        self,
        moves: tuple[Advance, ...],
        outbox: Outbox,
        clock: Callable[[], datetime],
        steady: Callable[[], float],
    ) -> None:
        self._duties = tuple(_Duty(move, asyncio.Event(), steady()) for move in moves)
        self._outbox = outbox
        self._clock = clock
        self._steady = steady
        self._read: Reading | None = None
        self._runners: list[asyncio.Task[None]] = []
        self._stopping = False
        self._scheduler: AsyncIOScheduler | None = None

    async def once(self) -> int:
        """Move and send everything that is due now, one after the other; how much was done.

        Raises:
            Exception: that of a duty which failed, once all others were moved and sent.
        """
        done, failed = 0, None
        for duty in self._duties:
            try:
                done += await self._move(duty)
            except Exception as error:  # noqa: BLE001  # it is raised below
                failed = failed or error
        for _ in range(MAX_ROUNDS):
            sent = await self._outbox.run()
            done += sent
            if not sent:
                break
        if failed is not None:
            raise failed
        return done

    @property
    def tick_age(self) -> float:
        """For how many seconds the duty that is furthest behind has not been moved, or not without a fault."""
        return self._steady() - min((duty.done_at for duty in self._duties), default=self._steady())

    def wake(self) -> None:
        """Ask for a tick soon."""
        for duty in self._duties:
            duty.wished.set()
        self._outbox.wake()

    async def start(self) -> None:
        """Begin to tick: now, every second, and on every wake."""
        self._stopping = False
        self._runners = [asyncio.create_task(self._run(duty), name="duty") for duty in self._duties]
        self._outbox.start()
        # This executor calls the job right in the loop. The usual one goes through a thread, where an asyncio.Event may
        # not be set, and where a stop can catch a job half-way and log it as failed.
        self._scheduler = AsyncIOScheduler(timezone="UTC", executors={"default": DebugExecutor()})
        self._scheduler.add_job(
            self.wake,
            "interval",
            seconds=TICK_SECONDS,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()
        self.wake()

    async def stop(self, deadline: float | None = None) -> None:
        """Stop after what is being moved and sent; what hangs at ``deadline``, in the loop's time, is cut off.

        Where none is named, that is STOP_SECONDS from now.
        """
        deadline = deadline or asyncio.get_running_loop().time() + STOP_SECONDS
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
        self._stopping = True
        for duty in self._duties:
            duty.wished.set()
        await asyncio.gather(ended(self._runners, deadline), self._outbox.stop(deadline))
        self._runners = []

    async def _run(self, duty: _Duty) -> None:
        while True:
            await duty.wished.wait()
            duty.wished.clear()
            if self._stopping:
                return
            if not self._clock_is_believed():
                continue
            try:
                moved = await self._move(duty)
            except Exception as error:  # noqa: BLE001  # one that fails holds up no other; see log_failure
                log_failure(log, error, "a tick failed; the next one tries again")
                moved = 1  # some of it may have been
            if moved:
                self._outbox.wake()

    async def _move(self, duty: _Duty) -> int:
        moved = await duty.move(self._clock())
        duty.done_at = self._steady()
        return moved

    def _clock_is_believed(self) -> bool:
        self._read = read_clocks(self._read, self._clock(), self._steady())
        if self._read.stepped_at == self._read.steady:
            log.warning("the clock was set, to %s: nothing is moved until it is confirmed", self._read.wall)
        return self._read.believed
