"""The platforms beside the room, each put together from the settings that name it, and only then loaded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.app.settings import Settings, SlackDoor
from bot.chat.platform import Connection, Platform
from bot.database.facts import Facts
from bot.database.installations import StoredInstallations

if TYPE_CHECKING:
    from bot.app.run import App


@dataclass(frozen=True, slots=True)
class PlatformFactory:
    """A platform beside the room: what the app is handed, and how it is connected once the app stands."""

    platform: Platform
    connect: Callable[[App], Connection]


def factories(settings: Settings, clock: Callable[[], datetime]) -> tuple[PlatformFactory, ...]:
    """The platforms that the settings have a token for; only theirs is loaded. ``clock`` gives aware UTC."""
    found = []
    if settings.discord_token:
        found.append(discord_factory(settings, clock))
    if settings.slack is not SlackDoor.NONE:
        found.append(slack_factory(settings, clock))
    return tuple(found)


def discord_factory(settings: Settings, clock: Callable[[], datetime]) -> PlatformFactory:
    """Discord, with this process's shards."""
    from adapters.discord.client import StudyhallClient
    from adapters.discord.posting import DiscordPlatform
    from adapters.discord.running import RunningDiscord

    shards = settings.discord_shards
    client = StudyhallClient(
        clock, shard_ids=shards.ids if shards else None, shard_count=shards.count if shards else None
    )

    def connect(app: App) -> Connection:
        facts = Facts(app.database, clock)
        client.serve(app.dispatcher, recall=facts.recall, remember=facts.remember)
        return RunningDiscord(client, settings.discord_token)

    return PlatformFactory(DiscordPlatform(client, clock), connect)


def slack_factory(
    settings: Settings, clock: Callable[[], datetime], base_url: str | None = None
) -> PlatformFactory:
    """Slack: one workspace over a socket, or every one that installs the app over HTTP. ``base_url`` is where its API stands."""
    from adapters.slack.api.web import BASE_URL
    from adapters.slack.running import HttpSettings, RunningSlack, SocketSettings, over_http, over_socket

    running = RunningSlack(
        clock=clock, timer=time.monotonic, sleep=asyncio.sleep, base_url=base_url or BASE_URL
    )

    def connect(app: App) -> Connection:
        if settings.slack is SlackDoor.SOCKET:
            tokens = SocketSettings(settings.slack_bot_token, settings.slack_app_token)
            return over_socket(running, app.dispatcher, tokens)
        door = HttpSettings(
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret,
            signing_secret=settings.slack_signing_secret,
            public_url=settings.slack_url,
            host=settings.slack_host,
            port=settings.slack_port,
        )
        return over_http(running, app.dispatcher, StoredInstallations(app.database, clock), door)

    return PlatformFactory(running.platform, connect)
