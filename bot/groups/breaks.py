"""Breaks as they are kept: which dates a member was away, for streaks and for their own record."""

from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, insert, select, update

from bot.groups.model import Group
from bot.store.tables import breaks, rounds
from bot.store.transaction import Transaction


async def today_of(tx: Transaction, group: Group, now: datetime) -> date:
    """The group's date today, never before its newest question's: a move far west turns no day back that has begun."""
    local = now.astimezone(group.rhythm.tz).date()
    query = select(func.max(rounds.c.local_date)).where(rounds.c.group_id == group.id, rounds.c.slot == 0)
    newest: date | None = (await tx.execute(query)).scalar_one()
    return local if newest is None else max(local, newest)


async def begin_break(tx: Transaction, member_id: int, today: date, until: date) -> None:
    """Keep a break from today through the day of return; a running one ends on that day instead."""
    running = await _running(tx, member_id, today)
    until = max(until, today)
    if running is not None:
        await tx.execute(update(breaks).where(breaks.c.id == running).values(last_date=until))
    else:
        await tx.execute(insert(breaks).values(member_id=member_id, first_date=today, last_date=until))


async def end_break(tx: Transaction, member_id: int, today: date) -> None:
    """Trim a running break to end today: the day of return is still free. One that is over stays as it was."""
    await tx.execute(
        update(breaks)
        .where(
            breaks.c.member_id == member_id,
            breaks.c.first_date <= today,
            breaks.c.last_date > today,
        )
        .values(last_date=today)
    )
    tomorrow = today + timedelta(days=1)
    await tx.execute(delete(breaks).where(breaks.c.member_id == member_id, breaks.c.first_date >= tomorrow))


async def _running(tx: Transaction, member_id: int, today: date) -> int | None:
    query = select(breaks.c.id).where(
        breaks.c.member_id == member_id, breaks.c.first_date <= today, breaks.c.last_date >= today
    )
    found: int | None = await tx.scalar(query.order_by(breaks.c.id.desc()).limit(1))
    return found
