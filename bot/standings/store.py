"""SQL of boards and of one's own record.

Every board is read along an index in its own order: a page, a rank and the neighbours cost about the same among 5,000
members as among 50. Those who left, were barred, were merged into another member or want to be left out have no place.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Table, and_, case, func, literal, not_, select, tuple_, update

from bot.groups.store import ones_members
from bot.standings.rules import (
    ALL,
    ALL_TOPICS,
    NEIGHBOURS,
    OPENS_AT,
    POINTS,
    SHARE_AGAIN,
    STREAK,
    WEEK,
    Goal,
    Place,
    Score,
    bucket,
    goal,
    placed,
    week_bucket,
    weeks_before,
)
from bot.store.tables import answers, ballots, groups, members, off_boards, standings, streaks
from bot.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Which:
    """One board of one group: what it ranks by, in which topic ("" is all), over which span, on which local date."""

    group_id: int
    board: str
    topic: str
    span: str
    today: date


class _Kept(NamedTuple):
    """Where a board's scores stand: the table, its columns, and the rows that are meant."""

    table: Table
    member: ColumnElement[int]
    score: ColumnElement[Any]
    numerator: ColumnElement[Any]
    denominator: ColumnElement[Any]
    rows: ColumnElement[bool]


def _kept(which: Which) -> _Kept:
    if which.board == STREAK:
        s = streaks.c
        return _Kept(streaks, s.member_id, s.current, s.current, literal(0), s.group_id == which.group_id)
    t = standings.c
    rows = and_(
        t.group_id == which.group_id,
        t.board == which.board,
        t.topic == which.topic,
        t.span == which.span,
        t.bucket == bucket(which.span, which.today),
    )
    return _Kept(standings, t.member_id, t.score, t.numerator, t.denominator, rows)


async def page(tx: Transaction, which: Which, before: int, most: int) -> tuple[tuple[Place, ...], bool]:
    """The places after the first ``before`` ones, at most ``most``; and whether more follow."""
    kept = _kept(which)
    query = (
        _visible(kept, kept.score > 0)
        .order_by(kept.score.desc(), kept.member.desc())
        .offset(before)
        .limit(most + 1)
    )
    found = await _scores(tx, query)
    if not found:
        return (), False
    rank = (await _above(tx, which, found[0]))[1] if before else 1
    return placed(found[:most], before, rank), len(found) > most


async def around(tx: Transaction, which: Which, member_id: int) -> tuple[Place, ...]:
    """A member's place between their neighbours; nothing where they have none."""
    kept = _kept(which)
    here = await _scores(tx, _visible(kept, kept.score > 0, kept.member == member_id))
    if not here:
        return ()
    own = tuple_(literal(here[0].score), literal(member_id))
    mark = tuple_(kept.score, kept.member)
    above = _visible(kept, mark > own).order_by(kept.score, kept.member).limit(NEIGHBOURS)
    below = (
        _visible(kept, mark < own, kept.score > 0)
        .order_by(kept.score.desc(), kept.member.desc())
        .limit(NEIGHBOURS)
    )
    over = (await _scores(tx, above))[::-1]
    found = [*over, *here, *await _scores(tx, below)]
    before, rank = await _above(tx, which, found[0])
    return placed(found, before, rank)


async def own_counts(tx: Transaction, which: Which, member_id: int) -> tuple[int, int]:
    """(numerator, denominator) of a member on a board, whether or not it gives them a place."""
    kept = _kept(which)
    query = select(kept.numerator, kept.denominator).where(kept.rows, kept.member == member_id)
    row = (await tx.execute(query)).first()
    return (round(row[0]), round(row[1])) if row else (0, 0)


async def group_goal(tx: Transaction, group_id: int, today: date) -> Goal | None:
    """The group's goal for the week of a local date, and how far it is; None where no week came before."""
    weeks = (week_bucket(today), *weeks_before(today))
    t = standings.c
    query = (
        select(t.bucket, func.sum(t.score))
        .where(
            t.group_id == group_id,
            t.board == POINTS,
            t.topic == ALL_TOPICS,
            t.span == WEEK,
            t.bucket.in_(weeks),
        )
        .group_by(t.bucket)
    )
    together = {row[0]: round(row[1]) for row in await tx.execute(query)}
    now, *before = (together.get(week, 0) for week in weeks)
    return goal(before, now)


async def is_open(tx: Transaction, group_id: int, since: datetime) -> tuple[bool, int]:
    """Whether enough members did something at or after an instant, and how many did (counted no further than that)."""
    some = (
        select(members.c.id)
        .where(
            members.c.group_id == group_id,
            members.c.seen_at >= since,
            members.c.left_at.is_(None),
            members.c.barred_at.is_(None),
            members.c.canonical_id.is_(None),
        )
        .limit(OPENS_AT)
        .subquery()
    )
    active = int((await tx.execute(select(func.count()).select_from(some))).scalar_one())
    return active >= OPENS_AT, active


async def shared_at(tx: Transaction, group_id: int) -> datetime | None:
    """When a group's board was shared in its channel before."""
    found: datetime | None = await tx.scalar(select(groups.c.shared_at).where(groups.c.id == group_id))
    return found


async def claim_share(tx: Transaction, group_id: int, now: datetime) -> bool:
    """Note that a group's board is shared now, unless it was within the hour; whether it may be."""
    query = (
        update(groups)
        .where(
            groups.c.id == group_id,
            groups.c.shared_at.is_(None) | (groups.c.shared_at <= now - SHARE_AGAIN),
        )
        .values(shared_at=now)
        .returning(groups.c.id)
    )
    return (await tx.execute(query)).first() is not None


async def own_record(tx: Transaction, member_id: int) -> tuple[int, int]:
    """(answers given, ballots finished) of a member, over all time; late answers count, passes do not."""
    mine = await ones_members(tx, member_id)
    given = select(func.count()).where(
        answers.c.member_id.in_(mine), answers.c.state.in_(("sealed", "late", "hidden"))
    )
    finished = select(func.count()).where(ballots.c.member_id.in_(mine), ballots.c.finished_at.is_not(None))
    return int((await tx.execute(given)).scalar_one()), int((await tx.execute(finished)).scalar_one())


async def own_points(tx: Transaction, group_id: int, member_id: int, today: date) -> tuple[int, int]:
    """(points this week, points of all time) of a member."""
    spans = (WEEK, ALL)
    week, whole = [
        (await own_counts(tx, Which(group_id, POINTS, ALL_TOPICS, span, today), member_id))[0]
        for span in spans
    ]
    return week, whole


def _visible(kept: _Kept, *which: ColumnElement[bool]) -> Select[Any]:
    return (
        select(kept.member, kept.score, kept.numerator, kept.denominator)
        .join(members, members.c.id == kept.member)
        .where(kept.rows, *which, not_(off_boards))
    )


async def _scores(tx: Transaction, query: Select[Any]) -> list[Score]:
    return [Score(row[0], row[1], round(row[2]), round(row[3])) for row in await tx.execute(query)]


async def _above(tx: Transaction, which: Which, first: Score) -> tuple[int, int]:
    """How many stand above a member with a place, in the board's order; and that member's rank.

    Everybody above is counted along the index, then those among them who are left out of boards, who are few.
    """
    kept = _kept(which)
    above = tuple_(kept.score, kept.member) > tuple_(literal(first.score), literal(first.member_id))
    better = case((kept.score > first.score, 1), else_=0)
    everyone = (
        select(func.count(), func.coalesce(func.sum(better), 0))
        .select_from(kept.table)
        .where(kept.rows, above)
    )
    # An outer join, so that no database reads the whole board to find the few who are left out of it.
    hidden = (
        select(
            func.coalesce(func.sum(case((above, 1), else_=0)), 0),
            func.coalesce(func.sum(case((above, better), else_=0)), 0),
        )
        .select_from(members)
        .outerjoin(kept.table, and_(kept.rows, kept.member == members.c.id))
        .where(members.c.group_id == which.group_id, off_boards)
    )
    (before, best), (off, best_off) = [(await tx.execute(query)).one() for query in (everyone, hidden)]
    return int(before) - int(off), int(best) - int(best_off) + 1
