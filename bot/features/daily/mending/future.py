"""What was done by a clock that was far ahead is given back once it shows the right time again.

Rounds that were opened or closed in the future are a proof of such a clock. Without being put right their group would ask
nothing until that date. A date in the future alone is none: organisers may skip several question days.
"""

import logging
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import bindparam, or_, select

from bot.database.schema import Instant
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.daily.model import RUNNING, Round
from bot.features.daily.queries import change_round, next_free_slot, rounds_in
from bot.features.daily.rounds import pass_over, replan
from bot.features.daily.tables import rounds
from bot.features.points.streaks import question_moved
from bot.membership.model import Group
from bot.membership.queries import lock_group
from bot.membership.rules import last_date_by
from bot.outbox.failing import Failing
from bot.outbox.queries import bring_forward
from bot.services import Services

log = logging.getLogger(__name__)

AHEAD = timedelta(days=1)
"""What lies further in the future than this was not done by a right clock; less rights itself with the next question."""

SETTLED = timedelta(minutes=10)
LOOK_AGAIN = timedelta(hours=1)
AT_ONCE = 200

_LATE = bindparam("late", type_=Instant)
_OF_THE_FUTURE = Statement(
    select(rounds.c.group_id)
    .where(rounds.c.next_at > _LATE, or_(rounds.c.opened_at > _LATE, rounds.c.voting_at > _LATE))
    .order_by(rounds.c.next_at)
    .limit(AT_ONCE)
)


class Correction:
    """Looks for what was done in the future, an hour after it looked last.

    It looks first when the clock has gone on without a step for SETTLED: one that is behind, such as that of a machine
    which has just started, would take all that is right for the future.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._before: datetime | None = None
        self._look_at: datetime | None = None

    async def __call__(self, now: datetime) -> int:
        """Put right what there is; how many groups were. A group that fails holds up no other."""
        before, self._before = self._before, now
        if self._look_at is None or before is None or not before <= now <= before + SETTLED:
            self._look_at = now + SETTLED
        if now < self._look_at:
            return 0
        self._look_at = now + LOOK_AGAIN
        done, everywhere = 0, frozenset(self._services.platforms)
        await self._services.database.write(
            partial(bring_forward, platforms=everywhere, late=now + AHEAD, now=now), later=True
        )
        for group_id in await self._services.database.read(partial(_groups_of_the_future, now=now)):
            work = self._services.database.write(partial(_put_right, group_id=group_id, now=now), later=True)
            if await Failing().tried(group_id, now, work, log, "group %d could not be put right"):
                done += 1
                log.warning("group %d had rounds of the future: they are of today now", group_id)
        return done


async def _put_right(tx: Transaction, group_id: int, now: datetime) -> int:
    await give_back(tx, await lock_group(tx, group_id), now)
    return 1


async def _groups_of_the_future(tx: Transaction, now: datetime) -> list[int]:
    return sorted(set((await tx.execute(_OF_THE_FUTURE, late=now + AHEAD)).scalars()))


async def give_back(tx: Transaction, group: Group, now: datetime) -> Group:
    """Move a group's dates and running rounds out of the future; the group as it is then. What is right stays."""
    today = now.astimezone(group.rhythm.tz).date()
    moved = False
    for round_ in await rounds_in(tx, group.id, *RUNNING):
        moved |= await _move(tx, round_, today, now)
    group = await pass_over(tx, group, today if moved else last_date_by(group, now), now)
    await replan(tx, group, now)
    return group


async def _move(tx: Transaction, round_: Round, today: date, now: datetime) -> bool:
    """Let a round have been opened and closed by now; whether it is one of today's since."""
    values: dict[str, object] = {}
    if round_.opened_at > now:
        values |= {"opened_at": now, "reminded_at": None}
    if round_.voting_at is not None and round_.voting_at > now:
        values["voting_at"] = now
    if round_.local_date > today + AHEAD:
        values |= {"local_date": today, "slot": await next_free_slot(tx, round_.group_id, today)}
        if round_.slot == 0:
            await question_moved(tx, round_.group_id, round_.local_date, today)
    if values:
        await change_round(tx, round_.id, **values)
    return "local_date" in values
