"""Points, the boards made of them, and streaks."""

from bot.features.leaderboard import handlers
from bot.features.leaderboard.personal_data import personal_data
from bot.services import Feature

FEATURE = Feature(
    "leaderboard", routes=handlers.ROUTES, commands_of=handlers.commands, personal_data=personal_data()
)
