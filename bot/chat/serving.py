"""How a door over HTTP is served: so many connections, so long for a request to arrive, and no word on what is no HTTP.

Strangers may hold half a request back for ever, or open one connection after the other. Whoever asks a whole question is
answered all the same: a new connection takes the place of the one that has been without a request the longest.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one door holds at once, and for how many seconds it waits.

    ``most`` is in connections: systems let a process open about a thousand files. ``idle`` is how long a connection may be
    without a whole request: proxies keep theirs for up to two minutes (Caddy), and should not meet a closed one. ``body`` is
    how long what a request brings along may take to arrive, ``patience`` how long answers may take to end when the door closes.
    """

    most: int = 300
    idle: float = 150.0
    body: float = 30.0
    patience: float = 2.0


_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)


def _is_a_fault_of_ours(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


_log = logging.getLogger(f"{__name__}.http")
_log.addFilter(_is_a_fault_of_ours)  # what is no HTTP at all may be anybody's
_access = logging.getLogger(f"{__name__}.access")
_access.setLevel(logging.WARNING)


class _Refused(asyncio.Protocol):
    """A connection for which there is no room."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(_FULL)
        transport.close()


class _Connection(web.RequestHandler):
    """aiohttp's, which tells its door when it is over."""

    __slots__ = ("_over",)

    def __init__(self, server: web.Server, idle: float, over: Callable[[web.RequestHandler], None]) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=idle,
            logger=_log,
            access_log=_access,
        )
        self._over = over

    def connection_lost(self, exc: BaseException | None) -> None:
        """It is over."""
        self._over(self)
        super().connection_lost(exc)


class Door:
    """An application that is being served: at ``port``, and at ``url`` as a browser on this machine finds it."""

    def __init__(self, app: web.Application, bounds: Bounds | None = None) -> None:
        @web.middleware
        async def arrived(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._arrived(request, handler)

        app.middlewares.append(arrived)
        self._bounds = bounds or Bounds()
        self._runner = web.AppRunner(app, shutdown_timeout=self._bounds.patience)
        self._waiting: dict[web.RequestHandler, None] = {}
        self._answering: set[web.RequestHandler] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        self.url = ""

    async def open(self, host: str, port: int) -> None:
        """Start serving; port 0 takes a free one.

        Raises:
            OSError: the port is taken, or the host is none of this machine's.
        """
        await self._runner.setup()
        try:
            self._server = await asyncio.get_running_loop().create_server(self._connection, host, port)
        except OSError:
            await self._runner.cleanup()
            raise
        self.port = int(self._server.sockets[0].getsockname()[1])
        shown = "localhost" if host in ("0.0.0.0", "::") else host  # noqa: S104  # compared with, never bound by itself
        self.url = f"http://[{shown}]:{self.port}/" if ":" in shown else f"http://{shown}:{self.port}/"

    async def stop(self) -> None:
        """Take no more connections, let what is under way end within its patience, and close the rest."""
        if self._server is not None:
            self._server.close()
        await self._runner.cleanup()

    def _connection(self) -> asyncio.Protocol:
        if len(self._waiting) + len(self._answering) >= self._bounds.most:
            if not self._waiting:
                return _Refused()
            longest = next(iter(self._waiting))
            del self._waiting[longest]
            longest.force_close()
        server = self._runner.server
        assert server is not None
        made = _Connection(server, self._bounds.idle, self._over)
        self._waiting[made] = None
        return made

    def _over(self, connection: web.RequestHandler) -> None:
        self._waiting.pop(connection, None)
        self._answering.discard(connection)

    async def _arrived(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer once all of a request is there; until then its connection may have to make room."""
        try:
            async with asyncio.timeout(self._bounds.body):
                await request.read()
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        connection = request.protocol
        if connection in self._waiting:
            del self._waiting[connection]
            self._answering.add(connection)
        try:
            return await handler(request)
        finally:
            if connection in self._answering:
                self._answering.discard(connection)
                self._waiting[connection] = None
