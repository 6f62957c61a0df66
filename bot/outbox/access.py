"""Places that the bot may not write to just now: paused, tried again from time to time, and resumed."""

from datetime import datetime

from sqlalchemy import bindparam, or_, update

from bot.database.statements import Statement
from bot.database.tables import Instant, deliveries, places
from bot.database.transaction import Transaction
from bot.outbox.queries import DeliveryState

NO_ACCESS = "no access"
"""The error of a delivery that waits for its place."""

_NOW = bindparam("now", type_=Instant)

_PAUSE = Statement(
    update(places)
    .where(places.c.id == bindparam("its_id"), places.c.paused_because == "")
    .values(paused_because=bindparam("why"), paused_at=_NOW, told_at=_NOW)
)
_SAY_WHY = Statement(
    update(places).where(places.c.id == bindparam("its_id")).values(paused_because=bindparam("why"))
)
_RESUME = Statement(
    update(places)
    .where(places.c.id == bindparam("its_id"))
    .values(paused_because="", paused_at=None, told_at=None)
)
_LET_GO = Statement(
    update(deliveries)
    .where(
        deliveries.c.place_id == bindparam("its_place"),
        deliveries.c.error == NO_ACCESS,
        deliveries.c.next_at > _NOW,
        or_(deliveries.c.state == DeliveryState.WAITING, deliveries.c.state == DeliveryState.SENT),
    )
    .values(next_at=_NOW)
)


async def pause_place(tx: Transaction, place_id: int, why: str, now: datetime) -> bool:
    """Mark a place as out of reach, with the reason as an organiser can act on it; whether it was in reach before."""
    done = await tx.execute(_PAUSE, its_id=place_id, why=why, now=now)
    if not done.rowcount:
        await tx.execute(_SAY_WHY, its_id=place_id, why=why)
    return done.rowcount == 1


async def resume_place(tx: Transaction, place_id: int, now: datetime) -> None:
    """A message arrived there again: what has waited for the place is due now."""
    await tx.execute(_RESUME, its_id=place_id)
    await tx.execute(_LET_GO, its_place=place_id, now=now)
