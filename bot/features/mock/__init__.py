"""Mock interviews: two take a script's parts in turn, and write to each other afterwards; or one takes them alone."""

from datetime import datetime

from bot.features.daily.rounds import REVEAL
from bot.features.mock import running, starting
from bot.features.mock.clock import advance
from bot.features.mock.moving import CHOICE, MOCK, RESULT, choice_delivery, mock_delivery, result_delivery
from bot.features.mock.pairing import making, meeting, signing_up
from bot.features.mock.personal_data import personal_data
from bot.outbox.failing import Failing
from bot.outbox.scheduler import Advance
from bot.services import Feature, Services


def _moves(services: Services) -> Advance:
    mocks, weeks = Failing(), Failing()

    async def move(now: datetime) -> int:
        return await advance(services, now, mocks) + await making.advance(services, now, weeks)

    return move


FEATURE = Feature(
    "mock",
    starting.COMMANDS,
    (*starting.ROUTES, *running.ROUTES, *signing_up.ROUTES, *meeting.ROUTES),
    moves=_moves,
    cards={
        MOCK: mock_delivery,
        RESULT: result_delivery,
        CHOICE: choice_delivery,
        making.PAIRED: meeting.week_delivery,
        meeting.AGAIN: meeting.week_delivery,
    },
    waited_for=frozenset({MOCK, RESULT}),
    personal_data=personal_data(),
    adds={REVEAL: signing_up.with_invitation},
)
