"""SQL of taking back: an answer with what readers said of it, or all that one voter said."""

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update

from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.daily.tables import answers, ballots, comparisons, reports, votes

_DROP_ANSWER = (
    Statement(delete(votes).where(votes.c.answer_id == bindparam("answer_id"))),
    Statement(
        delete(comparisons).where(
            or_(
                comparisons.c.low_id == bindparam("answer_id"),
                comparisons.c.high_id == bindparam("answer_id"),
            )
        )
    ),
    Statement(delete(reports).where(reports.c.answer_id == bindparam("answer_id"))),
    Statement(delete(answers).where(answers.c.id == bindparam("answer_id"))),
)


def _counting(shown: ColumnElement[bool]) -> Statement:
    looks = select(func.count()).where(shown).scalar_subquery()
    return Statement(update(answers).where(answers.c.round_id == bindparam("of_round")).values(looks=looks))


_COUNT_PAIRS = _counting(or_(comparisons.c.low_id == answers.c.id, comparisons.c.high_id == answers.c.id))
_COUNT_PAGES = _counting(votes.c.answer_id == answers.c.id)
_UNSAY = tuple(
    Statement(delete(t).where(t.c.round_id == bindparam("of_round"), t.c.member_id == bindparam("of_member")))
    for t in (votes, comparisons, ballots)
)


async def drop_answer(tx: Transaction, answer_id: int) -> None:
    """Delete an answer with all that readers said of it."""
    for statement in _DROP_ANSWER:
        await tx.execute(statement, answer_id=answer_id)


async def take_back_ballot(tx: Transaction, round_id: int, member_id: int, *, paired: bool) -> None:
    """Delete a member's ballot with all they said on it, their lines to authors too; reports stay."""
    for statement in _UNSAY:
        await tx.execute(statement, of_round=round_id, of_member=member_id)
    await count_looks(tx, round_id, paired=paired)


async def count_looks(tx: Transaction, round_id: int, *, paired: bool) -> None:
    """Count again how often each answer was shown: pages, or pairs, whichever the ballot shows."""
    await tx.execute(_COUNT_PAIRS if paired else _COUNT_PAGES, of_round=round_id)
