"""Discord as a process runs it: it starts, answers, and stops, and says what keeps it from starting."""

import asyncio
from typing import cast

import pytest

from adapters.discord.factory import prepare
from adapters.discord.running import RunningDiscord
from adapters.discord.settings import DiscordSettings
from bot.chat.cards import Card
from bot.chat.factory import Core, Timing
from bot.chat.operators.installs import Installations
from bot.chat.platform import ConnectError, NotSentError, RefusedError
from bot.chat.requests import Place
from tests.adapters.discord.support.loopback import CHANNEL, GUILD, NOW, loopback
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
    ("code", "said"), [(4004, "Reset Token"), (4011, "STUDYHALL_DISCORD_SHARDS"), (4013, "intent")]
)
async def test_a_connection_that_discord_ends_for_good_is_told_with_its_reason(code: int, said: str) -> None:
    async with loopback() as server:
        running = RunningDiscord(SmallBot().connect(), "token")
        await running.start()
        await asyncio.wait_for(server.ready[0].wait(), 10)
        await server.cut(0, code)
        with pytest.raises(RefusedError, match=said):
            await asyncio.wait_for(running.ended(), 10)
        await running.stop()


async def test_a_connection_that_is_closed_without_an_error_has_ended_too() -> None:
    async with loopback() as server:
        bot = SmallBot()
        running = RunningDiscord(bot.connect(), "token")
        await running.start()
        await asyncio.wait_for(server.ready[0].wait(), 10)
        await bot.client.close()  # as the library does when it is told so, or gives up
        with pytest.raises(ConnectError, match=r"has ended \(closed\)") as caught:
            await asyncio.wait_for(running.ended(), 10)
        assert not isinstance(caught.value, RefusedError)
        await running.stop()


async def test_a_gateway_that_is_away_can_be_tried_again() -> None:
    async with loopback() as server:
        server.gateway_is_away = 1
        running = RunningDiscord(SmallBot().connect(shard=None), "token")
        await running.start()
        with pytest.raises(ConnectError, match="GatewayNotFound") as caught:
            await asyncio.wait_for(running.ended(), 10)
        assert not isinstance(caught.value, RefusedError)
        await running.stop()


async def test_what_was_closed_is_connected_anew_and_the_platform_posts_through_it() -> None:
    async with loopback() as server:
        bot = SmallBot()
        bot.connect()
        prepared = prepare(DiscordSettings("a.b.c"), Timing(lambda: NOW, lambda: 0.0, asyncio.sleep))
        core = Core(bot.responder(), bot, cast("Installations", None))
        first = prepared.connect(core)
        await first.start()
        await asyncio.wait_for(server.ready[0].wait(), 10)
        await first.stop()
        where = Place("discord", str(GUILD), str(CHANNEL))
        with pytest.raises(NotSentError):
            await prepared.platform.post(where, Card("In between"), "k1")
        server.ready[0].clear()
        second = prepared.connect(core)
        await second.start()
        await asyncio.wait_for(server.ready[0].wait(), 10)
        await server.emit(0, "INTERACTION_CREATE", server.command(12, "face"))
        await asyncio.wait_for(server.answered["12"].wait(), 10)
        await prepared.platform.post(where, Card("After"), "k2")
        assert len(server.messages) == 1
        await second.stop()
