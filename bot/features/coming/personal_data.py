"""What this room keeps about people: which answers somebody has read before their questions came."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.features.coming.tables import answer_peeks
from bot.membership.personal_data.subjects import (
    DataSubject,
    Merge,
    PersonalData,
    Section,
    handing_over,
    said,
)

_T = answer_peeks.c
_THEIRS = any_of(_T.member_id, "members")

_KEPT = Statement(select(answer_peeks).where(_THEIRS).order_by(_T.id))
_DROP = Statement(delete(answer_peeks).where(_THEIRS))
_OF_BOTH = Statement(
    delete(answer_peeks).where(
        _T.member_id == bindparam("goes"),
        _T.item_id.in_(select(_T.item_id).where(_T.member_id == bindparam("stays"))),
    )
)
_GIVE = handing_over(_T.member_id)


def personal_data() -> PersonalData:
    """Only organisers can read answers beforehand; it goes with the person."""
    return PersonalData("read_beforehand", ("answer_peeks",), _export, _forget, _join)


async def _export(tx: Transaction, subject: DataSubject) -> Section:
    kept = await tx.execute(_KEPT, members=subject.members)
    return {"answers": [{"question": r.item_id, "at": said(r.at)} for r in kept]}


async def _forget(tx: Transaction, subject: DataSubject, now: datetime) -> None:
    del now
    if subject.whole:
        await tx.execute(_DROP, members=subject.members)


async def _join(tx: Transaction, merge: Merge, now: datetime) -> None:
    """What one of them has read, the other has."""
    del now
    for goes, stays in merge.members:
        for statement in (_OF_BOTH, _GIVE):
            await tx.execute(statement, goes=goes, stays=stays)
