"""What goes wrong between Discord and us ends with exactly one message and no lost click."""

import asyncio
from datetime import timedelta

import discord
import pytest

from adapters.discord.inbound import MOST_BYTES, TooLargeError, uploads_of
from adapters.discord.posting import DiscordPlatform
from bot.chat.cards import Card
from bot.chat.platform import InDoubtError, NoAccessError, RateLimitedError
from bot.chat.requests import Place
from tests.adapters.discord.support.loopback import CHANNEL, Fault, Loopback, connected, limited, loopback
from tests.adapters.discord.support.small_bot import SmallBot, clock

HERE = Place("discord", "3000", str(CHANNEL))
CARD = Card("Monday's question")
SINCE = clock() - timedelta(days=1)


async def logged_in(bot: SmallBot) -> DiscordPlatform:
    """The platform of a client that is logged in, without a gateway."""
    client = bot.connect()
    await client.login("token")
    return DiscordPlatform(client, clock)


async def heard(server: Loopback, number: int) -> None:
    """Wait for the answer to an interaction."""
    await asyncio.wait_for(server.answered[str(number)].wait(), 10)


async def test_a_file_that_is_larger_than_any_that_is_asked_for_is_not_fetched() -> None:
    file = {"filename": "list.csv", "size": MOST_BYTES + 1, "url": "https://cdn.example/list.csv"}
    field = {"type": 19, "custom_id": "file", "values": ["7"]}
    data = {"components": [{"component": field}], "resolved": {"attachments": {"7": file}}}
    with pytest.raises(TooLargeError):
        await uploads_of(data, SmallBot().connect())


@pytest.mark.parametrize("everywhere", [False, True])
async def test_a_short_limit_is_waited_out_and_posts_once(everywhere: bool) -> None:
    async with loopback() as server:
        bot = SmallBot()
        platform = await logged_in(bot)
        server.faults.append(limited(0.01, everywhere=everywhere))
        ref = await platform.post(HERE, CARD, "k")
        assert [m["id"] for m in server.messages] == [ref.message]
        assert server.posts == 2
        await bot.client.close()


async def test_a_long_limit_comes_back_with_its_wait() -> None:
    async with loopback() as server:
        bot = SmallBot()
        platform = await logged_in(bot)
        server.faults.append(limited(90))
        with pytest.raises(RateLimitedError) as refused:
            await platform.post(HERE, CARD, "k")
        assert refused.value.retry_after == 90
        assert server.messages == []
        await platform.post(HERE, CARD, "k")
        assert len(server.messages) == 1
        await bot.client.close()


async def test_a_ban_before_discord_holds_for_everything() -> None:
    async with loopback() as server:
        bot = SmallBot()
        platform = await logged_in(bot)
        server.faults.append(Fault(429, headers={"Retry-After": "120"}))
        with pytest.raises(RateLimitedError) as refused:
            await platform.post(HERE, CARD, "k")
        assert (refused.value.retry_after, refused.value.everywhere) == (120, True)
        await bot.client.close()


async def test_a_message_that_was_changed_too_often_holds_up_nothing_else() -> None:
    async with loopback() as server:
        bot = SmallBot()
        platform = await logged_in(bot)
        body = {"code": 30046, "message": "Maximum number of edits to messages older than 1 hour reached."}
        server.faults.append(Fault(429, body=body, headers={"Retry-After": "40"}))
        with pytest.raises(RateLimitedError) as refused:
            await platform.post(HERE, CARD, "k")
        assert (refused.value.retry_after, refused.value.everywhere) == (40, False)
        await bot.client.close()


@pytest.mark.slow
@pytest.mark.parametrize("status", [500, 502])
async def test_an_error_after_the_message_was_created_makes_no_second_one(status: int) -> None:
    async with loopback() as server:
        bot = SmallBot()
        platform = await logged_in(bot)
        server.faults.append(Fault(status, after=True))
        ref = await platform.post(HERE, CARD, "k")
        assert server.posts == 2
        assert [m["id"] for m in server.messages] == [ref.message]
        await bot.client.close()


async def test_a_lost_response_is_in_doubt_and_then_found_beyond_the_nonces_time() -> None:
    async with loopback() as server:
        bot = SmallBot()
        platform = await logged_in(bot)
        server.faults.append(Fault(0, after=True))
        with pytest.raises(InDoubtError):
            await platform.post(HERE, CARD, "k")
        server.remembers_nonces = False
        found = await DiscordPlatform(bot.client, clock).find(HERE, "k", SINCE)
        assert found is not None
        assert [m["id"] for m in server.messages] == [found.message]
        await bot.client.close()


async def test_what_was_lost_on_the_way_there_is_surely_not_sent() -> None:
    async with loopback() as server:
        bot = SmallBot()
        platform = await logged_in(bot)
        server.faults.append(Fault(0))
        with pytest.raises(InDoubtError):
            await platform.post(HERE, CARD, "k")
        assert await platform.find(HERE, "k", SINCE) is None
        await platform.post(HERE, CARD, "k")
        assert len(server.messages) == 1
        await bot.client.close()


async def test_a_command_that_was_lost_with_the_connection_arrives_after_its_resume() -> None:
    async with loopback() as server:
        bot = SmallBot()
        async with connected(bot.connect()):
            await asyncio.wait_for(server.ready[0].wait(), 10)
            await server.emit(0, "INTERACTION_CREATE", server.command(11, "face"), lost=True)
            await server.cut(0)
            await heard(server, 11)
            assert server.resumed.is_set()
        assert [request.id for request in bot.took] == ["11"]


async def test_an_event_that_fits_no_model_is_left_out_and_the_next_one_is_heard(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with loopback() as server:
        bot = SmallBot()
        async with connected(bot.connect()):
            await asyncio.wait_for(server.ready[0].wait(), 10)
            await server.emit(0, "GUILD_CREATE", {"id": "no number", "name": "secret words"})
            await server.emit(0, "INTERACTION_CREATE", server.command(11, "face"))
            await heard(server, 11)
        assert [request.id for request in bot.took] == ["11"]
        assert "an event could not be read, and is left out: GUILD_CREATE, ValueError" in caplog.messages
        assert "secret words" not in caplog.text


async def test_two_processes_share_two_shards_and_a_post_is_one_message() -> None:
    async with loopback() as server:
        one, two = SmallBot(), SmallBot()
        async with connected(one.connect(shard=(0, 2))), connected(two.connect(shard=(1, 2))):
            await asyncio.gather(*(asyncio.wait_for(each.wait(), 10) for each in server.ready.values()))
            await server.emit(0, "INTERACTION_CREATE", server.command(21, "face"))
            await server.emit(1, "INTERACTION_CREATE", server.command(22, "face"))
            await asyncio.gather(heard(server, 21), heard(server, 22))
            platforms = [DiscordPlatform(each.client, clock) for each in (one, two)]
            refs = await asyncio.gather(*(platform.post(HERE, CARD, "k") for platform in platforms))
        assert ([r.id for r in one.took], [r.id for r in two.took]) == (["21"], ["22"])
        assert len(server.messages) == 1
        assert len(set(refs)) == 1


GONE = Fault(404, body={"code": 10003, "message": "Unknown Channel"})
THREAD = Place("discord", "3000", str(CHANNEL), thread="2001")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        pytest.param(403, 50013, id="no permission"),
        pytest.param(404, 10008, id="its message is deleted"),
        pytest.param(400, 160006, id="as many threads as are allowed"),
        pytest.param(400, 160007, id="as many announcement threads as are allowed"),
    ],
)
async def test_where_no_thread_can_be_opened_the_message_goes_to_the_channel(status: int, code: int) -> None:
    async with loopback() as server:
        bot = SmallBot()
        platform = await logged_in(bot)
        state = bot.client._connection
        state._add_guild(discord.Guild(data={"id": "3000", "name": "Berlin study"}, state=state))  # type: ignore[typeddict-item]
        server.faults.append(GONE)
        server.no_thread = Fault(status, body={"code": code, "message": "No thread"})
        ref = await platform.post(THREAD, CARD, "k")
        assert (ref.channel, [m["channel_id"] for m in server.messages]) == (str(CHANNEL), [str(CHANNEL)])
        await bot.client.close()


@pytest.mark.parametrize(
    ("status", "code"),
    [
        pytest.param(400, 50083, id="archived"),
        pytest.param(400, 160005, id="locked"),
        pytest.param(403, 50013, id="no permission in threads"),
    ],
)
async def test_where_a_thread_takes_no_messages_they_go_to_the_channel(status: int, code: int) -> None:
    async with loopback() as server:
        bot = SmallBot()
        platform = await logged_in(bot)
        server.faults.append(Fault(status, body={"code": code, "message": "Closed"}))
        ref = await platform.post(THREAD, CARD, "k")
        assert (ref.channel, [m["channel_id"] for m in server.messages]) == (str(CHANNEL), [str(CHANNEL)])
        await bot.client.close()


async def test_where_the_channel_takes_none_either_it_is_said_so() -> None:
    async with loopback() as server:
        bot = SmallBot()
        platform = await logged_in(bot)
        server.faults += [Fault(403, body={"code": 50013, "message": "Missing Permissions"})] * 2
        with pytest.raises(NoAccessError):
            await platform.post(THREAD, CARD, "k")
        await bot.client.close()


async def test_a_message_in_an_archived_thread_is_changed_and_the_thread_archived_again() -> None:
    async with loopback() as server:
        bot = SmallBot()
        platform = await logged_in(bot)
        ref = await platform.post(HERE, Card("Ada's words"), "k")
        server.archived.add(ref.channel)
        await platform.edit(ref, Card("Taken back"))
        assert "Taken back" in str(server.messages[0]["components"])
        assert server.threads == [(ref.channel, {"archived": False}), (ref.channel, {"archived": True})]
        await bot.client.close()
