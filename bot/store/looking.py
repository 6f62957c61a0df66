"""A look at a database that changes nothing, not even its lock: a running Studyhall is not disturbed by it."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.store.addresses import keep_rows_out_of_logs, parse_url
from bot.store.errors import (
    DatabaseFileError,
    DatabaseFolderError,
    DatabaseUnreachableError,
    DatabaseVersionError,
)
from bot.store.migrations import config, head
from bot.store.postgres import CONNECT_SECONDS, unreachable
from bot.store.tables import groups, places


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A channel where a group meets; ``paused_because`` is empty unless the bot lost it."""

    platform: str
    tenant: str
    channel: str
    name: str
    paused_because: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands in a database: ``revision`` is that of the tables, None where there are none yet.

    Older tables are brought up to date by a start; until then their places are not read.
    """

    revision: str | None
    is_current: bool
    places: tuple[KnownPlace, ...]


async def look(url: str) -> Seen:
    """What stands in a database. A SQLite file that is not there yet is seen as empty.

    Raises:
        DatabaseError: it cannot be used; the message tells the operator what to do.
    """
    parsed = parse_url(url)
    keep_rows_out_of_logs()
    if parsed.get_backend_name() == "postgresql":
        return await _look_at_server(parsed)
    assert parsed.database
    return _look_at_file(Path(parsed.database))


def _look_at_file(path: Path) -> Seen:
    if not path.exists():
        _check_folder(path)
        return Seen(None, False, ())
    if not os.access(path, os.R_OK | os.W_OK):
        raise DatabaseFolderError(
            f"The database {path} may not be read and written. Give this user the right to."
        )
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    )
    try:
        with closing(engine.connect()) as connection:
            (sound,) = connection.exec_driver_sql("PRAGMA quick_check(1)").one()
            if sound != "ok":
                raise DatabaseFileError(
                    f"{path} is damaged. Restore a backup, or recover it with sqlite3's .recover."
                )
            return _read(connection)
    except DBAPIError as error:
        raise DatabaseFileError(
            f"{path} cannot be read as a SQLite database ({error.orig}). Move it away, or restore a backup."
        ) from None
    finally:
        engine.dispose()


def _check_folder(path: Path) -> None:
    folder = next(each for each in path.absolute().parents if each.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise DatabaseFolderError(
            f"The database {path} cannot be made. Make {folder} a folder that this user may write to, "
            "or set STUDYHALL_DATABASE_URL to another place."
        )


async def _look_at_server(url: URL) -> Seen:
    engine = create_async_engine(
        url,
        hide_parameters=True,
        connect_args={"timeout": CONNECT_SECONDS},
        execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    )
    try:
        async with engine.connect() as connection:
            return await _seen(connection)
    except (OSError, TimeoutError, TypeError, ValueError, SQLAlchemyError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        assert cause is not None
        raise DatabaseUnreachableError(unreachable(url, cause)) from None
    finally:
        await engine.dispose()


async def _seen(connection: AsyncConnection) -> Seen:
    return await connection.run_sync(_read)


def _read(connection: Connection) -> Seen:
    (revision,) = MigrationContext.configure(connection).get_current_heads() or (None,)
    if revision is None:
        return Seen(None, False, ())
    known = {each.revision for each in ScriptDirectory.from_config(config()).walk_revisions()}
    if revision not in known:
        raise DatabaseVersionError(
            "This database was written by a newer Studyhall. Install that version, or restore a backup."
        )
    if revision != head():
        return Seen(revision, False, ())
    columns = (places.c.platform, places.c.tenant, places.c.channel, places.c.name, places.c.paused_because)
    query = select(*columns).join(groups, groups.c.id == places.c.group_id).order_by(places.c.id)
    return Seen(revision, True, tuple(KnownPlace(*row) for row in connection.execute(query)))
