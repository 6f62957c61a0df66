"""A public function that raises says what, and when."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = (*ROOT.glob("bot/**/*.py"), *ROOT.glob("adapters/**/*.py"))
NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def public(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The public functions of a module and of its classes; what stands within a function is its own matter."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from public(child)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and not child.name.startswith("_"):
            yield child


def raises(node: ast.AST) -> bool:
    """Whether it raises an error itself, beside ones that it lets pass or that no caller can cause."""
    return any(
        (isinstance(child, ast.Raise) and child.exc is not None and "Assertion" not in ast.unparse(child.exc))
        or (not isinstance(child, NESTED) and raises(child))
        for child in ast.iter_child_nodes(node)
    )


def silent(source: str) -> list[str]:
    """The public functions that raise and don't say so."""
    found = (each for each in public(ast.parse(source)) if raises(each))
    return [each.name for each in found if "Raises" not in (ast.get_docstring(each) or "")]


def test_a_function_that_raises_without_a_word_is_seen() -> None:
    assert silent("def f():\n    if 1:\n        raise ValueError") == ["f"]
    assert (
        silent(
            'def f():\n    """F.\n\n    Raises:\n        ValueError: always.\n    """\n    raise ValueError'
        )
        == []
    )


def test_every_public_function_that_raises_says_what() -> None:
    quiet = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in MODULES
        for name in silent(path.read_text("utf-8"))
        if name not in ("process_bind_param", "upgrade")  # SQLAlchemy's and Alembic's own
    }
    assert quiet == set()
