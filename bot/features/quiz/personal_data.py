"""What quizzes keep about people: taking it along, and taking it back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, null, or_, select, union, update

from bot.database.statements import Row, Statement, any_of, changing
from bot.database.transaction import Transaction
from bot.features.quiz.challenging import CHALLENGED
from bot.features.quiz.group.messages import show_everywhere
from bot.features.quiz.group.players import drop_ungraded, end_early, leave_quiz, players_of
from bot.features.quiz.merging import join
from bot.features.quiz.model import RUNNING, QuizState
from bot.features.quiz.queries import RUNS, TOGETHER, load_quiz, stop_running
from bot.features.quiz.tables import challenges, players, quizzes, responses, reviews
from bot.membership.personal_data.subjects import DataSubject, PersonalData, Section, belonging, said
from bot.outbox.queries import refresh

_BEGUN = Statement(
    select(quizzes)
    .where(or_(any_of(quizzes.c.member_id, "mine"), any_of(quizzes.c.person_id, "people")))
    .order_by(quizzes.c.id)
)
_PLAYED = belonging(players.c.member_id)
_my_responses = or_(any_of(responses.c.member_id, "mine"), any_of(responses.c.person_id, "people"))
_GIVEN = Statement(select(responses).where(_my_responses).order_by(responses.c.id))
_KNOWN = belonging(reviews.c.person_id, to="people")
_DOUBTED = belonging(challenges.c.member_id)
_DROP_REVIEWS = Statement(delete(reviews).where(any_of(reviews.c.person_id, "people")))
_BLANK_STATES = Statement(
    update(responses).where(_my_responses, responses.c.before.is_not(None)).values(before=null())
)
_BLANK_GIVEN = changing(responses, ("given",))
_BLANK_WHYS = Statement(
    update(challenges)
    .where(any_of(challenges.c.member_id, "mine"), challenges.c.why != "")
    .values(why="")
    .returning(challenges.c.group_id, challenges.c.item_id)
)
_OWN_RUNNING = Statement(
    select(quizzes.c.id).where(any_of(quizzes.c.member_id, "mine"), ~TOGETHER, RUNS).order_by(quizzes.c.id)
)
_own = quizzes.alias("own_quizzes")
_BEGUN_OR_PLAYED = union(
    select(_own.c.id).where(any_of(_own.c.member_id, "mine")),
    select(players.c.quiz_id).where(any_of(players.c.member_id, "mine")),
)
_RUNNING_TOGETHER = Statement(
    select(quizzes.c.id).where(TOGETHER, RUNS, quizzes.c.id.in_(_BEGUN_OR_PLAYED)).order_by(quizzes.c.id)
)
_ON_PODIUMS = Statement(
    select(quizzes.c.id)
    .where(
        TOGETHER,
        quizzes.c.state == QuizState.FINISHED.value,
        quizzes.c.id.in_(select(responses.c.quiz_id).where(any_of(responses.c.member_id, "mine"))),
    )
    .order_by(quizzes.c.id)
)


def personal_data() -> PersonalData:
    """Quizzes, playing along, what was answered, reviews and challenges."""
    tables = ("quizzes", "players", "responses", "reviews", "challenges")
    return PersonalData("quiz", tables, _export, _forget, join)


async def _export(tx: Transaction, subject: DataSubject) -> Section:
    mine, people = subject.members, subject.people
    begun = await tx.execute(_BEGUN, mine=mine, people=people)
    played = await tx.execute(_PLAYED, mine=mine)
    given = await tx.execute(_GIVEN, mine=mine, people=people)
    known = await tx.execute(_KNOWN, people=people)
    doubted = await tx.execute(_DOUBTED, mine=mine)
    return {
        "begun": [_begun(r) for r in begun],
        "played": [
            {"quiz": r.quiz_id, "joined_at": said(r.joined_at), "left_at": said(r.left_at)} for r in played
        ],
        "answers": [_given(r) for r in given],
        "reviews": [
            {
                "question": r.item_id,
                "memory": r.state,
                "due_at": said(r.due_at),
                "last_at": said(r.last_at),
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
                "at": said(r.at),
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
        "begun_at": said(r.created_at),
        "ended_at": said(r.ended_at),
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
        "accepted_afterwards": bool(r.given.get("granted")),
        "changed": r.changes,
        "seconds": r.took_ms / 1000,
        "at": said(r.at),
    }


async def _forget(tx: Transaction, subject: DataSubject, now: datetime) -> None:
    await _take_back_challenges(tx, subject.members, now)
    await _end_own(tx, subject.members, now)
    await _leave_running(tx, subject.members, now)
    if subject.whole:
        await tx.execute(_DROP_REVIEWS, people=subject.people)
        await tx.execute(_BLANK_STATES, mine=subject.members, people=subject.people)
    await _blank_words(tx, subject.members, subject.people if subject.whole else ())
    await _unname(tx, subject.members, now)


async def _blank_words(tx: Transaction, mine: Sequence[int], people: Sequence[int]) -> None:
    """Choices stay, without a name; what was typed is somebody's own words."""
    given = await tx.execute(_GIVEN, mine=mine, people=people)
    typed = [{"its_id": r.id, "given": {**r.given, "words": ""}} for r in given if r.given.get("words")]
    if typed:
        await tx.execute(_BLANK_GIVEN, typed)


async def _take_back_challenges(tx: Transaction, mine: Sequence[int], now: datetime) -> None:
    done = await tx.execute(_BLANK_WHYS, mine=mine)
    for group_id, item_id in sorted(tuple(row) for row in done):
        await refresh(tx, f"group:{group_id}", (f"{CHALLENGED}:{item_id}",), now)


async def _end_own(tx: Transaction, mine: Sequence[int], now: datetime) -> None:
    for quiz_id in (await tx.execute(_OWN_RUNNING, mine=mine)).scalars():
        await stop_running(tx, quiz_id, now)


async def _leave_running(tx: Transaction, mine: Sequence[int], now: datetime) -> None:
    """Leave group quizzes that run: nobody is waited for, what was not graded is dropped; one with nobody left ends."""
    for quiz_id in (await tx.execute(_RUNNING_TOGETHER, mine=mine)).scalars():
        quiz = await load_quiz(tx, quiz_id, lock=True)
        if quiz is None or quiz.state not in RUNNING:
            continue
        await leave_quiz(tx, quiz.id, mine, now)
        await drop_ungraded(tx, quiz.id, mine)
        if await players_of(tx, quiz.id):
            await end_early(tx, quiz.id, now)
        else:
            await stop_running(tx, quiz.id, now)
        await show_everywhere(tx, quiz.id, now)


async def _unname(tx: Transaction, mine: Sequence[int], now: datetime) -> None:
    """Ask for new faces of the group quizzes that may show the name on a podium."""
    for quiz_id in (await tx.execute(_ON_PODIUMS, mine=mine)).scalars():
        await show_everywhere(tx, quiz_id, now)
