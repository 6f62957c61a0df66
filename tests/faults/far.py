"""A town on the far end of a bad network: what it is told arrives late, twice or never, and so do its answers.

Everything is decided by one generator of numbers, so that a seed replays.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.chat.cards import Card
from bot.chat.platform import (
    GoneError,
    InDoubtError,
    NoAccessError,
    NotSentError,
    NotTakenError,
    Pace,
    RateLimitedError,
    Threads,
)
from bot.chat.requests import Destination, Identity, MessageRef, Place
from tests.faults.virtual import Killed, Life

T = TypeVar("T")

NAME, TENANT = "far", "town"
PACE = Pace(at_once=10)
CLOCKS_DIFFER = timedelta(minutes=1)
"""By more than that, and a try's own minutes, a clock was set between a try whose process died and the look for it: who looks
cannot know it, and looks at another time. That much is not promised."""

ARRIVES_WITHIN = 15.0
"""Seconds: less than a send may take, after which its connection is closed."""


@dataclass
class Weather:
    """How likely is what, of one call, and what goes on in the town at the moment."""

    slow: float = 0.0
    lost: float = 0.0
    unanswered: float = 0.0
    twice: float = 0.0
    not_sent: float = 0.0
    refused: float = 0.0
    too_fast: float = 0.0
    closed: bool = False

    @property
    def is_calm(self) -> bool:
        return self == Weather()


@dataclass
class Message:
    """A message that stands: where, since when, how it looks now, and whether somebody deleted it."""

    destination: Destination
    key: str
    at: datetime
    face: Card
    by: str
    clock_off: timedelta
    gone: bool = False


@dataclass
class Town:
    """Keeps messages. It knows their keys for as long as it ``remembers`` them, after that (or at all) nothing of them."""

    chance: random.Random
    clock: Callable[[], datetime]
    remembers: timedelta
    threads: Threads
    weather: Weather = field(default_factory=Weather)
    messages: dict[MessageRef, Message] = field(default_factory=dict)
    doubled: list[str] = field(default_factory=list)
    excused: list[str] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    tell: Callable[[str], None] = lambda _line: None

    def post(
        self, destination: Destination, card: Card, key: str, by: str, clock_off: timedelta
    ) -> MessageRef:
        """What happens when a message arrives; ``clock_off`` is how wrong the clock was when it was sent."""
        now = self.clock()
        for ref, known in self.messages.items():
            if known.key == key and now - known.at <= self.remembers:
                if known.gone:
                    raise GoneError("gone")
                return ref
        ref = MessageRef(NAME, TENANT, destination.key, str(len(self.messages) + 1))
        for known in self.messages.values():
            if known.key == key and not known.gone:
                dead_by_another_clock = known.by != by and abs(known.clock_off - clock_off) > CLOCKS_DIFFER
                (self.excused if dead_by_another_clock else self.doubled).append(key)
        self.messages[ref] = Message(destination, key, now, card, by, clock_off)
        return ref

    def edit(self, ref: MessageRef, card: Card) -> None:
        """What happens when a new face arrives."""
        if self.messages[ref].gone:
            raise GoneError("gone")
        self.messages[ref].face = card

    def find(self, destination: Destination, key: str, since: datetime, until: datetime) -> MessageRef | None:
        """The message that a look finds."""
        return next(
            (
                ref
                for ref, m in self.messages.items()
                if (m.key, m.destination, m.gone) == (key, destination, False) and since <= m.at <= until
            ),
            None,
        )


@dataclass
class Road:
    """The way of one process to the town: the port that its outbox sees.

    ``ahead`` is how far the process's clock is ahead of the town's. The process is killed ``dies_in`` so many moments, of which each
    call has two: before it is on its way, and once its answer has come.
    """

    town: Town
    life: Life
    ahead: Callable[[], timedelta]
    who: str
    dies_in: int | None = None
    name: str = NAME
    has_roles: bool = False
    pace: Pace = PACE

    @property
    def threads(self) -> Threads:
        return self.town.threads

    @property
    def remembers(self) -> timedelta:
        return self.town.remembers

    async def post(self, destination: Destination, card: Card, key: str) -> MessageRef:
        off = self.ahead()
        return await self._told("post", key, lambda: self.town.post(destination, card, key, self.who, off))

    async def edit(self, ref: MessageRef, card: Card) -> None:
        return await self._told("edit", ref.message, lambda: self.town.edit(ref, card))

    async def find(
        self, destination: Destination, key: str, since: datetime, until: datetime | None = None
    ) -> MessageRef | None:
        ahead = self.ahead()
        last = self.town.clock() if until is None else until - ahead
        return await self._told(
            "find",
            f"{key} {since - ahead:%H:%M:%S}..{last:%H:%M:%S}",
            lambda: self.town.find(destination, key, since - ahead, last),
        )

    async def erase(self, account: Identity, before: datetime) -> bool:
        return True

    async def stands(self) -> bool:
        return True

    async def problems(self, destination: Destination, *, enter: bool = False) -> tuple[str, ...]:
        return ()

    async def handle(self, account: Identity) -> str | None:
        return account.user

    async def still_in(self, account: Identity, places: tuple[Place, ...]) -> bool | None:
        return True

    def _moment(self) -> None:
        """A moment at which the process may die."""
        if self.life.killed:
            raise Killed
        if self.dies_in is not None:
            self.dies_in -= 1
            if self.dies_in <= 0:
                self.dies_in = None
                self.life.kill()
                raise Killed

    async def _told(self, call: str, about: str, arrives: Callable[[], T]) -> T:
        self._moment()
        self.town.tell(f"{self.who}: {call} {about}")
        town, chance, weather = self.town, self.town.chance, self.town.weather
        town.calls[call] += 1
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        there = chance.uniform(0.01, 0.3)
        back = chance.uniform(0.01, 0.3)
        if chance.random() < weather.slow:
            there = chance.uniform(0.3, ARRIVES_WITHIN)
            back = chance.choice((0.1, 3.0, 12.0, 60.0))

        reset: Exception = NotSentError("reset") if call == "find" else InDoubtError("reset")

        def later(seconds: float, work: Callable[[], Any]) -> None:
            loop.call_later(seconds, work, context=Context())

        def says(result: T | Exception) -> None:
            if answer.done():
                return
            if isinstance(result, Exception):
                answer.set_exception(result)
            else:
                answer.set_result(result)

        def fails(error: Exception) -> None:
            later(there + back, lambda: says(error))

        if weather.closed:
            fails(NoAccessError("closed"))
        elif chance.random() < weather.too_fast:
            fails(RateLimitedError(chance.choice((0.5, 2.0, 30.0)), everywhere=chance.random() < 0.5))
        elif chance.random() < weather.not_sent:
            fails(NotSentError("busy"))
        elif chance.random() < weather.refused and call != "find":
            fails(NotTakenError("refused"))
        elif chance.random() < weather.lost:
            if chance.random() < 0.5:
                fails(reset)
        else:
            times = 2 if town.remembers and chance.random() < weather.twice else 1
            unanswered = chance.random() < weather.unanswered
            hangs = chance.random() < 0.5

            def comes() -> None:
                town.tell(f"arrived: {call} {about}")
                result: T | Exception
                try:
                    result = arrives()
                except GoneError as error:
                    result = error
                if unanswered:
                    result = reset
                if not (unanswered and hangs):
                    later(back, lambda: says(result))

            for number in range(times):
                later(there + number * chance.uniform(0.0, 2.0), comes)
        result = await answer
        self._moment()
        return result
