"""What a vote costs on Discord: through the whole services, and through a bare handler that does the same SQL.

Both get the same interactions by discord.py's own dispatch, and both are timed from an interaction's arrival to the moment its
response is handed to HTTP, which answers at once. The bare one is a ``DynamicItem`` that knows the statements by heart: it runs what
the house was seen to run, in the same transactions, and builds a message of the same parts. It is timed twice: with SQLAlchemy's
statements, as any handler of this kind would have them, and with finished SQL text, which is the floor.
"""

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import discord
from discord.webhook.async_ import AsyncWebhookAdapter, async_context
from sqlalchemy import event, insert

from adapters.discord.client import StudyhallClient
from adapters.discord.controls import action_id
from adapters.discord.render import render
from bot.app.run import App, open_app, utc_now
from bot.chat.actions import encode
from bot.chat.cards import Card, Private
from bot.chat.requests import Identity, Place, Press, Request
from bot.daily.actions import OpenBallot
from bot.settings import Settings
from bot.store.database import Database
from bot.store.tables import answers, groups, identities, members, people, places, rounds
from bot.store.transaction import Transaction
from tests.bench.room import _group, _round

Json: TypeAlias = dict[str, Any]
Statement: TypeAlias = tuple[Any, Any, str, Any]
"""SQLAlchemy's statement with its parameters, and the text that the driver got with its own."""

Work: TypeAlias = list[Statement]

VOTERS, AUTHORS, WARM = 420, 5, 20
SERVER, CHANNEL = "3000", "2000"
BOT: Any = {"id": "1", "username": "Studyhall", "discriminator": "0", "avatar": None, "bot": True}


async def measure_discord(folder: Path) -> list[str]:
    """Time 400 votes in each way; the figures as lines."""
    app = await open_app(Settings(database_url=f"sqlite:///{folder}/votes.db", demo=False))
    await app.database.write(lambda tx: _fill(tx, app))
    clicks = [await _first_click(app, n) for n in range(VOTERS)]
    await app.stop()
    for name in ("bare.db", "floor.db"):
        shutil.copyfile(folder / "votes.db", folder / name)
    app = await open_app(Settings(database_url=f"sqlite:///{folder}/votes.db", demo=False))
    bare = await Database.open(f"sqlite:///{folder}/bare.db")
    floor = await Database.open(f"sqlite:///{folder}/floor.db")
    seen = Seen(app.database)
    try:
        async with (
            _services(app) as one,
            _bare(bare, seen, as_text=False) as two,
            _bare(floor, seen, as_text=True) as three,
        ):
            ways = [Way(client) for client in (one, two, three)]
            for way in ways:
                await way.begin()
            for number, click in enumerate(
                clicks
            ):  # one after the other, so that a busy machine is busy for all three
                with seen.watching():
                    await ways[0].take(click, number)
                for way in ways[1:]:
                    await way.take(click, number)
        return _lines(ways[0], ways[1], ways[2], seen)
    finally:
        await app.stop()
        for database in (bare, floor):
            await database.close()


@dataclass
class Way:
    """One way to take votes, with the seconds from arrival to response, and of the processor, for each."""

    client: discord.Client
    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    async def begin(self) -> None:
        """Let the client know itself and the server."""
        state = self.client._connection
        await self.client._async_setup_hook()
        state.user = discord.ClientUser(state=state, data=BOT)
        state._add_guild_from_data(_server())

    async def take(self, click: Json, number: int) -> None:
        """Take a vote."""
        http = Answered()
        token = async_context.set(http)
        before, started = time.process_time(), time.perf_counter()
        self.client._connection.parse_interaction_create(click)  # type: ignore[arg-type]
        wall = await asyncio.wait_for(http.done, 10) - started
        if number >= WARM:
            self.wall.append(wall)
            self.processor.append(time.process_time() - before)
        async_context.reset(token)
        await asyncio.sleep(0)

    def median(self) -> tuple[float, float]:
        """Of both."""
        return sorted(self.wall)[len(self.wall) // 2], sorted(self.processor)[len(self.processor) // 2]


def _lines(services: Way, bare: Way, floor: Way, seen: "Seen") -> list[str]:
    (wall, own), (bare_wall, bare_own), (floor_wall, floor_own) = (
        services.median(),
        bare.median(),
        floor.median(),
    )
    each = sum(len(work) for works in seen.works for _, work in works) / len(seen.works)
    return [
        (
            f"a vote on Discord: median {wall * 1000:.2f} ms; a bare handler with the same {each:.0f} statements "
            f"{bare_wall * 1000:.2f} ms: {wall / bare_wall:.2f} times (goal: at most 1.5); "
            f"with finished SQL text {floor_wall * 1000:.2f} ms: {wall / floor_wall:.2f} times"
        ),
        (
            f"  of it the processor: {own * 1000:.2f} ms, {bare_own * 1000:.2f} ms ({own / bare_own:.2f} times) "
            f"and {floor_own * 1000:.2f} ms ({own / floor_own:.2f} times)"
        ),
    ]


@dataclass
class Seen:
    """What the house ran for each vote: its transactions in order, with their statements."""

    database: Database
    works: list[list[tuple[bool, Work]]] = field(default_factory=list)
    _made: tuple[Any, Any] = (None, None)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Listen to both engines while the next vote is taken."""
        self.works.append([])
        heard: list[tuple[Any, str, Callable[..., None]]] = []
        for writes, engine in ((True, self.database.writer), (False, self.database.reader)):

            def began(_tx: object, writes: bool = writes) -> None:
                self.works[-1].append((writes, []))

            def made(_tx: object, said: object, several: object, one: object, _options: object) -> None:
                self._made = (said, several or one)

            def ran(_tx: object, _cursor: object, said: str, values: Any, *_: object) -> None:  # noqa: ANN401
                if not said.startswith("BEGIN"):
                    self.works[-1][-1][1].append((*self._made, said, values))

            on = engine.sync_engine
            heard += [(on, "begin", began), (on, "before_execute", made), (on, "before_cursor_execute", ran)]
        for each in heard:
            event.listen(*each)
        try:
            yield
        finally:
            for each in heard:
                event.remove(*each)


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
async def _services(app: App) -> AsyncIterator[discord.Client]:
    client = StudyhallClient(utc_now, shard_count=1)
    client.serve(app.dispatcher)
    yield client
    await client.close()


@asynccontextmanager
async def _bare(database: Database, seen: Seen, *, as_text: bool) -> AsyncIterator[discord.Client]:
    works = iter(seen.works)

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
            for writes, work in next(works):
                await (database.write if writes else database.read)(partial(_run, work, as_text))
            await interaction.response.edit_message(view=_page())

    client = discord.Client(intents=discord.Intents(guilds=True))
    client.add_dynamic_items(Vote)
    yield client
    await client.close()


async def _run(work: Work, as_text: bool, tx: Transaction) -> None:
    for said, parameters, text, values in work:
        found = await (tx.exec_driver_sql(text, values) if as_text else tx.execute(said, parameters))
        if found.returns_rows:
            found.fetchall()


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


def _server() -> Any:  # noqa: ANN401  # a guild as the gateway sends it
    everyone = {
        "id": SERVER,
        "name": "@everyone",
        "permissions": "0",
        "position": 0,
        "color": 0,
        "hoist": False,
    }
    channel = {"id": CHANNEL, "type": 0, "name": "study", "position": 0, "permission_overwrites": []}
    made: Json = {
        "id": SERVER,
        "name": "Server",
        "roles": [everyone],
        "channels": [channel],
        "emojis": [],
        "stickers": [],
    }
    return made | {"owner_id": "1", "members": [], "threads": [], "member_count": 500, "features": []}


async def _first_click(app: App, number: int) -> Json:
    who = Identity("discord", "", str(10_000 + number), f"Voter {number}")
    where = Place("discord", SERVER, CHANNEL, "study")
    request = Request(f"open:{number}", utc_now(), who, where, Press(encode(OpenBallot(1))))
    reply = await app.dispatcher.handle(request)
    assert isinstance(reply, Private), reply
    return _click(number, who, reply.card)


def _click(number: int, who: Identity, card: Card) -> Json:
    message = render(card).payload
    ids = [
        part["custom_id"]
        for row in message["components"][0]["components"]
        for part in row.get("components", ())
    ]
    (pressed,) = [each for each in ids if action_id(each).startswith("judge") and each.endswith(":1")]
    user = {
        "id": who.user,
        "username": "voter",
        "discriminator": "0",
        "avatar": None,
        "global_name": who.name,
    }
    shown: Json = {
        "id": str(50_000 + number),
        "channel_id": CHANNEL,
        "author": user,
        "content": "",
        "embeds": [],
    }
    shown |= {"timestamp": "2026-11-23T09:00:00+00:00", "edited_timestamp": None, "tts": False, "type": 0}
    shown |= {
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "pinned": False,
    }
    made: Json = {
        "id": str(90_000 + number),
        "application_id": "1",
        "type": 3,
        "token": f"t{number}",
        "version": 1,
    }
    made |= {
        "guild_id": SERVER,
        "channel_id": CHANNEL,
        "entitlements": [],
        "attachment_size_limit": 1,
        "context": 0,
    }
    made |= {"channel": {"id": CHANNEL, "type": 0, "name": "study", "position": 0, "guild_id": SERVER}}
    made |= {"data": {"custom_id": pressed, "component_type": 2}, "authorizing_integration_owners": {}}
    made |= {
        "app_permissions": "0",
        "message": shown | {"flags": 1 << 15 | 1 << 6, "components": message["components"]},
    }
    member = {
        "user": user,
        "roles": [],
        "permissions": "0",
        "joined_at": "2026-11-23T09:00:00+00:00",
        "flags": 0,
    }
    return made | {"member": member | {"deaf": False, "mute": False}}


async def _fill(tx: Transaction, app: App) -> None:
    now = utc_now()
    item = app.bank.discussion()[0]
    from bot.daily.rounds import ask

    question = ask(app.bank, item).to_json()
    await tx.execute(insert(groups), [_group(1, now)])
    here = {"platform": "discord", "tenant": SERVER, "channel": CHANNEL, "group_id": 1, "created_at": now}
    await tx.execute(insert(places), [here])
    numbers = range(VOTERS + AUTHORS)
    await tx.execute(insert(people), [{"id": n + 1, "zone": "", "created_at": now} for n in numbers])
    who = {"platform": "discord", "tenant": ""}
    await tx.execute(
        insert(identities),
        [{**who, "user": str(10_000 + n), "name": f"Voter {n}", "person_id": n + 1} for n in numbers],
    )
    member = {"group_id": 1, "joined_at": now, "seen_at": now}
    await tx.execute(
        insert(members), [{**member, "id": n + 1, "person_id": n + 1, "name": f"Voter {n}"} for n in numbers]
    )
    voting = {"id": 1, "state": "voting", "ballot": "approval", "voting_at": now, "result": None}
    open_until = {"votes_close_at": now + timedelta(days=1), "next_at": now + timedelta(days=1)}
    await tx.execute(
        insert(rounds),
        [{**_round(1, 1, now, item.id, app.bank.root(item).id, question), **voting, **open_until}],
    )
    answer = {"round_id": 1, "state": "sealed", "consent": "unnamed", "created_at": now, "updated_at": now}
    await tx.execute(
        insert(answers),
        [
            {**answer, "member_id": VOTERS + n + 1, "text": f"What author {n} wrote. " * 25}
            for n in range(AUTHORS)
        ],
    )
