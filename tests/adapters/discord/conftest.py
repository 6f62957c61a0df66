"""A server for each test: the app, the adapter and the simulated Discord, opened and closed in the right order."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from simcord import Env

from adapters.discord.client import StudyhallClient
from tests.adapters.discord.support.driver import DiscordDriver
from tests.support.driver import running

# How long the simulation waits before it looks again whether the bot is at rest. Its own twentieth of a second, at each
# press, was two thirds of the time of these tests.
Env._settle_internal.__kwdefaults__ = {**(Env._settle_internal.__kwdefaults__ or {}), "idle": 0.002}


@pytest.fixture
def content() -> Path | None:
    """The question bank's folder, None for the shipped one; a module may have its own."""
    return None


@pytest.fixture
async def unconnected(sqlite_url: str, content: Path | None) -> AsyncIterator[DiscordDriver]:
    """The app with the adapter, before it is connected."""
    async with running(DiscordDriver(sqlite_url, content)) as made:
        yield made


@pytest.fixture
def simcord_bot(unconnected: DiscordDriver) -> StudyhallClient:
    """The client, for the simulation to connect."""
    return unconnected.client


@pytest.fixture
async def guild(unconnected: DiscordDriver, simcord_env: Env) -> DiscordDriver:
    """A server with a channel, on Monday at nine."""
    await unconnected.enter(simcord_env)
    return unconnected
