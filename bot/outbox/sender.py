"""One platform's sender: many sends under way at once, in one lane a channel, oldest due first."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.chat.dispatch import log_failure
from bot.chat.platform import Pace
from bot.outbox.queries import IN_A_LANE, Delivery

log = logging.getLogger(__name__)

Claim: TypeAlias = Callable[[int, int, frozenset[str]], Awaitable[tuple[Delivery, ...]]]
"""Takes up to so many due deliveries, for so many destinations, none of them for these."""
Deliver: TypeAlias = Callable[[Delivery], Awaitable[None]]
GiveBack: TypeAlias = Callable[[Delivery, datetime], Awaitable[None]]
"""Puts a claimed delivery back that was not tried, to be due at an instant."""

GATHER_SECONDS = 0.25
"""So long a busy sender waits until half of its sends have ended: it then claims many in one transaction."""
CATCH_UP_SECONDS = 0.5
"""So much of its time a sender that was late makes up for, within the platform's bound for each second."""
CANCEL_SECONDS = 1.0


class Sender:
    """Sends what is due on one platform. Messages for one destination go one after the other, in a lane.

    A lane that waits, or hangs, takes one of the platform's ``Pace.at_once`` and holds up no other. ``clock`` gives aware UTC,
    ``timer`` seconds: how long to wait is told by that one, since a clock that is put right would make days of it.
    """

    def __init__(
        self,
        pace: Pace,
        claim: Claim,
        deliver: Deliver,
        give_back: GiveBack,
        clock: Callable[[], datetime],
        timer: Callable[[], float],
    ) -> None:
        self._pace = pace
        self._claim = claim
        self._deliver = deliver
        self._give_back = give_back
        self._clock = clock
        self._timer = timer
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._held: dict[str, float] = {}
        self._silent_until = float("-inf")
        self._claiming = asyncio.Lock()
        self._wished = asyncio.Event()
        self._lane_ended = asyncio.Event()
        self._stopping = False
        self._runner: asyncio.Task[None] | None = None
        self._turns = asyncio.Lock()
        self._next_turn = 0.0
        self._begun: deque[float] = deque(maxlen=pace.a_second)

    def hold(self, wait: timedelta, destination: str | None = None) -> None:
        """Send nothing to a destination for so long; nothing at all where none is named."""
        until = self._timer() + wait.total_seconds()
        if destination is None:
            self._silent_until = until
        else:
            self._held[destination] = until

    async def send_some(self, most: int) -> int:
        """Claim up to so many that are due and see them through, as fast as it goes; how many there were."""
        claimed, lanes = await self._take(most)
        await asyncio.gather(*lanes)
        return claimed

    def wake(self) -> None:
        """Something may be due."""
        self._wished.set()

    def start(self) -> None:
        """Begin to send what is due, on every wake, at the platform's pace."""
        self._stopping = False
        self._runner = asyncio.create_task(self._run(), name="sender")

    async def stop(self, deadline: float) -> None:
        """Claim nothing more and let what is under way end; what hangs at ``deadline``, in the loop's time, is cut off.

        What was cut off is in doubt until its lease ends. What was claimed and not begun is due again at once.
        """
        self._stopping = True
        if self._runner is not None:
            # A claim that is cut off may be committed, and all that it took would be in doubt.
            with suppress(TimeoutError):
                async with asyncio.timeout_at(deadline):
                    await self._claiming.acquire()
                    self._claiming.release()
            self._runner.cancel()
            await asyncio.wait({self._runner}, timeout=CANCEL_SECONDS)
            self._runner = None
        await ended(self._lanes.values(), deadline)

    async def _run(self) -> None:
        while True:
            await self._wished.wait()
            self._wished.clear()
            try:
                while (await self._take(await self._room(), paced=True))[0]:
                    pass
            except Exception as error:  # noqa: BLE001  # the next wake tries again; see log_failure
                log_failure(log, error, "nothing could be claimed")

    async def _room(self) -> int:
        """How many lanes may begin; at least one, and where there is little room, not before there is more."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GATHER_SECONDS):
                while self._free < self._pace.at_once // 2:
                    await self._next_end()
        while self._free < 1:
            await self._next_end()
        return self._free

    @property
    def _free(self) -> int:
        return self._pace.at_once - len(self._lanes)

    async def _next_end(self) -> None:
        self._lane_ended.clear()
        await self._lane_ended.wait()

    async def _take(self, most: int, *, paced: bool = False) -> tuple[int, list[asyncio.Task[None]]]:
        """Claim up to so many and begin their lanes; how many were claimed, and the lanes."""
        async with self._claiming:
            now = self._timer()
            if self._stopping or self._silent_until > now:
                return 0, []
            self._held = {lane: until for lane, until in self._held.items() if until > now}
            # What one channel is to be told goes through one process, in order, though another one shares the work.
            limit = max(most, IN_A_LANE) if paced else most
            claimed = await self._claim(limit, most, frozenset((*self._lanes, *self._held)))
            return len(claimed), [self._begin(*lane, paced=paced) for lane in _lanes_of(claimed)]

    def _begin(self, key: str, waiting: list[Delivery], *, paced: bool) -> asyncio.Task[None]:
        async def lane() -> None:
            try:
                for each in waiting:
                    await self._send(each, paced=paced)
            finally:
                del self._lanes[key]
                self._lane_ended.set()
                self._wished.set()  # more of this lane may have become due

        self._lanes[key] = asyncio.create_task(lane(), name=f"lane {key}")
        return self._lanes[key]

    async def _send(self, delivery: Delivery, *, paced: bool) -> None:
        if paced:
            await self._turn()
        silent = self._silent_until
        wait = max(silent, self._held.get(delivery.destination.key, silent)) - self._timer()
        if wait > 0 or self._stopping:
            await self._give_back(delivery, self._clock() + timedelta(seconds=max(wait, 0)))
        else:
            await self._deliver(delivery)

    async def _turn(self) -> None:
        """Wait until one more send may begin; turns are given one after the other, in the order they are asked for."""
        most = self._pace.a_second
        if most is None:
            return
        async with self._turns:
            if self._stopping:
                return
            now = asyncio.get_running_loop().time()
            turn = max(self._next_turn, now - CATCH_UP_SECONDS)
            if len(self._begun) == most:
                turn = max(turn, self._begun[0] + 1)
            self._next_turn = turn + 1 / most
            if turn > now:
                await asyncio.sleep(turn - now)
            # When it really begins: a loop that stood still must not let all of a second's sends begin at once.
            self._begun.append(asyncio.get_running_loop().time())


def _lanes_of(claimed: tuple[Delivery, ...]) -> list[tuple[str, list[Delivery]]]:
    """The deliveries of each destination, in the order they came; the destination that is due longest first."""
    lanes: dict[str, list[Delivery]] = {}
    for each in claimed:
        lanes.setdefault(each.destination.key, []).append(each)
    return list(lanes.items())


async def ended(tasks: Iterable["asyncio.Task[None]"], deadline: float) -> None:
    """Wait for tasks until ``deadline``, in the loop's time, then cut off those that hang. Their errors are their own."""
    waiting = set(tasks)
    if not waiting:
        return
    left = deadline - asyncio.get_running_loop().time()
    _, hanging = await asyncio.wait(waiting, timeout=max(left, 0))
    for each in hanging:
        each.cancel()
    if hanging:
        log.warning("%d did not end in time and were cut off", len(hanging))
        await asyncio.wait(hanging, timeout=CANCEL_SECONDS)
