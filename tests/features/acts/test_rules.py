"""What is in the way of undoing an act: pure decisions."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.features.custom_questions.model import Own, OwnState
from bot.features.custom_questions.undoing import decline_stands, move_stands
from bot.features.daily.organising.undoing import comes_back, skip_stands
from bot.features.group_settings.undoing import change_stands
from bot.membership.model import Group, GroupState, Tone

FRIDAY = date(2026, 3, 6)
GROUP = Group(
    id=1,
    name="g",
    zone="UTC",
    at_minute=540,
    weekdays=frozenset(range(5)),
    tone=Tone.FRIENDLY,
    topics=(),
    answer_limit=2000,
    answers_minutes=None,
    votes_minutes=None,
    state=GroupState.ACTIVE,
    last_date=FRIDAY,
    next_at=None,
    warned_at=None,
)
OWN = Own(1, 1, 7, OwnState.DECLINED, {}, "", "", 8)


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("group", "newest", "now", "why"),
    [
        (GROUP, 4, at(FRIDAY, 8), ""),
        (GROUP, 4, at(FRIDAY, 20), ""),
        (GROUP, 4, at(FRIDAY + timedelta(days=1), 8), "The time of its question has passed."),
        (GROUP, 5, at(FRIDAY, 8), "Another question has been asked since."),
        (replace(GROUP, state=GroupState.PAUSED), 4, at(FRIDAY, 8), "The group is paused."),
        (
            replace(GROUP, last_date=FRIDAY + timedelta(days=3)),
            4,
            at(FRIDAY, 8),
            "Another day has been skipped since.",
        ),
    ],
)
def test_a_skipped_day_comes_back_on_its_day_alone(
    group: Group, newest: int, now: datetime, why: str
) -> None:
    back = {"day": FRIDAY.toordinal(), "before": FRIDAY.toordinal() - 1, "newest": 4}
    assert skip_stands(group, back, newest, now) == why
    if not why:
        assert comes_back(group, back, now) == at(FRIDAY, 9)


@pytest.mark.parametrize(
    ("own", "declined", "retired"),
    [
        (OWN, "", "It can't be undone."),
        (None, "Its author deleted it.", "The question is gone."),
        (
            replace(OWN, state=OwnState.SUGGESTED),
            "It waits for a decision again, or has been decided since.",
            None,
        ),
        (replace(OWN, decided_by=7), "It was withdrawn.", None),
        (
            replace(OWN, state=OwnState.ACCEPTED),
            "It waits for a decision again, or has been decided since.",
            "It is asked again.",
        ),
        (
            replace(OWN, state=OwnState.RETIRED),
            "It waits for a decision again, or has been decided since.",
            "",
        ),
    ],
)
def test_a_question_goes_back_to_where_it_was_from_where_it_was_put(
    own: Own | None, declined: str, retired: str | None
) -> None:
    assert decline_stands(own, None) == declined
    if retired is not None and own is not OWN:
        assert move_stands(own, {"state": "accepted"}) == retired
    assert decline_stands(replace(OWN, decided_by=7), 7) == "", "who declined their own may undo it"


def test_a_setting_goes_back_unless_it_was_set_again_or_nobody_is_left_to_organise() -> None:
    back = {"changed": {"group tone": ["friendly", "calm"], "organisers": [[1], [2]]}}
    now = {"group tone": "calm", "organisers": [2], "group zone": "UTC"}
    assert change_stands(back, now, frozenset({1})) == ""
    assert (
        change_stands(back, {**now, "group tone": "friendly"}, frozenset({1})) == "It has been changed since."
    )
    assert change_stands(back, now, frozenset()) == "Whoever organised before has left."
