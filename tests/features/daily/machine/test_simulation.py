"""Whether blind ballots find the best answer, with voters as fallible as peers are.

The model: an answer has a true quality, standard normal. A voter perceives `R * quality + sqrt(1 - R^2) * noise`, so that one
voter's view correlates with the truth by R = .62, as in studies of peer judging. On an approval ballot a voter finds helpful
whatever they perceive above the mean (or the median) of what they read; of a pair they choose what they perceive as better.
Ballots and ranks are the real ones.
"""

from collections.abc import Callable, Iterable
from functools import cache
from math import sqrt
from random import Random
from statistics import fmean as mean
from statistics import median

import pytest

from bot.features.daily.ballots.ranking import Comparison, Ranked, Tally, rank_approval, rank_pairs
from bot.features.daily.ballots.rules import Exposure, next_answer, next_pair

pytestmark = pytest.mark.slow

R = 0.62
ANSWERS = 5
VOTERS = 10
RUNS = 1_000
"""Enough that the sampling error of a 91 % share is 0.9 points."""

BARS: dict[str, Callable[[Iterable[float]], float]] = {"mean": mean, "median": median}


def perceive(rng: Random, quality: float) -> float:
    return R * quality + sqrt(1 - R * R) * rng.gauss(0, 1)


def approval_round(seed: int, bar: str, voting_authors: int) -> tuple[list[float], tuple[Ranked, ...]]:
    """One round by ballots of one answer a page. Returns the true qualities in order of submission, and the ranking.

    The first `voting_authors` of the ten voters are authors of answers 0, 1, 2, ... and never see their own.
    """
    rng = Random(seed)
    quality = [rng.gauss(0, 1) for _ in range(ANSWERS)]
    looks, helped = [0] * ANSWERS, [0] * ANSWERS
    voters = list(range(VOTERS))
    rng.shuffle(voters)
    for voter in voters:
        views: dict[int, float] = {}
        while (answer_id := next_answer(voter, exposures(looks, voting_authors), views, seed)) is not None:
            views[answer_id] = perceive(rng, quality[answer_id])
            looks[answer_id] += 1
        enough = BARS[bar](views.values())
        for answer_id, view in views.items():
            helped[answer_id] += view > enough
    tallies = [Tally(answer_id, helped[answer_id], looks[answer_id]) for answer_id in range(ANSWERS)]
    return quality, rank_approval(tallies, seed)


def exposures(looks: list[int], voting_authors: int) -> list[Exposure]:
    """Answer 0 by voter 0 and so on; authors who do not vote have numbers of their own."""
    return [Exposure(n, n if n < voting_authors else 1_000 + n, seen) for n, seen in enumerate(looks)]


@cache
def approval_rounds(bar: str, voting_authors: int) -> tuple[tuple[list[float], tuple[Ranked, ...]], ...]:
    return tuple(approval_round(seed, bar, voting_authors) for seed in range(RUNS))


def share_with_the_best_in_the_top_two(rounds: tuple[tuple[list[float], tuple[Ranked, ...]], ...]) -> float:
    found = 0
    for quality, ranked in rounds:
        best = max(range(len(quality)), key=quality.__getitem__)
        found += best in {place.answer_id for place in ranked[:2]}
    return found / len(rounds)


def correlation(pairs: list[tuple[float, float]]) -> float:
    mean_x, mean_y = mean(x for x, _ in pairs), mean(y for _, y in pairs)
    shared = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    return shared / sqrt(sum((x - mean_x) ** 2 for x, _ in pairs) * sum((y - mean_y) ** 2 for _, y in pairs))


@pytest.mark.parametrize("bar", ["mean", "median"])
def test_ten_readers_of_five_answers_have_the_best_among_the_two_shown_in_nine_of_ten_rounds(
    bar: str,
) -> None:
    assert share_with_the_best_in_the_top_two(approval_rounds(bar, 0)) >= 0.90


@pytest.mark.parametrize("bar", ["mean", "median"])
def test_half_of_the_voters_being_authors_costs_little(bar: str) -> None:
    # An author reads four answers, so each has nine looks instead of ten, and judges by four views instead of five.
    assert share_with_the_best_in_the_top_two(approval_rounds(bar, ANSWERS)) >= 0.88


@pytest.mark.parametrize("voting_authors", [0, ANSWERS])
def test_the_order_of_submission_has_no_effect_on_rank(voting_authors: int) -> None:
    rounds = approval_rounds("mean", voting_authors)
    by_rank = [(place.answer_id, place.rank) for _, ranked in rounds for place in ranked]
    by_place = [(place.answer_id, shown) for _, ranked in rounds for shown, place in enumerate(ranked)]
    assert abs(correlation([(float(x), float(y)) for x, y in by_rank])) <= 0.05
    assert abs(correlation([(float(x), float(y)) for x, y in by_place])) <= 0.05


def test_readers_who_all_read_only_three_pages_still_find_the_best_far_above_chance() -> None:
    found = 0
    for seed in range(500):
        rng = Random(seed)
        quality = [rng.gauss(0, 1) for _ in range(ANSWERS)]
        looks, helped = [0] * ANSWERS, [0] * ANSWERS
        for voter in range(VOTERS):
            judged: list[int] = []
            for _ in range(3):
                answer_id = next_answer(voter, exposures(looks, 0), judged, seed)
                assert answer_id is not None
                judged.append(answer_id)
                looks[answer_id] += 1
                helped[answer_id] += perceive(rng, quality[answer_id]) > 0
        assert set(looks) == {6}
        ranked = rank_approval([Tally(n, helped[n], looks[n]) for n in range(ANSWERS)], seed)
        found += quality.index(max(quality)) in {place.answer_id for place in ranked[:2]}
    assert found / 500 >= 0.75


def pair_round(
    seed: int, answers: int, voters: int, pairs_each: int
) -> tuple[list[float], tuple[Ranked, ...]]:
    rng = Random(seed)
    quality = [rng.gauss(0, 1) for _ in range(answers)]
    looks = [0] * answers
    comparisons: list[Comparison] = []
    for voter in range(voters):
        done: list[tuple[int, int]] = []
        for _ in range(pairs_each):
            pair = next_pair(voter, exposures(looks, answers), done, seed)
            if pair is None:
                break
            done.append(pair)
            left, right = pair
            looks[left] += 1
            looks[right] += 1
            left_wins = perceive(rng, quality[left]) > perceive(rng, quality[right])
            comparisons.append(Comparison(left, right) if left_wins else Comparison(right, left))
    return quality, rank_pairs(range(answers), comparisons, seed)


def test_pairs_of_eight_answers_find_the_best_and_take_no_note_of_submission() -> None:
    rounds = tuple(pair_round(seed, 8, 15, 5) for seed in range(400))
    assert share_with_the_best_in_the_top_two(rounds) >= 0.80
    by_place = [(float(p.answer_id), float(shown)) for _, ranked in rounds for shown, p in enumerate(ranked)]
    assert abs(correlation(by_place)) <= 0.05
    agreement = [(quality[p.answer_id], p.score) for quality, ranked in rounds for p in ranked]
    assert correlation(agreement) >= 0.75
