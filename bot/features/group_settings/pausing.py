"""Pausing, resuming, and what everyone may know of the group."""

from dataclasses import replace
from datetime import timedelta

from bot.access.choosing_cards import choices
from bot.access.greeting import welcomed
from bot.access.who import ORGANISES, ORGANISES_ITS_GROUP, OWN
from bot.chat.cards import Card, Private, Reply, Slot, Update, text
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route, UserError
from bot.features.acts.keeping import note_act
from bot.features.daily.mending.future import give_back
from bot.features.daily.queries import newest_round_id
from bot.features.daily.rounds import replan
from bot.features.group_settings.actions import Pause, Resume
from bot.features.group_settings.cards import not_started_card, paused_card, resumed_card, status_card
from bot.features.group_settings.handlers import slot_of
from bot.features.group_settings.undoing import PACED, as_paced
from bot.features.group_settings.view import make_view
from bot.membership.model import Group, GroupState
from bot.membership.place_settings import holds_role
from bot.membership.queries import (
    active_members,
    change_group,
    groups_of_identity,
    lock_group,
    organisers_of_group,
    places_of_group,
)
from bot.membership.rules import ACTIVE_DAYS, Progress, is_ahead, paused, started_at_slot
from bot.services import RequestTransaction


async def _pause(tx: RequestTransaction, _options: Options) -> Reply:
    """Pause the group of this channel."""
    group = await _paused(tx)
    return Private(paused_card(group), slot_of(group.id))


async def _press_pause(tx: RequestTransaction, _action: Pause) -> Reply:
    """Pause the group of the card."""
    group = await _paused(tx)
    return Update(paused_card(group), slot_of(group.id))


async def _paused(tx: RequestTransaction) -> Group:
    group = await _running(tx)
    return await _set_pace(tx, group, paused(group)) if group.state is GroupState.ACTIVE else group


async def _resume(tx: RequestTransaction, _options: Options) -> Reply:
    """Resume the group of this channel."""
    group = await _resumed(tx)
    return Private(resumed_card(group, tx.request.at), slot_of(group.id))


async def _press_resume(tx: RequestTransaction, _action: Resume) -> Reply:
    """Resume the group of the card."""
    group = await _resumed(tx)
    return Update(resumed_card(group, tx.request.at), slot_of(group.id))


async def _resumed(tx: RequestTransaction) -> Group:
    group = await _running(tx)
    now, ahead = tx.request.at, is_ahead(group, tx.request.at)
    if group.state is GroupState.PAUSED:
        group = await _set_pace(tx, group, started_at_slot(group, now))
        await replan(tx, group, now)
    return await give_back(tx, group, now) if ahead else group


async def _set_pace(tx: RequestTransaction, group: Group, pace: Progress) -> Group:
    back = as_paced(group, pace, await newest_round_id(tx, group.id))
    await change_group(tx, group.id, state=pace.state.value, last_date=pace.last_date, next_at=pace.next_at)
    did = "Paused" if pace.state is GroupState.PAUSED else "Resumed"
    await note_act(tx, PACED, f"{did} the group", back)
    return replace(group, state=pace.state, last_date=pace.last_date, next_at=pace.next_at)


async def _running(tx: RequestTransaction) -> Group:
    group = await lock_group(tx, tx.group.id)
    if group.state is GroupState.DRAFT:
        raise UserError("The group has not started yet", "`/group setup` shows what is left to choose.")
    return group


async def _status(tx: RequestTransaction, _options: Options) -> Reply:
    """The rhythm, the next question, who is active and who organises."""
    entry, group = tx.actor, tx.group
    card = await _status_card(tx)
    others = await _others(tx)
    if others:
        which = text("**This private chat is about this group.** Switch to:")
        card = replace(card, blocks=(*card.blocks, which), controls=(*card.controls, choices(others)))
    return Private(welcomed(card, entry), Slot("status", group.id))


async def _status_card(tx: RequestTransaction) -> Card:
    group, request = tx.group, tx.request
    organiser = tx.actor.member.organiser or request.manages or await holds_role(tx, request, group.id)
    if group.state is GroupState.DRAFT:
        return not_started_card(group, organiser=organiser)
    places = tuple(place for _, place in await places_of_group(tx, group.id))
    view = make_view(tx, group, places, await organisers_of_group(tx, group.id))
    active = await active_members(tx, group.id, request.at - timedelta(days=ACTIVE_DAYS))
    return status_card(view, active, organiser=organiser)


async def _others(tx: RequestTransaction) -> tuple[Group, ...]:
    """In private, the other groups that it could be about."""
    if tx.request.place is not None:
        return ()
    mine = await groups_of_identity(tx, tx.request.who)
    return tuple(each for each in mine if each.id != tx.group.id)


COMMANDS = (
    Command(
        ("group", "status"),
        "When the next question comes, who is active, who organises",
        _status,
        who=OWN,
        example="/group status",
    ),
    Command(
        ("group", "pause"),
        "Stop new questions for a while",
        _pause,
        who=ORGANISES,
        help="What is open runs to its end. Nothing is lost, and nothing is overdue afterwards.",
        example="/group pause",
    ),
    Command(
        ("group", "resume"),
        "Continue with the next regular question",
        _resume,
        who=ORGANISES,
        example="/group resume",
        moved_to="group status",
    ),
)

ROUTES = (
    Route(Pause, _press_pause, ORGANISES_ITS_GROUP),
    Route(Resume, _press_resume, ORGANISES_ITS_GROUP),
)
