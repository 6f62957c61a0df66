"""Socket Mode: Slack's requests over a connection that we open, watched so that it never stays dead."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from adapters.slack.api.answers import ERRORS, unconnected
from adapters.slack.api.library import BASE_URL, quiet_logger, web_client

log = logging.getLogger(__name__)

CHECK_SECONDS = 10.0
FAILED_CHECKS = 3
"""After so many failed checks the connection's ticket is thrown away: the SDK would try a dead one for ever."""
PING_SECONDS = 10.0


class SlackSocket:
    """The connection of one workspace's app. ``sleep`` waits for so many seconds between two looks at it."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        *,
        base_url: str = BASE_URL,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        ping_seconds: float = PING_SECONDS,
    ) -> None:
        self._app = app
        self._token = app_token
        self._base_url = base_url
        self._sleep = sleep
        self._ping_seconds = ping_seconds
        self._failed = 0
        self._handler: AsyncSocketModeHandler | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Ask for a ticket, which tells a wrong token at once, and connect; from here on it heals by itself.

        Raises:
            RefusedError: the token is wrong.
            ConnectError: Slack cannot be reached.
        """
        web = web_client(self._base_url)
        try:
            answer = await web.apps_connections_open(app_token=self._token)
        except ERRORS as error:
            raise unconnected(
                error,
                "Slack does not accept the app-level token.",
                "Make one on the app's page, under Basic Information, with the scope connections:write; it begins with xapp-. "
                "Socket Mode must be on.",
            ) from None
        self._handler = AsyncSocketModeHandler(
            self._app,
            self._token,
            web_client=web,
            logger=quiet_logger("socket"),
            ping_interval=self._ping_seconds,
        )
        self._handler.client.wss_uri = str(answer["url"])
        self._tasks = [
            asyncio.create_task(self._connect(), name="slack socket"),
            asyncio.create_task(self._watch(), name="slack watchdog"),
        ]

    async def stands(self) -> bool:
        """Whether the connection stands at this moment."""
        return self._handler is not None and bool(await self._handler.client.is_connected())

    async def check(self) -> bool:
        """Look whether the connection stands; after a few failed looks its ticket is thrown away."""
        assert self._handler is not None
        client = self._handler.client
        if await client.is_connected():
            self._failed = 0
            return True
        self._failed += 1
        if self._failed >= FAILED_CHECKS:
            log.warning("the connection to Slack is dead: a new ticket is asked for")
            client.wss_uri = None
            self._failed = 0
        return False

    async def stop(self) -> None:
        """Close the connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        if self._handler is not None:
            client = self._handler.client
            own = (client.message_processor, client.current_session_monitor, client.message_receiver)
            with contextlib.suppress(aiohttp.ClientError, OSError):
                await client.close()  # type: ignore[no-untyped-call]  # the SDK's
            await asyncio.gather(*(each for each in own if each is not None), return_exceptions=True)
            self._handler = None

    async def _connect(self) -> None:
        assert self._handler is not None
        await self._handler.client.connect()  # type: ignore[no-untyped-call]  # the SDK's

    async def _watch(self) -> None:
        while True:
            await self._sleep(CHECK_SECONDS)
            await self.check()
