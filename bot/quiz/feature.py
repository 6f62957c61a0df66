"""Quizzes as the composition root takes them: their commands, routes and duty."""

from functools import partial

from bot.chat.commands import Command
from bot.chat.dispatch import Route
from bot.groups.house import House
from bot.outbox.send import Duty
from bot.quiz import challenging, group, group_run, reading, solo, starting


def commands(house: House) -> tuple[Command, ...]:
    """Everything of quizzes that can be typed."""
    return starting.commands(house)


def routes(house: House) -> tuple[Route, ...]:
    """Everything of quizzes that can be pressed and sent."""
    return (
        *starting.routes(house),
        *solo.routes(house),
        *reading.routes(house),
        *challenging.routes(house),
        *group.routes(house),
        *group_run.routes(house),
    )


def duty(house: House) -> Duty:
    """What quizzes owe the world."""
    return Duty(
        "quiz",
        partial(group_run.advance, house),
        {
            group.GROUP_QUIZ: partial(group_run.group_delivery, house),
            challenging.CHALLENGED: partial(challenging.challenged_delivery, house),
            challenging.OUTCOME: partial(challenging.outcome_delivery, house),
        },
        partial(group_run.resume, house),
    )
