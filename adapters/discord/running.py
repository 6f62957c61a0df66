"""Discord as a process runs it: logged in first, so that a wrong token is told at once, then connected for good."""

import asyncio
import logging

import aiohttp
import discord

from adapters.discord.client import StudyhallClient

log = logging.getLogger(__name__)

LOGIN_SECONDS = 30.0


class DiscordStartError(Exception):
    """The connection could not be begun; ``args[0]`` tells the operator what to do."""


class RunningDiscord:
    """A client's login and connection. discord.py renews a lost connection by itself."""

    def __init__(self, client: StudyhallClient, token: str) -> None:
        self._client = client
        self._token = token
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Log in, register the commands where they changed, and connect; from here on clicks are answered.

        Raises:
            DiscordStartError: the token is wrong, Discord cannot be reached, or it did not take the commands.
        """
        try:
            async with asyncio.timeout(LOGIN_SECONDS):
                await self._client.login(self._token)
        except discord.LoginFailure:
            raise await self._given_up(
                "Discord does not take the token. Copy it anew from the developer portal, under Bot, Reset Token."
            ) from None
        except discord.HTTPException as error:
            raise await self._given_up(f"Discord refused to begin ({error.status}, {error.code}).") from None
        except (aiohttp.ClientError, OSError, TimeoutError):
            raise await self._given_up(
                "Discord cannot be reached. Check this machine's connection."
            ) from None
        self._task = asyncio.create_task(self._client.connect(), name="discord")
        self._task.add_done_callback(_ended)

    async def _given_up(self, why: str) -> DiscordStartError:
        await self._client.close()
        return DiscordStartError(why)

    async def stop(self) -> None:
        """Close the connection; Discord is told, so that nobody sees the bot online."""
        await self._client.close()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None


def _ended(task: "asyncio.Task[None]") -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.error("the connection to Discord ended for good: %s", type(error).__name__)
