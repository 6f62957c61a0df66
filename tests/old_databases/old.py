"""Databases as earlier versions left them: restored for a test, read without our code, and lived in by their members."""

import gzip
import itertools
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from bot.chat.cards import Card
from bot.chat.requests import Identity, Invoke, MessageRef, Place, Press
from tests.support.databases import PostgresServer
from tests.support.local_driver import LocalDriver
from tests.support.two_platforms import Elsewhere, TwoPlatformDriver

HERE = Path(__file__).parent
STOPPED = datetime(2026, 12, 2, 8, 8, 2, tzinfo=UTC)
"""When the group of v0005 was left."""
DEMO_STOPPED = datetime(2026, 11, 23, 8, 6, tzinfo=UTC)
FAILED = "Something went wrong here"


def dump_of(name: str, dialect: str) -> str:
    """What a database holds, as SQL."""
    return gzip.decompress((HERE / f"{name}.{dialect}.sql.gz").read_bytes()).decode()


async def restore(name: str, where: Path | PostgresServer) -> str:
    """Make a database again as it was left, as this file or on this server; its address."""
    return await _on_server(name, where) if isinstance(where, PostgresServer) else _as_file(name, where)


async def _on_server(name: str, server: PostgresServer) -> str:
    url = await server.create()
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(dump_of(name, "postgresql"))
    finally:
        await connection.close()
    return url


def _as_file(name: str, path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump_of(name, "sqlite"))
        connection.execute("PRAGMA journal_mode=WAL")
    return f"sqlite:///{path}"


async def rows(url: str, query: str) -> list[dict[str, Any]]:
    """What a query finds, asked of the database itself."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query)]
    connection = await asyncpg.connect(url)
    try:
        return [dict(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


@dataclass
class Remembering(Elsewhere):
    """The second platform of before: what was posted there stands there still, and can be changed."""

    async def edit(self, ref: MessageRef, card: Card) -> None:
        where = Place(ref.platform, ref.tenant, ref.channel, ref.channel)
        self.shown.setdefault(ref, (where, card))
        await super().edit(ref, card)


class Later(TwoPlatformDriver):
    """The group of v0005, five minutes after it was left."""

    def __init__(self, url: str) -> None:
        super().__init__(url, Remembering())
        self.clock.now = STOPPED
        self.clock.move(minutes=5)
        later_requests(self)


def later_requests(v: LocalDriver) -> None:
    """Let no request have the id of one that was handled before."""
    v._ids = itertools.count(1_000_000)


@asynccontextmanager
async def later(url: str) -> AsyncIterator[Later]:
    """The present code on a database of before, closed at the end."""
    made = Later(url)
    await made.open()
    try:
        yield made
    finally:
        await made.app.stop()


@dataclass(frozen=True)
class Inhabitant:
    """A member's account, and a place of their group on its platform."""

    who: Identity
    place: Place
    person: int
    group: int


async def inhabitants(url: str) -> tuple[Inhabitant, ...]:
    """Every account of every member who stays."""
    found = await rows(
        url,
        'SELECT i.platform, i.tenant, i."user", i.name, i.person_id, p.channel, p.group_id '
        "FROM identities i JOIN members m ON m.person_id = i.person_id "
        "JOIN places p ON p.group_id = m.group_id AND p.platform = i.platform AND p.tenant = i.tenant "
        "WHERE m.left_at IS NULL AND m.barred_at IS NULL AND m.canonical_id IS NULL "
        'ORDER BY p.group_id, i.platform, i."user"',
    )
    return tuple(
        Inhabitant(
            Identity(r["platform"], r["tenant"], r["user"], r["name"]),
            Place(r["platform"], r["tenant"], r["channel"], r["channel"]),
            r["person_id"],
            r["group_id"],
        )
        for r in found
    )


async def say(v: Later, one: Inhabitant, path: str, **options: str | int | bool) -> Any:  # noqa: ANN401  # a reply
    """Run a command as an inhabitant, where their group is."""
    star = "*" if one.who.platform == "elsewhere" else ""
    return await v.handle(v.at(one.who.user + star, Invoke(path, options), one.place))


async def push(v: Later, one: Inhabitant, made: str, *values: str) -> Any:  # noqa: ANN401  # a reply
    """Press what has this id as an inhabitant, where their group is."""
    star = "*" if one.who.platform == "elsewhere" else ""
    return await v.handle(v.at(one.who.user + star, Press(made, values), one.place))


@dataclass(frozen=True)
class KeptAction:
    """A line of ``actions.txt``."""

    id: str
    tag: str
    fields: dict[str, Any]


def kept_actions() -> Iterator[KeptAction]:
    """Every id of before, with what it means."""
    for line in (HERE / "actions.txt").read_text("utf-8").splitlines():
        made, tag, fields = line.split("\t")
        yield KeptAction(made, tag, json.loads(fields))


def strings(value: object) -> Iterator[str]:
    """Every string within a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)
