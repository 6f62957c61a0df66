"""Gathers what the cards of a group's settings show."""

from dataclasses import replace
from functools import partial

from bot.bank.model import UnknownTopic
from bot.chat.platform import PlatformError
from bot.chat.requests import Place, Request
from bot.groups.cards import View
from bot.groups.connect_cards import place_name
from bot.groups.entry import known_group, require_organiser
from bot.groups.model import Group, Member
from bot.groups.place_settings import PlaceSetting, on_offer, settings_of
from bot.groups.rules import started_at_slot
from bot.groups.schedule import Slot
from bot.groups.services import Services
from bot.groups.store import find_member, group_of_place, organisers_of_group
from bot.store.transaction import Transaction


async def load_view(
    services: Services, request: Request, group_id: int, *, ask_platform: bool = True
) -> View:
    """The view of a group for one of its organisers; ``ask_platform`` looks whether the bot may post.

    Raises:
        UserError: there is no such group, or the one who asks does not organise it.
    """
    read = partial(_organised, request, group_id)
    group, found, organisers, may_join = await services.database.read(read)
    places = tuple(each.place for each in found)
    problems = await _problems(services, places) if ask_platform else ()
    view = make_view(services, request, group, places, organisers, problems, may_organise_too=may_join)
    return replace(view, offer=await on_offer(services, request, found))


def make_view(
    services: Services,
    request: Request,
    group: Group,
    places: tuple[Place, ...],
    organisers: tuple[Member, ...],
    problems: tuple[str, ...] = (),
    *,
    may_organise_too: bool = False,
) -> View:
    """The view of what was read; everything else in it follows from the group and the bank."""
    coming = started_at_slot(group, request.at)
    assert coming.next_at is not None
    local = coming.next_at.astimezone(group.rhythm.tz)
    return View(
        group=group,
        places=_names(places),
        topics=_titles(services, group),
        organisers=organisers,
        problems=problems,
        runway=services.runway(group.weekdays, group.topics),
        coming=Slot(local.date(), coming.next_at),
        now=request.at,
        may_organise_too=may_organise_too,
    )


def _names(places: tuple[Place, ...]) -> tuple[str, ...]:
    if len(places) > 1:
        return tuple(place_name(place) for place in places)
    return tuple(place.name or place.channel for place in places)


async def _organised(
    request: Request, group_id: int, tx: Transaction
) -> tuple[Group, tuple[PlaceSetting, ...], tuple[Member, ...], bool]:
    group = await known_group(tx, group_id)
    await require_organiser(tx, request, group)
    member = await find_member(tx, group.id, request.who)
    here = await group_of_place(tx, request.place) if request.place is not None else None
    manages = request.manages and here is not None and here.id == group.id
    may_join = manages and (member is None or not member.organiser)
    return group, await settings_of(tx, group.id), await organisers_of_group(tx, group.id), may_join


async def _problems(services: Services, places: tuple[Place, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for place in places:
        try:
            found.extend(await services.problems(place))
        except PlatformError:
            found.append("The channel could not be looked at just now. Check again in a moment.")
    return tuple(dict.fromkeys(found))


def _titles(services: Services, group: Group) -> tuple[str, ...]:
    titles: list[str] = []
    for topic in group.topics:
        try:
            titles.append(services.bank.topics.get(topic).title)
        except UnknownTopic:  # the bank was exchanged or shortened since
            continue
    return tuple(titles)
