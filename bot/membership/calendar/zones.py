"""In which time zone somebody is, where they said so or their platform knows it; else their group's counts."""

from collections.abc import Mapping

from sqlalchemy import bindparam, case, select

from bot.chat.zones import is_zone
from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.membership.tables import groups, members, people

_ZONES = Statement(
    select(members.c.id, case((people.c.zone != "", people.c.zone), else_=groups.c.zone).label("zone"))
    .join(people, people.c.id == members.c.person_id)
    .join(groups, groups.c.id == members.c.group_id)
    .where(any_of(members.c.id, "ids"))
)
_OWN = Statement(select(people.c.zone).where(people.c.id == bindparam("person_id")))


async def zones_of(tx: Transaction, member_ids: frozenset[int]) -> Mapping[int, str]:
    """The IANA zone of each of these members."""
    return {row.id: row.zone for row in await tx.execute(_ZONES, ids=member_ids)}


async def keep_zone(tx: Transaction, person_id: int, zone: str | None, *, chosen: bool = False) -> None:
    """Keep where a person is; what they have ``chosen`` is kept against what their platform says. An unknown zone changes nothing."""
    if zone and is_zone(zone) and (chosen or not await tx.scalar(_OWN, person_id=person_id)):
        await tx.change(people, person_id, {"zone": zone})
