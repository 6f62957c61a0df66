"""What a response brings: its grade, the next date of review, and points."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Date, Text, and_, bindparam, exists, func, or_, select

from bot.database.schema import Instant
from bot.database.statements import Row, Statement, changing
from bot.database.transaction import Transaction
from bot.features.coming.queries import peeked
from bot.features.coming.tables import answer_peeks
from bot.features.points.ledger import Award, award
from bot.features.points.rules import POINTS, QUIZ
from bot.features.points.tables import ledger
from bot.features.quiz.model import GIVEN_JSON, Mode, Quiz, Response
from bot.features.quiz.queries import (
    RESPONSE_COLUMNS,
    KeptReview,
    answered_by,
    change_response,
    drop_reviews,
    keep_reviews,
    read_response,
    read_review,
)
from bot.features.quiz.reviewing import rate, review
from bot.features.quiz.tables import challenges, responses, reviews
from bot.membership.model import Group
from bot.membership.tables import members
from bot.questions.kinds.asked import Given

MOST_QUIZ_POINTS = 10
MOST_REVIEW_POINTS = 3
RIGHTS_OWED = 2
"""A mistake is made good by so many right answers."""

WINDOW = timedelta(days=30)
"""How long a right answer, or an organiser's look at it, keeps the next one to the same item from earning points."""

_POINTS_BY_DIFFICULTY = {1: 1, 2: 1, 3: 2, 4: 3, 5: 3}

_earlier = responses.alias("earlier")
_right_lately = exists().where(
    _earlier.c.person_id == responses.c.person_id,
    _earlier.c.item_id == responses.c.item_id,
    _earlier.c.correct,
    _earlier.c.id != responses.c.id,
    _earlier.c.at >= bindparam("since", type_=Instant),
)
_canonical = func.coalesce(members.c.canonical_id, members.c.id)
_read_lately = peeked(_canonical, responses.c.item_id, answer_peeks.c.at >= bindparam("since", type_=Instant))
_taken_out = exists().where(
    challenges.c.group_id == bindparam("group_id"),
    challenges.c.item_id == responses.c.item_id,
    challenges.c.outcome == "upheld",
)
_earned = (
    select(func.coalesce(func.sum(ledger.c.points), 0))
    .where(
        ledger.c.member_id == _canonical,
        ledger.c.board == POINTS,
        ledger.c.reason == bindparam("reason", type_=Text),
        ledger.c.local_date == bindparam("today", type_=Date),
    )
    .scalar_subquery()
)
# Everything that the grade of a response rests on: a question of a crowd is settled from one statement.
_BASES = (
    select(
        *RESPONSE_COLUMNS,
        _canonical.label("canonical"),
        *read_review.columns(reviews, "review_"),
        or_(_right_lately, _read_lately).label("known_lately"),
        _taken_out.label("taken_out"),
        _earned.label("earned"),
    )
    .select_from(responses)
    .join(members, members.c.id == responses.c.member_id)
    .outerjoin(
        reviews, and_(reviews.c.person_id == responses.c.person_id, reviews.c.item_id == responses.c.item_id)
    )
)
_OF_RESPONSE = Statement(_BASES.where(responses.c.id == bindparam("response_id")))
_OF_QUESTION = Statement(
    _BASES.where(
        responses.c.quiz_id == bindparam("quiz_id"),
        responses.c.position == bindparam("position"),
        responses.c.score.is_(None),
    ).order_by(responses.c.member_id)
)
_GRADE = changing(responses, ("given", "sealed", "score", "correct", "before", "at"))


@dataclass(frozen=True, slots=True)
class _Basis:
    """A response about to be graded, and what its grade rests on. ``earned``: points of today for the same reason.

    ``known_lately``: its person was right about it, or read its answer in the bank, a while ago.
    """

    response: Response
    member_id: int
    review: KeptReview | None
    known_lately: bool
    taken_out: bool
    earned: int


def _basis(row: Row) -> _Basis:
    return _Basis(
        read_response(row, "response_"),
        row.canonical,
        read_review(row, "review_") if row.review_item_id is not None else None,
        bool(row.known_lately),
        bool(row.taken_out),
        int(row.earned),
    )


def _asked(group: Group, quiz: Quiz, now: datetime) -> dict[str, Any]:
    today = now.astimezone(group.rhythm.tz).date()
    return {
        "group_id": group.id,
        "since": now - WINDOW,
        "reason": "review" if quiz.mode in (Mode.REVIEW, Mode.MISTAKES) else "quiz",
        "today": today,
    }


async def settle(tx: Transaction, group: Group, quiz: Quiz, response: Response, now: datetime) -> Response:
    """Grade a response for good: the review is scheduled, points are given once, the accuracy counts it.

    It is sealed with that; the response as it stands then.
    """
    row = (await tx.execute(_OF_RESPONSE, response_id=response.id, **_asked(group, quiz, now))).one()
    return (await _grade(tx, group, quiz, [_basis(row)], now))[0]


async def settle_question(tx: Transaction, group: Group, quiz: Quiz, now: datetime) -> None:
    """Grade what was handed in to the current question of a group quiz, each response once, in the members' order.

    Who took an answer back and handed in no other is held to the first one; what somebody had put together when the time ended
    counts for what it holds.
    """
    rows = await tx.execute(_OF_QUESTION, quiz_id=quiz.id, position=quiz.position, **_asked(group, quiz, now))
    bases: list[_Basis] = []
    for basis in map(_basis, rows):
        kept = basis.response
        if not kept.sealed and kept.before:
            kept = replace(kept, given=GIVEN_JSON.read(kept.before), sealed=True)
        if kept.sealed or kept.given != Given():
            bases.append(replace(basis, response=kept))
    await _grade(tx, group, quiz, bases, now)


async def _grade(
    tx: Transaction, group: Group, quiz: Quiz, bases: Sequence[_Basis], now: datetime
) -> list[Response]:
    graded: list[Response] = []
    known: list[tuple[int, KeptReview]] = []
    awards: list[Award] = []
    for basis in bases:
        response = basis.response
        question = quiz.questions[response.position]
        score = quiz.kind_of(response).grade(question, response.given)
        given = replace(response, sealed=True, score=score, correct=score == 1, before=None, at=now)
        graded.append(given)
        if not basis.taken_out:
            known.append((response.person_id, _scheduled(given, basis.review)))
            awards += _awards(group, quiz, basis, right=score == 1, now=now)
    changes = [
        {
            "its_id": each.id,
            "given": GIVEN_JSON.write(each.given),
            "sealed": True,
            "score": each.score,
            "correct": each.correct,
            "before": None,
            "at": now,
        }
        for each in graded
    ]
    if changes:
        await tx.execute(_GRADE, changes)
    await keep_reviews(tx, known)
    await award(tx, awards)
    return graded


async def points_now(
    tx: Transaction, group: Group, quiz: Quiz, response: Response, now: datetime
) -> list[Award]:
    """The points of a response that counts as right only now."""
    row = (await tx.execute(_OF_RESPONSE, response_id=response.id, **_asked(group, quiz, now))).one()
    basis = _basis(row)
    base = _graded(group, quiz, basis, right=True, now=now)
    return _points(base, quiz, basis, right=True) if group.keeps_score else []


def _graded(group: Group, quiz: Quiz, basis: _Basis, *, right: bool, now: datetime) -> Award:
    response = basis.response
    return Award(
        key=f"graded:{response.id}",
        group_id=group.id,
        member_id=basis.member_id,
        topic=quiz.questions[response.position].root,
        reason="graded",
        points=int(right),
        local_date=now.astimezone(group.rhythm.tz).date(),
        at=now,
        board=QUIZ,
        out_of=1,
    )


def _awards(group: Group, quiz: Quiz, basis: _Basis, *, right: bool, now: datetime) -> list[Award]:
    if not quiz.kind_of(basis.response).checked:
        return []
    base = _graded(group, quiz, basis, right=right, now=now)
    points = _points(base, quiz, basis, right=right) if group.keeps_score else []
    return [*points, *([base] if _counts(group, quiz, basis.review, base) else ())]


def _counts(group: Group, quiz: Quiz, before: KeptReview | None, graded: Award) -> bool:
    """Whether a graded response counts for the accuracy: in a quiz of one's own or the group's, an item once a day.

    Reviews and the quiz of one's mistakes gather what went wrong before, and would pull down whoever practises most.
    Calm groups have no board; there the accuracy is for one's own record.
    """
    if quiz.mode in (Mode.REVIEW, Mode.MISTAKES):
        return False
    return before is None or before.state.last_review.astimezone(group.rhythm.tz).date() < graded.local_date


async def own_up(tx: Transaction, response: Response) -> Response:
    """A right answer was a guess: schedule it as hard instead of good; the response as it stands then."""
    if not response.correct or response.guessed:
        return response
    await change_response(tx, response.id, guessed=True)
    await recount_reviews(tx, response.item_id, [response.person_id])
    return replace(response, guessed=True)


async def recount_reviews(tx: Transaction, item_id: str, people: Iterable[int]) -> None:
    """Plan an item's reviews again from all that people answered to it and that counts; without any, it has none."""
    answered = await answered_by(tx, people, item_id)
    known: dict[int, KeptReview] = {}
    for person_id, given in answered.items():
        for response in given:
            known[person_id] = _scheduled(response, known.get(person_id))
    await keep_reviews(tx, known.items())
    await drop_reviews(tx, [person_id for person_id in answered if person_id not in known], item_id)


def _scheduled(response: Response, before: KeptReview | None) -> KeptReview:
    """What a graded response makes of the review that there was before it."""
    right, guessed = bool(response.correct), response.guessed
    after = review(
        before.state if before else None,
        rate(right, guessed, response.given.rating),
        response.at,
        card_id=response.person_id,
        seed=response.id,
    )
    owed = before.owed if before else 0
    owed = RIGHTS_OWED if not right else max(0, owed - (0 if guessed else 1))
    return KeptReview(response.item_id, after, (before.seen if before else 0) + 1, owed)


def _points(graded: Award, quiz: Quiz, basis: _Basis, *, right: bool) -> list[Award]:
    response = basis.response
    wanted = replace(
        graded,
        key=f"quiz:{response.id}",
        reason="quiz",
        points=_POINTS_BY_DIFFICULTY.get(quiz.questions[response.position].difficulty, 2),
        board=POINTS,
        out_of=0,
    )
    if quiz.mode in (Mode.REVIEW, Mode.MISTAKES):
        wanted = replace(wanted, key=f"review:{response.id}", reason="review", points=1)
        most = MOST_REVIEW_POINTS
    else:
        most = MOST_QUIZ_POINTS
        if not right or basis.known_lately:
            return []
    left = most - basis.earned
    return [replace(wanted, points=min(wanted.points, left))] if left > 0 else []
