"""Coming in: the first press or command in a group's place makes a member."""

from dataclasses import replace
from datetime import datetime

from bot.chat.cards import Button, Card, text
from bot.chat.requests import Identity
from bot.groups.actions import ComeBack
from bot.groups.model import Entry, Member
from bot.groups.privacy_bars import barred_before
from bot.groups.store import (
    change_member,
    find_member,
    load_member,
    person_of,
)
from bot.store.tables import members
from bot.store.transaction import Transaction

WELCOME = "You're in. Answers stay unnamed until the reveal; you choose whether yours is named."
WELCOME_BACK = "Welcome back. Nothing is overdue."

MOST_BUTTONS = 5
_WAYS_BACK = (("Today's question", "today"), ("Best of the week", "best"), ("5-minute review", "review"))


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


def greeting(entry: Entry) -> str:
    """What is said to a newcomer, or to one who was away for a while; "" to all others."""
    if entry.newcomer:
        return WELCOME
    return WELCOME_BACK if entry.was_away else ""


def welcomed(card: Card, entry: Entry) -> Card:
    """The card with the greeting above, and for one who was away with ways back in, as far as it has room for buttons."""
    said = greeting(entry)
    if not said:
        return card
    room = MOST_BUTTONS - len(card.buttons())
    rows = card.controls
    if entry.was_away and room > 0 and len(rows) < MOST_BUTTONS:
        ways = [Button(label, ComeBack(entry.group.id, to)) for label, to in _WAYS_BACK[:room]]
        rows = (*rows, tuple(ways))
    return replace(card, blocks=(text(said), *card.blocks), controls=rows)
