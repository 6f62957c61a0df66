"""The database: one door for writing, one for reading, on SQLite or PostgreSQL.

    db = await Database.open("sqlite:///data/studyhall.db")     raises DatabaseError: its message is for the operator
    await db.migrate()
    round_id = await db.write(work)     work: async (connection) -> T; committed before T comes back; an error undoes all
    rounds = await db.read(work)        one consistent state; writing is refused
    db.dialect                          "sqlite" | "postgresql"; also db.is_postgres
    await db.close()

Inside a work: ``insert_once``, ``upsert``, ``for_update_skip_locked``, and ``connection.begin_nested()`` for a savepoint.
A work uses its connection alone (a write within a write is refused), and on PostgreSQL it may run a second time after a
deadlock: it changes nothing but the database.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Insert, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.dml import ReturningInsert

from bot.store.engines import lock_sqlite, parse_url, postgres_engines, probe_sqlite, sqlite_engines
from bot.store.errors import (
    DatabaseBusyError,
    DatabaseClosedError,
    DatabaseCopyError,
    DatabaseError,
    DatabaseFileError,
    DatabaseFolderError,
    DatabaseUnreachableError,
    DatabaseUrlError,
    DatabaseVersionError,
)
from bot.store.migrations import upgrade

__all__ = [
    "Database",
    "DatabaseBusyError",
    "DatabaseClosedError",
    "DatabaseCopyError",
    "DatabaseError",
    "DatabaseFileError",
    "DatabaseFolderError",
    "DatabaseUnreachableError",
    "DatabaseUrlError",
    "DatabaseVersionError",
    "for_update_skip_locked",
    "insert_once",
    "inserting",
    "upsert",
]

T = TypeVar("T")
Row = TypeVar("Row", bound=tuple[Any, ...])
Work = Callable[[AsyncConnection], Awaitable[T]]

# PostgreSQL's codes for "a deadlock was broken by ending you" and "not serializable": both ask to try again.
_TRY_AGAIN = frozenset({"40P01", "40001"})
_TRIES = 6
_FIRST_PAUSE_SECONDS = 0.01


class Database:
    """An open database. Made by ``Database.open``."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, lock: int | None) -> None:
        self.dialect = writer.dialect.name
        self.is_postgres = self.dialect == "postgresql"
        self._writer = writer
        self._reader = reader
        self._lock = lock
        self._door = asyncio.Lock()
        self._writing: set[asyncio.Task[Any]] = set()
        self._users = 0
        self._unused = asyncio.Event()
        self._unused.set()
        self._closed = False

    @classmethod
    async def open(cls, url: str) -> "Database":
        """Connect to ``sqlite:///path`` (made where it is missing) or ``postgresql://user:password@host/name``.

        Raises:
            DatabaseError: it cannot be used; one of the subclasses says why and what to do.
        """
        parsed = parse_url(url)
        if parsed.get_backend_name() == "postgresql":
            return await cls._open_postgres(parsed)
        assert parsed.database
        path = Path(parsed.database)
        database = cls(*sqlite_engines(parsed), lock_sqlite(path))
        try:
            probe_sqlite(path)
            async with database._writer.connect():
                return database
        except BaseException:
            await database.close()
            raise

    @classmethod
    async def _open_postgres(cls, url: URL) -> "Database":
        writer, reader = postgres_engines(url)
        try:
            async with writer.connect():
                return cls(writer, reader, None)
        except (OSError, TimeoutError, TypeError, ValueError, SQLAlchemyError) as error:
            await writer.dispose()
            cause = error.orig if isinstance(error, DBAPIError) else error
            why = str(cause).splitlines()[0] if str(cause) else "no answer in time"
            raise DatabaseUnreachableError(
                f"PostgreSQL at {url.render_as_string()} cannot be used ({why}). "
                "Start the server, or correct STUDYHALL_DATABASE_URL."
            ) from None

    @property
    def writer(self) -> AsyncEngine:
        """The engine for writing, for a library's own tables; everything of ours is written with ``write``."""
        return self._writer

    @property
    def reader(self) -> AsyncEngine:
        """The engine for reading; what it is asked to write, the database refuses."""
        return self._reader

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction and commit it, then return what it returned.

        An exception undoes everything and is raised on. A caller that is cancelled while its work runs does not
        interrupt it: it is committed or undone as a whole.

        Raises:
            DatabaseClosedError: the database was closed.
            RuntimeError: it was called from within another write, which would wait for itself.
        """
        if asyncio.current_task() in self._writing:
            raise RuntimeError("A write was started within a write; pass the connection on instead.")
        with self._use():
            if self.is_postgres:
                return await self._start(self._write_postgres(work), lambda: None)
            await self._door.acquire()
            return await self._start(self._write_once(work), self._door.release)

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on one consistent state of the data; what it tries to write is refused by the database.

        Raises:
            DatabaseClosedError: the database was closed.
        """
        with self._use():
            async with self._reader.connect() as connection:
                return await work(connection)

    async def migrate(self) -> None:
        """Bring the tables to this version's shape, all or nothing; several processes may do so at once.

        A SQLite file that an older version wrote is copied to ``<name>.before-<revision>`` before.

        Raises:
            DatabaseVersionError: a newer Studyhall wrote this database.
            DatabaseCopyError: there is no room for the copy; nothing was changed.
        """
        with self._use():
            async with self._door, self._writer.connect() as connection:
                await upgrade(connection)

    async def close(self) -> None:
        """Wait for what runs, then close every connection and give the SQLite file free. Twice is once."""
        self._closed = True
        await self._unused.wait()
        if not self.is_postgres:
            await (
                self._reader.dispose()
            )  # first: the last connection to close checkpoints, and readers must not
        await self._writer.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @contextmanager
    def _use(self) -> Iterator[None]:
        if self._closed:
            raise DatabaseClosedError("The database was closed.")
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> None:
        self._users += 1
        self._unused.clear()

    def _leave(self) -> None:
        self._users -= 1
        if self._users == 0:
            self._unused.set()

    async def _start(self, running: Coroutine[Any, Any, T], then: Callable[[], None]) -> T:
        task = asyncio.create_task(running)
        self._writing.add(task)
        self._enter()

        def ended(done: asyncio.Task[Any]) -> None:
            self._writing.discard(done)
            then()
            self._leave()

        task.add_done_callback(ended)
        return await asyncio.shield(task)

    async def _write_once(self, work: Work[T]) -> T:
        async with self._writer.begin() as connection:
            return await work(connection)

    async def _write_postgres(self, work: Work[T]) -> T:
        pause = _FIRST_PAUSE_SECONDS
        for _ in range(_TRIES - 1):
            try:
                return await self._write_once(work)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _TRY_AGAIN:
                    raise
            await asyncio.sleep(pause)
            pause *= 2
        return await self._write_once(work)


async def insert_once(connection: AsyncConnection, table: Table, values: Mapping[str, Any]) -> int | None:
    """Insert a row of plain values unless one of the table's unique constraints says it is there; the new id, or None."""
    statement = _inserting_once(connection.dialect.name, table)
    made: int | None = (await connection.execute(statement, values)).scalar_one_or_none()
    return made


async def upsert(
    connection: AsyncConnection,
    table: Table,
    keys: Mapping[str, Any],
    values: Mapping[str, Any],
    adding: Mapping[str, Any] | None = None,
) -> None:
    """Insert the row of ``keys``, or change it: ``values`` are set, ``adding`` is added to what is there.

    ``keys`` are the columns of one unique constraint; all values are plain ones. Callers with several rows go in key
    order: unsorted ones deadlock on PostgreSQL.
    """
    adding = adding or {}
    statement = _upserting(connection.dialect.name, table, tuple(keys), tuple(values), tuple(adding))
    await connection.execute(statement, {**keys, **values, **adding})


# Putting a statement together takes longer than running it; there are only a few dozen of these.
@cache
def _inserting_once(dialect: str, table: Table) -> ReturningInsert[int]:
    return inserting(dialect, table).on_conflict_do_nothing().returning(table.c.id)


@cache
def _upserting(
    dialect: str, table: Table, keys: tuple[str, ...], values: tuple[str, ...], adding: tuple[str, ...]
) -> Insert:
    statement = inserting(dialect, table)
    changes: dict[str, ColumnElement[Any]] = {name: statement.excluded[name] for name in values}
    changes |= {name: table.c[name] + statement.excluded[name] for name in adding}
    columns = [table.c[name] for name in keys]
    if changes:
        return statement.on_conflict_do_update(index_elements=columns, set_=changes)
    return statement.on_conflict_do_nothing(index_elements=columns)


def inserting(dialect: str, table: Table) -> sqlite.Insert:
    """An INSERT that can be told what to do where the row is there; both dialects call that the same."""
    # Typed as one of the two, which have the methods in common that are used.
    return sqlite.insert(table) if dialect == "sqlite" else cast("sqlite.Insert", postgresql.insert(table))


def for_update_skip_locked(query: Select[Row], dialect: str, of: Table | None = None) -> Select[Row]:
    """Lock the rows for this transaction and pass over those another process has locked.

    ``of`` names the table whose rows are meant, where several are joined. SQLite has one writer and needs nothing.
    """
    return query.with_for_update(skip_locked=True, of=of) if dialect == "postgresql" else query
