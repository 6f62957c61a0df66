"""Taking one's own data along, and deleting it."""

from bot.features.privacy import handlers
from bot.features.privacy.upkeep import Upkeep
from bot.outbox.scheduler import Advance
from bot.services import Feature, Services


def _moves(services: Services) -> Advance:
    return Upkeep(services).advance


FEATURE = Feature("privacy", handlers.COMMANDS, handlers.ROUTES, moves=_moves)
