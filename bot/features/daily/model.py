"""Rounds, answers and results as they are read from the database."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from bot.chat.words import counted, ordinal, weekday
from bot.database.rows import INSTANT, LIST, Json, as_list, several
from bot.features.daily.ballots.rules import BallotKind, pairs_that_finish
from bot.membership.model import Consent
from bot.questions.kinds import IN_CODE
from bot.questions.model import Bank, Item


class RoundState(StrEnum):
    """open -> voting -> revealed, or cancelled."""

    OPEN = "open"
    VOTING = "voting"
    REVEALED = "revealed"
    CANCELLED = "cancelled"


RUNNING = (RoundState.OPEN, RoundState.VOTING)
"""The states of a round that goes on."""


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
    """A question as it was asked. It is kept with the round, so that a later change of the bank changes no old round.

    ``was`` is the prompt that stood there before organisers corrected it while it was out, "" where none did.
    """

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
    tests: str = ""
    solution: str = ""
    was: str = ""

    @property
    def asks_code(self) -> bool:
        """Whether an answer is code."""
        return self.kind in IN_CODE

    @staticmethod
    @lru_cache(maxsize=512)
    def from_text(kept: str) -> "Question":
        """The question from its JSON: every click of a round needs it, so it is read once."""
        return QUESTION_JSON.read(json.loads(kept))


QUESTION_JSON = Json(Question, key_points=LIST, follow_ups=LIST, sources=several(as_list(Source)))


def ask(bank: Bank, item: Item) -> Question:
    """An item as a question, with the readable title of its place in the tree, and its sources' titles and links."""
    sources = tuple(
        Source(found.title, found.url, cite.where or "")
        for cite in item.references
        if (found := bank.references.get(cite.key)) is not None
    )
    return Question(
        item_id=item.id,
        kind=item.kind.value,
        topic=bank.topics.path(item.topic),
        prompt=item.prompt,
        hint=item.hint or "",
        starter=item.starter or "",
        key_points=tuple(point.point for point in item.rubric),
        model_answer=item.model_answer or "",
        explanation=item.explanation,
        follow_ups=item.follow_ups,
        sources=sources,
        tests=item.tests or "",
        solution=item.solution or "",
    )


def whose(on: date, slot: int) -> str:
    """The day that a round belongs to: "Tuesday's", or "Tuesday's second" where organisers asked for another."""
    return f"{weekday(on)}'s" + (f" {ordinal(slot + 1)}" if slot else "")


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
        return whose(self.local_date, self.slot)

    @property
    def subject(self) -> str:
        """What its deliveries are about."""
        return f"round:{self.id}"


@dataclass(frozen=True, slots=True)
class Voting:
    """The ballot that a card may point to: its round, how many answers can be read, and what was judged already.

    A card that everyone sees says no number: who has answered, voted or reported meets another one.
    """

    round: Round
    readable: int
    done: int = 0
    for_everyone: bool = False

    @property
    def left(self) -> str:
        """How much its reader will meet: "3 to read", "2 pairs to compare"; "" where that is not to be said."""
        if self.for_everyone:
            return ""
        if self.round.ballot is BallotKind.PAIRS:
            pairs = pairs_that_finish(self.readable) - self.done
            return f"{counted(pairs, 'pair')} to compare" if pairs > 0 else ""
        answers = self.readable - self.done
        return f"{answers} to read" if answers > 0 else ""


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

    @property
    def compared(self) -> bool:
        """Whether its author has seen the key points and the model answer."""
        return self.locked_at is not None or self.state in (AnswerState.PASSED, AnswerState.LATE)


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round, and where whoever asks stands in it: their answer, what they typed and could not save, the ballot that waits.

    ``peeked``: they have read its answer in the bank or the preview, so that it counts as a pass. ``first_days``: the group has
    seen no reveal yet.
    """

    round: Round
    answer: Answer | None
    peeked: bool
    draft: str = ""
    voting: Voting | None = None
    first_days: bool = False


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


DIGEST_JSON = Json(Digest, goal=LIST, best=LIST, leaders=LIST, next_at=INSTANT)


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
        kept = RESULT_JSON.write(self)
        if self.digest is None:
            del kept["digest"]  # results with a look back are found by that word
        return kept

    @staticmethod
    @lru_cache(maxsize=128)
    def from_text(kept: str) -> "Result | None":
        """The result from its JSON, which is read once; None for null."""
        read = json.loads(kept)
        return RESULT_JSON.read(read) if read else None


RESULT_JSON = Json(Result, outcomes=several(as_list(Outcome)), digest=DIGEST_JSON)

NOBODY = Result(BallotKind.NONE.value, (), 0, 0)
"""The result of a round before there is one."""
