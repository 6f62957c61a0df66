"""Ranks as in sport, the part of a board that is shown, and the calendar of points."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.standings.rules import Place, Score, month_bucket, ranked, shown, week_bucket

some_scores = st.dictionaries(st.integers(1, 60), st.integers(-3, 12), max_size=40).map(
    lambda d: [Score(member, points) for member, points in d.items()]
)


def test_equal_points_share_a_rank_and_the_next_one_counts_on() -> None:
    places = ranked([Score(4, 3), Score(3, 7), Score(2, 7), Score(1, 9)])
    assert [(p.rank, p.member_id) for p in places] == [(1, 1), (2, 2), (2, 3), (4, 4)]


def test_no_points_means_no_place() -> None:
    assert ranked([Score(1, 0), Score(2, -3)]) == ()


@given(some_scores)
def test_a_rank_is_one_more_than_the_number_of_those_with_more_points(found: list[Score]) -> None:
    for place in ranked(found):
        assert place.rank == 1 + sum(score.points > place.points for score in found)


@given(some_scores, st.integers(0, 40))
def test_the_order_that_scores_come_in_never_matters(found: list[Score], cut: int) -> None:
    assert ranked(found[cut:][::-1] + found[:cut]) == ranked(found)


TWELVE = ranked([Score(member, 100 - member) for member in range(1, 13)])


def ranks(places: tuple[Place, ...]) -> list[int]:
    return [place.rank for place in places]


def test_whoever_stands_at_the_top_sees_the_top_alone() -> None:
    seen = shown(TWELVE, own=3, top=3)
    assert (ranks(seen.top), seen.around) == ([1, 2, 3], ())


def test_whoever_stands_below_sees_two_neighbours_on_either_side_and_nobody_twice() -> None:
    assert ranks(shown(TWELVE, own=8, top=3).around) == [6, 7, 8, 9, 10]
    assert ranks(shown(TWELVE, own=4, top=3).around) == [4, 5, 6]
    assert ranks(shown(TWELVE, own=12, top=10).around) == [11, 12]


def test_whoever_has_no_place_sees_the_top() -> None:
    seen = shown(TWELVE, own=99, top=10)
    assert (ranks(seen.top), seen.around) == (list(range(1, 11)), ())


@pytest.mark.parametrize(
    ("day", "week", "month"),
    [
        (date(2026, 11, 25), "2026-W48", "2026-11"),
        (date(2027, 1, 1), "2026-W53", "2027-01"),
        (date(2025, 12, 29), "2026-W01", "2025-12"),
    ],
)
def test_weeks_are_iso_weeks_and_months_the_calendars(day: date, week: str, month: str) -> None:
    assert (week_bucket(day), month_bucket(day)) == (week, month)
