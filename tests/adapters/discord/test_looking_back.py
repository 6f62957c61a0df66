"""Looking back through a busy channel: in the send's own minutes, by Discord's clock, and on from where it stopped."""

from datetime import timedelta

import pytest

from adapters.discord.posting import DiscordPlatform
from bot.chat.platform import InDoubtError, RateLimitedError
from tests.adapters.discord.support.loopback import Fault, loopback
from tests.adapters.discord.support.small_bot import SmallBot, clock
from tests.adapters.discord.test_faults import CARD, HERE, logged_in

A_DAY = timedelta(days=1)
WINDOW = (clock() - timedelta(minutes=2), clock() + timedelta(minutes=3))


async def test_in_a_busy_channel_a_lost_post_is_looked_for_in_its_own_minutes() -> None:
    async with loopback() as server:
        bot = SmallBot()
        platform = await logged_in(bot)
        server.chatter(2500, clock() - A_DAY, clock())
        server.faults.append(Fault(0, after=True))
        with pytest.raises(InDoubtError):
            await platform.post(HERE, CARD, "k")
        server.chatter(2500, clock() + timedelta(seconds=30), clock() + A_DAY)
        sent = server.messages[2500]
        assert await platform.find(HERE, "never", *WINDOW) is None
        found = await platform.find(HERE, "k", *WINDOW)
        assert found is not None
        assert (found.message, server.looks) == (sent["id"], 2)
        await bot.client.close()


async def test_a_look_that_is_cut_off_goes_on_where_it_stopped() -> None:
    async with loopback() as server:
        bot = SmallBot()
        platform = await logged_in(bot)
        await platform.post(HERE, CARD, "k")
        server.chatter(450, clock() + timedelta(seconds=1), clock() + timedelta(minutes=2))
        fresh = DiscordPlatform(bot.client, clock)
        for _ in range(2):
            server.looks_left = 2
            with pytest.raises(RateLimitedError):
                await fresh.find(HERE, "k", *WINDOW)
        server.looks_left = 2
        assert await fresh.find(HERE, "k", *WINDOW) is not None
        assert server.looks <= 7
        await bot.client.close()


@pytest.mark.parametrize("ahead", [timedelta(hours=3), -timedelta(hours=3)])
async def test_a_lost_post_is_found_though_our_clock_is_wrong(ahead: timedelta) -> None:
    async with loopback():
        client = SmallBot().connect(time=lambda: clock() + ahead)
        await client.login("token")
        platform = DiscordPlatform(client, lambda: clock() + ahead)
        ref = await platform.post(HERE, CARD, "k")
        since, until = (each + ahead for each in WINDOW)
        assert await DiscordPlatform(client, clock).find(HERE, "k", since, until) == ref
        await client.close()
