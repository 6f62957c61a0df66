"""The overview as the composition root takes it: its commands and routes."""

from bot.chat.commands import Command
from bot.chat.dispatch import Route
from bot.groups.services import Services
from bot.overview import back, handlers, home


def commands(_services: Services) -> tuple[Command, ...]:
    """Everything about one's own record that can be typed."""
    return (*home.COMMANDS, *handlers.COMMANDS)


def routes(_services: Services) -> tuple[Route, ...]:
    """Everything about one's own record, and the ways back in, that can be pressed."""
    return (*home.ROUTES, *handlers.ROUTES, *back.ROUTES)
