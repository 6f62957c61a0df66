"""Rounds, answers and results as they are read from the database."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from bot.chat.words import ordinal, weekday
from bot.features.daily.ballots.rules import BallotKind
from bot.membership.model import Consent
from bot.questions.model import Item


class RoundState(StrEnum):
    """open -> voting -> revealed, or cancelled."""

    OPEN = "open"
    VOTING = "voting"
    REVEALED = "revealed"
    CANCELLED = "cancelled"


class AnswerState(StrEnum):
    """Sealed ones take part. A passed or late one never does; a hidden one was reported, a removed one taken out."""

    SEALED = "sealed"
    PASSED = "passed"
    LATE = "late"
    HIDDEN = "hidden"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a question's facts come from."""

    title: str
    url: str
    where: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was asked. It is kept with the round, so that a later change of the bank changes no old round."""

    item_id: str
    kind: str
    topic: str
    prompt: str
    hint: str
    starter: str
    key_points: tuple[str, ...]
    model_answer: str
    explanation: str
    follow_ups: tuple[str, ...]
    sources: tuple[Source, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data for the database."""
        return {
            "item_id": self.item_id,
            "kind": self.kind,
            "topic": self.topic,
            "prompt": self.prompt,
            "hint": self.hint,
            "starter": self.starter,
            "key_points": list(self.key_points),
            "model_answer": self.model_answer,
            "explanation": self.explanation,
            "follow_ups": list(self.follow_ups),
            "sources": [[s.title, s.url, s.where] for s in self.sources],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Question":
        """The question from what the database kept."""
        return cls(
            item_id=kept["item_id"],
            kind=kept["kind"],
            topic=kept["topic"],
            prompt=kept["prompt"],
            hint=kept["hint"],
            starter=kept["starter"],
            key_points=tuple(kept["key_points"]),
            model_answer=kept["model_answer"],
            explanation=kept["explanation"],
            follow_ups=tuple(kept["follow_ups"]),
            sources=tuple(Source(*s) for s in kept["sources"]),
        )

    @staticmethod
    @lru_cache(maxsize=512)
    def from_text(kept: str) -> "Question":
        """The question from its JSON: every click of a round needs it, so it is read once."""
        return Question.from_json(json.loads(kept))


def question_of(item: Item, topic: str, sources: tuple[Source, ...]) -> Question:
    """The question an item of the bank asks; ``topic`` is the readable title of its place in the tree."""
    return Question(
        item_id=item.id,
        kind=item.kind.value,
        topic=topic,
        prompt=item.prompt,
        hint=item.hint or "",
        starter=item.starter or "",
        key_points=tuple(point.point for point in item.rubric),
        model_answer=item.model_answer or "",
        explanation=item.explanation,
        follow_ups=item.follow_ups,
        sources=sources,
    )


@dataclass(frozen=True, slots=True)
class Round:
    """One question in one group on one local date and slot. ``zone`` is the group's."""

    id: int
    group_id: int
    zone: str
    local_date: date
    slot: int
    root: str
    question: Question
    state: RoundState
    opened_at: datetime
    closes_at: datetime | None
    voting_at: datetime | None
    votes_close_at: datetime | None
    revealed_at: datetime | None
    reminded_at: datetime | None
    ballot: BallotKind
    finalists: frozenset[int] | None
    result: "Result | None"

    @property
    def whose(self) -> str:
        """The day it belongs to: "Tuesday's", or "Tuesday's second" where organisers asked for another."""
        return f"{weekday(self.local_date)}'s" + (f" {ordinal(self.slot + 1)}" if self.slot else "")

    @property
    def subject(self) -> str:
        """What its deliveries are about."""
        return f"round:{self.id}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a member wrote (or that they passed)."""

    id: int
    round_id: int
    member_id: int
    state: AnswerState
    text: str
    consent: Consent
    created_at: datetime
    updated_at: datetime
    locked_at: datetime | None
    looks: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one answer fared. ``helped`` of ``looks`` readers (approval), or won ``helped`` of ``looks`` pairs."""

    answer_id: int
    member_id: int
    rank: int
    helped: int
    looks: int


@dataclass(frozen=True, slots=True)
class Digest:
    """The look back at a week: counts, the ids of its best answers and of those whose answers helped most.

    ``goal`` is (reached, wanted) in points, ``next_goal`` this week's, 0 for none. ``next_at`` is when the next question
    comes, ``days`` how many come a week.
    """

    questions: int
    answers: int
    ballots: int
    people: int
    goal: tuple[int, int] | None
    next_goal: int
    best: tuple[int, ...]
    leaders: tuple[int, ...]
    next_at: datetime | None
    days: int

    def to_json(self) -> dict[str, Any]:
        """Plain data for the database."""
        kept = {name: getattr(self, name) for name in self.__slots__}
        return kept | {"next_at": self.next_at.isoformat() if self.next_at else None}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Digest":
        """The look back from what the database kept."""
        goal, next_at = kept["goal"], kept["next_at"]
        changed = {
            "goal": (goal[0], goal[1]) if goal else None,
            "best": tuple(kept["best"]),
            "leaders": tuple(kept["leaders"]),
            "next_at": datetime.fromisoformat(next_at) if next_at else None,
        }
        return cls(**{**kept, **changed})


@dataclass(frozen=True, slots=True)
class Result:
    """What a reveal found: outcomes best first, how many voted, and how many took part at all.

    ``digest`` is the week's look back, where it rides on this reveal.
    """

    kind: str
    outcomes: tuple[Outcome, ...]
    voters: int
    participants: int
    digest: Digest | None = None

    def of(self, member_id: int) -> Outcome | None:
        """The outcome of this member's answer."""
        return next((o for o in self.outcomes if o.member_id == member_id), None)

    def to_json(self) -> dict[str, Any]:
        """Plain data for the database."""
        return {
            "kind": self.kind,
            "outcomes": [[o.answer_id, o.member_id, o.rank, o.helped, o.looks] for o in self.outcomes],
            "voters": self.voters,
            "participants": self.participants,
        } | ({"digest": self.digest.to_json()} if self.digest else {})

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Result":
        """The result from what the database kept."""
        digest = kept.get("digest")
        return cls(
            kept["kind"],
            tuple(Outcome(*o) for o in kept["outcomes"]),
            kept["voters"],
            kept["participants"],
            Digest.from_json(digest) if digest else None,
        )

    @staticmethod
    @lru_cache(maxsize=128)
    def from_text(kept: str) -> "Result | None":
        """The result from its JSON, which is read once; None for null."""
        read = json.loads(kept)
        return Result.from_json(read) if read else None


NOBODY = Result(BallotKind.NONE.value, (), 0, 0)
"""The result of a round before there is one."""
