"""A channel with people in it, over a real database: requests go in, replies come out."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import Table as SqlTable

from bot.access import choosing
from bot.access.presence import Presence
from bot.access.who import ANYONE, may_organise
from bot.app.dispatcher import Dispatcher
from bot.chat.actions import Action, encode
from bot.chat.cards import (
    Fields,
    Reply,
)
from bot.chat.commands import Registry
from bot.chat.help import help_command, help_routes
from bot.chat.platform import Platform
from bot.chat.requests import FieldValue, Identity, Invoke, Place, Press, Request, Submit, Value
from bot.database.engine import Database
from bot.features import accounts, group_settings, leaderboard, privacy
from bot.membership.tables import groups
from bot.questions.model import Bank, Item, KeyPoint, Kind, SourcePlace
from bot.questions.topics import Topic, TopicTree
from bot.services import Services
from tests.support.databases import rows_of
from tests.support.local_driver import button, card_of, form_of, lists, plain, words
from tests.support.two_platforms import Elsewhere

__all__ = ["button", "card_of", "form_of", "lists", "words"]

WEDNESDAY_NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
HERE = Place("test", "t1", "study", "study")
ROOTS = ("process", "training", "alignment", "interpretability")


class From(TypedDict, total=False):
    """Where a request comes from."""

    manages: bool | None
    zone: str | None
    place: Place | None
    name: str


def small_bank(items: int = 96) -> Bank:
    """A bank of four topics with so many discussion items."""
    topics = TopicTree(Topic(r, r.capitalize(), None, None, (), volatile=False, is_leaf=True) for r in ROOTS)
    made = (
        Item(
            f"{ROOTS[n % len(ROOTS)]}.q{n:02}",
            ROOTS[n % len(ROOTS)],
            Kind.OPEN,
            f"What would you say to question {n}?",
            SourcePlace("small", n),
            rubric=(KeyPoint("Says it", 1),),
            model_answer="I would say it.",
        )
        for n in range(items)
    )
    return Bank(tuple(made), topics, {})


class Room:
    """The dispatcher over a services, a clock that stands still until it is moved, and people who act."""

    def __init__(
        self,
        database: Database,
        wake: Callable[[], None] = lambda: None,
        platform: Platform | None = None,
        bank: Bank | None = None,
    ) -> None:
        self.database = database
        self.services = Services(database, bank or small_bank(), {"test": platform or Elsewhere()})
        self.now = WEDNESDAY_NOON
        self._ids = itertools.count(1)
        database.woken = wake
        features = [each.FEATURE for each in (accounts, privacy, group_settings, leaderboard)]
        commands = tuple(each for f in features for each in f.all_commands(self.services.bank))
        routes = (*(r for f in features for r in f.routes), *choosing.ROUTES)
        helping = help_command(lambda: self.registry, ANYONE, may_organise)
        self.registry = Registry((*commands, helping))
        extra = help_routes(lambda: self.registry, ANYONE, may_organise)
        presence = Presence(database, self.services.platforms, self._timer)
        self.dispatcher = Dispatcher(self.services, self.registry, (*routes, *extra), presence=presence)

    def _timer(self) -> float:
        return self.now.timestamp()

    async def left(self, place: Place) -> None:
        raise NotImplementedError

    async def may_organise(self, request: Request) -> bool:
        return await self.dispatcher.may_organise(request)

    def request(self, user: str, what: Invoke | Press | Submit, **more: Unpack[From]) -> Request:
        who = Identity("test", "t1", user, more.get("name", user.capitalize()))
        place, manages, zone = more.get("place", HERE), more.get("manages", False), more.get("zone")
        return Request(f"r{next(self._ids)}", self.now, who, place, what, manages, zone)

    async def command(
        self, user: str, path: str, options: dict[str, Value] | None = None, **more: Unpack[From]
    ) -> Reply:
        return await self.dispatcher.handle(self.request(user, Invoke(path, options or {}), **more))

    async def press(
        self, user: str, action: Action, values: tuple[str, ...] = (), **more: Unpack[From]
    ) -> Reply:
        return await self.dispatcher.handle(self.request(user, Press(encode(action), values), **more))

    async def submit(
        self, user: str, action: Action, fields: dict[str, FieldValue], **more: Unpack[From]
    ) -> Reply:
        return await self.dispatcher.handle(self.request(user, Submit(encode(action), fields), **more))

    async def rows(self, table: SqlTable) -> list[Any]:
        return await rows_of(self.database, table)

    async def start_group(
        self, organiser: str = "olga", zone: str = "Europe/Berlin", button_of: str = "Start "
    ) -> int:
        """Set a group up, start it by the button that begins so (at its next regular time), and give its id."""
        reply = await self.command(organiser, "group setup", manages=True, zone=zone)
        await self.press(organiser, button(reply, button_of).action, manages=True)
        group_id: int = (await self.rows(groups))[-1].id
        return group_id


def fact(reply: Reply, name: str) -> str:
    """The value of one of a card's facts."""
    for block in card_of(reply).blocks:
        if isinstance(block, Fields):
            for row_name, value in block.rows:
                if row_name == name:
                    return plain(value)
    raise AssertionError(f"no fact {name!r}")
