"""What SECURITY.md says can be followed: its files exist, and each promise names the tests that hold it."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text("utf-8")
MODEL = (ROOT / "docs/security.md").read_text("utf-8")
LINES = re.findall(r"(?m)^\| (?!what |---)(.+?) \| (.+) \| (.+) \|$", MODEL)
PROMISES = dict(re.findall(r"(?m)^\| ([A-Z]\w+) \| (.*) \|$", PAGE))


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)", PAGE))))
def test_the_files_it_points_to_exist(target: str) -> None:
    assert (ROOT / target).is_file()


@pytest.mark.parametrize("promise", PROMISES)
def test_each_promise_is_held_by_tests(promise: str) -> None:
    assert "](tests/" in PROMISES[promise].rpartition("|")[2]


def test_the_promises_are_found() -> None:
    assert list(PROMISES) == ["Secrets", "Reach", "Words", "Statements", "Rights", "Logs", "Privacy"]


def test_a_weakness_is_reported_in_the_private_form_and_no_address_is_given() -> None:
    assert "*Report a vulnerability*" in PAGE
    assert re.search(r"\S@\S|https?:", PAGE) is None


@cache
def named_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    )


def test_the_page_on_threats_has_the_six_who_bring_harm_and_leads_back() -> None:
    names = [
        "A member",
        "An organiser elsewhere",
        "A stranger",
        "A malicious file",
        "A leaked log",
        "A lost disk",
    ]
    assert re.findall(r"(?m)^## (.+)$", MODEL) == names
    assert "](docs/security.md)" in PAGE
    assert "](../SECURITY.md)" in MODEL


def test_every_line_of_a_threat_names_tests_that_exist() -> None:
    assert len(LINES) == sum(line.startswith("|") for line in MODEL.splitlines()) - 2 * MODEL.count("\n## ")
    for threat, _, held in LINES:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", held)
        assert named, threat
        assert held == ", ".join(f"`{path}::{test}`" for path, test in named)
        assert [each for each in named if each[1] not in named_in(each[0])] == []
