"""The platforms beside the room, each as its adapter brings it."""

from typing import Any

from adapters.discord.factory import FACTORY as DISCORD
from adapters.slack.factory import FACTORY as SLACK
from bot.chat.factory import PlatformFactory

PLATFORMS: tuple[PlatformFactory[Any], ...] = (DISCORD, SLACK)
