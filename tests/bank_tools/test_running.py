"""Code questions are run: their tests fail on the starter and pass on the solution."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.bank_tools.running import run_tests
from bot.questions.model import Item, Kind, SourcePlace
from tests.support.driver import read_bank

CONTENT = Path(__file__).parents[2] / "content"
SOUND = Item(
    "a.q01",
    "a",
    Kind.CODE,
    "Double it.",
    SourcePlace("a.yaml", 1),
    starter="def f(x):\n    return x",
    tests="assert f(2) == 4",
    solution="def f(x):\n    return 2 * x",
)


@pytest.mark.slow
def test_the_shipped_tests_fail_on_each_starter_and_pass_on_each_solution() -> None:
    items = read_bank().live([Kind.CODE])
    tried = run_tests(items)
    assert [each.item for each in tried] == list(items)
    assert {f"{each.item.id}: {each.problem}" for each in tried if each.problem} == set()
    assert {each.missing for each in tried} <= {"", "jax", "torch"}


@pytest.mark.slow
def test_each_way_to_be_wrong_is_told_and_takes_no_other_item_along() -> None:
    wrong = {
        "passes": replace(SOUND, starter=SOUND.solution),
        "fails": replace(SOUND, solution=SOUND.starter),
        "hangs": replace(SOUND, solution="while True: pass"),
        "leaves": replace(SOUND, solution="import os\nos._exit(0)"),
        "missing": replace(SOUND, starter="import no_such_library", solution="import no_such_library"),
        "starter hangs": replace(SOUND, starter="while True: pass"),
        "prints": replace(SOUND, solution=f"print('[]')\n{SOUND.solution}"),
        "without": replace(SOUND, solution=None),
        "sound": SOUND,
    }
    tried = {each.item: each for each in run_tests(wrong.values(), seconds=1)}
    told = {name: (tried[i].problem, tried[i].missing) for name, i in wrong.items() if i in tried}
    ended = "The solution does not pass the tests: it was ended, or took longer than 1 seconds"
    assert told == {
        "passes": ("The starter passes the tests already.", ""),
        "fails": ("The solution does not pass the tests: AssertionError in line 3 of tests.py: ", ""),
        "hangs": (ended, ""),
        "leaves": (ended, ""),
        "missing": ("", "no_such_library"),
        "starter hangs": ("", ""),
        "prints": ("", ""),
        "sound": ("", ""),
    }
