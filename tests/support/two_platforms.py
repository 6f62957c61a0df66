"""An app with a second platform beside its room: a channel in memory, with people of its own."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.chat.actions import Action, encode
from bot.chat.cards import Card, Reply
from bot.chat.platform import (
    GoneError,
    Pace,
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
from tests.support.driver import ORGANISER, running
from tests.support.local_driver import LocalDriver, form_of, words

THERE = Place("elsewhere", "team", "square", "square")
THIRD = Place("elsewhere", "team", "tower", "tower")
KEEPER = "keeper"
"""Who manages the channels there."""


@dataclass
class Elsewhere:
    """The second platform: it keeps what was posted, in order, and forgets nothing. ``deaf`` people take no messages, and
    those who are ``gone`` are in none of its channels any more.
    """

    deaf: frozenset[str] = frozenset()
    shown: dict[MessageRef, tuple[Destination, Card]] = field(default_factory=dict)
    by_key: dict[str, MessageRef] = field(default_factory=dict)
    faulty: tuple[str, ...] = ()
    gone: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return "elsewhere"

    @property
    def threads(self) -> Threads:
        return Threads.NONE

    @property
    def remembers(self) -> timedelta:
        return timedelta(0)

    @property
    def pace(self) -> Pace:
        return Pace(at_once=100)

    async def post(self, destination: Destination, card: Card, key: str) -> MessageRef:
        if isinstance(destination, Identity) and destination.user in self.deaf:
            raise UnreachableError("takes no messages")
        channel = destination.channel if isinstance(destination, Place) else destination.user
        ref = self.by_key.setdefault(key, MessageRef("elsewhere", "team", channel, str(len(self.by_key))))
        self.shown[ref] = (destination, card)
        return ref

    async def edit(self, ref: MessageRef, card: Card) -> None:
        if ref not in self.shown:
            raise GoneError("gone")
        self.shown[ref] = (self.shown[ref][0], card)

    async def find(
        self, destination: Destination, key: str, since: datetime, until: datetime | None = None
    ) -> MessageRef | None:
        return self.by_key.get(key)

    async def problems(self, destination: Destination, *, enter: bool = False) -> tuple[str, ...]:
        return self.faulty

    async def handle(self, account: Identity) -> str | None:
        return f"{account.user}_there"

    async def still_in(self, account: Identity, places: tuple[Place, ...]) -> bool | None:
        return account.user not in self.gone

    async def erase(self, account: Identity, before: datetime) -> bool:
        self.shown = {ref: (to, card) for ref, (to, card) in self.shown.items() if to.key != account.key}
        return True

    @property
    def has_roles(self) -> bool:
        return False


class TwoPlatformDriver(LocalDriver):
    """Acts on both platforms: people there are named with a star, as in "mira*"."""

    def __init__(self, url: str, elsewhere: Elsewhere | None = None) -> None:
        super().__init__(url)
        self.elsewhere = elsewhere or Elsewhere()
        self.platforms = (self.elsewhere,)

    def at(
        self, user: str, what: Invoke | Press | Submit, place: Place | None = None, *, id_: str = ""
    ) -> Request:
        """A request of one of either platform's people; ``place`` None is their platform's first channel."""
        made = self.request(user.rstrip("*"), what, id_=id_)
        if not user.endswith("*"):
            return made if place is None else replace(made, place=place)
        who = Identity("elsewhere", "team", user.rstrip("*"), user.rstrip("*").capitalize() + " There")
        return replace(made, who=who, place=place or THERE, manages=user.rstrip("*") == KEEPER)

    async def command(self, user: str, path: str, /, **options: Value) -> Reply:
        """Run a command, on the platform of its user."""
        return await self.handle(self.at(user, Invoke(path, options)))

    async def command_in(self, place: Place, user: str, path: str, **options: Value) -> Reply:
        """Run a command in a place."""
        return await self.handle(self.at(user, Invoke(path, options), place))

    async def privately(self, user: str, path: str, **options: Value) -> Reply:
        """Run a command in a private chat."""
        return await self.handle(replace(self.at(user, Invoke(path, options)), place=None))

    async def act(self, user: str, action: Action, *values: str) -> Reply:
        """Press something by its action."""
        return await self.handle(self.at(user, Press(encode(action), values)))

    async def fill(self, user: str, asked: Reply, **fields: FieldValue) -> Reply:
        """Send a form with these fields; the others hold what they opened with."""
        form = form_of(asked)
        values: dict[str, FieldValue] = {each.id: getattr(each, "value", "") for each in form.fields}
        return await self.handle(self.at(user, Submit(encode(form.submit), values | fields)))

    async def connect(self) -> Reply:
        """Connect the channel there to the room's group."""
        code = code_on(await self.command(ORGANISER, "group connect"))
        reply = await self.command(f"{KEEPER}*", "group connect", code=code)
        await self.tick()
        return reply

    async def link(self, first: str, second: str) -> Reply:
        """Link two accounts: the first makes the code, both say yes."""
        code = code_on(await self.command(first, "my link"))
        asked = await self.command(second, "my link", code=code)
        await self.press(second, asked, "Join the accounts")
        await self.tick()
        return await self.press(first, self.told(first)[-1], "Join the accounts")

    def told(self, user: str) -> list[Card]:
        """What a person was sent privately, oldest first."""
        if not user.endswith("*"):
            return self.private(user)
        return [
            card
            for where, card in self.elsewhere.shown.values()
            if isinstance(where, Identity) and where.user == user.rstrip("*")
        ]

    def there(self, place: Place = THERE) -> list[Card]:
        """The cards that stand in a channel there, oldest first."""
        return [
            card
            for where, card in self.elsewhere.shown.values()
            if isinstance(where, Place) and where.key == place.key
        ]


@asynccontextmanager
async def two_platforms(url: str) -> AsyncIterator[TwoPlatformDriver]:
    """Two platforms over one database, closed at the end."""
    async with running(TwoPlatformDriver(url)) as made:
        yield made


def code_on(reply: Reply) -> str:
    """The code that a card shows."""
    found = re.search(r"Code: `([0-9A-Z]{5}-[0-9A-Z]{5})`", words(reply))
    assert found, words(reply)
    return found[1]
