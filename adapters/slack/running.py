"""Slack as a process runs it: begun once the core can answer, over a socket for one workspace or over HTTP for many."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from adapters.slack.api.web import BASE_URL, Installs
from adapters.slack.app import Slack
from adapters.slack.client import SlackClient
from adapters.slack.http import RunningHttp, build_app, oauth_flow, serve
from adapters.slack.installing.installs import ManyWorkspaces, OneWorkspace, SlackStartError
from adapters.slack.installing.manifest import INSTALL_PATH
from adapters.slack.posting import SlackPlatform
from adapters.slack.settings import SlackDoor, SlackSettings
from adapters.slack.socket import SlackSocket
from bot.chat.dispatch import Responder
from bot.chat.factory import Core
from bot.chat.installs import Installations


class RunningSlack:
    """Slack in one process. ``platform`` is handed to the core first; one of the starts follows, and ``stop`` at the end.

    ``clock`` gives aware UTC, ``timer`` seconds that never go back, ``sleep`` waits for so many.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        timer: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
        base_url: str = BASE_URL,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._base_url = base_url
        self._installs: Installs | None = None
        self._slack = Slack(self, clock=clock, timer=timer, sleep=sleep, base_url=base_url)
        self._socket: SlackSocket | None = None
        self._http: RunningHttp | None = None

    @property
    def platform(self) -> SlackPlatform:
        """The port, for the core to post with."""
        return self._slack.platform

    @property
    def client(self) -> SlackClient | None:
        """The door in, once it was begun."""
        return self._slack.client

    @property
    def url(self) -> str:
        """Where the door over HTTP listens, "" without it."""
        return self._http.url if self._http is not None else ""

    async def token(self, team: str) -> str | None:
        """A workspace's token, as the way in that was begun knows it."""
        return await self._installs.token(team) if self._installs is not None else None

    async def start_socket(self, dispatcher: Responder, settings: SlackSettings) -> None:
        """Serve one workspace over Socket Mode.

        Raises:
            SlackStartError: a token is wrong, or Slack cannot be reached.
        """
        one = OneWorkspace(settings.bot_token, self._base_url)
        await one.begin()
        self._installs = one
        client = self._slack.connect(dispatcher)
        self._socket = SlackSocket(client.app, settings.app_token, base_url=self._base_url, sleep=self._sleep)
        await self._socket.start()

    async def start_http(self, dispatcher: Responder, kept: Installations, settings: SlackSettings) -> None:
        """Serve every workspace that installs the app; ``kept`` keeps their tokens.

        Raises:
            SlackStartError: the port is taken, or the host is none of this machine's.
        """
        many = ManyWorkspaces(
            kept,
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            clock=self._clock,
            base_url=self._base_url,
        )
        self._installs = many
        client = self._slack.connect(dispatcher, signing_secret=settings.signing_secret, left=many.left)
        flow = oauth_flow(
            many,
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            public_url=settings.url,
            base_url=self._base_url,
        )
        try:
            self._http = await serve(build_app(client.app, flow), host=settings.host, port=settings.port)
        except OSError as error:
            raise SlackStartError(
                f"Slack's door cannot listen on {settings.host}:{settings.port} ({error.strerror}).",
                "Choose another port.",
            ) from None

    async def stop(self) -> None:
        """Take nothing more in, finish what is under way, and close every connection."""
        if self._socket is not None:
            await self._socket.stop()
            self._socket = None
        if self._http is not None:
            await self._http.stop()
            self._http = None
        await self._slack.close()


class SlackConnection:
    """Slack among a process's connections, by the door that the settings name."""

    def __init__(self, running: RunningSlack, settings: SlackSettings, core: Core) -> None:
        self._running = running
        self._settings = settings
        self._core = core
        self._stopped = asyncio.Event()

    async def start(self) -> str:
        """Connect; from here on people are answered. A line for the operator.

        Raises:
            ConnectError: a token is wrong, the port is taken, or Slack cannot be reached.
        """
        running, settings, core = self._running, self._settings, self._core
        if settings.door is SlackDoor.SOCKET:
            await running.start_socket(core.responder, settings)
            return "Slack: connected. Type /study group setup in a channel."
        await running.start_http(core.responder, core.installations, settings)
        return f"Slack: listening at {running.url}. Install it: {settings.url}{INSTALL_PATH}"

    async def ended(self) -> None:
        """Wait until it is stopped: a lost connection is taken up again for as long as the process lives."""
        await self._stopped.wait()

    async def stop(self) -> None:
        """Take nothing more in, and finish what is under way."""
        await self._running.stop()
        self._stopped.set()
