"""Coming in and leaving: the first press or command in a group's place makes a member."""

from datetime import datetime

from bot.chat.requests import Identity
from bot.database.transaction import Transaction
from bot.membership.model import Member
from bot.membership.personal_data.bars import barred_before
from bot.membership.queries import change_member, find_member, load_member, person_of
from bot.membership.tables import members


async def leave(tx: Transaction, member_id: int, now: datetime) -> None:
    """Let a member leave a group; what they did stays, and joining again finds it."""
    await change_member(
        tx, member_id, left_at=now, organiser=False, reminders=False, break_from=None, break_until=None
    )


async def join(tx: Transaction, group_id: int, who: Identity, now: datetime) -> tuple[Member, bool]:
    """The member of an account in a group, and whether it was made just now. Coming back after leaving is joining.

    One who was barred is given as they are.
    """
    member = await find_member(tx, group_id, who)
    if member is None:
        barred = await barred_before(tx, group_id, who)
        if barred is not None:
            return await load_member(tx, barred), False
        person_id = await person_of(tx, who, now)
        values = {
            "group_id": group_id,
            "person_id": person_id,
            "name": who.name,
            "joined_at": now,
            "seen_at": now,
        }
        made = await tx.insert_once(members, values)
        member = await find_member(tx, group_id, who)
        assert member is not None
        return member, made is not None
    if member.barred_at is not None or member.left_at is None:
        return member, False
    await change_member(tx, member.id, seen_at=now, left_at=None, name=who.name or member.name)
    return await load_member(tx, member.id), True
