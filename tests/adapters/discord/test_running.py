"""Discord as a process runs it: it starts, answers, and stops, and says what keeps it from starting."""

import asyncio

import pytest

from adapters.discord.running import DiscordStartError, RunningDiscord
from tests.adapters.discord.corner import Corner
from tests.adapters.discord.loopback import loopback


async def test_a_started_client_answers_until_it_is_stopped() -> None:
    async with loopback() as server:
        corner = Corner()
        running = RunningDiscord(corner.connect(), "token")
        await running.start()
        await asyncio.wait_for(server.ready[0].wait(), 10)
        await server.emit(0, "INTERACTION_CREATE", server.command(11, "face"))
        await asyncio.wait_for(server.answered["11"].wait(), 10)
        await running.stop()
        assert corner.client.is_closed()
        assert server.callbacks["11"]["type"] == 4


async def test_a_wrong_token_is_told_with_what_to_do() -> None:
    async with loopback() as server:
        server.token_is_good = False
        corner = Corner()
        with pytest.raises(DiscordStartError, match="developer portal"):
            await RunningDiscord(corner.connect(), "token").start()
        assert corner.client.is_closed()


async def test_an_unreachable_discord_is_told_as_such() -> None:
    async with loopback() as server:
        server.reachable = False
        with pytest.raises(DiscordStartError, match="cannot be reached"):
            await RunningDiscord(Corner().connect(), "token").start()
