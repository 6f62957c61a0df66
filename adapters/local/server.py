"""The room's HTTP server: the page, its small API, and its life from start to stop."""

import asyncio
import base64
import contextlib
import json
import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import hdrs, web
from aiohttp.helpers import content_disposition_header

from adapters.local import guards, intake, live
from adapters.local.answers import Desk, entry_view
from adapters.local.guards import LOOPBACK, MAX_BODY_BYTES, said
from adapters.local.room import LocalRoom, RoomMember
from bot.chat.dispatch import Dispatcher
from bot.chat.requests import Invoke, Request
from bot.chat.typed import LineError, parse, suggest

PAGE = Path(__file__).parent / "page"

KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")


@dataclass(frozen=True, slots=True)
class RunningRoom:
    """A room that is being served. ``url`` is its address."""

    url: str
    runner: web.AppRunner

    async def stop(self) -> None:
        """Close every stream and connection, and give the port back."""
        await self.runner.cleanup()


async def serve(
    room: LocalRoom, dispatcher: Dispatcher, *, host: str = "127.0.0.1", port: int = 8080, allowed_hosts: Iterable[str] = ()
) -> RunningRoom:
    """Start serving the room; port 0 takes a free one.

    ``host`` is loopback unless told otherwise. The page is answered under that name, under the loopback's names and
    under ``allowed_hosts``, and under no other.

    Raises:
        OSError: the port is taken, or the host is none of this machine's.
    """
    runner = web.AppRunner(build_app(room, dispatcher, (host, *allowed_hosts)), shutdown_timeout=2.0, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except OSError:
        await runner.cleanup()
        raise
    bound = runner.addresses[0][1]
    shown = "localhost" if host in ("0.0.0.0", "::") else host  # noqa: S104  # compared with, never bound by itself
    name = f"[{shown}]" if ":" in shown else shown
    return RunningRoom(f"http://{name}:{bound}/", runner)


def build_app(room: LocalRoom, dispatcher: Dispatcher, allowed_hosts: Iterable[str] = ()) -> web.Application:
    """The room as an aiohttp application."""
    allowed = LOOPBACK | {h.strip("[]").lower() for h in allowed_hosts}
    app = web.Application(middlewares=[guards.polite, guards.guard(allowed)], client_max_size=MAX_BODY_BYTES)
    app.on_response_prepare.append(guards.add_headers)
    routes = _Routes(room, dispatcher)
    app.router.add_get("/", routes.page)
    app.router.add_get("/healthz", routes.health)
    app.router.add_get("/page/{name}", routes.page_file)
    app.router.add_get("/api/state", routes.state)
    app.router.add_get("/api/events", routes.events)
    app.router.add_get("/api/complete", routes.complete)
    app.router.add_get("/api/file/{entry}/{number}", routes.file)
    app.router.add_post("/api/press", routes.press)
    app.router.add_post("/api/submit", routes.submit)
    app.router.add_post("/api/command", routes.command)
    app.router.add_post("/api/typed", routes.typed)
    app.cleanup_ctx.append(routes.watching)
    app.on_shutdown.append(routes.close_streams)
    return app


class _Routes:
    """The handlers, with what they all need."""

    def __init__(self, room: LocalRoom, dispatcher: Dispatcher) -> None:
        self._room = room
        self._dispatcher = dispatcher
        self._desk = Desk(room, dispatcher)
        self._streams: set[asyncio.Task[object]] = set()
        self._files = {path.name: path for path in PAGE.iterdir() if path.suffix in KINDS}

    async def watching(self, app: web.Application) -> AsyncIterator[None]:
        del app
        task = asyncio.create_task(live.watch(self._room))
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def close_streams(self, app: web.Application) -> None:
        del app
        for task in tuple(self._streams):
            task.cancel()

    async def health(self, request: web.Request) -> web.Response:
        del request
        return web.Response(text="ok")

    async def page(self, request: web.Request) -> web.StreamResponse:
        del request
        return _page_file(self._files["index.html"])

    async def page_file(self, request: web.Request) -> web.StreamResponse:
        path = self._files.get(request.match_info["name"])
        return _page_file(path) if path is not None else said(404, "There is nothing here.")

    async def state(self, request: web.Request) -> web.Response:
        """All a page needs to begin with, or what changed since the version it saw."""
        try:
            member = intake.member_of(self._room, request.query.get("member", self._room.members[0].user))
        except intake.BadPostError as error:
            return said(400, str(error))
        since = live.last_seen(request)
        version = await self._room.transcript.version()
        entries = await self._room.transcript.changes(self._room.place.channel, member.user, since)
        organises = await self._dispatcher.may_organise(self._asking(member, request))
        return web.json_response(
            {
                "me": member.user,
                "title": self._room.title,
                "channel": self._room.place.channel,
                "bot": self._room.bot_name,
                "version": max((version, *(e.version for e in entries))),
                "members": [{"user": m.user, "name": m.name, "label": m.label} for m in self._room.members],
                "commands": [
                    {"name": c.name, "description": c.description, "usage": c.usage}
                    for c in self._dispatcher.registry
                    if organises or not c.organisers
                ],
                "entries": [entry_view(e) for e in entries],
            }
        )

    async def events(self, request: web.Request) -> web.StreamResponse:
        member = self._room.member(request.query.get("member", ""))
        if member is None:
            return said(400, "There is no such member in this room.")
        task = asyncio.current_task()
        assert task is not None
        self._streams.add(task)
        try:
            return await live.stream(request, self._room, member, live.last_seen(request))
        finally:
            self._streams.discard(task)

    async def complete(self, request: web.Request) -> web.Response:
        member = self._room.member(request.query.get("member", ""))
        line = request.query.get("line", "")
        if member is None or len(line) > 4000:
            return said(400, "There is no such member in this room.")
        asking = self._asking(member, request)
        organises = await self._dispatcher.may_organise(asking)
        found = await suggest(line, self._dispatcher.registry, asking, organiser=organises)
        return web.json_response([{"label": s.label, "note": s.note, "line": s.line} for s in found])

    async def file(self, request: web.Request) -> web.Response:
        """A picture or a download of an entry, for those who may see the entry."""
        entry = await self._room.entry(request.match_info["entry"])
        member = self._room.member(request.query.get("member", ""))
        number = request.match_info["number"]
        if entry is None or member is None or entry.audience not in (None, member.user):
            return said(404, "This file is not here.")
        files = json.loads(entry.body)["files"]
        if not (number.isascii() and number.isdigit() and len(number) < 4 and int(number) < len(files)):
            return said(404, "This file is not here.")
        kept = files[int(number)]
        kind = kept["type"] if _MEDIA_TYPE.fullmatch(kept["type"]) else "application/octet-stream"
        shown = "inline" if kind == "image/png" else "attachment"
        header = content_disposition_header(shown, filename=re.sub(r"[\x00-\x1f\x7f/\\]", "_", kept["name"]))
        return web.Response(
            body=base64.b64decode(kept["data"]), content_type=kind, headers={hdrs.CONTENT_DISPOSITION: header}
        )

    async def press(self, request: web.Request) -> web.Response:
        try:
            found = await intake.read_json(request)
            member = intake.member_of(self._room, found.get("member"))
            made = await intake.request_of(self._room, found, member, intake.press_of(found))
        except intake.BadPostError as error:
            return said(400, str(error))
        return web.json_response(await self._desk.answer(made))

    async def submit(self, request: web.Request) -> web.Response:
        try:
            found = await intake.read_json(request, MAX_BODY_BYTES)
            member = intake.member_of(self._room, found.get("member"))
            made = await intake.request_of(self._room, found, member, intake.submit_of(found))
        except intake.BadPostError as error:
            return said(400, str(error))
        return web.json_response(await self._desk.answer(made))

    async def command(self, request: web.Request) -> web.Response:
        try:
            found = await intake.read_json(request)
            member = intake.member_of(self._room, found.get("member"))
            line = intake.word(found, "line", most=intake.MAX_TYPED_BYTES)
            made = await intake.request_of(self._room, found, member, parse(line, self._dispatcher.registry))
        except intake.BadPostError as error:
            return said(400, str(error))
        except LineError as error:
            return web.json_response(
                {"line_error": {"message": error.message, "start": error.start, "end": error.end}}
            )
        return web.json_response(await self._desk.answer(made, asked=line.strip()))

    async def typed(self, request: web.Request) -> web.Response:
        """Keep a half-typed form, or drop it when it comes without fields."""
        try:
            found = await intake.read_json(request)
            member = intake.member_of(self._room, found.get("member"))
            form = intake.word(found, "form")
            fields = intake.submit_of({"action": form, "fields": found.get("fields")}).fields
        except intake.BadPostError as error:
            return said(400, str(error))
        await self._desk.keep(member.user, form, fields)
        return web.json_response({})

    def _asking(self, member: RoomMember, request: web.Request) -> Request:
        """A request that only asks what is possible: for completion and for the list of commands."""
        return Request(
            id="asking",
            at=self._room.clock(),
            who=self._room.identity(member),
            place=self._room.place,
            what=Invoke("help", {}),
            manages=member.organiser,
            zone=intake.zone_of(request.query.get("zone")),
        )


def _page_file(path: Path) -> web.Response:
    return web.Response(text=path.read_text(encoding="utf-8"), content_type=KINDS[path.suffix], charset="utf-8")
