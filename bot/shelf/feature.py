"""A group's own questions as the composition root takes them: their commands, routes and duty."""

from datetime import datetime

from bot.outbox.send import Duty
from bot.shelf import browsing, importing, reviewing, suggesting
from bot.shelf.notices import OUTCOME, SUGGESTED, outcome_delivery, suggested_delivery

COMMANDS = (
    *suggesting.COMMANDS,
    *reviewing.COMMANDS,
    *importing.COMMANDS,
    *browsing.COMMANDS,
)
"""Everything of a group's own questions that can be typed."""


ROUTES = (
    *suggesting.ROUTES,
    *reviewing.ROUTES,
    *importing.ROUTES,
    *browsing.ROUTES,
)
"""Everything of a group's own questions that can be pressed and sent."""


def duty() -> Duty:
    """The notices; nothing of it is moved by the clock."""

    async def nothing(_now: datetime) -> int:
        return 0

    return Duty("questions", nothing, {SUGGESTED: suggested_delivery, OUTCOME: outcome_delivery})
