"""What this room keeps about people: who suggested or imported which question."""

from datetime import datetime

from sqlalchemy import delete, select, update

from bot.groups.privacy import Keeper, Section, Two, Whose, groups_of
from bot.shelf.model import OwnState
from bot.shelf.reviewing import slot_of
from bot.store.tables import own_questions
from bot.store.transaction import Transaction
from bot.store.transcript import blank_private

_THE_GROUPS = (OwnState.ACCEPTED.value, OwnState.RETIRED.value)


def keeper() -> Keeper:
    """Suggestions and imports. What was accepted belongs to the group; the form says so before it is sent."""
    return Keeper("questions", ("own_questions",), _export, _forget, _join)


async def _export(tx: Transaction, whose: Whose) -> Section:
    rows = await tx.execute(
        select(own_questions).where(own_questions.c.member_id.in_(whose.members)).order_by(own_questions.c.id)
    )
    return {
        "suggested": [
            {
                "group": r.group_id,
                "question": r.item,
                "read_on": r.source or None,
                "state": r.state,
                "organisers_said": r.reason or None,
                "suggested_at": r.created_at.isoformat(),
                "decided_at": r.decided_at.isoformat() if r.decided_at else None,
            }
            for r in rows
        ]
    }


async def _forget(tx: Transaction, whose: Whose, now: datetime) -> None:
    mine = own_questions.c.member_id.in_(whose.members)
    await tx.execute(delete(own_questions).where(mine, own_questions.c.state.not_in(_THE_GROUPS)))
    await tx.execute(update(own_questions).where(mine).values(member_id=None))
    decided = own_questions.c.decided_by.in_(whose.members)
    await tx.execute(update(own_questions).where(decided).values(decided_by=None))
    await blank_private(tx, [slot_of(group_id) for group_id in await groups_of(tx, whose)], now)


async def _join(tx: Transaction, two: Two, now: datetime) -> None:
    """What one of them suggested or decided about becomes the other's."""
    del now
    for goes, stays in two.members:
        for column in (own_questions.c.member_id, own_questions.c.decided_by):
            await tx.execute(update(own_questions).where(column == goes).values({column.name: stays}))
