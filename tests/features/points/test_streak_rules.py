"""Streaks, day by day: what counts, what a freeze saves, what a break costs."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.points.streak_rules import (
    ACTIVE_DAYS_FOR_A_FREEZE,
    FREEZES_AT_FIRST,
    FREEZES_AT_MOST,
    RETRIEVAL,
    Act,
    Span,
    Streak,
    advance,
    caught_up,
    in_order,
    week_of,
)

MONDAY = date(2026, 11, 23)


def days(count: int, first: date = MONDAY) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]


def lived(pattern: str, streak: Streak | None = None) -> Streak:
    """Go through days: "x" active, "." missed, "b" on a break, "B" active on a break."""
    now = streak or Streak()
    first = MONDAY if now.through is None else now.through + timedelta(days=1)
    for day, what in zip(days(len(pattern), first), pattern, strict=True):
        now = advance(now, day, active=what in "xB", on_break=what in "bB")
    return now


def test_every_active_day_counts_one() -> None:
    assert lived("xxx").current == 3
    assert lived("xxx").best == 3


def test_a_missed_day_takes_a_freeze_silently_and_the_streak_goes_on() -> None:
    after = lived("xx.x")
    assert (after.current, after.freezes) == (3, FREEZES_AT_FIRST - 1)


def test_without_a_freeze_the_count_begins_anew_and_the_best_is_remembered() -> None:
    after = lived("xxx...")
    assert (after.current, after.best, after.freezes) == (0, 3, 0)
    assert lived("x", after).current == 1


def test_days_before_the_first_act_and_after_a_lost_streak_spend_no_freeze() -> None:
    assert lived("....").freezes == FREEZES_AT_FIRST
    assert lived("x..." + "x" * 7 + ".").freezes == 0
    assert lived("x..." + "....").freezes == 0


def test_seven_active_days_earn_a_freeze_whether_or_not_they_follow_each_other() -> None:
    assert lived("xxxxxx").freezes == 2
    assert lived("xxxxxxx").freezes == 3
    assert lived("xxx.xxx.x").freezes == 1
    assert lived("xxxx...xxx").freezes == 1


def test_nobody_holds_more_than_three_freezes() -> None:
    assert lived("x" * 30).freezes == FREEZES_AT_MOST


def test_a_break_spends_nothing_and_what_is_done_on_it_counts() -> None:
    after = lived("xxbbbbb")
    assert (after.current, after.freezes) == (2, FREEZES_AT_FIRST)
    assert lived("xxbBb").current == 3


def test_a_day_cannot_count_twice() -> None:
    with pytest.raises(ValueError, match="not after"):
        advance(lived("xx"), MONDAY, active=True, on_break=False)


def test_the_newest_day_is_no_miss_before_it_is_over() -> None:
    asked = days(3)
    before = caught_up(Streak(), asked, asked[:2], ())
    assert (before.current, before.freezes, before.through) == (2, 2, asked[1])
    later = caught_up(before, [*asked, asked[-1] + timedelta(days=1)], asked[:2], ())
    assert (later.current, later.freezes, later.through) == (2, 1, asked[2])


def test_votes_alone_keep_no_streak_and_each_way_of_recalling_does() -> None:
    assert not Act.BALLOT & RETRIEVAL
    assert all((act | Act.BALLOT) & RETRIEVAL for act in Act if act is not Act.BALLOT)


def test_a_question_under_an_earlier_date_than_the_last_begins_no_day() -> None:
    monday, tuesday, wednesday = days(3)
    assert in_order([tuesday, monday, wednesday]) == (tuesday, wednesday)


def test_a_week_runs_from_monday_to_sunday() -> None:
    assert {week_of(day) for day in days(7)} == {(MONDAY, MONDAY + timedelta(days=6))}


def reference(
    asked: Sequence[date], active: set[date], breaks: Sequence[tuple[date, date]]
) -> tuple[int, int, int]:
    """(current, best, freezes) by going slowly through every date of the calendar, in words of its own."""
    current = best = total = 0
    freezes = 2
    if not asked:
        return 0, 0, freezes
    day = min(asked)
    while day <= max(asked):
        if day in asked:
            if day in active:
                current, total = current + 1, total + 1
                best = max(best, current)
                if total % ACTIVE_DAYS_FOR_A_FREEZE == 0 and freezes < 3:
                    freezes += 1
            elif day != max(asked) and current and not any(a <= day <= b for a, b in breaks):
                if freezes:
                    freezes -= 1
                else:
                    current = 0
        day += timedelta(days=1)
    return current, best, freezes


CALENDAR = st.sets(st.integers(0, 60))


@given(asked=CALENDAR, active=CALENDAR, away=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)), max_size=4),
       cuts=CALENDAR)  # fmt: skip
def test_however_often_it_is_brought_up_to_date_it_equals_a_replay_of_all_days(
    asked: set[int], active: set[int], away: list[tuple[int, int]], cuts: set[int]
) -> None:
    on = [MONDAY + timedelta(days=n) for n in sorted(asked)]
    done = {MONDAY + timedelta(days=n) for n in active}
    breaks = [(MONDAY + timedelta(days=a), MONDAY + timedelta(days=a + n)) for a, n in away]
    spans = [Span(a, b) for a, b in breaks]
    streak = Streak()
    for cut in sorted(cuts):
        seen = on[:cut]
        if seen:
            streak = caught_up(streak, seen, [d for d in done if d <= seen[-1]], spans)
    streak = caught_up(streak, on, done, spans)
    assert (streak.current, streak.best, streak.freezes) == reference(on, done, breaks)
    assert 0 <= streak.freezes <= FREEZES_AT_MOST
