"""One's own record and plan, and the ways back in."""

from bot.features.home import handlers, home, welcome_back
from bot.services import Feature

FEATURE = Feature(
    "home", (*home.COMMANDS, *handlers.COMMANDS), (*home.ROUTES, *handlers.ROUTES, *welcome_back.ROUTES)
)
