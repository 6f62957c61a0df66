"""Pausing, resuming, and what everyone may know of the group."""

from dataclasses import replace
from datetime import date, timedelta

from bot.access.choosing_cards import choices
from bot.access.greeting import welcomed
from bot.access.who import ORGANISES, ORGANISES_ITS_GROUP, OWN
from bot.chat.cards import Ask, Card, Private, Refuse, Reply, Slot, Update, text
from bot.chat.commands import Command, Option, OptionKind, Options
from bot.chat.days import day_ahead, propose_days
from bot.chat.dispatch import Route, UserError
from bot.features.acts.keeping import note_act
from bot.features.daily.mending.future import give_back
from bot.features.daily.queries import newest_round_id
from bot.features.daily.rounds import replan
from bot.features.group_settings.actions import AskPause, Pause, Resume, SavePause
from bot.features.group_settings.cards import (
    not_started_card,
    pause_form,
    paused_card,
    resumed_card,
    status_card,
)
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

LONGEST_PAUSE = timedelta(days=366)


async def _pause(tx: RequestTransaction, options: Options) -> Reply:
    """Pause the group of this channel, until a date where one is given."""
    said = str(options.get("until", ""))
    group = await _paused_until(tx, _end(tx, said)) if said else await _paused(tx)
    return Private(paused_card(group), slot_of(group.id))


async def _press_pause(tx: RequestTransaction, _action: Pause) -> Reply:
    """Pause the group of the card."""
    group = await _paused(tx)
    return Update(paused_card(group), slot_of(group.id))


async def _ask_end(tx: RequestTransaction, _action: AskPause) -> Reply:
    return Ask(pause_form(tx.group.id))


async def _save_end(tx: RequestTransaction, action: SavePause) -> Reply:
    """Pause the group until the day of the form, or without an end where it is empty."""
    said = tx.request.submitted.text("until").strip()
    try:
        until = _end(tx, said) if said else None
    except UserError as error:
        return Refuse({"until": error.args[0]}, pause_form(action.group_id, said))
    group = await _paused_until(tx, until)
    return Private(paused_card(group), slot_of(group.id))


def _end(tx: RequestTransaction, said: str) -> date:
    today = tx.request.at.astimezone(tx.group.rhythm.tz).date()
    return day_ahead(said, today, LONGEST_PAUSE)


async def _paused(tx: RequestTransaction) -> Group:
    group = await _running(tx)
    return (
        await _set_pace(tx, group, paused(group, tx.request.at))
        if group.state is GroupState.ACTIVE
        else group
    )


async def _paused_until(tx: RequestTransaction, until: date | None) -> Group:
    group = await _running(tx)
    return await _set_pace(tx, group, paused(group, tx.request.at, until))


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
        also=("info", "who"),
    ),
    Command(
        ("group", "pause"),
        "Stop new questions for a while",
        _pause,
        (
            Option(
                "until",
                "The day on which questions come again, like 2027-01-07 or in 2 weeks",
                OptionKind.DATE,
                complete=propose_days,
            ),
        ),
        who=ORGANISES,
        help="What is open runs to its end. Nothing is lost, and nothing is overdue afterwards. With a day, the group resumes by itself.",
        example="/group pause until:2027-01-07",
        also=("holidays", "suspend", "resume"),
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
    Route(AskPause, _ask_end, ORGANISES_ITS_GROUP, reads=True, opens_form=True),
    Route(SavePause, _save_end, ORGANISES_ITS_GROUP),
    Route(Resume, _press_resume, ORGANISES_ITS_GROUP),
)
