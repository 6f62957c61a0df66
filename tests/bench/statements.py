"""The one place that looks into the product's database layer: which statements a request runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as a work handed it in, with its parameters, and the number of its transaction."""

    said: Any
    parameters: Any
    transaction: int
    writes: bool


@contextmanager
def count_statements(database: Database) -> Iterator[list[Statement]]:
    """The statements that run meanwhile, in order; beginnings, ends and savepoints of transactions do not count."""
    seen: list[Statement] = []
    made: list[tuple[Any, Any]] = []
    begun = 0
    heard: list[tuple[Any, str, Callable[..., None]]] = []
    for writes, engine in ((True, database.writer), (False, database.reader)):

        def began(_conn: object) -> None:
            nonlocal begun
            begun += 1

        def handed_in(_conn: object, said: object, several: object, one: object, _options: object) -> None:
            made[:] = [(said, several or one)]

        def ran(_conn: object, _cursor: object, text: str, *_: object, writes: bool = writes) -> None:
            if not text.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")):
                seen.append(Statement(*made[0], begun, writes))

        on = engine.sync_engine
        heard += [(on, "begin", began), (on, "before_execute", handed_in), (on, "before_cursor_execute", ran)]
    for each in heard:
        event.listen(*each)
    try:
        yield seen
    finally:
        for each in heard:
            event.remove(*each)
