"""SQL of quizzes, players, responses and reviews."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, distinct, exists, func, select, update
from sqlalchemy.dialects import postgresql

from bot.quiz.grading import Given
from bot.quiz.model import (
    RUNNING,
    Mode,
    Player,
    Quiz,
    QuizState,
    Response,
    given_from_json,
    given_to_json,
    prepared_from_json,
    prepared_to_json,
)
from bot.quiz.prepare import Prepared
from bot.standings.rules import POINTS
from bot.store.statements import Row
from bot.store.tables import challenges, ledger, members, players, quizzes, responses, reviews
from bot.store.transaction import Transaction

_STAYS = and_(players.c.left_at.is_(None), members.c.left_at.is_(None), members.c.barred_at.is_(None))


def _read_quiz(row: Row) -> Quiz:
    return Quiz(
        id=row.id,
        group_id=row.group_id,
        place_id=row.place_id,
        member_id=row.member_id,
        person_id=row.person_id,
        mode=Mode(row.mode),
        topic=row.topic,
        difficulty=row.difficulty,
        seed=row.seed,
        questions=tuple(prepared_from_json(q) for q in row.questions),
        position=row.position,
        state=QuizState(row.state),
        created_at=row.created_at,
        asked_at=row.asked_at,
        deadline_at=row.deadline_at,
        next_at=row.next_at,
        ended_at=row.ended_at,
    )


def _read_response(row: Row) -> Response:
    return Response(
        id=row.id,
        quiz_id=row.quiz_id,
        position=row.position,
        member_id=row.member_id,
        person_id=row.person_id,
        item_id=row.item_id,
        given=given_from_json(row.given),
        sealed=row.sealed,
        changes=row.changes,
        score=row.score,
        correct=row.correct,
        guessed=row.guessed,
        before=row.before,
        took_ms=row.took_ms,
        at=row.at,
    )


async def add_quiz(tx: Transaction, questions: Iterable[Prepared], values: Mapping[str, Any]) -> int | None:
    """A new quiz; None when the same request made one before."""
    kept = [prepared_to_json(q) for q in questions]
    return await tx.insert_once(quizzes, {**values, "questions": kept})


async def load_quiz(tx: Transaction, quiz_id: int, *, lock: bool = False) -> Quiz | None:
    """One quiz; ``lock`` keeps others from moving it until this transaction ends."""
    query = select(quizzes).where(quizzes.c.id == quiz_id)
    row = (await tx.execute(query.with_for_update() if lock else query)).first()
    return _read_quiz(row) if row else None


async def quiz_of_request(tx: Transaction, request: str) -> Quiz | None:
    """The quiz that a request started."""
    row = (await tx.execute(select(quizzes).where(quizzes.c.request == request))).first()
    return _read_quiz(row) if row else None


async def change_quiz(tx: Transaction, quiz_id: int, **values: object) -> None:
    """Set columns of a quiz."""
    await tx.execute(update(quizzes).where(quizzes.c.id == quiz_id).values(**values))


async def unfinished(tx: Transaction, group_id: int, person_id: int, mode: Mode) -> Quiz | None:
    """A person's own quiz of a mode that was not finished."""
    query = (
        select(quizzes)
        .where(
            quizzes.c.group_id == group_id,
            quizzes.c.person_id == person_id,
            quizzes.c.mode == mode.value,
            quizzes.c.state.in_([s.value for s in RUNNING]),
        )
        .order_by(quizzes.c.id.desc())
        .limit(1)
    )
    row = (await tx.execute(query)).first()
    return _read_quiz(row) if row else None


async def running_of(tx: Transaction, group_id: int, person_id: int) -> tuple[Quiz, ...]:
    """Everything that this person started in a group and that still runs, newest first."""
    query = (
        select(quizzes)
        .where(
            quizzes.c.group_id == group_id,
            quizzes.c.person_id == person_id,
            quizzes.c.state.in_([s.value for s in RUNNING]),
        )
        .order_by(quizzes.c.id.desc())
    )
    return tuple(_read_quiz(row) for row in await tx.execute(query))


async def group_quizzes_in(tx: Transaction, place_id: int) -> tuple[Quiz, ...]:
    """The group quizzes that run in a place, newest first."""
    query = (
        select(quizzes)
        .where(quizzes.c.place_id == place_id, quizzes.c.state.in_([s.value for s in RUNNING]))
        .order_by(quizzes.c.id.desc())
    )
    return tuple(_read_quiz(row) for row in await tx.execute(query))


async def ended_sessions(tx: Transaction, person_id: int, limit: int) -> tuple[Quiz, ...]:
    """The newest ended sessions that a person took part in, newest first."""
    mine = select(responses.c.quiz_id).where(responses.c.person_id == person_id, responses.c.sealed)
    query = (
        select(quizzes)
        .where(
            quizzes.c.id.in_(mine), quizzes.c.state.in_([QuizState.FINISHED.value, QuizState.STOPPED.value])
        )
        .order_by(quizzes.c.ended_at.desc(), quizzes.c.id.desc())
        .limit(limit)
    )
    return tuple(_read_quiz(row) for row in await tx.execute(query))


async def find_response(tx: Transaction, quiz_id: int, position: int, member_id: int) -> Response | None:
    """What a member gave to a question so far."""
    query = select(responses).where(
        responses.c.quiz_id == quiz_id, responses.c.position == position, responses.c.member_id == member_id
    )
    row = (await tx.execute(query)).first()
    return _read_response(row) if row else None


async def responses_to(tx: Transaction, quiz_id: int, position: int | None = None) -> tuple[Response, ...]:
    """The responses to a quiz, or to one of its questions."""
    query = select(responses).where(responses.c.quiz_id == quiz_id)
    if position is not None:
        query = query.where(responses.c.position == position)
    rows = await tx.execute(query.order_by(responses.c.position, responses.c.id))
    return tuple(_read_response(row) for row in rows)


async def keep_given(
    tx: Transaction,
    quiz: Quiz,
    member_id: int,
    person_id: int,
    given: Given,
    now: datetime,
    **more: object,
) -> None:
    """Keep what a member has chosen so far for the current question; ``more`` are other columns to set."""
    keys = {"quiz_id": quiz.id, "position": quiz.position, "member_id": member_id}
    values = {
        "person_id": person_id,
        "item_id": quiz.question.item_id,
        "given": given_to_json(given),
        "at": now,
        **more,
    }
    await tx.upsert(responses, keys, values)


async def change_response(tx: Transaction, response_id: int, **values: object) -> None:
    """Set columns of a response."""
    await tx.execute(update(responses).where(responses.c.id == response_id).values(**values))


async def add_player(tx: Transaction, quiz_id: int, member_id: int, now: datetime) -> bool:
    """Let a member into a group quiz, or back; whether that changed anything."""
    join = (
        postgresql.insert(players)
        .values(quiz_id=quiz_id, member_id=member_id, joined_at=now)
        .on_conflict_do_update(
            index_elements=[players.c.quiz_id, players.c.member_id],
            set_={"left_at": None},
            where=players.c.left_at.is_not(None),
        )
        .returning(players.c.id)
    )
    return (await tx.execute(join)).first() is not None


async def remove_player(tx: Transaction, quiz_id: int, member_id: int, now: datetime) -> None:
    """Let a member leave a group quiz."""
    await tx.execute(
        update(players)
        .where(players.c.quiz_id == quiz_id, players.c.member_id == member_id, players.c.left_at.is_(None))
        .values(left_at=now)
    )


async def players_of(tx: Transaction, quiz_id: int) -> tuple[Player, ...]:
    """Everyone who joined a group quiz, in that order."""
    query = (
        select(players.c.member_id, _STAYS.label("stays"))
        .join(members, members.c.id == players.c.member_id)
        .where(players.c.quiz_id == quiz_id)
        .order_by(players.c.id)
    )
    return tuple(Player(row.member_id, not row.stays) for row in await tx.execute(query))


async def all_answered(tx: Transaction, quiz: Quiz) -> bool:
    """Whether everyone who plays and has not left handed in an answer to the current question; not where nobody plays."""
    handed_in = exists().where(
        responses.c.quiz_id == quiz.id,
        responses.c.position == quiz.position,
        responses.c.member_id == players.c.member_id,
        responses.c.sealed,
    )
    query = (
        select(func.count(), func.coalesce(func.sum(case((handed_in, 1), else_=0)), 0))
        .select_from(players.join(members, members.c.id == players.c.member_id))
        .where(players.c.quiz_id == quiz.id, _STAYS)
    )
    there, done = (await tx.execute(query)).one()
    return bool(there) and there == done


@dataclass(frozen=True, slots=True)
class KeptReview:
    """How well a person knows an item, as it is kept; ``owed`` right answers until a mistake is made good."""

    item_id: str
    state: Mapping[str, Any]
    due_at: datetime
    last_at: datetime
    seen: int
    owed: int


async def reviews_of(tx: Transaction, person_id: int) -> tuple[KeptReview, ...]:
    """Everything a person has reviewed, earliest due first."""
    rows = await tx.execute(
        select(reviews).where(reviews.c.person_id == person_id).order_by(reviews.c.due_at, reviews.c.item_id)
    )
    return tuple(KeptReview(r.item_id, r.state, r.due_at, r.last_at, r.seen, r.owed) for r in rows)


async def find_review(tx: Transaction, person_id: int, item_id: str) -> KeptReview | None:
    """How well a person knows one item."""
    query = select(reviews).where(reviews.c.person_id == person_id, reviews.c.item_id == item_id)
    row = (await tx.execute(query)).first()
    return KeptReview(row.item_id, row.state, row.due_at, row.last_at, row.seen, row.owed) if row else None


async def keep_review(tx: Transaction, person_id: int, kept: KeptReview) -> None:
    """Keep how well a person knows an item."""
    values = {
        "state": dict(kept.state),
        "due_at": kept.due_at,
        "last_at": kept.last_at,
        "seen": kept.seen,
        "owed": kept.owed,
    }
    await tx.upsert(reviews, {"person_id": person_id, "item_id": kept.item_id}, values)


async def pull_in(tx: Transaction, person_id: int, until: datetime) -> int:
    """Bring everything that is due later than an instant forward to it; how much that was."""
    later = [kept for kept in await reviews_of(tx, person_id) if kept.due_at > until]
    for kept in later:
        state = {**kept.state, "due": until.isoformat()}
        await keep_review(tx, person_id, replace(kept, state=state, due_at=until))
    return len(later)


async def right_lately(tx: Transaction, person_id: int, item_id: str, without: int, since: datetime) -> bool:
    """Whether a person had an item right at or after an instant, in another response."""
    query = select(responses.c.id).where(
        responses.c.person_id == person_id,
        responses.c.item_id == item_id,
        responses.c.correct,
        responses.c.id != without,
        responses.c.at >= since,
    )
    return (await tx.execute(query.limit(1))).first() is not None


async def earned_today(tx: Transaction, member_id: int, reason: str, local_date: date) -> int:
    """Points a member got for a reason on a local date."""
    query = select(func.coalesce(func.sum(ledger.c.points), 0)).where(
        ledger.c.member_id == member_id,
        ledger.c.board == POINTS,
        ledger.c.reason == reason,
        ledger.c.local_date == local_date,
    )
    return int((await tx.execute(query)).scalar_one())


async def out_of_scoring(tx: Transaction, group_id: int) -> frozenset[str]:
    """The items that a group's challenges took out."""
    query = select(challenges.c.item_id).where(
        challenges.c.group_id == group_id, challenges.c.outcome == "upheld"
    )
    return frozenset((await tx.execute(query)).scalars())


async def answered_count(tx: Transaction, group_id: int, item_id: str) -> int:
    """How many members of a group answered an item, whenever."""
    query = (
        select(func.count(distinct(responses.c.member_id)))
        .join(quizzes, quizzes.c.id == responses.c.quiz_id)
        .where(quizzes.c.group_id == group_id, responses.c.item_id == item_id, responses.c.sealed)
    )
    return int((await tx.execute(query)).scalar_one())


async def stop_running(tx: Transaction, quiz_id: int, now: datetime) -> None:
    """Stop a quiz that still runs."""
    await tx.execute(
        update(quizzes)
        .where(quizzes.c.id == quiz_id, quizzes.c.state.in_([s.value for s in RUNNING]))
        .values(state=QuizState.STOPPED.value, ended_at=now, next_at=None, deadline_at=None)
    )


WINDOW = timedelta(days=30)
"""How long a right answer keeps the next one to the same item from earning points."""
