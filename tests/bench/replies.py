"""What everyday requests cost: the help, and the form to answer in.

The goals are in milliseconds, and hold on a machine of 2026. The baseline is a fixed piece of work in plain Python, done in
turns with them, so that runs on other machines can be compared: a document of 100 small rows is written as JSON and read again.
"""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.app.run import App
from bot.chat.cards import Ask, Private
from bot.features.daily.actions import OpenAnswer
from tests.bench.filling import OPEN, account, opened, put, school
from tests.bench.requests import command, press
from tests.bench.rows import Row, at_most
from tests.bench.timing import Times

VOTERS, AUTHORS = 50, 6
REQUESTS = 300
_DOCUMENT = [{"id": n, "name": f"Member {n}", "points": n * 7, "seen": None} for n in range(100)]


async def measure(folder: Path, quick: bool) -> list[Row]:
    """The processor, and beside it the wall."""
    count = 100 if quick else REQUESTS
    app = await opened(f"sqlite:///{folder}/replies.db")
    try:
        await put(app.database, school(VOTERS, AUTHORS))
        rows = await timed("/help", lambda n: _help(app, n), count, 0.5)
        return rows + await timed("the answer form", lambda n: _form(app, n), count, 1.2)
    finally:
        await app.stop()


async def _help(app: App, number: int) -> None:
    reply = await app.dispatcher.handle(command(account(number % VOTERS + 1), "help"))
    assert isinstance(reply, Private), reply


async def _form(app: App, number: int) -> None:
    reply = await app.dispatcher.handle(press(account(number % VOTERS + 1), OpenAnswer(OPEN)))
    assert isinstance(reply, Ask), reply


async def timed(name: str, ask: Callable[[int], Awaitable[None]], count: int, most: float) -> list[Row]:
    """The processor, for which so many milliseconds are the goal, and the wall; both beside the yardstick."""
    taken, yardstick = Times(), Times()
    for number in range(count + 20):
        if number == 20:
            taken.forget()
            yardstick.forget()
        await taken.of(ask(number))
        with yardstick.taking():
            json.loads(json.dumps(_DOCUMENT))
    return [
        Row(f"{name}: processor", taken.processor_ms, "ms", yardstick.processor_ms, at_most(most, "value")),
        Row(f"{name}: wall", taken.wall_ms, "ms", yardstick.wall_ms),
    ]
