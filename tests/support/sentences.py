"""Every sentence that somebody can read on a platform: python -m tests.support.sentences prints them, each with its place."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("bot/access", "bot/app/dispatcher.py", "bot/chat", "bot/features", "bot/membership", "adapters")
NOT_READ = (
    "doctor.py",
    "manifest.py",
    "settings.py",
    "setup.py",
    "command_line.py",
    "tables.py",
    "cities.py",
)
"""Modules whose words are an operator's or a platform's, or names of places."""
_SENTENCE = re.compile(r"[A-Za-z]{2,}.* .*[a-z]{2,}")
_UNREAD_CALLS = frozenset(
    {"bindparam", "compile", "literal_column", "getLogger", "text_of", "ForeignKey", "Index"}
)
_ERRORS = frozenset({"ValueError", "TypeError", "LookupError", "RuntimeError", "AssertionError", "KeyError"})


@dataclass(frozen=True)
class Sentence:
    """What stands in the source, with {} for what is put in."""

    where: str
    line: int
    said: str


def sentences() -> Iterator[Sentence]:
    """All of them, in the order of their files."""
    for room in ROOMS:
        found = ROOT / room
        for path in [found] if found.is_file() else sorted(found.rglob("*.py")):
            if path.name not in NOT_READ:
                yield from _of_module(path)


def _of_module(path: Path) -> Iterator[Sentence]:
    tree = ast.parse(path.read_text("utf-8"))
    skipped = set(_unread(tree))
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        said = _said(node)
        if said and _SENTENCE.search(said):
            yield Sentence(path.relative_to(ROOT).as_posix(), getattr(node, "lineno", 0), said)


def _said(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values)
    return ""


def _unread(tree: ast.AST) -> Iterator[int]:
    """Docstrings, what goes to the log, errors of ours that nobody is shown, and the pieces of what is read whole."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield from map(id, ast.walk(node)) if isinstance(node.value, ast.Constant) else ()
        elif isinstance(node, ast.JoinedStr):
            yield from map(id, node.values)
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            on_log = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "log"
            if on_log or called in _UNREAD_CALLS | _ERRORS:
                yield from (id(each) for part in (*node.args, *node.keywords) for each in ast.walk(part))


if __name__ == "__main__":
    for each in sentences():
        print(f"{each.where}:{each.line}: {' '.join(each.said.split())}")  # noqa: T201  # it is for reading
