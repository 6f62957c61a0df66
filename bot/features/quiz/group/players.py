"""SQL of who plays in a group quiz, and whom it waits for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, exists, func, select, update

from bot.database.statements import Statement, any_of, insert
from bot.database.transaction import Transaction
from bot.features.quiz.model import Quiz, QuizState
from bot.features.quiz.tables import players, quizzes, responses
from bot.membership.tables import members

_Q, _R, _P = quizzes.c, responses.c, players.c
_STAYS = and_(_P.left_at.is_(None), members.c.left_at.is_(None), members.c.barred_at.is_(None))

_IN = Statement(
    insert(players)
    .values(
        quiz_id=bindparam("quiz_id"),
        member_id=bindparam("member_id"),
        joined_at=bindparam("now", type_=_P.joined_at.type),
    )
    .on_conflict_do_update(
        index_elements=[_P.quiz_id, _P.member_id], set_={"left_at": None}, where=_P.left_at.is_not(None)
    )
    .returning(_P.id)
)
_LEAVE = Statement(
    update(players)
    .where(_P.quiz_id == bindparam("in_quiz"), any_of(_P.member_id, "mine"), _P.left_at.is_(None))
    .values(left_at=bindparam("now"))
)
_DROP_UNGRADED = Statement(
    delete(responses).where(
        _R.quiz_id == bindparam("in_quiz"), any_of(_R.member_id, "mine"), _R.score.is_(None)
    )
)
_PLAYERS = Statement(
    select(_P.member_id)
    .join(members, members.c.id == _P.member_id)
    .where(_P.quiz_id == bindparam("quiz_id"), _STAYS)
    .order_by(_P.id)
)
_handed_in = and_(
    _R.quiz_id == _P.quiz_id, _R.member_id == _P.member_id, _R.position == _Q.position, _R.sealed
)
# Counted in one go: to ask of each player whether an answer is missing, PostgreSQL would look through all there are.
_WAITS_FOR = (
    select(func.count() - func.count(_R.id), func.count())
    .select_from(players.join(members, members.c.id == _P.member_id).outerjoin(responses, _handed_in))
    .where(_P.quiz_id == _Q.id, _STAYS)
    .correlate(quizzes)
)
_ALL_DONE = exists(
    _WAITS_FOR.having(and_(func.count() > 0, func.count() == func.count(_R.id))).correlate(quizzes)
)
_ANSWERED = Statement(select(_Q.id).where(_Q.id == bindparam("id"), _ALL_DONE))
_END_EARLY = Statement(
    update(quizzes)
    .where(_Q.id == bindparam("its_id"), _Q.state == QuizState.ASKING.value, _ALL_DONE)
    .values(next_at=bindparam("now"))
)


async def add_player(tx: Transaction, quiz_id: int, member_id: int, now: datetime) -> bool:
    """Let a member into a group quiz, or back; whether that changed anything."""
    return (await tx.scalar(_IN, quiz_id=quiz_id, member_id=member_id, now=now)) is not None


async def leave_quiz(tx: Transaction, quiz_id: int, mine: Sequence[int], now: datetime) -> None:
    """Let members leave a group quiz."""
    await tx.execute(_LEAVE, in_quiz=quiz_id, mine=mine, now=now)


async def drop_ungraded(tx: Transaction, quiz_id: int, mine: Sequence[int]) -> None:
    """Forget what members gave to a quiz that was not graded yet."""
    await tx.execute(_DROP_UNGRADED, in_quiz=quiz_id, mine=mine)


async def players_of(tx: Transaction, quiz_id: int) -> list[int]:
    """The members who joined a group quiz and have not left, in the order in which they came."""
    return (await tx.execute(_PLAYERS, quiz_id=quiz_id)).scalars()


async def all_answered(tx: Transaction, quiz: Quiz) -> bool:
    """Whether everyone who plays and has not left handed in an answer to the current question; not where nobody plays."""
    return (await tx.scalar(_ANSWERED, id=quiz.id)) is not None


async def end_early(tx: Transaction, quiz_id: int, now: datetime) -> None:
    """Let the question that is being asked end at once where everyone has answered."""
    await tx.execute(_END_EARLY, its_id=quiz_id, now=now)
