"""Once a day what was answered is looked through; organisers can look at the questions that look wrong."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

from bot.access.who import ORGANISES_ITS_GROUP
from bot.chat.cards import Accent, Button, Card, Private, Reply, Slot, text
from bot.chat.dispatch import Route
from bot.chat.words import cut
from bot.database.facts import fact_at, keep_fact
from bot.database.transaction import Transaction
from bot.features.custom_questions.actions import SayWrong, ShowDoubtful
from bot.features.custom_questions.view import bank_of
from bot.features.quiz.usage.reading import doubtful_in, floor_of, keep_usages, outcomes
from bot.features.quiz.usage.rules import Shipped, Usage, usages
from bot.questions.kinds import CHECKED_KINDS
from bot.questions.kinds.numeric import prompt_as_written
from bot.questions.model import Bank
from bot.services import Feature, RequestTransaction, Services

DAY = timedelta(days=1)
LEARNED = "usage"
"""The fact that says when it was looked through last."""

SHOWN, PROMPT = 5, 200


def learn(found: tuple[Usage, ...]) -> tuple[Usage, ...]:
    """What is worth keeping: levels that enough people showed, and doubts."""
    return tuple(usage for usage in found if usage.level is not None or usage.doubtful)


def shipped(bank: Bank) -> dict[str, Shipped]:
    """What a bank says of its quiz questions."""
    return {item.id: Shipped(item.difficulty, floor_of(item)) for item in bank.live(CHECKED_KINDS)}


class Learning:
    """Remembers until when there is nothing to do, so that a tick costs nothing."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._next: datetime | None = None

    async def advance(self, now: datetime) -> int:
        """Look through what was answered, unless it was done within a day; for how many items something was kept."""
        if self._next is not None and now < self._next:
            return 0
        database = self._services.database
        last = await database.read(partial(fact_at, name=LEARNED))
        if last is not None and now - last < DAY:
            self._next = last + DAY
            return 0
        self._next = now + DAY
        answered = await database.read(outcomes, later=True)
        found = learn(await asyncio.to_thread(usages, answered, shipped(self._services.bank)))
        await database.write(partial(_keep, found=found, now=now), later=True)
        return len(found)


async def _keep(tx: Transaction, found: tuple[Usage, ...], now: datetime) -> None:
    await keep_usages(tx, found)
    await keep_fact(tx, LEARNED, "", now)


async def _show(tx: RequestTransaction, _action: ShowDoubtful) -> Reply:
    bank = await bank_of(tx, tx.services, tx.group.id)
    known = map(bank.find, await doubtful_in(tx, tx.group.id))
    found = list(enumerate([item for item in known if item is not None][:SHOWN], 1))
    slot = Slot("doubtful", tx.group.id)
    if not found:
        words = (
            "None at the moment. A question stands here when at least 50 people have answered it and those who get the "
            "others right got it wrong more often."
        )
        return Private(Card("Doubtful quiz questions", (text(words),)), slot)
    words = (
        "Those who get other questions right got these wrong more often than everyone else. The key may be wrong, or the "
        "question misleading. Look at each, then keep it or take it out."
    )
    asked = (text(f"**{n}.** {cut(prompt_as_written(item), PROMPT)}") for n, item in found)
    look = tuple(Button(f"Look at {n}", SayWrong(tx.group.id, item.id)) for n, item in found)
    card = Card("Doubtful quiz questions", (text(words), *asked), (look,), accent=Accent.GOLD)
    return Private(card, slot)


FEATURE = Feature(
    "usage",
    routes=(Route(ShowDoubtful, _show, ORGANISES_ITS_GROUP, reads=True),),
    moves=lambda services: Learning(services).advance,
)
