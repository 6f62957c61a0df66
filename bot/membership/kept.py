"""What could not be told somebody privately: kept, and shown with their next private reply."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Integer, bindparam, select

from bot.chat.cards import Card, Private
from bot.chat.dispatch import trace_of
from bot.chat.requests import Identity
from bot.database.engine import QueryError, for_update_skip_locked
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.membership.reach import COLUMNS, joined
from bot.membership.tables import identities
from bot.outbox.queries import Delivery, DeliveryState, in_full, read_delivery, record_shown
from bot.outbox.send import CardMaker
from bot.outbox.tables import deliveries

log = logging.getLogger(__name__)

AT_ONCE = 3
"""So many kept messages come with one reply; the others with the next ones."""

_OWN = identities.alias("own")
_THEIR_ACCOUNTS = (  # whichever of a person's accounts asks
    select(identities.c.id)
    .join(_OWN, _OWN.c.person_id == identities.c.person_id)
    .where(
        _OWN.c.platform == bindparam("platform"),
        _OWN.c.tenant == bindparam("tenant"),
        _OWN.c.user == bindparam("user"),
    )
)
_WAITING = for_update_skip_locked(
    select(deliveries)
    .where(deliveries.c.identity_id.in_(_THEIR_ACCOUNTS), deliveries.c.state == DeliveryState.KEPT)
    .order_by(deliveries.c.id)
    .limit(bindparam("most", type_=Integer))
).subquery("waiting")

_KEPT = Statement(in_full(_WAITING, joined, COLUMNS).order_by(_WAITING.c.id))


async def with_kept(
    tx: Transaction, cards: Mapping[str, CardMaker], who: Identity, now: datetime, reply: Private
) -> Private:
    """The reply, and after it what was kept for this person; each is shown once.

    What has nothing to show any more is dropped.
    """
    account = {"platform": who.platform, "tenant": who.tenant, "user": who.user}
    waiting = [read_delivery(row) for row in await tx.execute(_KEPT, most=AT_ONCE, **account)]
    if not waiting:
        return reply
    made = [(each.id, card) for each in waiting for card in await _made(tx, cards, each)]
    await record_shown(tx, [each for each, _ in made], now)
    return replace(reply, also=tuple(card for _, card in made if card is not None))


async def _made(
    tx: Transaction, cards: Mapping[str, CardMaker], delivery: Delivery
) -> tuple[()] | tuple[Card | None]:
    """Its card, or None to show; nothing where it cannot be made: it stays kept, and costs nobody their reply."""
    try:
        return (await cards[delivery.kind.partition(":")[0]](tx, delivery),)
    except QueryError:
        raise  # on PostgreSQL the transaction is lost with it
    except Exception as error:  # noqa: BLE001  # its words may quote a member; see trace_of
        log.error("a kept message has no card: %s", trace_of(error))  # noqa: TRY400  # as there
        return ()
