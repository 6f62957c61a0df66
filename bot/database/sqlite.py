"""SQLite: one thread that writes, many works in one commit; a few threads that read.

A work is driven to its end inside such a thread, since it awaits nothing but its transaction, and that never waits there.
Works that arrive while a commit is under way go into the next one, so the slow part, the disk, is shared.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.database.errors import BrokenError, IntegrityError, LostError, QueryError
from bot.database.statements import Finished, named
from bot.database.transaction import Driver, T, Transaction, Watcher, Work, inside
from bot.database.trouble import OpenedFiles

BUSY_SECONDS = 3
"""So long a write waits for a backup tool or a shell that holds the file: a member is answered within five seconds."""
READERS = 4
BATCH_WORKS = 64
BATCH_SECONDS = 0.010
"""A commit holds at most so many works, or as many as fit into so long: the first of them waits for the last."""
LATER_SECONDS = 1.0
"""A work that lets others go first waits for so long; then each commit holds one of them."""
FOLD_SECONDS, QUIET_SECONDS = 180.0, 0.5
"""The log is folded into the file when nobody has written for a moment, and so often at most."""
# Out of memory, busy, locked, I/O error, corrupt, full, cannot open, not a database: nothing is wrong with the statement.
_LOST = frozenset({5, 6, 7, 10, 11, 13, 14, 26})
_DAMAGED = frozenset({11, 26})
_PREPARED = 1_000  # statements that a connection keeps prepared; about 500 are in use

# A checkpoint keeps whoever writes just then waiting: at 8,000 pages (32 MiB) it is eight times rarer than by default.
_WRITER_PRAGMAS = ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=8000")
_NOT_DURABLE = (*_WRITER_PRAGMAS, "synchronous=OFF")
_BESIDE = (*_WRITER_PRAGMAS, "wal_autocheckpoint=0")
# A reader must never checkpoint either: SQLite before 3.51.3 can corrupt the file when two connections do.
_READER_PRAGMAS = ("query_only=ON", "wal_autocheckpoint=0")

_NOT_OURS = "it was moved, deleted or replaced while Studyhall ran"
_ENDED = "The database ended the transaction."


# A number that is too large and half a character are Python's own errors.
_REFUSALS = (sqlite3.Error, OverflowError, UnicodeError)


class _InPlace(Driver):
    """Runs statements on a connection of this thread; nothing here ever waits for the event loop."""

    __slots__ = ("_connection",)

    dialect = "sqlite"
    refusals = _REFUSALS

    def __init__(self, connection: sqlite3.Connection, watcher: Watcher | None) -> None:
        super().__init__(watcher)
        self._connection = connection

    def _check(self) -> None:
        super()._check()
        if not self._connection.in_transaction:
            # A full disk may end it. Whatever came then would be committed by itself.
            raise LostError(_ENDED)

    async def _run(self, finished: Finished, arguments: Sequence[Any]) -> tuple[list[Any], int]:
        cursor = self._connection.execute(finished.sql, arguments)
        if cursor.description is None:
            return [], cursor.rowcount
        rows = cursor.fetchall()
        make = finished.make or named(tuple(each[0] for each in cursor.description))
        return [make(row) for row in rows], len(rows)

    async def _run_many(self, finished: Finished, several: Sequence[Sequence[Any]]) -> None:
        self._connection.executemany(finished.sql, several)

    def _translate(self, error: Exception) -> QueryError:
        return refusal(error)


def refusal(error: Exception) -> QueryError:
    """Our error for one of SQLite's. Its own words name tables and columns, never values."""
    if not isinstance(error, sqlite3.Error):
        return QueryError(type(error).__name__)
    words = f"{type(error).__name__}: {error}"
    if isinstance(error, sqlite3.IntegrityError):
        return IntegrityError(words)
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGED:
        return BrokenError(f"it is damaged: {error}")
    return LostError(words) if code in _LOST else QueryError(words)


def drive(work: Awaitable[T]) -> T:
    """The result of a work that waits for nothing.

    Raises:
        RuntimeError: it waited for something else than its transaction, and was ended where it did.
    """

    async def wait() -> T:
        return await work

    running = wait()
    try:
        running.send(None)
    except StopIteration as ended:
        result: T = ended.value
        return result
    running.close()
    raise RuntimeError("A work waits for its transaction alone: do the rest before it or after it.")


def _carry_out(work: Work[T], connection: sqlite3.Connection, watcher: Watcher | None) -> tuple[T, bool]:
    """What a work returns in this thread, and whether it asked for a tick; who calls this commits it."""
    driver = _InPlace(connection, watcher)
    tx = Transaction(driver)

    async def call() -> T:
        return await work(tx)

    try:
        with inside():
            result = drive(call())
    finally:
        driver.over = True
    if driver.refused is not None:
        raise driver.refused
    return result, tx.wakes


def _connect(path: Path, pragmas: Sequence[str]) -> sqlite3.Connection:
    # None: Python's module must not begin transactions of its own.
    made = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",  # where the file is gone, none is made in its place
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        cached_statements=_PREPARED,
        check_same_thread=False,
    )
    try:
        for pragma in pragmas:
            made.execute(f"PRAGMA {pragma}")
    except BaseException:
        made.close()
        raise
    return made


@dataclass(slots=True)
class _Job:
    work: Work[Any]
    done: "asyncio.Future[Any]"
    since: float


@dataclass(slots=True)
class _Outcome:
    job: _Job
    result: Any = None
    error: BaseException | None = None
    wakes: bool = False


class SqliteWriter:
    """The one connection that writes, in a thread of its own; ``beside`` another process's one, it never checkpoints."""

    def __init__(
        self,
        path: Path,
        files: OpenedFiles,
        woken: Callable[[], None],
        watcher: Callable[[], Watcher | None],
        *,
        durable: bool = True,
        beside: bool = False,
        fold_seconds: float = FOLD_SECONDS,
        quiet_seconds: float = QUIET_SECONDS,
    ) -> None:
        self._path = path
        self._pragmas = _BESIDE if beside else _WRITER_PRAGMAS if durable else _NOT_DURABLE
        self._woken = woken
        self._watcher = watcher
        self._thread = ThreadPoolExecutor(1, "studyhall-writer")
        self._connection: sqlite3.Connection | None = None
        self._files = files
        self._clicks: deque[_Job] = deque()
        self._others: deque[_Job] = deque()
        self._busy = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._loop = asyncio.get_running_loop()
        self._fold_seconds, self._quiet_seconds = fold_seconds, quiet_seconds
        self._folded = self._loop.time()
        self._folding: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Connect.

        Raises:
            QueryError: SQLite refuses to; nothing is left open.
        """
        try:
            self._connection = await self._loop.run_in_executor(
                self._thread, _connect, self._path, self._pragmas
            )
        except sqlite3.Error as error:
            found = refusal(error)
        else:
            return
        self._thread.shutdown(wait=False)
        raise found

    async def close(self) -> None:
        """Wait for what is under way and disconnect; the last to do so folds the log into the file."""
        await self._idle.wait()
        self._do_not_fold()
        await self._loop.run_in_executor(self._thread, self._open.close)
        self._thread.shutdown(wait=False)

    @property
    def _open(self) -> sqlite3.Connection:
        assert self._connection is not None
        return self._connection

    @property
    def waiting(self) -> int:
        """How many works have not begun."""
        return len(self._clicks) + len(self._others)

    async def apart(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a plain function with the connection, between two transactions; it begins and ends its own."""
        return await self._loop.run_in_executor(self._thread, work, self._open)

    async def run(self, work: Work[T], *, later: bool) -> T:
        """Run a work in a transaction and commit it; one that may come ``later`` lets all others go first.

        Where the caller is cancelled, a work that has not begun never does; any other goes on to its end.
        """
        job = _Job(work, self._loop.create_future(), perf_counter())
        (self._others if later else self._clicks).append(job)
        self._begin()
        result: T = await job.done
        return result

    def _begin(self) -> None:
        if self._busy or not (self._clicks or self._others):
            return
        self._busy = True
        self._idle.clear()
        self._do_not_fold()
        self._thread.submit(self._commit_some)

    def _ended(self, outcomes: list[_Outcome]) -> None:
        self._busy = False
        self._begin()
        if not self._busy:
            self._idle.set()
            self._fold_when_quiet()
        for each in outcomes:
            _answer(each)
        if any(each.wakes for each in outcomes):
            self._woken()

    # Until it is folded in, what was written stands in the log alone: whoever copies the file copies little.

    def _fold_when_quiet(self) -> None:
        if self._pragmas is _BESIDE:
            return
        due = self._folded + self._fold_seconds - self._loop.time()
        self._folding = self._loop.call_later(max(self._quiet_seconds, due), self._fold)

    def _do_not_fold(self) -> None:
        if self._folding is not None:
            self._folding.cancel()

    def _fold(self) -> None:
        self._folded = self._loop.time()
        self._thread.submit(self._fold_log)

    # In the writer's thread

    def _fold_log(self) -> None:
        with suppress(sqlite3.Error):  # another program may hold the file; the next time it may not
            self._open.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _commit_some(self) -> None:
        started: list[_Job] = []
        try:
            outcomes = self._batch(started)
        except BaseException as error:  # noqa: BLE001  # whoever waits must hear of it
            self._undo()
            outcomes = [_Outcome(each, error=error) for each in started]
        with suppress(RuntimeError):  # the loop was closed under it
            self._loop.call_soon_threadsafe(self._ended, outcomes)

    def _next(self, started: list[_Job]) -> _Job | None:
        kinds = [self._clicks, self._others]
        if not started and self._others and perf_counter() - self._others[0].since > LATER_SECONDS:
            kinds.reverse()
        for jobs in kinds:
            while jobs:
                job = jobs.popleft()
                if not job.done.cancelled():
                    started.append(job)
                    return job
        return None

    def _batch(self, started: list[_Job]) -> list[_Outcome]:
        """Some works in one transaction; where the database ended it, each of them once more in one of its own."""
        job = self._next(started)
        if job is None:
            return []
        refused = self._cannot_begin()
        if refused is not None:
            while self._next(started):  # they would all wait as long, one after the other
                pass
            return [_Outcome(each, error=refused()) for each in started]
        outcomes: list[_Outcome] = []
        until = perf_counter() + BATCH_SECONDS
        while job is not None:
            outcome = self._in_savepoint(job)
            if outcome is None:
                break
            outcomes.append(outcome)
            if len(started) == BATCH_WORKS or perf_counter() > until:
                break
            job = self._next(started)
        if len(outcomes) == len(started) and self._committed() is None:
            return outcomes
        self._undo()
        return [self._alone(each) for each in started]

    def _in_savepoint(self, job: _Job) -> _Outcome | None:
        """A work's outcome, undone where it failed; None where the database ended the transaction that it shares."""
        connection = self._open
        try:
            connection.execute("SAVEPOINT work")
            outcome = self._driven(job)
            if outcome.error is not None:
                connection.execute("ROLLBACK TO work")
            connection.execute("RELEASE work")
        except sqlite3.Error:  # there is no savepoint any more, for one
            return None
        return outcome

    def _alone(self, job: _Job) -> _Outcome:
        refused = self._cannot_begin()
        if refused is not None:
            return _Outcome(job, error=refused())
        outcome = self._driven(job)
        if outcome.error is None:
            refused = self._committed()
            if refused is None:
                return outcome
            outcome = _Outcome(job, error=refused())
        self._undo()
        return outcome

    def _cannot_begin(self) -> Callable[[], QueryError] | None:
        self._undo()  # what an earlier one could not undo
        try:
            self._open.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            found = refusal(error)
            return partial(type(found) if isinstance(found, LostError) else LostError, str(found))
        if self._files.are_ours(first=True):
            return None
        self._undo()
        return partial(BrokenError, _NOT_OURS)

    def _committed(self) -> Callable[[], QueryError] | None:
        """What makes an error for each who waits; None where all is well."""
        if not self._open.in_transaction:
            return partial(LostError, _ENDED)
        try:
            self._open.execute("COMMIT")
        except sqlite3.Error as error:
            return partial(refusal, error)
        return None

    def _undo(self) -> None:
        if self._open.in_transaction:
            with suppress(sqlite3.Error):
                self._open.execute("ROLLBACK")

    def _driven(self, job: _Job) -> _Outcome:
        try:
            result, wakes = _carry_out(job.work, self._open, self._watcher())
        except BaseException as error:  # noqa: BLE001  # it belongs to whoever asked for the work
            return _Outcome(job, error=error)
        return _Outcome(job, result, wakes=wakes)


def _answer(outcome: _Outcome) -> None:
    done = outcome.job.done
    if done.cancelled():
        return
    if outcome.error is None:
        done.set_result(outcome.result)
    else:
        done.set_exception(outcome.error)


class SqliteReaders:
    """The connections that read, each in a thread; one is opened when all others are in use, up to ``READERS``."""

    def __init__(self, path: Path, files: OpenedFiles, watcher: Callable[[], Watcher | None]) -> None:
        self._path = path
        self._files = files
        self._watcher = watcher
        self._free: deque[sqlite3.Connection] = deque()
        self._threads = ThreadPoolExecutor(READERS, "studyhall-reader")

    async def run(self, work: Work[T]) -> T:
        """Run a work on one consistent state of the data."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, work)

    def _read(self, work: Work[T]) -> T:
        try:
            connection = self._begun()
        except sqlite3.Error as error:
            found = refusal(error)
        else:
            try:
                return _carry_out(work, connection, self._watcher())[0]
            finally:
                self._give_back(connection)
        raise found

    def _begun(self) -> sqlite3.Connection:
        try:
            connection = self._free.pop()
        except IndexError:
            if not self._files.are_ours():
                raise BrokenError(_NOT_OURS) from None
            connection = _connect(self._path, _READER_PRAGMAS)
        try:
            connection.execute("BEGIN")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            connection.close()
        else:
            self._free.append(connection)

    async def close(self) -> None:
        """Wait for what a cancelled caller left under way, and disconnect all; nobody begins to read any more."""
        await asyncio.to_thread(self._threads.shutdown)
        while self._free:
            self._free.pop().close()
