"""Places that the bot may not write to just now: paused, tried again from time to time, and resumed."""

from datetime import datetime

from sqlalchemy import update

from bot.store.tables import deliveries, places
from bot.store.transaction import Transaction

NO_ACCESS = "no access"
"""The error of a delivery that waits for its place."""


async def pause_place(tx: Transaction, place_id: int, why: str, now: datetime) -> bool:
    """Mark a place as out of reach, with the reason as an organiser can act on it; whether it was in reach before."""
    done = await tx.execute(
        update(places)
        .where(places.c.id == place_id, places.c.paused_because == "")
        .values(paused_because=why, paused_at=now, told_at=now)
    )
    if not done.rowcount:
        await tx.execute(update(places).where(places.c.id == place_id).values(paused_because=why))
    return done.rowcount == 1


async def resume_place(tx: Transaction, place_id: int, now: datetime) -> None:
    """A message arrived there again: what has waited for the place is due now."""
    await tx.execute(
        update(places).where(places.c.id == place_id).values(paused_because="", paused_at=None, told_at=None)
    )
    await tx.execute(
        update(deliveries)
        .where(
            deliveries.c.place_id == place_id,
            deliveries.c.error == NO_ACCESS,
            deliveries.c.next_at > now,
            deliveries.c.state.in_(("waiting", "sent")),
        )
        .values(next_at=now)
    )
