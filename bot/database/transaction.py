"""A transaction, as the functions that read and write are handed it.

The same functions run on every database: on SQLite's writer they never wait, elsewhere they await the driver.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Executable, Table

from bot.database.errors import LostError, QueryError
from bot.database.statements import (
    Finished,
    Row,
    Statement,
    changing,
    inserting,
    inserting_once,
    upserting,
)

T = TypeVar("T")
Work: TypeAlias = Callable[["Transaction"], Awaitable[T]]
Watcher: TypeAlias = Callable[[str, Sequence[Any]], None]
"""Is called with each statement's SQL and arguments before it is sent."""

ANSWER_SECONDS, LATER_ANSWER_SECONDS = 4.0, 70.0
"""So long whoever asked waits for a server: a member is told within five seconds; nobody waits for what may come later."""
SILENT_SECONDS = 2.0
"""A work of many statements may take longer, as long as each of them is answered in so many seconds."""

_INSIDE: ContextVar[bool] = ContextVar("inside", default=False)


@contextmanager
def inside() -> Iterator[None]:
    """A work runs in this thread or task for as long as this lasts."""
    before = _INSIDE.set(True)
    try:
        yield
    finally:
        _INSIDE.reset(before)


def refuse_within_another() -> None:
    """Check that no work runs in this thread or task.

    Raises:
        RuntimeError: one does; a second transaction within it might wait for itself, and sees another state.
    """
    if _INSIDE.get():
        raise RuntimeError("A transaction was begun within another one; pass that one on instead.")


@dataclass(slots=True)
class Turn:
    """How long whoever asked for a work waits for it, and how far it has come. Times are the loop's, in seconds.

    What was ``given_up`` may not be committed any more; what ``commits`` already is in doubt.
    """

    began: float
    waits: float
    heard: float = 0.0
    given_up: bool = False
    commits: bool = False

    def left(self, now: float) -> float:
        """How many seconds are left, none or less where there are none."""
        return max(self.began + self.waits, self.heard + SILENT_SECONDS) - now

    def may_commit(self) -> None:
        """Note that the commit begins.

        Raises:
            LostError: nobody waits any more, and was told that nothing was changed.
        """
        if self.given_up:
            raise LostError("no answer in time")
        self.commits = True


class Result:
    """What a statement gave: its rows, and how many rows a write has met."""

    __slots__ = ("rowcount", "rows")

    def __init__(self, rows: list[Row], rowcount: int) -> None:
        self.rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def all(self) -> list[Row]:
        """Every row."""
        return self.rows

    def first(self) -> Row | None:
        """The first row, None without one."""
        return self.rows[0] if self.rows else None

    def one(self) -> Row:
        """The only row.

        Raises:
            LookupError: there are none or several.
        """
        if len(self.rows) != 1:
            raise LookupError(f"{len(self.rows)} rows instead of one.")
        return self.rows[0]

    def scalars(self) -> list[Any]:
        """The first value of every row."""
        return [row[0] for row in self.rows]

    def scalar(self) -> Any:  # noqa: ANN401  (a column's value)
        """The first value of the first row, None without one."""
        return self.rows[0][0] if self.rows else None


class Driver(ABC):
    """One connection's way to run finished SQL, inside a transaction that somebody else began and ends.

    ``refused`` is the first statement's error: such a transaction is undone, whatever the work makes of the error.
    ``over`` is set at its end: what still runs then is refused.
    """

    __slots__ = ("over", "refused", "watcher")

    dialect: str
    refusals: tuple[type[Exception], ...]
    """What the database's library raises where a statement is refused."""

    def __init__(self, watcher: Watcher | None) -> None:
        self.watcher = watcher
        self.refused: QueryError | None = None
        self.over = False

    async def run(self, finished: Finished, arguments: Sequence[Any]) -> tuple[list[Row], int]:
        """Run one statement; its rows, and how many rows a write met.

        Raises:
            QueryError: the database refuses it.
        """
        self._begin(finished, arguments)
        try:
            return await self._run(finished, arguments)
        except self.refusals as error:
            found = self._refusal(error)
        raise found

    async def run_many(self, finished: Finished, several: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each set of arguments.

        Raises:
            QueryError: the database refuses it.
        """
        self._begin(finished, several[0] if several else ())
        try:
            return await self._run_many(finished, several)
        except self.refusals as error:
            found = self._refusal(error)
        raise found

    def _begin(self, finished: Finished, arguments: Sequence[Any]) -> None:
        self._check()
        if self.watcher is not None:
            self.watcher(finished.sql, arguments)

    def _refusal(self, error: Exception) -> QueryError:
        found = self._translate(error)
        self.refused = self.refused or found
        return found

    def _check(self) -> None:
        if self.over:
            raise RuntimeError("This transaction is over.")

    @abstractmethod
    async def _run(self, finished: Finished, arguments: Sequence[Any]) -> tuple[list[Row], int]: ...

    @abstractmethod
    async def _run_many(self, finished: Finished, several: Sequence[Sequence[Any]]) -> None: ...

    @abstractmethod
    def _translate(self, error: Exception) -> QueryError: ...


class Transaction:
    """Everything that is done through it is committed as one, or undone as one; who holds it ends nothing by themselves."""

    __slots__ = ("dialect", "driver", "wakes")

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.dialect = driver.dialect
        self.wakes = False

    def wake_after_commit(self) -> None:
        """Let what is due be moved and sent at once when this is committed, not at the next tick."""
        self.wakes = True

    async def execute(
        self,
        statement: Statement | Executable,
        parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        /,
        **values: Any,  # noqa: ANN401  (each column's own type)
    ) -> Result:
        """Run a statement with its values, or a writing one for each of several sets of values.

        A statement that is no ``Statement`` is compiled each time: what runs often is a constant.

        Raises:
            QueryError: the database refuses it.
            TypeError: a value is missing, or there is one too many.
        """
        if parameters is None:
            parameters = values
        if not isinstance(statement, Statement):
            statement = Statement(statement)
        finished = statement.on(self.dialect)
        if isinstance(parameters, Mapping):
            rows, count = await self.driver.run(finished, finished.arguments(parameters))
            return Result(rows, count)
        if finished.make is not None:
            found = [await self.execute(statement, each) for each in parameters]
            return Result([row for each in found for row in each], len(found))
        await self.driver.run_many(finished, [finished.arguments(each) for each in parameters])
        return Result([], -1)

    async def scalar(
        self,
        statement: Statement | Executable,
        parameters: Mapping[str, Any] | None = None,
        /,
        **values: Any,  # noqa: ANN401  (each column's own type)
    ) -> Any:  # noqa: ANN401  (a column's value)
        """The first value of the first row, None without one."""
        return (await self.execute(statement, parameters, **values)).scalar()

    async def insert(self, table: Table, values: Mapping[str, Any]) -> int:
        """Insert a row; its id."""
        made: int = await self.scalar(inserting(table, tuple(values), returning=True), values)
        return made

    async def insert_all(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert several rows of the same columns."""
        if rows:
            await self.execute(inserting(table, tuple(rows[0])), rows)

    async def insert_once(self, table: Table, values: Mapping[str, Any]) -> int | None:
        """Insert a row unless one of the table's unique constraints says it is there; the new id, or None."""
        made: int | None = await self.scalar(inserting_once(table, tuple(values)), values)
        return made

    async def upsert(self, table: Table, keys: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Insert the row of ``keys`` with ``values``, or set them where it is there.

        ``keys`` are the columns of one unique constraint. Callers with several rows go in key order: unsorted ones
        deadlock on PostgreSQL.
        """
        await self.execute(upserting(table, tuple(keys), tuple(values)), {**keys, **values})

    async def change(self, table: Table, its_id: int, values: Mapping[str, Any]) -> bool:
        """Set columns of the row of this id; whether there is one."""
        done = await self.execute(changing(table, tuple(values)), {"its_id": its_id, **values})
        return done.rowcount == 1
