"""Every card and form that a demonstration shows: what an operator has a platform look at.

Nothing is written down twice: an organiser types each command, presses each button once, and a few days pass.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory
from typing import TypeAlias, cast

from bot.app.run import App, open_app
from bot.app.settings import Settings
from bot.chat.actions import encode
from bot.chat.cards import Ask, Button, Card, Form, Private, Public, Refuse, Reply, Style, Update
from bot.chat.platform import Platform
from bot.chat.requests import Destination, Invoke, MessageRef, Press, Request

BEGIN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""A Monday morning; the samples are the same whenever they are made."""
_DAYS = 3
_MOST_PRESSES = 300

Sample: TypeAlias = Card | Form


async def samples_of(settings: Settings) -> tuple[Sample, ...]:
    """The cards and forms of a demonstration with these settings, one of each title; its database is left alone.

    Raises:
        BankError, DemoError: the question bank or the demonstration cannot be used.
    """
    with TemporaryDirectory(prefix="studyhall-") as folder:
        own = replace(settings, database_url=f"sqlite:///{folder}/studyhall.db", demo=True)
        seen = _Seen()
        app = await open_app(own, clock=seen.clock, wrap=seen.wrap)
        try:
            await _play(app, seen)
        finally:
            await app.stop()
    return tuple(seen.samples.values())


class _Seen:
    """What was shown, by kind and title, and a clock that is moved."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.samples: dict[tuple[type, str], Sample] = {}
        self.pressed: set[str] = set()
        self._waiting: list[Button] = []

    def clock(self) -> datetime:
        return self.now

    def wrap(self, room: Platform) -> Platform:
        return cast("Platform", _Recording(room, self))

    def take(self, sample: Sample) -> None:
        self.samples.setdefault((type(sample), sample.title), sample)
        if isinstance(sample, Card):
            self._waiting += _buttons(sample)

    def next_button(self) -> Button | None:
        """A button that was not pressed yet, of those that delete nothing; one of each kind of action and label."""
        while self._waiting:
            each = self._waiting.pop(0)
            mark = f"{type(each.action).__name__} {each.label}"
            if mark not in self.pressed and len(self.pressed) < _MOST_PRESSES:
                self.pressed.add(mark)
                return each
        return None


class _Recording:
    """The room, whose messages are seen as they are sent; in all else it is the room itself."""

    def __init__(self, room: Platform, seen: _Seen) -> None:
        self._room = room
        self._seen = seen

    def __getattr__(self, name: str) -> object:
        return getattr(self._room, name)

    async def post(self, destination: Destination, card: Card, key: str) -> MessageRef:
        self._seen.take(card)
        return await self._room.post(destination, card, key)


async def _play(app: App, seen: _Seen) -> None:
    for _ in range(_DAYS):
        await app.scheduler.once()
        for command in app.dispatcher.registry:
            if not any(each.required for each in command.options):
                _look(await _ask(app, seen, Invoke(command.name, {})), seen)
        while (button := seen.next_button()) is not None:
            _look(await _ask(app, seen, Press(encode(button.action))), seen)
        seen.now += timedelta(days=1)


async def _ask(app: App, seen: _Seen, what: Invoke | Press) -> Reply:
    owner = app.room.identity(app.room.members[0])
    seen.now += timedelta(seconds=1)
    made = f"sample {seen.now.timestamp()}"
    return await app.dispatcher.handle(
        Request(made, seen.now, owner, app.room.place, what, manages=True, zone="UTC")
    )


def _look(reply: Reply, seen: _Seen) -> None:
    match reply:
        case Private():
            for each in (reply.card, *reply.also):
                seen.take(each)
        case Public() | Update():
            seen.take(reply.card)
        case Ask() | Refuse():
            seen.take(reply.form)


def _buttons(card: Card) -> Iterable[Button]:
    for row in card.controls:
        for each in row:
            if isinstance(each, Button) and each.style is not Style.DANGER and each.disabled_because is None:
                yield each
