"""Quizzes: items with a checkable answer, solo or in a group, and their review by spaced repetition."""

from functools import partial

from bot.features.quiz import challenging, reading, rescoring, starting
from bot.features.quiz.group import handlers as group
from bot.features.quiz.group import messages, own, running, typed
from bot.features.quiz.group.faces import CARDS
from bot.features.quiz.personal_data import personal_data
from bot.features.quiz.solo import handlers as solo
from bot.membership.kept import its_group
from bot.outbox.failing import Failing
from bot.outbox.scheduler import Advance
from bot.services import Feature, Services


def _moves(services: Services) -> Advance:
    return partial(running.advance, services, failing=Failing())


FEATURE = Feature(
    "quiz",
    starting.COMMANDS,
    (
        *starting.ROUTES,
        *solo.ROUTES,
        *reading.ROUTES,
        *challenging.ROUTES,
        *group.ROUTES,
        *own.ROUTES,
        *typed.ROUTES,
    ),
    moves=_moves,
    resume=running.resume,
    cards={
        **CARDS,
        challenging.CHALLENGED: challenging.challenged_delivery,
        challenging.OUTCOME: challenging.outcome_delivery,
        typed.ACCEPTED: typed.accepted_delivery,
        rescoring.RESCORED: rescoring.rescored_delivery,
        rescoring.REGRADED: rescoring.regraded_delivery,
    },
    waited_for=frozenset({*CARDS, *map(messages.asked, range(messages.MOST))}),
    threaded=frozenset({messages.ASKED}),
    inside={challenging.CHALLENGED: its_group},
    personal_data=personal_data(),
    undoing={**challenging.UNDOING, **typed.UNDOING},
)
