"""The ledger: append-only entries, and the totals kept beside them.

Each entry counts on one board: points; "helped", the votes that answers received; "quiz", right answers out of those
given. Every entry has a key that says what it is for: handing the same award in again changes nothing. Totals are
written in the transaction of the entry they come from, in key order, and a recount from the ledger gives the same
numbers at any time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Insert, Row, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from bot.standings.rules import (
    ACCURATE_FROM,
    ALL_TOPICS,
    POINTS,
    QUIZ,
    SPANS,
    bucket,
    score_of,
)
from bot.store.database import insert_once, inserting
from bot.store.tables import ledger, members, standings

MOVED = "moved"
"""The reason of a reversal whose entry stands anew under another member."""


@dataclass(frozen=True, slots=True)
class Award:
    """What one thing a member did counts on one board.

    ``key`` names the thing and is unique for ever ("round:12:answer:7"). ``topic`` is one of the topics at the top, ""
    for none. ``local_date`` is the group's date that it counts for. ``at`` is aware UTC. ``points`` is added to the
    board's numerator, ``out_of`` to its denominator.
    """

    key: str
    group_id: int
    member_id: int
    topic: str
    reason: str
    points: int
    local_date: date
    at: datetime
    board: str = POINTS
    out_of: int = 0


class Total(NamedTuple):
    """The key of one total; the order of its fields is the order in which totals are written."""

    group_id: int
    board: str
    topic: str
    span: str
    bucket: str
    member_id: int


class Sum(NamedTuple):
    """What a total holds."""

    numerator: int
    denominator: int = 0


async def award(conn: AsyncConnection, awards: Iterable[Award]) -> int:
    """Write awards into the ledger, and the totals with them; how many were new.

    Rows go in key order, so that two transactions that write the same ones never wait for each other in a circle.
    """
    in_order: dict[str, Award] = {}
    for each in sorted(awards, key=lambda a: a.key):
        in_order.setdefault(each.key, each)
    if not in_order:
        return 0
    made = await conn.execute(_writing(conn.dialect.name), [_row(each) for each in in_order.values()])
    written = set(made.scalars())
    await _add(conn, sums(each for key, each in in_order.items() if key in written))
    return len(written)


async def reverse(conn: AsyncConnection, key: str, at: datetime, reason: str) -> bool:
    """Take an award back with an entry of its own, once; whether that happened now.

    The totals of the award's own week and month follow. Where the award was moved to another member, it is taken from
    there. An unknown key, a second reversal and the reversal of a reversal change nothing.
    """
    found = (await conn.execute(select(ledger).where(ledger.c.key == key))).first()
    if found is None or found.reverses is not None:
        return False
    back = await _take_back(conn, found, at, reason)
    if back is None:
        moved = select(ledger.c.reason).where(ledger.c.key == _reversal(key))
        was_moved = (await conn.execute(moved)).scalar_one() == MOVED
        return was_moved and await reverse(conn, _moved(key), at, reason)
    await _add(conn, sums((back,)))
    return True


async def move(conn: AsyncConnection, from_member: int, to_member: int, at: datetime) -> int:
    """Give everything a member earned to another one of the same group; how many entries were moved.

    Each entry is reversed and written anew, so that the ledger still tells the story. What is handed in or taken back
    later under an entry's old key finds it where it went. Doing it again moves what came since.

    Raises:
        ValueError: the two are one, or not in the same group.
    """
    both = select(members.c.group_id).where(members.c.id.in_((from_member, to_member)))
    groups = (await conn.execute(both)).scalars().all()
    if len(groups) != 2 or len(set(groups)) != 1:
        raise ValueError("Points move between two members of one group.")
    back = ledger.alias()
    standing = (
        select(ledger)
        .outerjoin(back, back.c.reverses == ledger.c.id)
        .where(ledger.c.member_id == from_member, ledger.c.reverses.is_(None), back.c.id.is_(None))
        .order_by(ledger.c.key)
    )
    changes: list[Award] = []
    for row in (await conn.execute(standing)).all():
        taken = await _take_back(conn, row, at, MOVED)
        if taken is not None:
            anew = replace(_award(row), key=_moved(row.key), member_id=to_member, at=at)
            await insert_once(conn, ledger, _row(anew))
            changes += (taken, anew)
    await _add(conn, sums(changes))
    return len(changes) // 2


async def recount(conn: AsyncConnection, group_id: int) -> Mapping[Total, Sum]:
    """What a group's totals must be, counted from its ledger alone."""
    keys = (ledger.c.member_id, ledger.c.board, ledger.c.topic, ledger.c.local_date)
    query = (
        select(*keys, func.sum(ledger.c.points).label("points"), func.sum(ledger.c.out_of).label("out_of"))
        .where(ledger.c.group_id == group_id)
        .group_by(*keys)
    )
    counted: dict[Total, Sum] = {}
    for r in await conn.execute(query):
        for key in _totals_of(group_id, r.member_id, r.board, r.topic, r.local_date):
            _count(counted, key, r.points, r.out_of)
    return counted


async def totals(conn: AsyncConnection, group_id: int) -> Mapping[Total, Sum]:
    """What a group's totals are."""
    rows = await conn.execute(select(standings).where(standings.c.group_id == group_id))
    return {
        Total(r.group_id, r.board, r.topic, r.span, r.bucket, r.member_id): Sum(
            round(r.numerator), round(r.denominator)
        )
        for r in rows
    }


def sums(awards: Iterable[Award]) -> dict[Total, Sum]:
    """What awards add to which totals: each counts for its topic and for all, in its week, its month and all time."""
    found: dict[Total, Sum] = {}
    for each in awards:
        for key in _totals_of(each.group_id, each.member_id, each.board, each.topic, each.local_date):
            _count(found, key, each.points, each.out_of)
    return found


def _count(found: dict[Total, Sum], key: Total, numerator: int, denominator: int) -> None:
    so_far = found.get(key, Sum(0))
    found[key] = Sum(so_far.numerator + numerator, so_far.denominator + denominator)


def _totals_of(group_id: int, member_id: int, board: str, topic: str, day: date) -> Sequence[Total]:
    return [
        Total(group_id, board, each, span, bucket(span, day), member_id)
        for each in dict.fromkeys((ALL_TOPICS, topic))
        for span in SPANS
    ]


async def _add(conn: AsyncConnection, added: Mapping[Total, Sum]) -> None:
    for quizzes, keys in groupby(sorted(added), key=lambda key: key.board == QUIZ):
        rows = [
            key._asdict()
            | {
                "numerator": float(added[key].numerator),
                "denominator": float(added[key].denominator),
                "score": score_of(key.board, added[key].numerator, added[key].denominator),
            }
            for key in keys
        ]
        await conn.execute(_adding(conn.dialect.name, accurate=quizzes), rows)


@cache
def _writing(dialect: str) -> ReturningInsert[str]:
    return inserting(dialect, ledger).on_conflict_do_nothing().returning(ledger.c.key)


@cache
def _adding(dialect: str, *, accurate: bool) -> Insert:
    statement = inserting(dialect, standings)
    top = standings.c.numerator + statement.excluded.numerator
    below = standings.c.denominator + statement.excluded.denominator
    accuracy = case((below >= ACCURATE_FROM, top / below), else_=0.0)
    changed = {"numerator": top, "denominator": below, "score": accuracy if accurate else top}
    columns = [standings.c[name] for name in Total._fields]
    return statement.on_conflict_do_update(index_elements=columns, set_=changed)


async def _take_back(conn: AsyncConnection, row: Row[Any], at: datetime, reason: str) -> Award | None:
    """The reversal of an entry, written; None where there was one already."""
    back = replace(
        _award(row), key=_reversal(row.key), reason=reason, points=-row.points, out_of=-row.out_of, at=at
    )
    made = await insert_once(conn, ledger, _row(back) | {"reverses": row.id})
    return None if made is None else back


def _reversal(key: str) -> str:
    return f"reverse:{key}"


def _moved(key: str) -> str:
    return f"move:{key}"


def _award(row: Row[Any]) -> Award:
    return Award(**{name: getattr(row, name) for name in Award.__dataclass_fields__})


def _row(each: Award) -> dict[str, object]:
    return {name: getattr(each, name) for name in Award.__dataclass_fields__}
