"""The rows that `make bench` prints: a figure, what it is measured against, and whether it is good enough."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

HEAD = ("figure", "value", "unit", "baseline", "ratio", "goal", "met")
_MET = {True: "yes", False: "NO", None: ""}


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on the ratio, which holds on any machine, or on the value itself."""

    limit: float
    of: Literal["ratio", "value"] = "ratio"
    at_least: bool = False

    def __str__(self) -> str:
        return f"{self.of} {'>=' if self.at_least else '<='} {self.limit:g}"

    def is_met(self, figure: float) -> bool:
        return figure >= self.limit if self.at_least else figure <= self.limit


def at_most(limit: float, of: Literal["ratio", "value"] = "ratio") -> Goal:
    return Goal(limit, of)


def at_least(limit: float, of: Literal["ratio", "value"] = "ratio") -> Goal:
    return Goal(limit, of, at_least=True)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``value`` is None where it could not be measured, and ``note`` says why; ``baseline`` has its unit."""

    name: str
    value: float | None
    unit: str
    baseline: float | None = None
    goal: Goal | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        if self.value is None or not self.baseline:
            return None
        return self.value / self.baseline

    @property
    def met(self) -> bool | None:
        """None where there is no goal, or nothing to hold against it."""
        if self.goal is None:
            return None
        figure = self.ratio if self.goal.of == "ratio" else self.value
        return None if figure is None else self.goal.is_met(figure)


def skipped(name: str, unit: str, goal: Goal, why: str) -> Row:
    """A row that could not be measured here."""
    return Row(name, None, unit, None, goal, why)


def to_json(rows: Iterable[Row]) -> str:
    """A list with an object for each row."""
    return json.dumps([_plain(row) for row in rows], indent=2) + "\n"


def _plain(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "value": row.value,
        "unit": row.unit,
        "baseline": row.baseline,
        "ratio": row.ratio,
        "goal": None if row.goal is None else str(row.goal),
        "met": row.met,
    }


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned columns; those that were skipped stand below, by name."""
    measured = [row for row in rows if row.value is not None]
    lines = [HEAD, *(_cells(row) for row in measured)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEAD))]
    right = {1, 3, 4}
    said = [
        "  ".join(
            c.rjust(w) if n in right else c.ljust(w)
            for n, (c, w) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    ]
    said += [f"skipped: {row.name}: {row.note}" for row in rows if row.value is None]
    judged = [row.met for row in rows if row.met is not None]
    said.append(f"{sum(judged)} of {len(judged)} goals are met")
    return "\n".join(line.rstrip() for line in said)


def _cells(row: Row) -> tuple[str, ...]:
    goal = "" if row.goal is None else str(row.goal)
    return (
        row.name,
        _figure(row.value),
        row.unit,
        _figure(row.baseline),
        _figure(row.ratio),
        goal,
        _MET[row.met],
    )


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"
