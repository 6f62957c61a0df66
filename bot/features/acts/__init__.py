"""What organisers did: noted where it is done, listed in /group log, and undone where nothing was built on it."""

from datetime import datetime, timedelta
from functools import partial

from bot.features.acts import handlers
from bot.features.acts.keeping import LOT, UNDO, drop_old, final
from bot.features.acts.personal_data import personal_data
from bot.outbox.scheduler import Advance
from bot.services import Feature, Services

AGAIN = timedelta(hours=6)
"""So long after nothing old was left it is looked for again."""


def _moves(services: Services) -> Advance:
    due: datetime | None = None

    async def move(now: datetime) -> int:
        nonlocal due
        if due is not None and now < due:
            return 0
        dropped = await services.database.write(partial(drop_old, now=now), later=True)
        due = now if dropped == LOT else now + AGAIN
        return dropped

    return move


FEATURE = Feature(
    "acts",
    handlers.COMMANDS,
    handlers.ROUTES,
    moves=_moves,
    personal_data=personal_data(),
    undoing={UNDO: final("What was undone can be done again by hand.")},
)
