"""The overview as the composition root takes it: its commands and routes."""

from bot.chat.commands import Command
from bot.chat.dispatch import Route
from bot.groups.house import House
from bot.overview import back, handlers, home


def commands(house: House) -> tuple[Command, ...]:
    """Everything about one's own record that can be typed."""
    return (*home.commands(house), *handlers.commands(house))


def routes(house: House) -> tuple[Route, ...]:
    """Everything about one's own record, and the ways back in, that can be pressed."""
    return (*home.routes(house), *handlers.routes(house), *back.routes(house))
