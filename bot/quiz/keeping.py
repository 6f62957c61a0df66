"""What quizzes keep about people: taking it along, and taking it back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, null, or_, select, update

from bot.groups.privacy import Keeper, Section, Whose
from bot.outbox.deliveries import refresh
from bot.quiz.challenging import CHALLENGED
from bot.quiz.group import GROUP_QUIZ
from bot.quiz.joining import join
from bot.quiz.model import RUNNING, Mode, QuizState
from bot.quiz.store import all_answered, change_quiz, load_quiz, players_of, stop_running
from bot.store.statements import Row
from bot.store.tables import challenges, players, quizzes, responses, reviews
from bot.store.transaction import Transaction

_RUNNING = tuple(state.value for state in RUNNING)


def keeper() -> Keeper:
    """Quizzes, playing along, what was answered, reviews and challenges."""
    tables = ("quizzes", "players", "responses", "reviews", "challenges")
    return Keeper("quiz", tables, _export, _forget, join)


async def _export(tx: Transaction, whose: Whose) -> Section:
    mine, people = whose.members, whose.people
    begun = await tx.execute(
        select(quizzes)
        .where(or_(quizzes.c.member_id.in_(mine), quizzes.c.person_id.in_(people)))
        .order_by(quizzes.c.id)
    )
    played = await tx.execute(select(players).where(players.c.member_id.in_(mine)).order_by(players.c.id))
    given = await tx.execute(
        select(responses)
        .where(or_(responses.c.member_id.in_(mine), responses.c.person_id.in_(people)))
        .order_by(responses.c.id)
    )
    known = await tx.execute(select(reviews).where(reviews.c.person_id.in_(people)).order_by(reviews.c.id))
    doubted = await tx.execute(
        select(challenges).where(challenges.c.member_id.in_(mine)).order_by(challenges.c.id)
    )
    return {
        "begun": [_begun(r) for r in begun],
        "played": [
            {"quiz": r.quiz_id, "joined_at": _said(r.joined_at), "left_at": _said(r.left_at)} for r in played
        ],
        "answers": [_given(r) for r in given],
        "reviews": [
            {
                "question": r.item_id,
                "memory": r.state,
                "due_at": _said(r.due_at),
                "last_at": _said(r.last_at),
                "seen": r.seen,
                "right_answers_owed": r.owed,
            }
            for r in known
        ],
        "challenges": [
            {
                "group": r.group_id,
                "question": r.item_id,
                "why": r.why,
                "outcome": r.outcome or None,
                "at": _said(r.at),
            }
            for r in doubted
        ],
    }


def _begun(r: Row) -> Section:
    return {
        "quiz": r.id,
        "group": r.group_id,
        "mode": r.mode,
        "topic": r.topic or None,
        "difficulty": r.difficulty,
        "questions": [q["item_id"] for q in r.questions],
        "state": r.state,
        "begun_at": _said(r.created_at),
        "ended_at": _said(r.ended_at),
    }


def _given(r: Row) -> Section:
    return {
        "quiz": r.quiz_id,
        "question": r.item_id,
        "position": r.position,
        "given": r.given,
        "handed_in": r.sealed,
        "score": r.score,
        "right": r.correct,
        "guessed": r.guessed,
        "changed": r.changes,
        "seconds": r.took_ms / 1000,
        "at": _said(r.at),
    }


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


async def _forget(tx: Transaction, whose: Whose, now: datetime) -> None:
    await _take_back_challenges(tx, whose.members, now)
    await _end_own(tx, whose.members, now)
    await _leave_running(tx, whose.members, now)
    if whose.whole:
        await tx.execute(delete(reviews).where(reviews.c.person_id.in_(whose.people)))
        kept = or_(responses.c.member_id.in_(whose.members), responses.c.person_id.in_(whose.people))
        await tx.execute(update(responses).where(kept, responses.c.before.is_not(None)).values(before=null()))
    await _unname(tx, whose.members, now)


async def _take_back_challenges(tx: Transaction, mine: Sequence[int], now: datetime) -> None:
    done = await tx.execute(
        update(challenges)
        .where(challenges.c.member_id.in_(mine), challenges.c.why != "")
        .values(why="")
        .returning(challenges.c.group_id, challenges.c.item_id)
    )
    for row in sorted(tuple(row) for row in done):
        await refresh(tx, f"group:{row[0]}", (f"{CHALLENGED}:{row[1]}",), now)


async def _end_own(tx: Transaction, mine: Sequence[int], now: datetime) -> None:
    query = select(quizzes.c.id).where(
        quizzes.c.member_id.in_(mine), quizzes.c.mode != Mode.GROUP.value, quizzes.c.state.in_(_RUNNING)
    )
    for quiz_id in list((await tx.execute(query.order_by(quizzes.c.id))).scalars()):
        await stop_running(tx, quiz_id, now)


async def _leave_running(tx: Transaction, mine: Sequence[int], now: datetime) -> None:
    """Leave group quizzes that run: nobody is waited for, what was not graded is dropped; one with nobody left ends."""
    query = (
        select(quizzes.c.id)
        .where(quizzes.c.mode == Mode.GROUP.value, quizzes.c.state.in_(_RUNNING))
        .where(
            or_(
                quizzes.c.member_id.in_(mine),
                quizzes.c.id.in_(select(players.c.quiz_id).where(players.c.member_id.in_(mine))),
            )
        )
        .order_by(quizzes.c.id)
    )
    for quiz_id in list((await tx.execute(query)).scalars()):
        quiz = await load_quiz(tx, quiz_id, lock=True)
        if quiz is None or quiz.state not in RUNNING:
            continue
        there = (players.c.quiz_id == quiz.id, players.c.member_id.in_(mine), players.c.left_at.is_(None))
        await tx.execute(update(players).where(*there).values(left_at=now))
        ungraded = (
            responses.c.quiz_id == quiz.id,
            responses.c.member_id.in_(mine),
            responses.c.score.is_(None),
        )
        await tx.execute(delete(responses).where(*ungraded))
        if all(player.left for player in await players_of(tx, quiz.id)):
            await stop_running(tx, quiz.id, now)
        elif quiz.state is QuizState.ASKING and await all_answered(tx, quiz):
            await change_quiz(tx, quiz.id, next_at=now)
        await refresh(tx, quiz.subject, (GROUP_QUIZ,), now)


async def _unname(tx: Transaction, mine: Sequence[int], now: datetime) -> None:
    """Ask for new faces of the group quizzes that may show the name on a podium."""
    query = (
        select(quizzes.c.id)
        .where(quizzes.c.mode == Mode.GROUP.value, quizzes.c.state == QuizState.FINISHED.value)
        .where(quizzes.c.id.in_(select(responses.c.quiz_id).where(responses.c.member_id.in_(mine))))
        .order_by(quizzes.c.id)
    )
    for quiz_id in list((await tx.execute(query)).scalars()):
        await refresh(tx, f"quiz:{quiz_id}", (GROUP_QUIZ,), now)
