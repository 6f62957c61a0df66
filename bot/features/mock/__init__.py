"""Mock interviews: two take a script's parts in turn, and write to each other afterwards; or one takes them alone."""

from functools import partial

from bot.features.mock import running, starting
from bot.features.mock.clock import advance
from bot.features.mock.moving import CHOICE, MOCK, RESULT, choice_delivery, mock_delivery, result_delivery
from bot.features.mock.personal_data import personal_data
from bot.outbox.failing import Failing
from bot.outbox.scheduler import Advance
from bot.services import Feature, Services


def _moves(services: Services) -> Advance:
    return partial(advance, services, failing=Failing())


FEATURE = Feature(
    "mock",
    starting.COMMANDS,
    (*starting.ROUTES, *running.ROUTES),
    moves=_moves,
    cards={MOCK: mock_delivery, RESULT: result_delivery, CHOICE: choice_delivery},
    waited_for=frozenset({MOCK, RESULT}),
    personal_data=personal_data(),
)
