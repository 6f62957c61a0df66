"""Nothing that a click, a tick, an export or a deletion runs looks at every row of a table: both databases use an index."""

import gc
import importlib
import pkgutil
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

import bot
from bot.database.schema import metadata
from bot.database.statements import Finished, Statement
from tests.support.databases import PostgresServer

TABLES = frozenset(metadata.tables)
LOCKS = ("LOCK", "SELECT pg_advisory")

MAY_SCAN = {
    "bot.features.quiz.usage.reading._NEWEST": "once a day, the newest by their number up to a bound",
    "bot.features.quiz.usage.reading._CHALLENGES": "when an operator asks",
    "bot.features.quiz.usage.reading._LEVELS": "a row for each item that was answered often",
    "bot.features.quiz.usage.reading._DOUBTFUL": "a row for each item that was answered often",
    "bot.features.quiz.usage.reading._FORGET": "once a day",
    "bot.features.points.upkeep._GROUPS": "asked for by an operator: studyhall standings check looks at every group",
    "bot.membership.reach.KNOWN_PLACES": "asked for by an operator: studyhall doctor looks at every channel",
    "bot.outbox.operating._LIST": "asked for by an operator, and the index holds what is not settled alone",
    "bot.features.daily.demo.seeding._ANY_GROUP": "once at the start, and it ends with the first row",
}
"""What is neither a click nor a tick, with the reason."""


def every_statement() -> dict[str, Statement]:
    """Every statement of the product by the name of its constant; those without a name by their SQL."""
    for found_module in pkgutil.walk_packages(bot.__path__, "bot."):
        if "migrations" not in found_module.name and not found_module.name.endswith("__main__"):
            importlib.import_module(found_module.name)
    named: dict[int, str] = {}
    for name, module in sorted(sys.modules.items()):
        if name.startswith("bot."):
            for attribute, value in vars(module).items():
                for at, each in enumerate(_within(value)):
                    named.setdefault(
                        id(each), f"{name}.{attribute}" + (f"[{at}]" if each is not value else "")
                    )
    gc.unfreeze()  # what was there before the tests began is passed over else
    found = [each for each in gc.get_objects() if isinstance(each, Statement)]
    said = {named.get(id(each), each.on("sqlite").sql): each for each in found}
    return {name: each for name, each in said.items() if name.startswith("bot.") or aliases(name)}


def _within(value: object) -> Iterator[Statement]:
    if isinstance(value, Statement):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _within(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _within(each)


def aliases(sql: str) -> frozenset[str]:
    """The names under which a statement reads tables."""
    found = re.findall(r"\b(?:FROM|JOIN|UPDATE|INTO|,)\s+\(*\"?(\w+)\"?(?:\s+AS\s+\"?(\w+)\"?)?", sql)
    return frozenset(alias or table for table, alias in found if table in TABLES)


def scans_on_sqlite(connection: sqlite3.Connection, finished: Finished) -> list[str]:
    """The lines of SQLite's plan that go through a whole table or index."""
    plan = connection.execute(f"EXPLAIN QUERY PLAN {finished.sql}", [None] * len(finished.binds))
    lines = [row[3] for row in plan]
    known = aliases(finished.sql)
    return [line for line in lines if (m := re.match(r"SCAN \"?(\w+)", line)) and m[1] in known]


def test_no_statement_scans_a_table_on_sqlite(sqlite_template: Path) -> None:
    found = {}
    with closing(sqlite3.connect(sqlite_template)) as connection:
        for name, statement in every_statement().items():
            finished = statement.on("sqlite")
            if finished.sql.startswith(LOCKS):
                continue
            if (scans := scans_on_sqlite(connection, finished)) and name not in MAY_SCAN:
                found[name] = scans
    assert found == {}


async def plan_on_postgresql(connection: asyncpg.Connection, finished: Finished) -> list[str]:
    """The lines of the plan that PostgreSQL makes without knowing the values."""
    await connection.execute(f"PREPARE one AS {finished.sql}")
    values = ", ".join(["NULL"] * len(finished.binds))
    plan = [row[0] for row in await connection.fetch(f"EXPLAIN EXECUTE one{f'({values})' if values else ''}")]
    await connection.execute("DEALLOCATE one")
    return plan


@pytest.mark.postgres
async def test_no_statement_scans_a_table_on_postgresql(postgres_server: PostgresServer) -> None:
    connection = await asyncpg.connect(await postgres_server.create("template"))
    found = {}
    try:
        await connection.execute(
            "SET enable_seqscan = off; SET jit = off; SET plan_cache_mode = force_generic_plan"
        )
        for name, statement in every_statement().items():
            finished = statement.on("postgresql")
            if finished.sql.startswith(LOCKS):
                continue
            plan = await plan_on_postgresql(connection, finished)
            scans = [line.strip() for line in plan if "Seq Scan on " in line]
            if scans and name not in MAY_SCAN:
                found[name] = scans
    finally:
        await connection.close()
    assert found == {}


def test_what_may_scan_is_there() -> None:
    assert set(MAY_SCAN) <= set(every_statement())
