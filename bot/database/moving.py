"""Everything that one database holds, moved to another one that is empty: as a whole, read back and compared, or not at all."""

import os
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import JSON, Column, MetaData, Table, Text, select
from sqlalchemy.engine import URL

from bot.database import postgres, sqlite
from bot.database.addresses import keep_rows_out_of_logs, lock_sqlite, parse_url, probe_sqlite
from bot.database.copies import check, keep_names
from bot.database.errors import DatabaseBusyError, DatabaseMoveError, QueryError
from bot.database.migrations import upgrade_postgres, upgrade_sqlite
from bot.database.newest import has_newest
from bot.database.statements import Row, finish

BATCH_ROWS = 1_000
_REFUSALS = (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError, OverflowError)


async def move(source: str, target: str, tables: Sequence[Table]) -> dict[str, int]:
    """Copy the rows of all ``tables``, in the order in which they refer to each other; how many there were, by table.

    Both databases are brought to this version's tables first. The source is otherwise left as it is.

    Raises:
        DatabaseBusyError: Studyhall runs on one of them.
        DatabaseMoveError: there is no source, the target is not empty, or a copy is not the same.
        DatabaseError: one of them cannot be used.
    """
    keep_rows_out_of_logs()
    flat = [_flat(table) for table in tables]
    async with AsyncExitStack() as stack:
        if (path := _path(parse_url(source))) is not None:
            read = stack.enter_context(_file_to_read(path))
        else:
            read = await stack.enter_async_context(_server_to_read(parse_url(source), flat))
        if (path := _path(parse_url(target))) is not None:
            written = stack.enter_context(_file_to_fill(path))
        else:
            written = await stack.enter_async_context(_server_to_fill(parse_url(target), flat))
        return {table.name: await _moved(table, read, written) for table in flat}


def _path(url: URL) -> Path | None:
    return Path(url.database) if url.database and url.get_backend_name() == "sqlite" else None


def _flat(table: Table) -> Table:
    """A table whose JSON is text: it is moved letter by letter, and a JSON null stays apart from nothing at all."""
    kinds = {
        column.name: Text() if isinstance(column.type, JSON) else column.type for column in table.columns
    }
    return Table(table.name, MetaData(), *(Column(name, kind) for name, kind in kinds.items()))


@dataclass(slots=True)
class _Tally:
    """How many rows there were, and a sum over all they hold, whatever their order."""

    rows: int = 0
    digest: int = 0

    async def counting(self, rows: AsyncIterator[Row]) -> AsyncIterator[Row]:
        async for row in rows:
            self.rows += 1
            made = blake2b(repr(tuple(row)).encode(errors="surrogatepass"), digest_size=16)
            self.digest = (self.digest + int.from_bytes(made.digest())) % 2**128
            yield row


class _Side(ABC):
    @abstractmethod
    def rows(self, table: Table) -> AsyncIterator[Row]:
        """Every row of a table, as Python values."""

    @abstractmethod
    async def fill(self, table: Table, rows: AsyncIterator[Row]) -> None:
        """Add rows to an empty table."""


async def _moved(table: Table, read: _Side, written: _Side) -> int:
    sent, kept = _Tally(), _Tally()
    try:
        await written.fill(table, sent.counting(read.rows(table)))
        async for _ in kept.counting(written.rows(table)):
            pass
    except _REFUSALS as error:
        raise _not_moved(f"“{table.name}”: {_words(error)}") from None
    if sent != kept:
        raise _not_moved(f"what came of “{table.name}” is not the same, {kept.rows:,} rows for {sent.rows:,}")
    return sent.rows


def _not_moved(why: str) -> DatabaseMoveError:
    return DatabaseMoveError(
        f"The database was not moved ({why}).",
        "It is as it was, and the target is filled as a whole or not at all: mend this, and run it again.",
    )


def _words(error: Exception) -> str:
    # Without a server's own words, which quote the row.
    refused: QueryError = (
        sqlite.refusal(error) if isinstance(error, sqlite3.Error | ValueError) else postgres.refusal(error)
    )
    return str(refused)


# SQLite ------------------------------------------------------------------------------------------------------------


class _File(_Side):
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def rows(self, table: Table) -> AsyncIterator[Row]:
        finished = finish(select(table), "sqlite")
        assert finished.make is not None
        for row in self._connection.execute(finished.sql):
            yield finished.make(row)

    async def fill(self, table: Table, rows: AsyncIterator[Row]) -> None:
        names = tuple(table.columns.keys())
        finished = finish(table.insert().inline(), "sqlite")
        batch: list[list[Any]] = []
        async for row in rows:
            batch.append(finished.arguments(dict(zip(names, row, strict=True))))
            if len(batch) == BATCH_ROWS:
                self._connection.executemany(finished.sql, batch)
                batch.clear()
        self._connection.executemany(finished.sql, batch)


@contextmanager
def _file_to_read(path: Path) -> Iterator[_Side]:
    if not path.exists():
        raise DatabaseMoveError(
            f"There is no database {path}.", "Run this where Studyhall runs, with the same settings."
        )
    lock = lock_sqlite(path)
    try:
        probe_sqlite(path)
        check(path)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            upgrade_sqlite(connection)
            connection.execute("BEGIN")
            yield _File(connection)
    finally:
        lock.release()


@contextmanager
def _file_to_fill(path: Path) -> Iterator[_Side]:
    # A log without its file would be folded into the new one.
    if path.exists() or path.with_name(f"{path.name}-wal").exists():
        raise DatabaseMoveError(f"{path} is there already.", "Choose another name, or move it away.")
    lock = lock_sqlite(path)
    part = path.with_name(f"{path.name}.moving")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        with closing(sqlite3.connect(part, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=OFF")  # what fails is deleted as a whole
            has_newest(connection)
            connection.execute("BEGIN")
            yield _File(connection)
            if broken := connection.execute("PRAGMA foreign_key_check").fetchone():
                raise _not_moved(f"a row of “{broken[0]}” refers to nothing")
            connection.execute("COMMIT")
        part.rename(path)
        keep_names(path.parent)
    except (OSError, sqlite3.Error) as error:
        raise _not_moved(f"{path}: {error}") from None
    finally:
        part.unlink(missing_ok=True)
        lock.release()


# PostgreSQL ----------------------------------------------------------------------------------------------------------


class _Server(_Side):
    def __init__(self, connection: Any) -> None:  # noqa: ANN401  (asyncpg has no types)
        self._connection = connection

    async def rows(self, table: Table) -> AsyncIterator[Row]:
        finished = finish(select(table), "postgresql")
        assert finished.make is not None
        async for row in self._connection.cursor(finished.sql, prefetch=BATCH_ROWS):
            yield finished.make(row)

    async def fill(self, table: Table, rows: AsyncIterator[Row]) -> None:
        # One statement a table: what refers to a later row of the same table is looked for at its end.
        await self._connection.copy_records_to_table(table.name, columns=table.columns.keys(), records=rows)
        if "id" in table.columns:  # the next row's number
            await self._connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM \"{table.name}\""
            )


@asynccontextmanager
async def _connected(url: URL) -> AsyncIterator[Any]:
    try:
        connection = await asyncpg.connect(**postgres.connect_arguments(url))
    except postgres.CANNOT_CONNECT as error:
        raise postgres.unreachable(url, error) from None
    try:
        if await connection.fetchval(_OTHERS):
            raise DatabaseBusyError(
                f"Studyhall is running on {_named(url)}.", "Stop every process of it first, on every machine."
            )
        yield connection
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise _not_moved(f"{_named(url)}: {_words(error)}") from None
    finally:
        await connection.close()


_OTHERS = f"""
    SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
    AND application_name = '{postgres.APPLICATION}' AND pid <> pg_backend_pid())
"""


@asynccontextmanager
async def _server_to_read(url: URL, tables: Sequence[Table]) -> AsyncIterator[_Side]:
    async with _connected(url) as connection:
        if not await connection.fetchval("SELECT to_regclass('alembic_version')"):
            raise DatabaseMoveError(
                f"{_named(url)} holds no data of Studyhall.",
                "Run this with the settings Studyhall runs with.",
            )
        await upgrade_postgres(url)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await connection.execute(f"LOCK TABLE {_names(tables)} IN SHARE MODE")
            yield _Server(connection)


@asynccontextmanager
async def _server_to_fill(url: URL, tables: Sequence[Table]) -> AsyncIterator[_Side]:
    async with _connected(url) as connection:
        await _refuse_full(connection, url, tables)
        await upgrade_postgres(url)
        async with connection.transaction():
            await connection.execute(f"LOCK TABLE {_names(tables)} IN EXCLUSIVE MODE")
            await _refuse_full(connection, url, tables)
            yield _Server(connection)
            await connection.execute(f"ANALYZE {_names(tables)}")


async def _refuse_full(connection: Any, url: URL, tables: Sequence[Table]) -> None:  # noqa: ANN401  (asyncpg has no types)
    for table in tables:
        there = await connection.fetchval("SELECT to_regclass($1)", f'"{table.name}"')
        if there and await connection.fetchval(f'SELECT EXISTS (SELECT FROM "{table.name}")'):
            raise DatabaseMoveError(
                f"{_named(url)} is not empty: there are rows in “{table.name}”.",
                "Make a new database for it, and give its address.",
            )


def _names(tables: Sequence[Table]) -> str:
    return ", ".join(f'"{table.name}"' for table in tables)


def _named(url: URL) -> str:
    return f"PostgreSQL's “{url.database}” on {url.host or url.query.get('host') or 'this machine'}"
