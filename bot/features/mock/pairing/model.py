"""Weeks, sign-ups and meetings, as they are read from the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.database.rows import Reader
from bot.features.mock.pairing.hours import When

SIGN_UP_FOR = timedelta(hours=24)
"""So long after the week's first reveal one may say that one is in."""

NOTICE = timedelta(hours=3)
"""No meeting is suggested sooner after the pairs are made."""

MEET_WITHIN = timedelta(days=6)
"""Nor later: by then the next week asks again."""

PATIENCE = timedelta(minutes=10)
"""So long after the suggested time one waits for the other."""

MEETS_FOR = timedelta(hours=1)
"""So long after its time a meeting is still the one to go to."""

WAITS_FOR = timedelta(minutes=30)
"""So long somebody who was left waiting is paired with the next one who is."""

MISSED_AT_MOST = 2
"""After so many missed weeks in a row one is asked whether one wants to be in at all."""


PAIRED, AGAIN = "mockweek", "mockagain"
"""The kinds of private messages: whom one meets, and whom instead, where one has waited for the first one."""


@dataclass(frozen=True, slots=True)
class Week:
    """A group's week, from its first reveal on. ``paired_at`` is when its pairs were made."""

    id: int
    group_id: int
    week: str
    opened_at: datetime
    closes_at: datetime
    paired_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignUp:
    """What a member said about a week, and whether they did not come to their meeting."""

    id: int
    group_id: int
    week: str
    member_id: int
    wanted: bool
    evenings: bool
    weekends: bool
    missed: bool

    @property
    def when(self) -> When:
        """When they have time."""
        return When(self.evenings, self.weekends)

    @property
    def subject(self) -> str:
        """What its deliveries are about."""
        return f"mock-signup:{self.id}"


class MeetingState(StrEnum):
    """made -> missed, where only one of the two came; back to made where somebody else took the other's place."""

    MADE = "made"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A pair of a week. Who ``waits`` has said that the other one is not there. ``mock_id`` is the mock that they began."""

    id: int
    group_id: int
    week: str
    interviewer_id: int
    candidate_id: int
    observer_id: int | None
    mock_id: int | None
    state: MeetingState
    swap: bool
    at: datetime
    interviewer_waits_at: datetime | None
    candidate_waits_at: datetime | None
    created_at: datetime

    @property
    def two(self) -> tuple[int, int]:
        """Its interviewer and its candidate."""
        return self.interviewer_id, self.candidate_id

    def other(self, member_id: int) -> int:
        """The one of the two whom a member meets; the candidate, for an observer."""
        return self.interviewer_id if member_id == self.candidate_id else self.candidate_id

    def waits_at(self, member_id: int) -> datetime | None:
        """When one of the two said that the other one is not there."""
        return self.candidate_waits_at if member_id == self.candidate_id else self.interviewer_waits_at


read_week = Reader(Week)
read_sign_up = Reader(SignUp)
read_meeting = Reader(Meeting, state=MeetingState)
