"""Posting on Discord: threads, pictures, edits that keep their distance, and errors as the port says them."""

from dataclasses import replace
from datetime import timedelta

import discord
import pytest

from adapters.discord.errors import MEANINGS
from adapters.discord.posting import DiscordPlatform
from bot.chat.cards import Card, Mention, Picture, Verbatim, text
from bot.chat.platform import (
    GoneError,
    InDoubtError,
    NoAccessError,
    NotSentError,
    NotTakenError,
    PlatformError,
    RateLimitedError,
    UnreachableError,
)
from bot.chat.requests import Place
from tests.adapters.discord.support.driver import DiscordDriver
from tests.adapters.discord.support.stage import MAY_NOT_SEND, DiscordStage, account, place

FIRST, SECOND, THIRD = Card("First"), Card("Second"), Card("Third")
PNG = bytes.fromhex("89504e470d0a1a0a") + b"not really"
DAY = timedelta(days=1)


@pytest.fixture
def here(guild: DiscordDriver) -> Place:
    return place(guild, guild.here)


async def under(guild: DiscordDriver, here: Place) -> Place:
    """A place whose thread is that of a message that was just posted."""
    root = await guild.platform.post(here, Card("Monday's question"), "root")
    return Place(here.platform, here.tenant, here.channel, here.name, thread=root.message)


async def test_a_post_for_a_thread_opens_it_and_names_it_by_the_card(
    guild: DiscordDriver, here: Place
) -> None:
    threaded = await under(guild, here)
    ref = await guild.platform.post(threaded, Card("Monday's reveal"), "reveal")
    (thread,) = guild.here.threads
    assert thread.name == "Monday's reveal"
    assert ref.channel == threaded.thread == str(thread.id)
    assert [guild.title(m) for m in guild.channel(thread)] == ["Monday's reveal"]
    assert guild.titles() == ["Monday's question"]


async def test_a_second_post_goes_into_the_same_thread(guild: DiscordDriver, here: Place) -> None:
    threaded = await under(guild, here)
    await guild.platform.post(threaded, Card("Monday's reveal"), "reveal")
    await guild.platform.post(threaded, Card("Group quiz"), "quiz")
    (thread,) = guild.here.threads
    assert [guild.title(m) for m in guild.channel(thread)] == ["Monday's reveal", "Group quiz"]


async def test_where_the_message_is_deleted_its_reveal_stands_in_the_channel(
    guild: DiscordDriver, here: Place
) -> None:
    threaded = await under(guild, here)
    guild.env.backend.delete_message(guild.here.id, int(threaded.thread or 0))
    ref = await guild.platform.post(threaded, Card("Monday's reveal"), "reveal")
    assert ref.channel == here.channel
    assert guild.titles() == ["Monday's reveal"]


async def test_a_message_in_a_thread_is_found_there_and_changed_there(
    guild: DiscordDriver, here: Place
) -> None:
    threaded = await under(guild, here)
    since = guild.clock()
    assert await guild.platform.find(threaded, "reveal", since) is None
    ref = await guild.platform.post(threaded, FIRST, "reveal")
    fresh = DiscordPlatform(guild.client, guild.clock)
    assert await fresh.find(threaded, "reveal", since) == ref
    await fresh.edit(ref, SECOND)
    (thread,) = guild.here.threads
    assert [guild.title(m) for m in guild.channel(thread)] == ["Second"]


async def test_a_picture_has_its_alt_text_and_a_changed_one_takes_its_place(
    guild: DiscordDriver, here: Place
) -> None:
    card = Card("Board", (Picture("board.png", PNG, "Ada leads with 12 points."),))
    ref = await guild.platform.post(here, card, "k")
    (before,) = guild.channel()[0].attachments
    assert before.description == "Ada leads with 12 points."
    assert await before.read() == PNG
    await guild.platform.edit(ref, Card("Board", (Picture("board.png", PNG + b"2", "Ben leads."),)))
    (after,) = guild.channel()[0].attachments
    assert (after.description, await after.read()) == ("Ben leads.", PNG + b"2")
    await guild.env.advance_time(6)
    await guild.platform.edit(ref, Card("Board"))
    assert guild.channel()[0].attachments == []


async def test_edits_of_a_message_keep_five_seconds_apart(guild: DiscordDriver, here: Place) -> None:
    ref = await guild.platform.post(here, FIRST, "k")
    other = await guild.platform.post(here, FIRST, "k2")
    await guild.platform.edit(ref, SECOND)
    await guild.env.advance_time(2)
    with pytest.raises(RateLimitedError) as refused:
        await guild.platform.edit(ref, THIRD)
    assert refused.value.retry_after == 3
    await guild.platform.edit(other, THIRD)
    await guild.env.advance_time(3)
    await guild.platform.edit(ref, THIRD)
    assert guild.titles() == ["Third", "Third"]


async def test_an_edit_that_changes_nothing_costs_no_request(guild: DiscordDriver, here: Place) -> None:
    ref = await guild.platform.post(here, FIRST, "k")
    await guild.platform.edit(ref, SECOND)
    before = len(guild.env.http_requests)
    await guild.platform.edit(ref, SECOND)
    assert len(guild.env.http_requests) == before


async def test_every_post_carries_its_nonce_and_mentions_nobody(guild: DiscordDriver, here: Place) -> None:
    await guild.platform.post(here, Card("@everyone", (text("<@1> and <@&2>"),)), "k" * 25)
    (sent,) = [r.json for r in guild.env.http_requests if r.method == "POST" and r.path.endswith("/messages")]
    assert sent is not None
    assert (sent["nonce"], sent["enforce_nonce"]) == ("k" * 25, True)
    assert sent["allowed_mentions"]["parse"] == []


@pytest.mark.parametrize("role", [False, True])
async def test_a_card_notifies_whom_it_mentions_and_nobody_of_its_other_words(
    guild: DiscordDriver, here: Place, role: bool
) -> None:
    # simcord holds to the Allowed Mentions Object: it takes the bot's permission, or a role that anybody may mention.
    tutors, others = (guild.server.create_role(name, mentionable=True) for name in ("Tutors", "Others"))
    card = Card("@everyone", (text(f"<@&{others.id}> @here"), Verbatim(f"<@&{others.id}> @everyone")))
    whom = Mention(str(tutors.id) if role else "")
    ref = await guild.platform.post(here, replace(card, mention=whom), "k")
    (sent,) = [r.json for r in guild.env.http_requests if r.method == "POST" and r.path.endswith("/messages")]
    assert sent is not None
    message = guild.env.backend.messages[guild.here.id][int(ref.message)]
    assert message.ping_role_ids == ([tutors.id] if role else [])
    assert sent["allowed_mentions"].get("parse") == ([] if role else ["everyone"])
    said = [each["content"] for each in guild.parts(guild.channel()[0]) if each["type"] == 10]
    assert said[0] == (f"<@&{tutors.id}>" if role else "@here")
    assert not any(each in "".join(said[1:]) for each in ("@everyone", "@here"))
    await guild.platform.edit(ref, Card("Later", mention=whom))
    assert message.ping_role_ids == []


async def test_a_retry_by_another_process_after_a_deletion_says_it_is_gone(guild: DiscordDriver) -> None:
    stage = DiscordStage.built(guild)
    ref = await stage.platform.post(stage.here, FIRST, "k")
    await stage.delete(ref)
    with pytest.raises(GoneError):
        await (await stage.restarted()).post(stage.here, FIRST, "k")
    assert guild.titles() == []


PLACE, PERSON, FAULT = NoAccessError, UnreachableError, NotTakenError
PROMISED: dict[int, tuple[int, type[PlatformError]]] = {
    10003: (404, PLACE),
    10004: (404, PLACE),
    10007: (404, PERSON),
    10008: (404, GoneError),
    10013: (404, PERSON),
    10062: (404, FAULT),
    20026: (403, PERSON),
    30046: (429, RateLimitedError),
    40003: (400, PERSON),
    40005: (413, FAULT),
    40060: (400, FAULT),
    50001: (403, PLACE),
    50006: (400, FAULT),
    50007: (403, PERSON),
    50008: (400, PLACE),
    50013: (403, PLACE),
    50024: (400, PLACE),
    50033: (400, PERSON),
    50035: (400, FAULT),
    50045: (400, FAULT),
    50083: (400, PLACE),
    50278: (403, PERSON),
    160004: (400, FAULT),
    160005: (400, PLACE),
    160006: (400, PLACE),
    160007: (400, PLACE),
    200000: (400, PLACE),
    200001: (400, PLACE),
    240000: (400, PLACE),
}


def test_each_code_of_the_table_is_tried() -> None:
    assert PROMISED.keys() == MEANINGS.keys()


async def test_what_discord_refuses_is_said_in_the_ports_words(guild: DiscordDriver, here: Place) -> None:
    cases = [
        *((status, code, error) for code, (status, error) in PROMISED.items()),
        (401, 0, NotSentError),
        (403, 0, PLACE),
        (404, 0, PLACE),
        (418, 0, FAULT),
        (429, 0, RateLimitedError),
        (500, 0, InDoubtError),
        (503, 0, InDoubtError),
    ]
    for status, code, error in cases:
        key = f"{status} {code}"
        guild.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
        with pytest.raises(PlatformError) as raised:
            await guild.platform.post(here, FIRST, key)
        assert type(raised.value) is error, key
        assert error is not PLACE or str(raised.value).endswith("."), key
        assert error is not FAULT or str(code) in str(raised.value), key
        await guild.platform.post(here, FIRST, key)
    assert guild.titles() == ["First"] * len(cases)


async def test_a_deleted_channel_is_said_to_be_gone(guild: DiscordDriver) -> None:
    other = guild.server.create_text_channel("other")
    where = place(guild, other)
    guild.env.backend.delete_channel(other.id)
    await guild.env.settle()
    with pytest.raises(NoAccessError, match="no longer exists"):
        await guild.platform.post(where, FIRST, "k")
    (problem,) = await guild.platform.problems(where)
    assert "no longer exists" in problem


async def test_what_is_missing_is_named_as_in_discords_settings(guild: DiscordDriver) -> None:
    deny = discord.PermissionOverwrite(send_messages=False, attach_files=False)
    quiet = guild.server.create_text_channel("quiet", overwrites={guild.server.default_role: deny})
    (problem,) = await guild.platform.problems(place(guild, quiet))
    assert "“Send Messages” and “Attach Files”" in problem


async def test_a_channel_of_another_kind_is_named_as_such(guild: DiscordDriver) -> None:
    forum = guild.server.create_forum_channel("forum")
    (problem,) = await guild.platform.problems(place(guild, forum))
    assert "kind" in problem


async def test_without_the_history_nobody_can_know_and_it_is_said(guild: DiscordDriver) -> None:
    blind = discord.PermissionOverwrite(read_message_history=False)
    where = place(
        guild, guild.server.create_text_channel("blind", overwrites={guild.server.default_role: blind})
    )
    await guild.platform.post(where, FIRST, "k")
    with pytest.raises(NoAccessError, match="Read Message History"):
        await guild.platform.find(where, "k", guild.clock() - DAY)


async def test_a_message_is_found_beneath_hundreds_of_others(guild: DiscordDriver, here: Place) -> None:
    since = guild.clock()
    ref = await guild.platform.post(here, FIRST, "k")
    talker = guild.person("ada").id
    for number in range(230):
        guild.env.backend.create_message(guild.here.id, talker, f"talk {number}")
    await guild.env.settle()
    fresh = DiscordPlatform(guild.client, guild.clock)
    assert await fresh.find(here, "k", since) == ref
    assert await fresh.find(here, "never", since) is None


async def test_a_place_of_another_platform_is_refused(guild: DiscordDriver) -> None:
    local = Place("local", "room", "study")
    with pytest.raises(NoAccessError):
        await guild.platform.post(local, FIRST, "k")
    assert await guild.platform.problems(local) != ()


async def test_somebody_who_closed_their_messages_is_out_of_reach(guild: DiscordDriver) -> None:
    bot = account(guild.env.create_user("somebot", bot=True).id, "Somebot")
    with pytest.raises(UnreachableError):
        await guild.platform.post(bot, FIRST, "k")


async def test_a_quiet_channel_is_refused_before_and_while_posting(guild: DiscordDriver) -> None:
    quiet = guild.server.create_text_channel("quiet", overwrites={guild.server.default_role: MAY_NOT_SEND})
    with pytest.raises(NoAccessError, match="Send Messages"):
        await guild.platform.post(place(guild, quiet), FIRST, "k")


async def test_before_the_connection_nothing_is_sent_and_it_is_said(unconnected: DiscordDriver) -> None:
    where = Place("discord", "1", "2")
    with pytest.raises(NotSentError):
        await unconnected.platform.post(where, FIRST, "k")
    assert await unconnected.platform.problems(where) != ()


@pytest.mark.parametrize(("status", "code"), [(400, 40003), (403, 20026)])
@pytest.mark.parametrize("at", ["/users/@me/channels", "/channels/*/messages"])
async def test_once_too_many_private_channels_were_opened_no_other_is_for_a_while(
    guild: DiscordDriver, at: str, status: int, code: int
) -> None:
    ada, ben, cleo = (account(guild.person(name).id, name) for name in ("ada", "ben", "cleo"))
    await guild.platform.post(cleo, FIRST, "k1")
    guild.env.inject_error("POST", at, status=status, code=code)
    with pytest.raises(UnreachableError):
        await guild.platform.post(ada, FIRST, "k2")
    with pytest.raises(RateLimitedError) as refused:
        await guild.platform.post(ben, FIRST, "k3")
    assert (refused.value.retry_after, refused.value.everywhere) == (600, False)
    await guild.platform.post(cleo, FIRST, "k4")
    guild.env.backend.advance_clock(600)
    await guild.platform.post(ben, FIRST, "k3")
