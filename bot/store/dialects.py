"""SQLAlchemy's dialects as the store uses them: statements are compiled once a process, and SQLite answers in one step.

A process may hold several engines (each database has a writing and a reading one); what SQLAlchemy compiles is kept
per engine and dialect object. Two of ours are equal where they would write the same SQL, so that ``COMPILED`` serves all.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import aiosqlite
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.util import LRUCache

SQLITE = "sqlite+studyhall"
POSTGRES = "postgresql+studyhall"

COMPILED: LRUCache[Any, Any] = LRUCache(2_000)
"""The compiled statements of every engine; about 400 are in use, and each keeps a few kilobytes."""


class Sqlite(SQLiteDialect_aiosqlite):
    """SQLite through aiosqlite; equal to every other of its kind: there is one SQLite library in a process."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))


class Postgres(PGDialect_asyncpg):
    """PostgreSQL through asyncpg; equal to another that speaks with the same version and writes to the same schema."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and _of_server(self) == _of_server(other)

    def __hash__(self) -> int:
        return hash(type(self))


def _of_server(dialect: Any) -> tuple[object, object]:  # noqa: ANN401  (it is set at the first connection)
    return getattr(dialect, "server_version_info", None), getattr(dialect, "default_schema_name", None)


registry.register("sqlite.studyhall", __name__, Sqlite.__name__)
registry.register("postgresql.studyhall", __name__, Postgres.__name__)

Outcome = tuple[Sequence[Any] | None, int, int | None, list[Any]]


class OneStepConnection(aiosqlite.Connection):
    """A connection whose thread is asked once for each statement, not once to begin, run, fetch and close it."""

    def cursor(self) -> "OneStepCursor":  # type: ignore[override]  # it is entered as aiosqlite's is
        """A cursor; making it asks nobody."""
        return OneStepCursor(self)

    async def run(self, work: Callable[[sqlite3.Cursor], object]) -> Outcome:
        """What a statement gave, with all of its rows; the cursor on the connection's thread is closed by then."""
        outcome: Outcome = await self._execute(_run, self._conn, work)  # type: ignore[no-untyped-call]
        return outcome


def _run(connection: sqlite3.Connection, work: Callable[[sqlite3.Cursor], object]) -> Outcome:
    cursor = connection.cursor()
    try:
        work(cursor)
        rows = cursor.fetchall() if cursor.description else []
        return cursor.description, cursor.rowcount, cursor.lastrowid, rows
    finally:
        cursor.close()


class OneStepCursor:
    """What SQLAlchemy asks of a cursor; the rows wait here for whoever fetches them."""

    arraysize = 1

    def __init__(self, connection: OneStepConnection) -> None:
        self.description: Sequence[Any] | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self._rows: list[Any] = []
        self._connection = connection

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def execute(self, sql: str, parameters: Any = ()) -> Self:  # noqa: ANN401  (sqlite3's own)
        """Run one statement."""
        return self._keep(await self._connection.run(lambda cursor: cursor.execute(sql, parameters)))

    async def executemany(self, sql: str, parameters: Iterable[Any]) -> Self:
        """Run one statement once for each set of parameters."""
        return self._keep(await self._connection.run(lambda cursor: cursor.executemany(sql, parameters)))

    def _keep(self, outcome: Outcome) -> Self:
        self.description, self.rowcount, self.lastrowid, self._rows = outcome
        return self

    async def fetchall(self) -> list[Any]:
        """The rows that nobody has fetched yet."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Forget the rows."""
        self._rows = []


def connect_sqlite(database: str, **options: Any) -> OneStepConnection:  # noqa: ANN401  (sqlite3.connect's)
    """The connection to await; ``options`` are those of ``sqlite3.connect``."""
    made = OneStepConnection(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
    made._thread.daemon = True  # noqa: SLF001  # as SQLAlchemy does: it must not keep a process from ending
    return made
