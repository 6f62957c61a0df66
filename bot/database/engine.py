"""The database: one door for writing, one for reading, on SQLite or PostgreSQL.

    db = await Database.open("sqlite:///data/studyhall.db")     raises DatabaseError
    await db.migrate()
    round_id = await db.write(work)     work: async (transaction) -> T; committed before T comes back; an error undoes all
    rounds = await db.read(work)        one consistent state; writing is refused
    db.dialect                          "sqlite" | "postgresql"; also db.is_postgres
    await db.close()

A work awaits its transaction alone, changes nothing but the database, and may run a second time: after a deadlock on
PostgreSQL, or where SQLite ended a transaction that it shared with others.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from bot.chat.logged import Said
from bot.database.addresses import (
    keep_rows_out_of_logs,
    lock_sqlite,
    lost_file,
    parse_url,
    probe_sqlite,
    unusable,
)
from bot.database.errors import (
    BrokenError,
    CommitInDoubtError,
    DatabaseBusyError,
    DatabaseClosedError,
    DatabaseFileError,
    DatabaseVersionError,
    LostError,
    QueryError,
)
from bot.database.newest import has_newest
from bot.database.sqlite import BATCH_WORKS, SqliteReaders, SqliteWriter, refusal
from bot.database.transaction import (
    ANSWER_SECONDS,
    LATER_ANSWER_SECONDS,
    T,
    Turn,
    Watcher,
    Work,
    refuse_within_another,
)
from bot.database.trouble import OpenedFiles, Trouble

if TYPE_CHECKING:
    from bot.database.postgres import Postgres

log = logging.getLogger(__name__)


class Database:
    """An open database. Made by ``Database.open``.

    ``woken`` is called in the event loop after a commit whose work asked for it. ``watcher`` sees each statement and its
    values before it runs: for counting, in tests and benchmarks. ``broke`` is called once nothing can be kept any more,
    and ``broken`` says why.
    """

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self.is_postgres = self.url.get_backend_name() == "postgresql"
        self.dialect = "postgresql" if self.is_postgres else "sqlite"
        self.woken: Callable[[], None] = lambda: None
        self.watcher: Watcher | None = None
        self.broke: Callable[[], None] = lambda: None
        self.broken: DatabaseFileError | None = None
        self._reading, self._writing = Trouble("read"), Trouble("written")
        self._server: Postgres
        self._writer: SqliteWriter
        self._readers: SqliteReaders
        self._files: OpenedFiles
        self._lock: FileLock | None = None
        self._users = 0
        self._unused = asyncio.Event()
        self._unused.set()
        self._closing: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    @classmethod
    async def open(cls, url: str, *, beside: bool = False) -> "Database":
        """Connect to ``sqlite:///path`` (made where it is missing) or ``postgresql://user:password@host/name``.

        ``beside`` the running process that a SQLite file belongs to, a command may change a few rows: then it works with it.
        ``sqlite:///path?synchronous=off`` does not wait for the disk: a power cut may cost everything. It is for tests.

        Raises:
            DatabaseError: it cannot be used; one of the subclasses says why and what to do.
        """
        keep_rows_out_of_logs()
        made = cls(url)
        if made.is_postgres:
            from bot.database.postgres import Postgres  # its driver is loaded for those who use it

            made._server = await Postgres.open(made.url, made._wake, made._watching)
        else:
            await made._open_file(beside=beside)
        return made

    async def _open_file(self, *, beside: bool) -> None:
        assert self.url.database
        path = Path(self.url.database)
        try:
            self._lock = lock_sqlite(path)
        except DatabaseBusyError:
            if not beside:
                raise
        try:
            probe_sqlite(path)
            self._files = files = OpenedFiles(path)
            self._writer = SqliteWriter(
                path,
                files,
                self._wake,
                self._watching,
                durable=self.url.query.get("synchronous") != "off",
                beside=self._lock is None,
            )
            self._readers = SqliteReaders(path, files, self._watching)
            try:
                await self._writer.open()
            except QueryError as error:
                raise (lost_file if isinstance(error, BrokenError) else unusable)(path, error) from None
        except BaseException:
            self._unlock()
            raise

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.release()

    def _wake(self) -> None:
        self.woken()

    def _watching(self) -> Watcher | None:
        return self.watcher

    @property
    def in_a_set(self) -> int:
        """How many works that may come ``later`` are best asked for at once.

        On SQLite they share commits, clicks before them. On PostgreSQL each takes a connection, and clicks need some, too.
        """
        return 4 if self.is_postgres else BATCH_WORKS

    @property
    def waiting(self) -> int:
        """How many works wait for the one writer; on a server, where none waits for another, how many are under way."""
        return len(self._tasks) if self.is_postgres else self._writer.waiting

    async def write(self, work: Work[T], *, later: bool = False) -> T:
        """Run ``work`` in one transaction and commit it, then return what it returned.

        An exception undoes everything and is raised on; so does a statement's refusal, even where the work catches it.
        A caller that is cancelled while its work runs does not interrupt it: it is committed or undone as a whole.
        Where people wait for others' works, one that may come ``later`` lets them go first, and has more time.

        Raises:
            DatabaseClosedError: the database was closed.
            QueryError: the database refused a statement or the commit; one of its subclasses says which.
            RuntimeError: it was called from within another work, or the work waited for something else.
        """
        refuse_within_another()
        with self._use(self._writing):
            if self.is_postgres:
                turn = self._turn(later=later)
                return await self._to_its_end(self._server.write(work, turn), turn)
            return await self._writer.run(work, later=later)

    async def read(self, work: Work[T], *, later: bool = False) -> T:
        """Run ``work`` on one consistent state of the data; what it tries to write is refused by the database.

        One that may come ``later`` has more time.

        Raises:
            DatabaseClosedError: the database was closed.
            QueryError: the database refused a statement.
            RuntimeError: it was called from within another work, or the work waited for something else.
        """
        refuse_within_another()
        with self._use(self._reading):
            if self.is_postgres:
                turn = self._turn(later=later)
                return await self._to_its_end(self._server.read(work, turn), turn)
            return await self._readers.run(work)

    async def migrate(self) -> None:
        """Bring the tables to this version's shape, all or nothing; several processes may do so at once.

        A SQLite file that an older version wrote is copied to ``<name>.before-<revision>`` before.

        Raises:
            DatabaseVersionError: a newer Studyhall wrote this database, or an older one runs on it.
            DatabaseCopyError: there is no room for the copy; nothing was changed.
            DatabaseUpgradeError: a step failed; nothing was changed.
        LostError: the database could not be used at all.
        """
        with self._use(self._writing):
            if self.is_postgres:
                if not await self._server.has_newest():
                    from bot.database.migrations import upgrade_postgres

                    await upgrade_postgres(self.url)
            elif not await self._apart(has_newest):
                if self._lock is None:
                    raise DatabaseVersionError(
                        "Another version of Studyhall runs on this database.", "Stop it first."
                    )
                from bot.database.migrations import upgrade_sqlite

                await self._apart(upgrade_sqlite)

    async def _apart(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await self._writer.apart(work)
        except sqlite3.Error as error:
            found = refusal(error)
        raise found

    async def close(self) -> None:
        """Wait for what runs, then close every connection and give the SQLite file free. Twice is once."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        await self._unused.wait()
        if self.is_postgres:
            await self._server.close()
            return
        await self._readers.close()  # first: the last connection to close checkpoints, and readers must not
        await self._writer.close()
        self._unlock()

    @contextmanager
    def _use(self, trouble: Trouble) -> Iterator[None]:
        if self._closing is not None:
            raise DatabaseClosedError("The database was closed.", "Start Studyhall again.")
        if self.broken is not None:
            raise BrokenError(self.broken.said)
        self._enter()
        try:
            yield
        except LostError as error:
            self._failed(error, trouble)
            raise
        else:
            if line := trouble.worked(self._now()):
                log.warning("%s", Said(line))
        finally:
            self._leave()

    def _failed(self, error: LostError, trouble: Trouble) -> None:
        if isinstance(error, BrokenError):
            if self.broken is None:
                self.broken = lost_file(Path(self.url.database or ""), error)
                self.broke()
                self._files.leave()
        elif line := trouble.failed(self._now(), str(error)):
            log.error("%s", Said(line))

    def _turn(self, *, later: bool) -> Turn:
        return Turn(self._now(), LATER_ANSWER_SECONDS if later else ANSWER_SECONDS)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _enter(self) -> None:
        self._users += 1
        self._unused.clear()

    def _leave(self) -> None:
        self._users -= 1
        if self._users == 0:
            self._unused.set()

    async def _to_its_end(self, running: Coroutine[Any, Any, T], turn: Turn) -> T:
        # asyncio.shield writes the error of one whose caller was cancelled into the log, and its words may be a member's.
        asked: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(running)
        self._tasks.add(task)
        self._enter()
        task.add_done_callback(partial(self._ended, asked))
        patience = asyncio.get_running_loop().call_later(turn.left(self._now()), self._give_up, asked, turn)
        try:
            return await asked
        finally:
            patience.cancel()

    def _give_up(self, asked: "asyncio.Future[T]", turn: Turn) -> None:
        if asked.done():
            return
        if (left := turn.left(self._now())) > 0:
            asyncio.get_running_loop().call_later(left, self._give_up, asked, turn)
            return
        turn.given_up = True
        asked.set_exception((CommitInDoubtError if turn.commits else LostError)("no answer in time"))

    def _ended(self, asked: "asyncio.Future[T]", task: "asyncio.Task[T]") -> None:
        self._tasks.discard(task)
        self._leave()
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if asked.done():
            return
        if error is None:
            asked.set_result(task.result())
        elif task.cancelled():
            asked.cancel()
        else:
            asked.set_exception(error)
