"""Databases for tests: a fresh SQLite file or a fresh PostgreSQL database each, copied from a migrated one."""

import asyncio
import gc
import os
import shutil
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from bot.app.run import steady_memory
from bot.database.engine import Database
from tests.support.databases import PostgresServer, both_databases, in_memory, opened, postgres

# How long an example takes says how busy the machine is, nothing about the code.
hypothesis.settings.register_profile("studyhall", deadline=None)
hypothesis.settings.register_profile("quick", deadline=None, max_examples=30)
hypothesis.settings.load_profile("studyhall")

# A shell's background jobs ignore Ctrl-C, and so would the programs that tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Where pytest makes its folders. It removes each at the end of its test, unless that fails: see pyproject.toml.
if memory := in_memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))

pytest_plugins = ("tests.support.banks", "tests.support.calendar_plugin", "tests.support.watchdog_plugin")


# What is loaded stays: to look through it for garbage takes a fifth of the loading.
gc.disable()


def pytest_collection_finish() -> None:
    """Let garbage collection begin, and pass over what was loaded: it stays to the end."""
    steady_memory()
    gc.enable()


def _run_apart(work: Coroutine[Any, Any, None]) -> None:
    # A test that runs already may be the first to ask: its thread has a loop, so this takes another.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"

    async def make() -> None:
        async with opened(f"sqlite:///{path}") as database:
            await database.migrate()

    _run_apart(make())
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated, empty SQLite file of this test's own."""
    path = tmp_path / "studyhall.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}?synchronous=off"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server with a migrated, empty database named ``template``; gone after the tests."""
    # What a crash would lose does not matter here; not waiting for the disk makes each test quick.
    with postgres(durable=False) as made:
        _run_apart(_make_template(made))
        yield made


async def _make_template(server: PostgresServer) -> None:
    await server.run("CREATE DATABASE template TEMPLATE template0")
    async with opened(server.url("template")) as database:
        await database.migrate()


@pytest.fixture
async def postgres_url(postgres_server: PostgresServer) -> AsyncIterator[str]:
    """The address of a migrated, empty PostgreSQL database of this test's own."""
    url = await postgres_server.create("template")
    yield url
    await postgres_server.drop(url)


@pytest.fixture(params=both_databases)
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a database without any table; the test runs once with each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = await server.create()
    yield url
    await server.drop(url)


@pytest.fixture(params=both_databases)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated, empty database; the test runs once with each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated, empty database; the test runs once with each kind."""
    async with opened(database_url) as database:
        yield database


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """A migrated, empty SQLite database, for what does not depend on the kind."""
    async with opened(sqlite_url) as database:
        yield database
