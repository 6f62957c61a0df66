"""Coming in: the first press or command in a group's place makes a member."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.cards import Button, Card, text
from bot.chat.dispatch import ORGANISERS_ONLY, UserError
from bot.chat.requests import Identity, Request
from bot.groups.actions import ComeBack
from bot.groups.choosing_cards import which_group_card
from bot.groups.model import Entry, Group, Member
from bot.groups.place_settings import holds_role
from bot.groups.privacy_bars import barred_before
from bot.groups.store import (
    change_member,
    chosen_group,
    find_group,
    find_member,
    group_of_place,
    groups_of_identity,
    load_group,
    load_member,
    person_of,
)
from bot.store.tables import members
from bot.store.transaction import Transaction

WELCOME = "You're in. Answers stay unnamed until the reveal; you choose whether yours is named."
WELCOME_BACK = "Welcome back. Nothing is overdue."

AWAY = timedelta(days=7)
"""Who did nothing for so long is welcomed back."""

MOST_BUTTONS = 5
_WAYS_BACK = (("Today's question", "today"), ("Best of the week", "best"), ("5-minute review", "review"))


async def group_of(tx: Transaction, request: Request) -> Group:
    """The group a request is about: its place's, or in private the person's only one, or the one they chose.

    Raises:
        UserError: there is no group here, or the person has several and is asked which.
    """
    if request.place is not None:
        found = await group_of_place(tx, request.place)
        if found is None:
            raise UserError(
                "No study group meets here yet", "Start one with `/group setup`. It takes a minute."
            )
        return found
    mine = await groups_of_identity(tx, request.who)
    if not mine:
        raise UserError(
            "You are not in a study group yet",
            "Press a button or type a command in your group's channel first.",
        )
    if len(mine) == 1:
        return mine[0]
    chosen = await chosen_group(tx, request.who, mine)
    if chosen is None:
        raise UserError("Which group?", card=which_group_card(mine))
    return chosen


async def enter(tx: Transaction, request: Request, group_id: int | None = None) -> Entry:
    """Who acts, as a member of the group, made one on the first time. Runs in a writing transaction.

    ``group_id`` is the group that a pressed card belongs to; None takes the place's.

    Raises:
        UserError: there is no group, or this member was barred from it.
    """
    group = await group_of(tx, request) if group_id is None else await load_group(tx, group_id)
    member, newcomer, away = await _join(tx, group.id, request.who, request.at)
    if member.barred_at is not None:
        raise UserError(
            "You can't take part here",
            "The organisers have barred you from this group. You can write to them about it.",
        )
    return Entry(group, member, newcomer, was_away=away)


async def join(tx: Transaction, group_id: int, who: Identity, now: datetime) -> tuple[Member, bool]:
    """The member of an account in a group, and whether it was made just now. Coming back after leaving is joining."""
    member, newcomer, _ = await _join(tx, group_id, who, now)
    return member, newcomer


async def _join(tx: Transaction, group_id: int, who: Identity, now: datetime) -> tuple[Member, bool, bool]:
    member = await find_member(tx, group_id, who)
    if member is None:
        barred = await barred_before(tx, group_id, who)
        if barred is not None:
            return await load_member(tx, barred), False, False
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
        return member, made is not None, False
    if member.barred_at is not None:
        return member, False, False
    was_away = now - member.seen_at >= AWAY
    came_back = member.left_at is not None
    stale = (now - member.seen_at).total_seconds() > 60 or came_back or (who.name and who.name != member.name)
    if stale:
        await change_member(tx, member.id, seen_at=now, left_at=None, name=who.name or member.name)
        member = await load_member(tx, member.id)
    return member, came_back, was_away and not came_back


async def may_organise(tx: Transaction, request: Request) -> bool:
    """Whether this person organises the group of the request's place, or may manage the place itself."""
    if request.manages or await holds_role(tx, request):
        return True
    try:
        group = await group_of(tx, request)
    except UserError:
        return False
    member = await find_member(tx, group.id, request.who)
    return member is not None and member.organiser and member.left_at is None and member.barred_at is None


async def require_organiser(tx: Transaction, request: Request, group: Group) -> None:
    """Check that this person may organise a given group; cards of a group can be pressed anywhere.

    Raises:
        UserError: they may not.
    """
    if request.manages and request.place is not None:
        here = await group_of_place(tx, request.place)
        if here is not None and here.id == group.id:
            return
    if await holds_role(tx, request, group.id):
        return
    member = await find_member(tx, group.id, request.who)
    if member is None or not member.organiser or member.left_at is not None or member.barred_at is not None:
        raise UserError("This one is for the organisers", ORGANISERS_ONLY)


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


async def known_group(tx: Transaction, group_id: int, *, lock: bool = False) -> Group:
    """The group that a pressed card belongs to.

    Raises:
        UserError: it no longer exists.
    """
    group = await find_group(tx, group_id, lock=lock)
    if group is None:
        raise UserError("This group no longer exists", "Start a new one with `/group setup` in your channel.")
    return group
