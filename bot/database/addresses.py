"""Addresses of databases, and what is done with a SQLite file before it is opened."""

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.database.errors import DatabaseBusyError, DatabaseFileError, DatabaseFolderError, DatabaseUrlError
from bot.database.sqlite import BUSY_SECONDS

BACKUPS = "backups"
"""The folder beside a SQLite file that holds a backup of each day."""


def parse_url(text: str) -> URL:
    """The address with the driver that Studyhall uses.

    Raises:
        DatabaseUrlError: it is not an address, or of another kind of database, or of one in memory.
    """
    advice = "Use sqlite:///data/studyhall.db for a file, or postgresql://user:password@host/name."
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseUrlError("The database address is malformed.", advice) from None
    if url.drivername in {"sqlite", "sqlite+pysqlite", "sqlite+aiosqlite"}:
        if url.host or not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise DatabaseUrlError(
                "SQLite needs a file, so that what members wrote outlives the process.",
                "Use sqlite:///data/studyhall.db, or four slashes for an absolute path.",
            )
        return url.set(drivername="sqlite")
    if url.drivername in {"postgresql", "postgres", "postgresql+asyncpg"}:
        if not url.database:
            raise DatabaseUrlError("The database address names no database.", advice)
        query = dict(url.query)
        if "sslmode" in query:  # libpq's name for what asyncpg calls ssl
            query["ssl"] = query.pop("sslmode")
        return url.set(drivername="postgresql+asyncpg", query=query)
    raise DatabaseUrlError(f"Studyhall does not know databases of the kind “{url.drivername}”.", advice)


def lock_sqlite(path: Path) -> FileLock:
    """Make the file's folder and take the lock file beside it, which is held until it is released or the process ends.

    Raises:
        DatabaseFolderError: the folder or the file cannot be made or written.
        DatabaseBusyError: another process holds the lock.
    """
    lock_path = path.with_name(path.name + ".lock")
    # Closed in whichever thread comes last. Where files can't be locked at all, nothing weaker takes the lock's place.
    lock = FileLock(
        lock_path, mode=0o600, blocking=False, thread_local=False, fallback_to_soft=False, on_acquired=_sign
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        owner = lock_path.read_text("ascii", "replace").strip()
        raise DatabaseBusyError(
            f"Studyhall is already running on {path}{f' (process {owner})' if owner else ''}.",
            "Stop it first, or set STUDYHALL_DATABASE_URL to another file.",
        ) from None
    except OSError as error:
        raise _unwritable(path, error) from None
    return lock


def _sign(descriptor: int) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)


def probe_sqlite(path: Path) -> None:
    """Open the file once, to tell what is wrong with it.

    Raises:
        DatabaseFolderError: the file cannot be opened.
        DatabaseFileError: it is not a SQLite database, or its log or its backups are there and it is not.
    """
    _check_company(path)
    try:
        os.close(
            os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        )  # answers are nobody else's to read
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA schema_version").fetchone()
    except OSError as error:
        raise _unwritable(path, error) from None
    except sqlite3.OperationalError as error:
        raise unusable(path, error) from None
    except sqlite3.DatabaseError:
        raise DatabaseFileError(
            f"{path} is not a SQLite database.",
            "Move it away, or set STUDYHALL_DATABASE_URL to another file.",
        ) from None


def _check_company(path: Path) -> None:
    # A new file's backups would take the place of these in a week.
    if not _size(path) and (kept := backups_of(path)):
        raise DatabaseFileError(
            f"The database {path} is {'empty' if path.exists() else 'missing'}, while backups of it are there.",
            f"Put the file back, or take the newest backup: `studyhall restore {kept[-1]}`. To start with an empty database, "
            f"move the folder {kept[-1].parent} away.",
        )
    # Beside a missing or empty file SQLite deletes the log, and with it all that it held. Whatever it held, there was a file.
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and not _size(path):
        raise DatabaseFileError(
            f"The database {path} is {'empty' if path.exists() else 'missing'}, while its log {log.name} is there.",
            "Put the file back, or restore a backup with `studyhall restore FILE`. To start with an empty database, move the log away.",
        )


def backups_of(path: Path) -> list[Path]:
    """The backups of earlier days that stand in the folder beside a SQLite file, oldest first."""
    return sorted(path.with_name(BACKUPS).glob(f"{path.stem}-????-??-??.db"))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def unusable(path: Path, error: Exception) -> DatabaseFolderError:
    """What the operator is told of a file that SQLite cannot work with just now."""
    return DatabaseFolderError(
        f"The database {path} cannot be opened ({error}).",
        "Check the folder's permissions and free space, and whether another program holds the file.",
    )


def lost_file(path: Path, error: Exception) -> DatabaseFileError:
    """What the operator is told of an open file in which nothing can be kept any more."""
    return DatabaseFileError(
        f"Nothing can be saved in the database {path} any more: {error}.",
        "Put the right file back, or restore a backup with `studyhall restore FILE`, and start again.",
    )


def _unwritable(path: Path, error: OSError) -> DatabaseFolderError:
    return DatabaseFolderError(
        f"The database {path} cannot be written ({error.strerror}).",
        "Make its folder writable, or set STUDYHALL_DATABASE_URL to another place.",
    )


TALKATIVE = ("aiosqlite", "sqlalchemy.engine.Engine")
"""Loggers that below a warning write down every value and every row, and with them what members wrote."""


def _above_info(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def keep_rows_out_of_logs() -> None:
    """Let no log have rows or values, whatever level somebody sets; twice is once."""
    for name in TALKATIVE:
        logging.getLogger(name).addFilter(_above_info)
