"""A platform for the outbox's tests: a real implementation of the port that fails as it is told to."""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.chat.cards import Card
from bot.chat.platform import (
    GoneError,
    Pace,
    Threads,
)
from bot.chat.requests import Destination, Identity, MessageRef, Place
from bot.database.engine import Database
from bot.database.statements import Row
from bot.database.transaction import Transaction
from bot.membership.queries import attach_place, person_of
from bot.membership.reach import COLUMNS, joined, pause_place, resume_place
from bot.membership.tables import identities
from bot.outbox.queries import Delivery, Reach, refresh, to_person, to_place
from bot.outbox.send import CardMaker, Outbox
from bot.outbox.tables import deliveries
from tests.database.rows import add_group

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
PACE = Pace(at_once=10)
HALL = Place("post", "bench", "hall", "hall")
ADA = Identity("post", "bench", "ada", "Ada")


@dataclass
class Clock:
    """A clock that a test moves."""

    now: datetime = NOON
    stepped: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)

    def step(self, by: timedelta) -> None:
        """Put the clock forward or back: no time passes."""
        self.now += by
        self.stepped += by

    def timer(self) -> float:
        """The seconds that passed."""
        return (self.now - self.stepped - NOON).total_seconds()


@dataclass
class Message:
    """What stands in the post office: where, with which key, since when, and every face it had."""

    destination: Destination
    key: str
    at: datetime
    faces: list[str]


@dataclass
class Fault:
    """What happens at one call: the error, and whether the call had its effect before."""

    error: Exception
    after: bool = False


@dataclass
class PostOffice:
    """Keeps messages. One with ``knows_keys`` set to False has no memory of keys: a second post is a second message."""

    clock: Callable[[], datetime]
    knows_keys: bool = True
    messages: dict[MessageRef, Message] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    on_post: Callable[[], Awaitable[None]] | None = None
    on_edit: Callable[[], Awaitable[None]] | None = None
    on_find: Callable[[], Awaitable[None]] | None = None
    on_erase: Callable[[], Awaitable[None]] | None = None
    looks: list[tuple[Destination, datetime, datetime | None]] = field(default_factory=list)
    name: str = "post"
    threads: Threads = Threads.NONE
    remembers: timedelta = timedelta(0)
    """How long it says that it knows keys."""

    pace: Pace = PACE

    def fails(self, call: str, *errors: Exception, after: bool = False) -> None:
        """Let the next calls of this name fail, one error each; ``after`` they had their effect."""
        self.faults.setdefault(call, deque()).extend(Fault(e, after) for e in errors)

    @property
    def shown(self) -> list[str]:
        """The titles that stand, oldest first."""
        return [m.faces[-1] for m in self.messages.values()]

    async def post(self, destination: Destination, card: Card, key: str) -> MessageRef:
        fault = self._called("post")
        if self.on_post is not None:
            await self.on_post()
        known = next((r for r, m in self.messages.items() if m.key == key), None) if self.knows_keys else None
        ref = known or MessageRef(self.name, destination.tenant, destination.key, str(len(self.messages) + 1))
        if known is None:
            self.messages[ref] = Message(destination, key, self.clock(), [card.title])
        _raise(fault)
        return ref

    async def edit(self, ref: MessageRef, card: Card) -> None:
        fault = self._called("edit")
        if self.on_edit is not None:
            await self.on_edit()
        if ref not in self.messages:
            raise GoneError("gone")
        self.messages[ref].faces.append(card.title)
        _raise(fault)

    async def find(
        self, destination: Destination, key: str, since: datetime, until: datetime | None = None
    ) -> MessageRef | None:
        self.looks.append((destination, since, until))
        _raise(self._called("find"))
        if self.on_find is not None:
            await self.on_find()
        found = (
            r
            for r, m in self.messages.items()
            if m.key == key and m.destination == destination and since <= m.at <= (until or self.clock())
        )
        return next(found, None)

    async def handle(self, account: Identity) -> str | None:
        return account.user

    async def still_in(self, account: Identity, places: tuple[Place, ...]) -> bool | None:
        del account, places
        return True

    async def erase(self, account: Identity, before: datetime) -> bool:
        """One message at a time, the newest first."""
        fault = self._called("erase")
        if self.on_erase is not None:
            await self.on_erase()
        theirs = [r for r, m in self.messages.items() if m.destination.key == account.key and m.at < before]
        for ref in theirs[-1:]:
            del self.messages[ref]
        _raise(fault)
        return len(theirs) < 2

    @property
    def has_roles(self) -> bool:
        return False

    async def problems(self, destination: Destination, *, enter: bool = False) -> tuple[str, ...]:
        del destination, enter
        return ()

    def _called(self, call: str) -> Fault | None:
        self.calls.append(call)
        fault = self.faults[call].popleft() if self.faults.get(call) else None
        if fault is not None and not fault.after:
            raise fault.error
        return fault


def _raise(fault: Fault | None) -> None:
    if fault is not None:
        raise fault.error


@dataclass
class OutboxBench:
    """A database with a place and a person to write to, a clock, and a post office; what is sent are small notes."""

    database: Database
    clock: Clock
    office: PostOffice
    place_id: int
    identity_id: int
    title: str = "first face"
    heard: list[tuple[str, str]] = field(default_factory=list)

    async def ask(self, subject: str = "note:1", kind: str = "note", under: str = "") -> int | None:
        """Ask for a note in the hall."""
        return await self.database.write(
            lambda tx: to_place(tx, subject, kind, self.place_id, HALL, self.clock(), under=under)
        )

    async def tell(self, subject: str = "note:1", kind: str = "note") -> int | None:
        """Ask for a private note to Ada."""
        return await self.database.write(
            lambda tx: to_person(tx, subject, kind, self.identity_id, ADA, self.clock())
        )

    async def change(self, title: str, subject: str = "note:1") -> None:
        """Change what the note says, and ask that everybody sees it."""
        self.title = title
        await self.database.write(lambda tx: refresh(tx, subject, ("note",), self.clock()))

    def outbox(self, owner: str = "one", **cards: CardMaker) -> Outbox:
        """An outbox of a process of this name. ``cards`` are further kinds of note."""
        makers: Mapping[str, CardMaker] = {"note": self.card, **cards}
        reach = Reach(joined, COLUMNS, resume_place, self._lost, self._deleted, self._refused)
        return Outbox(
            self.database, {"post": self.office}, makers, owner, self.clock, reach, self.clock.timer
        )

    async def _lost(self, tx: Transaction, delivery: Delivery, why: str, now: datetime) -> None:
        if delivery.place_id is not None and await pause_place(tx, delivery.place_id, why, now):
            self.heard.append((delivery.subject, why))

    async def _deleted(self, _tx: Transaction, delivery: Delivery, _now: datetime) -> None:
        self.heard.append((delivery.subject, "gone"))

    async def _refused(self, _tx: Transaction, delivery: Delivery, _now: datetime) -> None:
        self.heard.append((delivery.subject, "refused"))

    async def card(self, _tx: Transaction, _delivery: Delivery) -> Card | None:
        """The note as it stands."""
        return Card(self.title) if self.title else None

    async def rows(self) -> list[Row]:
        """Every delivery, oldest first."""

        async def read(tx: Transaction) -> list[Row]:
            return list(await tx.execute(select(deliveries).order_by(deliveries.c.id)))

        return await self.database.read(read)

    async def row(self) -> Row:
        """The only delivery."""
        (row,) = await self.rows()
        return row


async def town_on(database: Database, *, remembers: bool = True) -> OutboxBench:
    """A bench on a migrated, empty database."""

    async def work(tx: Transaction) -> tuple[int, int]:
        place_id = await attach_place(tx, await add_group(tx), HALL, NOON)
        await person_of(tx, ADA, NOON)
        return place_id, int((await tx.execute(select(identities.c.id))).scalar())

    place_id, identity_id = await database.write(work)
    clock = Clock()
    return OutboxBench(database, clock, PostOffice(clock, remembers), place_id, identity_id)
