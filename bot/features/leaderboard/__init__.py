"""The boards that are made of points."""

from bot.features.leaderboard import handlers
from bot.services import Feature

FEATURE = Feature("leaderboard", routes=handlers.ROUTES, commands_of=handlers.commands)
