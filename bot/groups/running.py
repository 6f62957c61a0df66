"""Pausing, resuming, and what everyone may know of the group."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.cards import Private, Reply, Update, text
from bot.chat.commands import Command, Options
from bot.chat.dispatch import KindError, Route
from bot.chat.requests import Place, Request
from bot.groups.actions import Pause, Resume
from bot.groups.cards import not_started_card, paused_card, resumed_card, status_card
from bot.groups.choosing import choices
from bot.groups.entry import enter, group_of, known_group, may_organise, require_organiser, welcomed
from bot.groups.handlers import slot_of
from bot.groups.house import House
from bot.groups.model import Entry, Group, GroupState, Member
from bot.groups.rules import ACTIVE_DAYS, paused, started_at_slot
from bot.groups.store import (
    active_members,
    change_group,
    groups_of_identity,
    load_group,
    organisers_of_group,
    places_of_group,
)
from bot.groups.view import make_view


async def pause(house: House, request: Request, _options: Options) -> Reply:
    """Pause the group of this channel."""
    group = await house.database.read(partial(group_of, request=request))
    done = await house.database.write(partial(_pause, request, group.id))
    return Private(paused_card(done), slot_of(done.id))


async def press_pause(house: House, request: Request, action: Pause) -> Reply:
    """Pause the group of the card."""
    done = await house.database.write(partial(_pause, request, action.group_id))
    return Update(paused_card(done), slot_of(done.id))


async def _pause(request: Request, group_id: int, conn: AsyncConnection) -> Group:
    group = await _organised(request, group_id, conn)
    if group.state is GroupState.ACTIVE:
        pace = paused(group)
        await change_group(
            conn, group.id, state=pace.state.value, last_date=pace.last_date, next_at=pace.next_at
        )
    return await load_group(conn, group.id)


async def resume(house: House, request: Request, _options: Options) -> Reply:
    """Resume the group of this channel."""
    group = await house.database.read(partial(group_of, request=request))
    done = await house.database.write(partial(_resume, house, request, group.id))
    return Private(resumed_card(done, request.at), slot_of(done.id))


async def press_resume(house: House, request: Request, action: Resume) -> Reply:
    """Resume the group of the card."""
    done = await house.database.write(partial(_resume, house, request, action.group_id))
    return Update(resumed_card(done, request.at), slot_of(done.id))


async def _resume(house: House, request: Request, group_id: int, conn: AsyncConnection) -> Group:
    group = await _organised(request, group_id, conn)
    if group.state is GroupState.PAUSED:
        pace = started_at_slot(group, request.at)
        await change_group(
            conn, group.id, state=pace.state.value, last_date=pace.last_date, next_at=pace.next_at
        )
        await house.replan(conn, await load_group(conn, group.id), request.at)
    return await load_group(conn, group.id)


async def _organised(request: Request, group_id: int, conn: AsyncConnection) -> Group:
    group = await known_group(conn, group_id, lock=True)
    await require_organiser(conn, request, group)
    if group.state is GroupState.DRAFT:
        raise KindError("The group has not started yet", "`/group setup` shows what is left to choose.")
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


async def status(house: House, request: Request, _options: Options) -> Reply:
    """The rhythm, the next question, who is active and who organises."""

    async def work(conn: AsyncConnection) -> _Status:
        entry = await enter(conn, request)
        group = entry.group
        return _Status(
            entry,
            group,
            tuple(place for _, place in await places_of_group(conn, group.id)),
            await organisers_of_group(conn, group.id),
            await active_members(conn, group.id, request.at - timedelta(days=ACTIVE_DAYS)),
            await may_organise(conn, request),
            await _others(conn, request, group),
        )

    seen = await house.database.write(work)
    if seen.group.state is GroupState.DRAFT:
        card = not_started_card(seen.group, organiser=seen.organiser)
    else:
        view = make_view(house, request, seen.group, seen.places, seen.organisers)
        card = status_card(view, seen.active, organiser=seen.organiser)
    if seen.others:
        which = text("**This private chat is about this group.** Change to:")
        card = replace(card, blocks=(*card.blocks, which), controls=(*card.controls, choices(seen.others)))
    return Private(welcomed(card, seen.entry), f"status:{seen.group.id}")


async def _others(conn: AsyncConnection, request: Request, group: Group) -> tuple[Group, ...]:
    """In private, the other groups that it could be about."""
    if request.place is not None:
        return ()
    return tuple(each for each in await groups_of_identity(conn, request.who) if each.id != group.id)


def commands(house: House) -> tuple[Command, ...]:
    """`/group status`, `/group pause` and `/group resume`."""
    return (
        Command(
            ("group", "status"),
            "When the next question comes, who is active, who organises",
            partial(status, house),
            example="/group status",
        ),
        Command(
            ("group", "pause"),
            "Stop new questions for a while",
            partial(pause, house),
            organisers=True,
            help="What is open stays open to its end. Nothing is lost, and nothing is overdue afterwards.",
            example="/group pause",
        ),
        Command(
            ("group", "resume"),
            "Go on with the next regular question",
            partial(resume, house),
            organisers=True,
            example="/group resume",
        ),
    )


def routes(house: House) -> tuple[Route, ...]:
    """The buttons; each handler checks who presses, in the group of the card."""
    return (Route(Pause, partial(press_pause, house)), Route(Resume, partial(press_resume, house)))
