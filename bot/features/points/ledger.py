"""The ledger: append-only entries, and the totals kept beside them.

Each entry counts on one board: points; "helped", the votes that answers received; "quiz", right answers out of those
given. Every entry has a key that says what it is for: handing the same award in again changes nothing. Totals are
written in the transaction of the entry they come from, in key order, and a recount from the ledger gives the same
numbers at any time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Table, bindparam, case, func, select
from sqlalchemy.dialects import postgresql

from bot.database.rows import Reader
from bot.database.statements import Row, Statement, any_of
from bot.database.transaction import Transaction
from bot.features.points.rules import (
    ACCURATE_FROM,
    ALL_TOPICS,
    POINTS,
    QUIZ,
    SPANS,
    WEEK,
    bucket,
    score_of,
)
from bot.features.points.tables import group_weeks, ledger, standings
from bot.membership.tables import members

MOVED = "moved"
"""The reason of a reversal whose entry is written again under another member."""


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


async def award(tx: Transaction, awards: Iterable[Award]) -> int:
    """Write awards into the ledger, and the totals with them; how many were new.

    Rows go in key order, so that two transactions that write the same ones never wait for each other in a circle.
    """
    in_order: dict[str, Award] = {}
    for each in sorted(awards, key=lambda a: a.key):
        in_order.setdefault(each.key, each)
    if not in_order:
        return 0
    made = await tx.execute(_WRITING, [_AWARD.values(each) for each in in_order.values()])
    written = set(made.scalars())
    await _add(tx, sums(each for key, each in in_order.items() if key in written))
    return len(written)


_BY_KEY = Statement(select(ledger).where(ledger.c.key == bindparam("key")))


async def reverse(tx: Transaction, key: str, at: datetime, reason: str) -> bool:
    """Take an award back with an entry of its own, once; whether that happened now.

    The totals of the award's own week and month follow. Where the award was moved to another member, it is taken from
    there. An unknown key, a second reversal and the reversal of a reversal change nothing.
    """
    found = (await tx.execute(_BY_KEY, key=key)).first()
    if found is None or found.reverses is not None:
        return False
    back = await _take_back(tx, found, at, reason)
    if back is None:
        was_moved = (await tx.execute(_BY_KEY, key=_reversal(key))).one().reason == MOVED
        return was_moved and await reverse(tx, _moved(key), at, reason)
    await _add(tx, sums((back,)))
    return True


def _standing() -> Statement:
    back = ledger.alias()
    return Statement(
        select(ledger)
        .outerjoin(back, back.c.reverses == ledger.c.id)
        .where(ledger.c.member_id == bindparam("member_id"), ledger.c.reverses.is_(None), back.c.id.is_(None))
        .order_by(ledger.c.key)
    )


_GROUPS_OF = Statement(select(members.c.group_id).where(any_of(members.c.id, "ids")))
_STANDING = _standing()


async def move(tx: Transaction, from_member: int, to_member: int, at: datetime) -> int:
    """Give everything a member earned to another one of the same group; how many entries were moved.

    Each entry is reversed and written again, so that the ledger still tells the story. What is handed in or taken back
    later under an entry's old key finds it where it went. Doing it again moves what came since.

    Raises:
        ValueError: the two are one, or not in the same group.
    """
    groups = (await tx.execute(_GROUPS_OF, ids=(from_member, to_member))).scalars()
    if len(groups) != 2 or len(set(groups)) != 1:
        raise ValueError("Points move between two members of one group.")
    changes: list[Award] = []
    for row in await tx.execute(_STANDING, member_id=from_member):
        taken = await _take_back(tx, row, at, MOVED)
        if taken is not None:
            again = replace(_AWARD(row), key=_moved(row.key), member_id=to_member, at=at)
            await tx.insert_once(ledger, _AWARD.values(again))
            changes += (taken, again)
    await _add(tx, sums(changes))
    return len(changes) // 2


_COUNTED_BY = (ledger.c.member_id, ledger.c.board, ledger.c.topic, ledger.c.local_date)
_COUNTED = Statement(
    select(*_COUNTED_BY, func.sum(ledger.c.points).label("points"), func.sum(ledger.c.out_of).label("out_of"))
    .where(ledger.c.group_id == bindparam("group_id"))
    .group_by(*_COUNTED_BY)
)
_TOTALS = Statement(select(standings).where(standings.c.group_id == bindparam("group_id")))


async def recount(tx: Transaction, group_id: int) -> Mapping[Total, Sum]:
    """What a group's totals must be, counted from its ledger alone."""
    counted: dict[Total, Sum] = {}
    for r in await tx.execute(_COUNTED, group_id=group_id):
        for key in _totals_of(group_id, r.member_id, r.board, r.topic, r.local_date):
            _count(counted, key, r.points, r.out_of)
    return counted


async def totals(tx: Transaction, group_id: int) -> Mapping[Total, Sum]:
    """What a group's totals are."""
    return {
        Total(r.group_id, r.board, r.topic, r.span, r.bucket, r.member_id): Sum(
            round(r.numerator), round(r.denominator)
        )
        for r in await tx.execute(_TOTALS, group_id=group_id)
    }


async def misplaced(tx: Transaction, group_id: int) -> list[Total]:
    """The totals that are ranked by a number which does not belong to them."""
    return [
        Total(r.group_id, r.board, r.topic, r.span, r.bucket, r.member_id)
        for r in await tx.execute(_TOTALS, group_id=group_id)
        if r.score != score_of(r.board, r.numerator, r.denominator)
    ]


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


async def _add(tx: Transaction, added: Mapping[Total, Sum]) -> None:
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
        await tx.execute(_ADDING[quizzes], rows)
    weeks = together(added)
    if weeks:
        rows = [
            {"group_id": group, "bucket": week, "points": weeks[group, week]} for group, week in sorted(weeks)
        ]
        await tx.execute(_ADD_WEEK, rows)


def together(added: Mapping[Total, Sum]) -> dict[tuple[int, str], float]:
    """What members' totals add up to for their groups: points by (group, week)."""
    weeks: dict[tuple[int, str], float] = {}
    for key, found in added.items():
        if (key.board, key.topic, key.span) == (POINTS, ALL_TOPICS, WEEK):
            weeks[key.group_id, key.bucket] = weeks.get((key.group_id, key.bucket), 0.0) + found.numerator
    return weeks


def _adding_week() -> Statement:
    statement = _inserting(group_weeks, ("group_id", "bucket", "points")).inline()
    more = group_weeks.c.points + statement.excluded.points
    keys = [group_weeks.c.group_id, group_weeks.c.bucket]
    return Statement(statement.on_conflict_do_update(index_elements=keys, set_={"points": more}))


def _inserting(table: Table, columns: Iterable[str]) -> postgresql.Insert:
    return postgresql.insert(table).values(
        {name: bindparam(name, type_=table.c[name].type) for name in columns}
    )


_AWARD = Reader(Award)
_WRITING = Statement(_inserting(ledger, _AWARD.names).on_conflict_do_nothing().returning(ledger.c.key))


def _adding(*, accurate: bool) -> Statement:
    statement = _inserting(standings, (*Total._fields, "numerator", "denominator", "score")).inline()
    top = standings.c.numerator + statement.excluded.numerator
    below = standings.c.denominator + statement.excluded.denominator
    accuracy = case((below >= ACCURATE_FROM, top / below), else_=0.0)
    changed = {"numerator": top, "denominator": below, "score": accuracy if accurate else top}
    columns = [standings.c[name] for name in Total._fields]
    return Statement(statement.on_conflict_do_update(index_elements=columns, set_=changed))


_ADD_WEEK = _adding_week()
_ADDING = {accurate: _adding(accurate=accurate) for accurate in (False, True)}


async def _take_back(tx: Transaction, row: Row, at: datetime, reason: str) -> Award | None:
    """The reversal of an entry, written; None where there was one already."""
    back = replace(
        _AWARD(row), key=_reversal(row.key), reason=reason, points=-row.points, out_of=-row.out_of, at=at
    )
    made = await tx.insert_once(ledger, _AWARD.values(back) | {"reverses": row.id})
    return None if made is None else back


def _reversal(key: str) -> str:
    return f"reverse:{key}"


def _moved(key: str) -> str:
    return f"move:{key}"
