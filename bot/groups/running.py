"""Pausing, resuming, and what everyone may know of the group."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from bot.chat.cards import Private, Reply, Update, text
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Place, Request
from bot.groups.actions import Pause, Resume
from bot.groups.cards import not_started_card, paused_card, resumed_card, status_card
from bot.groups.choosing_cards import choices
from bot.groups.entry import enter, group_of, known_group, may_organise, require_organiser, welcomed
from bot.groups.handlers import slot_of
from bot.groups.model import Entry, Group, GroupState, Member
from bot.groups.rules import ACTIVE_DAYS, paused, started_at_slot
from bot.groups.services import Services
from bot.groups.store import (
    active_members,
    change_group,
    groups_of_identity,
    load_group,
    organisers_of_group,
    places_of_group,
)
from bot.groups.view import make_view
from bot.store.transaction import Transaction


async def pause(services: Services, request: Request, _options: Options) -> Reply:
    """Pause the group of this channel."""
    group = await services.database.read(partial(group_of, request=request))
    done = await services.database.write(partial(_pause, request, group.id))
    return Private(paused_card(done), slot_of(done.id))


async def press_pause(services: Services, request: Request, action: Pause) -> Reply:
    """Pause the group of the card."""
    done = await services.database.write(partial(_pause, request, action.group_id))
    return Update(paused_card(done), slot_of(done.id))


async def _pause(request: Request, group_id: int, tx: Transaction) -> Group:
    group = await _organised(request, group_id, tx)
    if group.state is GroupState.ACTIVE:
        pace = paused(group)
        await change_group(
            tx, group.id, state=pace.state.value, last_date=pace.last_date, next_at=pace.next_at
        )
    return await load_group(tx, group.id)


async def resume(services: Services, request: Request, _options: Options) -> Reply:
    """Resume the group of this channel."""
    group = await services.database.read(partial(group_of, request=request))
    done = await services.database.write(partial(_resume, services, request, group.id))
    return Private(resumed_card(done, request.at), slot_of(done.id))


async def press_resume(services: Services, request: Request, action: Resume) -> Reply:
    """Resume the group of the card."""
    done = await services.database.write(partial(_resume, services, request, action.group_id))
    return Update(resumed_card(done, request.at), slot_of(done.id))


async def _resume(services: Services, request: Request, group_id: int, tx: Transaction) -> Group:
    group = await _organised(request, group_id, tx)
    if group.state is GroupState.PAUSED:
        pace = started_at_slot(group, request.at)
        await change_group(
            tx, group.id, state=pace.state.value, last_date=pace.last_date, next_at=pace.next_at
        )
        await services.replan(tx, await load_group(tx, group.id), request.at)
    return await load_group(tx, group.id)


async def _organised(request: Request, group_id: int, tx: Transaction) -> Group:
    group = await known_group(tx, group_id, lock=True)
    await require_organiser(tx, request, group)
    if group.state is GroupState.DRAFT:
        raise UserError("The group has not started yet", "`/group setup` shows what is left to choose.")
    return group


@dataclass(frozen=True, slots=True)
class _Status:
    entry: Entry
    group: Group
    places: tuple[Place, ...]
    organisers: tuple[Member, ...]
    active: int
    organiser: bool
    others: tuple[Group, ...]


async def status(services: Services, request: Request, _options: Options) -> Reply:
    """The rhythm, the next question, who is active and who organises."""

    async def work(tx: Transaction) -> _Status:
        entry = await enter(tx, request)
        group = entry.group
        return _Status(
            entry,
            group,
            tuple(place for _, place in await places_of_group(tx, group.id)),
            await organisers_of_group(tx, group.id),
            await active_members(tx, group.id, request.at - timedelta(days=ACTIVE_DAYS)),
            await may_organise(tx, request),
            await _others(tx, request, group),
        )

    seen = await services.database.write(work)
    if seen.group.state is GroupState.DRAFT:
        card = not_started_card(seen.group, organiser=seen.organiser)
    else:
        view = make_view(services, request, seen.group, seen.places, seen.organisers)
        card = status_card(view, seen.active, organiser=seen.organiser)
    if seen.others:
        which = text("**This private chat is about this group.** Change to:")
        card = replace(card, blocks=(*card.blocks, which), controls=(*card.controls, choices(seen.others)))
    return Private(welcomed(card, seen.entry), f"status:{seen.group.id}")


async def _others(tx: Transaction, request: Request, group: Group) -> tuple[Group, ...]:
    """In private, the other groups that it could be about."""
    if request.place is not None:
        return ()
    return tuple(each for each in await groups_of_identity(tx, request.who) if each.id != group.id)


def commands(services: Services) -> tuple[Command, ...]:
    """`/group status`, `/group pause` and `/group resume`."""
    return (
        Command(
            ("group", "status"),
            "When the next question comes, who is active, who organises",
            partial(status, services),
            example="/group status",
        ),
        Command(
            ("group", "pause"),
            "Stop new questions for a while",
            partial(pause, services),
            organisers=True,
            help="What is open stays open to its end. Nothing is lost, and nothing is overdue afterwards.",
            example="/group pause",
        ),
        Command(
            ("group", "resume"),
            "Go on with the next regular question",
            partial(resume, services),
            organisers=True,
            example="/group resume",
        ),
    )


def routes(services: Services) -> tuple[Route, ...]:
    """The buttons; each handler checks who presses, in the group of the card."""
    return (Route(Pause, partial(press_pause, services)), Route(Resume, partial(press_resume, services)))
