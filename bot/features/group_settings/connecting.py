"""One group in several channels: a code made in one, entered in another; and taking a channel out again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ScalarSelect, bindparam, exists, func, select

from bot.access.code_cards import code_form
from bot.access.codes import enter_code
from bot.access.who import (
    ORGANISES,
    Found,
    OrganisesPlace,
    Who,
    asker,
    could_not_check,
    gate,
    group_is_gone,
    read_found,
)
from bot.chat.access import Level
from bot.chat.cards import Ask, Card, Private, Reply, Slot, Update
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Place, Request
from bot.chat.words import bullets
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.acts.keeping import note_act, with_undo
from bot.features.daily.rounds import show_running
from bot.features.daily.tables import rounds
from bot.features.group_settings import connect_cards as cards
from bot.features.group_settings.actions import AskConnect, Disconnect, EnterConnect, MoveHere
from bot.features.group_settings.view import look_at
from bot.features.quiz.tables import quizzes
from bot.membership.code_rules import LASTS
from bot.membership.codes import Code, Purpose, end_codes_of, make_code, use_code
from bot.membership.model import Group, GroupState
from bot.membership.queries import (
    all_leave,
    attach_place,
    change_group,
    free_place,
    group_of_place,
    identity_of,
    is_at,
    lock_group,
    places_of_group,
    read_place,
)
from bot.membership.reach import lost_groups
from bot.membership.set_back import all_set, set_back
from bot.membership.tables import groups, places
from bot.outbox.queries import drop_about, drop_unsent
from bot.services import RequestTransaction, Services, Undoing

CODE = Option("code", "The code from the group's other channel")
SLOT = Slot("connect")
TAKEN_OUT = "disconnect"
"""The kind of act that took a channel out of a group."""

_NEEDS_A_CHANNEL = (
    "Connecting needs a channel",
    "Type `/group connect` in the channel that you want to connect.",
)
_ORGANISES_HERE = OrganisesPlace(_NEEDS_A_CHANNEL)


async def _may_post(services: Services, request: Request, about: Options | EnterConnect | MoveHere) -> None:
    """Refuse where the bot may not post in the place to which a group is to come."""
    if request.place is None or (not isinstance(about, EnterConnect | MoveHere) and "code" not in about):
        return
    there = (request.place,)
    problems = (await look_at(services, there, entering=there)).problems_of(there)
    if problems:
        raise UserError("Studyhall can't post in this channel yet", bullets(problems))


async def _connect(tx: RequestTransaction, options: Options, _may_post: None) -> Reply:
    """Make a code for another channel, or enter one here."""
    if "code" in options:
        return await _enter(tx, str(options["code"]))
    group: Group | None = tx.subject
    now, place = tx.request.at, tx.request.place
    assert place is not None
    if group is None or group.state is GroupState.DRAFT:
        return Private(cards.no_group_card(await lost_groups(tx, tx.request.who, place)), SLOT)
    identity_id, _ = await identity_of(tx, tx.request.who, now)
    code = await make_code(tx, tx.services.number(), Purpose.CONNECT, identity_id, now, group_id=group.id)
    may_enter = not (await _history_of(tx, group.id)).begun
    several = len(await places_of_group(tx, group.id)) > 1
    card = cards.code_card(code, now + LASTS, group.zone, may_enter=may_enter, several=several)
    return Private(card, SLOT)


async def _move_here(tx: RequestTransaction, action: MoveHere, _may_post: None) -> Reply:
    """Let a group that has lost all of its channels meet here, and in none of those any more."""
    place = tx.request.place
    assert place is not None
    here = await _locked(tx, place, action.group_id)
    if here is not None and here.id == action.group_id:
        return Private(cards.connected_card(here, await _names(tx, here.id), again=True), SLOT)
    if action.group_id not in await lost_groups(tx, tx.request.who, place):
        raise UserError(
            "This group has a channel",
            "It is not out of reach, or you don't organise it. `/group connect` in its channel gives a code for this one.",
        )
    before = await places_of_group(tx, action.group_id)
    card = await _come_to(tx, place, None, action.group_id, here)
    if (now_here := await group_of_place(tx, place)) is not None and now_here.id == action.group_id:
        for place_id, lost in before:
            await free_place(tx, action.group_id, lost)
            await drop_unsent(tx, place_id)
        card = cards.connected_card(now_here, await _names(tx, now_here.id), again=False)
    return Private(card, SLOT)


async def _ask_code(_tx: RequestTransaction, _action: AskConnect) -> Reply:
    """Open the form."""
    return Ask(code_form(EnterConnect()))


async def _send_code(tx: RequestTransaction, _action: EnterConnect, _may_post: None) -> Reply:
    """The form was sent."""
    return await _enter(tx, tx.request.submitted.text("code"))


async def _enter(tx: RequestTransaction, typed: str) -> Reply:
    return await enter_code(
        tx, Purpose.CONNECT, typed, _used, ask=AskConnect(), enter=EnterConnect(), slot=SLOT
    )


async def _used(tx: RequestTransaction, code: Code) -> Card | None:
    """What came of a code that there is; None where it is spent or too old."""
    place = tx.request.place
    assert place is not None
    if code.group_id is None:
        return None
    here = await _locked(tx, place, code.group_id)
    if here is not None and here.id == code.group_id:
        return cards.connected_card(here, await _names(tx, here.id), again=True)
    return await _come_to(tx, place, code, code.group_id, here) if code.fresh else None


async def _locked(tx: RequestTransaction, place: Place, group_id: int) -> Group | None:
    """The group of this place, once it and the one that is to come here are locked, in the order of their ids."""
    known: Group | None = tx.subject
    for each in sorted({group_id, known.id if known else group_id}):
        await lock_group(tx, each)
    return await group_of_place(tx, place)


async def _come_to(
    tx: RequestTransaction, place: Place, code: Code | None, group_id: int, here: Group | None
) -> Card:
    now = tx.request.at
    if here is not None:
        had = await _history_of(tx, here.id)
        if had.begun:
            return cards.history_card(had.questions, had.places)
        await _leave_unused(tx, here, place)
    place_id = await attach_place(tx, group_id, place, now)
    group = await group_of_place(tx, place)
    if group is None or group.id != group_id:  # another group's code was entered here at the same moment
        return cards.history_card(0, 1)
    if code is not None:
        await use_code(tx, code, now)
    await show_running(tx, group, place_id, place, now)
    tx.wake_after_commit()
    return cards.connected_card(group, await _names(tx, group.id), again=False)


def _how_many(column: Column[int]) -> ScalarSelect[int]:
    return select(func.count()).where(column == bindparam("group_id")).scalar_subquery()


_HISTORY = Statement(
    select(
        _how_many(rounds.c.group_id).label("questions"),
        _how_many(quizzes.c.group_id).label("quizzes"),
        _how_many(places.c.group_id).label("places"),
    )
)


@dataclass(frozen=True, slots=True)
class _History:
    """What a group has behind it: questions and quizzes; and in how many places it meets."""

    questions: int
    quizzes: int
    places: int

    @property
    def begun(self) -> bool:
        """Whether it was asked something, or somebody had a quiz there."""
        return bool(self.questions or self.quizzes)


async def _history_of(tx: Transaction, group_id: int) -> _History:
    return _History(*(await tx.execute(_HISTORY, group_id=group_id)).one())


async def _leave_unused(tx: RequestTransaction, group: Group, place: Place) -> None:
    """Take a place out of a group without a history; without any place that group has ended before it began."""
    await free_place(tx, group.id, place)
    if await places_of_group(tx, group.id):
        return
    await change_group(tx, group.id, state=GroupState.PAUSED.value, next_at=None)
    await all_leave(tx, group.id, tx.request.at)
    await drop_about(tx, f"group:{group.id}")
    await end_codes_of(tx, group.id, tx.request.at)


async def _names(tx: Transaction, group_id: int) -> tuple[str, ...]:
    return tuple(cards.place_name(place) for _, place in await places_of_group(tx, group_id))


async def _disconnect(tx: RequestTransaction, _options: Options) -> Reply:
    """Say what disconnecting this channel means, and ask once."""
    place = tx.request.place
    if place is None:
        raise UserError(*_NEEDS_A_CHANNEL)
    there = await places_of_group(tx, tx.group.id)
    if len(there) < 2:
        return Private(cards.only_place_card(), SLOT)
    place_id = next(i for i, each in there if each.key == place.key)
    return Private(cards.ask_disconnect_card(tx.group, place_id, place), SLOT)


_LEFT = places.alias("left")
_BY_GROUP = gate(
    exists()
    .where(
        _LEFT.c.id == bindparam("place_id"),
        _LEFT.c.group_id.is_distinct_from(bindparam("group_id")),
        is_at(_LEFT),
    )
    .label("is_out"),
    joined=lambda query: query.where(groups.c.id == bindparam("group_id")),
)


async def _of_group(tx: RequestTransaction, action: Disconnect) -> Found:
    """The group of a card. Whoever manages a channel that is out already may organise nothing of it: they read that it is done."""
    values = {"place_id": action.place_id, "group_id": action.group_id, **asker(tx.request)}
    row = (await tx.execute(_BY_GROUP, values)).first()
    if row is None:
        raise group_is_gone()
    if row.is_out and tx.request.manages is None:
        raise could_not_check()
    if row.is_out and tx.request.manages:
        raise UserError(cards.disconnected_card())
    return read_found(row)


async def _press_disconnect(tx: RequestTransaction, action: Disconnect) -> Reply:
    """Disconnect, or keep. A second press finds it done."""
    if not action.sure:
        return Update(cards.kept_card(), SLOT)
    group = await lock_group(tx, tx.group.id)
    there = dict(await places_of_group(tx, group.id))
    if action.place_id not in there:
        return Update(cards.disconnected_card(), SLOT)
    if len(there) < 2:
        return Update(cards.only_place_card(), SLOT)
    here = f"place {action.place_id} "
    set_there = {key: value for key, value in (await all_set(tx, group.id)).items() if key.startswith(here)}
    await free_place(tx, group.id, there[action.place_id])
    # What was not sent yet is not sent; what stands there goes on being edited.
    await drop_unsent(tx, action.place_id)
    back = {"place": action.place_id, "set": set_there}
    act = await note_act(tx, TAKEN_OUT, "Took a channel out of the group", back)
    # Whoever only manages the channel organises nothing of the group from now on.
    may = tx.known_actor is not None and tx.known_actor.member.organiser
    return Update(with_undo(cards.disconnected_card(), act if may else None), SLOT)


_FREE = Statement(select(places).where(places.c.id == bindparam("place_id"), places.c.group_id.is_(None)))


async def _is_taken(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    free = (await tx.execute(_FREE, place_id=back["place"])).first() is not None
    return "" if free else "The channel is in a group again."


async def _let_in_again(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    place = read_place((await tx.execute(_FREE, place_id=back["place"])).one())
    place_id = await attach_place(tx, tx.group.id, place, tx.request.at)
    await set_back(tx, tx.group.id, back["set"])
    await show_running(tx, tx.group, place_id, place, tx.request.at)
    return "The channel belongs to the group again."


UNDOING = {TAKEN_OUT: Undoing(_is_taken, _let_in_again)}

COMMANDS = (
    Command(
        ("group", "connect"),
        "Let the group meet in another channel too, on any platform",
        _connect,
        (CODE,),
        who=_ORGANISES_HERE,
        prepare=_may_post,
        anywhere=False,
        help="Gives a code for one channel, valid for ten minutes. Entering it there adds that channel to the group: "
        "one question, one pool of answers and votes, one reveal, one board.",
        example="/group connect",
        also=("channel", "bridge"),
    ),
    Command(
        ("group", "disconnect"),
        "Take this channel out of the group",
        _disconnect,
        who=ORGANISES,
        reads=True,
        anywhere=False,
        help="The group continues in its other channels; nothing is lost. The last channel can't be taken out.",
        example="/group disconnect",
        moved_to="group connect",
    ),
)

ROUTES = (
    Route(AskConnect, _ask_code, _ORGANISES_HERE, reads=True, opens_form=True),
    Route(MoveHere, _move_here, _ORGANISES_HERE, prepare=_may_post),
    Route(EnterConnect, _send_code, _ORGANISES_HERE, prepare=_may_post),
    Route(Disconnect, _press_disconnect, Who(Level.ORGANISER, _of_group)),
)
