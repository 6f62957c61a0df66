"""Standings as the composition root takes them: their commands and routes."""

from bot.chat.commands import Command
from bot.chat.dispatch import Route
from bot.groups.services import Services
from bot.standings import handlers


def commands(services: Services) -> tuple[Command, ...]:
    """Everything about boards that can be typed."""
    return handlers.commands(services.bank)


def routes(_services: Services) -> tuple[Route, ...]:
    """Everything about boards that can be pressed."""
    return handlers.ROUTES
