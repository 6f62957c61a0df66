"""A group whose time zone the tz database has lost goes on in the nearest one, and its organisers hear of it."""

from dataclasses import replace
from datetime import datetime

from bot.chat.zones import zone_of
from bot.database.transaction import Transaction
from bot.membership.calendar.cities import nearest_zone
from bot.membership.model import Group
from bot.membership.organisers import tell_organisers
from bot.membership.queries import change_group

LOST_ZONE = "zone"
"""The kind of the private message about it; the lost name follows after a colon."""


async def with_known_zone(tx: Transaction, group: Group, now: datetime) -> Group:
    """The group in a zone that is known. One that had to be changed is kept, so that its organisers are told once."""
    if zone_of(group.zone).key == group.zone:
        return group
    zone = nearest_zone(group.zone, group.at_minute, group.next_at)
    await change_group(tx, group.id, zone=zone)
    await tell_organisers(tx, group.id, f"group:{group.id}", f"{LOST_ZONE}:{group.zone}", now)
    return replace(group, zone=zone)
