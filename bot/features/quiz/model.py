"""Quizzes, their players and responses as they are read from the database."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from bot.database.rows import INSTANT, LIST, Json, Way, several
from bot.features.quiz.reviewing import ReviewState
from bot.questions.kinds import OBJECTIVE_KINDS
from bot.questions.kinds.asked import Given, Prepared
from bot.questions.kinds.kind import HandIn, Objective
from bot.questions.kinds.presses import At
from bot.questions.model import Cite, Kind


class Mode(StrEnum):
    """What a quiz is made of, and whom it is for."""

    SOLO = "solo"
    REVIEW = "review"
    MISTAKES = "mistakes"
    GROUP = "group"


class QuizState(StrEnum):
    """A group quiz has a lobby and shows each result; one's own goes from question to question."""

    LOBBY = "lobby"
    ASKING = "asking"
    SHOWN = "shown"
    FINISHED = "finished"
    STOPPED = "stopped"


RUNNING = (QuizState.LOBBY, QuizState.ASKING, QuizState.SHOWN)


@dataclass(frozen=True, slots=True)
class Quiz:
    """One session. ``questions`` are as they are asked; ``position`` is the current one, from 0."""

    id: int
    group_id: int
    member_id: int
    person_id: int
    mode: Mode
    topic: str
    difficulty: int | None
    seed: int
    questions: tuple[Prepared, ...]
    position: int
    state: QuizState
    asked_at: datetime | None
    deadline_at: datetime | None
    next_at: datetime | None

    @property
    def question(self) -> Prepared:
        """The current question."""
        return self.questions[min(self.position, len(self.questions) - 1)]

    @property
    def kind(self) -> Objective:
        """What is particular to the kind of the current question."""
        return OBJECTIVE_KINDS[self.question.kind]

    def kind_of(self, response: "Response") -> Objective:
        """What is particular to the kind of the question that was answered."""
        return OBJECTIVE_KINDS[self.questions[response.position].kind]

    def is_whole(self, given: Given) -> bool:
        """Whether a response to the current question is handed in as it stands: it lacks nothing and waits for no button."""
        return self.kind.hand_in is not HandIn.BUTTON and self.kind.complete(self.question, given)

    def milliseconds(self, now: datetime) -> int:
        """How long the current question has been shown."""
        return max(0, int((now - self.asked_at).total_seconds() * 1000)) if self.asked_at else 0

    @property
    def at(self) -> At:
        """What ties a press to the current question."""
        return self.id, self.position

    @property
    def subject(self) -> str:
        """What its deliveries are about."""
        return f"quiz:{self.id}"

    @property
    def step(self) -> str:
        """How far it is: "2 of 5"."""
        return f"{self.position + 1} of {len(self.questions)}"

    @property
    def is_last(self) -> bool:
        """Whether no question follows."""
        return self.position >= len(self.questions) - 1


@dataclass(frozen=True, slots=True)
class Response:
    """What one member gave to one question. Unsealed ones are still being put together."""

    id: int
    position: int
    member_id: int
    person_id: int
    item_id: str
    given: Given
    sealed: bool
    changes: int
    score: float | None
    correct: bool | None
    guessed: bool
    before: Mapping[str, Any] | None
    took_ms: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """An ended quiz as the one who looks back sees it: how many they answered, and how many of those were right."""

    quiz_id: int
    mode: Mode
    topic: str
    ended_at: datetime
    right: int
    answered: int


PREPARED_JSON = Json(
    Prepared,
    kind=Way(str, Kind),
    choices=LIST,
    lefts=LIST,
    feedback=LIST,
    key=LIST,
    accepted=LIST,
    references=several(Json(Cite)),
)
GIVEN_JSON = Json(Given, picks=LIST)
STATE_JSON = Json(ReviewState, due=INSTANT, last_review=INSTANT)


@lru_cache(64)
def questions_from_text(kept: str) -> tuple[Prepared, ...]:
    """A quiz's questions from the text that the database keeps: they stay as they are while everyone answers them."""
    return tuple(map(PREPARED_JSON.read, json.loads(kept)))
