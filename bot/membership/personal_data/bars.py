"""Bars that outlast a deletion: else who was barred would only have to delete themselves to be back."""

from datetime import datetime
from hashlib import blake2b

from sqlalchemy import bindparam, select

from bot.chat.requests import Identity
from bot.database.facts import fact, keep_fact
from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.membership.personal_data.subjects import DataSubject
from bot.membership.tables import members

_BARRED = Statement(
    select(members.c.id, members.c.group_id)
    .where(any_of(members.c.id, "mine"), members.c.barred_at.is_not(None))
    .order_by(members.c.id)
)
_STILL = Statement(
    select(members.c.id).where(members.c.id == bindparam("id"), members.c.barred_at.is_not(None))
)


async def hold_bars(tx: Transaction, subject: DataSubject, now: datetime) -> None:
    """Keep a fingerprint of each account of someone who was barred and deletes themselves; nothing for others."""
    for row in await tx.execute(_BARRED, mine=subject.members):
        for account in subject.accounts:
            await keep_fact(tx, _bar(row.group_id, account.who), str(row.id), now)


def _bar(group_id: int, who: Identity) -> str:
    return f"bar:{group_id}:{blake2b(who.key.encode(), digest_size=16).hexdigest()}"


async def barred_before(tx: Transaction, group_id: int, who: Identity) -> int | None:
    """The nameless member that this account was when the group barred it, as long as the bar holds."""
    kept = await fact(tx, _bar(group_id, who))
    if kept is None:
        return None
    found: int | None = await tx.scalar(_STILL, id=int(kept))
    return found
