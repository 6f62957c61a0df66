"""What the clock does: when a week's sign-up closes, its pairs are made, and each gets a private card."""

import logging
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.chat.dispatch import log_failure
from bot.chat.zones import zone_of
from bot.database.transaction import Transaction
from bot.features.mock.pairing.hours import at, hours_of, next_half_hour
from bot.features.mock.pairing.model import MEET_WITHIN, NOTICE, PAIRED, MeetingState, SignUp, Week
from bot.features.mock.pairing.past import Past, past_of, topics_of, waited
from bot.features.mock.pairing.queries import (
    add_meetings,
    all_meetings,
    close_week,
    due_week,
    due_weeks,
    quiz_shares,
    signed_up,
    weeks_in,
)
from bot.features.mock.pairing.rules import Pair, Seeker, make_pairs
from bot.features.points.rules import week_bucket
from bot.membership.queries import identities_of_members, load_group, members_by_id
from bot.membership.zones import zones_of
from bot.outbox.failing import Failing
from bot.outbox.queries import to_person
from bot.services import Services

log = logging.getLogger(__name__)

LOOKS_BACK = timedelta(weeks=8)
"""So far back it is seen who was left without a partner."""


async def advance(services: Services, now: datetime, failing: Failing) -> int:
    """Make the pairs of every week whose sign-up has closed, each in one transaction; how many weeks there were."""
    left_alone, moved = failing.left_alone(now), 0
    due = await services.database.read(partial(due_weeks, now=now, left_alone=left_alone))
    for week_id in due:
        try:
            moved += await services.database.write(partial(_make, week_id=week_id, now=now), later=True)
            failing.moved(week_id)
        except Exception as error:  # noqa: BLE001  # one that fails holds up no other; see log_failure
            log_failure(log, error, "the pairs of week %d could not be made", week_id)
            failing.failed(week_id, now)
    return moved


async def _make(tx: Transaction, week_id: int, now: datetime) -> int:
    week = await due_week(tx, week_id, now)
    if week is None:  # another process has made them, or is about to
        return 0
    await close_week(tx, week.id, now)
    group = await load_group(tx, week.group_id)
    if group.pairs_mocks:
        wanting = await still_here(tx, await signed_up(tx, week.group_id, week.week))
        past = past_of(await all_meetings(tx, week.group_id))
        start = next_half_hour(now + NOTICE)
        seekers = await _seekers(tx, week, wanting, past, start, now + MEET_WITHIN)
        pairing = make_pairs(seekers, past.met, random.Random(week.id))  # noqa: S311  # a lottery, no secret
        await add_meetings(tx, [_row(week, pair, start, now) for pair in pairing.pairs])
        await _tell(tx, wanting, now)
    return 1


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


async def _tell(tx: Transaction, wanting: Sequence[SignUp], now: datetime) -> None:
    for each in wanting:
        for identity_id, who in await identities_of_members(tx, frozenset({each.member_id})):
            await to_person(tx, each.subject, PAIRED, identity_id, who, now)
