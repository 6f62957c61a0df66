"""The overview as the composition root takes it: its commands and routes."""

from bot.overview import back, handlers, home

COMMANDS = (*home.COMMANDS, *handlers.COMMANDS)
"""Everything about one's own record that can be typed."""


ROUTES = (*home.ROUTES, *handlers.ROUTES, *back.ROUTES)
"""Everything about one's own record, and the ways back in, that can be pressed."""
