"""Discord as a process runs it: logged in first, so that a wrong token is told at once, then connected for good."""

import asyncio
import logging

import aiohttp
import discord

from adapters.discord.access import invite_link
from adapters.discord.client import StudyhallClient
from bot.chat.platform import ConnectError

log = logging.getLogger(__name__)

LOGIN_SECONDS = 30.0
FIRST_PAUSE = 5.0
LONGEST_PAUSE = 300.0
"""Seconds between tries to begin the connection, doubled each time; later discord.py renews it by itself."""

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
    4014: ("Discord refused an intent.", "Studyhall now asks only for “guilds”: update Studyhall."),
}
"""The gateway's closing codes after which nobody should connect again (Opcodes and Status Codes)."""


class RunningDiscord:
    """A client's login and connection. ``pause`` is how many seconds to wait where the gateway is away for a while."""

    def __init__(self, client: StudyhallClient, token: str, pause: float = FIRST_PAUSE) -> None:
        self._client = client
        self._pause = pause
        self._token = token
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Log in, register the commands where they changed, and connect; from here on clicks are answered.

        Raises:
            ConnectError: the token is wrong, Discord cannot be reached, or it did not take the commands.
        """
        try:
            await login(self._client, self._token)
        except ConnectError:
            await self._client.close()
            raise
        self._task = asyncio.create_task(self._connect(), name="discord")
        assert self._client.user is not None
        assert self._client.application_id is not None
        return f"Discord: logged in as {self._client.user.name}. Invite it: {invite_link(self._client.application_id)}"

    async def _connect(self) -> None:
        pause = self._pause
        while True:
            try:
                await self._client.connect()
            except (discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
                log.warning(
                    "Discord's gateway is away (%s); the next try is in %g s", type(error).__name__, pause
                )
            else:
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def ended(self) -> None:
        """Wait until the connection is stopped.

        Raises:
            ConnectError: Discord has ended it for good.
        """
        assert self._task is not None, "start() comes first"
        await asyncio.wait({self._task})
        error = None if self._task.cancelled() else self._task.exception()
        if error is not None:
            raise _why(error)

    async def stop(self) -> None:
        """Close the connection; Discord is told, so that nobody sees the bot online."""
        await self._client.close()
        if self._task is not None:
            if not self._client.is_ready():
                self._task.cancel()  # it may be waiting for its next try
            await asyncio.gather(self._task, return_exceptions=True)


async def login(client: discord.Client, token: str) -> None:
    """Log a client in, which takes HTTP alone.

    Raises:
        ConnectError: the token is wrong, Discord cannot be reached, or it refused what comes with the login.
    """
    try:
        async with asyncio.timeout(LOGIN_SECONDS):
            await client.login(token)
    except discord.LoginFailure:
        raise ConnectError(*REFUSED) from None
    except discord.HTTPException as error:
        raise ConnectError(f"Discord refused the login ({error.status}, {error.code}).", TRY_AGAIN) from None
    except (aiohttp.ClientError, OSError, TimeoutError):
        raise ConnectError(
            "Discord cannot be reached.", "Check this machine's connection to discord.com, then start again."
        ) from None


def _why(error: BaseException) -> ConnectError:
    code = error.code if isinstance(error, discord.ConnectionClosed) else 0
    if isinstance(error, discord.PrivilegedIntentsRequired):
        code = 4014
    if code in _ENDINGS:
        return ConnectError(*_ENDINGS[code])
    return ConnectError(
        f"The connection to Discord has ended and won't come back ({code or type(error).__name__}).",
        "Start Studyhall again; `studyhall doctor` looks for the cause.",
    )
