"""What keeps the bot from posting in a channel, found out before it tries."""

from functools import partial

import discord

from adapters.discord.errors import GONE, WRONG_KIND, Means, meaning
from bot.chat.platform import in_any
from bot.chat.requests import Identity, Place
from bot.chat.words import all_of

NEEDED = (
    ("view_channel", "View Channel"),
    ("send_messages", "Send Messages"),
    ("attach_files", "Attach Files"),
    ("read_message_history", "Read Message History"),
    ("create_public_threads", "Create Public Threads"),
    ("send_messages_in_threads", "Send Messages in Threads"),
)
"""What the bot uses, by discord.py's names and by the labels of Discord's settings."""


def invite_permissions() -> discord.Permissions:
    """Exactly what an invite link asks for."""
    return discord.Permissions(**{name: True for name, _ in NEEDED})


def invite_link(application_id: int) -> str:
    """The address at which somebody who manages a server adds the bot to it."""
    return discord.utils.oauth_url(
        application_id, permissions=invite_permissions(), scopes=("bot", "applications.commands")
    )


def missing(permissions: discord.Permissions) -> tuple[str, ...]:
    """One sentence with all that a channel's permissions lack; none where nothing is."""
    lacking = [f"“{label}”" for name, label in NEEDED if not getattr(permissions, name)]
    if not lacking:
        return ()
    return (f"Studyhall needs {all_of(lacking)} here: add it in the channel's settings, under Permissions.",)


async def _there(
    client: discord.Client, place: Place
) -> tuple[discord.Guild, discord.abc.GuildChannel | discord.Thread]:
    """A place's server and channel, asked of Discord where this process has no shard of it."""
    number, channel = int(place.tenant), int(place.channel)
    guild = client.get_guild(number) or await client.fetch_guild(number, with_counts=False)
    return guild, guild.get_channel(channel) or await guild.fetch_channel(channel)


async def problems_of(client: discord.Client, place: Place) -> tuple[str, ...]:
    """What keeps the bot from posting in a channel of a server.

    Raises:
        discord.HTTPException: Discord could not say, for another reason than that it may not.
    """
    try:
        guild, channel = await _there(client, place)
        if not isinstance(channel, discord.TextChannel):
            return (WRONG_KIND,)
        assert client.user is not None
        me = guild.get_member(client.user.id) or await guild.fetch_member(client.user.id)
    except (ValueError, discord.NotFound, discord.InvalidData):
        return (GONE,)
    except discord.Forbidden:
        return missing(discord.Permissions.none())
    return missing(channel.permissions_for(me))


async def is_still_in(client: discord.Client, account: Identity, places: tuple[Place, ...]) -> bool | None:
    """Whether somebody is in the server of one of these channels and may see the channel; None: nobody knows.

    The member is asked of Discord each time: without the privileged intent no cache holds them.

    Raises:
        discord.HTTPException: Discord could not say.
    """
    return await in_any(places, partial(_sees, client, account))


async def _sees(client: discord.Client, account: Identity, place: Place) -> bool | None:
    try:
        guild, channel = await _there(client, place)
    except (ValueError, discord.NotFound, discord.Forbidden, discord.InvalidData):
        return None  # the bot is out, or the channel is gone: that says nothing about people
    try:
        member = await guild.fetch_member(int(account.user))
    except discord.NotFound as error:
        return False if meaning(error) is Means.PERSON_GONE else None
    return channel.permissions_for(member).view_channel
