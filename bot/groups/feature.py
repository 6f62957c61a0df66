"""Groups as the composition root takes them: their commands and routes."""

from bot.chat.commands import Command
from bot.chat.dispatch import Route
from bot.groups import (
    choosing,
    connecting,
    handlers,
    linking,
    my_handlers,
    privacy_handlers,
    privacy_upkeep,
    running,
)
from bot.groups.house import House
from bot.outbox.send import Duty


def commands(house: House) -> tuple[Command, ...]:
    """Everything of groups and members that can be typed."""
    return (
        *my_handlers.commands(house),
        *linking.commands(house),
        *privacy_handlers.commands(house),
        *handlers.commands(house),
        *running.commands(house),
        *connecting.commands(house),
    )


def routes(house: House) -> tuple[Route, ...]:
    """Everything of groups and members that can be pressed and sent."""
    return (
        *my_handlers.routes(house),
        *privacy_handlers.routes(house),
        *handlers.routes(house),
        *running.routes(house),
        *connecting.routes(house),
        *linking.routes(house),
        *choosing.routes(house),
    )


def duty(house: House) -> Duty:
    """What happens by the clock, the nightly upkeep; and what two linked accounts are told."""
    cards = {linking.LINK: linking.link_delivery, linking.LINKED: linking.linked_delivery}
    return privacy_upkeep.duty(house, cards)
