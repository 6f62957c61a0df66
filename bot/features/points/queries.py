"""SQL of boards and of one's own record.

Every board is read along an index in its own order: a page, a rank and the neighbours cost about the same among 5,000
members as among 50. Those who left, were barred, were merged into another member or want to be left out have no place.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Float,
    Integer,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
    union_all,
)

from bot.database.statements import Row, Statement, any_of
from bot.database.transaction import Transaction
from bot.features.points.rules import (
    ALL,
    ALL_TOPICS,
    NEIGHBOURS,
    OPENS_AT,
    POINTS,
    STREAK,
    WEEK,
    Goal,
    Place,
    Score,
    bucket,
    goal,
    period,
    placed,
    shares,
    week_bucket,
    weeks_before,
)
from bot.features.points.tables import group_weeks, standings, streaks
from bot.membership.model import Group, Member
from bot.membership.queries import read_member
from bot.membership.tables import members, off_boards


@dataclass(frozen=True, slots=True)
class Which:
    """One board of one group: what it ranks by, in which topic ("" is all), over which period, on which local date.

    ``shares`` is how much of the weeks of the group's goal was not off.
    """

    group_id: int
    board: str
    topic: str
    period: str
    today: date
    shares: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A stretch of a board from the top, a member's neighbourhood on it, and what stands beside it.

    ``near`` is empty where the member has no place; ``own`` is their (numerator, denominator) all the same. ``more`` tells
    that others follow the stretch. ``active`` counts the members who did something lately, no further than OPENS_AT.
    ``members`` are those who have a place here.
    """

    top: tuple[Place, ...]
    more: bool
    near: tuple[Place, ...]
    own: tuple[int, int]
    goal: Goal | None
    active: int
    members: Mapping[int, Member]

    @property
    def is_open(self) -> bool:
        """Whether enough members were active lately for the board to be shown."""
        return self.active >= OPENS_AT


class _Kept(NamedTuple):
    """Where a board's scores stand: the table, its columns, and the rows that are meant."""

    table: Table
    member: ColumnElement[int]
    score: ColumnElement[Any]
    numerator: ColumnElement[Any]
    denominator: ColumnElement[Any]
    rows: ColumnElement[bool]


def _streak_rows() -> _Kept:
    s = streaks.c
    # Said twice, so that both boards' statements want the same values.
    unused = [bindparam(name, type_=Text).is_not(None) for name in ("board", "topic", "span", "bucket")]
    rows = and_(s.group_id == bindparam("group_id"), *unused)
    return _Kept(streaks, s.member_id, s.current, s.current, literal(0), rows)


def _total_rows() -> _Kept:
    t = standings.c
    rows = and_(*(t[name] == bindparam(name) for name in ("group_id", "board", "topic", "span", "bucket")))
    return _Kept(standings, t.member_id, t.score, t.numerator, t.denominator, rows)


def _visible(kept: _Kept, *which: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            kept.member.label("member"),
            kept.score.label("score"),
            kept.numerator.label("numerator"),
            kept.denominator.label("denominator"),
        )
        .join(members, members.c.id == kept.member)
        .where(kept.rows, kept.score > 0, *which, not_(off_boards))
    )


def _mark(of: CTE) -> ColumnElement[Any]:
    # Two single values and not one row: only so does PostgreSQL go along its index.
    return tuple_(select(of.c.score).scalar_subquery(), select(of.c.member).scalar_subquery())


def _above(kept: _Kept, first: CTE, name: str) -> tuple[Select[Any], ...]:
    """How many are better than a member with a place, how many equal ones stand above; and the hidden ones among them.

    Everybody above is counted along the index, then those among them who are left out of boards, who are few.
    """
    score, member = select(first.c.score).scalar_subquery(), select(first.c.member).scalar_subquery()
    better, equal = kept.score > score, and_(kept.score == score, kept.member > member)
    everyone = [
        _part(f"{kind} {name}", func.count()).select_from(kept.table).where(kept.rows, condition)
        for kind, condition in (("better", better), ("equal", equal))
    ]
    # An outer join, so that no database reads the whole board to find the few who are left out of it.
    hidden = (
        _part(
            f"hidden {name}",
            func.coalesce(func.sum(case((or_(better, equal), 1), else_=0)), 0),
            func.coalesce(func.sum(case((better, 1), else_=0)), 0),
        )
        .select_from(members)
        .outerjoin(kept.table, and_(kept.rows, kept.member == members.c.id))
        .where(members.c.group_id == bindparam("group_id"), off_boards)
    )
    return *everyone, hidden


def _part(name: str, *values: Any, label: Any = "", member: Any = None) -> Select[Any]:  # noqa: ANN401  (SQL)
    numbers = [cast(each, Float) for each in (*values, 0, 0, 0)[:3]]
    return select(
        literal(name).label("part"),
        (literal(label) if isinstance(label, str) else label).label("label"),
        cast(member, BigInteger).label("member"),
        *(each.label(f"value_{at}") for at, each in enumerate(numbers)),
    )


def _places(name: str, of: CTE) -> Select[Any]:
    return _part(name, of.c.score, of.c.numerator, of.c.denominator, member=of.c.member).select_from(of)


def _standing(kept: _Kept, *, later_page: bool) -> Select[Any]:
    """A board in one statement: its parts, one below the other, told apart by ``part``.

    On the first page nobody stands above the first one, and nobody is counted there.
    """
    order = (kept.score.desc(), kept.member.desc())
    count = Integer()
    top = (
        _visible(kept)
        .order_by(*order)
        .offset(bindparam("before", type_=count))
        .limit(bindparam("most", type_=count))
        .cte("top")
    )
    own = _visible(kept, kept.member == bindparam("own", type_=BigInteger)).cte("own")
    mark = tuple_(kept.score, kept.member)
    over = _visible(kept, mark > _mark(own)).order_by(kept.score, kept.member).limit(NEIGHBOURS).cte("over")
    below = _visible(kept, mark < _mark(own)).order_by(*order).limit(NEIGHBOURS).cte("below")
    near = union_all(select(over), select(own)).cte("near")
    near_first = select(near).order_by(near.c.score.desc(), near.c.member.desc()).limit(1).cte("near_first")
    top_first = select(top).order_by(top.c.score.desc(), top.c.member.desc()).limit(1).cte("top_first")
    mine = _part("own", kept.score, kept.numerator, kept.denominator).where(
        kept.rows, kept.member == bindparam("own", type_=BigInteger)
    )
    weeks = _part("week", group_weeks.c.points, label=group_weeks.c.bucket).where(
        group_weeks.c.group_id == bindparam("group_id"), any_of(group_weeks.c.bucket, "weeks")
    )
    lately = (
        select(members.c.id)
        .where(
            members.c.group_id == bindparam("group_id"),
            members.c.seen_at >= bindparam("since", type_=members.c.seen_at.type),
            members.c.left_at.is_(None),
            members.c.barred_at.is_(None),
            members.c.canonical_id.is_(None),
        )
        .limit(OPENS_AT)
        .subquery()
    )
    parts = union_all(
        _places("top", top),
        *(_places("near", each) for each in (over, own, below)),
        *(_above(kept, top_first, "top") if later_page else ()),
        *_above(kept, near_first, "near"),
        mine,
        weeks,
        _part("active", func.count()).select_from(lately),
    ).subquery()
    shown = (each.label(f"member_{each.name}") for each in members.c)
    return select(parts, *shown).outerjoin(members, members.c.id == parts.c.member)


_STANDINGS = {
    (is_streak, later_page): Statement(partial(_standing, rows, later_page=later_page))
    for is_streak, rows in ((False, _total_rows()), (True, _streak_rows()))
    for later_page in (False, True)
}


async def standing(
    tx: Transaction, which: Which, since: datetime, *, before: int = 0, most: int, own: int | None = None
) -> Standing:
    """The places after the first ``before`` ones, at most ``most``; the neighbourhood of ``own``, a member, if any.

    ``since`` is from when on somebody counts as active.
    """
    weeks = (week_bucket(which.today), *weeks_before(which.today))
    span, named = period(which.period, which.today)
    rows = await tx.execute(
        _STANDINGS[which.board == STREAK, before > 0],
        group_id=which.group_id,
        board=which.board,
        topic=which.topic,
        span=span,
        bucket=named,
        before=before,
        most=most + 1,
        own=own or 0,
        weeks=weeks,
        since=since,
    )
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        parts[row.part].append(row)
    together = {row.label: round(row.value_0) for row in parts["week"]}
    now, *earlier = (together.get(week, 0) for week in weeks)
    top, near = _in_order(parts["top"]), _in_order(parts["near"])
    mine = parts["own"]
    return Standing(
        placed(top[:most], before, _rank(parts, "top")[1] if before else 1) if top else (),
        len(top) > most,
        placed(near, *_rank(parts, "near")) if near else (),
        (round(mine[0].value_1), round(mine[0].value_2)) if mine else (0, 0),
        goal(earlier, now, which.shares),
        round(parts["active"][0].value_0),
        {r.member: read_member(r, "member_") for r in (*parts["top"], *parts["near"])},
    )


def _in_order(rows: list[Row]) -> list[Score]:
    found = [Score(row.member, row.value_0, round(row.value_1), round(row.value_2)) for row in rows]
    return sorted(found, key=lambda each: (each.score, each.member_id), reverse=True)


def _rank(parts: Mapping[str, list[Row]], name: str) -> tuple[int, int]:
    """How many stand above the first of a stretch, and that one's rank."""
    better, equal = (round(parts[f"{kind} {name}"][0].value_0) for kind in ("better", "equal"))
    (hidden,) = parts[f"hidden {name}"]
    return better + equal - round(hidden.value_0), better - round(hidden.value_1) + 1


_TOGETHER = Statement(
    select(group_weeks.c.bucket, group_weeks.c.points).where(
        group_weeks.c.group_id == bindparam("group_id"), any_of(group_weeks.c.bucket, "weeks")
    )
)


async def group_goal(tx: Transaction, group: Group, today: date) -> Goal | None:
    """The group's goal for the week of a local date, and how far it is; None where no week came before."""
    weeks = (week_bucket(today), *weeks_before(today))
    rows = await tx.execute(_TOGETHER, group_id=group.id, weeks=weeks)
    together = {row.bucket: round(row.points) for row in rows}
    now, *before = (together.get(week, 0) for week in weeks)
    return goal(before, now, shares(today, group.weekdays, group.rhythm.off))


_POINTS = Statement(
    select(standings.c.span, standings.c.numerator).where(
        standings.c.group_id == bindparam("group_id"),
        standings.c.board == POINTS,
        standings.c.topic == ALL_TOPICS,
        standings.c.member_id == bindparam("member_id"),
        or_(
            and_(standings.c.span == WEEK, standings.c.bucket == bindparam("week")),
            and_(standings.c.span == ALL, standings.c.bucket == bindparam("whole")),
        ),
    )
)


async def own_points(tx: Transaction, group_id: int, member_id: int, today: date) -> tuple[int, int]:
    """(points this week, points of all time) of a member."""
    rows = await tx.execute(
        _POINTS, group_id=group_id, member_id=member_id, week=bucket(WEEK, today), whole=bucket(ALL, today)
    )
    found = {row.span: round(row.numerator) for row in rows}
    return found.get(WEEK, 0), found.get(ALL, 0)
