"""Saying that one is in this week, or not: from the line on the week's first reveal."""

from dataclasses import replace

from bot.access.greeting import welcomed
from bot.access.who import TAKES_PART_IN_ITS_GROUP
from bot.chat.cards import Card, Private, Reply, Slot
from bot.chat.dispatch import Route, UserError
from bot.database.transaction import Transaction
from bot.features.daily.subjects import IN_ROUND
from bot.features.mock.pairing.actions import (
    BeIn,
    ChooseHours,
    FindPartner,
    InAsBefore,
    PickClock,
    PickZone,
    StayOut,
)
from bot.features.mock.pairing.cards import hours_card, in_card, invitation, out_card, still_wanted_card
from bot.features.mock.pairing.hours import When
from bot.features.mock.pairing.model import MISSED_AT_MOST, SIGN_UP_FOR, Week
from bot.features.mock.pairing.queries import first_revealed, keep_sign_up, last_sign_ups, open_week
from bot.features.mock.pairing.subjects import first_of_week, week_of
from bot.membership.calendar.cities import City, matching
from bot.membership.calendar.zones import keep_zone, zones_of
from bot.outbox.queries import Delivery
from bot.services import RequestTransaction, Services


async def with_invitation(_services: Services, tx: Transaction, delivery: Delivery, card: Card) -> Card:
    """A reveal with the line that asks who is in, where it is the week's first and the group pairs its members."""
    found = await first_of_week(tx, delivery.subject_id)
    if found is None:
        return card
    round_, _ = found
    blocks, row = invitation(round_.id, round_.revealed_at + SIGN_UP_FOR, round_.zone)
    return replace(card, blocks=(*card.blocks, *blocks), controls=(*card.controls, row))


async def _this_week(tx: RequestTransaction, round_id: int) -> Week:
    """The week that begins with a round's reveal. Raises UserError where one can't say any more whether one is in."""
    found = await first_of_week(tx, round_id)
    week = None
    if found is not None:
        round_, name = found
        opened = round_.revealed_at
        week = await open_week(tx, round_.group_id, name, opened, opened + SIGN_UP_FOR)
    if week is None or week.paired_at is not None or tx.request.at >= week.closes_at:
        raise UserError(
            "Nobody can be paired just now",
            "The week's first reveal asks who is in; pairs are made a day later. `/mock` asks somebody directly.",
        )
    return week


def _private(tx: RequestTransaction, card: Card) -> Reply:
    return Private(welcomed(card, tx.actor), Slot("mock-week", tx.group.id))


async def _own_zone(tx: RequestTransaction) -> str:
    """Where they are; what their platform knows is kept, unless they chose another one."""
    member = tx.actor.member
    await keep_zone(tx, member.person_id, tx.request.zone)
    return (await zones_of(tx, frozenset({member.id})))[member.id]


async def _find(tx: RequestTransaction, action: FindPartner) -> Reply:
    monday, _ = week_of(tx.request.at, tx.group.zone)
    return await _in_as_before(tx, await first_revealed(tx, action.group_id, monday) or 0)


async def _as_before(tx: RequestTransaction, action: InAsBefore) -> Reply:
    return await _in_as_before(tx, action.round_id)


async def _in_as_before(tx: RequestTransaction, round_id: int) -> Reply:
    """Be in with the hours of last time; who never was chooses them, and who missed the last weeks is asked once more."""
    week = await _this_week(tx, round_id)
    said = await last_sign_ups(tx, tx.actor.member.id, MISSED_AT_MOST + 1)
    before = [each for each in said if each.week != week.week]
    if not said:
        return _private(tx, hours_card(round_id, await _own_zone(tx), tx.request.at))
    missed = [each.missed for each in before[:MISSED_AT_MOST]]
    if len(missed) == MISSED_AT_MOST and all(missed):
        return _private(tx, still_wanted_card(round_id, before[0].when))
    return await _be_in(tx, round_id, week, (before or said)[0].when)


async def _choose(tx: RequestTransaction, action: ChooseHours) -> Reply:
    await _this_week(tx, action.round_id)
    return _private(tx, hours_card(action.round_id, await _own_zone(tx), tx.request.at))


async def _pick_clock(tx: RequestTransaction, action: PickClock) -> Reply:
    said = tx.request.pressed.value
    hour = int(said) if said in {str(h) for h in range(24)} else None
    cities: tuple[City, ...] = () if hour is None else matching(tx.request.at, hour)
    return _private(tx, hours_card(action.round_id, await _own_zone(tx), tx.request.at, hour, cities))


async def _pick_zone(tx: RequestTransaction, action: PickZone) -> Reply:
    zone = tx.request.pressed.value
    await keep_zone(tx, tx.actor.member.person_id, zone, chosen=True)
    return _private(tx, hours_card(action.round_id, await _own_zone(tx), tx.request.at))


async def _with_hours(tx: RequestTransaction, action: BeIn) -> Reply:
    week = await _this_week(tx, action.round_id)
    return await _be_in(tx, action.round_id, week, When(action.evenings, action.weekends))


async def _be_in(tx: RequestTransaction, round_id: int, week: Week, when: When) -> Reply:
    values = {"evenings": when.evenings, "weekends": when.weekends, "at": tx.request.at}
    await keep_sign_up(tx, week, tx.actor.member.id, wanted=True, **values)
    return _private(tx, in_card(round_id, when, await _own_zone(tx), week.closes_at))


async def _stay_out(tx: RequestTransaction, action: StayOut) -> Reply:
    week = await _this_week(tx, action.round_id)
    await keep_sign_up(tx, week, tx.actor.member.id, wanted=False, at=tx.request.at)
    return _private(tx, out_card(action.round_id))


ROUTES = (
    Route(FindPartner, _find, TAKES_PART_IN_ITS_GROUP),
    Route(InAsBefore, _as_before, IN_ROUND),
    Route(ChooseHours, _choose, IN_ROUND),
    Route(PickClock, _pick_clock, IN_ROUND),
    Route(PickZone, _pick_zone, IN_ROUND),
    Route(BeIn, _with_hours, IN_ROUND),
    Route(StayOut, _stay_out, IN_ROUND),
)
