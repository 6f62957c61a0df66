"""Whose turn it is when many come at once, and how much of Discord's three seconds is gone before anybody looks.

Five hundred who begin at the same time would all be done at the same time, and late. In turn, each is done as early as it can be.
"""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T")

AT_WORK = 16
"""How many requests are worked on at once: enough to share commits, and each more keeps all others' answers back."""

MOST_WAITING = 1000
"""How many may wait for their turn with Discord unanswered: about as many as can still be put off when their time is up."""

ANSWERED_WITHIN = 3.0
"""Seconds after which Discord takes no first response (Receiving and Responding)."""

_LOOK_BACK = timedelta(minutes=5)
"""How long what a clock is off by is remembered."""


class Turn:
    """One request's place in the line; ``number`` is its interaction's, which rises with the time it was made at."""

    def __init__(self, number: int, *, put_off: bool = False) -> None:
        self.number = number
        self.put_off = put_off
        self.waits = False
        self.come = asyncio.Event()


class Turns:
    """Lets so many requests be worked on at once: the oldest first, and those that Discord waits for before all others."""

    def __init__(self, most: int = AT_WORK, most_waiting: int = MOST_WAITING) -> None:
        self._free = most
        self._most_waiting = most_waiting
        self._waiting = 0
        self._line: list[tuple[int, Turn]] = []
        self._later: list[tuple[int, Turn]] = []

    @property
    def anyone_waits(self) -> bool:
        """Whether what comes now would have to wait."""
        return self._free == 0

    @property
    def is_full(self) -> bool:
        """Whether so many wait that what comes now won't be reached in time."""
        return self._waiting >= self._most_waiting

    async def run(self, turn: Turn, work: Callable[[], Awaitable[T]]) -> T:
        """What the work gives, done when its turn has come."""
        if self._free:
            self._free -= 1
        else:
            self._queue(turn)
            await turn.come.wait()
        try:
            return await work()
        finally:
            self._pass_on()

    def put_off(self, turn: Turn) -> None:
        """Let a request wait until no other does: Discord has had its first response, and now has fifteen minutes."""
        waits, turn.put_off = turn.waits and not turn.put_off, True
        if waits:
            self._waiting -= 1
            self._queue(turn)

    def _queue(self, turn: Turn) -> None:
        turn.waits = True
        self._waiting += not turn.put_off
        heapq.heappush(self._later if turn.put_off else self._line, (turn.number, turn))

    def _pass_on(self) -> None:
        while self._line and self._line[0][1].put_off:
            heapq.heappop(self._line)
        line = self._line or self._later
        if not line:
            self._free += 1
            return
        self._waiting -= line is self._line
        turn = heapq.heappop(line)[1]
        turn.waits = False
        turn.come.set()


class Since:
    """Seconds since an interaction was made, by its own time; ``clock`` gives aware UTC.

    Where this machine's clock is off, the least that was seen in the last minutes counts as just now.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._ahead = 0.0
        self._least = 0.0
        self._began: datetime | None = None

    def __call__(self, made: datetime) -> float:
        """Between 0 and ``ANSWERED_WITHIN``."""
        now = self._clock()
        raw = (now - made).total_seconds()
        if self._began is None:
            self._least, self._began = raw, now
        elif now - self._began >= _LOOK_BACK:
            self._ahead, self._least, self._began = self._least, raw, now
        self._least = min(self._least, raw)
        if not 0 <= raw - self._ahead <= ANSWERED_WITHIN:
            self._ahead = raw
        return raw - self._ahead
