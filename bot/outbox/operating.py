"""What an operator sees of the deliveries: how many are open, and since when the oldest of them are due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.outbox.queries import DeliveryState
from bot.outbox.tables import deliveries

_STATE, _NEXT_AT = deliveries.c.state, deliveries.c.next_at

_OPEN = Statement(
    select(deliveries.c.platform, _STATE, func.count().label("number"), func.min(_NEXT_AT).label("first_at"))
    .where(any_of(deliveries.c.platform, "platforms"), _NEXT_AT.is_not(None))
    .group_by(deliveries.c.platform, _STATE)
)
_KEPT = Statement(
    select(deliveries.c.platform, func.count().label("number"))
    .where(deliveries.c.state == DeliveryState.KEPT, deliveries.c.identity_id > 0)
    .group_by(deliveries.c.platform)
)


@dataclass(frozen=True, slots=True)
class OpenDeliveries:
    """How many deliveries of a platform are in a state and not settled; ``first_at`` is when the first of them is to be tried.

    One in the state "sent" is to be edited; one that is kept has no time.
    """

    platform: str
    state: str
    number: int
    first_at: datetime | None


async def open_deliveries(tx: Transaction, platforms: Iterable[str]) -> tuple[OpenDeliveries, ...]:
    """What is open on these platforms, and what is kept on any; what is settled for good is not counted."""
    found = [OpenDeliveries(*row) for row in await tx.execute(_OPEN, platforms=tuple(platforms))]
    kept = [
        OpenDeliveries(row.platform, DeliveryState.KEPT, row.number, None) for row in await tx.execute(_KEPT)
    ]
    return (*found, *kept)
