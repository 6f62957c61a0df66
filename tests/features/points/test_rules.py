"""Ranks as in sport, the group's goal, and the calendar of points."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.points.rules import (
    HELPED,
    POINTS,
    QUIZ,
    Goal,
    Score,
    bucket,
    goal,
    placed,
    score_of,
    shares,
    week_bucket,
    weeks_before,
)
from tests.features.leaderboard.naive import naive_places

some_scores = st.dictionaries(st.integers(1, 60), st.integers(-3, 12), max_size=40)


def in_order(scores: dict[int, int]) -> list[Score]:
    ordered = sorted(((p, m) for m, p in scores.items() if p > 0), reverse=True)
    return [Score(member, points, points) for points, member in ordered]


def test_equal_points_share_a_rank_and_the_next_one_counts_on() -> None:
    places = placed([Score(1, 9, 9), Score(3, 7, 7), Score(2, 7, 7), Score(4, 3, 3)], 0, 1)
    assert [(p.rank, p.member_id) for p in places] == [(1, 1), (2, 3), (2, 2), (4, 4)]


@given(some_scores)
def test_a_whole_board_is_ranked_as_by_hand(scores: dict[int, int]) -> None:
    assert [(p.rank, p.member_id) for p in placed(in_order(scores), 0, 1)] == naive_places(scores)


@given(some_scores, st.integers(0, 40), st.integers(1, 12))
def test_any_stretch_of_a_board_has_the_ranks_it_has_in_the_whole(
    scores: dict[int, int], before: int, length: int
) -> None:
    whole = in_order(scores)
    stretch = whole[before : before + length]
    if stretch:
        first = 1 + sum(s.score > stretch[0].score for s in whole)
        found = [(p.rank, p.member_id) for p in placed(stretch, before, first)]
        assert found == naive_places(scores)[before : before + length]


@pytest.mark.parametrize(
    ("board", "numerator", "denominator", "score"),
    [(POINTS, 12, 0, 12), (HELPED, 3, 0, 3), (QUIZ, 19, 19, 0), (QUIZ, 15, 20, 0.75), (QUIZ, 0, 30, 0)],
)
def test_accuracy_has_a_place_from_twenty_answers_on(
    board: str, numerator: int, denominator: int, score: float
) -> None:
    assert score_of(board, numerator, denominator) == score


@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 9))
def test_equal_shares_of_right_answers_are_equal_numbers(right: int, first: int, second: int) -> None:
    out_of = right + 20
    scores = {score_of(QUIZ, right * times, out_of * times) for times in (first, second)}
    assert len(scores) == 1


@pytest.mark.parametrize(
    ("before", "target"),
    [
        ((100,), 100),
        ((100, 80), 90),
        ((10, 0, 30, 20), 15),
        ((40, 40, 0, 0), 40),
        ((0, 0, 0, 7), None),
        ((0, 0, 0, 0), None),
        ((), None),
        ((2, 1, 1, 2), 2),
    ],
)
def test_the_goal_is_the_median_of_the_weeks_before(before: tuple[int, ...], target: int | None) -> None:
    found = goal(before, 8)
    assert (found.target if found else None) == target


@pytest.mark.parametrize(
    ("before", "off", "target"),
    [
        ((100, 100, 100, 100), [30], 80),  # a day of this week
        ((80,), [23], 100),  # a day of the week before: it is taken for a whole one
        ((0, 100, 100, 100), [23, 24, 25, 26, 27], 100),  # all of it: it does not count
        ((100, 100, 100, 100), [28, 29], 100),  # a weekend is no question day
        ((100, 100), [30, 31, 32, 33, 34], None),  # all of this week
    ],
)
def test_a_week_with_days_off_has_as_much_smaller_a_goal_and_counts_as_a_whole_one_later(
    before: tuple[int, ...], off: list[int], target: int | None
) -> None:
    dates = {date(2026, 11, 1) + timedelta(days=n - 1) for n in off}
    found = goal(before, 8, shares(date(2026, 12, 2), frozenset(range(5)), dates))
    assert (found.target if found else None) == target


def test_how_far_along_a_goal_is_never_passes_the_whole() -> None:
    assert Goal(80, 20).share == 0.25
    assert Goal(80, 500).share == 1.0


def test_the_weeks_of_a_goal_are_the_four_full_ones_before_newest_first() -> None:
    assert weeks_before(date(2027, 1, 6)) == ("2026-W53", "2026-W52", "2026-W51", "2026-W50")


@pytest.mark.parametrize(
    ("day", "week", "month"),
    [
        (date(2026, 11, 25), "2026-W48", "2026-11"),
        (date(2027, 1, 1), "2026-W53", "2027-01"),
        (date(2025, 12, 29), "2026-W01", "2025-12"),
    ],
)
def test_weeks_are_iso_weeks_and_months_the_calendars(day: date, week: str, month: str) -> None:
    assert week_bucket(day) == bucket("week", day) == week
    assert (bucket("month", day), bucket("all", day)) == (month, "")
