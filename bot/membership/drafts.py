"""Texts that were refused or not sent yet, kept for their author under a subject."""

from datetime import datetime

from sqlalchemy import and_, bindparam, delete, select, update

from bot.database.statements import Row, Statement, any_of
from bot.database.transaction import Transaction
from bot.membership.tables import drafts

_ITS = and_(drafts.c.member_id == bindparam("member_id"), drafts.c.subject == bindparam("subject"))
_TEXT = Statement(select(drafts.c.text).where(_ITS))
_DROP = Statement(delete(drafts).where(_ITS))


async def keep_draft(tx: Transaction, member_id: int, subject: str, text: str, now: datetime) -> None:
    """Keep a text that was refused, or not sent yet."""
    await tx.upsert(drafts, {"member_id": member_id, "subject": subject}, {"text": text, "updated_at": now})


async def draft_of(tx: Transaction, member_id: int, subject: str) -> str:
    """The kept text, "" when there is none."""
    return await tx.scalar(_TEXT, member_id=member_id, subject=subject) or ""


async def drop_draft(tx: Transaction, member_id: int, subject: str) -> None:
    """Forget a kept text: it was saved."""
    await tx.execute(_DROP, member_id=member_id, subject=subject)


_DRAFTS = Statement(
    select(drafts)
    .where(any_of(drafts.c.member_id, "both"))
    .order_by(drafts.c.subject, drafts.c.updated_at, drafts.c.id)
)


_DROP_DRAFTS = Statement(delete(drafts).where(any_of(drafts.c.id, "ids")))


_GIVE_DRAFTS = Statement(
    update(drafts).where(drafts.c.member_id == bindparam("goes")).values(member_id=bindparam("stays"))
)


async def merge_drafts(tx: Transaction, goes: int, stays: int) -> None:
    """Give one member's drafts to another; of two about one subject the newer one stays."""
    newest: dict[str, Row] = {}
    spare: list[int] = []
    for row in await tx.execute(_DRAFTS, both=(goes, stays)):
        if row.subject in newest:
            spare.append(newest[row.subject].id)
        newest[row.subject] = row
    await tx.execute(_DROP_DRAFTS, ids=spare)
    await tx.execute(_GIVE_DRAFTS, goes=goes, stays=stays)


_OF_MEMBERS = Statement(select(drafts).where(any_of(drafts.c.member_id, "mine")).order_by(drafts.c.id))
_DROP_ALL = Statement(delete(drafts).where(any_of(drafts.c.member_id, "mine")))


async def drafts_of(tx: Transaction, members: tuple[int, ...]) -> list[Row]:
    """The rows of members' drafts, oldest first."""
    return (await tx.execute(_OF_MEMBERS, mine=members)).all()


async def drop_drafts(tx: Transaction, members: tuple[int, ...]) -> None:
    """Forget all drafts of members."""
    await tx.execute(_DROP_ALL, mine=members)
