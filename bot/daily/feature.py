"""The daily round as the composition root takes it: its commands, routes and duty."""

from dataclasses import replace
from functools import partial

from bot.chat.cards import Card
from bot.daily import answering, asking, moderation, organising, practice, reading, voting
from bot.daily.advance import advance
from bot.daily.cards import question_card, reminder_card
from bot.daily.digest import digest_blocks, load_excerpts
from bot.daily.look import reading_of, voting_for
from bot.daily.model import RoundState
from bot.daily.organising_cards import low_card
from bot.daily.reading import load_revealed
from bot.daily.reveal_cards import reveal_card
from bot.daily.rounds import LOW, QUESTION, REMINDER, REPORTED, REVEAL, runway_of
from bot.daily.store import load_round
from bot.daily.tour import TOUR, tour_delivery
from bot.groups.services import Services
from bot.groups.store import load_group, members_by_id
from bot.outbox.deliveries import Delivery
from bot.outbox.send import Duty
from bot.store.transaction import Transaction

_OVER = frozenset({RoundState.REVEALED, RoundState.CANCELLED})


COMMANDS = (
    *asking.COMMANDS,
    *practice.COMMANDS,
    *answering.COMMANDS,
    *voting.COMMANDS,
    *organising.COMMANDS,
)
"""Everything of the daily round that can be typed."""


ROUTES = (
    *asking.ROUTES,
    *practice.ROUTES,
    *answering.ROUTES,
    *voting.ROUTES,
    *reading.ROUTES,
    *moderation.ROUTES,
    *organising.ROUTES,
)
"""Everything of the daily round that can be pressed and sent."""


def duty(services: Services) -> Duty:
    """What the daily round owes the world."""
    return Duty(
        "daily",
        partial(advance, services),
        {
            QUESTION: _question,
            REVEAL: _reveal,
            REMINDER: _reminder,
            REPORTED: moderation.reported_delivery,
            LOW: partial(_low, services),
            TOUR: tour_delivery,
        },
    )


async def _question(tx: Transaction, delivery: Delivery) -> Card | None:
    round_ = await load_round(tx, delivery.subject_id)
    if round_ is None or (delivery.ref is None and delivery.attempt > 1 and round_.state in _OVER):
        return None  # a place that was out of reach all the while is spared questions that are over
    if round_.state is RoundState.VOTING:
        return question_card(round_, await reading_of(tx, round_, None))
    voting_now = await voting_for(tx, round_.group_id, None)
    seen = await load_revealed(tx, round_)
    return question_card(round_, voting_now, len(seen.shown) if seen else 0)


async def _reveal(tx: Transaction, delivery: Delivery) -> Card | None:
    round_ = await load_round(tx, delivery.subject_id)
    seen = await load_revealed(tx, round_) if round_ else None
    if seen is None:
        return None
    card = reveal_card(seen)
    digest = seen.result.digest
    if digest is None:
        return card
    members = await members_by_id(tx, frozenset(digest.leaders))
    back = digest_blocks(digest, await load_excerpts(tx, digest), members, seen.round.zone)
    return replace(card, blocks=(*card.blocks, *back))


async def _reminder(tx: Transaction, delivery: Delivery) -> Card | None:
    round_ = await load_round(tx, delivery.subject_id)
    if round_ is None or round_.state is not RoundState.OPEN:
        return None
    return reminder_card(round_, await voting_for(tx, round_.group_id, None))


async def _low(services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    questions, weeks = await runway_of(tx, services, await load_group(tx, delivery.subject_id))
    return low_card(questions, weeks)
