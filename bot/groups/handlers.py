"""Set-up and settings: one private card that is edited until the group runs, and whenever it should change."""

from collections.abc import Mapping
from functools import partial

from bot.chat.cards import Card, Private, Reply, Update
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Press, Request
from bot.groups import editors, place_settings, rules
from bot.groups.actions import Assign, Begin, Change, CheckAgain, OpenSettings, OrganiseToo, PickHour, UseZone
from bot.groups.cards import member_choices, ready_card, settings_card
from bot.groups.cities import CITIES, city_name, is_zone, matching
from bot.groups.editors import Editor
from bot.groups.entry import group_of, join, known_group, require_organiser
from bot.groups.model import Group, GroupState, Tone
from bot.groups.organisers import candidates, name_organisers
from bot.groups.services import Services
from bot.groups.store import (
    attach_place,
    change_group,
    change_member,
    create_group,
    drop_empty_group,
    group_of_place,
    load_group,
    members_of_group,
    weekday_bits,
)
from bot.groups.view import load_view
from bot.store.transaction import Transaction

_CITY_ZONES = frozenset(city.zone for city in CITIES)
_CHOOSE_AGAIN = "That choice is no longer on the list. Please choose again."


def slot_of(group_id: int) -> str:
    """The private place of a group's settings card: a new one takes the earlier one's."""
    return f"group:{group_id}"


async def set_up(services: Services, request: Request, _options: Options) -> Reply:
    """Begin (or go on with) setting up a group in this channel; show its settings where one exists."""
    if request.place is None:
        raise UserError(
            "Set-up needs a channel", "Type `/group setup` in the channel where your group should meet."
        )
    made = await services.database.write(partial(_draft, request))
    if made.state is not GroupState.DRAFT:
        note = "This channel has a study group already. Here are its settings."
        return Private(await _card(services, request, made.id, note=note), slot_of(made.id))
    first = "" if own_zone(request) is not None else "zone"
    return Private(await _card(services, request, made.id, first), slot_of(made.id))


async def _draft(request: Request, tx: Transaction) -> Group:
    assert request.place is not None
    group = await group_of_place(tx, request.place)
    if group is None:
        values = {
            "name": request.place.name,
            "zone": own_zone(request) or "UTC",
            "at_minute": rules.DEFAULT_AT_MINUTE,
            "weekdays": weekday_bits(rules.DEFAULT_WEEKDAYS),
            "tone": Tone.FRIENDLY.value,
            "topics": [],
            "state": GroupState.DRAFT.value,
            "created_at": request.at,
        }
        made = await create_group(tx, values)
        await attach_place(tx, made, request.place, request.at)
        group = await group_of_place(tx, request.place)
        assert group is not None
        if group.id != made:
            await drop_empty_group(tx, made)
    if group.state is GroupState.DRAFT:
        member, _ = await join(tx, group.id, request.who, request.at)
        await change_member(tx, member.id, organiser=True)
    return group


async def settings(services: Services, request: Request, _options: Options) -> Reply:
    """Show the settings."""

    async def read(tx: Transaction) -> Group:
        group = await group_of(tx, request)
        await require_organiser(tx, request, group)
        return group

    group = await services.database.read(read)
    return Private(await _card(services, request, group.id), slot_of(group.id))


async def open_settings(services: Services, request: Request, action: OpenSettings | CheckAgain) -> Reply:
    """Show the settings on the card that was pressed."""
    return Update(await _card(services, request, action.group_id), slot_of(action.group_id))


async def change(services: Services, request: Request, action: Change) -> Reply:
    """Open the lists of the chosen setting."""
    what = next(iter(_values(request)), "")
    return Update(await _card(services, request, action.group_id, what), slot_of(action.group_id))


async def pick_hour(services: Services, request: Request, action: PickHour) -> Reply:
    """Show the cities whose clocks show the chosen hour."""
    said = next(iter(_values(request)), "")
    hour = int(said) if said in {str(h) for h in range(24)} else None
    return Update(await _card(services, request, action.group_id, "zone", hour), slot_of(action.group_id))


async def assign(services: Services, request: Request, action: Assign) -> Reply:
    """Set what was chosen; a running group follows at once."""
    return await _assign(services, request, action.group_id, action.what, _values(request))


async def use_zone(services: Services, request: Request, action: UseZone) -> Reply:
    """Take the zone that the platform knows."""
    return await _assign(services, request, action.group_id, "zone", (action.zone,))


async def _assign(
    services: Services, request: Request, group_id: int, what: str, values: tuple[str, ...]
) -> Reply:
    try:
        if what in (place_settings.THREADS, place_settings.ROLE):
            await _set_place(services, request, group_id, what, next(iter(values), ""))
        else:
            await services.database.write(partial(_set, services, request, group_id, what, values))
    except rules.WrongChoiceError:
        return Update(await _card(services, request, group_id, note=_CHOOSE_AGAIN), slot_of(group_id))
    still_open = "time" if what in {"hour", "minute"} else ""
    return Update(await _card(services, request, group_id, still_open), slot_of(group_id))


async def _set_place(services: Services, request: Request, group_id: int, what: str, value: str) -> None:
    here = place_settings.at_hand(
        request, await services.database.read(partial(place_settings.settings_of, group_id=group_id))
    )
    roles = await services.roles(here.place) if here is not None and what == place_settings.ROLE else ()

    async def work(tx: Transaction) -> None:
        group = await known_group(tx, group_id, lock=True)
        await require_organiser(tx, request, group)
        if what == place_settings.THREADS:
            await place_settings.set_threads(tx, group_id, value)
        else:
            await place_settings.set_role(tx, here, value, roles)

    await services.database.write(work)


async def _set(
    services: Services, request: Request, group_id: int, what: str, values: tuple[str, ...], tx: Transaction
) -> None:
    group = await known_group(tx, group_id, lock=True)
    await require_organiser(tx, request, group)
    if what == "organisers":
        await name_organisers(tx, group, values)
        return
    zones = _CITY_ZONES | {zone for zone in (own_zone(request),) if zone}
    roots = tuple(topic.id for topic in services.bank.topics.roots)
    await change_group(tx, group.id, **_columns(rules.changed(group, what, values, zones, roots)))
    if what in rules.RHYTHM_SETTINGS and group.state is GroupState.ACTIVE:
        moved = await load_group(tx, group.id)
        await change_group(tx, group.id, next_at=rules.next_at_after_change(moved, request.at))
        await services.replan(tx, await load_group(tx, group.id), request.at)


def _columns(fields: Mapping[str, object]) -> dict[str, object]:
    columns = dict(fields)
    if isinstance(days := columns.get("weekdays"), frozenset):
        columns["weekdays"] = weekday_bits(days)
    if isinstance(topics := columns.get("topics"), tuple):
        columns["topics"] = list(topics)
    if isinstance(tone := columns.get("tone"), Tone):
        columns["tone"] = tone.value
    return columns


async def organise_too(services: Services, request: Request, action: OrganiseToo) -> Reply:
    """Make the one who manages the channel an organiser."""

    async def work(tx: Transaction) -> None:
        group = await known_group(tx, action.group_id)
        await require_organiser(tx, request, group)
        member, _ = await join(tx, group.id, request.who, request.at)
        await change_member(tx, member.id, organiser=True)

    await services.database.write(work)
    return Update(await _card(services, request, action.group_id), slot_of(action.group_id))


async def begin(services: Services, request: Request, action: Begin) -> Reply:
    """Start the group, if nothing is missing; a second press finds it started."""
    view = await load_view(services, request, action.group_id)
    if view.blocked and view.group.state is GroupState.DRAFT:
        return Update(settings_card(view), slot_of(action.group_id))

    async def work(tx: Transaction) -> tuple[Group, bool]:
        group = await known_group(tx, action.group_id, lock=True)
        await require_organiser(tx, request, group)
        if group.state is not GroupState.DRAFT:
            return group, False
        pace = rules.started_at_slot(group, request.at)
        await change_group(
            tx, group.id, state=pace.state.value, last_date=pace.last_date, next_at=pace.next_at
        )
        member, _ = await join(tx, group.id, request.who, request.at)
        await change_member(tx, member.id, organiser=True)
        if action.at_once:
            await services.post_now(tx, await load_group(tx, group.id), request.at)
        return await load_group(tx, group.id), True

    group, started = await services.database.write(work)
    if group.state is not GroupState.ACTIVE:
        return Update(await _card(services, request, group.id), slot_of(group.id))
    services.wake()
    return Update(ready_card(group, request.at, posted=started and action.at_once), slot_of(group.id))


async def _card(
    services: Services,
    request: Request,
    group_id: int,
    what: str = "",
    hour: int | None = None,
    note: str = "",
) -> Card:
    view = await load_view(services, request, group_id)
    return settings_card(view, await _editor(services, request, view.group, what, hour), note)


async def _editor(
    services: Services, request: Request, group: Group, what: str, hour: int | None
) -> Editor | None:
    if what == "zone":
        own = own_zone(request)
        cities = () if hour is None else matching(request.at, hour, own)
        return editors.zone_editor(group, request.at, own, hour, cities)
    if what == "organisers":
        listed = candidates(await services.database.read(partial(members_of_group, group_id=group.id)))
        chosen = frozenset(str(m.id) for m in listed if m.organiser)
        return editors.organisers_editor(group, member_choices(listed), chosen)
    if what in (place_settings.THREADS, place_settings.ROLE):
        return await _place_editor(services, request, group.id, what)
    return editors.plain_editor(group, what, services.bank.topics.roots)


async def _place_editor(services: Services, request: Request, group_id: int, what: str) -> Editor | None:
    found = await services.database.read(partial(place_settings.settings_of, group_id=group_id))
    if what == place_settings.THREADS:
        return place_settings.threads_editor(group_id, found)
    here = place_settings.at_hand(request, found)
    roles = await services.roles(here.place) if here is not None else ()
    return place_settings.role_editor(group_id, here, roles) if here is not None and roles else None


def own_zone(request: Request) -> str | None:
    """The zone that the platform knows of the one who asks, if the tz database knows it too."""
    return request.zone if request.zone and is_zone(request.zone) and city_name(request.zone) else None


def _values(request: Request) -> tuple[str, ...]:
    return request.what.values if isinstance(request.what, Press) else ()


def commands(services: Services) -> tuple[Command, ...]:
    """`/group setup` and `/group settings`."""
    return (
        Command(
            ("group", "setup"),
            "Set up a study group in this channel",
            partial(set_up, services),
            organisers=True,
            anywhere=False,
            help="Shows one private card: time zone, time, days, topics and tone. Start at once, or at the next time.",
            example="/group setup",
        ),
        Command(
            ("group", "settings"),
            "Change the group's days, time, topics, tone and more",
            partial(settings, services),
            organisers=True,
            help="Changes count at once. What is open now follows the new rhythm, and its card says so.",
            example="/group settings",
        ),
    )


def routes(services: Services) -> tuple[Route, ...]:
    """The buttons and lists of set-up and settings; each handler checks who presses, in the group of the card."""
    return (
        Route(Change, partial(change, services)),
        Route(PickHour, partial(pick_hour, services)),
        Route(Assign, partial(assign, services)),
        Route(UseZone, partial(use_zone, services)),
        Route(Begin, partial(begin, services)),
        Route(CheckAgain, partial(open_settings, services)),
        Route(OpenSettings, partial(open_settings, services)),
        Route(OrganiseToo, partial(organise_too, services)),
    )
