"""SQL of boards and of one's own record."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.standings.ledger import ALL_TOPICS, POINTS
from bot.standings.rules import ALL, WEEK, Score, week_bucket
from bot.store.tables import answers, ballots, members, standings


async def scores(conn: AsyncConnection, group_id: int, span: str, today: date) -> tuple[Score, ...]:
    """Everyone's points this week (of the group's local date) or of all time; without those who left or were barred."""
    bucket = week_bucket(today) if span == WEEK else ""
    assert span in (WEEK, ALL)
    query = (
        select(standings.c.member_id, standings.c.numerator)
        .join(members, members.c.id == standings.c.member_id)
        .where(
            standings.c.group_id == group_id,
            standings.c.board == POINTS,
            standings.c.topic == ALL_TOPICS,
            standings.c.span == span,
            standings.c.bucket == bucket,
            members.c.left_at.is_(None),
            members.c.barred_at.is_(None),
        )
    )
    return tuple(Score(row.member_id, round(row.numerator)) for row in await conn.execute(query))


async def own_record(conn: AsyncConnection, member_id: int) -> tuple[int, int]:
    """(answers given, ballots finished) of a member, over all time; late answers count, passes do not."""
    given = select(func.count()).where(
        answers.c.member_id == member_id, answers.c.state.in_(("sealed", "late", "hidden"))
    )
    finished = select(func.count()).where(
        ballots.c.member_id == member_id, ballots.c.finished_at.is_not(None)
    )
    return int((await conn.execute(given)).scalar_one()), int((await conn.execute(finished)).scalar_one())
