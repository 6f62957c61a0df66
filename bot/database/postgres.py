"""PostgreSQL through asyncpg: one pool of connections for writing and reading."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import asyncpg
from sqlalchemy.engine import URL

from bot.database.errors import (
    CommitInDoubtError,
    DatabaseUnreachableError,
    IntegrityError,
    LostError,
    QueryError,
)
from bot.database.newest import newest
from bot.database.statements import Finished, dialect_of, named
from bot.database.transaction import Driver, T, Transaction, Turn, Watcher, Work, inside

log = logging.getLogger(__name__)

APPLICATION = "studyhall"
"""How the server names our connections: by it a process is known that runs on a database."""
CONNECTIONS = 16
CONNECT_SECONDS = 10
POOL_WAIT_SECONDS = 30
COMMAND_SECONDS = 60
"""So long a statement may take: a server that has gone silent must not hold up the scheduler for ever."""
IDLE_SECONDS = 30
"""So long a process may stand still within a transaction: then the server undoes it, and what it held is free."""
_PREPARED = 1_000  # statements that a connection keeps prepared

# "A deadlock was broken by ending you", "not serializable", "a table was changed since this was prepared": try again.
_TRY_AGAIN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.InvalidCachedStatementError)
_TRIES = 6
_FIRST_PAUSE_SECONDS = 0.01
_REFUSALS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
CANNOT_CONNECT = (OSError, TimeoutError, TypeError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What connecting raises, with an address that is none of its kind among it."""
_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    OSError,
)


class _TryAgainError(LostError):
    pass


class _Server(Driver):
    """Runs statements on one connection of the pool.

    The server undoes a transaction in which it refused something, and answers its COMMIT without an error.
    """

    __slots__ = ("_connection", "_loop", "_turn")

    dialect = "postgresql"
    refusals = _REFUSALS

    def __init__(self, connection: Any, watcher: Watcher | None, turn: Turn) -> None:  # noqa: ANN401  (asyncpg has no types)
        super().__init__(watcher)
        self._connection = connection
        self._loop = asyncio.get_running_loop()
        self._turn = turn

    def _check(self) -> None:
        super()._check()
        self._turn.heard = self._loop.time()  # the one before was answered

    async def _run(self, finished: Finished, arguments: Sequence[Any]) -> tuple[list[Any], int]:
        if finished.make is None and finished.writes:
            status = await self._connection.execute(finished.sql, *arguments)
            return [], int(status.rpartition(" ")[2]) if status[-1:].isdigit() else -1
        rows = await self._connection.fetch(finished.sql, *arguments)
        make = finished.make or (named(tuple(rows[0].keys())) if rows else tuple)
        return [make(row) for row in rows], len(rows)

    async def _run_many(self, finished: Finished, several: Sequence[Sequence[Any]]) -> None:
        await self._connection.executemany(finished.sql, several)

    def _translate(self, error: Exception) -> QueryError:
        return refusal(error)


def refusal(error: BaseException) -> QueryError:
    """Our error for one of asyncpg's, without its words: they quote the failing row, and with it what a member wrote."""
    words = type(error).__name__
    if named := getattr(error, "constraint_name", None):
        words += f" ({named})"
    elif code := getattr(error, "sqlstate", None):
        words += f" ({code})"
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        return IntegrityError(words)
    if isinstance(error, _TRY_AGAIN):
        return _TryAgainError(words)
    # A value that asyncpg cannot send is an InterfaceError to it, and no lost connection.
    lost = isinstance(error, _LOST) and not isinstance(error, ValueError)
    return LostError(words) if lost else QueryError(words)


def connect_arguments(url: URL) -> dict[str, Any]:
    """What asyncpg needs to be told of an address."""
    arguments = dict(dialect_of("postgresql").create_connect_args(url)[1])
    arguments.pop("prepared_statement_cache_size", None)
    arguments.pop("prepared_statement_name_func", None)
    return arguments | {"timeout": CONNECT_SECONDS, "server_settings": {"application_name": APPLICATION}}


class Postgres:
    """A pool of connections."""

    def __init__(self, pool: Any, woken: Callable[[], None], watcher: Callable[[], Watcher | None]) -> None:  # noqa: ANN401  (asyncpg has no types)
        self._pool = pool
        self._woken = woken
        self._watcher = watcher

    @classmethod
    async def open(
        cls, url: URL, woken: Callable[[], None], watcher: Callable[[], Watcher | None]
    ) -> "Postgres":
        """Connect.

        Raises:
            DatabaseUnreachableError: no server answers there, or it refuses us.
        """
        try:
            pool = await asyncpg.create_pool(
                **connect_arguments(url),
                min_size=0,  # those that it would keep up itself fail with a traceback each time
                max_size=CONNECTIONS,
                init=_ready,
                reset=_nothing_to_reset,
                statement_cache_size=_PREPARED,
                command_timeout=COMMAND_SECONDS,
            )
            async with pool.acquire():
                pass
        except CANNOT_CONNECT as error:
            raise unreachable(url, error) from None
        return cls(pool, woken, watcher)

    async def has_newest(self) -> bool:
        """Whether the tables are this version's: nearly every start finds them so, and need not load what changes them."""
        with suppress(*_REFUSALS):  # there is no such table, or whoever makes them meets what is wrong
            async with self._pool.acquire() as connection:
                found = await connection.fetch("SELECT version_num FROM alembic_version")
                return [each["version_num"] for each in found] == [newest()]
        return False

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    async def write(self, work: Work[T], turn: Turn) -> T:
        """Run a work in a transaction and commit it; once more where a deadlock ended it. In a task of its own."""
        result, wakes = await self._until_done(partial(self._write_once, work, turn), turn)
        if wakes:
            self._woken()
        return result

    async def read(self, work: Work[T], turn: Turn) -> T:
        """Run a work on one consistent state of the data, which it can't change. In a task of its own."""
        return await self._until_done(partial(self._read_once, work, turn), turn)

    async def _until_done(self, once: Callable[[], Awaitable[T]], turn: Turn) -> T:
        pause = _FIRST_PAUSE_SECONDS
        for _ in range(_TRIES - 1):
            try:
                return await once()
            except _TryAgainError:
                if turn.given_up:
                    raise
                await asyncio.sleep(pause)
                pause *= 2
        return await once()

    async def _write_once(self, work: Work[T], turn: Turn) -> tuple[T, bool]:
        turn.commits = False
        async with self._begun() as (connection, transaction):
            done = await self._carried_out(work, connection, turn)
            turn.may_commit()
            await _commit(transaction)
            return done

    async def _read_once(self, work: Work[T], turn: Turn) -> T:
        async with self._begun(isolation="repeatable_read", readonly=True) as (connection, _):
            return (await self._carried_out(work, connection, turn))[0]

    async def _carried_out(self, work: Work[T], connection: Any, turn: Turn) -> tuple[T, bool]:  # noqa: ANN401  (asyncpg has no types)
        driver = _Server(connection, self._watcher(), turn)
        tx = Transaction(driver)
        try:
            with inside():
                result = await work(tx)
        finally:
            driver.over = True
        if driver.refused is not None:
            raise driver.refused
        return result, tx.wakes

    @asynccontextmanager
    async def _begun(self, **how: Any) -> AsyncIterator[tuple[Any, Any]]:  # noqa: ANN401  (asyncpg has no types)
        """A connection with its transaction begun; undone at the end unless it was committed."""
        connection = await self._acquired()
        try:
            transaction = connection.transaction(**how)
            try:
                await _start(transaction)
            except QueryError:
                with suppress(*_REFUSALS):
                    connection.terminate()  # a silent server may begin it yet, when nobody is there to end it
                raise
            try:
                yield connection, transaction
            finally:
                await _undo(connection, transaction)
        finally:
            await self._give_back(connection)

    async def _acquired(self) -> Any:  # noqa: ANN401  (asyncpg has no types)
        try:
            return await self._pool.acquire(timeout=POOL_WAIT_SECONDS)
        except TimeoutError:
            found: QueryError = LostError("no connection in time")
        except _REFUSALS as error:
            found = _not_begun(error)
        raise found

    async def _give_back(self, connection: Any) -> None:  # noqa: ANN401  (asyncpg has no types)
        try:
            await self._pool.release(connection)
        except _REFUSALS:
            # What was committed stands, whatever becomes of the connection; the pool opens another.
            log.debug("a connection was given up")


async def _start(transaction: Any) -> None:  # noqa: ANN401  (asyncpg has no types)
    try:
        await transaction.start()
    except _REFUSALS as error:
        found = _not_begun(error)
    else:
        return
    raise found


def _not_begun(error: Exception) -> QueryError:
    # A server that was restarted leaves the pool with dead connections; nothing was done, so another one is tried.
    found = refusal(error)
    return _TryAgainError(str(found)) if isinstance(found, LostError) else found


async def _commit(transaction: Any) -> None:  # noqa: ANN401  (asyncpg has no types)
    try:
        await transaction.commit()
    except _TRY_AGAIN as error:
        found = refusal(error)
    except _REFUSALS as error:
        found = refusal(error)
        if isinstance(found, LostError):
            found = CommitInDoubtError(str(found))
    else:
        return
    raise found


async def _undo(connection: Any, transaction: Any) -> None:  # noqa: ANN401  (asyncpg has no types)
    """Undo what was not committed. A connection that was lost has left the pool by itself."""
    try:
        if connection.is_in_transaction():
            await transaction.rollback()
    except _REFUSALS:
        with suppress(*_REFUSALS):
            connection.terminate()


def unreachable(url: URL, error: BaseException) -> DatabaseUnreachableError:
    """What the operator is told of a server that cannot be used."""
    why = str(error).splitlines()[0] if str(error) else "no answer in time"
    return DatabaseUnreachableError(
        f"PostgreSQL at {url.render_as_string()} cannot be used ({why}).",
        "Start the server, or correct STUDYHALL_DATABASE_URL.",
    )


async def _nothing_to_reset(_connection: Any) -> None:  # noqa: ANN401  (asyncpg has no types)
    # Works set nothing that outlives their transaction. asyncpg's own reset would be one more round trip for each.
    return None


async def _ready(connection: Any) -> None:  # noqa: ANN401  (asyncpg has no types)
    await connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
    # JSON is sent as the text that the column's type has made, and read as what it says.
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind, encoder=str, decoder=json.loads, schema="pg_catalog", format="text"
        )
