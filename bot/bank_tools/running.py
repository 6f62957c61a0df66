"""Running the tests of a bank's code questions: on the starter they must fail, on the solution they must pass.

The code runs as this process's user, apart but with its rights: run only what you would run yourself.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.questions.code_files import tests_file
from bot.questions.model import Item

SECONDS = 10.0
"""How long one run of an item's tests may take."""

_TRIAL = Path(__file__).with_name("trial.py")
_Case = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one item: ``problem`` is a sentence for its author, ``missing`` a library without which it can't be run."""

    item: Item
    problem: str = ""
    missing: str = ""


def run_tests(items: Iterable[Item], seconds: float = SECONDS) -> tuple[Tried, ...]:
    """Try each item that has a starter, tests and a solution, in one process as far as they let it live."""
    kept = tuple(item for item in items if item.starter and item.tests and item.solution)
    cases = [
        (code, tests_file(item.tests or ""))
        for item in kept
        for code in (item.starter or "", item.solution or "")
    ]
    results = _results(cases, seconds)
    return tuple(
        _judged(item, starter, solution)
        for item, starter, solution in zip(kept, results[::2], results[1::2], strict=True)
    )


def _judged(item: Item, starter: tuple[str, str], solution: tuple[str, str]) -> Tried:
    (raised, _), (wrong, missing) = starter, solution
    if missing:
        return Tried(item, missing=missing)
    if wrong:
        return Tried(item, f"The solution does not pass the tests: {wrong}")
    return Tried(item, "" if raised else "The starter passes the tests already.")


def _results(cases: Sequence[_Case], seconds: float) -> list[tuple[str, str]]:
    """What each raised, and what it misses. Whatever ends the process takes none of the others along."""
    made: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        while len(made) < len(cases):
            done = subprocess.run(  # noqa: S603  (running the code is what was asked for)
                [sys.executable, "-I", "-W", "ignore", str(_TRIAL), str(seconds)],
                input=json.dumps(cases[len(made) :]),
                capture_output=True,
                text=True,
                encoding="utf-8",
                cwd=folder,
                check=False,
            )
            made += [(raised, missing) for raised, missing in map(json.loads, done.stdout.splitlines())]
            if len(made) < len(cases):
                made.append((f"it was ended, or took longer than {seconds:g} seconds", ""))
    return made
