"""Breaks as they are kept: which dates a member was away, for streaks and for their own record."""

from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, update

from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.points.tables import breaks, question_days
from bot.membership.model import Group

_NEWEST_QUESTION = Statement(
    select(func.max(question_days.c.local_date)).where(question_days.c.group_id == bindparam("group_id"))
)
_RUNNING = Statement(
    select(breaks.c.id)
    .where(
        breaks.c.member_id == bindparam("member_id"),
        breaks.c.first_date <= bindparam("today"),
        breaks.c.last_date >= bindparam("today"),
    )
    .order_by(breaks.c.id.desc())
    .limit(1)
)
_TRIM = Statement(
    update(breaks)
    .where(
        breaks.c.member_id == bindparam("of_member"),
        breaks.c.first_date <= bindparam("today"),
        breaks.c.last_date > bindparam("today"),
    )
    .values(last_date=bindparam("today"))
)
_CALL_OFF = Statement(
    delete(breaks).where(
        breaks.c.member_id == bindparam("member_id"), breaks.c.first_date >= bindparam("tomorrow")
    )
)


async def today_of(tx: Transaction, group: Group, now: datetime) -> date:
    """The group's date today, never before its newest question's: a move far west turns no day back that has begun."""
    local = now.astimezone(group.rhythm.tz).date()
    newest: date | None = await tx.scalar(_NEWEST_QUESTION, group_id=group.id)
    return local if newest is None else max(local, newest)


async def begin_break(
    tx: Transaction, member_id: int, today: date, until: date, first: date | None = None
) -> None:
    """Keep a break from today, or from ``first`` on, through the day of return.

    A running one ends on that day instead where the new one begins today; one that is still to come is replaced.
    """
    await tx.execute(_CALL_OFF, member_id=member_id, tomorrow=today + timedelta(days=1))
    if first is not None and first > today:
        await tx.insert(breaks, {"member_id": member_id, "first_date": first, "last_date": max(until, first)})
        return
    running: int | None = await tx.scalar(_RUNNING, member_id=member_id, today=today)
    until = max(until, today)
    if running is not None:
        await tx.change(breaks, running, {"last_date": until})
    else:
        await tx.insert(breaks, {"member_id": member_id, "first_date": today, "last_date": until})


async def end_break(tx: Transaction, member_id: int, today: date) -> None:
    """Trim a running break to end today: the day of return is still free. One that is over stays, one to come is called off."""
    await tx.execute(_TRIM, of_member=member_id, today=today)
    await tx.execute(_CALL_OFF, member_id=member_id, tomorrow=today + timedelta(days=1))
