"""Statements are written down once: nothing in the product puts one together while somebody waits."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot

BOT = Path(bot.__file__).parent
RUNS = frozenset({"execute", "scalar"})
ELSEWHERE = tuple(
    f"database/{name}" for name in ("inspection", "migrations", "moving", "statements", "transaction")
)
"""Where finished SQL is made, and where a database is looked at or changed from outside of the app."""


def runs(tree: ast.AST) -> Iterator[ast.expr]:
    """The statement of every call that runs one on a transaction."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in RUNS
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "tx"
        ):
            yield node.args[0]


def is_built_on_the_spot(said: ast.expr) -> bool:
    """Whether an expression makes a statement rather than naming one."""
    return any(
        isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id.startswith("_"))
        for node in ast.walk(said)
    )


BUILDS = frozenset({"select", "insert", "update", "delete", "text", "exists", "union_all", "Statement"})


def builders(tree: ast.Module) -> frozenset[str]:
    """The names in a module by which statements are put together: SQLAlchemy's, and functions of its own that use them."""
    names = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(("sqlalchemy", "bot.database.statements"))
        for alias in node.names
        if alias.name in BUILDS
    }
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and names.intersection(called_in(node)):
            names.add(node.name)
    return frozenset(names)


def called_in(function: ast.AST) -> set[str]:
    """The names of plain functions that are called within."""
    return {
        node.func.id
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def built_while_somebody_waits(tree: ast.Module) -> Iterator[str]:
    """The coroutines that put a statement together."""
    names = builders(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef) and names.intersection(called_in(node)):
            yield node.name


@pytest.mark.slow
def test_every_statement_of_the_product_is_a_constant() -> None:
    found = []
    for path in sorted(BOT.rglob("*.py")):
        where = path.relative_to(BOT).as_posix()
        if where.startswith(ELSEWHERE):
            continue
        tree = ast.parse(path.read_text("utf-8"))
        found += [f"{where}:{said.lineno}" for said in runs(tree) if is_built_on_the_spot(said)]
        found += [f"{where}: {name}" for name in built_while_somebody_waits(tree)]
    assert found == []
