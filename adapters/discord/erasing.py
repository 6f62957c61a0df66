"""Taking back what somebody was told directly: the bot's own messages in a private channel, whose files go with them."""

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

import discord

from bot.chat.known import Recent

if TYPE_CHECKING:
    from adapters.discord.client import StudyhallClient

AT_ONCE = 5
"""So many messages go in one call, and calls are a second apart: Discord takes five deletions a second in a channel
(https://github.com/discord/discord-api-docs/issues/8330). In private channels there is no deleting of many at once."""

_REMEMBERED = 200


class Eraser:
    """Deletes the bot's own messages in private channels, newest first, and remembers how far it has come."""

    def __init__(self) -> None:
        self._reached: Recent[tuple[int, datetime], int] = Recent(_REMEMBERED)

    async def erase(self, client: "StudyhallClient", channel: discord.DMChannel, before: datetime) -> bool:
        """Delete some messages that were sent before an instant by our clock; whether none is left.

        Raises:
            discord.HTTPException: Discord did not take it.
        """
        assert client.user is not None
        search, deleted = (channel.id, before), 0
        end = self._reached.get(search) or discord.utils.time_snowflake(client.clocks.there(before))
        async for message in channel.history(limit=None, before=discord.Object(end)):
            if message.author.id == client.user.id and not message.is_system():
                if deleted == AT_ONCE:
                    return False
                with suppress(discord.NotFound):
                    await message.delete()
                deleted += 1
            self._reached.put(search, message.id)
        self._reached.drop(search)
        return True
