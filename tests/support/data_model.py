"""The data model on one page, made of every room's ``tables.py``: python -m tests.support.data_model writes the page."""

import ast
import importlib
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Column, Table

import bot.app.features  # noqa: F401  (every room's tables)
from bot.database.schema import metadata

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "data-model.md"
ROOMS = (
    "bot/database",
    "bot/outbox",
    "bot/membership",
    "bot/features/acts",
    "bot/features/points",
    "bot/features/coming",
    "bot/features/custom_questions",
    "bot/features/daily",
    "bot/features/quiz",
    "bot/features/mock",
)
HEAD = """# The data model

Made from the rooms' `tables.py` by `python -m tests.support.data_model`; a test says when it is old. A table is written by the
room that owns it and by no other.

Ids are integers, instants are UTC, local dates come from the group's zone. What is due lives in indexed `next_at` columns. The
unique constraints are what makes repeated deliveries, clicks and ticks harmless.
"""


def owners() -> dict[str, str]:
    """The room of each table, by the table's name."""
    return {table.name: room for room in ROOMS for table in tables_of(room)}


def tables_of(room: str) -> tuple[Table, ...]:
    """The tables that a room owns, in the order of its file."""
    module = importlib.import_module(room.replace("/", ".") + ".tables")
    return tuple(each for each in vars(module).values() if isinstance(each, Table))


def page() -> str:
    """The page as it should be."""
    return "\n".join([HEAD, *(line for room in ROOMS for line in _room(room))])


def _room(room: str) -> Iterator[str]:
    path = ROOT / room / "tables.py"
    source = path.read_text("utf-8")
    remarks = _remarks(source)
    tree = ast.parse(source)
    yield f"## `{room}`\n\n{ast.get_docstring(tree)}\n"
    for node in tree.body:
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
            continue
        if getattr(node.value.func, "id", "") != "Table":
            continue
        name = ast.literal_eval(node.value.args[0])
        yield from _table(metadata.tables[name], node.value, remarks)


def _table(table: Table, call: ast.Call, remarks: dict[int, str]) -> Iterator[str]:
    yield f"### {table.name}\n"
    columns = iter(table.columns)
    for argument in call.args[2:]:
        of = getattr(getattr(argument, "func", None), "id", "")
        said = " ".join(
            remarks[n] for n in range(argument.lineno, (argument.end_lineno or 0) + 1) if n in remarks
        )
        if of == "UniqueConstraint":
            names = ", ".join(f"`{ast.literal_eval(each)}`" for each in argument.args)  # type: ignore[attr-defined]
            yield f"- unique: {names}" + (f": {said}" if said else "")
        elif of not in ("Index", "partial_index"):
            yield _column(next(columns), said)
    assert next(columns, None) is None, table.name
    yield ""


def _column(column: Column[object], said: str) -> str:
    kind = str(column.type).lower()
    to = [key.column.table.name for key in column.foreign_keys]
    words = [f"of `{to[0]}`" if to else kind, *(["may be empty"] if column.nullable else [])]
    return f"- `{column.name}` ({', '.join(words)})" + (f": {said}" if said else "")


def _remarks(source: str) -> dict[int, str]:
    found = tokenize.generate_tokens(io.StringIO(source).readline)
    return {each.start[0]: each.string.lstrip("# ") for each in found if each.type == tokenize.COMMENT}


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
