"""A table is written by the room that owns it, and by no other; the page about tables is what the rooms say."""

import ast
from collections.abc import Iterator
from pathlib import Path

import bot
from bot.database.schema import metadata
from tests.support.data_model import PAGE, owners, page

BOT = Path(bot.__file__).parent
BUILT = frozenset({"insert", "update", "delete", "inserting", "inserting_once", "upserting", "changing"})
CALLED = frozenset({"insert", "insert_all", "insert_once", "upsert", "change"})
"""What writes its first argument: built as a statement, or called on a transaction."""


def writes(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, name) of every table that a module's statements write."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Name)):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in (CALLED if isinstance(node.func, ast.Attribute) else BUILT) or name == "insert":
            yield node.lineno, node.args[0].id


def written_by_others(source: str, where: str) -> list[str]:
    """The tables that a module of ``bot/`` writes and another room owns."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".tables")
        for alias in node.names
    }
    return [
        f"bot/{where}:{line} writes {names[name]} of {owner}"
        for line, name in writes(tree)
        if name in names and not f"bot/{where}".startswith((owner := owners()[names[name]]) + "/")
    ]


def test_a_table_is_written_by_the_room_that_owns_it_alone() -> None:
    found = []
    for path in sorted(BOT.rglob("*.py")):
        where = path.relative_to(BOT).as_posix()
        found += written_by_others(path.read_text("utf-8"), where)
    assert found == []


def test_each_way_of_writing_is_seen() -> None:
    for statement in (
        "x = update(members).where()",
        "x = delete(members)",
        "x = insert(members)",
        "async def f(tx):\n    await tx.change(members, 1, {})",
        "async def f(tx):\n    await tx.upsert(members, {}, {})",
    ):
        source = f"from bot.membership.tables import members\n{statement}"
        assert len(written_by_others(source, "features/quiz/x.py")) == 1, statement
        assert written_by_others(source, "membership/x.py") == []


def test_every_table_has_an_owner() -> None:
    assert set(owners()) == set(metadata.tables)


def test_the_page_about_tables_is_what_the_rooms_say() -> None:
    assert PAGE.read_text("utf-8") == page(), "python -m tests.support.data_model"
