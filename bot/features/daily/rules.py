"""Pure decisions of the daily round: what a text must be, what the votes say, what a round earns."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from bot.chat import words
from bot.features.daily.ballots.ranking import Comparison, Tally, rank_approval, rank_pairs
from bot.features.daily.ballots.rules import BallotKind
from bot.features.daily.model import Answer, Outcome, Question, Result
from bot.membership.model import Consent
from bot.questions.kinds import IN_CODE, PERSONAL
from bot.questions.literal import plainly

NOTE_LIMIT = 280
"""Characters of a line to an author."""

LATE_LIMIT = 3000
"""Characters of a late answer that its author keeps: the most a group can allow for any answer."""

REPORTS_TO_HIDE = 3
"""So many reports hide an answer until an organiser looks; an organiser's own report hides it alone."""

RANKED_FROM = 4
"""With fewer answers nothing is ranked: all are shown by consent."""

REMINDER_BEFORE = timedelta(hours=2)

POINTS_ANSWER = 5
POINTS_BALLOT = 3
POINTS_HELPED = 2
MOST_HELPED_POINTS = 10
"""The most a member gets in one round for votes received."""
POINTS_BEST = 3
BEST = 2
"""How many answers a reveal shows, since the best is among two far more surely than it is the first."""


def clean(text: str) -> str:
    """What a member wrote, as it is kept: NFC, without control characters and what can only hide or reorder text."""
    return unicodedata.normalize("NFC", words.clean(text))


def mark_of(words: str) -> int:
    """A short mark of what an answer says, 0 for nothing: it differs where the words do."""
    return crc32(words.encode())


def searched(question: Question, own: str) -> str:
    """Where words are looked for: a question, its topic and its model answer, and what one answered oneself."""
    return plainly(f"{question.prompt}\n{question.topic}\n{question.model_answer}") + "\n" + own


def answer_error(text: str, limit: int) -> str | None:
    """What is wrong with an answer's text (already cleaned), as a sentence for its author; None when nothing is."""
    if not text:
        return "Your answer is still empty. Write it, or close this and come back later."
    return words.too_long(text, limit) or None


def answer_limit(kind: str, group_limit: int) -> int:
    """The most characters of an answer: code has room for whatever the group's limit is."""
    return max(group_limit, LATE_LIMIT) if kind in IN_CODE else group_limit


def note_error(text: str) -> str | None:
    """What is wrong with a line to an author; None when nothing is."""
    if not text:
        return "Write one line, or close this to continue without one."
    return words.too_long(text, NOTE_LIMIT) or None


def default_consent(kind: str, last: Consent | None) -> Consent:
    """What stands in the form: personal stories start outside the channel, others as chosen last time."""
    if kind in PERSONAL:
        return Consent.OUT
    return last or Consent.UNNAMED


def reminder_at(
    opened_at: datetime, closes_at: datetime | None, reminded_at: datetime | None
) -> datetime | None:
    """When those who asked are reminded; None when it was done, or when the round is too short for it."""
    if closes_at is None or reminded_at is not None or closes_at - opened_at <= REMINDER_BEFORE:
        return None
    return closes_at - REMINDER_BEFORE


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one voter said of one answer: it helped, or it did not."""

    voter_id: int
    answer_id: int
    helped: bool


def result_of(
    answers: Sequence[Answer],
    judgements: Sequence[Judgement],
    comparisons: Sequence[Comparison],
    *,
    kind: BallotKind,
    voters: frozenset[int],
    others: frozenset[int],
    seed: int,
) -> Result:
    """What the votes say. ``answers`` are those that stayed on the ballot; the order they came in has no effect.

    ``kind`` is the ballot's, as it was when voting opened: answers hidden since do not change it. ``others`` are the
    members who took part without such an answer (passed, or only voted).
    """
    author = {a.id: a.member_id for a in answers}
    ids = author.keys()
    if kind is BallotKind.PAIRS:
        ranked = rank_pairs(ids, comparisons, seed)
        tallies = _pair_tallies(ids, comparisons)
    else:
        tallies = _approval_tallies(ids, judgements)
        ranked = rank_approval(tallies.values(), seed)
    outcomes = tuple(
        Outcome(
            r.answer_id, author[r.answer_id], r.rank, tallies[r.answer_id].helped, tallies[r.answer_id].looks
        )
        for r in ranked
    )
    participants = frozenset(author.values()) | voters | others
    return Result(kind.value, outcomes, len(voters), len(participants))


def _approval_tallies(ids: Collection[int], judgements: Iterable[Judgement]) -> Mapping[int, Tally]:
    looks, helped = Counter[int](), Counter[int]()
    for each in judgements:
        looks[each.answer_id] += 1
        helped[each.answer_id] += each.helped
    return {i: Tally(i, helped[i], looks[i]) for i in ids}


def _pair_tallies(ids: Collection[int], comparisons: Iterable[Comparison]) -> Mapping[int, Tally]:
    known = [each for each in comparisons if each.winner_id in ids and each.loser_id in ids]
    won, lost = Counter(each.winner_id for each in known), Counter(each.loser_id for each in known)
    return {i: Tally(i, won[i], won[i] + lost[i]) for i in ids}


def best_of(result: Result) -> tuple[Outcome, ...]:
    """The answers that earn the best-two points: none under four answers, and more than two only where they tie.

    What helped nobody is not among the best, however few there were.
    """
    if len(result.outcomes) < RANKED_FROM:
        return ()
    return tuple(o for o in result.outcomes if o.rank <= BEST and o.helped)


@dataclass(frozen=True, slots=True)
class Earned:
    """Points one member earns in a round, and for what: answer, ballot, helped or best."""

    member_id: int
    reason: str
    points: int


def earnings(result: Result, finished_ballots: frozenset[int]) -> tuple[Earned, ...]:
    """What a round earns, in member order: 5 an answer, 3 a finished ballot, 2 a vote received (at most 10), 3 for best."""
    best = {o.answer_id for o in best_of(result)}
    made: list[Earned] = []
    for outcome in result.outcomes:
        made.append(Earned(outcome.member_id, "answer", POINTS_ANSWER))
        received = min(POINTS_HELPED * outcome.helped, MOST_HELPED_POINTS)
        if received:
            made.append(Earned(outcome.member_id, "helped", received))
        if outcome.answer_id in best:
            made.append(Earned(outcome.member_id, "best", POINTS_BEST))
    made.extend(Earned(voter, "ballot", POINTS_BALLOT) for voter in finished_ballots)
    return tuple(sorted(made, key=lambda e: (e.member_id, e.reason)))
