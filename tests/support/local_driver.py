"""The real app, to test with: on a real database and the local room, with a clock that is moved and people who act."""

import itertools
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from adapters.local.room import LocalRoom
from bot.app.run import open_app
from bot.app.settings import Settings
from bot.chat.actions import Action, encode
from bot.chat.cards import (
    Ask,
    Button,
    Card,
    Cmd,
    Day,
    Fields,
    Form,
    Moment,
    Part,
    Person,
    Plain,
    Private,
    Public,
    Refuse,
    Reply,
    Role,
    Select,
    Text,
    Update,
    Verbatim,
)
from bot.chat.cards import Table as CardTable
from bot.chat.platform import (
    NoAccessError,
    NotSentError,
    NotTakenError,
    Pace,
    Platform,
    Threads,
    UnreachableError,
)
from bot.chat.requests import (
    Destination,
    FieldValue,
    Identity,
    Invoke,
    MessageRef,
    Place,
    Press,
    Request,
    Submit,
    Value,
)
from bot.chat.words import day_words
from bot.features.points.tables import ledger
from tests.support.driver import ORGANISER, AppDriver, read_bank, running

MONDAY_NINE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""Monday 09:00 in Berlin."""
HERE = Place("local", "room", "study", "study")


@dataclass
class Clock:
    """The app's time; it stands still until it is moved."""

    now: datetime = MONDAY_NINE

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


@dataclass
class Watched:
    """The local room, with the cards that went through it remembered as they stand now.

    ``closed`` keeps the bot out of the channels ``closed_in`` (none: all), for that reason, and a ``picky`` one takes no message as it is; ``deaf`` people take no private messages. Those who are ``gone`` are in no channel any more; a
    ``silent`` room does not tell, and ``asked`` counts how often it was asked. A room
    with ``threads`` shows what stands in them like everything else, and ``where`` tells.
    """

    room: LocalRoom
    closed: str = ""
    closed_in: frozenset[str] = frozenset()
    picky: bool = False
    deaf: frozenset[str] = frozenset()
    threads: Threads = Threads.NONE
    has_roles: bool = False
    gone: frozenset[str] = frozenset()
    silent: bool = False
    asked: int = 0
    remembers: timedelta = timedelta(0)
    faces: dict[MessageRef, Card] = field(default_factory=dict)
    where: dict[MessageRef, Destination] = field(default_factory=dict)
    keys: dict[str, MessageRef] = field(default_factory=dict)
    edits: int = 0

    @property
    def name(self) -> str:
        return self.room.name

    async def handle(self, account: Identity) -> str | None:
        if self.silent:
            raise NotSentError("no answer")
        return f"{account.user}_1"

    async def still_in(self, account: Identity, places: tuple[Place, ...]) -> bool | None:
        self.asked += 1
        if self.silent:
            raise NotSentError("no answer")
        return bool(places) and account.user not in self.gone

    async def erase(self, account: Identity, before: datetime) -> bool:
        if self.silent:
            raise NotSentError("no answer")
        return await self.room.erase(account, before)

    @property
    def pace(self) -> Pace:
        return self.room.pace

    def _refuse(self, destination: Destination) -> None:
        shut = isinstance(destination, Place) and destination.channel in (
            self.closed_in or {destination.channel}
        )
        if shut and self.closed:
            raise NoAccessError(self.closed)
        if isinstance(destination, Place) and self.picky:
            raise NotTakenError("refused: 400")
        if isinstance(destination, Identity) and destination.user in self.deaf:
            raise UnreachableError("takes no messages")

    async def post(self, destination: Destination, card: Card, key: str) -> MessageRef:
        self._refuse(destination)
        ref = await self.room.post(destination, card, key)
        self.faces.setdefault(ref, card)
        self.where[ref] = destination
        self.keys[key] = ref
        return ref

    async def edit(self, ref: MessageRef, card: Card) -> None:
        if ref in self.where:
            self._refuse(self.where[ref])
        await self.room.edit(ref, card)
        self.faces[ref] = card
        self.edits += 1

    async def find(
        self, destination: Destination, key: str, since: datetime, until: datetime | None = None
    ) -> MessageRef | None:
        return await self.room.find(destination, key, since, until)

    async def problems(self, destination: Destination, *, enter: bool = False) -> tuple[str, ...]:
        return await self.room.problems(destination, enter=enter)


class LocalDriver(AppDriver[Reply]):
    """Acts as its people do, and shows what they see."""

    platforms: tuple[Platform, ...] = ()
    """Those beside the room."""

    def __init__(self, url: str, *, demo: bool = False, content: Path | None = None) -> None:
        self.settings = Settings(port=0, database_url=url, demo=demo, content=content)
        self.clock = Clock()
        self.watched: Watched
        self.replies: list[Reply] = []
        self.requests: list[Request] = []
        self._ids = itertools.count(1)
        self._run = uuid4().hex[:8]  # another process on the same database acts with ids of its own

    async def open(self) -> None:
        """Start the app, without serving its page."""
        bank = read_bank(self.settings.content)
        self.app = await open_app(
            self.settings,
            clock=self.clock,
            wrap=self.wrap,
            bank=bank,
            platforms=self.platforms,
            timer=lambda: self.clock().timestamp(),
            steady=lambda: self.clock().timestamp(),
        )

    def wrap(self, room: LocalRoom) -> Platform:
        """What stands between the app and the room."""
        self.watched = Watched(room)
        return self.watched

    async def restart(self) -> None:
        """Stop the app and start it again on the same database; what was said is remembered by the room alone."""
        before = self.watched
        await self.app.stop()
        await self.open()
        self.watched.faces, self.watched.where, self.watched.keys = before.faces, before.where, before.keys

    async def pass_time(self, **later: float) -> None:
        self.clock.move(**later)

    def request(
        self, user: str, what: Invoke | Press | Submit, *, place: Place | None = HERE, id_: str = ""
    ) -> Request:
        who = Identity("local", "room", user, user.capitalize())
        return Request(
            id_ or f"r{next(self._ids)}-{self._run}",
            self.clock(),
            who,
            place,
            what,
            manages=user == ORGANISER,
            zone="Europe/Berlin",
        )

    async def handle(self, request: Request) -> Reply:
        """Hand a request in, and remember the reply."""
        reply = await self.app.dispatcher.handle(request)
        self.requests.append(request)
        self.replies.append(reply)
        return reply

    async def command(self, user: str, path: str, /, **options: Value) -> Reply:
        """Run a command."""
        return await self.handle(self.request(user, Invoke(path, options)))

    async def act(self, user: str, action: Action, *values: str) -> Reply:
        """Press something by its action."""
        return await self.handle(self.request(user, Press(encode(action), values)))

    async def press(self, user: str, shown: Reply | Card, beginning: str) -> Reply:
        """Press the button whose label begins so."""
        return await self.act(user, button(shown, beginning).action)

    async def choose(self, user: str, shown: Reply | Card, *values: str) -> Reply:
        """Choose from the last list of a card."""
        return await self.act(user, lists(shown)[-1].action, *values)

    async def pinned(self, user: str) -> dict[str, Button]:
        """What waits for somebody, as it is read in the room's strip, and the button of each."""
        request = self.request(user, Invoke("help", {}))
        return {
            f"{pin.button.label} {plain(pin.note)}": pin.button
            for pin in await self.app.dispatcher.pinned(request)
        }

    async def fill(self, user: str, asked: Reply, **fields: FieldValue) -> Reply:
        """Send a form with these fields; the others hold what they opened with."""
        form = form_of(asked)
        values: dict[str, FieldValue] = {}
        for each in form.fields:
            values[each.id] = getattr(each, "value", "")
        values.update(fields)
        return await self.handle(self.request(user, Submit(encode(form.submit), values)))

    async def answer(self, user: str, words: str, consent: str = "unnamed") -> Reply:
        """Answer the open question."""
        return await self.fill(user, await self.command(user, "answer"), answer=words, consent=consent)

    async def set_up(self, tone: str = "friendly") -> None:
        """Let the organiser set the group up and post the first question, Monday to Friday at 09:00 in Berlin.

        A plain app that nothing has happened in is as the last one was once it was set up: it is copied.
        """
        same = (tone, id(self.app.bank))
        fresh = type(self) is LocalDriver and not self.requests and self.watched == Watched(self.watched.room)
        if not (fresh and self.clock.now == MONDAY_NINE and not self.app.database.is_postgres):
            await super().set_up(tone)
        elif same in _SET_UP:
            await _SET_UP[same].copied_to(self)
        else:
            await super().set_up(tone)
            _SET_UP[same] = await SetUp.of(self)

    async def choose_tone(self, card: Reply, tone: str) -> Reply:
        await self.choose(ORGANISER, await self.choose_change(card, "tone"), tone)
        return await self.command(ORGANISER, "group setup")

    async def choose_change(self, card: Reply, what: str) -> Reply:
        """Open one of the settings on the set-up card."""
        return await self.act(ORGANISER, lists(card)[0].action, what)

    def channel(self) -> list[Card]:
        """The cards that stand in the channel, oldest first."""
        return [self.watched.faces[r] for r, where in self._sorted() if isinstance(where, Place)]

    def private(self, user: str) -> list[Card]:
        """The cards a person was sent out of the blue, oldest first."""
        return [
            self.watched.faces[r]
            for r, where in self._sorted()
            if isinstance(where, Identity) and where.user == user
        ]

    def _sorted(self) -> list[tuple[MessageRef, Destination]]:
        return sorted(self.watched.where.items(), key=lambda item: int(item[0].message))

    async def points(self) -> list[Any]:
        """The ledger's entries of the board that counts points, by their key."""
        return [row for row in await self.rows(ledger) if row.board == "points"]


@dataclass(frozen=True)
class SetUp:
    """An app as it is once it was set up: its database and what it remembers."""

    database: sqlite3.Connection
    faces: dict[MessageRef, Card]
    where: dict[MessageRef, Destination]
    edits: int
    replies: tuple[Reply, ...]
    requests: tuple[Request, ...]

    @classmethod
    async def of(cls, v: LocalDriver) -> "SetUp":
        memory = sqlite3.connect(":memory:", check_same_thread=False)
        await v.app.database._writer.apart(lambda connection: connection.backup(memory))
        seen = v.watched
        return cls(
            memory, dict(seen.faces), dict(seen.where), seen.edits, tuple(v.replies), tuple(v.requests)
        )

    async def copied_to(self, v: LocalDriver) -> None:
        await v.app.database._writer.apart(self.database.backup)
        v.watched.faces, v.watched.where, v.watched.edits = dict(self.faces), dict(self.where), self.edits
        v.replies, v.requests = list(self.replies), list(self.requests)


_SET_UP: dict[tuple[str, int], SetUp] = {}


@asynccontextmanager
async def local_app(
    url: str, *, demo: bool = False, content: Path | None = None
) -> AsyncIterator[LocalDriver]:
    """An app at a database's address, closed at the end; ``content`` is its bank, else the shipped one."""
    async with running(LocalDriver(url, demo=demo, content=content)) as made:
        yield made


@asynccontextmanager
async def local_group(
    url: str, tone: str = "friendly", *, content: Path | None = None
) -> AsyncIterator[LocalDriver]:
    """The same with a group that is set up."""
    async with local_app(url, content=content) as made:
        await made.set_up(tone)
        yield made


def card_of(shown: Reply | Card) -> Card:
    """The card of a reply that has one."""
    if isinstance(shown, Card):
        return shown
    assert isinstance(shown, Private | Public | Update), shown
    return shown.card


def form_of(reply: Reply) -> Form:
    """The form of a reply that asks or refuses."""
    assert isinstance(reply, Ask | Refuse), words(reply)
    return reply.form


def labels(shown: Reply | Card) -> list[str]:
    """The labels of a card's buttons."""
    return [b.label for b in card_of(shown).buttons()]


def button(shown: Reply | Card, beginning: str) -> Button:
    """The button whose label begins so."""
    found = [b for b in card_of(shown).buttons() if b.label.startswith(beginning)]
    assert found, f"no button {beginning!r} on {card_of(shown).title!r}: {labels(shown)}"
    return found[0]


def lists(shown: Reply | Card) -> list[Select]:
    """The lists of a card, in reading order."""
    return [c for row in card_of(shown).controls for c in row if isinstance(c, Select)]


def plain(text: Text | None) -> str:
    """A text as one string; moments as their instant."""
    return "".join(_said(part) for part in (text.parts if text else ()))


def _said(part: Part) -> str:
    match part:
        case Plain(said) | Person(_, said):
            return said
        case Moment(at):
            return at.isoformat()
        case Cmd(line):
            return f"`/{line}`"
        case Day(on, style):
            return day_words(on, style)
        case Role(role):
            return f"<role {role}>"
        case _:
            return part


def words(shown: Reply | Card) -> str:
    """Everything a card says, as one string, with what members wrote."""
    card = card_of(shown)
    said = [card.title]
    for block in card.blocks:
        if isinstance(block, Text):
            said.append(plain(block))
        elif isinstance(block, Verbatim):
            said += [plain(block.caption), block.text]
        elif isinstance(block, Fields):
            said += [f"{name}: {plain(value)}" for name, value in block.rows]
        elif isinstance(block, CardTable):
            said += [" | ".join(row) for row in (block.head, *block.rows)]
    return "\n".join((*said, plain(card.footer)))
