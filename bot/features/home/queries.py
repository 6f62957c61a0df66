"""SQL of one's own record."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, bindparam, case, func, or_, select

from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.daily.tables import answers, comparisons, rounds, votes
from bot.features.home.rules import Quizzed
from bot.features.quiz.queries import TAKEN_OUT
from bot.features.quiz.tables import quizzes, responses
from bot.membership.tables import members

LATELY = timedelta(days=30)


_RIGHT = case((responses.c.correct, 1), else_=0)
_LATELY = responses.c.at >= bindparam("since", type_=responses.c.at.type)
_QUIZZED = Statement(
    select(
        func.coalesce(func.sum(_RIGHT), 0),
        func.count(),
        func.coalesce(func.sum(case((_LATELY, _RIGHT), else_=0)), 0),
        func.coalesce(func.sum(case((_LATELY, 1), else_=0)), 0),
    )
    .join(quizzes, quizzes.c.id == responses.c.quiz_id)
    .where(
        responses.c.person_id == bindparam("person_id"),
        responses.c.sealed,
        responses.c.score.is_not(None),
        ~TAKEN_OUT,
    )
)


async def quizzed(tx: Transaction, person_id: int, now: datetime) -> Quizzed:
    """A person's graded quiz answers, and how many were right; ever and in the last 30 days."""
    row = (await tx.execute(_QUIZZED, person_id=person_id, since=now - LATELY)).one()
    return Quizzed(*(int(value) for value in row))


def _helped() -> Statement:
    member_id = bindparam("member_id", type_=BigInteger)
    mine = (
        select(answers.c.id)
        .join(rounds, rounds.c.id == answers.c.round_id)
        .join(members, members.c.id == answers.c.member_id)
        .where(or_(members.c.id == member_id, members.c.canonical_id == member_id))
        .where(rounds.c.state == "revealed")
        .cte("mine")
    )
    ids = select(mine.c.id)
    said = select(func.count()).where(votes.c.answer_id.in_(ids), votes.c.helped)
    won = select(func.count()).where(
        comparisons.c.winner_id.in_(ids), comparisons.c.low_id.in_(ids) | comparisons.c.high_id.in_(ids)
    )
    return Statement(select(said.scalar_subquery() + won.scalar_subquery()))


_HELPED = _helped()
_GOAL = Statement(select(members.c.goal).where(members.c.id == bindparam("member_id")))


async def helped(tx: Transaction, member_id: int) -> int:
    """How often a member's answers helped a reader or won a pair, in revealed rounds: before that nobody may know."""
    return int(await tx.scalar(_HELPED, member_id=member_id))


async def goal_of(tx: Transaction, member_id: int) -> int:
    """The days a week that a member wants to be active on."""
    return int(await tx.scalar(_GOAL, member_id=member_id))
