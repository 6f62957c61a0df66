"""What a response brings: its grade, the next date of review, and points."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.groups.model import Group, Member
from bot.groups.preparing import interview_of
from bot.groups.store import load_member
from bot.quiz.grading import Grade, grade
from bot.quiz.model import Mode, Quiz, Response, given_from_json, state_from_json, state_to_json
from bot.quiz.reviewing import rate, review
from bot.quiz.store import (
    WINDOW,
    KeptReview,
    change_response,
    earned_today,
    find_review,
    keep_review,
    out_of_scoring,
    responses_to,
    right_lately,
)
from bot.standings.ledger import Award, award
from bot.standings.rules import POINTS, QUIZ
from bot.store.transaction import Transaction

MOST_QUIZ_POINTS = 10
MOST_REVIEW_POINTS = 3
RIGHTS_OWED = 2
"""A mistake is made good by so many right answers."""

_POINTS_BY_DIFFICULTY = {1: 1, 2: 1, 3: 2, 4: 3, 5: 3}


async def settle(
    tx: Transaction, group: Group, member: Member, quiz: Quiz, response: Response, now: datetime
) -> Grade:
    """Grade a response for good: the review is scheduled, points are given once, the accuracy counts it.

    ``response`` is the one of this member to ``quiz.questions[response.position]``, sealed or about to be.
    """
    result, awards = await _graded(tx, group, member, quiz, response, now)
    await award(tx, awards)
    return result


async def _graded(
    tx: Transaction, group: Group, member: Member, quiz: Quiz, response: Response, now: datetime
) -> tuple[Grade, list[Award]]:
    question = quiz.questions[response.position]
    result = grade(question, response.given)
    before = await find_review(tx, response.person_id, question.item_id)
    await _schedule(tx, group, response, before, result.right, guessed=False, now=now)
    await change_response(
        tx,
        response.id,
        sealed=True,
        score=result.score,
        correct=result.right,
        before=_to_json(before),
        at=now,
    )
    if question.item_id in await out_of_scoring(tx, group.id):
        return result, []
    base = Award(
        key=f"graded:{response.id}",
        group_id=group.id,
        member_id=member.id,
        topic=question.root,
        reason="graded",
        points=int(result.right),
        local_date=now.astimezone(group.rhythm.tz).date(),
        at=now,
        board=QUIZ,
        out_of=1,
    )
    points = await _points(tx, base, quiz, response, right=result.right) if group.keeps_score else []
    return result, [*points, *([base] if _counts(group, quiz, before, base) else ())]


def _counts(group: Group, quiz: Quiz, before: KeptReview | None, graded: Award) -> bool:
    """Whether a graded response counts for the accuracy: in a quiz of one's own or the group's, an item once a day.

    Reviews and the quiz of one's mistakes gather what went wrong before, and would pull down whoever practises most.
    Calm groups have no board; there the accuracy is for one's own record.
    """
    if quiz.mode in (Mode.REVIEW, Mode.MISTAKES):
        return False
    return before is None or before.last_at.astimezone(group.rhythm.tz).date() < graded.local_date


async def settle_question(tx: Transaction, group: Group, quiz: Quiz, now: datetime) -> None:
    """Grade what was handed in to the current question of a group quiz, each response once, in the members' order.

    Who took an answer back and handed in no other is held to the first one.
    """
    waiting = [r for r in await responses_to(tx, quiz.id, quiz.position) if r.score is None]
    awards: list[Award] = []
    for each in sorted(waiting, key=lambda r: r.member_id):
        kept = each
        if not each.sealed and each.before:
            kept = replace(each, given=given_from_json(each.before), sealed=True)
            await change_response(tx, each.id, given=dict(each.before))
        if kept.sealed:
            member = await load_member(tx, kept.member_id)
            awards += (await _graded(tx, group, member, quiz, kept, now))[1]
    await award(tx, awards)


async def own_up(tx: Transaction, group: Group, response: Response, now: datetime) -> None:
    """A right answer was a guess: schedule it as hard instead of good."""
    if not response.correct or response.guessed:
        return
    before = _from_json(response.item_id, response.before)
    await _schedule(tx, group, response, before, right=True, guessed=True, now=now)
    await change_response(tx, response.id, guessed=True)


async def _schedule(
    tx: Transaction,
    group: Group,
    response: Response,
    before: KeptReview | None,
    right: bool,
    *,
    guessed: bool,
    now: datetime,
) -> None:
    state = state_from_json(before.state) if before else None
    interview = await interview_of(tx, response.person_id)
    after = review(
        state,
        rate(right, guessed),
        now,
        card_id=response.person_id,
        interview=interview,
        seed=response.id,
        today=now.astimezone(group.rhythm.tz).date(),
    )
    owed = before.owed if before else 0
    owed = RIGHTS_OWED if not right else max(0, owed - (0 if guessed else 1))
    kept = KeptReview(
        response.item_id, state_to_json(after), after.due, now, (before.seen if before else 0) + 1, owed
    )
    await keep_review(tx, response.person_id, kept)


async def _points(
    tx: Transaction, graded: Award, quiz: Quiz, response: Response, *, right: bool
) -> list[Award]:
    question = quiz.questions[response.position]
    wanted = replace(
        graded,
        key=f"quiz:{response.id}",
        reason="quiz",
        points=_POINTS_BY_DIFFICULTY.get(question.difficulty, 2),
        board=POINTS,
        out_of=0,
    )
    if quiz.mode in (Mode.REVIEW, Mode.MISTAKES):
        wanted = replace(wanted, key=f"review:{response.id}", reason="review", points=1)
        most = MOST_REVIEW_POINTS
    else:
        most = MOST_QUIZ_POINTS
        if not right or await right_lately(
            tx, response.person_id, response.item_id, response.id, graded.at - WINDOW
        ):
            return []
    left = most - await earned_today(tx, wanted.member_id, wanted.reason, wanted.local_date)
    return [replace(wanted, points=min(wanted.points, left))] if left > 0 else []


def _to_json(kept: KeptReview | None) -> dict[str, Any] | None:
    if kept is None:
        return None
    return {
        "state": dict(kept.state),
        "due_at": kept.due_at.isoformat(),
        "last_at": kept.last_at.isoformat(),
        "seen": kept.seen,
        "owed": kept.owed,
    }


def _from_json(item_id: str, kept: object) -> KeptReview | None:
    if not isinstance(kept, dict):
        return None
    due, last = (datetime.fromisoformat(kept[name]) for name in ("due_at", "last_at"))
    return KeptReview(item_id, kept["state"], due, last, kept["seen"], kept["owed"])
