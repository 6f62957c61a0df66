"""Tests wait for what they wait for, never for some time: a slower machine takes longer than whoever guessed it."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PROGRAMS = ("bench",)  # they measure, and say how they waited


def sleeps(path: Path) -> list[int]:
    """The lines that wait for a time of more than nothing."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("sleep", "asyncio.sleep", "time.sleep")
        and not (node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value in (0, 0.001))
    ]


@pytest.mark.slow
def test_no_test_waits_for_some_time() -> None:
    paths = [path for path in TESTS.rglob("*.py") if path.relative_to(TESTS).parts[0] not in PROGRAMS]
    assert len(paths) > 200
    assert {str(path.relative_to(TESTS)): lines for path in paths if (lines := sleeps(path))} == {}
