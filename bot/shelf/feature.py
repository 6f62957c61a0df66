"""A group's own questions as the composition root takes them: their commands, routes and duty."""

from datetime import datetime

from bot.chat.commands import Command
from bot.chat.dispatch import Route
from bot.groups.services import Services
from bot.outbox.send import Duty
from bot.shelf import browsing, importing, reviewing, suggesting
from bot.shelf.notices import OUTCOME, SUGGESTED, outcome_delivery, suggested_delivery


def commands(_services: Services) -> tuple[Command, ...]:
    """Everything of a group's own questions that can be typed."""
    return (
        *suggesting.COMMANDS,
        *reviewing.COMMANDS,
        *importing.COMMANDS,
        *browsing.COMMANDS,
    )


def routes(_services: Services) -> tuple[Route, ...]:
    """Everything of a group's own questions that can be pressed and sent."""
    return (
        *suggesting.ROUTES,
        *reviewing.ROUTES,
        *importing.ROUTES,
        *browsing.ROUTES,
    )


def duty() -> Duty:
    """The notices; nothing of it is moved by the clock."""

    async def nothing(_now: datetime) -> int:
        return 0

    return Duty("questions", nothing, {SUGGESTED: suggested_delivery, OUTCOME: outcome_delivery})
