"""SQL of activity, breaks and streaks."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import (
    Date,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    literal_column,
    or_,
    select,
    union_all,
    update,
)

from bot.database.statements import Row, Statement, any_of, new_row
from bot.database.transaction import Transaction
from bot.features.points.streak_rules import FREEZES_AT_FIRST, RETRIEVAL, Act, Span, Streak, in_order
from bot.features.points.tables import activity, breaks, question_days, streaks
from bot.membership.personal_data.subjects import handing_over

_RECALLED = activity.c.acts.op("&")(int(RETRIEVAL)) != 0


def _adding_an_act() -> Statement:
    made = new_row(activity, ("member_id", "local_date", "acts"))
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
    acts = await tx.scalar(_ADD_ACT, member_id=member_id, local_date=day, acts=int(act))
    if acts is None:
        return False  # it was noted before
    return bool(act & RETRIEVAL) and not acts & RETRIEVAL & ~act


_MINE = activity.c.member_id == bindparam("member_id")
_ALL_ACTS = Statement(
    select(activity.c.local_date, activity.c.acts).where(_MINE).order_by(activity.c.local_date)
)
_DROP_ACTS = Statement(delete(activity).where(_MINE))
_MOVE_BREAKS = handing_over(breaks.c.member_id)
_DROP_STREAK = Statement(delete(streaks).where(streaks.c.member_id == bindparam("member_id")))


async def move_days(tx: Transaction, from_member: int, to_member: int) -> None:
    """Add a member's days of activity and breaks to another's, and forget the streak they made."""
    for day, acts in await tx.execute(_ALL_ACTS, member_id=from_member):
        await add_act(tx, to_member, day, Act(acts))
    await tx.execute(_DROP_ACTS, member_id=from_member)
    await tx.execute(_MOVE_BREAKS, goes=from_member, stays=to_member)
    await tx.execute(_DROP_STREAK, member_id=from_member)


_ACTS_BETWEEN = Statement(
    select(activity.c.local_date, activity.c.acts).where(
        _MINE, activity.c.local_date >= bindparam("since"), activity.c.local_date <= bindparam("until")
    )
)


async def acts_of(tx: Transaction, member_id: int, since: date, until: date) -> Mapping[date, int]:
    """What a member did, by date, from one date to another."""
    rows = await tx.execute(_ACTS_BETWEEN, member_id=member_id, since=since, until=until)
    return {row.local_date: row.acts for row in rows}


_AFTER = bindparam("after", type_=activity.c.local_date.type)
_QUESTION_DAYS = Statement(
    select(question_days.c.local_date)
    .where(question_days.c.group_id == bindparam("group_id"), question_days.c.local_date > _AFTER)
    .order_by(question_days.c.id)
)
_NEWEST_DAYS = Statement(
    select(question_days.c.local_date)
    .where(question_days.c.group_id == bindparam("group_id"))
    .order_by(question_days.c.local_date.desc())
    .limit(2)
)


async def days_asked(tx: Transaction, group_id: int, after: date | None) -> tuple[date, ...]:
    """The group's question days after a date that is one of them (None: all), in order."""
    rows = await tx.execute(_QUESTION_DAYS, group_id=group_id, after=after or date.min)
    return in_order(rows.scalars())


async def note_question_day(tx: Transaction, group_id: int, day: date) -> None:
    """Keep that a group was asked its question of a local date."""
    await tx.insert_once(question_days, {"group_id": group_id, "local_date": day})


_DROP_DAY = Statement(
    delete(question_days).where(
        question_days.c.group_id == bindparam("its_group"),
        question_days.c.local_date == bindparam("day", type_=Date),
    )
)
_COUNTED_THROUGH = Statement(
    select(streaks.c.member_id)
    .where(
        streaks.c.group_id == bindparam("group_id"),
        streaks.c.through >= bindparam("day", type_=streaks.c.through.type),
    )
    .order_by(streaks.c.member_id)
)


async def drop_question_day(
    tx: Transaction, group_id: int, day: date, since: date | None = None
) -> list[int]:
    """Forget that a group was asked on a local date; the members whose streaks are counted through it, or ``since``."""
    await tx.execute(_DROP_DAY, its_group=group_id, day=day)
    return (await tx.execute(_COUNTED_THROUGH, group_id=group_id, day=since or day)).scalars()


async def newest_question_days(tx: Transaction, group_id: int) -> tuple[date | None, date | None]:
    """The group's newest question day and the one before it, as far as there are any."""
    found = (await tx.execute(_NEWEST_DAYS, group_id=group_id)).scalars()
    return found[0] if found else None, found[1] if len(found) > 1 else None


_BREAKS = Statement(select(breaks).where(any_of(breaks.c.member_id, "member_ids")).order_by(breaks.c.id))

_DAYS = Statement(
    union_all(
        select(
            literal_column("'asked'", Text).label("kind"),
            question_days.c.id.label("number"),
            question_days.c.local_date.label("first"),
            question_days.c.local_date.label("last"),
        ).where(question_days.c.group_id == bindparam("group_id"), question_days.c.local_date > _AFTER),
        select(
            literal_column("'active'"),
            activity.c.member_id,
            activity.c.local_date,
            activity.c.local_date,
        ).where(_MINE, _RECALLED, activity.c.local_date > _AFTER),
        select(literal_column("'break'"), breaks.c.id, breaks.c.first_date, breaks.c.last_date).where(
            breaks.c.member_id == bindparam("member_id"), breaks.c.last_date > _AFTER
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
    for row in await tx.execute(_BREAKS, member_ids=member_ids):
        found[row.member_id] = (*found.get(row.member_id, ()), Span(row.first_date, row.last_date))
    return found


_OF_MEMBER = Statement(select(streaks).where(streaks.c.member_id == bindparam("member_id")))


async def streak_of(tx: Transaction, member_id: int) -> Streak:
    """A member's streak as it stands."""
    row = (await tx.execute(_OF_MEMBER, member_id=member_id)).first()
    return _read(row) if row else Streak()


def _read(row: Row) -> Streak:
    return Streak(row.current, row.best, row.freezes, row.state.get("toward", 0), row.through)


def _starting() -> Statement:
    made = new_row(streaks, ("group_id", "member_id", "freezes", "state"))
    # Setting what stands there locks the row until the transaction ends, on PostgreSQL.
    kept = made.on_conflict_do_update(
        index_elements=[streaks.c.member_id], set_={"group_id": made.excluded.group_id}
    )
    return Statement(kept.returning(streaks))


_START = _starting()


async def start_streak(tx: Transaction, group_id: int, member_id: int) -> Streak:
    """A member's streak, locked until the transaction ends; begun now where none was kept."""
    values = {"group_id": group_id, "member_id": member_id, "freezes": FREEZES_AT_FIRST}
    row = (await tx.execute(_START, {**values, "state": {"toward": 0}})).one()
    return _read(row)


async def keep_streak(tx: Transaction, group_id: int, member_id: int, streak: Streak) -> None:
    """Keep a member's streak."""
    await tx.upsert(streaks, {"member_id": member_id}, {"group_id": group_id, **_values(streak)})


_KEEP = Statement(
    update(streaks)
    .where(streaks.c.member_id == bindparam("of_member"))
    .values({name: bindparam(name) for name in ("current", "best", "freezes", "state", "through")})
)


async def keep_streaks(tx: Transaction, kept: Mapping[int, Streak]) -> None:
    """Keep the streaks of members that have one, by member."""
    rows = [{"of_member": member, **_values(streak)} for member, streak in sorted(kept.items())]
    if rows:
        await tx.execute(_KEEP, rows)


def _behind() -> Statement:
    newest = bindparam("newest", type_=streaks.c.through.type)
    early = exists().where(
        activity.c.member_id == streaks.c.member_id, activity.c.local_date == newest, _RECALLED
    )
    before = streaks.c.through < bindparam("previous", type_=streaks.c.through.type)
    missed = and_(streaks.c.current > 0, before)
    return Statement(
        select(streaks)
        .where(
            streaks.c.group_id == bindparam("group_id"),
            or_(streaks.c.through.is_(None), streaks.c.through < newest),
            or_(missed, early),
        )
        .order_by(streaks.c.member_id)
        .with_for_update()
    )


_BEHIND = _behind()


async def behind(tx: Transaction, group_id: int, newest: date, previous: date | None) -> Mapping[int, Streak]:
    """The streaks that the newest question day's opening changes, locked, by member.

    Those are running ones whose member missed the day before, and those of members who were active on the new day
    before its question came. All others either were counted when their member acted, or have nothing to lose.
    """
    rows = await tx.execute(_BEHIND, group_id=group_id, newest=newest, previous=previous or date.min)
    return {row.member_id: _read(row) for row in rows}


_RECALLED_BY = Statement(
    select(activity.c.member_id, activity.c.local_date).where(
        any_of(activity.c.member_id, "member_ids"),
        activity.c.local_date >= bindparam("since", type_=activity.c.local_date.type),
        _RECALLED,
    )
)


async def recalled_by(
    tx: Transaction, member_ids: Iterable[int], since: date
) -> Mapping[int, frozenset[date]]:
    """The dates from one on on which members did something that keeps a streak."""
    found: dict[int, set[date]] = {}
    for row in await tx.execute(_RECALLED_BY, member_ids=member_ids, since=since):
        found.setdefault(row.member_id, set()).add(row.local_date)
    return {member: frozenset(days) for member, days in found.items()}


def _values(streak: Streak) -> dict[str, object]:
    return {
        "current": streak.current,
        "best": streak.best,
        "freezes": streak.freezes,
        "state": {"toward": streak.toward},
        "through": streak.through,
    }
