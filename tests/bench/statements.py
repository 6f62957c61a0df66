"""The one place that looks into the product's database layer: which statements a request runs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bot.database.engine import Database


@dataclass(frozen=True, slots=True)
class Statement:
    """Finished SQL as the driver was handed it, with its values."""

    sql: str
    arguments: tuple[Any, ...]


@contextmanager
def count_statements(database: Database) -> Iterator[list[Statement]]:
    """The statements that run meanwhile, in order; beginnings, ends and savepoints of transactions do not count."""
    seen: list[Statement] = []

    def watch(sql: str, arguments: Sequence[Any]) -> None:
        seen.append(Statement(sql, tuple(arguments)))

    database.watcher = watch
    try:
        yield seen
    finally:
        database.watcher = None
