"""Set-up and settings: one private card that is edited until the group runs, and whenever it should change.

What the platform says of the group's places is asked before the transaction: the card tells it, and where the platform does
not answer, the card tells that, and what was chosen counts nevertheless.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.access.actions import OfGroup
from bot.access.who import ORGANISES, ORGANISES_ITS_GROUP, OrganisesPlace, here
from bot.chat.cards import Card, Private, Reply, Slot, Text, Update
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route
from bot.chat.requests import Identity, Place, Press, Request
from bot.chat.zones import is_zone
from bot.database.transaction import Transaction
from bot.features.acts.keeping import with_undo
from bot.features.daily.rounds import post_now
from bot.features.group_settings import editors, place_settings
from bot.features.group_settings.actions import (
    Assign,
    Begin,
    Change,
    CheckAgain,
    OpenSettings,
    OrganiseToo,
    PickHour,
    UseZone,
)
from bot.features.group_settings.cards import View, member_choices, ready_card, settings_card, with_post_now
from bot.features.group_settings.days_off.cards import days_off_editor
from bot.features.group_settings.days_off.changing import DAYS_OFF, take_out, today_of
from bot.features.group_settings.editors import Editor
from bot.features.group_settings.list_settings import BY_NAME, DOOR
from bot.features.group_settings.rhythm import MOMENTS, keep_settings, next_words, todays_is_dropped
from bot.features.group_settings.undoing import as_set, note_change
from bot.features.group_settings.view import Outlook, handles_of, look_at, role_place, settings_view
from bot.membership import place_settings as places
from bot.membership import rules
from bot.membership.calendar.cities import CITIES, city_name, matching
from bot.membership.calendar.days_off import ahead
from bot.membership.joining import join
from bot.membership.model import Group, GroupState, Tone
from bot.membership.organisers import accounts_of, candidates, name_organisers
from bot.membership.place_settings import settings_of
from bot.membership.queries import (
    attach_place,
    change_group,
    change_member,
    create_group,
    drop_empty_group,
    group_of_place,
    load_group,
    lock_group,
    members_of_group,
    places_of_group,
    weekday_bits,
)
from bot.services import RequestTransaction, Services

_CITY_ZONES = frozenset(city.zone for city in CITIES)
_CHOOSE_AGAIN = "That choice is no longer on the list. Please choose again."
_CHOOSE_ONE = "At least one must be chosen, so nothing was changed."
_NOBODYS_ROLE = "Nobody can be given that role: everyone has it, or it is an app's own. Choose another one."


def slot_of(group_id: int) -> Slot:
    """The private place of a group's settings card: a new one takes the earlier one's."""
    return Slot("group", group_id)


# Before the transaction -----------------------------------------------------------------------------------------------


async def _places_of(tx: Transaction, group_id: int) -> tuple[Place, ...]:
    return tuple(place for _, place in await places_of_group(tx, group_id))


async def _look_at_its_places(services: Services, _request: Request, action: OfGroup) -> Outlook:
    async def read(tx: Transaction) -> tuple[tuple[Place, ...], bool]:
        draft = (await load_group(tx, action.group_id)).state is GroupState.DRAFT
        return await _places_of(tx, action.group_id), draft

    found, draft = await services.database.read(read)
    # Once a group runs, who removed the bot from a channel meant it: looking at the settings brings it back nowhere.
    return await look_at(services, found, entering=found if draft else ())


async def _look_for_change(services: Services, request: Request, action: Change) -> Outlook:
    """The same; and where people are chosen, what their accounts are called: two of them may have one name."""
    outlook = await _look_at_its_places(services, request, action)
    if "organisers" not in _values(request):
        return outlook

    async def read(tx: Transaction) -> Mapping[int, Identity]:
        listed = candidates(await members_of_group(tx, action.group_id))
        return await accounts_of(tx, tuple(m.id for m in listed))

    accounts = await services.database.read(read)
    return replace(outlook, handles=await handles_of(services, accounts))


async def _look_around(services: Services, request: Request, options: Options) -> Outlook:
    async def read(tx: Transaction) -> tuple[Place, ...]:
        found = await here(RequestTransaction(tx, request, services, reads=True), options)
        return await _places_of(tx, found.group.id)

    return await look_at(services, await services.database.read(read))


async def _look_here(services: Services, request: Request, _options: Options) -> Outlook:
    place = request.place
    assert place is not None

    async def read(tx: Transaction) -> tuple[Place, ...]:
        group = await group_of_place(tx, place)
        # Where no group meets yet, this is the only place of the one that is about to be made.
        return await _places_of(tx, group.id) if group else (place,)

    found = await services.database.read(read)
    return await look_at(services, found, entering=(place,))


# Set-up ---------------------------------------------------------------------------------------------------------------


async def _set_up(tx: RequestTransaction, _options: Options, outlook: Outlook) -> Reply:
    """Begin (or go on with) setting up a group in this channel; show its settings where one exists."""
    group: Group = tx.subject or await _new_group(tx)
    if group.state is not GroupState.DRAFT:
        note = "This channel already has a study group. Here are its settings."
        return Private(await _card(tx, group, outlook, note=note), slot_of(group.id))
    await _make_organiser(tx, group)
    first = "" if own_zone(tx.request) is not None else "zone"
    return Private(await _card(tx, group, outlook, first), slot_of(group.id))


async def _new_group(tx: RequestTransaction) -> Group:
    """A draft in this channel; the one that somebody else made here at the same moment, if they did."""
    request = tx.request
    assert request.place is not None
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
    return group


async def _make_organiser(tx: RequestTransaction, group: Group) -> None:
    member, _ = await join(tx, group.id, tx.request.who, tx.request.at)
    if not member.organiser:
        await change_member(tx, member.id, organiser=True)


async def _begin(tx: RequestTransaction, action: Begin, outlook: Outlook) -> Reply:
    """Start the group, if nothing is missing; a second press finds it started."""
    group = await lock_group(tx, tx.group.id)
    posted = False
    if group.state is not GroupState.ACTIVE:
        view = await _view(tx, group, outlook)
        if group.state is GroupState.PAUSED or view.blocked:
            return Update(settings_card(view), slot_of(group.id))
        group, posted = await _start(tx, group, at_once=action.at_once), action.at_once
        tx.wake_after_commit()
    return Update(ready_card(group, tx.request.at, posted=posted), slot_of(group.id))


async def _start(tx: RequestTransaction, group: Group, *, at_once: bool) -> Group:
    pace = rules.started_at_slot(group, tx.request.at)
    await change_group(tx, group.id, state=pace.state.value, last_date=pace.last_date, next_at=pace.next_at)
    await _make_organiser(tx, group)
    group = replace(group, state=pace.state, last_date=pace.last_date, next_at=pace.next_at)
    if not at_once:
        return group
    await post_now(tx, tx.services, group, tx.request.at)
    return await load_group(tx, group.id)


# Settings -------------------------------------------------------------------------------------------------------------


async def _settings(tx: RequestTransaction, _options: Options, outlook: Outlook) -> Reply:
    """Show the settings."""
    return Private(await _card(tx, tx.group, outlook), slot_of(tx.group.id))


async def _open_settings(
    tx: RequestTransaction, _action: OpenSettings | CheckAgain, outlook: Outlook
) -> Reply:
    """Show the settings on the card that was pressed."""
    return Update(await _card(tx, tx.group, outlook), slot_of(tx.group.id))


async def _change(tx: RequestTransaction, _action: Change, outlook: Outlook) -> Reply:
    """Open the lists of the chosen setting."""
    what = next(iter(_values(tx.request)), "")
    return Update(await _card(tx, tx.group, outlook, what), slot_of(tx.group.id))


async def _pick_hour(tx: RequestTransaction, _action: PickHour, outlook: Outlook) -> Reply:
    """Show the cities whose clocks show the chosen hour."""
    said = next(iter(_values(tx.request)), "")
    hour = int(said) if said in {str(h) for h in range(24)} else None
    return Update(await _card(tx, tx.group, outlook, "zone", hour), slot_of(tx.group.id))


async def _press_assign(tx: RequestTransaction, action: Assign, outlook: Outlook) -> Reply:
    """Set what was chosen; a running group follows at once."""
    if action.what == editors.NO_TOPICS:
        return Update(await _card(tx, tx.group, outlook, editors.NO_TOPICS), slot_of(tx.group.id))
    if action.what == editors.ALL_TOPICS:
        every = tuple(topic.id for topic in tx.services.bank.topics.roots)
        return await _assign(tx, "topics", every, outlook)
    return await _assign(tx, action.what, _values(tx.request), outlook)


async def _use_zone(tx: RequestTransaction, action: UseZone, outlook: Outlook) -> Reply:
    """Take the zone that the platform knows."""
    return await _assign(tx, "zone", (action.zone,), outlook)


async def _assign(tx: RequestTransaction, what: str, values: tuple[str, ...], outlook: Outlook) -> Reply:
    group = before = await lock_group(tx, tx.group.id)
    settings = await as_set(tx, group)
    note: str | Text = ""
    try:
        if what in places.AT_HAND:
            note = await _set_role(tx, group, what, values)
            group = await load_group(tx, group.id)
        else:
            group = await _set(tx, group, what, values)
    except rules.WrongChoiceError:
        chosen_none = editors.OF_SEVERAL & {what} and not values
        said, again = (_CHOOSE_ONE, what) if chosen_none else (_CHOOSE_AGAIN, "")
        return Update(await _card(tx, group, outlook, again, note=said), slot_of(group.id))
    stays = note or what == DAYS_OFF or what in editors.OF_SEVERAL
    still_open = "time" if what in {"hour", "minute"} else what if stays else ""
    if what in MOMENTS:
        note = next_words(before, group, tx.request.at) or ""
    act = await note_change(tx, what, (before, settings), group)
    card = with_undo(await _card(tx, group, outlook, still_open, note=note), act, "Undo this change")
    if todays_is_dropped(before, group, tx.request.at):
        card = with_post_now(card)
    return Update(card, slot_of(group.id))


async def _set_role(tx: RequestTransaction, group: Group, what: str, values: tuple[str, ...]) -> str:
    """Set a place's role, or whom it notifies; what is to be said where nobody can hold the one that was chosen."""
    role = "" if what == places.NO_ROLE else next(iter(values), "")
    if not role and what != places.NO_ROLE:
        return _NOBODYS_ROLE
    found = await settings_of(tx, group.id)
    here = places.at_hand(tx.request, found) if what == places.PING else role_place(tx, found)
    if here is None or (what == places.PING and role not in {places.NOBODY, places.ONLINE}):
        raise rules.WrongChoiceError(what)
    if what == places.DOOR_ROLE:
        await places.set_door_role(tx, group.id, here.place, role)
        await change_group(tx, group.id, invited_only=True)
    elif what in {places.PING, places.PING_ROLE}:
        await places.change_place(tx, here.id, pinged="" if role == places.NOBODY else role)
    else:
        await places.change_place(tx, here.id, organiser_role=role)
    return ""


async def _set(tx: RequestTransaction, group: Group, what: str, values: tuple[str, ...]) -> Group:
    if what == places.THREADS:
        await places.set_threads(tx, group.id, next(iter(values), ""))
        return group
    if what == "organisers":
        await name_organisers(tx, group, values)
        return group
    if what == DAYS_OFF:
        return await take_out(tx, group, values, tx.request.at)
    zones = _CITY_ZONES | {zone for zone in (own_zone(tx.request),) if zone}
    roots = tuple(topic.id for topic in tx.services.bank.topics.roots)
    listed = BY_NAME.get(what)
    fields = listed.changed(values) if listed else rules.changed(group, what, values, zones, roots)
    moves = what in rules.RHYTHM_SETTINGS
    moved = await keep_settings(tx, group, fields, tx.request.at, moves=moves)
    if what == DOOR:
        await places.clear_door_roles(tx, group.id)
    return moved


async def _organise_too(tx: RequestTransaction, _action: OrganiseToo, outlook: Outlook) -> Reply:
    """Make the one who manages the channel an organiser."""
    before = (tx.group, await as_set(tx, tx.group))
    await _make_organiser(tx, tx.group)
    await note_change(tx, "organisers", before, tx.group)
    view = replace(await _view(tx, tx.group, outlook), may_organise_too=False)
    return Update(settings_card(view), slot_of(tx.group.id))


# The card -------------------------------------------------------------------------------------------------------------


async def _view(tx: RequestTransaction, group: Group, outlook: Outlook) -> View:
    return await settings_view(tx, group, await settings_of(tx, group.id), outlook)


async def _card(
    tx: RequestTransaction,
    group: Group,
    outlook: Outlook,
    what: str = "",
    hour: int | None = None,
    note: str | Text = "",
) -> Card:
    found = await settings_of(tx, group.id)
    view = await settings_view(tx, group, found, outlook)
    if what == places.THREADS:
        return settings_card(view, place_settings.threads_editor(group.id, found), note)
    chosen_for = role_place(tx, found)
    if what in {DOOR, places.DOOR_ROLE}:
        return settings_card(view, place_settings.door_editor(group, chosen_for, by_role=view.by_role), note)
    here = places.at_hand(tx.request, found)
    if what in {places.PING, places.PING_ROLE} and here is not None:
        editor = place_settings.ping_editor(group.id, here, roles=chosen_for is not None)
        return settings_card(view, editor, note)
    if what == places.ROLE and chosen_for is not None:
        return settings_card(view, place_settings.role_editor(group.id, chosen_for), note)
    return settings_card(view, await _editor(tx, group, what, hour, outlook.handles), note)


async def _editor(
    tx: RequestTransaction, group: Group, what: str, hour: int | None, handles: Mapping[int, str]
) -> Editor | None:
    if what == DAYS_OFF:
        return days_off_editor(group.id, ahead(group.days_off, today_of(group, tx.request.at)))
    if what == "zone":
        own = own_zone(tx.request)
        cities = () if hour is None else matching(tx.request.at, hour, own)
        return editors.zone_editor(group, tx.request.at, own, hour, cities)
    if what == "organisers":
        listed = candidates(await members_of_group(tx, group.id))
        chosen = frozenset(str(m.id) for m in listed if m.organiser)
        return editors.organisers_editor(group, member_choices(listed, group, handles), chosen)
    return editors.plain_editor(group, what, tx.services.bank.topics.roots)


def own_zone(request: Request) -> str | None:
    """The zone that the platform knows of the one who asks, if the tz database knows it too."""
    return request.zone if request.zone and is_zone(request.zone) and city_name(request.zone) else None


def _values(request: Request) -> tuple[str, ...]:
    return request.what.values if isinstance(request.what, Press) else ()


COMMANDS = (
    Command(
        ("group", "setup"),
        "Set up a study group in this channel",
        _set_up,
        who=OrganisesPlace(
            ("Set-up needs a channel", "Type `/group setup` in the channel where your group should meet.")
        ),
        prepare=_look_here,
        anywhere=False,
        help="Shows one private card: time zone, time, days, topics and tone. Start at once, or at the next question time.",
        example="/group setup",
        also=("create", "new group", "begin"),
    ),
    Command(
        ("group", "settings"),
        "Change the group's days, time, topics, tone and more",
        _settings,
        who=ORGANISES,
        reads=True,
        prepare=_look_around,
        help="Changes apply at once. What is open now follows the new schedule, and its card says so.",
        example="/group settings",
        also=("settings", "configure", "options", "topics", "days", "time"),
    ),
)

ROUTES = (
    Route(Change, _change, ORGANISES_ITS_GROUP, reads=True, prepare=_look_for_change),
    Route(PickHour, _pick_hour, ORGANISES_ITS_GROUP, reads=True, prepare=_look_at_its_places),
    Route(Assign, _press_assign, ORGANISES_ITS_GROUP, prepare=_look_at_its_places),
    Route(UseZone, _use_zone, ORGANISES_ITS_GROUP, prepare=_look_at_its_places),
    Route(Begin, _begin, ORGANISES_ITS_GROUP, prepare=_look_at_its_places),
    Route(CheckAgain, _open_settings, ORGANISES_ITS_GROUP, reads=True, prepare=_look_at_its_places),
    Route(OpenSettings, _open_settings, ORGANISES_ITS_GROUP, reads=True, prepare=_look_at_its_places),
    Route(OrganiseToo, _organise_too, ORGANISES_ITS_GROUP, prepare=_look_at_its_places),
)
