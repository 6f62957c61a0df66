from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.quiz.choosing import MOST_REVIEWS, Leafed, Past, choose, mix_review
from bot.questions.kinds import OBJECTIVE_KINDS
from tests.support.driver import read_bank

SEEDS = st.integers(0, 2**62)
BANK = read_bank()


def shelf(leaves: int, each: int, sections: int = 2) -> list[Leafed]:
    """Leaves a to .., dealt to sections in turn; difficulties 1 to 5 in turn."""
    return [
        Leafed(f"{chr(97 + leaf)}{n}", chr(97 + leaf), "optics", n % 5 + 1, f"section-{leaf % sections}")
        for leaf in range(leaves)
        for n in range(each)
    ]


def leaf_of(item_id: str) -> str:
    return item_id[0]


def seen(*ids: str, day: int = 1, due: bool = False) -> list[Past]:
    return [Past(item_id, 1, day, due, 0.9) for item_id in ids]


LEAFED = st.builds(
    lambda leaf, n, difficulty: Leafed(f"{leaf}{n}", leaf, "optics", difficulty, f"section-{ord(leaf) % 3}"),
    st.sampled_from("abcdefgh"),
    st.integers(0, 9),
    st.integers(1, 5),
)
PAST = st.builds(
    lambda leaf, n, times, day, due: Past(f"{leaf}{n}", times, day, due, 0.8),
    st.sampled_from("abcdefgh"),
    st.integers(0, 9),
    st.integers(0, 3),
    st.integers(0, 50),
    st.booleans(),
)


@given(
    st.lists(LEAFED, max_size=40),
    st.lists(PAST, max_size=40),
    st.integers(0, 20),
    SEEDS,
    st.none() | st.integers(1, 5),
    st.none() | st.integers(0, 5),
)
def test_a_quiz_is_as_long_as_asked_and_holds_nothing_twice(
    items: list[Leafed], past: list[Past], count: int, seed: int, difficulty: int | None, new_most: int | None
) -> None:
    chosen = choose(items, past, count, seed, difficulty, new_most)
    ids = {item.item_id for item in items}
    assert len(chosen) == len(set(chosen)) == min(count, len(ids))
    assert set(chosen) <= ids


@given(st.lists(LEAFED, max_size=40, unique_by=lambda item: item.item_id), st.lists(PAST, max_size=40), SEEDS)
def test_nothing_seen_is_asked_while_something_unseen_is_left(
    items: list[Leafed], past: list[Past], seed: int
) -> None:
    known = {entry.item_id for entry in past if entry.times_seen}
    past = [entry for entry in past if entry.times_seen or entry.item_id not in known]
    chosen = choose(items, past, 10, seed)
    fresh = {item.item_id for item in items} - known
    assert len(fresh & set(chosen)) == min(10, len(fresh))


@given(st.permutations(shelf(5, 4)), SEEDS)
def test_the_choice_depends_on_the_seed_and_never_on_the_order_of_the_bank(
    items: list[Leafed], seed: int
) -> None:
    assert choose(items, [], 10, seed) == choose(shelf(5, 4), [], 10, seed)


def test_other_seeds_choose_other_items_and_leaves() -> None:
    chosen = {frozenset(choose(shelf(8, 5), [], 10, seed)) for seed in range(50)}
    leaves = {leaf_of(item_id) for ids in chosen for item_id in ids}
    assert len(chosen) > 30
    assert leaves == set("abcdefgh")


@given(st.integers(3, 12), st.integers(4, 12), st.integers(1, 4), st.integers(3, 12), SEEDS)
def test_a_quiz_keeps_to_three_or_four_leaves_where_they_hold_enough(
    leaves: int, each: int, sections: int, count: int, seed: int
) -> None:
    chosen = choose(shelf(leaves, each, sections), [], count, seed)
    shares = Counter(map(leaf_of, chosen))
    assert 3 <= len(shares) <= 4
    assert max(shares.values()) - min(shares.values()) <= 1


def test_leaves_that_hold_little_are_joined_by_as_many_more_as_it_takes() -> None:
    assert len(set(map(leaf_of, choose(shelf(12, 1), [], 10, 1)))) == 10
    assert len(set(map(leaf_of, choose(shelf(12, 2), [], 10, 1)))) == 5


@given(SEEDS)
def test_where_no_topic_was_named_roots_and_leaves_are_mixed(seed: int) -> None:
    items = [
        Leafed(f"{root}{leaf}{n}", f"{root}{leaf}", root, 3, root)
        for root in "abc"
        for leaf in "xyz"
        for n in range(4)
    ]
    mixed = choose(items, [], 6, seed, mixed=True)
    assert Counter(item_id[0] for item_id in mixed) == {"a": 2, "b": 2, "c": 2}
    assert len({item_id[:2] for item_id in mixed}) == 6


@given(SEEDS)
def test_half_seen_leaves_keep_a_quiz_within_few_leaves(seed: int) -> None:
    past = seen(*(f"{leaf}{n}" for leaf in "abcdef" for n in range(3)))
    assert len(set(map(leaf_of, choose(shelf(6, 6), past, 10, seed)))) == 4


@given(st.integers(2, 8), st.integers(1, 6), SEEDS)
def test_a_leaf_never_follows_itself(leaves: int, each: int, seed: int) -> None:
    chosen = choose(shelf(leaves, each), [], 12, seed)
    assert all(leaf_of(one) != leaf_of(other) for one, other in pairwise(chosen))


def test_one_leaf_alone_fills_a_quiz_too() -> None:
    assert len(choose(shelf(1, 12), [], 10, 3)) == 10


@given(SEEDS)
def test_neighbours_that_are_easily_confused_alternate_section_by_section(seed: int) -> None:
    section = {item.item_id: item.section for item in shelf(4, 2)}
    chosen = choose(shelf(4, 2), [], 8, seed)
    assert sum(section[one] == section[other] for one, other in pairwise(chosen)) == 6


@given(SEEDS)
def test_easily_confused_leaves_are_chosen_together(seed: int) -> None:
    section = {item.item_id: item.section for item in shelf(8, 6)}
    assert len({section[item_id] for item_id in choose(shelf(8, 6), [], 10, seed)}) == 1


@given(SEEDS)
def test_full_leaves_are_preferred_to_many_that_hold_one_item(seed: int) -> None:
    items = [*shelf(4, 5), *(Leafed(f"{leaf}0", leaf, "optics", 3, "section-0") for leaf in "ijklmnop")]
    assert len(set(map(leaf_of, choose(items, [], 10, seed)))) <= 4


def test_the_difficulty_asked_comes_first_and_the_nearest_fills_up() -> None:
    items = shelf(4, 10)
    level = {item.item_id: item.difficulty for item in items}
    assert {level[item_id] for item_id in choose(items, [], 8, 1, difficulty=2)} == {2}
    wider = Counter(level[item_id] for item_id in choose(items, [], 12, 1, difficulty=5))
    assert wider == {5: 8, 4: 4}


def test_of_seen_items_due_ones_come_first_and_then_the_longest_ago() -> None:
    items = shelf(1, 6)
    past = [*seen("a0", "a1", day=5), *seen("a2", day=9, due=True), *seen("a3", "a4", "a5", day=2)]
    assert set(choose(items, past, 4, 1)) == {"a2", "a3", "a4", "a5"}


def test_new_items_can_be_rationed_in_favour_of_due_ones() -> None:
    items = shelf(4, 10)
    known = [f"{leaf}{n}" for leaf in "abcd" for n in range(5)]
    chosen = set(choose(items, seen(*known, due=True), 10, 1, new_most=2))
    assert len(chosen - set(known)) == 2
    assert len(choose(items, seen("a0"), 10, 1, new_most=2)) == 10


@pytest.mark.parametrize("count", [5, 10, 20])
def test_the_shipped_bank_fills_a_quiz_on_every_root(count: int) -> None:
    for root in BANK.topics.roots:
        under = {item.id for item in BANK.under([root.id])}
        items = [
            Leafed(one.id, one.topic, root.id, one.difficulty, one.topic.rpartition(".")[0])
            for one in BANK.live(OBJECTIVE_KINDS)
            if one.id in under
        ]
        assert len(choose(items, [], count, 1)) == min(count, len(items))


@given(st.lists(st.integers(0, 30).map(str), max_size=30), st.lists(st.integers(0, 30).map(str), max_size=30))
def test_a_review_holds_what_is_due_in_its_order_and_one_new_item_unless_more_is_due_than_it_holds(
    due: list[str], new: list[str]
) -> None:
    mixed, wanted = mix_review(due, new), list(dict.fromkeys(due))
    known = [item_id for item_id in mixed if item_id in due]
    fresh = [item_id for item_id in mixed if item_id not in due]
    assert known == wanted[: len(known)]
    assert fresh == [item_id for item_id in new if item_id not in due and len(wanted) <= MOST_REVIEWS][:1]
    assert len(mixed) == min(MOST_REVIEWS, len(wanted) + len(fresh))
    assert len(wanted) < 2 or not set(fresh) & {mixed[0], mixed[-1]}
