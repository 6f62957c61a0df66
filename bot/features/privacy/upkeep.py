"""Once a night: words of those who left a group go when their time is over, and so does what was kept for a time only."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from functools import partial

from sqlalchemy import and_, bindparam, or_, select

from bot.chat.dispatch import log_failure
from bot.database.facts import fact_at, keep_fact
from bot.database.request_log import forget_old
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.membership.codes import tidy
from bot.membership.links import lately_joined
from bot.membership.personal_data.merging import join_again
from bot.membership.personal_data.subjects import DataSubject, data_subject, forget_all
from bot.membership.queries import ones_members
from bot.membership.rules import RETENTION_DAYS
from bot.membership.tables import groups, members, people
from bot.outbox.erasing import drop_old_errands
from bot.services import Services

log = logging.getLogger(__name__)

NIGHT = time(3)
"""When it happens, in UTC; a process that was not there then looks after its start, unless another one did."""

SWEPT = timedelta(days=2)
"""So long after a deletion what came in at the same moment is looked for once more."""

DONE = "upkeep"
"""The fact that says which night's work was done last."""


_OVER = or_(
    *(
        and_(groups.c.retention_days == days, members.c.left_at <= bindparam(f"left_{days}_days"))
        for days in RETENTION_DAYS
    )
)
_LEFT = and_(
    people.c.deleted_at.is_(None),
    members.c.canonical_id.is_(None),  # one that was joined goes with the one it was joined to
    or_(members.c.blanked_at.is_(None), members.c.blanked_at <= members.c.left_at),
    _OVER,
)
_SWEEP = people.c.deleted_at > bindparam("swept")
_WITH_GROUP = members.join(people, people.c.id == members.c.person_id).join(
    groups, groups.c.id == members.c.group_id
)
_LEFT_LONG_AGO = Statement(
    select(members.c.id).select_from(_WITH_GROUP).where(members.c.left_at.is_not(None), _LEFT)
)
_DELETED_LATELY = Statement(
    select(members.c.id)
    .join(people, people.c.id == members.c.person_id)
    .where(people.c.deleted_at.is_not(None), _SWEEP)
)
_STILL_DUE = Statement(
    select(members.c.id, members.c.person_id, people.c.deleted_at)
    .select_from(_WITH_GROUP)
    .where(members.c.id == bindparam("member_id"), or_(_LEFT, _SWEEP))
)
_LOCK_GROUP = Statement(
    select(groups.c.id)
    .where(
        groups.c.id
        == select(members.c.group_id).where(members.c.id == bindparam("member_id")).scalar_subquery()
    )
    .with_for_update()
)


def _left(now: datetime) -> dict[str, datetime]:
    """The values of ``_OVER``."""
    return {f"left_{days}_days": now - timedelta(days=days) for days in RETENTION_DAYS}


def next_night(now: datetime) -> datetime:
    """The first NIGHT after an aware UTC instant."""
    tonight = datetime.combine(now.date(), NIGHT, now.tzinfo)
    return tonight if tonight > now else tonight + timedelta(days=1)


class Upkeep:
    """Remembers until when there is nothing to look for, so that a tick costs nothing."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._next: datetime | None = None

    async def advance(self, now: datetime) -> int:
        """Blank what is due; for how many members. One that fails holds up no other, and is tried the next night."""
        if self._next is not None and now < self._next:
            return 0
        self._next = next_night(now)
        database = self._services.database
        if await database.read(partial(_was_done, now=now)):
            return 0
        done = 0
        for member_id in await database.read(partial(due, now=now)):
            done += await self._try(
                f"member {member_id} could not be blanked", partial(self._blank, member_id=member_id, now=now)
            )
        await self._tidy(now)
        await database.write(partial(keep_fact, name=DONE, value="", now=now), later=True)
        return done

    async def _tidy(self, now: datetime) -> None:
        """Join what came in for one of two accounts just while they were joined, then drop what is old."""
        for person_id in await self._services.database.read(lately_joined):
            again = partial(join_again, personal_data=self._services.personal_data, stays=person_id, now=now)
            await self._try(f"person {person_id} could not be joined again", again)
        for drop in (tidy, forget_old, drop_old_errands):
            await self._services.database.write(partial(drop, now=now), later=True)

    async def _try(self, failed: str, work: Callable[[Transaction], Awaitable[int | None]]) -> int:
        try:
            return await self._services.database.write(work, later=True) or 0
        except Exception as error:  # noqa: BLE001  # one that fails holds up no other; see log_failure
            log_failure(log, error, failed)
            return 0

    async def _blank(self, tx: Transaction, member_id: int, now: datetime) -> int:
        await tx.execute(_LOCK_GROUP, member_id=member_id)
        row = (await tx.execute(_STILL_DUE, member_id=member_id, swept=now - SWEPT, **_left(now))).first()
        if row is None:
            return 0
        if row.deleted_at is not None:
            subject = await data_subject(tx, row.person_id)
            await forget_all(tx, self._services.personal_data, subject, row.deleted_at)
            return 0
        subject = DataSubject((row.person_id,), await ones_members(tx, row.id), (), whole=False)
        await forget_all(tx, self._services.personal_data, subject, now)
        return 1


async def _was_done(tx: Transaction, now: datetime) -> bool:
    last = await fact_at(tx, DONE)
    return last is not None and last >= next_night(now) - timedelta(days=1)


async def due(tx: Transaction, now: datetime) -> tuple[int, ...]:
    """The members whose words have been kept for long enough, and those who deleted themselves just before."""
    left = (await tx.execute(_LEFT_LONG_AGO, _left(now))).scalars()
    swept = (await tx.execute(_DELETED_LATELY, swept=now - SWEPT)).scalars()
    return tuple(sorted({*left, *swept}))
