"""What a vote costs on Discord: through the product, and through a bare handler that runs the same SQL.

Both get the same interactions by discord.py's own dispatch, and both are timed from an interaction's arrival to the moment its
response is handed to HTTP, which answers at once. The bare one is a ``DynamicItem`` that knows the statements by heart: it runs
what the product was seen to run, through our own database and in the same transactions, and builds a message of the same parts.
"""

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import discord
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

from adapters.discord.client import StudyhallClient
from bot.app.run import App
from bot.chat.cards import Private
from bot.database.engine import Database
from bot.database.statements import Finished
from bot.database.transaction import Transaction
from tests.bench.discord.events import BOT, HERE, Json, pressed, server
from tests.bench.filling import NOW, account, opened, put, school
from tests.bench.requests import first_page
from tests.bench.rows import Row, at_most
from tests.bench.statements import Statement, count_statements
from tests.bench.timing import Times

VOTES, VOTES_QUICK, AUTHORS, WARM = 400, 100, 6, 20


async def measure(folder: Path, quick: bool) -> list[Row]:
    """A vote at a time, by the one and then by the other, so that a busy machine is busy for both."""
    voters = WARM + (VOTES_QUICK if quick else VOTES)
    app = await opened(f"sqlite:///{folder}/votes.db")
    await put(app.database, school(voters, AUTHORS, HERE, tenant=""))
    clicks = [await _click(app, n) for n in range(1, voters + 1)]
    await app.stop()
    shutil.copyfile(folder / "votes.db", folder / "bare.db")
    app = await opened(f"sqlite:///{folder}/votes.db")
    database = await Database.open(f"sqlite:///{folder}/bare.db")
    seen: list[list[Statement]] = []
    try:
        async with _product(app) as one, _bare(database, seen) as two:
            ways = product, bare = Way(one), Way(two)
            for way in ways:
                await way.begin()
            for number, click in enumerate(clicks):
                if number == WARM:
                    product.times.forget()
                    bare.times.forget()
                with count_statements(app.database) as statements:
                    await product.take(click)
                assert statements
                seen.append(statements)
                await bare.take(click)
    finally:
        await app.stop()
        await database.close()
    ours, plain = product.times, bare.times
    return [
        Row("a vote on Discord: wall", ours.wall_ms, "ms", plain.wall_ms, at_most(1.3)),
        Row("a vote on Discord: processor", ours.processor_ms, "ms", plain.processor_ms),
    ]


@dataclass
class Way:
    """One way to take votes."""

    client: discord.Client
    times: Times = field(default_factory=Times)

    async def begin(self) -> None:
        """Let the client know itself and the server."""
        state = self.client._connection
        await self.client._async_setup_hook()
        state.user = discord.ClientUser(state=state, data=BOT)
        state._add_guild_from_data(server())

    async def take(self, click: Json) -> None:
        """Take a vote."""
        http = Answered()
        token = async_context.set(http)
        before, started = time.process_time(), time.perf_counter()
        self.client._connection.parse_interaction_create(click)  # type: ignore[arg-type]
        self.times.wall.append(await asyncio.wait_for(http.done, 10) - started)
        self.times.processor.append(time.process_time() - before)
        async_context.reset(token)
        await asyncio.sleep(0)


class Answered(AsyncWebhookAdapter):
    """HTTP that takes every response at once and says when."""

    def __init__(self) -> None:
        self.done: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def create_interaction_response(self, *_: Any, **__: Any) -> Any:  # noqa: ANN401
        self.done.set_result(time.perf_counter())

        async def said() -> Json:
            return {"interaction": {"id": "1", "type": 3, "response_message_id": "5"}}

        return said()


@asynccontextmanager
async def _product(app: App) -> AsyncIterator[discord.Client]:
    client = StudyhallClient(lambda: NOW, shard_count=1)
    client.serve(app.dispatcher)
    yield client
    await client.close()


@asynccontextmanager
async def _bare(database: Database, seen: list[list[Statement]]) -> AsyncIterator[discord.Client]:
    class Vote(discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(r"judge.*")):
        @classmethod
        async def from_custom_id(
            cls,
            _interaction: discord.Interaction[Any],
            item: Any,  # noqa: ANN401
            _match: re.Match[str],
        ) -> "Vote":
            return cls(item)

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            await database.write(partial(_run, seen[-1]))
            await interaction.response.edit_message(view=_page())

    client = discord.Client(intents=discord.Intents(guilds=True))
    client.add_dynamic_items(Vote)
    yield client
    await client.close()


async def _run(work: list[Statement], tx: Transaction) -> None:
    for each in work:
        await tx.driver.run(Finished(each.sql, (), frozenset(), None, writes=False), each.arguments)


def _page() -> discord.ui.LayoutView:
    made = discord.ui.LayoutView(timeout=None)
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
    for number in range(5):
        row.add_item(discord.ui.Button(label=f"Button {number}", custom_id=f"judge.1:1:{number}"))
    words = (
        discord.ui.TextDisplay[Any](said)
        for said in ("### Ballot", "The question. " * 20, "> An answer. " * 30)
    )
    made.add_item(discord.ui.Container(*words, row))
    made.stop()
    return made


async def _click(app: App, member: int) -> Json:
    """The interaction of a member's first vote, as the gateway sends it."""
    reply = await first_page(app, member, HERE, "discord", "")
    assert isinstance(reply, Private), reply
    who = account(member, "discord", "")
    return pressed(90_000 + member, who, reply.card, begins="judge", ends=":1")
