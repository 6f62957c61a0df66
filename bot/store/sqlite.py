"""SQLite: one thread that writes, many works in one commit; a few connections that read.

A work is driven to its end inside the writer's own thread, since it awaits nothing but its transaction, and that never
waits here. Works that arrive while a commit is under way go into the next one, so the slow part, the disk, is shared.
"""

import asyncio
import sqlite3
from collections import deque, namedtuple
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any, TypeAlias, TypeVar

import aiosqlite

from bot.store.errors import IntegrityError, LostError, QueryError
from bot.store.statements import Finished
from bot.store.transaction import Transaction, enter_writing

T = TypeVar("T")
Work: TypeAlias = Callable[[Transaction], Awaitable[T]]
Watcher: TypeAlias = Callable[[str, Sequence[Any]], None]

BUSY_SECONDS = 10  # how long a write waits for a backup tool or a shell that holds the file
READERS = 4
BATCH_WORKS = 64
BATCH_SECONDS = 0.010
"""A commit holds at most so many works, or as many as fit into so long: the first of them waits for the last."""
# Busy, locked, I/O error, corrupt, full, cannot open, not a database: nothing is wrong with the statement.
_LOST = frozenset({5, 6, 10, 11, 13, 14, 26})
_PREPARED = 1_000  # statements that a connection keeps prepared; about 500 are in use

# A checkpoint keeps whoever writes just then waiting: at 8,000 pages (32 MiB) it is eight times rarer than by default.
_WRITER_PRAGMAS = ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=8000")
# A reader must never checkpoint either: SQLite before 3.51.3 can corrupt the file when two connections do.
_READER_PRAGMAS = ("query_only=ON", "wal_autocheckpoint=0")


class _InPlace:
    """Runs statements on a connection of this thread; nothing here ever waits for the event loop."""

    dialect = "sqlite"

    def __init__(self, connection: sqlite3.Connection, watcher: Watcher | None) -> None:
        self._connection = connection
        self._watcher = watcher

    async def run(self, finished: Finished, arguments: Sequence[Any]) -> tuple[list[Any], int]:
        if self._watcher is not None:
            self._watcher(finished.sql, arguments)
        try:
            cursor = self._connection.execute(finished.sql, arguments)
            if cursor.description is None:
                return [], cursor.rowcount
            rows = cursor.fetchall()
        except sqlite3.Error as error:
            found = refusal(error)
        else:
            make = finished.make or _named(tuple(each[0] for each in cursor.description))
            return [make(row) for row in rows], len(rows)
        raise found

    async def run_many(self, finished: Finished, several: Sequence[Sequence[Any]]) -> None:
        if self._watcher is not None:
            self._watcher(finished.sql, several[0] if several else ())
        try:
            self._connection.executemany(finished.sql, several)
        except sqlite3.Error as error:
            found = refusal(error)
        else:
            return
        raise found


class _Reading:
    """Runs statements on one of the reading connections."""

    dialect = "sqlite"

    def __init__(self, connection: aiosqlite.Connection, watcher: Watcher | None) -> None:
        self._connection = connection
        self._watcher = watcher

    async def run(self, finished: Finished, arguments: Sequence[Any]) -> tuple[list[Any], int]:
        if self._watcher is not None:
            self._watcher(finished.sql, arguments)
        try:
            if finished.make is None:  # a statement whose columns are known only once it ran
                cursor = await self._connection.execute(finished.sql, arguments)
                rows = list(await cursor.fetchall())
                make = _named(tuple(each[0] for each in cursor.description or ()))
                await cursor.close()
            else:
                make, rows = (
                    finished.make,
                    list(await self._connection.execute_fetchall(finished.sql, arguments)),
                )
        except sqlite3.Error as error:
            found = refusal(error)
        else:
            return [make(row) for row in rows], len(rows)
        raise found

    async def run_many(self, finished: Finished, several: Sequence[Sequence[Any]]) -> None:
        for arguments in several:
            await self.run(finished, arguments)


@cache
def _named(names: tuple[str, ...]) -> Callable[[Sequence[Any]], Any]:
    kind: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024
    made: Callable[[Sequence[Any]], Any] = kind._make
    return made


def refusal(error: sqlite3.Error) -> QueryError:
    """Our error for one of SQLite's. Its own words name tables and columns, never values."""
    words = f"{type(error).__name__}: {error}"
    if isinstance(error, sqlite3.IntegrityError):
        return IntegrityError(words)
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _LOST:
        return LostError(words)
    return QueryError(words)


@dataclass(slots=True)
class _Job:
    work: Work[Any]
    done: "asyncio.Future[Any]"


@dataclass(slots=True)
class _Outcome:
    job: _Job
    result: Any = None
    error: BaseException | None = None
    wakes: bool = False


class SqliteWriter:
    """The one connection that writes, in a thread of its own."""

    def __init__(
        self,
        path: Path,
        woken: Callable[[], None],
        watcher: Callable[[], Watcher | None],
        *,
        durable: bool = True,
    ) -> None:
        self._path = path
        self._durable = durable
        self._woken = woken
        self._watcher = watcher
        self._thread = ThreadPoolExecutor(1, "studyhall-writer", initializer=enter_writing)
        self._connection: sqlite3.Connection
        self._clicks: deque[_Job] = deque()
        self._others: deque[_Job] = deque()
        self._busy = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._loop = asyncio.get_running_loop()

    async def open(self) -> None:
        """Connect."""
        await self._loop.run_in_executor(self._thread, self._connect)

    def _connect(self) -> None:
        # None: Python's module must not begin transactions of its own.
        self._connection = sqlite3.connect(
            self._path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            cached_statements=_PREPARED,
            check_same_thread=False,
        )
        for pragma in _WRITER_PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        if not self._durable:
            self._connection.execute("PRAGMA synchronous=OFF")

    async def close(self) -> None:
        """Wait for what is under way and disconnect; the last to do so folds the log into the file."""
        await self._idle.wait()
        connection = getattr(self, "_connection", None)
        if connection is not None:
            await self._loop.run_in_executor(self._thread, connection.close)
        self._thread.shutdown(wait=False)

    async def apart(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a plain function with the connection, between two transactions; it begins and ends its own."""
        return await self._loop.run_in_executor(self._thread, work, self._connection)

    async def run(self, work: Work[T], *, later: bool) -> T:
        """Run a work in a transaction and commit it; one that may come ``later`` lets all others go first."""
        job = _Job(work, self._loop.create_future())
        (self._others if later else self._clicks).append(job)
        self._begin()
        result: T = await asyncio.shield(job.done)
        return result

    def _begin(self) -> None:
        if self._busy or not (self._clicks or self._others):
            return
        self._busy = True
        self._idle.clear()
        self._thread.submit(self._commit_some)

    def _ended(self, outcomes: list[_Outcome]) -> None:
        self._busy = False
        self._begin()
        if not self._busy:
            self._idle.set()
        for each in outcomes:
            if each.wakes and each.error is None:
                self._woken()
        for each in outcomes:
            _answer(each)

    # In the writer's thread

    def _commit_some(self) -> None:
        outcomes: list[_Outcome] = []
        try:
            outcomes = self._batch()
        finally:
            with suppress(RuntimeError):  # the loop was closed under it
                self._loop.call_soon_threadsafe(self._ended, outcomes)

    def _next(self) -> _Job | None:
        for jobs in (self._clicks, self._others):
            while jobs:
                job = jobs.popleft()
                if not job.done.cancelled():
                    return job
        return None

    def _batch(self) -> list[_Outcome]:
        """Some works in one transaction; where the database ended it, each of them once more in one of its own."""
        job = self._next()
        if job is None:
            return []
        started = [job]
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            return [_Outcome(each, error=refusal(error)) for each in self._all_waiting(job)]
        outcomes: list[_Outcome] = []
        until = perf_counter() + BATCH_SECONDS
        sound = True
        while job is not None and sound:
            outcomes.append(self._in_savepoint(job))
            sound = self._connection.in_transaction
            if not sound or len(started) == BATCH_WORKS or perf_counter() > until:
                break
            job = self._next()
            if job is not None:
                started.append(job)
        if sound and self._committed():
            return outcomes
        return [self._alone(each) for each in started]

    def _all_waiting(self, first: _Job) -> list[_Job]:
        found = [first]
        while (job := self._next()) is not None:
            found.append(job)
        return found

    def _in_savepoint(self, job: _Job) -> _Outcome:
        connection = self._connection
        connection.execute("SAVEPOINT work")
        outcome = self._driven(job)
        if connection.in_transaction:
            if outcome.error is not None:
                connection.execute("ROLLBACK TO work")
            connection.execute("RELEASE work")
        return outcome

    def _alone(self, job: _Job) -> _Outcome:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            return _Outcome(job, error=refusal(error))
        outcome = self._driven(job)
        if outcome.error is not None:
            self._undo()
            return outcome
        if not self._connection.in_transaction:
            return _Outcome(job, error=LostError("The database ended the transaction."))
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._undo()
            return _Outcome(job, error=refusal(error))
        return outcome

    def _committed(self) -> bool:
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            self._undo()
            return False
        return True

    def _undo(self) -> None:
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def _driven(self, job: _Job) -> _Outcome:
        tx = Transaction(_InPlace(self._connection, self._watcher()))
        try:
            return _Outcome(job, drive(job.work(tx)), wakes=tx.wakes)
        except BaseException as error:  # noqa: BLE001  # it belongs to whoever asked for the work
            return _Outcome(job, error=error)


def _answer(outcome: _Outcome) -> None:
    done = outcome.job.done
    if done.cancelled():
        return
    if outcome.error is None:
        done.set_result(outcome.result)
    elif isinstance(outcome.error, StopIteration):
        done.set_exception(RuntimeError("a work raised StopIteration"))
    else:
        done.set_exception(outcome.error)
        done.exception()  # looked at: whoever asked may have gone


def drive(work: Awaitable[T]) -> T:
    """The result of a work that waits for nothing.

    Raises:
        RuntimeError: it waited for something else than its transaction, and was ended where it did.
    """
    running = _running(work)
    try:
        running.send(None)
    except StopIteration as ended:
        result: T = ended.value
        return result
    running.close()
    raise RuntimeError("A work waits for its transaction alone: do the rest before it or after it.")


def _running(work: Awaitable[T]) -> Coroutine[Any, Any, T]:
    async def wait() -> T:
        return await work

    return work if isinstance(work, Coroutine) else wait()


class SqliteReaders:
    """The connections that read; one is opened when all others are in use, up to ``READERS``."""

    def __init__(self, path: Path, watcher: Callable[[], Watcher | None]) -> None:
        self._path = path
        self._watcher = watcher
        self._free: list[aiosqlite.Connection] = []
        self._all: list[aiosqlite.Connection] = []
        self._turns = asyncio.Semaphore(READERS)

    async def run(self, work: Work[T]) -> T:
        """Run a work on one consistent state of the data."""
        async with self._connection() as connection:
            return await work(Transaction(_Reading(connection, self._watcher())))

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[aiosqlite.Connection]:
        async with self._turns:
            connection = self._free.pop() if self._free else await self._connect()
            try:
                if connection.in_transaction:  # whoever had it was cancelled twice
                    await connection.execute_fetchall("ROLLBACK")
                await connection.execute_fetchall("BEGIN")
                try:
                    yield connection
                finally:
                    await connection.execute_fetchall("ROLLBACK")
            finally:
                self._free.append(connection)

    async def _connect(self) -> aiosqlite.Connection:
        connecting = aiosqlite.connect(
            self._path, timeout=BUSY_SECONDS, isolation_level=None, cached_statements=_PREPARED
        )
        connection = await connecting
        self._all.append(connection)
        for pragma in _READER_PRAGMAS:
            await connection.execute_fetchall(f"PRAGMA {pragma}")
        return connection

    async def close(self) -> None:
        """Disconnect all; nobody reads any more."""
        for each in self._all:
            await each.close()
        self._all.clear()
        self._free.clear()
