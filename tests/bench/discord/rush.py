"""Everyone presses Answer at once, and Discord takes 100 ms for each callback.

Whether one was in time is said by the far end: when it had taken the callback, after the press was made.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import aiohttp
from discord.http import Route
from discord.utils import time_snowflake

from adapters.discord.client import StudyhallClient
from bot.app.dispatcher import Dispatcher
from bot.chat.cards import Button, Card, Reply
from bot.chat.dispatch import Responder
from bot.chat.requests import Request
from bot.features.daily.actions import OpenAnswer
from tests.bench.discord.events import HERE, Json, pressed, server
from tests.bench.discord.far_end import far_end
from tests.bench.filling import NOW, OPEN, account, opened, put, school
from tests.bench.rows import Row, at_least, at_most

PEOPLE, PEOPLE_QUICK, WARM, AUTHORS = 500, 100, 20, 6
CALLBACK = 0.1
"""Seconds that Discord takes for a callback."""

AT_A_TIME = 20
"""How many events come out of a connection before it is waited for again: each has a few hundred bytes, compressed."""

IN_TIME = 3.0
FORM = 9
"""The type of the callback that opens a form (Interaction Callback Type)."""

CARD = Card("Today's question", controls=((Button("Answer", OpenAnswer(OPEN)),),))


SLOW = 0.008
"""Seconds of the processor that each costs on a machine too slow for them: then some are put off, and none may be late."""


async def measure(folder: Path, quick: bool) -> list[Row]:
    """All presses bear the same moment; the product hears them one after the other, as a connection hands them on."""
    people = PEOPLE_QUICK if quick else PEOPLE
    name = f"{people} press Answer at once"
    after, forms = await _rush(folder, people)
    slowed, opened_then = await _rush(folder, people, SLOW)
    late, late_then = (people - sum(each <= IN_TIME for each in found) for found in (after, slowed))
    return [
        Row(f"{name}: later than 3 s", late, "", None, at_most(0, "value")),
        Row(f"{name}: opened directly", 100 * forms / people, "%", None, at_least(95, "value")),
        Row(f"{name}: the last one", max(after), "s"),
        Row(f"{name}, {SLOW * 1000:g} ms each: later than 3 s", late_then, "", None, at_most(0, "value")),
        Row(f"{name}, {SLOW * 1000:g} ms each: opened directly", 100 * opened_then / people, "%"),
    ]


async def _rush(folder: Path, people: int, busy: float = 0) -> tuple[list[float], int]:
    """How many seconds after its press each was answered, and how many of these answers were forms."""
    started = time.time()

    def clock() -> datetime:
        return NOW + timedelta(seconds=time.time() - started)

    app = await opened(f"sqlite:///{folder}/rush-{busy:g}.db", clock)
    try:
        await put(app.database, school(people + WARM, AUTHORS, HERE, tenant=""))
        async with far_end(CALLBACK) as url:
            base, Route.BASE = Route.BASE, url
            try:
                taken, at = await _rushed(cast("Responder", Busy(app.dispatcher, busy)), clock, people)
            finally:
                Route.BASE = base
    finally:
        await app.stop()
    return [moment - at for moment, _ in taken], sum(kind == FORM for _, kind in taken)


@dataclass(frozen=True)
class Busy:
    """The core, where each request costs so many seconds of the processor more."""

    core: Dispatcher
    seconds: float

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # all but what is slow
        return getattr(self.core, name)

    async def handle(self, request: Request) -> Reply:
        time.sleep(self.seconds)  # noqa: ASYNC251  # it is to hold everything up
        return await self.core.handle(request)


async def _rushed(
    core: Responder, clock: Callable[[], datetime], people: int
) -> tuple[list[tuple[float, int]], float]:
    client = StudyhallClient(clock, shard_count=1)
    client.serve(core)
    try:
        await client.login("token")
        client._connection._add_guild_from_data(server())
        async with aiohttp.ClientSession(Route.BASE) as session:
            for number in range(people + 1, people + WARM + 1):
                _hand(client, _press(clock(), number))
                await asyncio.sleep(0.02)
            warm = len(await _taken(session, WARM))
            presses = [_press(clock(), number) for number in range(1, people + 1)]
            at, number = time.time(), time_snowflake(clock())
            for count, each in enumerate(presses):
                each["id"] = str(number + count)
                _hand(client, each)
                if count % AT_A_TIME == 0:
                    await asyncio.sleep(0)
            found = await _taken(session, warm + people)
            await _settled()
            ids = {each["id"] for each in presses}
            return [each for number, each in found.items() if number in ids], at
    finally:
        await client.close()


async def _settled() -> None:
    """Wait for what is still to be said to those who were put off."""
    rest = [each for each in asyncio.all_tasks() if each.get_name().startswith("discord.py: on_interaction")]
    await asyncio.gather(*rest)


def _press(now: datetime, number: int) -> Json:
    return pressed(time_snowflake(now) + number, account(number, "discord", ""), CARD, begins="answer")


def _hand(client: StudyhallClient, event: Json) -> None:
    client._connection.parsers["INTERACTION_CREATE"](event)


async def _taken(session: aiohttp.ClientSession, many: int) -> Json:
    found: Json = {}
    for _ in range(100):
        async with session.get("/taken") as answer:
            found = await answer.json()
        if len(found) >= many:
            break
        await asyncio.sleep(0.2)
    return found
