"""A small bot to look at the door with: a few commands and actions that reply in every way a core can."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from simcord import Env
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle

from adapters.discord.client import StudyhallClient
from adapters.discord.interaction_handler import InteractionHandler
from adapters.discord.timing.turns import Turns
from bot.chat.actions import Action
from bot.chat.cards import (
    Ask,
    Button,
    Card,
    Choice,
    Done,
    FileField,
    Form,
    OneOf,
    Private,
    Public,
    Refuse,
    Reply,
    Slot,
    SomeOf,
    TextField,
    Update,
    text,
)
from bot.chat.commands import Command, Option, OptionKind, Options, Registry, Visibility
from bot.chat.dispatch import Route
from bot.chat.requests import Request, Submit, Upload
from tests.adapters.discord.support.driver import MONDAY
from tests.support.responder import SmallResponder


class Do(Action, tag="do"):
    """What a button does here: it replies in the way that it names."""

    what: str


class Fill(Action, tag="fill"):
    """Opens the form."""


class Send(Action, tag="send"):
    """Sends the form."""


FORM = Form(
    "Tell us",
    (
        TextField("story", "Your story", long=True, most=2000),
        OneOf("how", "How", (Choice("Named", "named"), Choice("Unnamed", "unnamed")), value="unnamed"),
        SomeOf("days", "Days", tuple(Choice(d, d) for d in ("Mon", "Tue", "Wed"))),
        FileField("file", "A file", required=False),
    ),
    Send(),
)
WAYS = ("private", "slot", "public", "update", "ask", "done", "note", "slow", "fail", "also", "late form")
FACE = Card(
    "Press something",
    controls=tuple(tuple(Button(way, Do(way)) for way in WAYS[at : at + 5]) for at in range(0, len(WAYS), 5)),
)
BAD = Card("Bad", (text("![a picture](x)"),))
"""A card that no renderer takes."""


@dataclass
class SmallBot:
    """The bot, its channel and its people. ``gate`` holds back what is slow; ``took`` are the requests that came in."""

    client: StudyhallClient = field(init=False)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    took: list[Request] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    env: Env = field(init=False)
    server: GuildHandle = field(init=False)
    here: ChannelHandle = field(init=False)
    ada: MemberActor = field(init=False)

    def connect(
        self,
        *,
        patience: float = 1.5,
        last_moment: float = 2.3,
        shard: tuple[int, int] | None = (0, 1),
        turns: Turns | None = None,
        time: Callable[[], datetime] | None = None,
    ) -> StudyhallClient:
        """A new client with its dispatcher, on one of so many shards; None leaves it to Discord. Its clock may be ahead."""
        now, core = time or clock, self.responder()
        self.client = StudyhallClient(
            now, shard_ids=shard[:1] if shard else None, shard_count=shard[1] if shard else None
        )
        door = InteractionHandler(core, now, patience=patience, last_moment=last_moment, turns=turns)
        self.client.serve(core, self, door)
        return self.client

    def responder(self) -> SmallResponder:
        """What takes its requests."""
        routes = (
            Route(Do, self._do),
            Route(Fill, self._fill, opens_form=True),
            Route(Send, self._send),
        )
        return SmallResponder(self.registry(), routes, self._allow)

    async def open_gate(self) -> None:
        """Let what is slow be done."""
        self.gate.set()
        await self.env.settle()

    def enter(self, env: Env) -> None:
        """Make the server."""
        self.env = env
        self.server = env.create_guild()
        self.here = self.server.create_text_channel("study")
        self.ada = self.server.add_member(env.create_user("ada", global_name="Ada"))

    def registry(self) -> Registry:
        """The commands."""
        some = (
            Option("topic", "Which", complete=self._topics),
            Option("count", "How many", OptionKind.INTEGER, complete=self._counts),
            Option("sure", "Sure", OptionKind.BOOLEAN),
        )
        return Registry(
            (
                Command(("face",), "A card of buttons", self._face),
                Command(("quiz", "start"), "Options of every kind", self._options, some, anywhere=False),
                Command(("slow", "private"), "Slow", self._slow, slow=True),
                Command(
                    ("slow", "public"), "Slow", self._slow_public, slow=True, visibility=Visibility.PUBLIC
                ),
                Command(("slow", "mismatch"), "Slow", self._slow, slow=True, visibility=Visibility.PUBLIC),
                Command(("slow", "turned"), "Slow", self._slow_public, slow=True),
                Command(("slow", "broken"), "Slow", self._broken, slow=True),
                Command(("late",), "Late", self._too_late),
                Command(("slow", "form"), "Slow", self._slow_form, opens_form=True),
                Command(("form",), "A form", self._form, opens_form=True),
                Command(("done",), "Nothing to show", self._done),
            )
        )

    async def recall(self, name: str) -> str | None:
        return self.facts.get(name)

    async def remember(self, name: str, value: str) -> None:
        self.facts[name] = value

    async def _allow(self, request: Request) -> bool:
        return bool(request.manages)

    async def _face(self, request: Request, _options: Options) -> Reply:
        self.took.append(request)
        return Private(FACE, Slot("face"))

    async def _options(self, request: Request, options: Options) -> Reply:
        self.took.append(request)
        return Private(Card(repr(sorted(options.items()))))

    async def _slow(self, request: Request, _options: Options) -> Reply:
        await self._held(request)
        return Private(Card("Here at last"))

    async def _slow_public(self, request: Request, _options: Options) -> Reply:
        await self._held(request)
        return Public(Card("For everyone"))

    async def _broken(self, request: Request, _options: Options) -> Reply:
        await self._held(request)
        return Private(BAD)

    async def _slow_form(self, request: Request, _options: Options) -> Reply:
        await self._held(request)
        return Ask(FORM)

    async def _too_late(self, _request: Request, _options: Options) -> Reply:
        self.env.backend.advance_clock(4)
        return Private(Card("Nobody sees this"))

    async def _held(self, request: Request) -> None:
        self.took.append(request)
        await self.env.external_wait(self.gate.wait(), reason="a slow database")

    async def _form(self, _request: Request, _options: Options) -> Reply:
        return Ask(FORM)

    async def _done(self, _request: Request, _options: Options) -> Reply:
        return Done()

    async def _topics(self, _request: Request, prefix: str) -> tuple[Choice, ...]:
        if prefix == "boom":
            raise ValueError(prefix)
        return tuple(Choice(f"{prefix} {n}", f"{prefix}-{n}") for n in range(40))

    async def _counts(self, _request: Request, prefix: str) -> tuple[Choice, ...]:
        return (Choice("Ten", "10"), Choice("Unreadable", "ten"), Choice(prefix or "-", "5"))

    async def _do(self, request: Request, action: Do) -> Reply:
        self.took.append(request)
        ways: dict[str, Callable[[], Reply]] = {
            "private": lambda: Private(Card("Only you")),
            "slot": lambda: Private(Card("The same place", controls=FACE.controls), Slot("face")),
            "public": lambda: Public(FACE),
            "update": lambda: Update(Card("A new face", controls=FACE.controls), Slot("face")),
            "ask": lambda: Ask(FORM),
            "done": Done,
            "note": lambda: Done("Saved."),
            "also": lambda: Private(Card("First"), also=(Card("Second"), Card("Third"))),
            "fail": lambda: Private(BAD),
        }
        if action.what in ("slow", "late form"):
            await self._held(request)
            return Ask(FORM) if action.what == "late form" else Update(Card("Late face"))
        return ways[action.what]()

    async def _fill(self, _request: Request, _action: Fill) -> Reply:
        return Ask(FORM)

    async def _send(self, request: Request, _action: Send) -> Reply:
        self.took.append(request)
        assert isinstance(request.what, Submit)
        story = request.what.text("story")
        if len(story) < 10:
            values = tuple(_with(each, story) for each in FORM.fields)
            return Refuse({"story": "Ten letters at least.", "": "Nothing was saved."}, _form_of(values))
        upload = request.what.fields.get("file")
        size = len(upload.data) if isinstance(upload, Upload) else 0
        return Private(Card("Thank you", (text(f"{size} bytes"),)), Slot("face"))


def _with(each: object, story: str) -> TextField | OneOf | SomeOf | FileField:
    if isinstance(each, TextField):
        return TextField(each.id, each.label, long=True, value=story, most=each.most)
    assert isinstance(each, OneOf | SomeOf | FileField)
    return each


def _form_of(fields: tuple[TextField | OneOf | SomeOf | FileField, ...]) -> Form:
    return Form(FORM.title, fields, FORM.submit)


def clock() -> datetime:
    """The requests' time, where a test has none of its own."""
    return MONDAY
