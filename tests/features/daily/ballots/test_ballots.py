from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.features.daily.ballots.ranking import Ranked
from bot.features.daily.ballots.rules import (
    BallotKind,
    Exposure,
    ballot_kind,
    in_second_stage,
    next_answer,
    next_pair,
    own_order,
    pairs_to_finish,
    second_stage_pool,
)

exposure_lists = st.lists(
    st.builds(Exposure, answer_id=st.integers(1, 60), author_id=st.integers(1, 12), looks=st.integers(0, 4)),
    max_size=14,
    unique_by=lambda exposure: exposure.answer_id,
)


def fresh(answers: int) -> list[Exposure]:
    """Answers 1 to n by authors 1 to n, not yet looked at."""
    return [Exposure(number, number, 0) for number in range(1, answers + 1)]


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (0, BallotKind.NONE),
        (1, BallotKind.APPROVAL),
        (6, BallotKind.APPROVAL),
        (7, BallotKind.PAIRS),
        (200, BallotKind.PAIRS),
    ],
)
def test_up_to_six_answers_are_judged_one_by_one_and_more_in_pairs(answers: int, kind: BallotKind) -> None:
    assert ballot_kind(answers) is kind


# One answer a page


def order_for(voter: int, exposures: list[Exposure], seed: int) -> tuple[int, ...]:
    return tuple(each.answer_id for each in own_order(voter, exposures, seed))


@given(exposures=exposure_lists, voter=st.integers(1, 12), seed=st.integers(0, 2**40))
def test_a_ballot_holds_every_answer_but_ones_own_once(
    exposures: list[Exposure], voter: int, seed: int
) -> None:
    order = order_for(voter, exposures, seed)
    assert sorted(order) == sorted(e.answer_id for e in exposures if e.author_id != voter)


@given(exposures=exposure_lists, voter=st.integers(1, 12), seed=st.integers(0, 2**40))
def test_the_least_looked_at_answers_come_first(exposures: list[Exposure], voter: int, seed: int) -> None:
    looks = {e.answer_id: e.looks for e in exposures}
    order = [looks[answer_id] for answer_id in order_for(voter, exposures, seed)]
    assert order == sorted(order)


@given(exposures=exposure_lists, voter=st.integers(1, 12), seed=st.integers(0, 2**40), data=st.data())
def test_the_order_hangs_on_no_order_of_submission(
    exposures: list[Exposure], voter: int, seed: int, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(exposures))
    assert order_for(voter, shuffled, seed) == order_for(voter, exposures, seed)
    assert next_pair(voter, shuffled, [], seed) == next_pair(voter, exposures, [], seed)


def test_voters_see_equally_read_answers_in_orders_of_their_own() -> None:
    orders = [order_for(voter, fresh(5), 7) for voter in range(100, 600)]
    assert len(set(orders)) == 120
    firsts = Counter(order[0] for order in orders)
    assert all(70 <= firsts[answer_id] <= 130 for answer_id in range(1, 6))


def test_an_order_stays_the_same_for_the_same_voter_and_round() -> None:
    assert order_for(9, fresh(6), 7) == order_for(9, fresh(6), 7)
    assert any(order_for(9, fresh(6), 7) != order_for(9, fresh(6), seed) for seed in range(5))


def test_pages_follow_until_all_answers_but_ones_own_are_judged() -> None:
    judged: list[int] = []
    while (answer_id := next_answer(3, fresh(5), judged, 7)) is not None:
        judged.append(answer_id)
    assert sorted(judged) == [1, 2, 4, 5]


def test_the_only_author_has_nothing_to_read() -> None:
    assert next_answer(1, fresh(1), [], 7) is None


@given(
    readers=st.lists(st.tuples(st.integers(1, 30), st.integers(1, 5)), max_size=60), seed=st.integers(0, 999)
)
def test_voters_who_stop_early_leave_exposure_even(readers: list[tuple[int, int]], seed: int) -> None:
    looks = Counter(dict.fromkeys(range(1, 6), 0))
    for voter, pages in readers:
        judged: list[int] = []
        for _ in range(pages):
            answer_id = next_answer(100 + voter, spread(5, looks), judged, seed)
            if answer_id is not None:
                judged.append(answer_id)
                looks[answer_id] += 1
    assert max(looks.values()) - min(looks.values()) <= 1


# Pairs


def spread(answers: int, looks: Counter[int]) -> list[Exposure]:
    return [Exposure(number, number, looks[number]) for number in range(1, answers + 1)]


def vote_in_pairs(
    voters: Iterable[int], answers: int, pairs_each: int, seed: int
) -> tuple[Counter[int], dict[int, list[tuple[int, int]]], int]:
    """Voters 1 to `answers` are authors. Returns looks, pairs by voter, and the widest gap of looks at any moment."""
    looks = Counter(dict.fromkeys(range(1, answers + 1), 0))
    done: dict[int, list[tuple[int, int]]] = {}
    widest = 0
    for voter in voters:
        mine = done.setdefault(voter, [])
        if len(mine) >= pairs_each:
            continue
        pair = next_pair(voter, spread(answers, looks), mine, seed)
        assert pair is not None
        mine.append(pair)
        looks.update(pair)
        widest = max(widest, max(looks.values()) - min(looks.values()))
    return looks, done, widest


@pytest.mark.slow
@pytest.mark.parametrize("order", ["authors first", "authors last", "shuffled", "interleaved"])
def test_two_hundred_answers_and_three_hundred_voters_have_even_exposure(order: str) -> None:
    voters = list(range(1, 301)) if order == "authors first" else list(range(300, 0, -1))
    turns = [voter for voter in voters for _ in range(3)]
    if order == "shuffled":
        Random(5).shuffle(turns)
    if order == "interleaved":
        turns = voters * 3
    looks, done, widest = vote_in_pairs(turns, 200, 3, seed=11)
    assert looks.total() == 300 * 3 * 2
    assert widest <= 2
    assert all(len(pairs) == 3 for pairs in done.values())


def test_authors_who_vote_just_when_their_own_answer_is_the_least_read_leave_exposure_even() -> None:
    looks = Counter(dict.fromkeys(range(1, 201), 0))
    voted: set[int] = set()
    for _ in range(200):
        least = min((n for n in looks if n not in voted), key=lambda n: looks[n])
        voted.add(least)
        mine: list[tuple[int, int]] = []
        for _ in range(3):
            pair = next_pair(least, spread(200, looks), mine, 3)
            assert pair is not None
            mine.append(pair)
            looks.update(pair)
            assert max(looks.values()) - min(looks.values()) <= 2


@settings(max_examples=30)
@given(
    answers=st.integers(24, 40),
    turns=st.lists(st.integers(1, 60), max_size=150),
    seed=st.integers(0, 2**40),
)
def test_exposure_stays_even_for_voters_in_any_order(answers: int, turns: list[int], seed: int) -> None:
    _, _, widest = vote_in_pairs(turns, answers, 3, seed)
    assert widest <= 2


@given(exposures=exposure_lists, voter=st.integers(1, 12), seed=st.integers(0, 2**40))
def test_a_voter_meets_every_pair_of_others_answers_once_and_never_their_own(
    exposures: list[Exposure], voter: int, seed: int
) -> None:
    done: list[tuple[int, int]] = []
    while (pair := next_pair(voter, exposures, [(b, a) for a, b in done], seed)) is not None:
        done.append(pair)
    others = {e.answer_id for e in exposures if e.author_id != voter}
    assert {answer_id for pair in done for answer_id in pair} <= others
    assert len({frozenset(pair) for pair in done}) == len(done) == len(others) * (len(others) - 1) // 2


def test_neither_side_of_a_pair_is_favoured_by_submission() -> None:
    pairs = [next_pair(voter, fresh(30), [], 7) for voter in range(100, 500)]
    earlier_left = sum(pair is not None and pair[0] < pair[1] for pair in pairs)
    assert 160 <= earlier_left <= 240


def test_one_answer_makes_no_pair() -> None:
    assert next_pair(9, fresh(1), [], 7) is None
    assert next_pair(1, fresh(2), [], 7) is None


def test_three_pairs_finish_a_ballot_or_all_there_are() -> None:
    assert pairs_to_finish(100, fresh(7)) == 3
    assert pairs_to_finish(1, fresh(3)) == 1
    assert pairs_to_finish(1, fresh(2)) == 0


# Two stages


def test_the_second_stage_begins_in_the_middle_of_the_window_and_only_above_24_answers() -> None:
    opened = datetime(2026, 7, 1, 7, tzinfo=UTC)
    closes, middle = opened + timedelta(hours=24), opened + timedelta(hours=12)
    assert not in_second_stage(24, opened, closes, middle)
    assert not in_second_stage(25, opened, closes, middle - timedelta(seconds=1))
    assert in_second_stage(25, opened, closes, middle)


def test_only_the_provisional_top_twelve_are_compared_in_the_second_stage() -> None:
    ranked = [
        Ranked(answer_id, place, -float(place)) for place, answer_id in enumerate(range(60, 0, -1), start=1)
    ]
    pool = second_stage_pool(ranked)
    assert pool == frozenset(range(49, 61))
    pair_of_reader = next_pair(900, fresh(60), [], 7, pool)
    assert pair_of_reader is not None
    assert set(pair_of_reader) <= pool
    done: list[tuple[int, int]] = []
    while (pair := next_pair(60, fresh(60), done, 7, pool)) is not None:
        done.append(pair)
    assert {answer_id for pair in done for answer_id in pair} == pool - {60}
