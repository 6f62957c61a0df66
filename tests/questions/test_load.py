"""Loading a bank's folder: what comes out, and what stops it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.bank_tools.check import check
from bot.questions.kinds import DISCUSSION_KINDS, OBJECTIVE_KINDS
from bot.questions.load import BankError, load_bank
from bot.questions.model import KeyPoint, Kind, NumericAnswer, SourcePlace, UnknownItem, Variable

Raw = dict[str, Any]
Write = Callable[..., Path]
Make = Callable[..., Raw]

MINIMAL_TOPICS = "topics:\n- {id: optics, title: Optics}\n"
MINIMAL_ITEM = """
- id: optics.q01
  topic: optics
  kind: open
  prompt: Why is the sky blue at noon and red at dusk?
  rubric:
  - {point: Short waves scatter more strongly, weight: 3}
  - {point: "At dusk the light's way is longer", weight: 2}
  - {point: What has lost its blue looks red, weight: 1}
  model_answer: >
    Air scatters short waves far more strongly than long ones, so blue reaches us from all over the sky. At dusk the
    light comes a longer way through the air and has lost its blue when it arrives.
"""


def problems(folder: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(BankError) as raised:
        load_bank(folder)
    return [(problem.file, problem.line, problem.rule) for problem in raised.value.problems]


def test_an_item_comes_out_with_all_that_was_written(write_bank: Write, item: Make) -> None:
    raw = item("open", tags=["light"], review_by="2027-01-01", follow_ups=["And in water?"])
    loaded = load_bank(write_bank([raw])).item("optics.lenses.q01")
    assert loaded.kind is Kind.OPEN
    assert loaded.prompt == raw["prompt"]
    assert loaded.rubric[0] == KeyPoint("Light is slower in glass than in air", 3)
    assert (loaded.reviewed, loaded.review_by) == (date(2026, 10, 1), date(2027, 1, 1))
    assert (loaded.references[0].key, loaded.references[0].where) == ("lens-paper", "section 2")
    assert (loaded.hint, loaded.follow_ups, loaded.tags) == (raw["hint"], ("And in water?",), ("light",))
    assert loaded.place == SourcePlace("questions/optics/lenses.yaml", 1)
    assert loaded.is_live


def test_a_seeded_numeric_item_comes_out_with_its_values_spelt_out(write_bank: Write, item: Make) -> None:
    loaded = load_bank(
        write_bank([item("numeric", variables={"power": {"min": 0.5, "max": 2, "step": 0.5}})])
    ).items[0]
    assert loaded.variables == (Variable("power", (0.5, 1.0, 1.5, 2.0)),)
    assert loaded.answer == NumericAnswer(None, 0.1, "cm")


def test_the_picker_gets_live_discussion_items_of_the_kinds_it_asks_for(
    write_bank: Write, item: Make
) -> None:
    kinds = ["open", "code", "single", "order"]
    raws = [item(kind, id=f"optics.lenses.q0{place}") for place, kind in enumerate(kinds)]
    bank = load_bank(write_bank([*raws, item("open", id="optics.lenses.q09", status="draft")]))
    assert [one.kind for one in bank.live(DISCUSSION_KINDS)] == [Kind.OPEN, Kind.CODE]
    assert [one.kind for one in bank.live(OBJECTIVE_KINDS)] == [Kind.SINGLE, Kind.ORDER]
    assert len(bank.under(["optics", "optics.lenses"])) == 5
    assert bank.under(["news"]) == ()
    assert bank.root(bank.items[0]).id == "optics"


def test_an_unknown_item_is_a_named_error(write_bank: Write, item: Make) -> None:
    with pytest.raises(UnknownItem):
        load_bank(write_bank([item("open")])).item("optics.lenses.q99")


def test_findings_of_upkeep_do_not_stop_a_bank_from_loading(write_bank: Write, item: Make) -> None:
    folder = write_bank([item("open", review_by="2020-01-01", reviewed_by=["ana"])])
    assert len(load_bank(folder).items) == 1


def test_three_short_files_are_a_bank(write_bank: Write, today: date) -> None:
    folder = write_bank(MINIMAL_ITEM, topics=MINIMAL_TOPICS, references=None, schema="")
    loaded = load_bank(folder).items[0]
    assert (loaded.difficulty, loaded.phase, loaded.references, loaded.is_live) == (3, None, (), True)
    assert [(one.rule, one.severity.value) for one in check(folder, today)] == [
        ("hint", "warning"),
        ("reference", "warning"),
    ]


def test_without_a_list_of_references_keys_must_still_look_like_keys(write_bank: Write, today: date) -> None:
    with_cites = MINIMAL_ITEM + "  references:\n  - key: hooke-1665\n  - key: Hooke, Micrographia\n"
    folder = write_bank(with_cites, topics=MINIMAL_TOPICS, references=None, schema="")
    errors = [finding for finding in check(folder, today) if finding.is_error]
    assert [finding.rule for finding in errors] == ["reference"]
    assert "Hooke, Micrographia" in errors[0].message


def test_a_bank_is_held_to_the_schema_it_brings(write_bank: Write) -> None:
    own = {"type": "object", "required": ["id", "topic", "kind", "prompt", "owner"]}
    folder = write_bank(MINIMAL_ITEM, topics=MINIMAL_TOPICS, references=None, schema=json.dumps(own))
    assert problems(folder) == [("questions/optics/lenses.yaml", 2, "schema")]
    folder = write_bank(
        MINIMAL_ITEM + "  owner: ana\n", topics=MINIMAL_TOPICS, references=None, schema=json.dumps(own)
    )
    assert len(load_bank(folder).items) == 1


def test_what_its_schema_asks_for_is_told_by_field(write_bank: Write) -> None:
    own = {
        "$defs": {
            "date": {"type": "string", "format": "date"},
            "who": {"properties": {"name": {}}, "additionalProperties": False},
        },
        "properties": {
            "asked": {"$ref": "#/$defs/date"},
            "source": {"type": "string", "format": "uri"},
            "level": {"type": "number", "exclusiveMinimum": 0},
            "notes": {"type": "object", "minProperties": 1},
            "who": {"$ref": "#/$defs/who"},
            "tags": {"uniqueItems": True},
        },
    }
    extra = "  asked: 2026-1-2\n  source: here\n  level: 0\n  notes: {}\n  who: {ana: 1}\n  tags: [a, a]\n"
    folder = write_bank(MINIMAL_ITEM + extra, topics=MINIMAL_TOPICS, schema=json.dumps(own))
    with pytest.raises(BankError) as raised:
        load_bank(folder)
    assert [problem.message for problem in raised.value.problems] == [
        "asked must be a date like 2026-01-31, not “2026-1-2”.",
        "level is 0; it must be more than 0.",
        "notes has 0 fields; at least 1 are needed.",
        "source must be of the form uri, not “here”.",
        'tags is off: ["a","a"] has non-unique elements',
        "The field “ana” isn't known here. Remove it.",
    ]


def test_a_shape_that_a_lax_schema_lets_pass_is_told_and_not_a_crash(write_bank: Write) -> None:
    folder = write_bank(
        "- [1, 2]\n- {id: a.q01}\n- 7\n- {id: b.q01, topic: b, kind: odd, prompt: x}\n", schema="{}"
    )
    assert [rule for _, _, rule in problems(folder)] == ["schema"] * 4


@pytest.mark.parametrize(
    "schema",
    [
        "{",
        "[]",
        "3",
        '{"type": "objekt"}',
        '{"pattern": "("}',
        '{"$ref": "#/$defs/nowhere"}',
        '{"$ref": "https://example.org/item.json"}',
    ],
)
def test_a_broken_schema_is_told_by_its_file(write_bank: Write, item: Make, schema: str) -> None:
    assert problems(write_bank([item("open")], schema=schema)) == [("item.schema.json", 1, "schema")]


@pytest.mark.parametrize(
    ("items", "line"),
    [("- id: a\n  id: b\n", 2), ("- id: &here a\n", 1), ("- id: 'a\n", 2), ("- id: !secret a\n", 1)],
)
def test_broken_yaml_is_told_with_its_line(write_bank: Write, items: str, line: int) -> None:
    assert problems(write_bank(items)) == [("questions/optics/lenses.yaml", line, "yaml")]


def test_a_question_file_that_is_no_list_is_told(write_bank: Write) -> None:
    assert problems(write_bank("id: optics.lenses.q01\n")) == [("questions/optics/lenses.yaml", 1, "schema")]


def test_a_folder_that_is_not_there_or_holds_nothing_is_told(tmp_path: Path) -> None:
    assert problems(tmp_path / "nowhere") == [(".", 1, "folder")]
    assert [file for file, _, _ in problems(tmp_path)] == ["topics.yaml", "questions"]


@pytest.mark.parametrize(
    "topics",
    [
        "topics: []",
        "- {id: a, title: A}",
        "topics: [{id: a}]",
        "topics: [{id: a, title: A}, {id: a, title: B}]",
        "topics: [{id: a.b, title: B}, {id: a, title: A}]",
        "topics: [{id: Big Name, title: A}]",
        "topics: [{id: a, title: A, alias: [b]}]",
        "topics: [{id: a, title: A, aliases: b}]",
        "topics: [{id: a, title: A, volatile: yes}]",
        "topics: [{id: a, title: A, review_every_days: 0}]",
        "topics: [{id: a, title: A, targets: {opne: 1}}]",
        f"topics: [{{id: a, title: {'A' * 61}}}]",
    ],
)
def test_a_broken_topic_tree_is_told_once_and_not_by_every_item(
    write_bank: Write, item: Make, topics: str
) -> None:
    assert problems(write_bank([item("open")], topics=topics)) == [("topics.yaml", 1, "topics")]


@pytest.mark.parametrize("references", ["[]", "references: [{key: a}]", "references: [7]"])
def test_broken_references_are_told(write_bank: Write, item: Make, references: str) -> None:
    assert problems(write_bank([item("open")], references=references)) == [
        ("references.yaml", 1, "references")
    ]


def test_the_error_shows_the_first_problems_and_counts_the_rest(write_bank: Write, item: Make) -> None:
    folder = write_bank([item("open", id=f"optics.lenses.q{place}", difficulty=9) for place in range(10, 18)])
    with pytest.raises(BankError, match=r"and 3 more") as raised:
        load_bank(folder)
    assert "difficulty is 9; it must be at most 5." in str(raised.value)


def test_no_quiz_kind_is_for_discussion() -> None:
    assert {Kind.OPEN, Kind.BEHAVIORAL, Kind.CODE} == DISCUSSION_KINDS.keys()
