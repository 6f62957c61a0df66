from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.coming.rules import Wishes
from bot.features.daily.picking import (
    FIRST_EASY,
    Asked,
    Candidate,
    Pick,
    Why,
    eligible,
    is_easy,
    pick,
    pick_wished,
    runway,
)


def bank(
    topics: int = 5, leaves: int = 3, opens: int = 6, codes: int = 2, behaviorals: int = 2
) -> list[Candidate]:
    """So many questions of each kind per topic, spread over its leaves."""
    kinds = ["open"] * opens + ["code"] * codes + ["behavioral"] * behaviorals
    return [
        Candidate(f"t{topic}.{number}", kind, f"t{topic}", f"t{topic}.leaf{number % leaves}")
        for topic in range(topics)
        for number, kind in enumerate(kinds)
    ]


def ask(candidates: Sequence[Candidate], days: int, seed: int = 1) -> list[Candidate]:
    """The questions of so many days, in order."""
    known = {candidate.item_id: candidate for candidate in candidates}
    history: list[Asked] = []
    for day in range(days):
        chosen = pick(candidates, history, seed)
        assert chosen is not None
        history.append(Asked(chosen.item_id, day))
    return [known[entry.item_id] for entry in history]


candidate_lists = st.lists(
    st.builds(
        Candidate,
        item_id=st.integers(0, 40).map("q{}".format),
        kind=st.sampled_from(["open", "behavioral", "code", "single", "mock"]),
        root_topic=st.sampled_from(["a", "b", "c"]),
        leaf=st.sampled_from(["x", "y", "z"]),
        own=st.booleans(),
        easy=st.booleans(),
    ),
    max_size=25,
    unique_by=lambda candidate: candidate.item_id,
)


def test_an_empty_bank_has_no_question() -> None:
    assert pick([], [], 1) is None


def test_quiz_items_and_mock_scripts_are_never_asked() -> None:
    others = [
        Candidate(kind, kind, "t", "t.leaf")
        for kind in ("mock", "single", "multi", "numeric", "order", "match")
    ]
    assert pick(others, [], 1) is None
    assert pick([*others, Candidate("talk", "open", "t", "t.leaf")], [], 1) == Pick("talk", None)


@given(candidates=candidate_lists, seed=st.integers(0, 2**40))
def test_nothing_comes_back_before_all_is_asked(candidates: list[Candidate], seed: int) -> None:
    size = len(eligible(candidates))
    asked = [c.item_id for c in ask(candidates, 2 * size, seed)]
    assert len(set(asked[:size])) == size
    assert sorted(asked[size:]) == sorted(asked[:size])


@given(candidates=candidate_lists, seed=st.integers(0, 2**40))
def test_the_second_time_round_the_one_seen_longest_ago_comes_first(
    candidates: list[Candidate], seed: int
) -> None:
    size = len(eligible(candidates))
    asked = [c.item_id for c in ask(candidates, 2 * size, seed)]
    assert asked[size:] == asked[:size]


@given(candidates=candidate_lists, seed=st.integers(0, 2**40))
def test_the_groups_own_questions_come_before_the_shipped_ones(
    candidates: list[Candidate], seed: int
) -> None:
    size = len(eligible(candidates))
    assert [c.own for c in ask(candidates, size, seed)] == sorted(
        (c.own for c in eligible(candidates)), reverse=True
    )


@given(candidates=candidate_lists, days=st.integers(0, 12), seed=st.integers(0, 2**40), data=st.data())
def test_the_choice_hangs_on_no_order_of_the_input(
    candidates: list[Candidate], days: int, seed: int, data: st.DataObject
) -> None:
    size = len(eligible(candidates))
    history = [Asked(c.item_id, day) for day, c in enumerate(ask(candidates, min(days, size), seed))]
    shuffled = data.draw(st.permutations(candidates)), data.draw(st.permutations(history))
    assert pick(candidates, history, seed) == pick(*shuffled, seed)


@given(candidates=candidate_lists, seed=st.integers(0, 2**40))
def test_a_new_group_begins_with_three_easy_questions_if_there_are_so_many(
    candidates: list[Candidate], seed: int
) -> None:
    shipped = [replace(c, own=False) for c in candidates]
    there = sum(c.easy for c in eligible(shipped))
    size = len(eligible(shipped))
    begun = [c.easy for c in ask(shipped, min(FIRST_EASY, size), seed)]
    assert begun == [True] * min(FIRST_EASY, there) + [False] * (len(begun) - min(FIRST_EASY, there))


def test_easy_to_begin_with_only_matters_for_the_first_three() -> None:
    hard = Candidate("hard", "open", "t", "t.leaf", own=True)
    easy = [Candidate(f"easy{n}", "open", "t", "t.leaf", easy=True) for n in range(6)]
    assert pick([hard, *easy], [], 1) == Pick("hard", None), "what the group added comes first all the same"
    later = [replace(hard, item_id=f"hard{n}", root_topic="u", leaf="u.leaf", own=False) for n in range(3)]
    history = [Asked(c.item_id, day) for day, c in enumerate(easy[:3])]
    chosen = pick([*later, *easy], history, 1)
    assert chosen is not None
    assert chosen.item_id.startswith("hard")
    assert pick_wished([*later, *easy], easy, (), Wishes(queue=("hard0",)), 1) == Pick(
        "hard0", None, Why.QUEUE
    )


@pytest.mark.parametrize(
    ("difficulty", "prompt", "easy"),
    [
        (2, "Why are attention scores divided by the square root of the head dimension?", True),
        (1, "Explain the post-training of a model with 1,000 neurons.", True),
        (3, "Why are attention scores divided by the square root of the head dimension?", False),
        (1, "Going by the original 2022 paper, how far is that true?", False),
        (2, "Tell the history of this policy from 2023 to 2026.", False),
        (2, "A paper claims to have found a circuit.", False),
        (2, "What does 'Toy Models of Superposition' show?", False),
    ],
)
def test_a_question_about_a_paper_or_of_a_high_level_is_not_easy_to_begin_with(
    difficulty: int, prompt: str, easy: bool
) -> None:
    assert is_easy(difficulty, prompt, ["Toy models of superposition"]) is easy


def test_a_repeat_says_when_it_was_asked_before() -> None:
    only = [Candidate("q", "open", "t", "t.leaf")]
    assert pick(only, [Asked("q", 739_000)], 1) == Pick("q", 739_000)


def test_a_question_added_later_comes_before_any_repeat() -> None:
    old = bank(topics=1)
    history = [Asked(c.item_id, day) for day, c in enumerate(ask(old, len(old)))]
    new = Candidate("new", "code", "t0", "t0.leaf0")
    assert pick([*old, new], history, 1) == Pick("new", None)


def test_questions_that_left_the_bank_do_no_harm() -> None:
    chosen = pick(bank(), [Asked("long-gone", 3), Asked("t0.0", 4)], 1)
    assert chosen is not None
    assert chosen.last_asked is None


@pytest.mark.parametrize("seed", range(5))
def test_five_question_days_have_about_three_open_one_code_and_one_behavioral(seed: int) -> None:
    asked = ask(bank(), 50, seed)
    for start in range(46):
        week = Counter(c.kind for c in asked[start : start + 5])
        assert 2 <= week["open"] <= 4
        assert week["code"] <= 2
        assert week["behavioral"] <= 2
    assert Counter(c.kind for c in asked) == {"open": 30, "code": 10, "behavioral": 10}


def test_kinds_keep_their_shares_when_each_lives_in_a_topic_of_its_own() -> None:
    talk = bank(topics=6, opens=4, codes=0, behaviorals=0)
    stories = [Candidate(f"b{n}", "behavioral", "behavioral", f"behavioral.{n % 2}") for n in range(8)]
    code = [Candidate(f"c{n}", "code", "coding", f"coding.{n % 2}") for n in range(8)]
    kinds = Counter(c.kind for c in ask([*talk, *stories, *code], 30))
    assert kinds["open"] in {18, 19, 20}
    assert abs(kinds["code"] - kinds["behavioral"]) <= 1


def test_a_kind_that_is_used_up_leaves_its_days_to_the_others() -> None:
    asked = ask(bank(topics=2, opens=10, codes=1, behaviorals=0), 22)
    assert Counter(c.kind for c in asked) == {"open": 20, "code": 2}


def test_a_topic_chosen_later_gets_its_share_and_no_flood() -> None:
    roomy = bank(topics=4, opens=30, codes=10, behaviorals=10)
    before = [c for c in roomy if c.root_topic != "t3"]
    history = [Asked(c.item_id, day) for day, c in enumerate(ask(before, 40))]
    known = {c.item_id: c for c in roomy}
    for day in range(40, 60):
        chosen = pick(roomy, history, 1)
        assert chosen is not None
        history.append(Asked(chosen.item_id, day))
    later = [known[entry.item_id].root_topic for entry in history[40:]]
    assert later.count("t3") <= 10
    assert all((a, b) != ("t3", "t3") for a, b in pairwise(later))


@pytest.mark.parametrize("seed", range(5))
def test_neighbours_are_spread_apart(seed: int) -> None:
    asked = ask(bank(), 40, seed)
    same_topic = sum(a.root_topic == b.root_topic for a, b in pairwise(asked))
    assert same_topic == 0
    for index, question in enumerate(asked):
        assert question.leaf not in {before.leaf for before in asked[max(0, index - 4) : index]}


def test_different_groups_get_different_orders_and_one_group_always_its_own() -> None:
    first = [c.item_id for c in ask(bank(), 20, seed=1)]
    assert first == [c.item_id for c in ask(bank(), 20, seed=1)]
    assert first != [c.item_id for c in ask(bank(), 20, seed=2)]


def test_the_runway_of_eighteen_questions_at_two_a_week_is_nine_weeks() -> None:
    ahead = runway(bank(topics=2, opens=6, codes=2, behaviorals=1), [], 2)
    assert (ahead.questions_left, ahead.weeks, ahead.days, ahead.is_short) == (18, 9, 63, False)


def test_the_runway_counts_neither_asked_questions_nor_quiz_items() -> None:
    candidates = [*bank(topics=2), replace(bank()[0], item_id="quiz", kind="single")]
    assert runway(candidates, [Asked("t0.0", 1), Asked("gone", 2)], 5).questions_left == 19


@pytest.mark.parametrize(("questions", "short"), [(0, True), (10, True), (11, False)])
def test_organisers_are_warned_when_two_weeks_are_left(questions: int, short: bool) -> None:
    assert runway(bank(topics=2, opens=10)[:questions], [], 5).is_short is short


def test_a_runway_needs_a_question_a_week() -> None:
    with pytest.raises(ValueError, match="at least one"):
        runway(bank(), [], 0)
