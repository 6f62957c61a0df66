"""Mock interviews: two take a script's parts in turn, and write to each other afterwards; or one takes them alone."""

from datetime import datetime

from bot.chat.cards import Card
from bot.database.transaction import Transaction
from bot.features.daily.rounds import REVEAL
from bot.features.mock import running, starting
from bot.features.mock.clock import advance
from bot.features.mock.look_back import with_mocks
from bot.features.mock.moving import CHOICE, MOCK, RESULT, choice_delivery, mock_delivery, result_delivery
from bot.features.mock.pairing import making, meeting, signing_up
from bot.features.mock.pairing.model import AGAIN, PAIRED
from bot.features.mock.personal_data import personal_data
from bot.outbox.failing import Failing
from bot.outbox.queries import Delivery
from bot.outbox.scheduler import Advance
from bot.services import Feature, Services


def _moves(services: Services) -> Advance:
    mocks, weeks = Failing(), Failing()

    async def move(now: datetime) -> int:
        return await advance(services, now, mocks) + await making.advance(services, now, weeks)

    return move


async def _on_reveal(services: Services, tx: Transaction, delivery: Delivery, card: Card) -> Card:
    looked_back = await with_mocks(services, tx, delivery, card)
    return await signing_up.with_invitation(services, tx, delivery, looked_back)


FEATURE = Feature(
    "mock",
    starting.COMMANDS,
    (*starting.ROUTES, *running.ROUTES, *signing_up.ROUTES, *meeting.ROUTES),
    moves=_moves,
    cards={
        MOCK: mock_delivery,
        RESULT: result_delivery,
        CHOICE: choice_delivery,
        PAIRED: meeting.week_delivery,
        AGAIN: meeting.week_delivery,
    },
    waited_for=frozenset({MOCK, RESULT}),
    personal_data=personal_data(),
    adds={REVEAL: _on_reveal},
)
