"""SQL of activity, breaks and streaks."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import (
    BindParameter,
    Date,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql

from bot.standings.streak_rules import FREEZES_AT_FIRST, RETRIEVAL, Act, Span, Streak, in_order
from bot.store.statements import Row, Statement
from bot.store.tables import activity, breaks, rounds, streaks
from bot.store.transaction import Transaction

_ASKED = rounds.c.slot == 0
_RECALLED = activity.c.acts.op("&")(int(RETRIEVAL)) != 0


def _adding_an_act() -> Statement:
    made = postgresql.insert(activity).values(
        member_id=bindparam("member_id"), local_date=bindparam("day", type_=Date), acts=bindparam("acts")
    )
    either = activity.c.acts.op("|")(made.excluded.acts)
    return Statement(
        made.on_conflict_do_update(
            index_elements=[activity.c.member_id, activity.c.local_date],
            set_={"acts": either},
            where=activity.c.acts != either,
        ).returning(activity.c.acts)
    )


_ADD_ACT = _adding_an_act()


async def add_act(tx: Transaction, member_id: int, day: date, act: Act) -> bool:
    """Note what was done on a date; whether it is the first act of that date that keeps a streak.

    What it says of several acts at once holds where none of them was noted before.
    """
    acts = await tx.scalar(_ADD_ACT, member_id=member_id, day=day, acts=int(act))
    if acts is None:
        return False  # it was noted before
    return bool(act & RETRIEVAL) and not acts & RETRIEVAL & ~act


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


_MEMBER: BindParameter[int] = bindparam("member_id")
_AFTER = bindparam("after", type_=Date)
_DAYS = Statement(
    union_all(
        select(
            literal_column("'asked'", Text).label("kind"),
            rounds.c.id.label("number"),
            rounds.c.local_date.label("first"),
            rounds.c.local_date.label("last"),
        ).where(rounds.c.group_id == bindparam("group_id"), _ASKED, rounds.c.local_date > _AFTER),
        select(
            literal_column("'active'"),
            activity.c.member_id,
            activity.c.local_date,
            activity.c.local_date,
        ).where(activity.c.member_id == _MEMBER, _RECALLED, activity.c.local_date > _AFTER),
        select(literal_column("'break'"), breaks.c.id, breaks.c.first_date, breaks.c.last_date).where(
            breaks.c.member_id == _MEMBER, breaks.c.last_date > _AFTER
        ),
    ).order_by("number")
)


async def days_since(
    tx: Transaction, group_id: int, member_id: int, after: date | None
) -> tuple[tuple[date, ...], tuple[date, ...], tuple[Span, ...]]:
    """(the group's question days after a date that is one of them, a member's active dates, their breaks since).

    None as the date: all of them.
    """
    values = {"group_id": group_id, "member_id": member_id, "after": after or date.min}
    found: dict[str, list[Row]] = {"asked": [], "active": [], "break": []}
    for row in await tx.execute(_DAYS, values):
        found[row.kind].append(row)
    days = in_order(row.first for row in found["asked"])
    active = tuple(row.first for row in found["active"])
    return days, active, tuple(Span(row.first, row.last) for row in found["break"])


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


def _starting() -> Statement:
    columns = ("group_id", "member_id", "freezes", "state")
    made = postgresql.insert(streaks).values(
        {name: bindparam(name, type_=streaks.c[name].type) for name in columns}
    )
    # Setting what stands there locks the row until the transaction ends, on PostgreSQL.
    kept = made.on_conflict_do_update(
        index_elements=[streaks.c.member_id], set_={"group_id": made.excluded.group_id}
    )
    return Statement(
        kept.returning(
            streaks.c.current, streaks.c.best, streaks.c.freezes, streaks.c.state, streaks.c.through
        )
    )


_START = _starting()


async def start_streak(tx: Transaction, group_id: int, member_id: int) -> Streak:
    """A member's streak, locked until the transaction ends; begun now where none was kept."""
    values = {"group_id": group_id, "member_id": member_id, "freezes": FREEZES_AT_FIRST}
    row = (await tx.execute(_START, {**values, "state": {"toward": 0}})).one()
    return Streak(row.current, row.best, row.freezes, row.state.get("toward", 0), row.through)


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
