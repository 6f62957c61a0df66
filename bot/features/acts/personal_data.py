"""What the log of acts keeps about people: who of the organisers did what."""

from datetime import datetime

from sqlalchemy import select, update

from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.database.transcript import blank_private
from bot.features.acts.handlers import slot_of
from bot.features.acts.tables import acts
from bot.membership.personal_data.subjects import (
    DataSubject,
    Merge,
    PersonalData,
    Section,
    groups_of,
    handing_over,
    said,
)

_THEIRS = any_of(acts.c.member_id, "members")
_DONE = Statement(select(acts).where(_THEIRS).order_by(acts.c.id))
_BY_NOBODY = Statement(update(acts).where(_THEIRS).values(member_id=None))
_BY_OTHER = handing_over(acts.c.member_id)


def personal_data() -> PersonalData:
    """What was done stays in the group's log for its time, without whoever did it."""
    return PersonalData("acts", ("acts",), _export, _forget, _join)


async def _export(tx: Transaction, subject: DataSubject) -> Section:
    return {
        "organised": [
            {"group": r.group_id, "at": said(r.at), "did": r.title, "undone_at": said(r.undone_at)}
            for r in await tx.execute(_DONE, members=subject.members)
        ]
    }


async def _forget(tx: Transaction, subject: DataSubject, now: datetime) -> None:
    await tx.execute(_BY_NOBODY, members=subject.members)
    await blank_private(tx, [slot_of(group_id).key for group_id in await groups_of(tx, subject)], now)


async def _join(tx: Transaction, merge: Merge, now: datetime) -> None:
    del now
    for goes, stays in merge.members:
        await tx.execute(_BY_OTHER, goes=goes, stays=stays)
