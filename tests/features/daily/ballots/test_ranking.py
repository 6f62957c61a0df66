from math import e, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.daily.ballots.ranking import (
    Comparison,
    Tally,
    provisional,
    rank_approval,
    rank_pairs,
    strengths,
    wilson_lower,
)
from bot.features.daily.model import Outcome, Result
from bot.features.daily.rules import best_of
from bot.questions.seeds import lot

tally_lists = st.lists(
    st.tuples(st.integers(1, 99), st.integers(0, 12), st.integers(0, 12)).map(
        lambda drawn: Tally(drawn[0], min(drawn[1:]), max(drawn[1:]))
    ),
    max_size=12,
    unique_by=lambda tally: tally.answer_id,
)
comparison_lists = st.lists(
    st.tuples(st.integers(1, 9), st.integers(1, 9))
    .filter(lambda ids: ids[0] != ids[1])
    .map(lambda i: Comparison(*i)),
    max_size=40,
)


# Lots


def test_lots_are_the_same_in_every_process_and_differ_by_seed_and_part() -> None:
    assert lot(1, "rank", 2) == 5058991135157315027
    assert (
        len({lot(1, "rank", 2), lot(2, "rank", 2), lot(1, "rank", 3), lot(1, "ran", "k2"), lot(12, "rank")})
        == 5
    )


# Ballots


def test_the_wilson_bound_is_the_formulas() -> None:
    assert wilson_lower(1, 1, z=1.96) == pytest.approx(0.2065, abs=1e-4)
    assert wilson_lower(8, 10, z=1.96) == pytest.approx(0.4902, abs=1e-4)
    assert wilson_lower(18, 25, z=1.96) == pytest.approx(0.5242, abs=1e-4)
    assert wilson_lower(8, 10) == pytest.approx(0.6019, abs=1e-4)


def test_nobody_helped_is_zero_however_many_looked() -> None:
    assert {wilson_lower(0, looks) for looks in range(50)} == {0.0}


@given(helped=st.integers(0, 200), extra=st.integers(1, 200))
def test_more_helped_readers_raise_the_bound_and_it_stays_below_the_share(helped: int, extra: int) -> None:
    looks = helped + extra
    assert 0 <= wilson_lower(helped, looks) < wilson_lower(helped + 1, looks) < 1
    assert wilson_lower(helped, looks) <= helped / looks


def test_the_same_share_of_more_readers_ranks_higher() -> None:
    ranked = rank_approval([Tally(1, 2, 2), Tally(2, 9, 9), Tally(3, 8, 9)], seed=1)
    assert [place.answer_id for place in ranked] == [2, 3, 1]
    assert [place.rank for place in ranked] == [1, 2, 3]


def test_equals_share_a_rank_and_the_next_counts_on() -> None:
    ranked = rank_approval([Tally(1, 3, 9), Tally(2, 5, 9), Tally(3, 5, 9), Tally(4, 7, 9)], seed=1)
    assert [place.rank for place in ranked] == [1, 2, 2, 4]
    assert {place.answer_id for place in ranked[1:3]} == {2, 3}


@given(tallies=tally_lists, seed=st.integers(0, 2**40), data=st.data())
def test_approval_ranks_hang_on_no_order_of_the_input(
    tallies: list[Tally], seed: int, data: st.DataObject
) -> None:
    assert rank_approval(data.draw(st.permutations(tallies)), seed) == rank_approval(tallies, seed)


@given(tallies=tally_lists, seed=st.integers(0, 2**40))
def test_every_answer_has_one_place_and_scores_only_fall(tallies: list[Tally], seed: int) -> None:
    ranked = rank_approval(tallies, seed)
    assert sorted(place.answer_id for place in ranked) == sorted(tally.answer_id for tally in tallies)
    assert [place.score for place in ranked] == sorted((place.score for place in ranked), reverse=True)
    assert all(place.rank == 1 + sum(other.score > place.score for other in ranked) for place in ranked)


def test_equals_are_ordered_by_lot_and_not_by_submission() -> None:
    firsts = [rank_approval([Tally(1, 3, 5), Tally(2, 3, 5)], seed)[0].answer_id for seed in range(400)]
    assert 160 <= firsts.count(1) <= 240


def test_an_impossible_tally_is_refused() -> None:
    for helped, looks in ((3, 2), (-1, 2)):
        with pytest.raises(ValueError, match="no tally"):
            Tally(1, helped, looks)


# Pairs


def test_without_comparisons_all_are_equal() -> None:
    ranked = rank_pairs([3, 1, 2], [], seed=1)
    assert {place.rank for place in ranked} == {1}
    assert {place.score for place in ranked} == {0.0}


def test_one_win_gives_the_strengths_that_maximise_the_posterior() -> None:
    # By symmetry the strengths are s and -s; with x = e^s the slope is 1/(1 + x^2) - x/(1 + x) + 1/2 = 0,
    # that is x^3 - x^2 - x - 3 = 0.
    found = strengths([1, 2], [Comparison(1, 2)])
    x = 2.1303954347672786
    assert x**3 - x**2 - x - 3 == pytest.approx(0, abs=1e-9)
    assert found[1] == pytest.approx(log(x), abs=1e-6)
    assert found[2] == pytest.approx(-log(x), abs=1e-6)


@given(comparisons=comparison_lists)
def test_the_strengths_are_where_the_posterior_is_flat(comparisons: list[Comparison]) -> None:
    found = strengths(range(1, 10), comparisons)
    for answer_id, strength in found.items():
        slope = 0.5 - 1 / (1 + e**-strength)
        for comparison in comparisons:
            pair = (comparison.winner_id, comparison.loser_id)
            if answer_id in pair:
                rival = found[pair[1] if answer_id == pair[0] else pair[0]]
                slope += (answer_id == pair[0]) - 1 / (1 + e ** (rival - strength))
        assert slope == pytest.approx(0, abs=1e-5)


def test_groups_that_were_never_compared_stand_on_one_scale() -> None:
    found = strengths([1, 2, 3, 4, 5], [Comparison(1, 2), Comparison(3, 4), Comparison(3, 4)])
    assert found[5] == pytest.approx(0, abs=1e-6)
    assert found[3] > found[1] > found[5] > found[2] > found[4]


def test_a_circle_of_wins_is_a_tie() -> None:
    ranked = rank_pairs([1, 2, 3], [Comparison(1, 2), Comparison(2, 3), Comparison(3, 1)], seed=1)
    assert [place.rank for place in ranked] == [1, 1, 1]


def test_beating_a_strong_answer_counts_more_than_beating_a_weak_one() -> None:
    strong = [Comparison(1, other) for other in (3, 4, 5)]
    weak = [Comparison(other, 2) for other in (3, 4, 5)]
    found = strengths(range(1, 8), [*strong, *weak, Comparison(6, 1), Comparison(7, 2)])
    assert found[6] > found[7]


def test_comparisons_with_hidden_answers_are_left_out() -> None:
    ranked = rank_pairs([1, 2], [Comparison(9, 1), Comparison(9, 2), Comparison(2, 1)], seed=1)
    assert [place.answer_id for place in ranked] == [2, 1]
    assert rank_pairs([1, 2], [Comparison(2, 1)], seed=1) == ranked


@given(comparisons=comparison_lists, seed=st.integers(0, 2**40), data=st.data())
def test_pair_ranks_hang_on_no_order_of_the_input(
    comparisons: list[Comparison], seed: int, data: st.DataObject
) -> None:
    answers = data.draw(st.permutations(range(1, 10)))
    shuffled = data.draw(st.permutations(comparisons))
    assert rank_pairs(answers, shuffled, seed) == rank_pairs(range(1, 10), comparisons, seed)


@given(comparisons=comparison_lists, seed=st.integers(0, 2**40))
def test_numbers_of_answers_carry_no_weight(comparisons: list[Comparison], seed: int) -> None:
    mirrored = [Comparison(10 - c.winner_id, 10 - c.loser_id) for c in comparisons]
    ranks = {place.answer_id: place.rank for place in rank_pairs(range(1, 10), comparisons, seed)}
    flipped = {place.answer_id: place.rank for place in rank_pairs(range(1, 10), mirrored, seed)}
    assert all(ranks[answer_id] == flipped[10 - answer_id] for answer_id in ranks)


def test_an_answer_compared_with_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="itself"):
        Comparison(4, 4)


def test_two_hundred_answers_and_a_thousand_comparisons_come_out_close_to_the_truth() -> None:
    rng = Random(3)
    quality = {answer_id: rng.gauss(0, 2) for answer_id in range(200)}
    comparisons = []
    for _ in range(1_000):
        first, second = rng.sample(range(200), 2)
        chance = 1 / (1 + e ** (quality[second] - quality[first]))
        comparisons.append(Comparison(first, second) if rng.random() < chance else Comparison(second, first))
    ranked = rank_pairs(quality, comparisons, seed=1)
    truth = sorted(quality, key=lambda answer_id: -quality[answer_id])
    assert len({place.answer_id for place in ranked[:50]} & set(truth[:50])) >= 32


# What is shown


def test_equals_at_the_border_of_the_best_two_are_rewarded_alike() -> None:
    ranked = rank_approval([Tally(1, 7, 9), Tally(2, 5, 9), Tally(3, 5, 9), Tally(4, 1, 9)], seed=1)
    outcomes = tuple(Outcome(each.answer_id, each.answer_id, each.rank, 1, 9) for each in ranked)
    assert {each.answer_id for each in best_of(Result("approval", outcomes, 9, 9))} == {1, 2, 3}
    assert best_of(Result("approval", outcomes[:3], 9, 9)) == (), "three are not ranked"


@pytest.mark.parametrize(("voters", "called"), [(0, True), (4, True), (5, False), (300, False)])
def test_under_five_voters_a_result_is_provisional(voters: int, called: bool) -> None:
    assert provisional(voters) is called
