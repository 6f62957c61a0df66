"""Ten thousand messages that are due at once go through a platform that answers in 150 ms and takes fifty a second."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app.features import REACH
from bot.chat.cards import Card
from bot.chat.platform import Pace, RateLimitedError, Threads
from bot.chat.requests import Destination, Identity, MessageRef, Place
from bot.database.engine import Database
from bot.database.transaction import Transaction
from bot.outbox.queries import Delivery, delivery_key
from bot.outbox.scheduler import Scheduler
from bot.outbox.send import Outbox
from bot.outbox.tables import deliveries
from tests.bench.beats import beating
from tests.bench.filling import NOW, group, put
from tests.bench.rows import Row, at_most

DUE = 10_000
SENT, SENT_QUICK = 2_500, 500
"""How many of them are waited for: all would take 200 s, and each is claimed among all that are left."""
SECONDS, A_SECOND = 0.150, 50
NAME = "far"


@dataclass
class Far:
    """A platform behind a network, which refuses what comes too fast. ``arrived`` are the keys in their order."""

    pace: Pace
    _left: int
    name: str = NAME
    threads: Threads = Threads.NONE
    has_roles: bool = False
    remembers: timedelta = timedelta(0)
    arrived: list[str] = field(default_factory=list)
    refused: int = 0
    all_there: asyncio.Event = field(default_factory=asyncio.Event)
    _lately: list[float] = field(default_factory=list)

    async def post(self, destination: Destination, card: Card, key: str) -> MessageRef:
        now = time.perf_counter()
        self._lately = [at for at in self._lately if at > now - 1]
        if len(self._lately) >= A_SECOND:
            self.refused += 1
            raise RateLimitedError(1 - (now - self._lately[0]), everywhere=True)
        self._lately.append(now)
        self.arrived.append(key)
        await asyncio.sleep(SECONDS)
        self._left -= 1
        if self._left == 0:
            self.all_there.set()
        return MessageRef(NAME, destination.tenant, destination.key, key)

    async def edit(self, ref: MessageRef, card: Card) -> None:
        raise NotImplementedError

    async def find(
        self, destination: Destination, key: str, since: datetime, until: datetime | None = None
    ) -> MessageRef | None:
        raise NotImplementedError

    async def problems(self, destination: Destination, *, enter: bool = False) -> tuple[str, ...]:
        return ()

    async def handle(self, account: Identity) -> str | None:
        return None

    async def still_in(self, account: Identity, places: tuple[Place, ...]) -> bool | None:
        return None

    async def erase(self, account: Identity, before: datetime) -> bool:
        raise NotImplementedError


async def measure(folder: Path, quick: bool) -> list[Row]:
    """Send a message in each of so many channels; the limit is how long the platform's own bound takes for them."""
    from adapters.discord.posting import PACE  # it is loaded for this alone

    count = SENT_QUICK if quick else SENT
    far = Far(PACE, count)
    database = await Database.open(f"sqlite:///{folder}/sending.db")
    try:
        await database.migrate()
        keys = await fill(database, DUE)
        outbox = Outbox(
            database, {NAME: far}, {"note": card}, "bench", lambda: datetime.now(UTC), REACH, time.monotonic
        )
        scheduler = Scheduler((), outbox, lambda: datetime.now(UTC), time.monotonic)
        async with beating() as beats:
            began = time.perf_counter()
            await scheduler.start()
            await far.all_there.wait()
            taken = time.perf_counter() - began
        await scheduler.stop()
    finally:
        await database.close()
    name = f"{count:,} of {DUE:,} messages due, 150 ms each, 50/s allowed"
    return [
        Row(f"{name}: sent in", taken, "s", count / A_SECOND, at_most(1.05)),
        Row(
            f"{name}: farthest from its turn",
            _farthest(far.arrived, keys),
            "places",
            None,
            at_most(4, "value"),
        ),
        Row(f"{name}: refused as too fast", far.refused, "messages", None, at_most(0, "value")),
        *beats.rows(name),
    ]


def _farthest(arrived: Iterable[str], wanted: Iterable[str]) -> int:
    """Cards are made in a few threads, so that neighbours may change places."""
    turns = {key: n for n, key in enumerate(wanted)}
    return max(abs(turns[key] - n) for n, key in enumerate(arrived))


async def card(_tx: Transaction, _delivery: Delivery) -> Card:
    return Card("A note")


async def fill(database: Database, count: int) -> list[str]:
    """So many channels with a message each; their keys, due longest first."""
    places = [Place(NAME, "team", f"c{n}", f"c{n}") for n in range(1, count + 1)]
    made = [group(n, place) for n, place in enumerate(places, 1)]
    keys = [delivery_key("note:1", "note", place.key) for place in places]
    due = [
        {
            "subject": f"note:{n}",
            "kind": "note",
            "destination": place.key,
            "key": key,
            "platform": NAME,
            "place_id": n,
            "state": "waiting",
            "next_at": NOW,
            "created_at": NOW,
        }
        for n, (place, key) in enumerate(zip(places, keys, strict=True), 1)
    ]
    tables = [table for table, _ in made[0]]
    groups_, places_ = ([each[which][1][0] | {"id": n} for n, each in enumerate(made, 1)] for which in (0, 1))
    await put(database, [(tables[0], groups_), (tables[1], places_), (deliveries, due)])
    return keys
