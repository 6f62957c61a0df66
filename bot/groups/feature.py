"""Groups as the composition root takes them: their commands and routes."""

from bot.chat.commands import Command
from bot.chat.dispatch import Route
from bot.groups import handlers, my_handlers, privacy_handlers, privacy_upkeep, running
from bot.groups.house import House
from bot.outbox.send import Duty


def commands(house: House) -> tuple[Command, ...]:
    """Everything of groups and members that can be typed."""
    return (
        *my_handlers.commands(house),
        *privacy_handlers.commands(house),
        *handlers.commands(house),
        *running.commands(house),
    )


def routes(house: House) -> tuple[Route, ...]:
    """Everything of groups and members that can be pressed and sent."""
    return (
        *my_handlers.routes(house),
        *privacy_handlers.routes(house),
        *handlers.routes(house),
        *running.routes(house),
    )


def duty(house: House) -> Duty:
    """What happens by the clock: the nightly upkeep of those who left."""
    return privacy_upkeep.duty(house)
