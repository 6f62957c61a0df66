"""Each rule of `check`: a bank with one planted flaw, and the same bank without it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.bank_tools.check import check
from bot.questions.findings import Finding
from bot.questions.model import Kind
from tests.support.banks import ANYTHING, ROUNDS

Raw = dict[str, Any]
Write = Callable[..., Path]
Make = Callable[..., Raw]

YES = {
    "correct": True,
    "feedback": "Yes: speed falls by the refractive index, which turns the ray at the boundary.",
}
NO = {"feedback": "The other way round: dense media slow waves down, so rays turn inwards there."}
NEITHER = {"feedback": "Absorption would dim an image without moving where parallel beams come together."}
LAST = {"feedback": "Coating changes brightness and reflections, not where rays meet."}


def rules(findings: tuple[Finding, ...]) -> set[tuple[str, str]]:
    return {(finding.rule, finding.severity.value) for finding in findings}


def three(first: str, second: str, third: str) -> list[Raw]:
    return [{"text": first, **YES}, {"text": second, **NO}, {"text": third, **NEITHER}]


def of(first: str, second: str, third: str) -> Raw:
    """Three options, of which the first is right."""
    return {"options": three(first, second, third)}


def all_are(correct: object) -> Raw:
    """Three options that are all right, or all wrong."""
    return {"options": [{**one, "correct": correct} for one in three("aaa", "bbb", "ccc")]}


def told(*follow_ups: str) -> Raw:
    """A behavioral item whose model answer tells of somebody and of a thing."""
    return {
        "prompt": "Tell me about a mistake that cost somebody else time.",
        "model_answer": "An invented example: I broke the prism that Mira needed on the Monday, and I told her so. "
        "She had waited for it since spring. I now ask who depends on a thing before I carry it anywhere.",
        "follow_ups": list(follow_ups),
    }


@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
def test_a_sound_item_of_any_kind_has_no_findings(
    write_bank: Write, item: Make, today: date, kind: str
) -> None:
    assert check(write_bank([item(kind)]), today) == ()


PLANTED: list[tuple[str, str, str, Raw]] = [
    ("schema", "error", "open", {"prompt": "Too short"}),
    ("schema", "error", "open", {"promt": "An unknown field"}),
    ("schema", "error", "single", {"options": None}),
    ("schema", "error", "open", {"reviewed": "31.12.2025"}),
    ("schema", "error", "single", all_are("yes")),
    ("schema", "error", "numeric", {"variables": {"power": {"min": 1, "max": 10}}}),
    ("schema", "error", "numeric", {"variables": {"power": {"min": 10, "max": 1, "step": 1}}}),
    ("topic", "error", "open", {"id": "optics.nowhere.q01", "topic": "optics.nowhere"}),
    ("topic", "error", "open", {"id": "optics.q01", "topic": "optics"}),
    ("id", "error", "open", {"id": "optics.colours.q01"}),
    ("markup", "error", "open", {"hint": "Take $\\frac{a}$ of $5 and $x$."}),
    ("reference", "error", "open", {"references": [{"key": "no-such-key"}]}),
    ("reference", "error", "open", {"references": [{"key": "half-remembered"}]}),
    ("keys", "error", "single", all_are(False)),
    ("keys", "error", "single", all_are(True)),
    ("keys", "error", "tf_reason", all_are(False)),
    (
        "keys",
        "error",
        "multi",
        {
            "options": [
                *three("A higher index", "A rounder face", "A wider rim"),
                {"text": "A duller coat", **LAST},
            ]
        },
    ),
    ("keys", "error", "order", {"sequence": ["air", "water", "Water"]}),
    (
        "keys",
        "error",
        "match",
        {
            "pairs": [
                {"left": "convex", "right": "one"},
                {"left": "flat", "right": "one"},
                {"left": "c", "right": "d"},
            ]
        },
    ),
    ("option-count", "error", "tf_reason", {"options": three("aaa", "bbb", "ccc")[:2]}),
    ("all-none", "error", "single", of("It slows down", "It speeds up", "Neither of the above")),
    ("all-none", "error", "single", of("It slows down", "It speeds up", "Both A and B")),
    (
        "key-longest",
        "error",
        "single",
        of("It travels more slowly in the glass", "It is faster there", "It is absorbed there"),
    ),
    (
        "option-length",
        "warning",
        "single",
        of("It slows down in it", "It speeds up as soon as it meets the glass of the lens", "It is lost"),
    ),
    ("absolute", "warning", "single", of("It slows down", "It never turns", "It is absorbed")),
    ("hedged-key", "warning", "single", of("It usually slows", "It speeds up", "It is absorbed")),
    (
        "feedback",
        "error",
        "single",
        {
            "options": [
                *three("aaa", "bbb", "ccc")[:2],
                {"text": "ccc", "feedback": "No, that is just not it."},
            ]
        },
    ),
    (
        "feedback",
        "error",
        "single",
        {
            "options": [
                *three("aaa", "bbb", "ccc")[:2],
                {"text": "ccc", "feedback": NO["feedback"].replace("dense", "thick")},
            ]
        },
    ),
    ("same-option", "error", "single", of("Slower in glass", "Slower in the glass", "Lost in glass")),
    (
        "same-option",
        "warning",
        "single",
        of(
            "light of short waves turns more than light of long waves does",
            "light of short waves turns less than light of long waves does",
            "light of each wave turns by one angle in each of the glasses",
        ),
    ),
    ("stem-length", "warning", "single", {"prompt": "A lens bends it. " * 15 + "Why?"}),
    ("schema", "error", "short", {"accepted": []}),
    ("schema", "error", "short", {"accepted": ["x" * 101]}),
    ("schema", "error", "short", {"prompt": "Too short"}),
    ("schema", "error", "recall", {"back": None}),
    ("schema", "error", "recall", {"back": "x" * 901}),
    ("accepted", "error", "short", {"accepted": ["refraction", "the Refracton"]}),
    ("accepted", "error", "short", {"accepted": ["refraction", "?"]}),
    ("accepted", "warning", "short", {"accepted": ["speed"]}),
    ("card-length", "warning", "recall", {"prompt": "What is a dioptre, again? " * 12}),
    ("template", "error", "numeric", {"formula": "100 / strength"}),
    ("template", "error", "numeric", {"formula": "__import__('os').getpid() * power"}),
    ("template", "error", "numeric", {"formula": "100 / (power - 5)"}),
    ("template", "error", "numeric", {"formula": "100 / power +"}),
    ("template", "error", "numeric", {"formula": None}),
    ("template", "error", "numeric", {"prompt": "What is its focal length in centimetres?"}),
    (
        "template",
        "error",
        "numeric",
        {"prompt": "A lens of {power} dioptres and {size} cm: its focal length?"},
    ),
    ("template", "warning", "numeric", {"variables": {"power": [1, 2, 4]}}),
    (
        "template",
        "error",
        "numeric",
        {"prompt": "What is the answer here?", "variables": None, "formula": None},
    ),
    ("stale", "error", "open", {"review_by": "2026-11-22"}),
    ("stale", "error", "open", {"reviewed": "2025-11-22"}),
    ("stale", "error", "open", {"review_by": "2027-10-02"}),
    ("stale", "error", "open", {"topic": "news", "reviewed_by": ["ben", "cem"]}),
    ("stale", "error", "open", {"topic": "news", "reviewed_by": ["ben", "cem"], "review_by": "2026-12-31"}),
    ("two-reader", "error", "open", {"reviewed_by": ["Ana "]}),
    ("two-reader", "error", "open", {"topic": "news", "review_by": "2026-12-30"}),
    ("negative-stem", "error", "single", {"prompt": "Which of these does not bend light in a lens?"}),
    ("negative-stem", "warning", "single", {"prompt": "Which of these does NOT bend light in a lens?"}),
    ("grammar-cue", "error", "single", {"prompt": "Light bends in a lens because of the"}),
    ("grammar-cue", "error", "single", {"prompt": "Why light turns as it enters a lens"}),
    (
        "grammar-cue",
        "warning",
        "single",
        of("Glass slows it", "By speeding it up there", "By absorbing its rim"),
    ),
    ("grammar-cue", "warning", "single", of("glass slows it", "Speed rises in it", "The rim takes it")),
    (
        "clang",
        "warning",
        "single",
        {
            "prompt": "Why does an oblique beam turn at the boundary?",
            "options": three("The oblique beam slows", "The glass speeds it", "The rim absorbs it"),
        },
    ),
    (
        "convergence",
        "warning",
        "single",
        of("Red slow thin glass", "Red slow old stone", "Thin glass on water"),
    ),
    (
        "readability",
        "warning",
        "open",
        {
            "prompt": "Characterise electromagnetic wavefront propagation velocity discontinuities "
            "determining refractive deflection characteristics throughout heterogeneous transparent dielectric media."
        },
    ),
    ("mock", "error", "mock", {"prompt": "A talk on lenses for two people, 45 minutes in all."}),
    ("mock", "error", "mock", {"rounds": [{**one, "minutes": 5} for one in ROUNDS]}),
    ("mock", "error", "mock", {"rounds": [{**ROUNDS[0], "minutes": 30}]}),
    ("mock", "error", "mock", {"rounds": [{**ROUNDS[0], "look_for": []}, ROUNDS[1]]}),
    ("mock", "warning", "mock", {"rounds": [{**ROUNDS[0], "follow_ups": []}, ROUNDS[1]]}),
    ("hint", "warning", "open", {"hint": None}),
    ("key-points", "warning", "code", {"rubric": None}),
    (
        "one-task",
        "warning",
        "open",
        {"prompt": "Why does a lens bend light? How far? And how would you show it?"},
    ),
    (
        "one-task",
        "warning",
        "code",
        {"prompt": "Describe what the function returns, explain why, and say how you would test it."},
    ),
    ("follow-up-address", "warning", "behavioral", told("What did you tell Mira?")),
    ("follow-up-address", "warning", "behavioral", told("What if the prism had stayed whole?")),
    ("follow-up-address", "warning", "behavioral", told("How did you get on with her later?")),
]


@pytest.mark.parametrize(
    ("rule", "severity", "kind", "change"),
    PLANTED,
    ids=[f"{place:02}-{rule}-{kind}" for place, (rule, _, kind, _) in enumerate(PLANTED)],
)
def test_a_planted_flaw_is_found_under_its_rule_and_no_other(
    write_bank: Write, item: Make, today: date, rule: str, severity: str, kind: str, change: Raw
) -> None:
    found = check(write_bank([item(kind, **change)]), today)
    assert rules(found) == {(rule, severity)}
    assert all(len(finding.message) > 15 and finding.message.endswith((".", "?")) for finding in found)


BORDERLINE: list[tuple[str, Raw]] = [
    ("open", {"references": [{"key": "a-web-page"}]}),
    ("open", {"references": [{"key": "half-remembered"}], "status": "draft"}),
    ("open", {"review_by": "2026-11-23"}),
    ("open", {"review_by": "2027-10-01"}),
    ("open", {"topic": "news", "reviewed_by": ["ben", "cem"], "review_by": "2026-12-30"}),
    ("open", {"status": "draft", "reviewed_by": None, "reviewed": None, "hint": None}),
    ("open", {"status": "retired", "review_by": "2020-01-01", "references": [{"key": "gone-now"}]}),
    ("single", of("It travels more slowly in glass", "It is faster there", "It is absorbed there")),
    ("single", of("n/d", "n*d", "n-d")),
    ("single", of("It goes from air to glass", "It goes from glass to air", "It stays in the glass")),
    ("single", of("It never turns", "It always turns", "It is absorbed")),
    ("single", of("It may slow down", "It may speed up", "It is absorbed")),
    ("single", {"prompt": "A lens bends it. " * 14 + "So why is it?"}),
    ("numeric", {"variables": {"power": [1, 2, 4, 5, 8, 10, 20, 25]}}),
    ("single", {"prompt": "Light bends in a lens, which does not move. Why?"}),
    ("single", {"prompt": "What explains why light does not stop in a lens?"}),
    ("single", of("Slower in it", "Bending by one angle", "Absorbed at the rim")),
    ("mock", {"prompt": "A talk on lenses for two people; take your time."}),
    ("open", {"prompt": "Somebody asks: 'Why glass? Why not water? And why a curve?' What do you answer?"}),
    ("open", {"prompt": "Find out how a lens bends light. Then explain it to a child."}),
    ("open", {"model_answer": "As Snell saw, glass slows it. " * 5, "follow_ups": ["What did Snell add?"]}),
    ("behavioral", told("How did the story end?", "What would you do on a Monday like this?")),
    (
        "numeric",
        {
            "prompt": "How many dioptres has a lens of 50 cm?",
            "formula": None,
            "variables": None,
            "answer": {"value": 2},
        },
    ),
]


@pytest.mark.parametrize(("kind", "change"), BORDERLINE)
def test_what_lies_just_within_the_rules_has_no_findings(
    write_bank: Write, item: Make, today: date, kind: str, change: Raw
) -> None:
    assert check(write_bank([item(kind, **change)]), today) == ()


@pytest.mark.slow
@pytest.mark.parametrize("schema", [None, "{}"], ids=["shipped schema", "a schema that lets everything pass"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_a_field_is_told_or_used_and_never_a_crash(
    write_bank: Write, item: Make, today: date, schema: str | None, data: st.DataObject
) -> None:
    raw = item(data.draw(st.sampled_from(["open", "code", "single", "multi", "order", "match", "numeric"])))
    field = data.draw(st.sampled_from(sorted(raw)))
    raw[field] = data.draw(ANYTHING)
    for finding in check(write_bank([raw], schema=schema), today):
        assert finding.line >= 1
        assert finding.message


def test_a_second_item_of_one_id_is_told_with_the_place_of_the_first(
    write_bank: Write, item: Make, today: date
) -> None:
    found = check(write_bank([item("open"), item("single")]), today)
    assert rules(found) == {("duplicate", "error")}
    assert "questions/optics/lenses.yaml:1" in found[0].message
    assert check(write_bank([item("open"), item("single", id="optics.lenses.q02")]), today) == ()


def test_a_finding_names_file_line_item_rule_and_what_to_do(
    write_bank: Write, today: date, item: Make
) -> None:
    sound = write_bank([item("single"), item("open", id="optics.lenses.q02", references=[{"key": "nope"}])])
    text = (sound / "questions/optics/lenses.yaml").read_text(encoding="utf-8").splitlines()
    (finding,) = check(sound, today)
    assert text[finding.line - 1] == "  - key: nope"
    assert str(finding) == (
        f"questions/optics/lenses.yaml:{finding.line}: error [reference] optics.lenses.q02: There is no reference "
        "“nope” in references.yaml. Add it there, or cite one that exists."
    )


def test_an_excused_warning_is_left_out_and_an_error_cannot_be_excused(
    write_bank: Write, item: Make, today: date
) -> None:
    options = three("It slows down", "It never turns", "None of the above")
    excuses = [{"rule": rule, "why": "The word is the point."} for rule in ("absolute", "all-none")]
    found = check(write_bank([item("single", options=options, lint_ok=excuses)]), today)
    assert rules(found) == {("all-none", "error")}


def test_all_unreadable_parts_of_a_bank_are_told_at_once(write_bank: Write, item: Make, today: date) -> None:
    folder = write_bank(
        [{**item("open", difficulty=9), "kind": "opne"}, item("single", id="optics.lenses.q02", author=3)]
    )
    found = check(folder, today)
    assert [(finding.rule, finding.item) for finding in found] == [
        ("schema", "optics.lenses.q01"),
        ("schema", "optics.lenses.q01"),
        ("schema", "optics.lenses.q02"),
    ]
    assert "Did you mean open?" in found[0].message + found[1].message


def test_a_missing_field_and_a_misspelt_one_are_named_with_the_right_one(
    write_bank: Write, item: Make, today: date
) -> None:
    found = check(write_bank([item("open", prompt=None, promt="Why is the sky blue?")]), today)
    assert {finding.message for finding in found} == {
        "The field “prompt” is missing. Add it.",
        "The field “promt” isn't known here. Did you mean prompt?",
    }
