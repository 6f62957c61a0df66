"""Errands that outlive a person: what they were told privately is deleted on their platform, once their data is gone here.

Such an errand is a delivery of its own kind, so that it is claimed, put off and taken up again like any other. All that is
kept of the person meanwhile is which account it was.
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select

from bot.chat.requests import Identity
from bot.database.schema import Instant
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.outbox.queries import Delivery, DeliveryState, delivery_key
from bot.outbox.tables import deliveries

ERASE = "erase"
"""The kind of such a delivery, and its subject."""

BETWEEN = timedelta(seconds=1)
"""So long after some messages were deleted the next ones are: no platform likes many deletions in a row."""

KEPT_FOR = timedelta(days=7)
"""A platform that can't be reached for so long keeps what it has; no errand, and no account, is kept for it any longer."""

_IS_ERRAND = deliveries.c.subject == ERASE
_STANDS = Statement(
    select(deliveries.c.id).where(
        deliveries.c.id == bindparam("its_id"), deliveries.c.key == bindparam("its_key")
    )
)
_DROP_OLD = Statement(
    delete(deliveries).where(_IS_ERRAND, deliveries.c.created_at <= bindparam("asked", type_=Instant))
)


async def ask_to_erase(tx: Transaction, who: Identity, now: datetime) -> None:
    """Ask that everything be deleted which an account was told privately before ``now``."""
    errand = {"subject": ERASE, "kind": ERASE, "destination": who.key}
    values = {
        "key": delivery_key(ERASE, ERASE, who.key),
        "platform": who.platform,
        "state": DeliveryState.WAITING,
        "next_at": now,
        "created_at": now,
    }
    await tx.upsert(deliveries, errand, values)


async def erase_if_forgotten(tx: Transaction, sent: Delivery, now: datetime) -> None:
    """Ask for it too where a person deleted themselves while a private message to them was on its way: it has come since."""
    who = sent.destination
    if isinstance(who, Identity) and await tx.scalar(_STANDS, its_id=sent.id, its_key=sent.key) is None:
        await ask_to_erase(tx, who, now)


async def drop_old_errands(tx: Transaction, now: datetime) -> None:
    """Give up what could not be done in time."""
    await tx.execute(_DROP_OLD, asked=now - KEPT_FOR)
