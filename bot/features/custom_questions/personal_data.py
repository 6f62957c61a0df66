"""What this room keeps about people: who suggested or imported which question."""

from datetime import datetime

from sqlalchemy import and_, delete, select, update

from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.database.transcript import blank_private
from bot.features.custom_questions.model import OwnState
from bot.features.custom_questions.reviewing import slot_of
from bot.features.custom_questions.tables import own_questions
from bot.membership.personal_data.subjects import (
    DataSubject,
    Merge,
    PersonalData,
    Section,
    groups_of,
    handing_over,
    said,
)

_T = own_questions.c
_THEIRS = any_of(_T.member_id, "members")

_SUGGESTED = Statement(select(own_questions).where(_THEIRS).order_by(_T.id))
_DROP = Statement(
    delete(own_questions).where(_THEIRS, and_(_T.state != OwnState.ACCEPTED, _T.state != OwnState.RETIRED))
)
_UNNAME = Statement(update(own_questions).where(_THEIRS).values(member_id=None))
_DECIDED_BY_NOBODY = Statement(
    update(own_questions).where(any_of(_T.decided_by, "members")).values(decided_by=None)
)
_SUGGESTED_BY_OTHER = handing_over(_T.member_id)
_DECIDED_BY_OTHER = handing_over(_T.decided_by)


def personal_data() -> PersonalData:
    """Suggestions and imports. What was accepted belongs to the group; the form says so before it is sent."""
    return PersonalData("questions", ("own_questions",), _export, _forget, _join)


async def _export(tx: Transaction, subject: DataSubject) -> Section:
    return {
        "suggested": [
            {
                "group": r.group_id,
                "question": r.item,
                "read_on": r.source or None,
                "state": r.state,
                "organisers_said": r.reason or None,
                "suggested_at": said(r.created_at),
                "decided_at": said(r.decided_at),
            }
            for r in await tx.execute(_SUGGESTED, members=subject.members)
        ]
    }


async def _forget(tx: Transaction, subject: DataSubject, now: datetime) -> None:
    for statement in (_DROP, _UNNAME, _DECIDED_BY_NOBODY):
        await tx.execute(statement, members=subject.members)
    await blank_private(tx, [slot_of(group_id).key for group_id in await groups_of(tx, subject)], now)


async def _join(tx: Transaction, merge: Merge, now: datetime) -> None:
    """What one of them suggested or decided about becomes the other's."""
    del now
    for goes, stays in merge.members:
        for statement in (_SUGGESTED_BY_OTHER, _DECIDED_BY_OTHER):
            await tx.execute(statement, goes=goes, stays=stays)
