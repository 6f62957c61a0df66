"""Groups, members and places as they are read from the database."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.membership.calendar.days_off import DayOff, dates_of
from bot.membership.calendar.schedule import Rhythm


class Tone(StrEnum):
    """How much a group compares: not at all, gently, or openly."""

    CALM = "calm"
    FRIENDLY = "friendly"
    COMPETITIVE = "competitive"


class GroupState(StrEnum):
    """A draft is being set up; a paused group opens no new questions and lets its open rounds end."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"


class Consent(StrEnum):
    """What may be shown of an answer in the channel if it is among the best."""

    UNNAMED = "unnamed"
    NAMED = "named"
    OUT = "out"


class Naming(StrEnum):
    """How boards and digests may call a member. Unnamed ones stand there as "Someone", left out ones not at all."""

    UNNAMED = "unnamed"
    NAMED = "named"
    PSEUDONYM = "pseudonym"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Group:
    """A study group with its settings. ``at_minute`` counts from local midnight; no topics means all of them."""

    id: int
    name: str
    zone: str
    at_minute: int
    weekdays: frozenset[int]
    tone: Tone
    topics: tuple[str, ...]
    answer_limit: int
    answers_minutes: int | None
    votes_minutes: int | None
    state: GroupState
    last_date: date | None
    next_at: datetime | None
    warned_at: datetime | None
    quiz_seconds: int = 45
    retention_days: int | None = None
    digest: bool = True
    digest_week: str = ""
    invited_only: bool = False
    pairs_mocks: bool = False
    days_off: tuple[DayOff, ...] = ()

    @property
    def at(self) -> time:
        """The local time of its questions."""
        return time(self.at_minute // 60, self.at_minute % 60)

    @property
    def rhythm(self) -> Rhythm:
        """When its questions come."""
        return Rhythm(
            self.zone,
            self.at,
            self.weekdays,
            timedelta(minutes=self.answers_minutes) if self.answers_minutes else None,
            timedelta(minutes=self.votes_minutes) if self.votes_minutes else None,
            dates_of(self.days_off),
        )

    @property
    def keeps_score(self) -> bool:
        """Whether points, ranks and boards exist here."""
        return self.tone is not Tone.CALM


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a group. ``naming`` is for boards; ``consent`` is the last choice for an answer, if any was made."""

    id: int
    group_id: int
    person_id: int
    name: str
    pseudonym: str
    naming: Naming
    consent: Consent | None
    organiser: bool
    sample: bool
    reminders: bool
    break_from: date | None
    break_until: date | None
    joined_at: datetime
    seen_at: datetime
    left_at: datetime | None
    barred_at: datetime | None
    onboarded: int
    blanked_at: datetime | None = None

    def has_break(self, today: date) -> bool:
        """Whether a break of theirs runs or is still to come."""
        return self.break_until is not None and self.break_until > today

    def is_away(self, today: date) -> bool:
        """Whether a break of theirs runs."""
        return self.has_break(today) and (self.break_from is None or self.break_from <= today)

    @property
    def listed(self) -> bool:
        """Whether boards and digests have a place for this member at all; to oneself one's own is always shown."""
        return self.naming is not Naming.OUT and self.left_at is None and self.barred_at is None

    @property
    def shown(self) -> str:
        """The name by which others may be told of this member: real, chosen, or none."""
        if self.naming is Naming.PSEUDONYM and self.pseudonym:
            return self.pseudonym
        return self.real_name if self.naming is Naming.NAMED else ""

    @property
    def real_name(self) -> str:
        """The name on the platform; a sample member says that it is one."""
        return f"{self.name} (sample)" if self.sample else self.name


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which group, and whether this was their first time, or the first after a while away."""

    group: Group
    member: Member
    newcomer: bool
    was_away: bool = False
