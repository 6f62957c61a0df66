"""Quizzes as the composition root takes them: their commands, routes and duty."""

from functools import partial

from bot.groups.services import Services
from bot.outbox.send import Duty
from bot.quiz import challenging, group, group_run, reading, solo, starting

COMMANDS = starting.COMMANDS
"""Everything of quizzes that can be typed."""


ROUTES = (
    *starting.ROUTES,
    *solo.ROUTES,
    *reading.ROUTES,
    *challenging.ROUTES,
    *group.ROUTES,
    *group_run.ROUTES,
)
"""Everything of quizzes that can be pressed and sent."""


def duty(services: Services) -> Duty:
    """What quizzes owe the world."""
    return Duty(
        "quiz",
        partial(group_run.advance, services),
        {
            group.GROUP_QUIZ: partial(group_run.group_delivery, services),
            challenging.CHALLENGED: partial(challenging.challenged_delivery, services),
            challenging.OUTCOME: partial(challenging.outcome_delivery, services),
        },
        partial(group_run.resume, services),
    )
