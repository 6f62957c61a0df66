"""A reveal's points count for the day it comes, no longer for the day of its question: entries and totals follow."""

from collections import Counter
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

LEDGER = sa.table(
    "ledger",
    *(sa.column(name, sa.BigInteger()) for name in ("id", "group_id", "member_id", "points", "reverses")),
    *(sa.column(name, sa.Text()) for name in ("key", "board", "topic")),
    sa.column("local_date", sa.Date()),
    sa.column("at", sa.DateTime(timezone=True)),
)
STANDINGS = sa.table(
    "standings",
    *(sa.column(name, sa.BigInteger()) for name in ("group_id", "member_id")),
    *(sa.column(name, sa.Text()) for name in ("board", "topic", "span", "bucket")),
    *(sa.column(name, sa.Float()) for name in ("numerator", "denominator", "score")),
)
WEEKS = sa.table(
    "group_weeks",
    sa.column("group_id", sa.BigInteger()),
    sa.column("bucket", sa.Text()),
    sa.column("points", sa.Float()),
)
GROUPS = sa.table("groups", sa.column("id", sa.BigInteger()), sa.column("zone", sa.Text()))
OF_ROUNDS = ("points", "helped")


def upgrade() -> None:
    connection = op.get_bind()
    for group_id, zone in connection.execute(sa.select(GROUPS.c.id, GROUPS.c.zone)).all():
        if _move(connection, group_id, _zone(zone)):
            _recount(connection, group_id)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):  # lost by this machine
        return UTC


def _move(connection: sa.Connection, group_id: int, zone: tzinfo) -> bool:
    """Give the rounds' entries their new dates; whether there was one. What takes back or moves an entry goes with it."""
    rows = connection.execute(
        sa.select(LEDGER).where(LEDGER.c.group_id == group_id).order_by(LEDGER.c.id)
    ).all()
    by_key, by_id = {row.key: row for row in rows}, {row.id: row for row in rows}

    def day(row: sa.Row[Any]) -> date:
        first: Any = row
        while first.reverses is not None or first.key.startswith("move:"):
            back = first.reverses is not None
            first = by_id.get(first.reverses) if back else by_key.get(first.key.removeprefix("move:"))
            if first is None:
                break
        if first is None or not first.key.startswith("round:"):
            kept: date = row.local_date
            return kept
        at: datetime = first.at if first.at.tzinfo else first.at.replace(tzinfo=UTC)
        return at.astimezone(zone).date()

    changed = [
        {"its": row.id, "day": new}
        for row in rows
        if row.board in OF_ROUNDS and (new := day(row)) != row.local_date
    ]
    if changed:
        connection.execute(
            sa.update(LEDGER)
            .where(LEDGER.c.id == sa.bindparam("its"))
            .values(local_date=sa.bindparam("day", type_=sa.Date())),
            changed,
        )
    return bool(changed)


def _recount(connection: sa.Connection, group_id: int) -> None:
    totals: Counter[tuple[str, str, str, str, int]] = Counter()
    weeks: Counter[str] = Counter()
    rows = connection.execute(
        sa.select(LEDGER).where(LEDGER.c.group_id == group_id, LEDGER.c.board.in_(OF_ROUNDS))
    )
    for row in rows:
        year, week, _ = row.local_date.isocalendar()
        spans = (("week", f"{year}-W{week:02d}"), ("month", f"{row.local_date:%Y-%m}"))
        for topic in {"", row.topic}:
            for span, bucket in spans:
                totals[row.board, topic, span, bucket, row.member_id] += row.points
        if row.board == "points":
            weeks[spans[0][1]] += row.points
    connection.execute(
        sa.delete(STANDINGS).where(
            STANDINGS.c.group_id == group_id,
            STANDINGS.c.board.in_(OF_ROUNDS),
            STANDINGS.c.span.in_(("week", "month")),
        )
    )
    connection.execute(sa.delete(WEEKS).where(WEEKS.c.group_id == group_id))
    names = ("board", "topic", "span", "bucket", "member_id")
    op.bulk_insert(
        STANDINGS,
        [
            dict(zip(names, key, strict=True))
            | {"group_id": group_id, "numerator": points, "denominator": 0, "score": points}
            for key, points in totals.items()
        ],
    )
    op.bulk_insert(
        WEEKS, [{"group_id": group_id, "bucket": week, "points": points} for week, points in weeks.items()]
    )
