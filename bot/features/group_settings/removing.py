"""Removing a member: an organiser chooses one, is asked once, and they leave as if they had left by themselves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.access.who import ORGANISES, ORGANISES_ITS_GROUP
from bot.chat.cards import MAX_CHOICES, Choice, Private, Reply, Slot, Update
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route, UserError
from bot.features.acts.keeping import note_act, with_undo
from bot.features.daily.personal.queries import unname_sealed
from bot.features.group_settings import remove_cards as cards
from bot.features.group_settings.actions import Remove
from bot.features.group_settings.cards import known_by
from bot.membership.joining import leave
from bot.membership.model import Member
from bot.membership.queries import change_member, load_member, members_of_group
from bot.services import RequestTransaction, Undoing


async def _candidates(tx: RequestTransaction) -> tuple[Member, ...]:
    """Whom the one who asks may remove: present members, but made up ones and themselves."""
    own = tx.known_actor.member.id if tx.known_actor is not None else None
    return tuple(m for m in await members_of_group(tx, tx.group.id) if not m.sample and m.id != own)


async def _propose(tx: RequestTransaction, prefix: str) -> tuple[Choice, ...]:
    """The members whose names hold what was typed so far, those who came last first."""
    fits = [m for m in await _candidates(tx) if prefix.strip().casefold() in m.real_name.casefold()]
    fits.sort(key=lambda m: (m.joined_at, m.id), reverse=True)
    return tuple(
        Choice(f"{m.real_name[:50] or f'Member {m.id}'} ({known_by(m, tx.group)})", str(m.id))
        for m in fits[:MAX_CHOICES]
    )


async def _ask(tx: RequestTransaction, options: Options) -> Reply:
    """Say what removing means, and ask once."""
    said = str(options["member"]).strip()
    found = await _candidates(tx)
    meant = [m for m in found if str(m.id) == said] or [
        m for m in found if m.real_name.casefold() == said.casefold()
    ]
    if not meant:
        raise UserError(
            f"There is no other member “{said[:40]}”",
            "Start typing a name and choose from the list. `/my leave` takes you out yourself.",
        )
    if len(meant) > 1:
        raise UserError("Several members have this name", "Start typing it and choose one from the list.")
    return Private(cards.ask_card(meant[0], known_by(meant[0], tx.group)), _slot(meant[0]))


async def _press(tx: RequestTransaction, action: Remove) -> Reply:
    """Remove, or keep. A second press finds nobody to remove."""
    member = next((m for m in await _candidates(tx) if m.id == action.member_id), None)
    if member is None:
        raise UserError("This member has left the group", "There is nobody to remove.")
    if not action.sure:
        return Update(cards.kept_card(), _slot(member))
    await leave(tx, member.id, tx.request.at)
    await unname_sealed(tx, member.id)
    act = await note_act(tx, REMOVED, "Removed a member", _as_they_were(member, tx.request.at))
    return Update(with_undo(cards.removed_card(member), act), _slot(member))


REMOVED = "remove"
"""The kind of act that removed a member."""


def _as_they_were(member: Member, now: datetime) -> dict[str, Any]:
    was = {"organiser": member.organiser, "reminders": member.reminders}
    return {"member": member.id, "left": now.isoformat(), "was": was}


async def _stands(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    if not back:  # as it was noted once
        return "It is from before a removal could be undone."
    member = await load_member(tx, back["member"])
    if member.left_at is None or member.left_at.isoformat() != back["left"]:
        return "They have come back or left by themselves since."
    return ""


async def _take_in(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    member = await load_member(tx, back["member"])
    await change_member(tx, member.id, left_at=None, **back["was"])
    return "They are a member again. Answers not revealed yet stay without their name, and a break of theirs is over."


UNDOING = {REMOVED: Undoing(_stands, _take_in)}


def _slot(member: Member) -> Slot:
    return Slot("remove", member.id)


COMMANDS = (
    Command(
        ("group", "remove"),
        "Remove a member from the group; you are asked to confirm",
        _ask,
        (Option("member", "Start typing a name and choose", required=True, complete=_propose),),
        who=ORGANISES,
        reads=True,
        help="They leave as with `/my leave`, and can still export and delete their data. To keep somebody out for good, "
        "remove them from the channel too: they are then refused in private as well.",
        example="/group remove member:Mira",
        also=("kick", "ban"),
    ),
)

ROUTES = (Route(Remove, _press, ORGANISES_ITS_GROUP),)
