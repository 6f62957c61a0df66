"""What an operator sees of the rounds: how many run, and since when something is due that has not been moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import bindparam, func, select

from bot.database.schema import Instant
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.daily.tables import rounds
from bot.membership.model import GroupState
from bot.membership.tables import groups

# What has a next step, said so that SQLite looks for it by the index.
_EVER = bindparam("ever", datetime(1970, 1, 1, tzinfo=UTC), type_=Instant)
_RUNNING = Statement(
    select(rounds.c.state, func.count().label("number"), func.min(rounds.c.next_at).label("next_at"))
    .where(rounds.c.next_at > _EVER)
    .group_by(rounds.c.state)
)
_DUE_GROUP = Statement(
    select(func.min(groups.c.next_at)).where(
        groups.c.next_at <= bindparam("now", type_=Instant), groups.c.state == GroupState.ACTIVE.value
    )
)


@dataclass(frozen=True, slots=True)
class OpenRounds:
    """How many rounds run, by state; ``due_since`` is when the first step or question came due that was not moved yet."""

    by_state: Mapping[str, int]
    due_since: datetime | None


async def open_rounds(tx: Transaction, now: datetime) -> OpenRounds:
    """The rounds that are not revealed or cancelled, and what is due at ``now``."""
    running = (await tx.execute(_RUNNING)).all()
    times = [row.next_at for row in running if row.next_at <= now]
    due_group: datetime | None = await tx.scalar(_DUE_GROUP, now=now)
    if due_group is not None:
        times.append(due_group)
    return OpenRounds({row.state: row.number for row in running}, min(times, default=None))
