"""The room's HTTP server, from start to stop."""

from collections.abc import Iterable

from aiohttp import web

from adapters.local import guards
from adapters.local.guards import LOOPBACK, MAX_BODY_BYTES
from adapters.local.room import LocalRoom
from adapters.local.routes import Routes
from bot.chat.dispatch import Responder
from bot.chat.serving import Door


async def serve(
    room: LocalRoom,
    dispatcher: Responder,
    *,
    host: str = "127.0.0.1",
    port: int = 8080,
    allowed_hosts: Iterable[str] = (),
    page: bool = True,
) -> Door:
    """Start serving the room; port 0 takes a free one. Without the ``page`` only its health is told.

    ``host`` is loopback unless told otherwise. The page is answered under that name, under the loopback's names and
    under ``allowed_hosts``, and under no other.

    Raises:
        OSError: the port is taken, or the host is none of this machine's.
    """
    door = Door(build_app(room, dispatcher, (host, *allowed_hosts), page=page))
    await door.open(host, port)
    return door


def build_app(
    room: LocalRoom, dispatcher: Responder, allowed_hosts: Iterable[str] = (), *, page: bool = True
) -> web.Application:
    """The room as an aiohttp application; without the ``page`` nothing but its health."""
    allowed = LOOPBACK | {h.strip("[]").lower() for h in allowed_hosts}
    app = web.Application(middlewares=[guards.polite, guards.guard(allowed)], client_max_size=MAX_BODY_BYTES)
    app.on_response_prepare.append(guards.add_headers)
    routes = Routes(room, dispatcher)
    app.router.add_get("/healthz", routes.health)
    if not page:
        return app
    app.router.add_get("/", routes.page)
    app.router.add_get("/page/{name}", routes.page_file)
    app.router.add_get("/api/state", routes.state)
    app.router.add_get("/api/older", routes.older)
    app.router.add_get("/api/pinned", routes.pinned)
    app.router.add_get("/api/events", routes.events)
    app.router.add_get("/api/complete", routes.complete)
    app.router.add_get("/api/file/{entry}/{number}", routes.file)
    app.router.add_post("/api/press", routes.press)
    app.router.add_post("/api/submit", routes.submit)
    app.router.add_post("/api/command", routes.command)
    app.router.add_post("/api/typed", routes.typed)
    app.router.add_post("/api/preview", routes.preview)
    app.router.add_post("/api/people", routes.people)
    app.cleanup_ctx.append(routes.watching)
    app.on_shutdown.append(routes.close_streams)
    return app
