"""Texts that were refused or not sent yet, kept for their author under a subject."""

from datetime import datetime

from sqlalchemy import select

from bot.store.tables import drafts
from bot.store.transaction import Transaction


async def keep_draft(tx: Transaction, member_id: int, subject: str, text: str, now: datetime) -> None:
    """Keep a text that was refused, or not sent yet."""
    await tx.upsert(drafts, {"member_id": member_id, "subject": subject}, {"text": text, "updated_at": now})


async def draft_of(tx: Transaction, member_id: int, subject: str) -> str:
    """The kept text, "" when there is none."""
    query = select(drafts.c.text).where(drafts.c.member_id == member_id, drafts.c.subject == subject)
    return (await tx.execute(query)).scalar_one_or_none() or ""


async def drop_draft(tx: Transaction, member_id: int, subject: str) -> None:
    """Forget a kept text: it was saved."""
    await tx.execute(drafts.delete().where(drafts.c.member_id == member_id, drafts.c.subject == subject))
