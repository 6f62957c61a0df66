"""The migrations make what tables.py says, all or nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from bot.store.engines import parse_url, postgres_engines, sqlite_engines
from sqlalchemy import Connection, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from bot.store.database import Database, DatabaseVersionError
from bot.store.migrations import COMPARISON, HERE, config, head, upgrade
from bot.store.tables import groups, metadata
from bot.store.transaction import Transaction
from tests.databases import PostgresServer, both_databases, opened
from tests.store.rows import GROUP, NOON

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


@pytest.fixture(params=both_databases)
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return await server.create()


def with_next(folder: Path, body: str) -> Config:
    """Alembic's settings with one more step after ours."""
    (folder / "next.py").write_text(STEP.format(head=head(), body=body))
    settings = config()
    settings.set_main_option("version_locations", f"{HERE / 'versions'}:{folder}")
    return settings


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Transaction]:
    parsed = parse_url(url)
    engines = sqlite_engines(parsed) if parsed.get_backend_name() == "sqlite" else postgres_engines(parsed)
    try:
        async with engines[0].connect() as tx:
            yield tx
    finally:
        for engine in engines:
            await engine.dispose()


async def tables(tx: Transaction) -> set[str]:
    names = await tx.run_sync(lambda c: set(inspect(c).get_table_names()))
    await tx.rollback()
    return names


def differences(tx: Connection) -> list[object]:
    found: list[object] = compare_metadata(MigrationContext.configure(tx, opts=dict(COMPARISON)), metadata)
    return found


async def test_the_migrated_tables_are_those_of_the_page(database: Database) -> None:
    assert await database.read(lambda c: c.run_sync(differences)) == []


async def test_migrating_twice_is_once(empty_url: str) -> None:
    async with opened(empty_url) as database:
        await database.migrate()
        await database.write(lambda c: c.execute(insert(groups).values(**GROUP)))
        await database.migrate()
        assert await database.read(lambda c: c.scalar(select(groups.c.name))) == "Study"


@pytest.mark.postgres
async def test_several_processes_may_migrate_at_once(postgres_server: PostgresServer) -> None:
    url = await postgres_server.create()
    async with AsyncExitStack() as stack:
        databases = [await stack.enter_async_context(opened(url)) for _ in range(4)]
        await asyncio.gather(*(database.migrate() for database in databases))
        assert await databases[0].read(lambda c: c.run_sync(differences)) == []


async def test_a_failed_first_migration_leaves_no_table(empty_url: str, tmp_path: Path) -> None:
    async with connected(empty_url) as tx:
        with pytest.raises(DBAPIError):
            await upgrade(tx, with_next(tmp_path, FAILING))
        assert await tables(tx) == set()


async def test_a_failed_later_migration_leaves_the_older_shape(empty_url: str, tmp_path: Path) -> None:
    async with connected(empty_url) as tx:
        await upgrade(tx)
        before = await tables(tx)
        with pytest.raises(DBAPIError):
            await upgrade(tx, with_next(tmp_path, FAILING))
        assert await tables(tx) == before
        assert "half" not in before


async def test_rebuilding_a_table_keeps_the_rows_that_refer_to_it(empty_url: str, tmp_path: Path) -> None:
    async with connected(empty_url) as tx:
        await upgrade(tx)
        async with tx.begin():
            await tx.execute(insert(groups).values(id=1, **GROUP))
            row = {"group_id": 1, "channel": "study", "created_at": NOON}
            await tx.execute(insert(metadata.tables["places"]).values(**row))
        await upgrade(tx, with_next(tmp_path, REBUILDING))
        joined = text("SELECT channel, title FROM places JOIN groups ON groups.id = group_id")
        assert (await tx.execute(joined)).all() == [("study", "Study")]


async def test_a_migration_that_would_leave_orphans_is_undone(empty_url: str, tmp_path: Path) -> None:
    async with connected(empty_url) as tx:
        await upgrade(tx)
        async with tx.begin():
            await tx.execute(insert(groups).values(id=1, **GROUP))
            row = {"group_id": 1, "channel": "study", "created_at": NOON}
            await tx.execute(insert(metadata.tables["places"]).values(**row))
        with pytest.raises((RuntimeError, DBAPIError)):
            await upgrade(tx, with_next(tmp_path, ORPHANING))
        assert (await tx.execute(select(groups.c.id))).scalars() == [1]


async def test_references_are_minded_again_after_a_migration(sqlite_database: Database) -> None:
    await sqlite_database.migrate()
    assert await sqlite_database.write(lambda c: c.scalar(text("PRAGMA foreign_keys"))) == 1


async def test_a_database_of_a_newer_version_is_told_and_left_alone(database: Database) -> None:
    await database.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(DatabaseVersionError, match="newer Studyhall"):
        await database.migrate()
    assert await database.read(lambda c: c.scalar(text("SELECT version_num FROM alembic_version"))) == "9999"
