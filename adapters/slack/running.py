"""Slack as a process runs it: begun once the core can answer, over a socket for one workspace or over HTTP for many."""

import asyncio

from adapters.slack.api.library import BASE_URL
from adapters.slack.api.web import Installs
from adapters.slack.app import Slack
from adapters.slack.http import build_app, oauth_flow
from adapters.slack.installing.installs import ManyWorkspaces, OneWorkspace
from adapters.slack.installing.manifest import INSTALL_PATH
from adapters.slack.posting import SlackPlatform
from adapters.slack.settings import SlackSettings
from adapters.slack.socket import SlackSocket
from bot.chat.factory import Core, Timing
from bot.chat.platform import RefusedError
from bot.chat.serving import Door


class RunningSlack:
    """Slack in one process, by the door that its settings name. ``platform`` is handed to the core first.

    Once the core stands and it is connected to that, it is one of the process's connections.
    """

    def __init__(self, settings: SlackSettings, timing: Timing, base_url: str = BASE_URL) -> None:
        self._settings = settings
        self._timing = timing
        self._base_url = base_url
        self._installs: Installs | None = None
        self._slack = Slack(self, timing, base_url)
        self._core: Core | None = None
        self._socket: SlackSocket | None = None
        self._http: Door | None = None
        self._stopped = asyncio.Event()

    @property
    def platform(self) -> SlackPlatform:
        """The port, for the core to post with."""
        return self._slack.platform

    async def token(self, team: str) -> str | None:
        """A workspace's token, as the way in that was begun knows it."""
        return await self._installs.token(team) if self._installs is not None else None

    def connect(self, core: Core) -> "RunningSlack":
        """Give it the core, before it starts."""
        self._core = core
        return self

    async def start(self) -> str:
        """Connect; from here on people are answered. A line for the operator.

        Raises:
            RefusedError: a token is wrong, or the port is taken.
            ConnectError: Slack cannot be reached.
        """
        assert self._core is not None, "connect() comes first"
        begin = self._listen if self._settings.over_http else self._open_socket
        return await begin(self._core)

    async def _open_socket(self, core: Core) -> str:
        one = OneWorkspace(self._settings.bot_token, self._base_url)
        await one.begin()
        self._installs = one
        client = self._slack.connect(core.responder)
        self._socket = SlackSocket(
            client.app, self._settings.app_token, base_url=self._base_url, sleep=self._timing.sleep
        )
        await self._socket.start()
        return "Slack: connected. Type /study group setup in a channel."

    async def _listen(self, core: Core) -> str:
        settings = self._settings
        many = ManyWorkspaces(
            core.installations,
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            clock=self._timing.clock,
            base_url=self._base_url,
        )
        self._installs = many
        client = self._slack.connect(core.responder, signing_secret=settings.signing_secret, left=many.left)
        door = Door(build_app(client.app, oauth_flow(many, settings.url)))
        try:
            await door.open(settings.host, settings.port)
        except OSError as error:
            raise RefusedError(
                f"Studyhall cannot listen for Slack on {settings.host}:{settings.port} ({error.strerror}).",
                "Choose another port.",
            ) from None
        self._http = door
        return f"Slack: listening at http://{settings.host}:{door.port}. Install it: {settings.url}{INSTALL_PATH}"

    async def stands(self) -> bool:
        """Whether Slack's requests come in: over the socket, or by the port that is listened on."""
        return await self._socket.stands() if self._socket is not None else self._http is not None

    async def ended(self) -> None:
        """Wait until it is stopped: a lost connection is taken up again for as long as the process lives."""
        await self._stopped.wait()

    async def stop(self) -> None:
        """Take nothing more in, finish what is under way, and close every connection."""
        for door in (self._socket, self._http):
            if door is not None:
                await door.stop()
        self._socket = self._http = None
        await self._slack.close()
        self._stopped.set()
