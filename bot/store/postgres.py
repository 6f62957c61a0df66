"""PostgreSQL through asyncpg: one pool of connections for writing and reading."""

import asyncio
import json
from collections import namedtuple
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, TypeAlias, TypeVar

import asyncpg
from sqlalchemy.engine import URL

from bot.store.errors import (
    CommitInDoubtError,
    DatabaseUnreachableError,
    IntegrityError,
    LostError,
    QueryError,
)
from bot.store.statements import DIALECTS, Finished
from bot.store.transaction import Transaction, enter_writing

T = TypeVar("T")
Work: TypeAlias = Callable[[Transaction], Awaitable[T]]
Watcher: TypeAlias = Callable[[str, Sequence[Any]], None]

CONNECTIONS = 16
CONNECT_SECONDS = 10
POOL_WAIT_SECONDS = 30
_PREPARED = 1_000  # statements that a connection keeps prepared

# "A deadlock was broken by ending you", "not serializable": both ask to try again.
_TRY_AGAIN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
_TRIES = 6
_FIRST_PAUSE_SECONDS = 0.01
_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    OSError,
    TimeoutError,
)


class _TryAgainError(QueryError):
    pass


class _Server:
    """Runs statements on one connection of the pool."""

    dialect = "postgresql"

    def __init__(self, connection: Any, watcher: Watcher | None) -> None:  # noqa: ANN401  (asyncpg has no types)
        self._connection = connection
        self._watcher = watcher

    async def run(self, finished: Finished, arguments: Sequence[Any]) -> tuple[list[Any], int]:
        if self._watcher is not None:
            self._watcher(finished.sql, arguments)
        try:
            if finished.make is None and finished.writes:
                status = await self._connection.execute(finished.sql, *arguments)
                return [], int(status.rpartition(" ")[2]) if status[-1:].isdigit() else -1
            rows = await self._connection.fetch(finished.sql, *arguments)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            found = refusal(error)
        else:
            make = finished.make or (_named(tuple(rows[0].keys())) if rows else tuple)
            return [make(row) for row in rows], len(rows)
        raise found

    async def run_many(self, finished: Finished, several: Sequence[Sequence[Any]]) -> None:
        if self._watcher is not None:
            self._watcher(finished.sql, several[0] if several else ())
        try:
            await self._connection.executemany(finished.sql, several)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            found = refusal(error)
        else:
            return
        raise found


@cache
def _named(names: tuple[str, ...]) -> Callable[[Sequence[Any]], Any]:
    kind: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024
    made: Callable[[Sequence[Any]], Any] = kind._make
    return made


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
    arguments = dict(DIALECTS["postgresql"].create_connect_args(url)[1])
    arguments.pop("prepared_statement_cache_size", None)
    arguments.pop("prepared_statement_name_func", None)
    return arguments | {"timeout": CONNECT_SECONDS}


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
                min_size=1,
                max_size=CONNECTIONS,
                init=_codecs,
                statement_cache_size=_PREPARED,
            )
        except (
            OSError,
            TimeoutError,
            TypeError,
            ValueError,
            asyncpg.PostgresError,
            asyncpg.InterfaceError,
        ) as error:
            raise DatabaseUnreachableError(unreachable(url, error)) from None
        return cls(pool, woken, watcher)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    async def write(self, work: Work[T]) -> T:
        """Run a work in a transaction and commit it; once more where a deadlock ended it. In a task of its own."""
        enter_writing()
        pause = _FIRST_PAUSE_SECONDS
        for _ in range(_TRIES - 1):
            try:
                return await self._write_once(work)
            except _TryAgainError:
                await asyncio.sleep(pause)
                pause *= 2
        return await self._write_once(work)

    async def _write_once(self, work: Work[T]) -> T:
        async with self._pool.acquire(timeout=POOL_WAIT_SECONDS) as connection:
            tx = Transaction(_Server(connection, self._watcher()))
            transaction = connection.transaction()
            await transaction.start()
            try:
                result = await work(tx)
            except BaseException:
                # A connection that the server ended can't be asked any more; what the work raised says so.
                with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                    if not connection.is_closed():
                        await transaction.rollback()
                raise
            await self._commit(transaction)
        if tx.wakes:
            self._woken()
        return result

    async def _commit(self, transaction: Any) -> None:  # noqa: ANN401  (asyncpg has no types)
        try:
            await transaction.commit()
        except _TRY_AGAIN as error:
            found: QueryError = refusal(error)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            found = refusal(error)
            if isinstance(found, LostError):
                found = CommitInDoubtError(str(found))
        else:
            return
        raise found

    async def read(self, work: Work[T]) -> T:
        """Run a work on one consistent state of the data, which it can't change."""
        async with (
            self._pool.acquire(timeout=POOL_WAIT_SECONDS) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            return await work(Transaction(_Server(connection, self._watcher())))


def unreachable(url: URL, error: BaseException) -> str:
    """What the operator is told of a server that cannot be used."""
    why = str(error).splitlines()[0] if str(error) else "no answer in time"
    return (
        f"PostgreSQL at {url.render_as_string()} cannot be used ({why}). "
        "Start the server, or correct STUDYHALL_DATABASE_URL."
    )


async def _codecs(connection: Any) -> None:  # noqa: ANN401  (asyncpg has no types)
    # JSON is sent as the text that the column's type has made, and read as what it says.
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind, encoder=str, decoder=json.loads, schema="pg_catalog", format="text"
        )
