"""The admin port, on loopback alone: whether the process lives, whether it is ready, and its metrics."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.app.connections import KeptConnection
from bot.app.watching.metrics import CONTENT_TYPE, Metrics
from bot.chat.dispatch import log_failure
from bot.chat.serving import Door
from bot.database.engine import Database
from bot.database.facts import Facts
from bot.database.transaction import Transaction
from bot.features.daily.open_rounds import OpenRounds, open_rounds
from bot.outbox.operating import OpenDeliveries, open_deliveries
from bot.outbox.scheduler import Scheduler

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
_NAMES = (HOST, "localhost")
PROBE_SECONDS = 3.0
"""So long the database may take before it counts as silent; whoever asks waits as long."""
LATE_TICK_SECONDS = 60.0
"""A tick takes two seconds when ten thousand groups are due at once."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is looked at when somebody asks. ``platforms`` are the names of all, the room's too; ``clock`` gives aware UTC."""

    metrics: Metrics
    database: Database
    scheduler: Scheduler
    platforms: tuple[str, ...]
    connections: Sequence[KeptConnection]
    clock: Callable[[], datetime]

    async def problems(self) -> tuple[str, ...]:
        """Why this process isn't ready, each as a sentence; none where it is."""
        found = []
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await Facts(self.database, self.clock).remember("probe", "written")
        except TimeoutError:
            found.append(f"The database has not taken a row for {PROBE_SECONDS:.0f} seconds.")
        except Exception as error:  # noqa: BLE001  # whatever it is, the process is not ready
            found.append(f"The database cannot be written ({type(error).__name__}).")
        if (age := self.scheduler.tick_age) > LATE_TICK_SECONDS:
            found.append(f"What is due has not been looked at for {age:.0f} seconds.")
        away = [each.name for each in self.connections if not await each.stands()]
        return (*found, *(f"{name} is not connected." for name in away))

    async def page(self) -> bytes:
        """The metrics as they stand now."""
        now = self.clock()

        async def look(tx: Transaction) -> tuple[tuple[OpenDeliveries, ...], OpenRounds]:
            return await open_deliveries(tx, self.platforms), await open_rounds(tx, now)

        found = None
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                found = await self.database.read(look)
        except Exception as error:  # noqa: BLE001  # the page says so, and the rest of it stands
            log_failure(log, error, "the database could not be read for the metrics")
        self.metrics.set_process(
            queue=self.database.waiting,
            tick_age=self.scheduler.tick_age,
            connected={each.platform: await each.stands() for each in self.connections},
        )
        self.metrics.set_open(self.platforms, found, now)
        return self.metrics.page()


@web.middleware
async def _from_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A page of another site could reach this port through its visitor's browser: by its own name, or across sites."""
    across = request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
    if across or request.url.host not in _NAMES:
        raise web.HTTPForbidden(text="This port answers to this machine alone.")
    return await handler(request)


def build_app(watched: Watched) -> web.Application:
    """The admin port as an aiohttp application."""

    async def health(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def ready(_request: web.Request) -> web.Response:
        problems = await watched.problems()
        return web.Response(text="\n".join(problems) or "ready", status=503 if problems else 200)

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=await watched.page(), headers={"Content-Type": CONTENT_TYPE})

    made = web.Application(middlewares=[_from_this_machine])
    made.router.add_get("/healthz", health)
    made.router.add_get("/readyz", ready)
    made.router.add_get("/metrics", metrics)
    return made


async def serve(watched: Watched, port: int) -> Door:
    """Start serving; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    door = Door(build_app(watched))
    await door.open(HOST, port)
    return door
