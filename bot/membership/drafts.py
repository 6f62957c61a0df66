"""Texts that were refused or not sent yet, kept for their author under a subject."""

from datetime import datetime

from sqlalchemy import and_, bindparam, delete, select

from bot.database.statements import Statement
from bot.database.tables import drafts
from bot.database.transaction import Transaction

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
