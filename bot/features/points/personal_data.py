"""What standings keep about people: points, totals, days of activity, breaks, streaks."""

from datetime import datetime

from sqlalchemy import delete, select

from bot.chat.cards import Slot
from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.database.transcript import blank_private
from bot.features.points.ledger import move
from bot.features.points.streaks import move_activity
from bot.features.points.tables import activity, breaks, ledger, standings, streaks
from bot.membership.personal_data.subjects import DataSubject, Merge, PersonalData, Section, groups_of, said
from bot.membership.queries import load_member

_KEPT = tuple(
    Statement(select(table).where(any_of(table.c.member_id, "mine")).order_by(*order))
    for table, order in (
        (ledger, (ledger.c.id,)),
        (standings, standings.primary_key.columns),
        (activity, activity.primary_key.columns),
        (breaks, (breaks.c.id,)),
        (streaks, (streaks.c.member_id,)),
    )
)
_DROP = tuple(
    Statement(delete(table).where(any_of(table.c.member_id, "mine"))) for table in (activity, breaks, streaks)
)


def personal_data() -> PersonalData:
    """Points stay under a member without a name, so that a recount from the ledger gives the same; the rest goes."""
    tables = ("ledger", "standings", "activity", "breaks", "streaks")
    return PersonalData("standings", tables, _export, _forget, _join)


async def _export(tx: Transaction, subject: DataSubject) -> Section:
    earned, sums, days, away, runs = [await tx.execute(each, mine=subject.members) for each in _KEPT]
    return {
        "points": [
            {
                "group": r.group_id,
                "day": said(r.local_date),
                "at": said(r.at),
                "board": r.board,
                "topic": r.topic or None,
                "for": r.reason,
                "points": r.points,
                "out_of": r.out_of,
            }
            for r in earned
        ],
        "totals": [
            {
                "group": r.group_id,
                "board": r.board,
                "topic": r.topic or None,
                "span": r.span,
                "of": r.bucket or None,
                "reached": r.numerator,
                "out_of": r.denominator,
            }
            for r in sums
        ],
        "activity": [{"day": said(r.local_date), "acts": r.acts} for r in days],
        "breaks": [{"from": said(r.first_date), "to": said(r.last_date)} for r in away],
        "streaks": [
            {
                "group": r.group_id,
                "current": r.current,
                "best": r.best,
                "freezes": r.freezes,
                "state": r.state,
                "counted_through": said(r.through),
            }
            for r in runs
        ],
    }


async def _forget(tx: Transaction, subject: DataSubject, now: datetime) -> None:
    await blank_private(tx, [Slot("board", group_id).key for group_id in await groups_of(tx, subject)], now)
    if subject.whole:
        for each in _DROP:
            await tx.execute(each, mine=subject.members)


async def _join(tx: Transaction, merge: Merge, now: datetime) -> None:
    """Points are moved by reversals; days, breaks and the streak that they make belong to the one who stays."""
    for one, other in merge.members:
        await move(tx, one, other, now)
        group_id = (await load_member(tx, other)).group_id
        await move_activity(tx, group_id, one, other)
