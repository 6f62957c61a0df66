"""Where messages go, and whether they arrive there: places out of reach are noted, and noted again once they are back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import FromClause, bindparam, exists, select, update

from bot.chat.requests import Identity, Place
from bot.database.schema import Instant
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.membership.queries import BY_ACCOUNT, by_account, place_rows
from bot.membership.tables import groups, identities, members, places
from bot.outbox.queries import let_go

COLUMNS = (
    places.c.tenant.label("place_tenant"),
    places.c.channel,
    places.c.name.label("place_name"),
    places.c.threads,
    places.c.paused_because,
    identities.c.tenant.label("identity_tenant"),
    identities.c.user,
    identities.c.name.label("identity_name"),
)
"""What the outbox wants to know of a destination."""


def joined(source: FromClause, some: FromClause) -> FromClause:
    """Deliveries ``some`` within ``source``, with the place or the account that each goes to."""
    return source.outerjoin(places, places.c.id == some.c.place_id).outerjoin(
        identities, identities.c.id == some.c.identity_id
    )


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


async def pause_place(tx: Transaction, place_id: int, why: str, now: datetime) -> bool:
    """Mark a place as out of reach, with the reason as an organiser can act on it; whether it was in reach before."""
    done = await tx.execute(_PAUSE, its_id=place_id, why=why, now=now)
    if not done.rowcount:
        await tx.execute(_SAY_WHY, its_id=place_id, why=why)
    return done.rowcount == 1


async def resume_place(tx: Transaction, place_id: int, now: datetime) -> None:
    """A message arrived there again: what has waited for the place is due now."""
    await tx.execute(_RESUME, its_id=place_id)
    await let_go(tx, place_id, now)


async def out_of_reach(tx: Transaction, group_id: int) -> bool:
    """Whether nothing can be posted in any of a group's places. A group that meets nowhere has none to lose."""
    rows = await place_rows(tx, group_id)
    return bool(rows) and all(row.paused_because for row in rows)


_GROUPS_LOST = Statement(
    select(groups.c.id, groups.c.name)
    .join(members, members.c.group_id == groups.c.id)
    .join(identities, identities.c.person_id == members.c.person_id)
    .where(
        BY_ACCOUNT,
        members.c.organiser,
        members.c.left_at.is_(None),
        members.c.barred_at.is_(None),
        exists().where(
            places.c.group_id == groups.c.id,
            places.c.platform == bindparam("at_platform"),
            places.c.tenant == bindparam("at_tenant"),
        ),
        ~exists().where(places.c.group_id == groups.c.id, places.c.paused_because == ""),
    )
    .distinct()
    .order_by(groups.c.id)
)


async def lost_groups(tx: Transaction, who: Identity, place: Place) -> Mapping[int, str]:
    """The groups, by id with their names, that somebody organises and that nothing can be posted to any more.

    At least one of a group's places is on the same server or in the same workspace as ``place``.
    """
    rows = await tx.execute(
        _GROUPS_LOST, at_platform=place.platform, at_tenant=place.tenant, **by_account(who)
    )
    return {row.id: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A channel where a group meets; ``paused_because`` is empty unless the bot lost it."""

    platform: str
    tenant: str
    channel: str
    name: str
    paused_because: str


KNOWN_PLACES = Statement(
    select(places.c.platform, places.c.tenant, places.c.channel, places.c.name, places.c.paused_because)
    .join(groups, groups.c.id == places.c.group_id)
    .order_by(places.c.id)
)
"""The columns of ``KnownPlace``, for every place where a group meets."""
