"""What could not be told somebody privately: kept, and shown with their next private reply."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update

from bot.chat.cards import Card, Private
from bot.chat.requests import Identity
from bot.outbox.deliveries import delivery_of
from bot.outbox.send import CardMaker
from bot.store.tables import deliveries, identities
from bot.store.transaction import Transaction

AT_ONCE = 3
"""So many kept messages come with one reply; the others with the next ones."""


async def with_kept(
    tx: Transaction, cards: Mapping[str, CardMaker], who: Identity, now: datetime, reply: Private
) -> Private:
    """The reply, and after it what was kept for this person; each is shown once.

    What has nothing to show any more is dropped.
    """
    waiting = await _waiting(tx, who)
    return replace(reply, also=await _take(tx, cards, waiting, now)) if waiting else reply


async def _waiting(tx: Transaction, who: Identity) -> tuple[int, ...]:
    own = identities.alias()  # whichever of a person's accounts asks
    query = (
        select(deliveries.c.id)
        .join(identities, identities.c.id == deliveries.c.identity_id)
        .join(own, own.c.person_id == identities.c.person_id)
        .where(
            own.c.platform == who.platform,
            own.c.tenant == who.tenant,
            own.c.user == who.user,
            deliveries.c.state == "kept",
        )
        .order_by(deliveries.c.id)
        .limit(AT_ONCE)
    )
    return tuple((await tx.execute(query)).scalars())


async def _take(
    tx: Transaction, cards: Mapping[str, CardMaker], ids: tuple[int, ...], now: datetime
) -> tuple[Card, ...]:
    shown: list[Card] = []
    for each in ids:
        claimed = await tx.execute(
            update(deliveries)
            .where(deliveries.c.id == each, deliveries.c.state == "kept")
            .values(state="sent", sent_at=now, error="with a reply")
        )
        if not claimed.rowcount:
            continue
        delivery = await delivery_of(tx, each)
        card = await cards[delivery.kind.partition(":")[0]](tx, delivery)
        if card is not None:
            shown.append(card)
    return tuple(shown)
