"""A PostgreSQL that goes away and comes back: nobody is told a lie, and nobody must restart the bot."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from sqlalchemy import text

from bot.database import engine, postgres, transaction
from bot.database.engine import Database
from bot.database.errors import CommitInDoubtError, LostError
from bot.database.transaction import Transaction
from bot.membership.tables import groups
from tests.database.holding import until
from tests.database.rows import add_group, group_names
from tests.support.databases import PostgresServer, opened

pytestmark = pytest.mark.postgres


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    async with opened(postgres_url) as database:
        yield database


async def all_connections(database: Database) -> None:
    """Have the pool open every connection that it may."""
    come = 0

    async def wait(_: Transaction) -> None:
        nonlocal come
        come += 1
        await until(lambda: come >= postgres.CONNECTIONS)

    await asyncio.gather(*(database.read(wait) for _ in range(postgres.CONNECTIONS)))


@asynccontextmanager
async def stopped(server: PostgresServer) -> AsyncIterator[None]:
    """The server is down for as long as this lasts."""
    await asyncio.to_thread(server.stop)
    try:
        yield
    finally:
        await asyncio.to_thread(server.start)


async def test_after_the_server_was_started_anew_everything_goes_on(
    database: Database, postgres_server: PostgresServer
) -> None:
    await database.write(add_group)
    await all_connections(database)
    async with stopped(postgres_server):
        for going in (database.write(add_group), group_names(database)):
            with pytest.raises(LostError):
                await going
    many = postgres.CONNECTIONS * 2
    await asyncio.gather(*(database.write(add_group) for _ in range(many)))
    assert (
        await asyncio.gather(*(group_names(database) for _ in range(many))) == [["Study"] * (many + 1)] * many
    )


async def test_a_connection_that_dies_unnoticed_is_replaced(database: Database) -> None:
    await all_connections(database)
    for holder in database._server._pool._holders:
        # The server has closed it, and the loop has not come to hear of that yet.
        holder._con._transport.get_extra_info("socket").shutdown(2)
    assert await database.write(add_group) == 1
    assert await group_names(database) == ["Study"]


async def end_yourself(tx: Transaction) -> None:
    await tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


async def test_a_connection_that_is_lost_within_a_work_has_changed_nothing(database: Database) -> None:
    async def lose(tx: Transaction) -> None:
        await add_group(tx)
        await end_yourself(tx)

    with pytest.raises(LostError) as caught:
        await database.write(lose)
    assert not isinstance(caught.value, CommitInDoubtError)
    with pytest.raises(LostError):
        await database.read(end_yourself)
    assert await group_names(database) == []


LOSE_AT_COMMIT = (
    """CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'""",
    """CREATE CONSTRAINT TRIGGER lose AFTER INSERT ON groups DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION lose()""",
)


async def test_a_connection_that_is_lost_while_it_commits_leaves_a_doubt_and_says_so(
    database: Database,
) -> None:
    for line in LOSE_AT_COMMIT:
        await database.write(lambda tx, line=line: tx.execute(text(line)))  # type: ignore[misc]
    with pytest.raises(CommitInDoubtError):
        await database.write(add_group)
    assert await group_names(database) == []


class Reluctant:
    """A pool that takes connections back with an error, as where resetting them fails."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    def __getattr__(self, name: str) -> object:
        return getattr(self._pool, name)

    async def release(self, connection: object) -> None:
        await self._pool.release(connection)
        raise OSError("gone")


async def test_what_was_committed_stands_even_where_its_connection_cannot_be_given_back(
    database: Database,
) -> None:
    database._server._pool = Reluctant(database._server._pool)
    assert await database.write(add_group) == 1
    assert await group_names(database) == ["Study"]


async def test_whoever_gets_no_connection_in_time_is_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = asyncio.Semaphore(0)
    go_on = asyncio.Event()

    async def hold(_: Transaction) -> None:
        inside.release()
        await go_on.wait()

    held = [asyncio.create_task(database.read(hold)) for _ in range(postgres.CONNECTIONS)]
    for _ in held:
        await inside.acquire()
    monkeypatch.setattr(postgres, "POOL_WAIT_SECONDS", 0.05)
    with pytest.raises(LostError, match="no connection"):
        await database.write(add_group)
    monkeypatch.undo()
    go_on.set()
    await asyncio.gather(*held)
    assert await database.write(add_group) == 1


async def test_a_server_that_says_nothing_is_not_waited_for_for_ever(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "COMMAND_SECONDS", 2)

    async def sleep(tx: Transaction) -> None:
        await add_group(tx)
        await tx.execute(text("SELECT pg_sleep(30)"))

    async with opened(postgres_url) as database, asyncio.timeout(20):
        with pytest.raises(LostError):
            await database.write(sleep)
        assert await group_names(database) == []
        assert await database.write(add_group) == 2


async def test_what_was_given_up_is_never_committed(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(transaction, "SILENT_SECONDS", 0.2)
    other = await asyncpg.connect(postgres_url)
    try:
        async with opened(postgres_url) as database, asyncio.timeout(20):
            async with other.transaction():
                await other.execute("LOCK TABLE groups IN ACCESS EXCLUSIVE MODE")
                with pytest.raises(LostError, match="no answer in time") as caught:
                    await database.write(add_group)
            assert not isinstance(caught.value, CommitInDoubtError)
            await until(lambda: not database._tasks)
            assert await group_names(database) == []
    finally:
        await other.close()


async def test_a_table_that_was_changed_under_a_prepared_statement_is_read_nevertheless(
    database: Database,
) -> None:
    await database.write(add_group)
    assert await group_names(database) == ["Study"]
    async with opened(database.url.render_as_string(hide_password=False)) as other:
        change = text("ALTER TABLE groups ALTER COLUMN name TYPE VARCHAR(99)")
        await other.write(lambda tx: tx.execute(change))
    assert await group_names(database) == ["Study"]
    await database.write(lambda tx: tx.change(groups, 1, {"name": "Renamed"}))
    assert await group_names(database) == ["Renamed"]


async def test_a_transaction_leaves_its_connection_as_it_was(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """A connection is not reset before the next one has it: what a work sets ends with the transaction."""

    async def lock(tx: Transaction) -> None:
        await tx.execute(text("LOCK TABLE groups IN ACCESS EXCLUSIVE MODE"))

    async def fail(tx: Transaction) -> None:
        await lock(tx)
        raise LookupError

    await database.write(lock)
    with pytest.raises(LookupError):
        await database.write(fail)
    locks = text("SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock'")
    assert await database.read(lambda tx: tx.scalar(locks)) == 0
    assert (
        await database.write(lambda tx: tx.scalar(text("SELECT current_setting('transaction_read_only')")))
        == "off"
    )
    assert caplog.messages == []


async def test_what_a_process_holds_that_stands_still_within_a_transaction_is_free_again_by_itself(
    database: Database,
) -> None:
    async def limit(tx: Transaction) -> str:
        return str(await tx.scalar(text("SELECT current_setting('idle_in_transaction_session_timeout')")))

    assert await database.write(limit) == f"{postgres.IDLE_SECONDS}s"
