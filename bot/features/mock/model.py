"""Mock interviews, their scripts and what is written about them, as they are read from the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.chat.words import counted
from bot.database.rows import LIST, Json, Reader, several
from bot.questions.literal import plainly
from bot.questions.model import Bank, Cite, Item, KeyPoint, MockRound


class MockState(StrEnum):
    """asked -> ready -> running -> forms -> done; asked -> declined; stopped from any of the first three."""

    ASKED = "asked"
    DECLINED = "declined"
    READY = "ready"
    RUNNING = "running"
    FORMS = "forms"
    DONE = "done"
    STOPPED = "stopped"


OPEN = (MockState.ASKED, MockState.READY, MockState.RUNNING)
"""While one of these lasts, its asker begins no other."""


class Mark(StrEnum):
    """How much of a point was seen."""

    SEEN = "seen"
    PART = "part"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Script:
    """A script as it is asked; kept with the mock, so that a later change of the bank changes none that runs."""

    title: str
    prompt: str
    rounds: tuple[MockRound, ...]
    rubric: tuple[KeyPoint, ...]
    explanation: str
    references: tuple[Cite, ...]

    @property
    def minutes(self) -> int:
        """How long all parts take."""
        return sum(each.minutes for each in self.rounds)

    @property
    def heading(self) -> str:
        """What it is called: "Recruiter screen, 30 minutes"."""
        return f"{self.title}, {counted(self.minutes, 'minute')}"

    @property
    def about(self) -> str:
        """Its first sentence: what a candidate may know beforehand. The rest may hold what is to be found out."""
        return first_sentence(self.prompt)


SCRIPT_JSON = Json(
    Script,
    rounds=several(Json(MockRound, follow_ups=LIST, look_for=LIST)),
    rubric=several(Json(KeyPoint)),
    references=several(Json(Cite)),
)


def script_of(item: Item, bank: Bank) -> Script:
    """The script that an item of the bank holds."""
    title = bank.topics.title(item.topic)
    return Script(title, item.prompt, item.rounds, item.rubric, item.explanation, item.references)


def first_sentence(prompt: str) -> str:
    """The first sentence of a prompt, in plain words."""
    return plainly(prompt).partition(". ")[0].rstrip(".") + "."


@dataclass(frozen=True, slots=True)
class Mock:
    """One mock interview. ``part`` counts from 1; it is 0 before the first is asked. Without an interviewer it is done alone."""

    id: int
    group_id: int
    asker_id: int
    candidate_id: int
    interviewer_id: int | None
    observer_id: int | None
    item_id: str
    script: Script | None
    state: MockState
    part: int
    skipped: tuple[int, ...]
    created_at: datetime
    part_at: datetime | None
    ended_at: datetime | None

    @property
    def subject(self) -> str:
        """What its deliveries are about."""
        return f"mock:{self.id}"

    @property
    def people(self) -> tuple[int, ...]:
        """The members who take part in it, each once."""
        return tuple(i for i in (self.interviewer_id, self.candidate_id, self.observer_id) if i is not None)

    @property
    def alone(self) -> bool:
        """Whether the candidate has nobody to ask them."""
        return self.interviewer_id is None

    def is_asked(self, member_id: int) -> bool:
        """Whether it waits for this member to say yes."""
        return self.state is MockState.ASKED and self.asker_id != member_id

    def other(self, member_id: int) -> int:
        """The one of the two whom a member talks to; the candidate, for an observer."""
        asks = self.interviewer_id if member_id == self.candidate_id else None
        return asks if asks is not None else self.candidate_id

    def scores(self, member_id: int) -> bool:
        """Whether a member fills in the score sheet: everyone but a candidate who has an interviewer."""
        return self.alone or member_id != self.candidate_id

    @property
    def known_script(self) -> Script:
        """Its script, once the roles are agreed on."""
        assert self.script is not None
        return self.script

    @property
    def current(self) -> MockRound:
        """The part that is being asked."""
        return self.known_script.rounds[self.part - 1]

    @property
    def is_last(self) -> bool:
        """Whether no part follows."""
        return self.part >= len(self.known_script.rounds)

    @property
    def until(self) -> datetime:
        """When the time of the current part is up."""
        assert self.part_at is not None
        return self.part_at + timedelta(minutes=self.current.minutes)


read_mock = Reader(Mock, state=MockState, script=SCRIPT_JSON.read, skipped=tuple)


@dataclass(frozen=True, slots=True)
class Form:
    """What one of the people wrote afterwards. ``scores`` is the score sheet, None from the candidate of two."""

    id: int
    member_id: int
    scores: tuple[Mark, ...] | None
    first: str
    second: str
    released_at: datetime | None
    chosen_at: datetime | None


read_form = Reader(Form, scores=lambda kept: tuple(map(Mark, kept)))
