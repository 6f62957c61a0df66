"""Standings as the composition root takes them: their commands and routes."""

from bot.standings.handlers import ROUTES, commands

__all__ = ["ROUTES", "commands"]
