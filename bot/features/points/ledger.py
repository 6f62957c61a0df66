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
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, func, select

from bot.database.rows import Reader
from bot.database.statements import Row, Statement, any_of, new_row, upserting
from bot.database.transaction import Transaction
from bot.features.points.rules import ACCURATE_FROM, ALL_TOPICS, POINTS, QUIZ, SPANS, WEEK, bucket, score_of
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


_back = ledger.alias()
_LINKS = Statement(
    select(
        ledger,
        func.coalesce(members.c.canonical_id, members.c.id).label("canonical"),
        _back.c.reason.label("taken_back"),
    )
    .join(members, members.c.id == ledger.c.member_id)
    .outerjoin(_back, _back.c.reverses == ledger.c.id)
    .where(any_of(ledger.c.key, "keys"), ledger.c.reverses.is_(None))
    .order_by(ledger.c.key)
)


async def _where_they_went(tx: Transaction, keys: Iterable[str]) -> list[Row]:
    """The last entry of each award: moves and second chances write it again. ``taken_back`` is why it stands no more."""
    rows = {row.key: row for row in await tx.execute(_LINKS, keys=sorted(keys))}
    last: list[Row] = []
    while rows:
        gone = [key for key, row in rows.items() if row.taken_back is not None]
        later = {follows(key): key for key in gone for follows in (_moved, _again)}
        found = {row.key: row for row in await tx.execute(_LINKS, keys=sorted(later))} if later else {}
        went_on = {later[key] for key in found}
        last += [row for key, row in rows.items() if key not in went_on]
        rows = found
    return last


async def reverse(tx: Transaction, keys: Iterable[str], at: datetime, reason: str) -> tuple[Award, ...]:
    """Take awards back with entries of their own, each once; the entries that were written now.

    The totals of each award's own week and month follow. Where an award was moved to another member, it is taken from
    there. Unknown keys, a second reversal and the reversal of a reversal change nothing.
    """
    standing = [row for row in await _where_they_went(tx, keys) if row.taken_back is None]
    written = await _take_back(tx, standing, at, reason)
    await _add(tx, sums(written))
    return tuple(written)


async def reinstate(
    tx: Transaction, keys: Iterable[str], at: datetime, reason: str, points: int | None = None
) -> int:
    """Give awards again that were taken back for this reason, for the days of their own; how many were given.

    ``points`` is what each stands for from now on, None for what it stood for.
    """
    return await award(
        tx,
        [
            replace(
                _AWARD(row),
                key=_again(row.key),
                member_id=row.canonical,
                at=at,
                points=row.points if points is None else points,
            )
            for row in await _where_they_went(tx, keys)
            if row.taken_back == reason
        ],
    )


async def points_of(tx: Transaction, keys: Iterable[str], taken_back: str | None = None) -> int:
    """The points that awards stand for, or those that were taken back for a reason."""
    rows = await _where_they_went(tx, keys)
    return sum(row.points for row in rows if row.board == POINTS and row.taken_back == taken_back)


_GROUPS_OF = Statement(select(members.c.group_id).where(any_of(members.c.id, "ids")))
_STANDING = Statement(
    select(ledger)
    .outerjoin(_back, _back.c.reverses == ledger.c.id)
    .where(ledger.c.member_id == bindparam("member_id"), ledger.c.reverses.is_(None), _back.c.id.is_(None))
    .order_by(ledger.c.key)
)


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
    standing = (await tx.execute(_STANDING, member_id=from_member)).all()
    taken = await _take_back(tx, standing, at, MOVED)
    keys = {each.key for each in taken}
    again = [
        replace(_AWARD(row), key=_moved(row.key), member_id=to_member, at=at)
        for row in standing
        if _reversal(row.key) in keys
    ]
    if again:
        await tx.execute(_WRITING, [_AWARD.values(each) for each in again])
    await _add(tx, sums((*taken, *again)))
    return len(again)


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
    rows = await tx.execute(_TOTALS, group_id=group_id)
    return {_total(r): Sum(round(r.numerator), round(r.denominator)) for r in rows}


async def misplaced(tx: Transaction, group_id: int) -> list[Total]:
    """The totals that are ranked by a number which does not belong to them."""
    return [
        _total(r)
        for r in await tx.execute(_TOTALS, group_id=group_id)
        if r.score != score_of(r.board, r.numerator, r.denominator)
    ]


def _total(row: Row) -> Total:
    return Total(*(getattr(row, name) for name in Total._fields))


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
        await tx.execute(_ADDING[quizzes], [as_row(key, added[key]) for key in keys])
    weeks = week_rows(added)
    if weeks:
        await tx.execute(_ADD_WEEK, weeks)


def as_row(key: Total, found: Sum) -> dict[str, Any]:
    """A total as ``standings`` keeps it."""
    score = score_of(key.board, found.numerator, found.denominator)
    numbers = {"numerator": float(found.numerator), "denominator": float(found.denominator), "score": score}
    return key._asdict() | numbers


def week_rows(added: Mapping[Total, Sum]) -> list[dict[str, Any]]:
    """What members' totals add up to for their groups, as ``group_weeks`` keeps it; in key order."""
    weeks = sorted(together(added).items())
    return [{"group_id": group, "bucket": week, "points": points} for (group, week), points in weeks]


def together(added: Mapping[Total, Sum]) -> dict[tuple[int, str], float]:
    """What members' totals add up to for their groups: points by (group, week)."""
    weeks: dict[tuple[int, str], float] = {}
    for key, found in added.items():
        if (key.board, key.topic, key.span) == (POINTS, ALL_TOPICS, WEEK):
            weeks[key.group_id, key.bucket] = weeks.get((key.group_id, key.bucket), 0.0) + found.numerator
    return weeks


_AWARD = Reader(Award)


def _writing(*names: str) -> Statement:
    return Statement(new_row(ledger, names).on_conflict_do_nothing().returning(ledger.c.key))


_WRITING = _writing(*_AWARD.names)
_TAKING_BACK = _writing(*_AWARD.names, "reverses")


def _adding(*, accurate: bool) -> Statement:
    statement = new_row(standings, (*Total._fields, "numerator", "denominator", "score")).inline()
    top = standings.c.numerator + statement.excluded.numerator
    below = standings.c.denominator + statement.excluded.denominator
    accuracy = case((below >= ACCURATE_FROM, top / below), else_=0.0)
    changed = {"numerator": top, "denominator": below, "score": accuracy if accurate else top}
    columns = [standings.c[name] for name in Total._fields]
    return Statement(statement.on_conflict_do_update(index_elements=columns, set_=changed))


_ADD_WEEK = upserting(group_weeks, ("group_id", "bucket"), (), ("points",))
_ADDING = {accurate: _adding(accurate=accurate) for accurate in (False, True)}


async def _take_back(tx: Transaction, rows: Iterable[Row], at: datetime, reason: str) -> list[Award]:
    """The reversals of entries, written; without those that there were already."""
    backs = {
        row.id: replace(
            _AWARD(row), key=_reversal(row.key), reason=reason, points=-row.points, out_of=-row.out_of, at=at
        )
        for row in rows
    }
    if not backs:
        return []
    made = await tx.execute(
        _TAKING_BACK, [_AWARD.values(back) | {"reverses": of} for of, back in backs.items()]
    )
    written = set(made.scalars())
    return [back for back in backs.values() if back.key in written]


def _reversal(key: str) -> str:
    return f"reverse:{key}"


def _moved(key: str) -> str:
    return f"move:{key}"


def _again(key: str) -> str:
    return f"again:{key}"
