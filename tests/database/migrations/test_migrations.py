"""The migrations make what tables.py says, all or nothing."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.database.addresses import parse_url
from bot.database.engine import Database
from bot.database.errors import DatabaseUpgradeError, DatabaseVersionError
from bot.database.migrations import COMPARISON, HERE, config, head, upgrade_postgres, upgrade_sqlite
from bot.database.schema import metadata
from bot.membership.tables import groups, places
from tests.database.refused import said_by
from tests.database.rows import GROUP, NOON, add_group, group_names
from tests.support.databases import PostgresServer, opened

T = TypeVar("T")

STEP = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{head}"


def upgrade() -> None:
{body}
"""

FAILING = """
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO half VALUES (1)")
    op.execute("SELECT nonsense FROM nowhere")
"""

REBUILDING = """
    with op.batch_alter_table("groups", recreate="auto") as batch:
        batch.alter_column("name", new_column_name="title")
        batch.drop_column("warned_at")
"""

ORPHANING = """
    op.execute("DELETE FROM groups")
"""


QUOTING = """
    name = op.get_bind().execute(sa.text("SELECT name FROM groups")).scalar()
    op.get_bind().execute(sa.text("INSERT INTO groups (name) VALUES (:name)"), {"name": name})
"""


def with_next(folder: Path, body: str) -> Config:
    """Alembic's settings with one more step after ours."""
    (folder / "next.py").write_text(STEP.format(head=head(), body=body))
    settings = config()
    settings.set_main_option("version_locations", f"{HERE / 'versions'}:{folder}")
    return settings


async def upgrade(url: str, settings: Config | None = None) -> None:
    """Run what is missing, as ``Database.migrate`` does."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "postgresql":
        await upgrade_postgres(parsed, settings)
        return
    assert parsed.database
    with closing(sqlite3.connect(parsed.database, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        upgrade_sqlite(connection, settings)


async def seen(url: str, look: Callable[[Connection], T]) -> T:
    """What a look at a database finds."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        with create_engine(parsed.set(query={})).connect() as connection:
            found = look(connection)
        connection.engine.dispose()
        return found
    engine = create_async_engine(parsed)
    try:
        async with engine.connect() as there:
            return await there.run_sync(look)
    finally:
        await engine.dispose()


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def differences(connection: Connection) -> list[object]:
    found: list[object] = compare_metadata(
        MigrationContext.configure(connection, opts=dict(COMPARISON)), metadata
    )
    return found


async def test_the_migrated_tables_are_those_of_the_page(database_url: str) -> None:
    assert await seen(database_url, differences) == []


async def test_migrating_twice_is_once(empty_url: str) -> None:
    async with opened(empty_url) as database:
        await database.migrate()
        await database.write(add_group)
        await database.migrate()
        assert await group_names(database) == ["Study"]


@pytest.mark.postgres
async def test_several_processes_may_migrate_at_once(postgres_server: PostgresServer) -> None:
    url = await postgres_server.create()
    async with AsyncExitStack() as stack:
        databases = [await stack.enter_async_context(opened(url)) for _ in range(4)]
        await asyncio.gather(*(database.migrate() for database in databases))
    assert await seen(url, differences) == []


async def test_a_failed_first_migration_leaves_no_table(empty_url: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUpgradeError):
        await upgrade(empty_url, with_next(tmp_path, FAILING))
    assert await seen(empty_url, tables) == set()


async def test_a_failed_later_migration_leaves_the_older_shape(empty_url: str, tmp_path: Path) -> None:
    await upgrade(empty_url)
    before = await seen(empty_url, tables)
    with pytest.raises(DatabaseUpgradeError):
        await upgrade(empty_url, with_next(tmp_path, FAILING))
    assert await seen(empty_url, tables) == before
    assert "half" not in before


async def a_place(url: str) -> None:
    """A group with a place, which refers to it."""
    async with opened(url) as database:
        group = await database.write(add_group)
        row = {"group_id": group, "channel": "study", "created_at": NOON}
        await database.write(lambda tx: tx.insert(places, row))


async def test_rebuilding_a_table_keeps_the_rows_that_refer_to_it(empty_url: str, tmp_path: Path) -> None:
    await upgrade(empty_url)
    await a_place(empty_url)
    await upgrade(empty_url, with_next(tmp_path, REBUILDING))
    joined = text("SELECT channel, title FROM places JOIN groups ON groups.id = group_id")
    async with opened(empty_url) as database:
        assert (await database.read(lambda tx: tx.execute(joined))).all() == [("study", "Study")]


async def test_a_migration_that_would_leave_orphans_is_undone(empty_url: str, tmp_path: Path) -> None:
    await upgrade(empty_url)
    await a_place(empty_url)
    with pytest.raises(DatabaseUpgradeError):
        await upgrade(empty_url, with_next(tmp_path, ORPHANING))
    async with opened(empty_url) as database:
        assert await group_names(database) == ["Study"]


async def test_what_a_failed_migration_says_holds_no_row(empty_url: str, tmp_path: Path) -> None:
    await upgrade(empty_url)
    async with opened(empty_url) as database:
        await database.write(lambda tx: tx.insert(groups, GROUP | {"name": "my honest answer"}))
    with pytest.raises(DatabaseUpgradeError, match="stands as before") as caught:
        await upgrade(empty_url, with_next(tmp_path, QUOTING))
    assert "at_minute" in str(caught.value)
    assert "honest" not in said_by(caught.value)


async def test_a_database_works_on_after_a_failed_migration(database: Database, tmp_path: Path) -> None:
    settings = with_next(tmp_path, FAILING)
    if database.is_postgres:
        with pytest.raises(DatabaseUpgradeError):
            await upgrade_postgres(database.url, settings)
    else:
        with pytest.raises(DatabaseUpgradeError):
            await database._writer.apart(lambda connection: upgrade_sqlite(connection, settings))
    await database.write(add_group)
    assert await group_names(database) == ["Study"]


async def test_references_are_minded_again_after_a_migration(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path}/new.db") as database:
        await database.migrate()
        assert await database.write(lambda tx: tx.scalar(text("PRAGMA foreign_keys"))) == 1


async def test_a_database_of_a_newer_version_is_told_and_left_alone(database: Database) -> None:
    await database.write(lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(DatabaseVersionError, match="newer Studyhall"):
        await database.migrate()
    query = text("SELECT version_num FROM alembic_version")
    assert await database.read(lambda tx: tx.scalar(query)) == "9999"
