"""From an address to SQLAlchemy engines whose connections keep the store's promises."""

import fcntl
import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, ExceptionContext, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.store.dialects import COMPILED, POSTGRES, SQLITE, connect_sqlite
from bot.store.errors import DatabaseBusyError, DatabaseFileError, DatabaseFolderError, DatabaseUrlError

SQLITE_BUSY_SECONDS = 10  # how long a write waits for a backup tool or a shell that holds the file
SQLITE_READERS = 8
POSTGRES_CONNECTIONS = 16
POSTGRES_CONNECT_SECONDS = 10
POOL_WAIT_SECONDS = 30

# A checkpoint keeps whoever writes just then waiting: at 8,000 pages (32 MiB) it is eight times rarer than by default.
_WRITER_PRAGMAS = ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=8000")
# A reader must never checkpoint either: SQLite before 3.51.3 can corrupt the file when two connections do.
_READER_PRAGMAS = ("query_only=ON", "wal_autocheckpoint=0")


def parse_url(text: str) -> URL:
    """The address with the driver that Studyhall uses.

    Raises:
        DatabaseUrlError: it is not an address, or of another kind of database, or of one in memory.
    """
    advice = "Use sqlite:///data/studyhall.db for a file, or postgresql://user:password@host/name."
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseUrlError(f"The database address is malformed. {advice}") from None
    if url.drivername in {"sqlite", "sqlite+aiosqlite"}:
        if url.host or not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise DatabaseUrlError(
                "SQLite needs a file, so that what members wrote outlives the process. "
                "Use sqlite:///data/studyhall.db, or four slashes for an absolute path."
            )
        return url.set(drivername="sqlite+aiosqlite")
    if url.drivername in {"postgresql", "postgres", "postgresql+asyncpg"}:
        if not url.database:
            raise DatabaseUrlError(f"The database address names no database. {advice}")
        query = dict(url.query)
        if "sslmode" in query:  # libpq's name for what asyncpg calls ssl
            query["ssl"] = query.pop("sslmode")
        return url.set(drivername="postgresql+asyncpg", query=query)
    raise DatabaseUrlError(f"Studyhall does not know databases of the kind “{url.drivername}”. {advice}")


def lock_sqlite(path: Path) -> int:
    """Make the file's folder and take the lock file beside it; the answer is the descriptor that holds the lock.

    Raises:
        DatabaseFolderError: the folder or the file cannot be made or written.
        DatabaseBusyError: another process holds the lock.
    """
    lock_path = path.with_name(path.name + ".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        owner = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        os.close(descriptor)
        raise DatabaseBusyError(
            f"Studyhall is already running on {path}{f' (process {owner})' if owner else ''}. "
            "Stop it first, or set STUDYHALL_DATABASE_URL to another file."
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
    return descriptor


def probe_sqlite(path: Path) -> None:
    """Open the file once, plainly: aiosqlite leaves a thread behind where a connection cannot be made.

    Raises:
        DatabaseFolderError: the file cannot be opened.
        DatabaseFileError: it is not a SQLite database.
    """
    try:
        os.close(
            os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        )  # answers are nobody else's to read
        with closing(sqlite3.connect(path, timeout=SQLITE_BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA schema_version").fetchone()
    except OSError as error:
        raise _unwritable(path, error) from None
    except sqlite3.OperationalError as error:
        raise DatabaseFolderError(
            f"The database {path} cannot be opened ({error}). Check the folder's permissions and free space."
        ) from None
    except sqlite3.DatabaseError:
        raise DatabaseFileError(
            f"{path} is not a SQLite database. Move it away, or set STUDYHALL_DATABASE_URL to another file."
        ) from None


def _unwritable(path: Path, error: OSError) -> DatabaseFolderError:
    return DatabaseFolderError(
        f"The database {path} cannot be written ({error.strerror}). "
        "Make its folder writable, or set STUDYHALL_DATABASE_URL to another place."
    )


TALKATIVE = ("aiosqlite", "sqlalchemy.engine.Engine")
"""Loggers that below a warning write down every value and every row, and with them what members wrote."""


def _above_info(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def keep_rows_out_of_logs() -> None:
    """Let no log have rows or values, whatever level somebody sets; twice is once."""
    for name in TALKATIVE:
        logging.getLogger(name).addFilter(_above_info)


def sqlite_engines(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    """The writing engine, which has one connection, and the reading one."""
    keep_rows_out_of_logs()
    writer = _sqlite_engine(url, _WRITER_PRAGMAS, "BEGIN IMMEDIATE", size=1)
    reader = _sqlite_engine(url, _READER_PRAGMAS, "BEGIN", size=SQLITE_READERS)
    return writer, reader


def _sqlite_engine(url: URL, pragmas: tuple[str, ...], begin: str, size: int) -> AsyncEngine:
    engine = create_async_engine(
        url.set(drivername=SQLITE),
        hide_parameters=True,
        execution_options={"compiled_cache": COMPILED},
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS,
        # None: Python's module must not begin transactions of its own, which end at the first released savepoint.
        connect_args={
            "isolation_level": None,
            "timeout": SQLITE_BUSY_SECONDS,
            "async_creator_fn": connect_sqlite,
        },
    )

    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401  (SQLAlchemy's driver connection)
        try:
            cursor = connection.cursor()
            for pragma in pragmas:
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()
        except BaseException:
            connection.close()  # the pool forgets a connection that could not be prepared, and its thread would stay
            raise

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", start)
    return engine


def postgres_engines(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    """The writing engine and the reading one; they share one pool of connections."""
    keep_rows_out_of_logs()
    writer = create_async_engine(
        url.set(drivername=POSTGRES),
        hide_parameters=True,
        execution_options={"compiled_cache": COMPILED},
        pool_size=POSTGRES_CONNECTIONS,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_pre_ping=True,
        connect_args={"timeout": POSTGRES_CONNECT_SECONDS},
    )
    event.listen(writer.sync_engine, "handle_error", _hide_details)
    # As on SQLite, a reader sees one state of the data and can change nothing.
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return writer, reader


def _hide_details(context: ExceptionContext) -> None:
    """Drop PostgreSQL's DETAIL, which quotes the failing row and with it what a member wrote."""
    error: BaseException | None = context.original_exception
    while error is not None:
        if getattr(error, "detail", None):
            error.detail = None  # type: ignore[attr-defined]
        error = error.__cause__
