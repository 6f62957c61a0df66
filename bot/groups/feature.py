"""Groups as the composition root takes them: their commands and routes."""

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
from bot.groups.services import Services
from bot.outbox.send import Duty

COMMANDS = (
    *my_handlers.COMMANDS,
    *linking.COMMANDS,
    *privacy_handlers.COMMANDS,
    *handlers.COMMANDS,
    *running.COMMANDS,
    *connecting.COMMANDS,
)
"""Everything of groups and members that can be typed."""


ROUTES = (
    *my_handlers.ROUTES,
    *privacy_handlers.ROUTES,
    *handlers.ROUTES,
    *running.ROUTES,
    *connecting.ROUTES,
    *linking.ROUTES,
    *choosing.ROUTES,
)
"""Everything of groups and members that can be pressed and sent."""


def duty(services: Services) -> Duty:
    """What happens by the clock, the nightly upkeep; and what two linked accounts are told."""
    cards = {linking.LINK: linking.link_delivery, linking.LINKED: linking.linked_delivery}
    return privacy_upkeep.duty(services, cards)
