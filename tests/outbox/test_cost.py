"""What looking for due deliveries costs: one statement while nothing is due, and never a look at all that was ever sent."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.app.features import DUE
from bot.database.engine import Database
from bot.outbox.queries import claim
from bot.outbox.tables import deliveries
from tests.outbox.post_office import HALL, NOON, OutboxBench, town_on
from tests.support.databases import opened

POST = "post"


@contextmanager
def watched(database: Database) -> Iterator[list[tuple[str, Sequence[Any]]]]:
    """The statements that run within, with their values."""
    said: list[tuple[str, Sequence[Any]]] = []
    database.watcher = lambda sql, values: said.append((sql, values))
    try:
        yield said
    finally:
        database.watcher = None


async def sent_long_ago(bench: OutboxBench, count: int) -> None:
    """Let so many deliveries have been sent and settled."""
    one = {
        "kind": "note",
        "destination": HALL.key,
        "platform": "post",
        "place_id": bench.place_id,
        "state": "sent",
        "created_at": NOON,
    }
    rows = [one | {"subject": f"old:{n}", "key": str(n)} for n in range(count)]
    await bench.database.write(lambda tx: tx.insert_all(deliveries, rows))


async def test_where_nothing_is_due_a_run_is_one_statement_and_where_others_claim_a_lock(
    bench: OutboxBench,
) -> None:
    outbox = bench.outbox()
    await bench.ask()
    await outbox.run()
    with watched(bench.database) as said:
        assert await outbox.run() == 0
    assert len(said) == 1 + bench.database.is_postgres


async def test_many_are_claimed_with_one_statement_more_and_know_all_they_need(bench: OutboxBench) -> None:
    await bench.ask("note:0")
    await bench.outbox().run()
    for n in range(1, 5):
        await bench.ask(f"note:{n}", under="note:0|note")
    await bench.tell()
    with watched(bench.database) as said:
        found = await bench.database.write(lambda tx: claim(tx, DUE, POST, "one", NOON))
    assert len(said) == 2 + bench.database.is_postgres
    assert [d.subject for d in found] == ["note:1", "note:2", "note:3", "note:4", "note:1"]
    first = (await bench.rows())[0]
    assert [d.root and d.root.message for d in found] == [first.message["message"]] * 4 + [None]


async def test_what_has_been_due_longest_is_taken_first(bench: OutboxBench) -> None:
    await bench.ask("note:1")
    bench.clock.move(minutes=-5)
    await bench.ask("note:2")
    (found,) = await bench.database.write(lambda tx: claim(tx, DUE, POST, "one", NOON, limit=1))
    assert found.subject == "note:2"


async def test_sqlite_finds_what_is_due_without_a_look_at_what_is_settled(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database:
        bench = await town_on(database)
        await bench.ask(under="old:1|note")
        with watched(database) as said:
            await database.write(lambda tx: claim(tx, DUE, POST, "one", NOON))
    with closing(sqlite3.connect(str(make_url(sqlite_url).database))) as file:
        plans = [row[3] for sql, values in said for row in file.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    touching = [step for step in plans if "deliveries" in step or "root" in step]
    assert len(touching) == 4
    assert "ix_deliveries_due (platform=? AND next_at<?)" in touching[0]
    assert "ix_deliveries_due (platform=? AND next_at>? AND next_at<?)" in touching[1]
    assert [step for step in touching if not step.startswith("SEARCH")] == []


@pytest.mark.postgres
async def test_postgres_finds_what_is_due_without_a_look_at_what_is_settled(postgres_url: str) -> None:
    async with opened(postgres_url) as database:
        bench = await town_on(database)
        await sent_long_ago(bench, 3_000)
        await bench.ask(under="old:1|note")
        await database.write(lambda tx: tx.execute(text("ANALYZE deliveries")))
        with watched(database) as said:
            await database.write(lambda tx: claim(tx, DUE, POST, "one", NOON))
    connection = await asyncpg.connect(postgres_url)
    plan = [row[0] for sql, values in said for row in await connection.fetch(f"EXPLAIN {sql}", *values)]
    await connection.close()
    assert any("ix_deliveries_due" in step for step in plan)
    assert [step for step in plan if "Seq Scan on deliveries" in step] == []
