"""Lines that are no message of their own: each person reads them with their next private reply."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, case, update

from bot.chat.requests import Identity
from bot.database.statements import Statement, upserting
from bot.database.transaction import Transaction
from bot.outbox.queries import DeliveryState, delivery_key
from bot.outbox.tables import deliveries

_KEEP = upserting(
    deliveries,
    ("subject", "kind", "destination"),
    ("key", "platform", "identity_id", "state", "created_at"),
    (),
)
_TELL_ANEW = Statement(
    update(deliveries)
    .where(
        deliveries.c.subject == bindparam("its_subject"),
        deliveries.c.kind == bindparam("its_kind"),
        deliveries.c.identity_id.is_not(None),
    )
    .values(
        state=case(
            (deliveries.c.state == DeliveryState.SENT, DeliveryState.KEPT.value),
            (deliveries.c.state == DeliveryState.KEPT, DeliveryState.DROPPED.value),
            else_=deliveries.c.state,
        )
    )
)


async def keep_for(
    tx: Transaction, subject: str, kind: str, people: Iterable[tuple[int, Identity]], now: datetime
) -> None:
    """Keep a line for accounts: each sees it with their next private reply, though they were shown it before."""
    rows = [
        {
            "subject": subject,
            "kind": kind,
            "destination": who.key,
            "key": delivery_key(subject, kind, who.key),
            "platform": who.platform,
            "identity_id": identity_id,
            "state": DeliveryState.KEPT,
            "created_at": now,
        }
        for identity_id, who in people
    ]
    if rows:
        await tx.execute(_KEEP, rows)


async def take_back_kept(tx: Transaction, subject: str, kind: str) -> None:
    """What a kept line said holds no more: who was shown it sees its card again, and nobody else does."""
    await tx.execute(_TELL_ANEW, its_subject=subject, its_kind=kind)
