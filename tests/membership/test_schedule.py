from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.membership.calendar.schedule import (
    LATE_ROOM,
    QuestionSlot,
    Rhythm,
    answers_close,
    day_exists,
    due_slot,
    next_slot,
    passed_date,
    slot_instant,
    voting_closes,
)

EVERY_DAY = frozenset(range(7))
WORKDAYS = frozenset(range(5))
NINE = time(9)
DAY = timedelta(days=1)
BERLIN = Rhythm("Europe/Berlin", NINE, WORKDAYS)

Transition = tuple[datetime, timedelta, timedelta]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Instants


def test_a_plain_local_time_is_that_time() -> None:
    assert slot_instant(ZoneInfo("Europe/Berlin"), date(2026, 7, 1), NINE) == utc("2026-07-01 07:00")
    assert slot_instant(ZoneInfo("Asia/Kathmandu"), date(2026, 7, 1), NINE) == utc("2026-07-01 03:15")


def test_a_time_that_happens_twice_counts_the_first_time() -> None:
    assert slot_instant(ZoneInfo("Europe/Berlin"), date(2026, 10, 25), time(2, 30)) == utc("2026-10-25 00:30")
    assert slot_instant(ZoneInfo("Europe/Berlin"), date(2026, 10, 25), time(2, 30, fold=1)) == utc(
        "2026-10-25 00:30"
    )


@pytest.mark.parametrize("at", [time(2, 0), time(2, 0, 1), time(2, 30), time(2, 59, 59, 999_999)])
def test_a_time_inside_a_gap_moves_to_the_gaps_end(at: time) -> None:
    assert slot_instant(ZoneInfo("Europe/Berlin"), date(2026, 3, 29), at) == utc("2026-03-29 01:00")


def test_the_borders_of_a_gap_stay_where_they_are() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert slot_instant(berlin, date(2026, 3, 29), time(1, 59, 59)) == utc("2026-03-29 00:59:59")
    assert slot_instant(berlin, date(2026, 3, 29), time(3, 0)) == utc("2026-03-29 01:00")
    assert slot_instant(berlin, date(2026, 3, 29), time(3, 0, 1)) == utc("2026-03-29 01:00:01")


def test_a_half_hour_gap_moves_to_its_end_too() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    assert slot_instant(lord_howe, date(2026, 10, 4), time(2, 15)) == utc("2026-10-03 15:30")


def test_a_gap_at_the_end_of_a_day_moves_to_the_next_days_first_instant() -> None:
    nuuk = ZoneInfo("America/Nuuk")
    moved = slot_instant(nuuk, date(2026, 3, 28), time(23, 30))
    assert moved.astimezone(nuuk).replace(tzinfo=None) == datetime.fromisoformat("2026-03-29 00:00")
    assert slot_instant(nuuk, date(2026, 3, 29), time(23, 30)) - moved == timedelta(hours=23, minutes=30)


def test_a_date_that_a_zone_leaves_out_gets_no_slot() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert not day_exists(apia, date(2011, 12, 30))
    assert day_exists(apia, date(2011, 12, 29))
    assert day_exists(apia, date(2011, 12, 31))
    assert slot_instant(apia, date(2011, 12, 30), NINE) == utc("2011-12-30 10:00")
    rhythm = Rhythm("Pacific/Apia", NINE, EVERY_DAY)
    found = walk(rhythm, date(2011, 12, 28), 3)
    assert [slot.local_date.day for slot in found] == [29, 31, 1]
    assert found[1].at - found[0].at == DAY


def test_a_group_that_meets_on_fridays_waits_a_week_when_friday_is_left_out() -> None:
    rhythm = Rhythm("Pacific/Apia", NINE, frozenset({4}))
    assert next_slot(rhythm, date(2011, 12, 23), utc("2011-12-24 00:00")).local_date == date(2012, 1, 6)


# The next slot and the one that is due


def test_the_next_slot_of_a_new_group_is_todays_while_its_time_is_to_come() -> None:
    assert next_slot(BERLIN, None, utc("2026-07-01 06:59")) == QuestionSlot(
        date(2026, 7, 1), utc("2026-07-01 07:00")
    )
    assert next_slot(BERLIN, None, utc("2026-07-01 07:00")) == QuestionSlot(
        date(2026, 7, 2), utc("2026-07-02 07:00")
    )


def test_weekends_are_free_for_a_workday_group() -> None:
    assert next_slot(BERLIN, date(2026, 7, 3), utc("2026-07-03 08:00")).local_date == date(2026, 7, 6)


def test_a_slot_is_due_from_its_instant_on() -> None:
    last = date(2026, 6, 30)
    assert due_slot(BERLIN, last, utc("2026-07-01 06:59:59")) is None
    assert due_slot(BERLIN, last, utc("2026-07-01 07:00")) == QuestionSlot(
        date(2026, 7, 1), utc("2026-07-01 07:00")
    )


def test_nothing_is_due_twice() -> None:
    assert due_slot(BERLIN, date(2026, 7, 1), utc("2026-07-01 07:00")) is None


def test_after_a_week_of_downtime_only_the_newest_missed_question_is_posted() -> None:
    assert due_slot(BERLIN, date(2026, 6, 24), utc("2026-07-01 12:00")) == QuestionSlot(
        date(2026, 7, 1), utc("2026-07-01 07:00")
    )


def test_a_missed_question_is_let_go_when_the_next_is_near() -> None:
    last = date(2026, 6, 30)
    assert due_slot(BERLIN, last, utc("2026-07-02 03:59")) == QuestionSlot(
        date(2026, 7, 1), utc("2026-07-01 07:00")
    )
    assert due_slot(BERLIN, last, utc("2026-07-02 04:00")) is None
    assert due_slot(BERLIN, last, utc("2026-07-02 07:00")) == QuestionSlot(
        date(2026, 7, 2), utc("2026-07-02 07:00")
    )


def test_a_weekly_group_still_gets_the_question_it_missed_the_day_before() -> None:
    weekly = Rhythm("Europe/Berlin", NINE, frozenset({0}))
    due = due_slot(weekly, date(2026, 6, 22), utc("2026-06-30 10:00"))
    assert due == QuestionSlot(date(2026, 6, 29), utc("2026-06-29 07:00"))


def test_a_group_set_up_after_todays_time_has_missed_nothing() -> None:
    now = utc("2026-07-01 12:00")
    last = passed_date(BERLIN, now)
    assert last == date(2026, 7, 1)
    assert due_slot(BERLIN, last, now) is None
    assert next_slot(BERLIN, last, now).local_date == date(2026, 7, 2)


def test_a_group_set_up_before_todays_time_gets_todays() -> None:
    last = passed_date(BERLIN, utc("2026-07-01 06:00"))
    assert last == date(2026, 6, 30)
    assert due_slot(BERLIN, last, utc("2026-07-01 07:00")) == QuestionSlot(
        date(2026, 7, 1), utc("2026-07-01 07:00")
    )


def test_moving_the_time_to_later_does_not_ask_twice_on_one_date() -> None:
    evening = Rhythm("Europe/Berlin", time(18), WORKDAYS)
    assert due_slot(evening, date(2026, 7, 1), utc("2026-07-01 16:00")) is None
    assert next_slot(evening, date(2026, 7, 1), utc("2026-07-01 10:00")).local_date == date(2026, 7, 2)


def test_moving_the_time_to_one_that_has_passed_today_asks_today_all_the_same() -> None:
    assert due_slot(BERLIN, date(2026, 6, 30), utc("2026-07-01 10:00")) == QuestionSlot(
        date(2026, 7, 1), utc("2026-07-01 07:00")
    )


def test_moving_to_a_zone_where_it_is_still_yesterday_repeats_no_date() -> None:
    west = Rhythm("America/Los_Angeles", NINE, EVERY_DAY)
    asked_in_auckland = date(2026, 3, 10)
    now = utc("2026-03-09 21:00")
    assert due_slot(west, asked_in_auckland, now) is None
    assert next_slot(west, asked_in_auckland, now).local_date == date(2026, 3, 11)


@pytest.mark.slow
@given(
    zones=st.lists(
        st.sampled_from(
            ["Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin", "America/Nuuk", "Pacific/Kiritimati"]
        ),
        min_size=1,
        max_size=6,
    ),
    hours=st.lists(st.integers(0, 23), min_size=6, max_size=6),
    start=st.integers(0, 800),
)
def test_changes_of_zone_and_time_on_the_way_never_repeat_a_date(
    zones: list[str], hours: list[int], start: int
) -> None:
    now = utc("2026-01-01 00:00") + timedelta(hours=11 * start)
    last = passed_date(Rhythm(zones[0], time(hours[0]), EVERY_DAY), now)
    dates: list[date] = []
    for zone, hour in zip(zones, hours, strict=False):
        rhythm = Rhythm(zone, time(hour), EVERY_DAY)
        for _ in range(20):
            now += timedelta(hours=2, minutes=30)
            due = due_slot(rhythm, last, now)
            if due is not None:
                dates.append(due.local_date)
                last = due.local_date
    assert dates == sorted(set(dates))
    # A move to the west may cost the date that was asked already; one at each end may be cut off.
    moves = sum(a != b for a, b in pairwise(zones))
    assert len(dates) >= len(zones) * 50 / 24 - 3 - moves


@given(
    looks=st.lists(st.integers(1, 5_000), min_size=5, max_size=60),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    start=st.integers(0, 365 * 24),
)
def test_a_bot_that_is_often_down_never_posts_two_questions_close_together(
    looks: list[int], weekdays: frozenset[int], start: int
) -> None:
    rhythm = Rhythm("America/Nuuk", time(23, 30), weekdays)
    now = utc("2026-01-01 00:00") + timedelta(hours=start)
    last = passed_date(rhythm, now)
    posted: list[tuple[datetime, date]] = []
    for minutes in looks:
        now += timedelta(minutes=minutes)
        due = due_slot(rhythm, last, now)
        if due is not None:
            assert due.at <= now
            posted.append((now, due.local_date))
            last = due.local_date
    for (earlier, day), (later, next_day) in pairwise(posted):
        assert next_day > day
        assert later - earlier > LATE_ROOM
        assert next_day.weekday() in weekdays


def test_a_rhythm_without_days_with_odd_days_or_an_empty_window_is_refused() -> None:
    for weekdays in (frozenset[int](), frozenset({7}), frozenset({-1, 0})):
        with pytest.raises(ValueError, match="weekday"):
            Rhythm("Europe/Berlin", NINE, weekdays)
    with pytest.raises(ValueError, match="local"):
        Rhythm("Europe/Berlin", time(9, tzinfo=UTC), WORKDAYS)
    with pytest.raises(ValueError, match="window"):
        Rhythm("Europe/Berlin", NINE, WORKDAYS, answers_open=timedelta(0))


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = utc("2026-07-01 12:00").replace(tzinfo=None)
    with pytest.raises(ValueError, match="aware"):
        next_slot(BERLIN, None, naive)


# Windows


def test_answers_stay_open_until_the_next_question_unless_the_group_set_a_window() -> None:
    opened, following = utc("2026-07-01 07:00"), utc("2026-07-02 07:00")
    assert answers_close(BERLIN, opened, following) == following
    short = Rhythm("Europe/Berlin", NINE, WORKDAYS, answers_open=timedelta(hours=6))
    assert answers_close(short, opened, following) == utc("2026-07-01 13:00")


def test_votes_stay_open_until_the_next_question() -> None:
    assert voting_closes(BERLIN, utc("2026-07-01 07:00"), utc("2026-07-02 07:00")) == utc("2026-07-02 07:00")


def test_votes_opened_late_stay_open_nine_hours() -> None:
    assert voting_closes(BERLIN, utc("2026-07-02 02:00"), utc("2026-07-02 07:00")) == utc("2026-07-02 11:00")


def test_a_window_for_votes_stands_in_for_the_next_question_but_not_for_the_minimum() -> None:
    opened, following = utc("2026-07-01 07:00"), utc("2026-07-02 07:00")
    assert voting_closes(replace(BERLIN, votes_open=timedelta(days=2)), opened, following) == utc(
        "2026-07-03 07:00"
    )
    assert voting_closes(replace(BERLIN, votes_open=timedelta(hours=1)), opened, following) == utc(
        "2026-07-01 16:00"
    )


# Every zone, every change of its clock, 2026 to 2036


def walk(rhythm: Rhythm, after: date, count: int) -> list[QuestionSlot]:
    """The slots as a bot that is never down would meet them."""
    now = slot_instant(rhythm.tz, after, rhythm.at)
    found: list[QuestionSlot] = []
    last = after
    for _ in range(count):
        slot = next_slot(rhythm, last, now)
        assert due_slot(rhythm, last, slot.at - timedelta(microseconds=1)) is None
        assert due_slot(rhythm, last, slot.at) == slot
        found.append(slot)
        last, now = slot.local_date, slot.at
    return found


def transitions(name: str) -> Iterator[Transition]:
    """Every instant from 2026 to 2036 at which the zone's offset changes, with the offsets before and after."""
    zone = ZoneInfo(name)
    start, end = int(utc("2026-01-01 00:00").timestamp()), int(utc("2037-01-01 00:00").timestamp())

    def offset(second: int) -> timedelta:
        found = datetime.fromtimestamp(second, zone).utcoffset()
        assert found is not None
        return found

    known = offset(start)
    for later in range(start + 86_400, end + 1, 86_400):
        changed = offset(later)
        if changed == known:
            continue
        low, high = later - 86_400, later
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(middle) == known else (low, middle)
        yield datetime.fromtimestamp(high, UTC), known, changed
        known = changed


@cache
def behaviours() -> tuple[tuple[str, tuple[Transition, ...]], ...]:
    """Each way clocks behave from 2026 to 2036: one zone's name, and its changes."""
    found: dict[tuple[timedelta | None, tuple[Transition, ...]], str] = {}
    for name in sorted(available_timezones()):
        first = utc("2026-01-01 00:00").astimezone(ZoneInfo(name)).utcoffset()
        found.setdefault((first, tuple(transitions(name))), name)
    return tuple((name, changes) for (_, changes), name in found.items())


def times_around(change: Transition) -> set[time]:
    """Nine o'clock, the day's borders, and local times before, at, inside and after the skipped or repeated span."""
    instant, before, after = change
    walls = sorted((instant.replace(tzinfo=None) + before, instant.replace(tzinfo=None) + after))
    middle = walls[0] + (walls[1] - walls[0]) / 2
    second = timedelta(seconds=1)
    around = (walls[0] - second, walls[0], middle, walls[1] - second, walls[1])
    return {NINE, time.min, time(23, 59, 59)} | {wall.time() for wall in around}


@pytest.mark.slow
def test_every_zone_has_exactly_one_slot_per_local_date_around_every_change_of_its_clock() -> None:
    checked = 0
    for name, changes in behaviours():
        zone = ZoneInfo(name)
        for change in changes:
            day = change[0].astimezone(zone).date() - 2 * DAY
            expected = [day + step * DAY for step in range(4)]
            for at in times_around(change):
                slots = walk(Rhythm(name, at, EVERY_DAY), day - DAY, 4)
                assert [slot.local_date for slot in slots] == expected, (name, at)
                for slot in slots:
                    assert_true_to_the_clock(slot, zone, at, change)
                checked += 1
    assert checked > 4_000


@pytest.mark.slow
def test_zones_whose_clocks_never_change_have_one_slot_per_local_date_too() -> None:
    constant = [name for name, changes in behaviours() if not changes]
    assert len(constant) > 20
    for name in constant:
        for at in (time.min, NINE, time(23, 59, 59)):
            slots = walk(Rhythm(name, at, EVERY_DAY), date(2028, 2, 26), 5)
            assert [slot.local_date for slot in slots] == [
                date(2028, 2, 26) + DAY * step for step in range(1, 6)
            ]
            assert all(slot.at.astimezone(ZoneInfo(name)).time() == at for slot in slots)


def assert_true_to_the_clock(slot: QuestionSlot, zone: ZoneInfo, at: time, change: Transition) -> None:
    wall = slot.at.astimezone(zone)
    wanted = datetime.combine(slot.local_date, at)
    instant, before, after = change
    change_wall = instant.replace(tzinfo=None)
    if change_wall + before <= wanted < change_wall + after:
        assert slot.at == instant
    else:
        assert wall.replace(tzinfo=None) == wanted
        assert wall.fold == 0


@pytest.mark.slow
def test_the_scan_finds_the_changes_it_is_meant_to_find() -> None:
    changes = {name: found for name, found in behaviours() if found}
    assert len(changes) > 20
    assert [instant for instant, _, _ in transitions("Europe/Berlin")][:2] == [
        utc("2026-03-29 01:00"),
        utc("2026-10-25 01:00"),
    ]
    assert len(list(transitions("Europe/Berlin"))) == 22
    steps = {after - before for found in changes.values() for _, before, after in found}
    assert {timedelta(minutes=30), timedelta(hours=1), -timedelta(hours=1)} <= steps
