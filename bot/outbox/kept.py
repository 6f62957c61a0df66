"""What could not be told somebody privately: kept, and shown with their next private reply."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.cards import Card, Private, Reply
from bot.chat.requests import Identity, Request
from bot.outbox.deliveries import delivery_of
from bot.outbox.send import CardMaker
from bot.store.database import Database
from bot.store.tables import deliveries, identities

AT_ONCE = 3
"""So many kept messages come with one reply; the others with the next ones."""


async def with_kept(
    database: Database, cards: Mapping[str, CardMaker], request: Request, reply: Reply
) -> Reply:
    """The reply, and after it what was kept for this person; each is shown once.

    Only a private reply carries them. What has nothing to show any more is dropped.
    """
    if not isinstance(reply, Private):
        return reply
    waiting = await database.read(lambda conn: _waiting(conn, request.who))
    if not waiting:
        return reply
    return replace(reply, also=await database.write(lambda conn: _take(conn, cards, waiting, request.at)))


async def _waiting(conn: AsyncConnection, who: Identity) -> tuple[int, ...]:
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
    return tuple((await conn.execute(query)).scalars())


async def _take(
    conn: AsyncConnection, cards: Mapping[str, CardMaker], ids: tuple[int, ...], now: datetime
) -> tuple[Card, ...]:
    shown: list[Card] = []
    for each in ids:
        claimed = await conn.execute(
            update(deliveries)
            .where(deliveries.c.id == each, deliveries.c.state == "kept")
            .values(state="sent", sent_at=now, error="with a reply")
        )
        if not claimed.rowcount:
            continue
        delivery = await delivery_of(conn, each)
        card = await cards[delivery.kind.partition(":")[0]](conn, delivery)
        if card is not None:
            shown.append(card)
    return tuple(shown)
