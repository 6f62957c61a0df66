"""The steps that bring an older database to this version's tables, and how they are run.

Each step stands in ``versions/``, written out and never changed once released. To write the next one, change
a room's ``tables.py`` and run ``python -m bot.app.migrate "what changes"``; then read what it wrote.
"""

import sqlite3
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool, StaticPool

from bot.database.copies import copy_before
from bot.database.errors import DatabaseUpgradeError, DatabaseVersionError

HERE = Path(__file__).parent
_POSTGRES_LOCK = 0x57D1_4A11  # any number, as long as it is always this one


def _default_changed(*both: object) -> bool | None:
    """Whether a column's default differs; None leaves it to Alembic, which mistakes SQLite's ('') for a new default."""
    in_database, _, in_tables = both[3:]
    return False if (in_database, in_tables) == ("('')", "") else None


COMPARISON: Mapping[str, Any] = {"compare_type": True, "compare_server_default": _default_changed}
"""How a database is compared with the rooms' ``tables.py``."""


def config() -> Config:
    """Alembic's settings, made here so that no file has to be found at run time."""
    made = Config()
    made.set_main_option("script_location", str(HERE).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    return made


@cache
def head() -> str:
    """The revision of this version's tables."""
    newest = ScriptDirectory.from_config(config()).get_current_head()
    assert newest is not None
    return newest


def upgrade_sqlite(connection: sqlite3.Connection, settings: Config | None = None) -> None:
    """Run in one transaction what is missing; ``connection`` is idle and stays open.

    A SQLite file that holds something is copied before.

    Raises:
        DatabaseVersionError: the database is at a revision that this version does not know.
        DatabaseCopyError: the file could not be copied; it was left as it is.
        DatabaseUpgradeError: a step failed; nothing was changed.
    """
    # A pool that keeps one connection, which is never given back: closing it is its owner's.
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.connect() as conn:
            at = _revisions(conn)
            if settings is None and at == (head(),):
                return  # nearly every start: it need not read the steps
            settings = settings or config()
            _copy_if_behind(connection, at, settings)
            _upgrade_file(connection, conn, settings)
    except SQLAlchemyError as error:
        found = _failed(error)
    else:
        return
    raise found


def _upgrade_file(connection: sqlite3.Connection, conn: Connection, settings: Config) -> None:
    # SQLite rebuilds a table to change it, and would delete what refers to the old one. It heeds the pragma
    # outside of transactions only.
    connection.execute("PRAGMA foreign_keys=OFF")
    try:
        with conn.begin():
            _upgrade(conn, settings)
            broken = conn.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise _not_upgraded(f"it left a row of “{broken[0]}” that refers to nothing")
    finally:
        connection.execute("PRAGMA foreign_keys=ON")


async def upgrade_postgres(url: URL, settings: Config | None = None) -> None:
    """Run in one transaction what is missing; several processes may do so at once.

    Raises:
        DatabaseVersionError: the database is at a revision that this version does not know.
        DatabaseUpgradeError: a step failed; nothing was changed.
    """
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            if settings is None and await connection.run_sync(_revisions) == (head(),):
                return
            async with connection.begin():
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({_POSTGRES_LOCK})"))
                await connection.run_sync(_upgrade, settings or config())
    except (SQLAlchemyError, OSError) as error:
        found = _failed(error)
    else:
        return
    finally:
        await engine.dispose()
    raise found


def _not_upgraded(why: str) -> DatabaseUpgradeError:
    return DatabaseUpgradeError(
        f"The database could not be brought up to date, and stands as before ({why}).",
        "Install the version that wrote it, or mend what is wrong and start again.",
    )


def _failed(error: Exception) -> DatabaseUpgradeError:
    # The first line and the statement alone: PostgreSQL's second line quotes the row, and with it what a member wrote.
    said = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    words = str(said).partition("\n")[0]
    if isinstance(error, DBAPIError) and error.statement:
        words += f" in: {' '.join(error.statement.split())[:200]}"
    return _not_upgraded(words)


def _revisions(connection: Connection) -> tuple[str, ...]:
    with connection.begin():
        return MigrationContext.configure(connection).get_current_heads()


def _copy_if_behind(connection: sqlite3.Connection, at: tuple[str, ...], settings: Config) -> None:
    steps = ScriptDirectory.from_config(settings)
    newest = steps.get_current_head()
    behind = {each.revision for each in steps.walk_revisions()} - {newest}
    file = connection.execute("PRAGMA database_list").fetchone()[2]
    if file and behind.intersection(at):
        copy_before(Path(file), str(newest))


def _upgrade(connection: Connection, settings: Config) -> None:
    settings.attributes["connection"] = connection
    try:
        command.upgrade(settings, "head")
    except CommandError as error:
        if "Can't locate revision" not in str(error):
            raise
        raise DatabaseVersionError(
            "This database was written by a newer Studyhall.", "Install that version, or restore a backup."
        ) from None
