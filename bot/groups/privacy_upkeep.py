"""Once a night: words of those who left a group go when their time is over, and so do old codes, links and requests."""

import logging
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import partial

from sqlalchemy import ColumnElement, and_, or_, select

from bot.chat.dispatch import trace_of
from bot.groups.codes import tidy
from bot.groups.joining import join_again
from bot.groups.link_store import lately_joined
from bot.groups.privacy import Whose, forget_all, whose_is
from bot.groups.rules import RETENTION_DAYS
from bot.groups.services import Services
from bot.groups.store import ones_members
from bot.outbox.send import CardMaker, Duty
from bot.store.requests import forget_old
from bot.store.tables import groups, members, people
from bot.store.transaction import Transaction

log = logging.getLogger(__name__)

NIGHT = time(3)
"""When it happens, in UTC: every process looks then, and once after its start."""

SWEPT = timedelta(days=2)
"""So long after a deletion what came in at the same moment is looked for once more."""


def next_night(now: datetime) -> datetime:
    """The first NIGHT after an aware UTC instant."""
    tonight = datetime.combine(now.date(), NIGHT, now.tzinfo)
    return tonight if tonight > now else tonight + timedelta(days=1)


class Upkeep:
    """Remembers until when there is nothing to look for, so that a beat costs nothing."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._next: datetime | None = None

    async def advance(self, now: datetime) -> int:
        """Blank what is due; for how many members. One that fails holds up no other, and is tried the next night."""
        if self._next is not None and now < self._next:
            return 0
        self._next = next_night(now)
        done = 0
        for member_id in await self._services.database.read(lambda tx: due(tx, now)):
            try:
                done += await self._services.database.write(lambda tx, m=member_id: self._blank(tx, m, now))  # type: ignore[misc]
            except Exception as error:  # noqa: BLE001  # one that fails holds up no other; see trace_of
                log.error("member %d could not be blanked: %s", member_id, trace_of(error))  # noqa: TRY400  # as there
        await self._tidy(now)
        return done

    async def _tidy(self, now: datetime) -> None:
        """Join what came in for one of two accounts just while they were joined, then drop old codes, links and requests."""
        for person_id in await self._services.database.read(lately_joined):
            try:
                await self._services.database.write(
                    partial(join_again, keepers=self._services.keepers, stays=person_id, now=now)
                )
            except Exception as error:  # noqa: BLE001  # one that fails holds up no other; see trace_of
                log.error("person %d could not be joined again: %s", person_id, trace_of(error))  # noqa: TRY400  # as there
        await self._services.database.write(partial(tidy, now=now))
        await self._services.database.write(partial(forget_old, now=now))

    async def _blank(self, tx: Transaction, member_id: int, now: datetime) -> int:
        group = select(members.c.group_id).where(members.c.id == member_id).scalar_subquery()
        await tx.execute(select(groups.c.id).where(groups.c.id == group).with_for_update())
        query = (
            select(members.c.id, members.c.person_id, people.c.deleted_at)
            .join(people, people.c.id == members.c.person_id)
            .where(members.c.id == member_id, _due(now))
        )
        row = (await tx.execute(query)).first()
        if row is None:
            return 0
        if row.deleted_at is not None:
            await forget_all(tx, self._services.keepers, await whose_is(tx, row.person_id), row.deleted_at)
            return 0
        mine = await ones_members(tx, row.id)
        await forget_all(tx, self._services.keepers, Whose((row.person_id,), mine, (), whole=False), now)
        return 1


async def due(tx: Transaction, now: datetime) -> tuple[int, ...]:
    """The members whose words have been kept for long enough, and those who deleted themselves just before."""
    query = (
        select(members.c.id)
        .join(people, people.c.id == members.c.person_id)
        .where(_due(now))
        .order_by(members.c.id)
    )
    return tuple((await tx.execute(query)).scalars())


def _due(now: datetime) -> ColumnElement[bool]:
    over = [
        and_(
            members.c.left_at <= now - timedelta(days=days),
            members.c.group_id.in_(select(groups.c.id).where(groups.c.retention_days == days)),
        )
        for days in RETENTION_DAYS
    ]
    waits = or_(members.c.blanked_at.is_(None), members.c.blanked_at <= members.c.left_at)
    itself = members.c.canonical_id.is_(None)  # one that was joined goes with the one it was joined to
    left = and_(people.c.deleted_at.is_(None), itself, waits, or_(*over))
    return or_(left, people.c.deleted_at > now - SWEPT)


def duty(services: Services, cards: Mapping[str, CardMaker]) -> Duty:
    """The upkeep as the beat takes it, with the cards of what this room sends."""
    return Duty("upkeep", Upkeep(services).advance, cards)
