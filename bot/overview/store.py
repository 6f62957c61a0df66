"""SQL of one's own record."""

from datetime import datetime, timedelta

from sqlalchemy import case, func, select

from bot.groups.store import ones_members
from bot.overview.rules import Quizzed
from bot.store.tables import answers, comparisons, members, responses, rounds, votes
from bot.store.transaction import Transaction

LATELY = timedelta(days=30)


async def quizzed(tx: Transaction, person_id: int, now: datetime) -> Quizzed:
    """A person's graded quiz answers, and how many were right; ever and in the last 30 days."""
    right = case((responses.c.correct, 1), else_=0)
    lately = responses.c.at >= now - LATELY
    query = select(
        func.coalesce(func.sum(right), 0),
        func.count(),
        func.coalesce(func.sum(case((lately, right), else_=0)), 0),
        func.coalesce(func.sum(case((lately, 1), else_=0)), 0),
    ).where(responses.c.person_id == person_id, responses.c.sealed, responses.c.score.is_not(None))
    return Quizzed(*(int(value) for value in (await tx.execute(query)).one()))


async def helped(tx: Transaction, member_id: int) -> int:
    """How often a member's answers helped a reader or won a pair, in revealed rounds: before that nobody may know."""
    mine = (
        select(answers.c.id)
        .join(rounds, rounds.c.id == answers.c.round_id)
        .where(answers.c.member_id.in_(await ones_members(tx, member_id)), rounds.c.state == "revealed")
    )
    said = select(func.count()).where(votes.c.answer_id.in_(mine), votes.c.helped)
    won = select(func.count()).where(
        comparisons.c.winner_id.in_(mine),
        comparisons.c.low_id.in_(mine) | comparisons.c.high_id.in_(mine),
    )
    return sum([int((await tx.execute(query)).scalar_one()) for query in (said, won)])


async def goal_of(tx: Transaction, member_id: int) -> int:
    """The days a week that a member wants to be active on."""
    query = select(members.c.goal).where(members.c.id == member_id)
    return int((await tx.execute(query)).scalar_one())
