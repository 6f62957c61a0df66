"""How many mock interviews a group had: a line of the week's look back, on the reveal that it rides on."""

from dataclasses import replace
from datetime import timedelta

from bot.chat.cards import Card, text
from bot.chat.words import counted
from bot.database.transaction import Transaction
from bot.features.daily.queries import load_round
from bot.features.mock.pairing.subjects import week_of
from bot.features.mock.queries import count_between
from bot.outbox.queries import Delivery
from bot.services import Services


async def with_mocks(_services: Services, tx: Transaction, delivery: Delivery, card: Card) -> Card:
    """A reveal with how many mocks of two there were in the week that it looks back at; as it is where there were none."""
    round_ = await load_round(tx, delivery.subject_id)
    if round_ is None or round_.revealed_at is None or round_.result is None or round_.result.digest is None:
        return card
    end, _ = week_of(round_.revealed_at, round_.zone)
    first, _ = week_of(end - timedelta(days=1), round_.zone)
    count = await count_between(tx, round_.group_id, first, end)
    if not count:
        return card
    return replace(card, blocks=(*card.blocks, text(f"{counted(count, 'mock interview')} together.")))
