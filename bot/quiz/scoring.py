"""What a response brings: its grade, the next date of review, and points."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.groups.model import Group, Member
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
    interview_of,
    keep_review,
    out_of_scoring,
    responses_to,
    right_lately,
)
from bot.standings.ledger import Award, award

MOST_QUIZ_POINTS = 10
MOST_REVIEW_POINTS = 3
RIGHTS_OWED = 2
"""A mistake is made good by so many right answers."""

_POINTS_BY_DIFFICULTY = {1: 1, 2: 1, 3: 2, 4: 3, 5: 3}


async def settle(
    conn: AsyncConnection, group: Group, member: Member, quiz: Quiz, response: Response, now: datetime
) -> Grade:
    """Grade a response for good: the review is scheduled, points are given once.

    ``response`` is the one of this member to ``quiz.questions[response.position]``, sealed or about to be.
    """
    question = quiz.questions[response.position]
    result = grade(question, response.given)
    before = await find_review(conn, response.person_id, question.item_id)
    await _schedule(conn, group, response, before, result.right, guessed=False, now=now)
    await change_response(
        conn,
        response.id,
        sealed=True,
        score=result.score,
        correct=result.right,
        before=_to_json(before),
        at=now,
    )
    if group.keeps_score and question.item_id not in await out_of_scoring(conn, group.id):
        await _points(conn, group, member, quiz, response, result, now)
    return result


async def settle_question(conn: AsyncConnection, group: Group, quiz: Quiz, now: datetime) -> None:
    """Grade what was handed in to the current question of a group quiz, each response once, in the members' order.

    Who took an answer back and handed in no other is held to the first one.
    """
    waiting = [r for r in await responses_to(conn, quiz.id, quiz.position) if r.score is None]
    for each in sorted(waiting, key=lambda r: r.member_id):
        kept = each
        if not each.sealed and each.before:
            kept = replace(each, given=given_from_json(each.before), sealed=True)
            await change_response(conn, each.id, given=dict(each.before))
        if kept.sealed:
            member = await load_member(conn, kept.member_id)
            await settle(conn, group, member, quiz, kept, now)


async def own_up(conn: AsyncConnection, group: Group, response: Response, now: datetime) -> None:
    """A right answer was a guess: schedule it as hard instead of good."""
    if not response.correct or response.guessed:
        return
    before = _from_json(response.item_id, response.before)
    await _schedule(conn, group, response, before, right=True, guessed=True, now=now)
    await change_response(conn, response.id, guessed=True)


async def _schedule(
    conn: AsyncConnection,
    group: Group,
    response: Response,
    before: KeptReview | None,
    right: bool,
    *,
    guessed: bool,
    now: datetime,
) -> None:
    state = state_from_json(before.state) if before else None
    interview = await interview_of(conn, response.person_id)
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
    await keep_review(conn, response.person_id, kept)


async def _points(
    conn: AsyncConnection,
    group: Group,
    member: Member,
    quiz: Quiz,
    response: Response,
    result: Grade,
    now: datetime,
) -> None:
    question = quiz.questions[response.position]
    today = now.astimezone(group.rhythm.tz).date()
    base = Award(
        key=f"quiz:{response.id}",
        group_id=group.id,
        member_id=member.id,
        topic=question.root,
        reason="quiz",
        points=_POINTS_BY_DIFFICULTY.get(question.difficulty, 2),
        local_date=today,
        at=now,
    )
    if quiz.mode in (Mode.REVIEW, Mode.MISTAKES):
        base = replace(base, key=f"review:{response.id}", reason="review", points=1)
        most = MOST_REVIEW_POINTS
    else:
        most = MOST_QUIZ_POINTS
        if not result.right or await right_lately(
            conn, response.person_id, response.item_id, response.id, now - WINDOW
        ):
            return
    await _award_within(conn, base, most, today)


async def _award_within(conn: AsyncConnection, wanted: Award, most: int, today: date) -> None:
    left = most - await earned_today(conn, wanted.member_id, wanted.reason, today)
    if left > 0:
        await award(conn, [replace(wanted, points=min(wanted.points, left))])


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
