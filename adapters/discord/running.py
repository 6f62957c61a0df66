"""Discord as a process runs it: logged in first, so that a wrong token is told at once, then connected for good."""

import asyncio

import aiohttp
import discord

from adapters.discord.access import invite_link
from adapters.discord.client import StudyhallClient
from bot.chat.platform import ConnectError, RefusedError

LOGIN_SECONDS = 30.0

TRY_AGAIN = "Try again in a minute; if it keeps happening, look at https://discordstatus.com."
REFUSED = (
    "Discord does not accept the token.",
    "Copy it again from the developer portal, under Bot, Reset Token, into STUDYHALL_DISCORD_TOKEN.",
)
_ENDINGS = {
    4004: REFUSED,
    4010: ("Discord does not know this shard.", "Correct STUDYHALL_DISCORD_SHARDS, or leave it empty."),
    4011: (
        "The bot is in too many servers for so few shards.",
        "Raise the count in STUDYHALL_DISCORD_SHARDS, or leave it empty.",
    ),
    4012: ("Discord no longer takes this version of its gateway.", "Update Studyhall."),
    4013: ("Discord does not know an intent.", "Update Studyhall."),
    4014: ("Discord refused an intent.", "Studyhall now asks only for “guilds”: update Studyhall."),
}
"""The gateway's closing codes after which nobody should connect again (Opcodes and Status Codes)."""


class RunningDiscord:
    """A client's login and connection. A lost connection discord.py renews by itself, until it ends all of them."""

    def __init__(self, client: StudyhallClient, token: str) -> None:
        self._client = client
        self._token = token
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Log in, register the commands where they changed, and connect; from here on clicks are answered.

        Raises:
            RefusedError: the token is wrong.
            ConnectError: Discord cannot be reached, or it did not take the commands.
        """
        try:
            await login(self._client, self._token)
        except ConnectError:
            await self._client.close()
            raise
        self._task = asyncio.create_task(self._client.connect(), name="discord")
        assert self._client.user is not None
        assert self._client.application_id is not None
        return f"Discord: logged in as {self._client.user.name}. Invite it: {invite_link(self._client.application_id)}"

    async def stands(self) -> bool:
        """Whether every shard of this process is connected."""
        wanted, shards = self._client.shard_ids or range(self._client.shard_count or 0), self._client.shards
        return 0 < len(wanted) == len(shards) and not any(each.is_closed() for each in shards.values())

    async def ended(self) -> None:
        """Wait until the connection is stopped.

        Raises:
            ConnectError: it has ended by itself.
            RefusedError: Discord won't have it again as it is.
        """
        assert self._task is not None, "start() comes first"
        await asyncio.wait({self._task})
        if not self._stopping:
            raise _why(None if self._task.cancelled() else self._task.exception())

    async def stop(self) -> None:
        """Close the connection; Discord is told, so that nobody sees the bot online."""
        self._stopping = True
        await self._client.close()
        if self._task is not None:
            if not self._client.is_ready():
                self._task.cancel()  # it may be waiting for a shard's next try
            await asyncio.gather(self._task, return_exceptions=True)


async def login(client: discord.Client, token: str) -> None:
    """Log a client in, which takes HTTP alone.

    Raises:
        RefusedError: the token is wrong.
        ConnectError: Discord cannot be reached, or it refused what comes with the login.
    """
    try:
        async with asyncio.timeout(LOGIN_SECONDS):
            await client.login(token)
    except discord.LoginFailure:
        raise RefusedError(*REFUSED) from None
    except discord.HTTPException as error:
        raise ConnectError(f"Discord refused the login ({error.status}, {error.code}).", TRY_AGAIN) from None
    except (aiohttp.ClientError, OSError, TimeoutError):
        raise ConnectError(
            "Discord cannot be reached.", "Check this machine's connection to discord.com, then start again."
        ) from None


def _why(error: BaseException | None) -> ConnectError:
    code = error.code if isinstance(error, discord.ConnectionClosed) else 0
    if isinstance(error, discord.PrivilegedIntentsRequired):
        code = 4014
    if code in _ENDINGS:
        return RefusedError(*_ENDINGS[code])
    cause = code or (type(error).__name__ if error is not None else "closed")
    return ConnectError(
        f"The connection to Discord has ended ({cause}).", "`studyhall doctor` looks for the cause."
    )
