"""Lines that are no message of their own: each person reads them with their next private reply."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, case, select, update

from bot.chat.requests import Identity
from bot.database.statements import Statement, any_of, upserting
from bot.database.transaction import Transaction
from bot.outbox.queries import DeliveryState, delivery_key
from bot.outbox.tables import deliveries

_KEEP = upserting(
    deliveries,
    ("subject", "kind", "destination"),
    ("key", "platform", "identity_id", "state", "created_at"),
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


_KEPT_ONCE = Statement(
    select(deliveries.c.subject).where(
        any_of(deliveries.c.subject, "subjects"), deliveries.c.kind == bindparam("kind")
    )
)
_TAKE_OUT = Statement(
    update(deliveries)
    .where(
        deliveries.c.subject == bindparam("its_subject"),
        deliveries.c.kind == bindparam("its_kind"),
        any_of(deliveries.c.destination, "destinations"),
        deliveries.c.state == DeliveryState.KEPT,
    )
    .values(state=DeliveryState.DROPPED.value)
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


async def kept_once(tx: Transaction, kind: str, subjects: Sequence[str]) -> frozenset[str]:
    """Those of these subjects about which a line of a kind was kept for anybody, whether it was shown since or not."""
    return frozenset((await tx.execute(_KEPT_ONCE, kind=kind, subjects=subjects)).scalars())


async def take_out_kept(
    tx: Transaction, subject: str, kind: str, people: Iterable[tuple[int, Identity]]
) -> None:
    """Show a line no more to accounts that it still waits for: they have found out themselves."""
    destinations = [who.key for _, who in people]
    await tx.execute(_TAKE_OUT, its_subject=subject, its_kind=kind, destinations=destinations)


async def take_back_kept(tx: Transaction, subject: str, kind: str) -> None:
    """What a kept line said holds no more: who was shown it sees its card again, and nobody else does."""
    await tx.execute(_TELL_ANEW, its_subject=subject, its_kind=kind)
