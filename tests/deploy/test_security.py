"""What SECURITY.md says can be followed: its files exist, and each promise names the tests that hold it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text("utf-8")
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
