"""Who comes into a group: whoever is in one of its places or has a role there, or by invitation; organisers hear of a crowd."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select

from bot.access.actions import AskJoin
from bot.chat.cards import Accent, Button, Card, Role, Style, text
from bot.chat.dispatch import UserError
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.membership.joining import join
from bot.membership.model import Actor, Group, Member
from bot.membership.organisers import tell_organisers
from bot.membership.place_settings import door_role, holds_role
from bot.membership.tables import members
from bot.services import RequestTransaction

CROWD = 50
"""So many newcomers within an hour are worth telling of: more than a class that begins together, and few enough that
organisers can still look at each of them."""

CROWD_WITHIN = timedelta(hours=1)
CROWD_CAME = "crowd"
"""The kind of the private message about it."""

# Nobody joined after they were last seen: the index of that leads to the newcomers.
_NEWCOMERS = Statement(
    select(func.count()).select_from(
        select(members.c.id)
        .where(
            members.c.group_id == bindparam("group_id"),
            members.c.seen_at >= bindparam("since"),
            members.c.joined_at >= bindparam("since"),
        )
        .limit(CROWD)
        .subquery()
    )
)


async def check_door(tx: RequestTransaction, group: Group) -> None:
    """Let whoever is no member pass, if the group is open to them; who manages the place always may.

    Raises:
        UserError: they need an invitation, or a role.
    """
    if not group.invited_only or tx.request.manages or await holds_role(tx, tx.request, group.id):
        return
    role = await door_role(tx, group.id, tx.request.place) if tx.request.place is not None else ""
    if role not in tx.request.roles:
        raise UserError(role_card(group, role) if role else closed_card(group))


async def come_in(tx: RequestTransaction, group: Group) -> Actor:
    """Make whoever asks a member; the organisers hear of it where many came at once.

    Raises:
        UserError: they were barred.
    """
    member, newcomer = await join(tx, group.id, tx.request.who, tx.request.at)
    check_bar(member)
    if newcomer:
        await _tell_of_crowd(tx, group.id, tx.request.at)
    return Actor(group, member, newcomer)


async def _tell_of_crowd(tx: Transaction, group_id: int, now: datetime) -> None:
    """Tell the organisers, once a day."""
    if await tx.scalar(_NEWCOMERS, group_id=group_id, since=now - CROWD_WITHIN) >= CROWD:
        await tell_organisers(tx, group_id, f"group:{group_id}", f"{CROWD_CAME}:{now:%Y%m%d}", now)


def check_bar(member: Member) -> None:
    """Let a member pass who was not barred.

    Raises:
        UserError: they were.
    """
    if member.barred_at is not None:
        raise UserError(
            "You can't take part here",
            "The organisers have barred you from this group. You can write to them about it.",
        )


def closed_card(group: Group) -> Card:
    """What is said to a newcomer of a group that is by invitation only."""
    words = (
        "Its organisers let people in one by one. Ask one of them for an invitation code, and enter it here within "
        "ten minutes."
    )
    return Card("This group is by invitation", (text(words),), (_enter_code(group),), accent=Accent.BAD)


def role_card(group: Group, role: str) -> Card:
    """What is said to a newcomer without the role that lets people into a group."""
    said = text("Members with the role ", Role(role), " may join: ask an organiser for it, then press again.")
    words = "They can also give you an invitation code, which you enter here within ten minutes."
    return Card("You need a role to join", (said, text(words)), (_enter_code(group),), accent=Accent.BAD)


def _enter_code(group: Group) -> tuple[Button, ...]:
    return (Button("Enter the code", AskJoin(group.id), Style.PRIMARY),)
