"""What could not be told somebody privately: kept, and shown with their next private reply."""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Integer, bindparam, select

from bot.chat.cards import Card, Private
from bot.chat.dispatch import log_failure
from bot.chat.requests import Identity
from bot.database.errors import QueryError
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.membership.organisers import organiser_of
from bot.membership.queries import by_account, is_account
from bot.membership.reach import COLUMNS, joined
from bot.membership.tables import identities
from bot.outbox.queries import Delivery, DeliveryState, in_full, read_delivery, record_shown
from bot.outbox.send import CardMaker
from bot.outbox.tables import deliveries

log = logging.getLogger(__name__)

AT_ONCE = 3
"""So many kept messages come with one reply; the others with the next ones."""

LOOKED_AT = 50
"""Of so many, the oldest, those are chosen that may be shown."""

GroupOf: TypeAlias = Callable[[Transaction, Delivery], Awaitable[int | None]]
"""Finds the group that a delivery is about; None where it is gone, and nothing is left to show."""

_OWN = identities.alias("own")
_THEIR_ACCOUNTS = (  # whichever of a person's accounts asks
    select(identities.c.id).join(_OWN, _OWN.c.person_id == identities.c.person_id).where(is_account(_OWN))
)
_WAITING = (
    select(deliveries)
    .where(deliveries.c.identity_id.in_(_THEIR_ACCOUNTS), deliveries.c.state == DeliveryState.KEPT)
    .order_by(deliveries.c.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
    .subquery("waiting")
)

_KEPT = Statement(lambda: in_full(_WAITING, joined, COLUMNS).order_by(_WAITING.c.id))


async def with_kept(
    tx: Transaction,
    cards: Mapping[str, CardMaker],
    who: Identity,
    now: datetime,
    reply: Private,
    *,
    inside: Mapping[str, GroupOf],
    still_in: Collection[int],
) -> Private:
    """The reply, and after it what was kept for this person; each is shown once.

    What has nothing to show any more is dropped. The kinds ``inside`` wait until it is known that the person is still in a
    place of the group that it is about: ``still_in`` are the groups of which it is.
    """
    waiting: list[Delivery] = []
    for row in await tx.execute(_KEPT, most=LOOKED_AT, **by_account(who)):
        delivery = read_delivery(row)
        find = inside.get(delivery.card_kind)
        group_id = await find(tx, delivery) if find else None
        if group_id is None or group_id in still_in:
            waiting.append(delivery)
        if len(waiting) == AT_ONCE:
            break
    if not waiting:
        return reply
    made = [(each.id, card) for each in waiting for card in await _made(tx, cards, each)]
    await record_shown(tx, [each for each, _ in made], now)
    return replace(reply, also=tuple(card for _, card in made if card is not None))


def for_organisers(make: CardMaker, find: GroupOf) -> CardMaker:
    """The same card for who organises its group at that moment; nothing to show for anybody else."""

    async def made(tx: Transaction, delivery: Delivery) -> Card | None:
        group_id = await find(tx, delivery)
        if group_id is None or await organiser_of(tx, group_id, delivery.identity_id) is None:
            return None
        return await make(tx, delivery)

    return made


async def its_group(_tx: Transaction, delivery: Delivery) -> int:
    """The group of what has the group itself as its subject."""
    return delivery.subject_id


async def _made(
    tx: Transaction, cards: Mapping[str, CardMaker], delivery: Delivery
) -> tuple[()] | tuple[Card | None]:
    """Its card, or None to show; nothing where it cannot be made: it stays kept, and costs nobody their reply."""
    try:
        return (await cards[delivery.card_kind](tx, delivery),)
    except QueryError:
        raise  # on PostgreSQL the transaction is lost with it
    except Exception as error:  # noqa: BLE001  # its words may quote a member; see log_failure
        log_failure(log, error, "a kept message has no card")
        return ()
