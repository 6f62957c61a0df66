"""One group in several channels: a code made in one, entered in another; and taking a channel out again."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy import Column, delete, func, select, update

from bot.chat.cards import Ask, Card, Private, Refuse, Reply, Update
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.platform import PlatformError
from bot.chat.requests import Place, Request, Submit
from bot.groups import connect_cards as cards
from bot.groups.actions import AskConnect, Disconnect, EnterConnect
from bot.groups.code_rules import LASTS
from bot.groups.codes import Code, Purpose, find_code, identity_of, make_code, may_try, note_wrong, use_code
from bot.groups.entry import group_of, known_group, require_organiser
from bot.groups.model import Group, GroupState
from bot.groups.services import Services
from bot.groups.store import attach_place, change_group, group_of_place, places_of_group
from bot.outbox.deliveries import DeliveryState
from bot.store.tables import codes, deliveries, members, places, quizzes, rounds
from bot.store.transaction import Transaction

CODE = Option("code", "The code that /group connect gave in the group's other channel")


@dataclass(frozen=True, slots=True)
class _Tried:
    """What entering a code came to; ``wrong`` says that it may be typed again."""

    card: Card
    wrong: bool = False


async def connect(services: Services, request: Request, options: Options) -> Reply:
    """Make a code for another channel, or enter one here."""
    place = _here(request)
    if "code" in options:
        return await _enter(services, request, place, str(options["code"]))

    async def work(tx: Transaction) -> Card:
        group = await group_of_place(tx, place)
        if group is None or group.state is GroupState.DRAFT:
            return cards.no_group_card()
        identity_id, _ = await identity_of(tx, request.who, request.at)
        code = await make_code(
            tx, services.number(), Purpose.CONNECT, identity_id, request.at, group_id=group.id
        )
        may_enter = not await _begun(tx, group.id)
        return cards.code_card(code, request.at + LASTS, group.zone, may_enter=may_enter)

    return Private(await services.database.write(work), "connect")


def _here(request: Request) -> Place:
    if request.place is None:
        raise UserError(
            "Connecting needs a channel", "Type `/group connect` in the channel that is to be connected."
        )
    return request.place


async def ask_code(_services: Services, _request: Request, _action: AskConnect) -> Reply:
    """Open the form."""
    return Ask(cards.code_form(EnterConnect()))


async def send_code(services: Services, request: Request, _action: EnterConnect) -> Reply:
    """The form was sent."""
    assert isinstance(request.what, Submit)
    return await _enter(services, request, _here(request), request.what.text("code"))


async def _enter(services: Services, request: Request, place: Place, typed: str) -> Reply:
    problems = await _problems(services, place)
    if problems:
        raise UserError("I can't post in this channel yet", "\n".join(f"- {each}" for each in problems))
    tried = await services.database.write(partial(_try, services, request, place, typed))
    if tried.wrong and isinstance(request.what, Submit):
        return Refuse({"code": cards.WRONG}, cards.code_form(EnterConnect(), typed))
    services.wake()
    return Private(tried.card, "connect")


async def _problems(services: Services, place: Place) -> tuple[str, ...]:
    try:
        return await services.problems(place)
    except PlatformError:
        return ("The channel could not be looked at just now. Try again in a moment.",)


async def _try(services: Services, request: Request, place: Place, typed: str, tx: Transaction) -> _Tried:
    if not await may_try(tx, request):
        return _Tried(cards.blocked_card())
    code = await find_code(tx, typed, Purpose.CONNECT, request.at)
    if code is None or code.group_id is None:
        await note_wrong(tx, request)
        return _Tried(cards.wrong_card(link=False), wrong=True)
    before = await group_of_place(tx, place)
    for group_id in sorted({code.group_id, before.id if before else code.group_id}):
        await known_group(tx, group_id, lock=True)
    here = await group_of_place(tx, place)
    group = await known_group(tx, code.group_id)
    if here is not None and here.id == group.id:
        return _Tried(cards.connected_card(group, await _names(tx, group.id), again=True))
    if not code.fresh:
        await note_wrong(tx, request)
        return _Tried(cards.wrong_card(link=False), wrong=True)
    return _Tried(await _come_to(tx, services, request, place, code, group, here))


async def _come_to(
    tx: Transaction,
    services: Services,
    request: Request,
    place: Place,
    code: Code,
    group: Group,
    here: Group | None,
) -> Card:
    if here is not None and await _begun(tx, here.id):
        had = await _count(tx, rounds.c.group_id, here.id)
        return cards.history_card(had, await _count(tx, places.c.group_id, here.id))
    if here is not None:
        await _leave_unused(tx, here, place, request)
    place_id = await attach_place(tx, group.id, place, request.at)
    now = await group_of_place(tx, place)
    if now is None or now.id != group.id:  # another group's code was entered here at the same moment
        return cards.history_card(0, 1)
    await use_code(tx, code, request.at)
    await services.show_running(tx, group, place_id, place, request.at)
    return cards.connected_card(group, await _names(tx, group.id), again=False)


async def _begun(tx: Transaction, group_id: int) -> bool:
    """Whether a group has a history: it was asked something, or somebody had a quiz there."""
    return any([await _count(tx, column, group_id) for column in (rounds.c.group_id, quizzes.c.group_id)])


async def _count(tx: Transaction, column: Column[int], group_id: int) -> int:
    return int((await tx.execute(select(func.count()).where(column == group_id))).scalar_one())


async def _leave_unused(tx: Transaction, group: Group, place: Place, request: Request) -> None:
    """Take a place out of a group without a history; without any place that group has ended before it began."""
    await _free(tx, group.id, place)
    if await places_of_group(tx, group.id):
        return
    await change_group(tx, group.id, state=GroupState.PAUSED.value, next_at=None)
    gone = {"left_at": request.at, "organiser": False, "reminders": False}
    await tx.execute(update(members).where(members.c.group_id == group.id).values(**gone))
    unused = (codes.c.group_id == group.id, codes.c.used_at.is_(None))
    await tx.execute(update(codes).where(*unused).values(expires_at=request.at))


async def _free(tx: Transaction, group_id: int, place: Place) -> None:
    mine = (
        places.c.group_id == group_id,
        places.c.platform == place.platform,
        places.c.tenant == place.tenant,
        places.c.channel == place.channel,
    )
    await tx.execute(update(places).where(*mine).values(group_id=None, organiser_role="", threads=None))


async def _names(tx: Transaction, group_id: int) -> tuple[str, ...]:
    return tuple(cards.place_name(place) for _, place in await places_of_group(tx, group_id))


async def disconnect(services: Services, request: Request, _options: Options) -> Reply:
    """Say what disconnecting this channel means, and ask once."""
    place = _here(request)

    async def read(tx: Transaction) -> Card:
        group = await group_of(tx, request)
        await require_organiser(tx, request, group)
        there = await places_of_group(tx, group.id)
        if len(there) < 2:
            return cards.only_place_card()
        place_id = next(i for i, each in there if each.key == place.key)
        return cards.ask_disconnect_card(group, place_id, place)

    return Private(await services.database.read(read), "connect")


async def press_disconnect(services: Services, request: Request, action: Disconnect) -> Reply:
    """Disconnect, or keep. A second press finds it done."""

    async def work(tx: Transaction) -> Card:
        group = await known_group(tx, action.group_id, lock=True)
        there = dict(await places_of_group(tx, group.id))
        if action.place_id not in there:
            return cards.disconnected_card()
        await require_organiser(tx, request, group)
        if not action.sure:
            return cards.kept_card()
        if len(there) < 2:
            return cards.only_place_card()
        await _free(tx, group.id, there[action.place_id])
        # What was not sent yet is not sent; what stands there goes on being edited.
        unsent = (
            deliveries.c.place_id == action.place_id,
            deliveries.c.state.in_((DeliveryState.WAITING, DeliveryState.DROPPED)),
            deliveries.c.message.is_(None),
        )
        await tx.execute(delete(deliveries).where(*unsent))
        return cards.disconnected_card()

    return Update(await services.database.write(work), "connect")


def commands(services: Services) -> tuple[Command, ...]:
    """`/group connect` and `/group disconnect`."""
    return (
        Command(
            ("group", "connect"),
            "Let the group meet in another channel too, on any platform",
            partial(connect, services),
            (CODE,),
            organisers=True,
            anywhere=False,
            help="Gives a code for one channel, good for ten minutes. Entered there, it joins that channel to the group: "
            "one question, one pool of answers and votes, one reveal, one board.",
            example="/group connect",
        ),
        Command(
            ("group", "disconnect"),
            "Take this channel out of the group",
            partial(disconnect, services),
            organisers=True,
            anywhere=False,
            help="The group goes on in its other channels; nothing is lost. The last channel can't be taken out.",
            example="/group disconnect",
        ),
    )


def routes(services: Services) -> tuple[Route, ...]:
    """The buttons and the form; who may press is checked for the channel, or for the card's group."""
    return (
        Route(AskConnect, partial(ask_code, services), organisers=True, opens_form=True),
        Route(EnterConnect, partial(send_code, services), organisers=True),
        Route(Disconnect, partial(press_disconnect, services)),
    )
