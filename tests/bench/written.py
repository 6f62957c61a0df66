"""What votes wrote, as the difference of two states of a database, and the finished SQL that writes the same rows.

So a baseline writes what the product wrote, row for row, whatever the product's tables are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

State: TypeAlias = Mapping[str, Mapping[tuple[Any, ...], Mapping[str, Any]]]
"""Rows by table and primary key."""


@dataclass(frozen=True, slots=True)
class Write:
    """A row that was inserted (``key`` is empty) or changed: the columns with what they hold now."""

    table: str
    key: Mapping[str, Any]
    values: Mapping[str, Any]

    def sql(self, mark: str) -> str:
        """The statement; ``mark`` is "?" or "$", which is followed by numbers."""
        numbers = iter(range(1, len(self.values) + len(self.key) + 1))

        def one() -> str:
            number = next(numbers)
            return mark if mark == "?" else f"{mark}{number}"

        if not self.key:
            columns, marks = ", ".join(map(_quoted, self.values)), ", ".join(one() for _ in self.values)
            return f"INSERT INTO {_quoted(self.table)} ({columns}) VALUES ({marks})"
        changes = ", ".join(f"{_quoted(name)} = {one()}" for name in self.values)
        which = " AND ".join(f"{_quoted(name)} = {one()}" for name in self.key)
        return f"UPDATE {_quoted(self.table)} SET {changes} WHERE {which}"

    @property
    def parameters(self) -> tuple[Any, ...]:
        return (*self.values.values(), *self.key.values())


def _quoted(name: str) -> str:
    return f'"{name}"'


def writes_between(before: State, after: State, keys: Mapping[str, Sequence[str]]) -> list[Write]:
    """What leads from one state to the other; ``keys`` are the primary keys' columns by table. Nothing was deleted."""
    found = []
    for table, rows in after.items():
        for key, row in sorted(rows.items()):
            old = before[table].get(key)
            if old is None:
                found.append(Write(table, {}, row))
            elif old != row:
                changed = {name: value for name, value in row.items() if value != old[name]}
                found.append(Write(table, dict(zip(keys[table], key, strict=True)), changed))
    return found


def shares(writes: Sequence[Write], votes: int) -> list[list[Write]]:
    """The writes of each vote: its own ones, and last those of a row that all of them write again and again."""
    kinds: dict[tuple[str, bool], list[Write]] = defaultdict(list)
    for each in writes:
        kinds[each.table, bool(each.key)].append(each)
    made: list[list[Write]] = [[] for _ in range(votes)]
    for same in sorted(kinds.values(), key=len, reverse=True):
        if len(same) < votes:
            for n, share in enumerate(made):
                share.append(same[n % len(same)])
        else:
            for n, each in enumerate(same):
                made[n % votes].append(each)
    return made
