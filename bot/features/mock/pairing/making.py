"""What the clock does: when a week's sign-up closes, its pairs are made, and each gets a private card."""

import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.chat.zones import zone_of
from bot.database.transaction import Transaction
from bot.features.mock.moving import send
from bot.features.mock.pairing.hours import at, hours_of, next_half_hour
from bot.features.mock.pairing.model import MEET_WITHIN, NOTICE, PAIRED, MeetingState, SignUp, Week
from bot.features.mock.pairing.past import Past, past_of, topics_of, waited
from bot.features.mock.pairing.queries import (
    all_meetings,
    due_week,
    due_weeks,
    load_week,
    quiz_shares,
    signed_up,
    weeks_in,
)
from bot.features.mock.pairing.rules import Pair, Pairing, Seeker, make_pairs
from bot.features.mock.tables import mock_pairs, mock_weeks
from bot.features.points.rules import week_bucket
from bot.membership.calendar.zones import zones_of
from bot.membership.queries import load_group, members_by_id
from bot.outbox.failing import Failing
from bot.services import Services

log = logging.getLogger(__name__)

LOOKS_BACK = timedelta(weeks=8)
"""So far back it is seen who was left without a partner."""


FEW = 40
"""So many are paired within milliseconds; for more a process of its own is begun, so that nobody waits for it."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Whom a week's pairs are made of, how often they have met, and from when on they can meet."""

    seekers: list[Seeker]
    met: Mapping[tuple[int, int], int]
    start: datetime


async def advance(services: Services, now: datetime, failing: Failing) -> int:
    """Make the pairs of every week whose sign-up has closed, each in one transaction; how many weeks there were."""
    left_alone, moved = failing.left_alone(now), 0
    for week_id in await services.database.read(partial(due_weeks, now=now, left_alone=left_alone)):
        work = _make(services, week_id, now)
        moved += await failing.tried(week_id, now, work, log, "the pairs of week %d could not be made")
    return moved


async def _make(services: Services, week_id: int, now: datetime) -> int:
    plan = await services.database.read(partial(_plan, week_id=week_id, now=now))
    chance = random.Random(week_id)  # noqa: S311  # a lottery, no secret
    if len(plan.seekers) <= FEW:
        pairing = make_pairs(plan.seekers, plan.met, chance)
    else:
        pairing = await services.apart.run(make_pairs, plan.seekers, plan.met, chance)
    keep = partial(_keep, week_id=week_id, plan=plan, pairing=pairing, now=now)
    return await services.database.write(keep, later=True)


async def _plan(tx: Transaction, week_id: int, now: datetime) -> _Plan:
    week = await load_week(tx, week_id)
    past = past_of(await all_meetings(tx, week.group_id))
    start = next_half_hour(now + NOTICE)
    wanting = await _wanting(tx, week)
    return _Plan(await _seekers(tx, week, wanting, past, start, now + MEET_WITHIN), past.met, start)


async def _keep(tx: Transaction, week_id: int, plan: _Plan, pairing: Pairing, now: datetime) -> int:
    week = await due_week(tx, week_id, now)
    if week is None:  # another process has made them, or is about to
        return 0
    wanting = await _wanting(tx, week)
    if {each.member_id for each in wanting} != {each.member_id for each in plan.seekers}:
        return 0  # somebody left meanwhile: the next tick makes them once more
    await tx.change(mock_weeks, week.id, {"paired_at": now, "next_at": None})
    await tx.insert_all(mock_pairs, [_row(week, pair, plan.start, now) for pair in pairing.pairs])
    for each in wanting:
        await send(tx, each.subject, PAIRED, (each.member_id,), now)
    return 1


async def _wanting(tx: Transaction, week: Week) -> tuple[SignUp, ...]:
    """Who is to be paired: nobody where an organiser has switched it off meanwhile."""
    if not (await load_group(tx, week.group_id)).pairs_mocks:
        return ()
    return await still_here(tx, await signed_up(tx, week.group_id, week.week))


async def still_here(tx: Transaction, wanting: Sequence[SignUp]) -> tuple[SignUp, ...]:
    """Those of whoever is in the group still."""
    members = await members_by_id(tx, frozenset(each.member_id for each in wanting))
    here = {each.id for each in members.values() if each.left_at is None and each.barred_at is None}
    return tuple(each for each in wanting if each.member_id in here)


async def _seekers(
    tx: Transaction, week: Week, wanting: Sequence[SignUp], past: Past, start: datetime, until: datetime
) -> list[Seeker]:
    ids = frozenset(each.member_id for each in wanting)
    zones = await zones_of(tx, ids)
    choices = {(zones[each.member_id], each.when) for each in wanting}
    hours = {(zone, when): hours_of(when, zone_of(zone), start, until) for zone, when in choices}
    weak, strong = topics_of(await quiz_shares(tx, week.group_id, ids))
    since = week_bucket((week.opened_at - LOOKS_BACK).date())
    alone = waited((row.member_id, row.met) for row in await weeks_in(tx, week.group_id, since, week.week))
    none = frozenset[str]()
    return [
        Seeker(
            each.member_id,
            hours[zones[each.member_id], each.when],
            weak.get(each.member_id, none),
            strong.get(each.member_id, none),
            past.lead[each.member_id],
            alone[each.member_id],
        )
        for each in wanting
    ]


def _row(week: Week, pair: Pair, start: datetime, now: datetime) -> Mapping[str, object]:
    return {
        "group_id": week.group_id,
        "week": week.week,
        "interviewer_id": pair.interviewer,
        "candidate_id": pair.candidate,
        "observer_id": pair.observer,
        "state": MeetingState.MADE.value,
        "swap": pair.swap,
        "at": at(start, pair.start),
        "created_at": now,
    }
