"""Discord as a process runs it: it starts, answers, and stops, and says what keeps it from starting."""

import asyncio

import pytest

from adapters.discord.running import RunningDiscord
from bot.chat.platform import ConnectError
from tests.adapters.discord.support.loopback import loopback
from tests.adapters.discord.support.small_bot import SmallBot


async def test_a_started_client_answers_until_it_is_stopped() -> None:
    async with loopback() as server:
        bot = SmallBot()
        running = RunningDiscord(bot.connect(), "token")
        line = await running.start()
        assert line.startswith(
            "Discord: logged in as Studyhall. Invite it: https://discord.com/oauth2/authorize?client_id=1&"
        )
        await asyncio.wait_for(server.ready[0].wait(), 10)
        await server.emit(0, "INTERACTION_CREATE", server.command(11, "face"))
        await asyncio.wait_for(server.answered["11"].wait(), 10)
        await running.stop()
        await running.ended()
        assert bot.client.is_closed()
        assert server.callbacks["11"]["type"] == 4


async def test_a_wrong_token_is_told_with_what_to_do() -> None:
    async with loopback() as server:
        server.token_is_good = False
        bot = SmallBot()
        with pytest.raises(ConnectError, match="developer portal"):
            await RunningDiscord(bot.connect(), "token").start()
        assert bot.client.is_closed()


async def test_an_unreachable_discord_is_told_as_such() -> None:
    async with loopback() as server:
        server.reachable = False
        with pytest.raises(ConnectError, match="cannot be reached"):
            await RunningDiscord(SmallBot().connect(), "token").start()


@pytest.mark.parametrize(
    ("code", "said"), [(4004, "Reset Token"), (4011, "STUDYHALL_DISCORD_SHARDS"), (4013, "4013")]
)
async def test_a_connection_that_discord_ends_for_good_is_told_with_its_reason(code: int, said: str) -> None:
    async with loopback() as server:
        running = RunningDiscord(SmallBot().connect(), "token")
        await running.start()
        await asyncio.wait_for(server.ready[0].wait(), 10)
        await server.cut(0, code)
        with pytest.raises(ConnectError, match=said):
            await asyncio.wait_for(running.ended(), 10)
        await running.stop()


async def test_a_gateway_that_is_away_for_a_while_is_waited_for() -> None:
    async with loopback() as server:
        server.gateway_is_away = 2
        running = RunningDiscord(SmallBot().connect(shard=None), "token", pause=0.01)
        await running.start()
        await asyncio.wait_for(server.ready[0].wait(), 10)
        await running.stop()
        assert server.gateway_is_away == 0


async def test_waiting_for_the_gateway_can_be_stopped() -> None:
    async with loopback() as server:
        server.gateway_is_away = 1000
        bot = SmallBot()
        running = RunningDiscord(bot.connect(shard=None), "token", pause=1000)
        await running.start()
        await asyncio.wait_for(running.stop(), 10)
        assert bot.client.is_closed()
