"""Who left the server, or may not see the channel any more, has nothing of the group in direct messages but their own."""

import discord
import pytest
from simcord.backend.models.channel import Overwrite
from simcord.enums import OverwriteType

from tests.adapters.discord.support.driver import DiscordDriver
from tests.adapters.discord.support.stage import account, place
from tests.support.driver import ORGANISER

NO_LONGER = "You are no longer in this group's channel"
UNKNOWN = "Could not check just now"


async def still_in(guild: DiscordDriver, who: str) -> bool | None:
    """What Discord says of somebody and the channel."""
    return await guild.platform.still_in(account(guild.person(who).id, who), (place(guild, guild.here),))


def hide_channel(guild: DiscordDriver, target: int, kind: OverwriteType) -> None:
    """Take the permission to view the channel from somebody, or from a role."""
    hidden = Overwrite(target, kind, deny=discord.Permissions(view_channel=True).value)
    guild.env.backend.set_overwrite(guild.here.id, hidden)


@pytest.mark.slow
async def test_who_left_the_server_votes_and_organises_nothing_in_direct_messages(
    guild: DiscordDriver,
) -> None:
    await guild.set_up()
    for who in ("ada", "ben", ORGANISER):
        await guild.answer(who, f"{who}: what I would say, in a sentence or two.")
    await guild.tick(days=1)
    ada = guild.user("ada")
    assert guild.title(await ada.slash("vote")).startswith("Monday's ballot")
    guild.env.backend.remove_member(guild.server.id, ada.id)
    guild.env.backend.remove_member(guild.server.id, guild.person(ORGANISER).id)
    await guild.tick(minutes=4)
    assert guild.title(await ada.slash("vote")) == NO_LONGER
    assert guild.title(await guild.user(ORGANISER).slash("round manage")) == NO_LONGER
    assert guild.title(await ada.slash("my export")) != NO_LONGER
    assert guild.title(await guild.user("ben").slash("vote")).startswith("Monday's ballot")


async def test_where_discord_does_not_answer_others_answers_stay_unread(guild: DiscordDriver) -> None:
    await guild.set_up()
    await guild.command("ada", "question today")
    guild.env.inject_error("GET", "/guilds/*/members/*", status=403, code=50001, times=None)
    assert guild.title(await guild.user("ada").slash("question past")) == UNKNOWN
    assert guild.title(await guild.user("ada").slash("question today")) not in (UNKNOWN, NO_LONGER)


async def test_who_may_not_see_the_channel_is_out_and_who_gets_it_back_is_in(guild: DiscordDriver) -> None:
    await guild.set_up()
    assert await still_in(guild, "ada") is True
    hide_channel(guild, guild.server.id, OverwriteType.ROLE)
    await guild.settle()
    assert await still_in(guild, "ada") is False
    assert await still_in(guild, ORGANISER) is False, "managing the server shows no channel"
    shown = Overwrite(
        guild.person("ada").id, OverwriteType.MEMBER, allow=discord.Permissions(view_channel=True).value
    )
    guild.env.backend.set_overwrite(guild.here.id, shown)
    await guild.settle()
    assert await still_in(guild, "ada") is True


async def test_a_deleted_channel_says_nothing_about_people(guild: DiscordDriver) -> None:
    gone = guild.server.create_text_channel("gone")
    there = place(guild, gone)
    await guild.settle()
    guild.env.backend.delete_channel(gone.id)
    await guild.settle()
    ada = account(guild.person("ada").id, "Ada")
    assert await guild.platform.still_in(ada, (there,)) is None
