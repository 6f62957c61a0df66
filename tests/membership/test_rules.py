"""Deciding about settings and about starting, pausing and resuming."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.membership.model import Group, GroupState, Tone
from bot.membership.rules import (
    WrongChoiceError,
    changed,
    next_at_after_change,
    paused,
    started_at_slot,
)
from bot.membership.texts import days_words, rhythm_words, runway_words, slot_words

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # a Wednesday; 13:00 in Berlin
DRAFT = Group(
    id=1,
    name="study",
    zone="Europe/Berlin",
    at_minute=540,
    weekdays=frozenset(range(5)),
    tone=Tone.FRIENDLY,
    topics=(),
    answer_limit=2000,
    answers_minutes=None,
    votes_minutes=None,
    state=GroupState.DRAFT,
    last_date=None,
    next_at=None,
    warned_at=None,
)
ZONES = frozenset({"Europe/Berlin", "Asia/Tokyo"})
ROOTS = ("a", "b", "c")


def test_starting_at_the_next_time_counts_nothing_before_as_missed() -> None:
    pace = started_at_slot(DRAFT, NOON)
    assert (pace.last_date, pace.next_at) == (date(2026, 11, 25), datetime(2026, 11, 26, 8, 0, tzinfo=UTC))


def test_resuming_before_a_time_whose_date_had_its_question_waits_for_the_next_date() -> None:
    early = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)  # 08:00 in Berlin, and the question was asked at 07:00
    group = replace(DRAFT, state=GroupState.PAUSED, last_date=date(2026, 11, 25))
    assert started_at_slot(group, early).next_at == datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


def test_pausing_forgets_no_date() -> None:
    group = replace(DRAFT, state=GroupState.ACTIVE, last_date=date(2026, 11, 25), next_at=NOON)
    pace = paused(group, NOON)
    assert (pace.state, pace.last_date, pace.next_at) == (GroupState.PAUSED, date(2026, 11, 25), None)


def test_a_new_rhythm_never_gives_a_date_two_questions() -> None:
    asked_today = replace(DRAFT, state=GroupState.ACTIVE, at_minute=18 * 60, last_date=date(2026, 11, 25))
    assert next_at_after_change(asked_today, asked_today, NOON) == datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
    not_yet = replace(asked_today, last_date=date(2026, 11, 24))
    assert next_at_after_change(not_yet, not_yet, NOON) == datetime(2026, 11, 25, 17, 0, tzinfo=UTC)


def test_a_question_that_is_due_stays_due_when_the_rhythm_changes() -> None:
    due = replace(DRAFT, state=GroupState.ACTIVE, next_at=NOON, last_date=date(2026, 11, 24))
    assert next_at_after_change(due, due, NOON) == NOON


def test_a_paused_group_stays_paused_when_its_rhythm_changes() -> None:
    assert next_at_after_change(DRAFT, replace(DRAFT, state=GroupState.PAUSED), NOON) is None


@pytest.mark.parametrize(
    ("what", "values", "expected"),
    [
        ("zone", ("Asia/Tokyo",), {"zone": "Asia/Tokyo"}),
        ("hour", ("18",), {"at_minute": 18 * 60}),
        ("minute", ("30",), {"at_minute": 9 * 60 + 30}),
        ("days", ("0", "6"), {"weekdays": frozenset({0, 6})}),
        ("topics", ("c", "a"), {"topics": ("a", "c")}),
        ("topics", ("a", "b", "c"), {"topics": ()}),
        ("tone", ("calm",), {"tone": Tone.CALM}),
    ],
)
def test_a_choice_sets_its_field(what: str, values: tuple[str, ...], expected: dict[str, object]) -> None:
    assert changed(DRAFT, what, values, ZONES, ROOTS) == expected


@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("zone", ("Mars/Base",)),
        ("hour", ("24",)),
        ("hour", ("-1",)),
        ("hour", ("٣",)),
        ("minute", ("60",)),
        ("days", ()),
        ("days", ("7",)),
        ("topics", ("zzz",)),
        ("tone", ("loud",)),
        ("name", ("x",)),
    ],
)
def test_a_value_that_is_not_on_the_list_is_refused(what: str, values: tuple[str, ...]) -> None:
    with pytest.raises(WrongChoiceError):
        changed(DRAFT, what, values, ZONES, ROOTS)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({0, 1, 2, 3, 4}, "Mon-Fri"),
        (set(range(7)), "every day"),
        ({0, 2, 4}, "Mon, Wed, Fri"),
        ({1, 2}, "Tue, Wed"),
        ({0, 3, 4, 5}, "Mon, Thu-Sat"),
    ],
)
def test_days_are_said_in_short(days: set[int], said: str) -> None:
    assert days_words(frozenset(days)) == said


def test_a_rhythm_is_said_with_its_city() -> None:
    assert rhythm_words(DRAFT) == "Mon-Fri 09:00 Berlin"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 25, 17, 0, tzinfo=UTC), "today 18:00"),
        (datetime(2026, 11, 26, 8, 0, tzinfo=UTC), "tomorrow 09:00"),
        (datetime(2026, 12, 1, 8, 0, tzinfo=UTC), "Tuesday 09:00"),
        (datetime(2026, 12, 2, 8, 0, tzinfo=UTC), "next Wednesday 09:00"),
    ],
)
def test_a_coming_question_is_said_as_people_say_it(at: datetime, said: str) -> None:
    assert slot_words(at, DRAFT, NOON) == said


def test_the_runway_is_said_in_weeks() -> None:
    assert runway_words(96, 19, 5) == "96 questions: 19 weeks at 5 a week."
    assert runway_words(6, 1, 5) == "6 questions: 1 week at 5 a week."
    assert runway_words(1, 0, 5) == "1 question: less than a week at 5 a week."
    assert "Choose more topics" in runway_words(0, 0, 5)
