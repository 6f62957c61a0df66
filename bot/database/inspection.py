"""A look at a database that changes nothing, not even its lock: a running Studyhall is not disturbed by it."""

import os
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import aiosqlite
import asyncpg
from alembic.script import ScriptDirectory
from sqlalchemy import Text, column, select, table
from sqlalchemy.engine import URL

from bot.database.addresses import keep_rows_out_of_logs, parse_url
from bot.database.errors import DatabaseFileError, DatabaseFolderError, DatabaseVersionError
from bot.database.migrations import config, head
from bot.database.postgres import CANNOT_CONNECT, connect_arguments, unreachable
from bot.database.statements import Statement


@dataclass(frozen=True, slots=True)
class Inspection:
    """What stands in a database: ``revision`` is that of the tables, None where there are none yet.

    Older tables are brought up to date by a start; until then nothing is read. ``rows`` are what was asked for.
    """

    revision: str | None = None
    is_current: bool = False
    rows: tuple[tuple[Any, ...], ...] = ()


async def inspect(url: str, wanted: Statement) -> Inspection:
    """What stands in a database, and what a statement without values finds there. A SQLite file that is not there yet is seen as empty.

    Raises:
        DatabaseError: it cannot be used.
    """
    parsed = parse_url(url)
    keep_rows_out_of_logs()
    if parsed.get_backend_name() == "postgresql":
        return await _look_at_server(parsed, wanted)
    assert parsed.database
    path = Path(parsed.database)
    return await _look_at_file(path, wanted) if _is_there(path) else Inspection()


_REVISION = Statement(select(column("version_num", Text)).select_from(table("alembic_version")))

Ask: TypeAlias = Callable[[str], Awaitable[Iterable[Sequence[Any]]]]
"""Runs finished SQL without values."""


async def _look_at_file(path: Path, wanted: Statement) -> Inspection:
    try:
        async with aiosqlite.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True) as connection:  # noqa: ASYNC240  # the name alone
            ((sound,),) = await connection.execute_fetchall("PRAGMA quick_check(1)")
            if sound != "ok":
                raise DatabaseFileError(
                    f"{path} is damaged.", "Restore a backup, or recover it with sqlite3's .recover."
                )
            known = await connection.execute_fetchall(
                "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
            )
            return await _seen("sqlite", connection.execute_fetchall, wanted) if known else Inspection()
    except sqlite3.Error as error:
        raise DatabaseFileError(
            f"{path} cannot be read as a SQLite database ({error}).", "Move it away, or restore a backup."
        ) from None


def _is_there(path: Path) -> bool:
    if not path.exists():
        _check_folder(path)
        return False
    if not os.access(path, os.R_OK | os.W_OK):
        raise DatabaseFolderError(
            f"The database {path} may not be read and written.", "Give this user the right to."
        )
    return True


def _check_folder(path: Path) -> None:
    folder = next(each for each in path.absolute().parents if each.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise DatabaseFolderError(
            f"The database {path} cannot be made.",
            f"Make {folder} a folder that this user may write to, or set STUDYHALL_DATABASE_URL to another place.",
        )


async def _look_at_server(url: URL, wanted: Statement) -> Inspection:
    try:
        connection = await asyncpg.connect(**connect_arguments(url))
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                known = await connection.fetchval("SELECT to_regclass('alembic_version')")
                return await _seen("postgresql", connection.fetch, wanted) if known else Inspection()
        finally:
            await connection.close()
    except CANNOT_CONNECT as error:
        raise unreachable(url, error) from None


async def _seen(dialect: str, ask: Ask, wanted: Statement) -> Inspection:
    (revision,) = [row[0] for row in await ask(_REVISION.on(dialect).sql)] or (None,)
    if revision is None:
        return Inspection()
    if revision not in {each.revision for each in ScriptDirectory.from_config(config()).walk_revisions()}:
        raise DatabaseVersionError(
            "This database was written by a newer Studyhall.", "Install that version, or restore a backup."
        )
    if revision != head():
        return Inspection(revision)
    return Inspection(revision, True, tuple(tuple(row) for row in await ask(wanted.on(dialect).sql)))
