"""Votes of 256 members at once, each through the dispatcher, against a plain driver that writes the same rows.

The plain one takes every vote in a transaction of its own and waits for the disk as the product does; it knows no member.
The two take turns, wave by wave. The first wave of both warms up.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.chat.cards import Update
from tests.bench.bare import Bare, BarePostgres, BareSqlite
from tests.bench.filling import account, opened, put, school
from tests.bench.requests import first_page, helped, press
from tests.bench.rows import Goal, Row, at_least, at_most
from tests.bench.timing import Times
from tests.bench.written import shares, writes_between
from tests.support.databases import postgres

VOTERS, AUTHORS = 256, 6
WAVES = 4  # and one to warm up: with six answers to read, none of these votes is a ballot's last


@dataclass(frozen=True, slots=True)
class Two:
    """The product's database, how the plain driver's copy of it is made, and how that is opened."""

    url: str
    copy: Callable[[], Awaitable[None]]
    bare: Callable[[], AbstractAsyncContextManager[Bare]]


async def on_sqlite(folder: Path, quick: bool) -> list[Row]:
    """Votes on SQLite."""
    product, copy = folder / "product.db", folder / "bare.db"

    async def copied() -> None:
        shutil.copyfile(product, copy)

    @asynccontextmanager
    async def bare() -> AsyncIterator[Bare]:
        made = BareSqlite(product, copy)
        try:
            yield made
        finally:
            made.close()

    return await _rows(
        "SQLite", Two(f"sqlite:///{product}", copied, bare), quick, at_least(0.40), at_most(1.0, "value")
    )


async def on_postgres(folder: Path, quick: bool) -> list[Row]:
    """Votes on a PostgreSQL that is started for it."""
    del folder
    with postgres(durable=True) as server:
        await server.run("CREATE DATABASE product TEMPLATE template0")

        async def copied() -> None:
            await server.run("CREATE DATABASE bare TEMPLATE product")

        two = Two(
            server.url("product"),
            copied,
            lambda: BarePostgres.opened(server.url("product"), server.url("bare")),
        )
        return await _rows("PostgreSQL", two, quick, at_least(0.30), None)


async def _rows(kind: str, two: Two, quick: bool, rate: Goal, processor: Goal | None) -> list[Row]:
    product, bare = await _take(two, 1 if quick else WAVES)
    votes = len(product.wall) * VOTERS
    return [
        Row(
            f"votes/s, {kind}, {VOTERS} at once",
            votes / sum(product.wall),
            "1/s",
            votes / sum(bare.wall),
            rate,
        ),
        Row(
            f"processor per vote, {kind}",
            sum(product.processor) * 1000 / votes,
            "ms",
            sum(bare.processor) * 1000 / votes,
            processor,
        ),
    ]


async def _take(two: Two, waves: int) -> tuple[Times, Times]:
    next_votes = await _ballots(two)
    await two.copy()
    app = await opened(two.url)
    product, plain = Times(), Times()
    try:
        async with two.bare() as bare:
            for wave in range(waves + 1):
                if wave == 1:
                    product.forget()
                    plain.forget()
                before = await bare.state(of_product=True)
                requests = [press(account(n), vote) for n, vote in enumerate(next_votes, 1)]
                replies = await product.of(asyncio.gather(*map(app.dispatcher.handle, requests)))
                assert all(isinstance(reply, Update) for reply in replies), replies[0]
                next_votes = [helped(reply) for reply in replies]
                writes = writes_between(before, await bare.state(of_product=True), bare.keys)
                assert sum(each.table == "votes" and bool(each.key) for each in writes) == VOTERS
                await bare.take(shares(writes, VOTERS), plain)
            assert await bare.state(of_product=False) == await bare.state(of_product=True)
    finally:
        await app.stop()
    return product, plain


async def _ballots(two: Two) -> list[str]:
    """Let everybody open their ballot; the vote that each may cast."""
    app = await opened(two.url)
    try:
        await put(app.database, school(VOTERS, AUTHORS))
        pages = await asyncio.gather(*(first_page(app, n) for n in range(1, VOTERS + 1)))
        return [helped(page) for page in pages]
    finally:
        await app.stop()
