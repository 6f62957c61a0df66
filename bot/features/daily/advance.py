"""What is due: every group whose question moment, close, reminder or reveal has come is moved, each in one transaction."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial

from sqlalchemy import bindparam, func, not_, select, union_all

from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.features.daily.mending.lost_zones import with_known_zone
from bot.features.daily.mending.resuming import resumed
from bot.features.daily.mending.unseen import keep_waiting, unseen_round
from bot.features.daily.model import RUNNING, RoundState
from bot.features.daily.queries import rounds_in
from bot.features.daily.rounds import close_round, open_round, pass_over, remind, reveal_round
from bot.features.daily.rules import reminder_at
from bot.features.daily.tables import rounds
from bot.membership.calendar.schedule import due_slot, passed_date
from bot.membership.model import Group, GroupState
from bot.membership.queries import read_group
from bot.membership.tables import groups
from bot.outbox.failing import Failing
from bot.services import Services

log = logging.getLogger(__name__)

AT_ONCE = 700
"""How many groups one tick moves at most; the next tick goes on."""

_BOTH = union_all(
    select(groups.c.id.label("group_id"), groups.c.next_at.label("due_at")).where(
        groups.c.next_at <= bindparam("now"), groups.c.state != GroupState.DRAFT.value
    ),
    select(rounds.c.group_id, rounds.c.next_at).where(rounds.c.next_at <= bindparam("now")),
).subquery()
_DUE = Statement(
    select(_BOTH.c.group_id)
    .where(not_(any_of(_BOTH.c.group_id, "left_alone")))
    .group_by(_BOTH.c.group_id)
    .order_by(func.min(_BOTH.c.due_at), _BOTH.c.group_id)
    .limit(AT_ONCE)
)
"""Those due longest come first, without those that failed just now: as many as one tick moves could be ahead of all others."""

_LOCKED = Statement(
    select(groups).where(groups.c.id == bindparam("group_id")).with_for_update(skip_locked=True)
)


async def advance(services: Services, now: datetime, failing: Failing | None = None) -> int:
    """Move every group with something due at ``now``; how many were moved. A group that fails holds up no other.

    ``failing`` remembers those from tick to tick, and leaves them alone for a while.
    """
    failing = Failing() if failing is None else failing

    async def move(group_id: int) -> int:
        moving = partial(_move, services=services, group_id=group_id, now=now)
        work = services.database.write(moving, later=True)
        return await failing.tried(group_id, now, work, log, "group %d could not be moved")

    left_alone, moved = failing.left_alone(now), 0
    due = await services.database.read(partial(_due_groups, now=now, left_alone=left_alone))
    for some in _sets(due, services.database.in_a_set):
        moved += sum(await asyncio.gather(*map(move, some)))
    return moved


def _sets(ids: list[int], most: int) -> Iterator[list[int]]:
    return (ids[start : start + most] for start in range(0, len(ids), most))


async def _due_groups(tx: Transaction, now: datetime, left_alone: list[int]) -> list[int]:
    return (await tx.execute(_DUE, now=now, left_alone=left_alone)).scalars()


async def _move(tx: Transaction, services: Services, group_id: int, now: datetime) -> int:
    row = (await tx.execute(_LOCKED, group_id=group_id)).first()
    if row is None:
        return 0
    group = await resumed(tx, await with_known_zone(tx, read_group(row), now), now)
    # Read once the group is locked: what another process has moved meanwhile is seen as it left it.
    running = await rounds_in(tx, group.id, *RUNNING)
    for round_ in running:
        if round_.state is RoundState.VOTING and _has_come(round_.votes_close_at, now):
            await reveal_round(tx, group, round_, now)
    slot = _slot(group, now)
    if slot is not None:
        group = await pass_over(tx, group, slot[0], now)
    unseen = await unseen_round(tx, group, running)
    for round_ in running:
        if round_.state is not RoundState.OPEN or round_ is unseen:
            continue
        if _has_come(round_.closes_at, now):
            await close_round(tx, services, group, round_, now)
        elif _has_come(reminder_at(round_.opened_at, round_.closes_at, round_.reminded_at), now):
            await remind(tx, round_, now)
    day = slot[0] if slot is not None and slot[1] else None
    if unseen is not None:
        await keep_waiting(tx, group, unseen, day, now)
    elif day is not None:
        await open_round(tx, services, group, day, 0, now)
    return 1


def _has_come(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now


def _slot(group: Group, now: datetime) -> tuple[date, bool] | None:
    """(local date, whether its question is posted) when a question moment has come, else None."""
    if group.state is not GroupState.ACTIVE or group.next_at is None or group.next_at > now:
        return None
    passed = passed_date(group.rhythm, now)
    last = group.last_date or passed
    due = due_slot(group.rhythm, last, now)
    return (due.local_date, True) if due else (max(passed, last), False)
