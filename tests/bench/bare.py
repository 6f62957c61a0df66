"""Plain drivers that a vote through the product is measured against: sqlite3 from the standard library, and asyncpg."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from tests.bench.timing import Times
from tests.bench.written import State, Write


class Bare(Protocol):
    """A plain connection to a copy of the product's database."""

    @property
    def keys(self) -> Mapping[str, Sequence[str]]:
        """The primary key's columns by table."""
        ...

    async def state(self, *, of_product: bool) -> State:
        """Every row of the product's database, or of the copy."""
        ...

    async def take(self, votes: Sequence[Sequence[Write]], times: Times) -> None:
        """Write what each vote wrote, a transaction a vote; all of it is timed as one."""
        ...


class BareSqlite:
    """The standard library's sqlite3, one connection, WAL and ``synchronous=FULL``."""

    def __init__(self, product: Path, copy: Path) -> None:
        self._files = {True: product, False: copy}
        self._connection = sqlite3.connect(copy, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        tables = self._connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        self.keys = {name: self._key(name) for (name,) in tables if not name.startswith("sqlite_")}

    def _key(self, table: str) -> list[str]:
        columns = self._connection.execute(f"PRAGMA table_info({table})").fetchall()
        return [each[1] for each in sorted(columns, key=lambda c: int(c[5])) if each[5]]

    async def state(self, *, of_product: bool) -> State:
        with closing(sqlite3.connect(f"file:{self._files[of_product]}?mode=ro", uri=True)) as reader:
            reader.row_factory = sqlite3.Row
            return {
                table: {
                    tuple(row[k] for k in key): dict(row)
                    for row in reader.execute(f'SELECT * FROM "{table}"')
                }
                for table, key in self.keys.items()
            }

    async def take(self, votes: Sequence[Sequence[Write]], times: Times) -> None:
        works = [[(each.sql("?"), each.parameters) for each in vote] for vote in votes]
        with times.taking():
            for work in works:
                self._connection.execute("BEGIN IMMEDIATE")
                for sql, parameters in work:
                    self._connection.execute(sql, parameters)
                self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


class BarePostgres:
    """asyncpg with a pool of as many connections as the product has open."""

    def __init__(self, product: asyncpg.Connection, copy: asyncpg.Connection, url: str) -> None:
        self._connections = {True: product, False: copy}
        self._url = url
        self._pool: asyncpg.Pool | None = None
        self.keys: dict[str, list[str]] = {}

    @classmethod
    @asynccontextmanager
    async def opened(cls, product: str, copy: str) -> AsyncIterator["BarePostgres"]:
        connections = [await asyncpg.connect(url) for url in (product, copy)]
        bare = cls(connections[0], connections[1], copy)
        try:
            bare.keys = await bare._keys()
            yield bare
        finally:
            for each in (*connections, *((bare._pool,) if bare._pool else ())):
                await each.close()

    async def _keys(self) -> dict[str, list[str]]:
        rows = await self._connections[True].fetch("""
            SELECT t.table_name, array_agg(k.column_name::text ORDER BY k.ordinal_position) AS columns
            FROM information_schema.table_constraints t
            JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name)
            WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_schema = 'public' GROUP BY t.table_name
        """)
        return {row["table_name"]: list(row["columns"]) for row in rows}

    async def state(self, *, of_product: bool) -> State:
        reader = self._connections[of_product]
        return {
            table: {
                tuple(row[k] for k in key): dict(row)
                for row in await reader.fetch(f'SELECT * FROM "{table}"')
            }
            for table, key in self.keys.items()
        }

    async def take(self, votes: Sequence[Sequence[Write]], times: Times) -> None:
        works = [[(each.sql("$"), each.parameters) for each in vote] for vote in votes]
        pool = self._pool = self._pool or await self._as_many()

        async def one(work: Sequence[tuple[str, tuple[Any, ...]]]) -> None:
            async with pool.acquire() as connection, connection.transaction():
                for sql, parameters in work:
                    await connection.execute(sql, *parameters)

        await times.of(asyncio.gather(*map(one, works)))

    async def _as_many(self) -> asyncpg.Pool:
        size = await self._connections[True].fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return await asyncpg.create_pool(self._url, min_size=size, max_size=size)
