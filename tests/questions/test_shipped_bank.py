"""The bank in content/: sound, and as large and as mixed as the first set is meant to be."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.bank_tools.check import check
from bot.bank_tools.likeness import read_fingerprint
from bot.bank_tools.stats import bank_stats
from bot.questions.kinds import DISCUSSION_KINDS, OBJECTIVE_KINDS
from bot.questions.load import load_bank
from bot.questions.model import Bank, Kind

CONTENT = Path(__file__).parents[2] / "content"


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank(CONTENT)


@pytest.mark.slow
def test_it_has_no_errors_on_the_day_of_its_latest_review(bank: Bank) -> None:
    latest = max(item.reviewed for item in bank.items if item.reviewed)
    assert [str(finding) for finding in check(CONTENT, latest) if finding.is_error] == []


def test_a_fingerprint_ships_with_it_so_that_copied_lines_are_found() -> None:
    assert len(read_fingerprint(CONTENT)) > 1000
    assert all(len(run) == 16 for run in read_fingerprint(CONTENT))


def test_it_covers_every_leaf_with_enough_to_discuss_and_to_quiz(bank: Bank) -> None:
    stats = bank_stats(bank)
    assert (stats.live >= 620, stats.discussion >= 214, stats.objective >= 380) == (True, True, True)
    assert stats.leaves_covered == stats.leaves == 113
    each = Counter(item.topic for item in bank.live())
    assert [leaf for leaf in bank.topics.leaves() if each[leaf] < 3] == []
    assert [topic.topic for topic in stats.by_topic if not topic.discussion or not topic.objective] == []


WORKS = """
    adding-error-bars ai-control alignment-faking auditing-hidden-objectives biology-llm chinchilla
    claude-constitution-2026 constitutional-ai constitutional-classifiers cot-monitorability crosscoders
    dpo emergent-misalignment introspective-awareness reward-hacking-misalignment scaling-monosemanticity
    sleeper-agents subliminal-learning sycophancy toy-models-superposition weak-to-strong
"""


@pytest.mark.parametrize("work", WORKS.split())
def test_a_work_that_people_talk_about_has_a_set_of_five_with_one_to_discuss(bank: Bank, work: str) -> None:
    about = [
        item.kind in DISCUSSION_KINDS
        for item in bank.live()
        if item.references[:1] and item.references[0].key == work
    ]
    assert len(about) >= 5
    assert any(about)


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        (Kind.SINGLE, 130),
        (Kind.MULTI, 45),
        (Kind.TF_REASON, 45),
        (Kind.NUMERIC, 60),
        (Kind.ORDER, 20),
        (Kind.MATCH, 25),
        (Kind.SHORT, 6),
        (Kind.RECALL, 4),
        (Kind.MOCK, 26),
        (Kind.BEHAVIORAL, 40),
        (Kind.CODE, 45),
    ],
)
def test_it_holds_enough_of_every_kind(bank: Bank, kind: Kind, least: int) -> None:
    assert sum(item.kind is kind for item in bank.live()) >= least


def test_forty_five_numeric_questions_bring_fresh_numbers(bank: Bank) -> None:
    assert sum(item.formula is not None for item in bank.live()) >= 45


def test_at_most_55_percent_of_the_quiz_questions_have_one_right_option(bank: Bank) -> None:
    asked = [item.kind for item in bank.live(OBJECTIVE_KINDS)]
    assert asked.count(Kind.SINGLE) <= 0.55 * len(asked)


def test_every_item_was_read_by_a_second_reader(bank: Bank) -> None:
    once = [i.id for i in bank.live() if len(i.reviewed_by) < 2]
    open_ = [i.id for i in bank.live() if any("open" in pass_ for pass_ in i.reviewed_by)]
    assert (once, open_) == ([], [])


def test_every_discussion_item_has_key_points_a_model_answer_and_a_hint(bank: Bank) -> None:
    without = [
        item.id
        for item in bank.live(DISCUSSION_KINDS)
        if not (item.rubric and item.model_answer and item.hint)
    ]
    assert without == []


def test_the_tree_has_the_whole_outline_with_short_titles_and_aliases(bank: Bank) -> None:
    assert len(bank.topics.leaves()) == 113
    assert all(len(topic.title) <= 60 and topic.aliases and topic.phase for topic in bank.topics)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("RLHF", ("constitutional-ai.concepts.rlaif-vs-rlhf", "ml-fundamentals.rl.rlhf")),
        ("cai", ("constitutional-ai",)),
        ("Mech Interp", ("interpretability",)),
        ("STAR", ("process.closing.star",)),
        ("dpo", ("ml-fundamentals.rl.rlhf",)),
        ("asl-3", ("rsp.definition.asl-thresholds",)),
        ("RSP", ("rsp",)),
        ("LeetCode", ("coding",)),
        ("behavioural", ("behavioral",)),
        ("rsp.elements", ("rsp.elements",)),
    ],
)
def test_the_names_people_type_are_understood(bank: Bank, typed: str, meant: tuple[str, ...]) -> None:
    assert bank.topics.resolve(typed) == meant


def test_every_topic_is_found_by_its_own_id_title_and_aliases(bank: Bank) -> None:
    for topic in bank.topics:
        assert bank.topics.resolve(topic.id) == (topic.id,)
        assert bank.topics.search(topic.id, 1)[0] is topic
    leaves = [topic for topic in bank.topics if topic.is_leaf]
    for topic in leaves:
        for name in (topic.title, *topic.aliases):
            assert any(topic.id.startswith(found) for found in bank.topics.resolve(name)), name


def test_every_reference_has_an_address_and_papers_have_plausible_ids(bank: Bank) -> None:
    assert all(reference.url.startswith("https://") for reference in bank.references.values())
    assert len({reference.url for reference in bank.references.values()}) == len(bank.references)
    assert sum(reference.id_check == "title+id" for reference in bank.references.values()) >= 144
