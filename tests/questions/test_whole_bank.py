"""Rules on a bank as a whole: each with a bank that breaks it, one that keeps it, and one too small to judge."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.bank_tools.balance import chi_square_tail
from bot.bank_tools.check import examine
from bot.bank_tools.likeness import fingerprint
from bot.bank_tools.probes import tail
from tests.support.banks import TOPICS

Raw = dict[str, Any]
Write = Callable[..., Path]
Make = Callable[..., Raw]

SYLLABLES = ["ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "zu"]
ONE_EACH = "Yes: speed falls in glass, so the ray turns at its boundary."
FEEDBACK = (
    ONE_EACH,
    "The other way round: dense media slow waves down, and rays turn inwards.",
    "Absorption would dim an image without moving where beams come together.",
)
FURTHER = (
    "A mirror sends rays back; no lens is needed to see that happen.",
    "Colours part in a prism, which says little about how far a focus lies.",
)


def word(dice: random.Random) -> str:
    return "".join(dice.choice(SYLLABLES) for _ in range(3))


def choice(number: int, **changes: object) -> Raw:
    """A sound single choice of words of its own, with nothing in its options that tells the right one."""
    dice = random.Random(number)
    options = [
        {"text": " ".join(word(dice) for _ in range(3)).capitalize(), "feedback": feedback}
        for feedback in FEEDBACK
    ]
    options[number % 3]["correct"] = True  # type: ignore[assignment]
    return {
        "id": f"optics.lenses.q{number:03}",
        "prompt": f"Why does {' '.join(word(dice) for _ in range(5))} hold?",
        "options": options,
        "difficulty": 1 + (0, 1, 1, 2, 2, 2, 3, 3, 4, 1, 2, 3)[number % 12],
        **changes,
    }


def bank_of(
    item: Make, count: int, change: Callable[[int, Raw], None] = lambda _number, _raw: None
) -> list[Raw]:
    raws = []
    for number in range(1, count + 1):
        raw = item("single", **choice(number))
        change(number, raw)
        raws.append(raw)
    return raws


def key_of(raw: Raw) -> Raw:
    found: Raw = next(option for option in raw["options"] if option.get("correct"))
    return found


def longer(_number: int, raw: Raw) -> None:
    key_of(raw)["text"] += " zuzuzu"


def first(_number: int, raw: Raw) -> None:
    for place, option in enumerate(raw["options"]):
        option["correct"] = place == 0


def shouting(number: int, raw: Raw) -> None:
    if number % 9 == 0:
        raw["prompt"] = raw["prompt"].replace("hold?", "NOT hold?")


def easy(_number: int, raw: Raw) -> None:
    raw["difficulty"] = 1


def specific(number: int, raw: Raw) -> None:
    """Right options alone hold a figure, in two topics: what is learnt in one is found in the other."""
    key_of(raw)["text"] = key_of(raw)["text"][:-2] + "17"
    raw["topic"] = ("optics.lenses", "news")[number % 2]


def echoing(_number: int, raw: Raw) -> None:
    key_of(raw)["text"] = raw["prompt"].split()[2].capitalize() + key_of(raw)["text"][6:]


def reasoning(_number: int, raw: Raw) -> None:
    for option in raw["options"]:
        if not option.get("correct"):
            option["text"] = option["text"][:-6] + "so zu"


def three_right(number: int, raw: Raw) -> None:
    several(number, raw, 3)


def all_false(number: int, raw: Raw) -> None:
    raw |= {"kind": "tf_reason", "statement_is": False}


def several(number: int, raw: Raw, right: int | None = None) -> None:
    dice = random.Random(-number)
    options = [
        {"text": f"{word(dice)} {word(dice)}".capitalize(), "feedback": one} for one in (*FEEDBACK, *FURTHER)
    ]
    for place in range(right or 2 + number % 3):
        options[place]["correct"] = True  # type: ignore[assignment]
    raw |= {"kind": "multi", "options": options}


def blaming(number: int, raw: Raw) -> None:
    if number % 5 == 0:
        key_of(raw)["text"] = "It usually " + key_of(raw)["text"][11:]


BROKEN: list[tuple[str, int, Callable[[int, Raw], None]]] = [
    ("longest-is-key", 20, longer),
    ("options-only-learner", 100, specific),
    ("prompt-words", 100, echoing),
    ("reason-clause", 100, reasoning),
    ("right-count", 20, three_right),
    ("statements", 20, all_false),
    ("position", 60, first),
    ("negative-stem", 45, shouting),
    ("flaw-rate", 50, blaming),
    ("difficulty-mix", 200, easy),
]


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "count", "change"), BROKEN, ids=[f"{r}-{c.__name__}" for r, _, c in BROKEN])
def test_a_flaw_of_the_whole_bank_is_found_from_its_number_of_items_on(
    write_bank: Write, item: Make, today: date, rule: str, count: int, change: Callable[[int, Raw], None]
) -> None:
    def told(raws: list[Raw]) -> set[str]:
        report = examine(write_bank(raws), today)
        return {finding.rule for finding in report.findings if finding.item is None}

    assert rule in told(bank_of(item, count, change))
    assert rule not in told(bank_of(item, count))
    assert rule not in told(bank_of(item, min(count - 1, 19), change))


def test_every_figure_says_what_it_measured_and_from_how_many_items_it_counts(
    write_bank: Write, item: Make, today: date
) -> None:
    figures = {figure.name: figure for figure in examine(write_bank(bank_of(item, 30)), today).figures}
    assert (figures["longest"].n, figures["longest"].judged) == (30, True)
    assert not figures["most-of-the-prompt"].judged
    assert {"most-of-the-prompt", "least-of-the-prompt", "learnt-from-other-topics"} <= set(figures)
    assert figures["p"].needed <= 60


def test_without_a_plan_neither_coverage_nor_difficulty_is_asked_for(
    write_bank: Write, item: Make, today: date
) -> None:
    bare = {"topics": [{k: v for k, v in one.items() if k != "targets"} for one in TOPICS["topics"]]}
    told = {
        finding.rule for finding in examine(write_bank(bank_of(item, 200, easy), topics=bare), today).findings
    }
    assert not told & {"coverage", "difficulty-mix"}


def test_an_empty_leaf_and_a_crowded_one_are_told_at_their_lines_in_the_tree(
    write_bank: Write, item: Make, today: date
) -> None:
    folder = write_bank(bank_of(item, 200))
    report = examine(folder, today)
    found = [finding for finding in report.findings if finding.rule == "coverage"]
    (figure,) = (figure for figure in report.figures if figure.rule == "coverage")
    assert (figure.value, figure.judged) == (0.3333, True)
    lines = (folder / "topics.yaml").read_text(encoding="utf-8").splitlines()
    told = {(lines[finding.line - 1].split()[-1], finding.severity.value) for finding in found}
    assert told == {("optics.lenses", "warning"), ("optics.colours", "error"), ("news", "error")}


def test_two_items_that_ask_the_same_are_told_and_near_ones_need_a_reason(
    write_bank: Write, item: Make, today: date
) -> None:
    one = item("open")
    same = item(
        "open",
        id="optics.lenses.q02",
        prompt="Why does the convex lens bring light that is parallel to one point?",
    )
    near = item(
        "open",
        id="optics.lenses.q02",
        prompt="Why does a convex lens bring parallel light sharply to one bright point?",
    )
    other = item("open", id="optics.lenses.q02", prompt="What does a prism do to white light, and why?")
    excused = {**near, "lint_ok": [{"rule": "near-duplicate", "why": "One asks of rays, one of light."}]}

    def told(second: Raw) -> list[tuple[str, str]]:
        found = examine(write_bank([one, second]), today).findings
        return [(finding.rule, finding.severity.value) for finding in found]

    assert told(same) == [("near-duplicate", "error")]
    assert told(near) == [("near-duplicate", "warning")]
    assert told(other) == []
    assert told(excused) == []


def test_eight_words_in_a_row_from_a_fingerprinted_source_are_told_wherever_they_stand(
    write_bank: Write, item: Make, today: date
) -> None:
    source = "Every lens maker of the old town kept one secret, and kept it well."
    copy = "As they say: every lens maker of the old town kept one secret."
    folder = write_bank([item("open", hint=copy)])
    assert examine(folder, today).findings == ()
    (folder / "fingerprints.txt").write_text("# hashes\n" + "\n".join(fingerprint(source)), encoding="utf-8")
    (finding,) = examine(folder, today).findings
    assert (finding.rule, finding.is_error) == ("copied-text", True)
    assert "every lens maker of the old town kept" in finding.message
    write_bank([item("open", hint="Every lens maker of the old town had one secret.")])
    assert examine(folder, today).findings == ()


def test_several_right_options_in_numbers_that_vary_are_no_flaw(
    write_bank: Write, item: Make, today: date
) -> None:
    report = examine(write_bank(bank_of(item, 30, several)), today)
    assert "right-count" not in {finding.rule for finding in report.findings}
    assert "right-count" in {figure.rule for figure in report.figures}


def test_an_item_with_two_kinds_of_warnings_is_told_even_where_both_are_excused(
    write_bank: Write, item: Make, today: date
) -> None:
    excuses = [{"rule": rule, "why": "It is meant so."} for rule in ("hint", "key-points")]
    report = examine(write_bank([item("code", hint=None, rubric=None, lint_ok=excuses)]), today)
    assert [finding.rule for finding in report.findings] == ["flaw-rate"]
    assert report.excused == {"hint": 1, "key-points": 1}


def test_the_chance_of_so_many_hits_is_exact() -> None:
    assert tail([0.5, 0.5], 1) == pytest.approx(0.75)
    assert tail([0.25] * 10, 0) == pytest.approx(1.0)
    assert tail([0.2, 0.3, 0.5], 3) == pytest.approx(0.03)


@pytest.mark.parametrize(
    ("statistic", "freedom", "wanted"),
    [(3.841, 1, 0.05), (5.991, 2, 0.05), (11.345, 3, 0.01), (9.488, 4, 0.05)],
)
def test_the_tail_of_chi_square_is_that_of_the_tables(statistic: float, freedom: int, wanted: float) -> None:
    assert chi_square_tail(statistic, freedom) == pytest.approx(wanted, abs=1e-4)
    assert chi_square_tail(0, freedom) == 1.0
