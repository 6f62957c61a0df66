"""Points: an append-only ledger, and the totals kept beside it.

Every entry has a key that says what it is for: handing the same award in again changes nothing. Totals are written in
the transaction of the entry they come from, and a recount from the ledger gives the same numbers at any time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.standings.rules import ALL, MONTH, WEEK, month_bucket, week_bucket
from bot.store.database import insert_once, upsert
from bot.store.tables import ledger, standings

POINTS = "points"
"""The board that counts points."""

ALL_TOPICS = ""


@dataclass(frozen=True, slots=True)
class Award:
    """Points for one thing a member did.

    ``key`` names the thing and is unique for ever ("round:12:answer:7"). ``topic`` is one of the topics at the top, ""
    for none. ``local_date`` is the group's date that it counts for. ``at`` is aware UTC.
    """

    key: str
    group_id: int
    member_id: int
    topic: str
    reason: str
    points: int
    local_date: date
    at: datetime


class Total(NamedTuple):
    """The key of one total; the order of its fields is the order in which totals are written."""

    group_id: int
    board: str
    topic: str
    span: str
    bucket: str
    member_id: int


async def award(conn: AsyncConnection, awards: Iterable[Award]) -> int:
    """Write awards into the ledger, and the totals with them; how many were new.

    Rows go in key order, so that two transactions that write the same ones never wait for each other in a circle.
    """
    in_order = sorted(awards, key=lambda a: a.key)
    new = [each for each in in_order if await insert_once(conn, ledger, _row(each)) is not None]
    await _add(conn, sums(new))
    return len(new)


async def reverse(conn: AsyncConnection, key: str, at: datetime, reason: str) -> bool:
    """Take an award back with an entry of its own, once; whether that happened now.

    The totals of the award's own week and month follow. An unknown key, a second reversal and the reversal of a
    reversal change nothing.
    """
    found = (await conn.execute(select(ledger).where(ledger.c.key == key))).first()
    if found is None or found.reverses is not None:
        return False
    back = Award(
        f"reverse:{key}",
        found.group_id,
        found.member_id,
        found.topic,
        reason,
        -found.points,
        found.local_date,
        at,
    )
    made = await insert_once(conn, ledger, _row(back) | {"reverses": found.id})
    if made is None:
        return False
    await _add(conn, sums((back,)))
    return True


async def recount(conn: AsyncConnection, group_id: int) -> Mapping[Total, int]:
    """What a group's totals must be, counted from its ledger alone."""
    rows = await conn.execute(select(ledger).where(ledger.c.group_id == group_id))
    return sums(
        Award(r.key, r.group_id, r.member_id, r.topic, r.reason, r.points, r.local_date, r.at) for r in rows
    )


async def totals(conn: AsyncConnection, group_id: int) -> Mapping[Total, int]:
    """What a group's totals are."""
    rows = await conn.execute(
        select(standings).where(standings.c.group_id == group_id, standings.c.board == POINTS)
    )
    return {
        Total(r.group_id, r.board, r.topic, r.span, r.bucket, r.member_id): round(r.numerator) for r in rows
    }


def sums(awards: Iterable[Award]) -> dict[Total, int]:
    """What awards add to which totals: each counts for its topic and for all, in its week, its month and all time."""
    found: dict[Total, int] = {}
    for each in awards:
        for key in _totals_of(each):
            found[key] = found.get(key, 0) + each.points
    return found


def _totals_of(each: Award) -> Sequence[Total]:
    spans = ((WEEK, week_bucket(each.local_date)), (MONTH, month_bucket(each.local_date)), (ALL, ""))
    topics = dict.fromkeys((ALL_TOPICS, each.topic))
    return [
        Total(each.group_id, POINTS, topic, span, bucket, each.member_id)
        for topic in topics
        for span, bucket in spans
    ]


async def _add(conn: AsyncConnection, added: Mapping[Total, int]) -> None:
    for key in sorted(added):
        await upsert(conn, standings, key._asdict(), {}, adding={"numerator": float(added[key])})


def _row(each: Award) -> dict[str, object]:
    return {
        "key": each.key,
        "group_id": each.group_id,
        "member_id": each.member_id,
        "topic": each.topic,
        "reason": each.reason,
        "points": each.points,
        "local_date": each.local_date,
        "at": each.at,
    }
