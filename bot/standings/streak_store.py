"""SQL of activity, breaks and streaks."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import and_, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql

from bot.standings.streak_rules import FREEZES_AT_FIRST, RETRIEVAL, Act, Span, Streak, in_order
from bot.store.tables import activity, breaks, rounds, streaks
from bot.store.transaction import Transaction

_ASKED = rounds.c.slot == 0
_RECALLED = activity.c.acts.op("&")(int(RETRIEVAL)) != 0


async def add_act(tx: Transaction, member_id: int, day: date, act: Act) -> bool:
    """Note what was done on a date; whether it is the first act of that date that keeps a streak."""
    query = select(activity.c.acts).where(activity.c.member_id == member_id, activity.c.local_date == day)
    before = (await tx.execute(query)).scalar_one_or_none() or 0
    if not act & ~before:
        return False
    insert = postgresql.insert(activity).values(member_id=member_id, local_date=day, acts=int(act))
    either = activity.c.acts.op("|")(insert.excluded.acts)
    keys = [activity.c.member_id, activity.c.local_date]
    await tx.execute(insert.on_conflict_do_update(index_elements=keys, set_={"acts": either}))
    return bool(act & RETRIEVAL) and not before & RETRIEVAL


async def move_days(tx: Transaction, from_member: int, to_member: int) -> None:
    """Add a member's days of activity and breaks to another's, and forget the streak they made."""
    mine = select(activity.c.local_date, activity.c.acts).where(activity.c.member_id == from_member)
    for day, acts in (await tx.execute(mine.order_by(activity.c.local_date))).all():
        await add_act(tx, to_member, day, Act(acts))
    await tx.execute(delete(activity).where(activity.c.member_id == from_member))
    await tx.execute(update(breaks).where(breaks.c.member_id == from_member).values(member_id=to_member))
    await tx.execute(delete(streaks).where(streaks.c.member_id == from_member))


async def acts_of(tx: Transaction, member_id: int, since: date, until: date) -> Mapping[date, int]:
    """What a member did, by date, from one date to another."""
    query = select(activity.c.local_date, activity.c.acts).where(
        activity.c.member_id == member_id, activity.c.local_date.between(since, until)
    )
    return {row.local_date: row.acts for row in await tx.execute(query)}


async def recalled_days(tx: Transaction, member_id: int, after: date | None) -> tuple[date, ...]:
    """The dates after one (None: all) on which a member did something that keeps a streak, in order."""
    query = select(activity.c.local_date).where(activity.c.member_id == member_id, _RECALLED)
    if after is not None:
        query = query.where(activity.c.local_date > after)
    return tuple((await tx.execute(query.order_by(activity.c.local_date))).scalars())


async def question_days(tx: Transaction, group_id: int, after: date | None) -> tuple[date, ...]:
    """The group's question days after a date that is one of them (None: all), in order."""
    query = select(rounds.c.local_date).where(rounds.c.group_id == group_id, _ASKED)
    if after is not None:
        query = query.where(rounds.c.local_date > after)
    return in_order((await tx.execute(query.order_by(rounds.c.id))).scalars())


async def newest_question_days(tx: Transaction, group_id: int) -> tuple[date | None, date | None]:
    """The group's newest question day and the one before it, as far as there are any."""
    query = select(rounds.c.local_date).where(rounds.c.group_id == group_id, _ASKED)
    found = list((await tx.execute(query.order_by(rounds.c.local_date.desc()).limit(2))).scalars())
    return found[0] if found else None, found[1] if len(found) > 1 else None


async def breaks_of(tx: Transaction, member_ids: Iterable[int]) -> Mapping[int, tuple[Span, ...]]:
    """The breaks of members."""
    found: dict[int, tuple[Span, ...]] = {}
    query = select(breaks).where(breaks.c.member_id.in_(tuple(member_ids))).order_by(breaks.c.id)
    for row in await tx.execute(query):
        found[row.member_id] = (*found.get(row.member_id, ()), Span(row.first_date, row.last_date))
    return found


async def load_streak(tx: Transaction, member_id: int, *, lock: bool = False) -> Streak | None:
    """A member's streak as it is kept; ``lock`` keeps others from changing it until the transaction ends."""
    query = select(streaks).where(streaks.c.member_id == member_id)
    row = (await tx.execute(query.with_for_update() if lock else query)).first()
    if row is None:
        return None
    return Streak(row.current, row.best, row.freezes, row.state.get("toward", 0), row.through)


async def start_streak(tx: Transaction, group_id: int, member_id: int) -> None:
    """Begin to keep a member's streak; one that is kept already stays."""
    values = {"group_id": group_id, "freezes": FREEZES_AT_FIRST, "state": {"toward": 0}}
    insert = postgresql.insert(streaks).values(member_id=member_id, **values)
    await tx.execute(insert.on_conflict_do_nothing(index_elements=[streaks.c.member_id]))


async def keep_streak(tx: Transaction, group_id: int, member_id: int, streak: Streak) -> None:
    """Keep a member's streak."""
    await tx.upsert(streaks, {"member_id": member_id}, {"group_id": group_id, **_values(streak)})


async def keep_streaks(tx: Transaction, kept: Mapping[int, Streak]) -> None:
    """Keep the streaks of members that have one, by member."""
    if not kept:
        return
    columns = ("current", "best", "freezes", "state", "through")
    change = update(streaks).where(streaks.c.member_id == bindparam("of_member"))
    change = change.values({name: bindparam(f"new_{name}", type_=streaks.c[name].type) for name in columns})
    rows = [
        {"of_member": member, **{f"new_{name}": value for name, value in _values(streak).items()}}
        for member, streak in sorted(kept.items())
    ]
    await tx.execute(change, rows)


async def behind(tx: Transaction, group_id: int, newest: date, previous: date | None) -> Mapping[int, Streak]:
    """The streaks that the newest question day's opening changes, locked, by member.

    Those are running ones whose member missed the day before, and those of members who were active on the new day
    before its question came. All others either were counted when their member acted, or have nothing to lose.
    """
    early = exists().where(
        activity.c.member_id == streaks.c.member_id, activity.c.local_date == newest, _RECALLED
    )
    missed = and_(streaks.c.current > 0, streaks.c.through < (previous or date.min))
    query = (
        select(streaks)
        .where(
            streaks.c.group_id == group_id,
            or_(streaks.c.through.is_(None), streaks.c.through < newest),
            or_(missed, early),
        )
        .order_by(streaks.c.member_id)
        .with_for_update()
    )
    return {
        row.member_id: Streak(row.current, row.best, row.freezes, row.state.get("toward", 0), row.through)
        for row in await tx.execute(query)
    }


async def recalled_by(
    tx: Transaction, member_ids: Iterable[int], since: date
) -> Mapping[int, frozenset[date]]:
    """The dates from one on on which members did something that keeps a streak."""
    query = select(activity.c.member_id, activity.c.local_date).where(
        activity.c.member_id.in_(tuple(member_ids)), activity.c.local_date >= since, _RECALLED
    )
    found: dict[int, set[date]] = {}
    for row in await tx.execute(query):
        found.setdefault(row.member_id, set()).add(row.local_date)
    return {member: frozenset(days) for member, days in found.items()}


async def count_recalled(tx: Transaction, member_id: int, since: date, until: date) -> int:
    """On how many dates from one to another a member did something that keeps a streak."""
    query = select(func.count()).where(
        activity.c.member_id == member_id, activity.c.local_date.between(since, until), _RECALLED
    )
    return int((await tx.execute(query)).scalar_one())


def _values(streak: Streak) -> dict[str, object]:
    return {
        "current": streak.current,
        "best": streak.best,
        "freezes": streak.freezes,
        "state": {"toward": streak.toward},
        "through": streak.through,
    }
