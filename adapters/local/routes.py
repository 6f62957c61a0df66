"""What the server answers: the page and its files, the room's state, and what members do."""

import asyncio
import base64
import contextlib
import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from aiohttp import hdrs, web
from aiohttp.helpers import content_disposition_header

from adapters.local import intake, live
from adapters.local.answers import LocalResponder, entry_view
from adapters.local.guards import MAX_BODY_BYTES, MAX_TYPED_BYTES, said
from adapters.local.people import changed
from adapters.local.render import View, pin_view, verbatim_html
from adapters.local.room import LocalRoom
from bot.chat.cards import Verbatim
from bot.chat.dispatch import Responder
from bot.chat.requests import Request, What
from bot.chat.transcript import TranscriptEntry
from bot.chat.typed import MAX_LINE, LineError, parse, suggest

MOST_PREVIEWED = 20_000
"""Characters: above the limit of any field that may hold marks."""

PAGE = Path(__file__).parent / "page"

FIRST_MESSAGES = 25
"""So many messages are sent at first, and again whenever one scrolls up to the first of them: a few windows full."""

KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")


class Routes:
    """The handlers of the room's addresses."""

    def __init__(self, room: LocalRoom, dispatcher: Responder) -> None:
        self._room = room
        self._dispatcher = dispatcher
        self._desk = LocalResponder(room, dispatcher)
        self._closing = asyncio.Event()
        self._files = {path.name: path.read_bytes() for path in PAGE.iterdir() if path.suffix in KINDS}

    async def watching(self, _app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(live.watch(self._room))
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def close_streams(self, _app: web.Application) -> None:
        self._closing.set()
        self._room.ring()

    async def health(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def page(self, _request: web.Request) -> web.StreamResponse:
        return self._page_file("index.html")

    async def page_file(self, request: web.Request) -> web.StreamResponse:
        return self._page_file(request.match_info["name"])

    async def state(self, request: web.Request) -> web.Response:
        """All a page needs to begin with, or what changed since the version it saw."""
        member = intake.member_of(self._room, request.query.get("member", self._room.members[0].user))
        since = live.last_seen(request)
        version = await self._room.transcript.version()
        entries = await self._room.transcript.changes(
            self._room.place.channel, member.user, since, live.MOST_CHANGES if since else FIRST_MESSAGES
        )
        asking = intake.asking(self._room, member, request.query.get("zone"))
        organises = await self._dispatcher.may_organise(asking)
        return web.json_response(
            {
                "me": member.user,
                "title": self._room.title,
                "channel": self._room.place.channel,
                "bot": self._room.bot_name,
                "version": max((version, *(e.version for e in entries))),
                "members": self._members(),
                "pins": await self._pins(asking),
                "commands": [
                    {"name": c.name, "description": c.description, "usage": c.usage}
                    for c in self._dispatcher.registry
                    if organises or not c.organisers
                ],
                **_messages(entries),
            }
        )

    async def older(self, request: web.Request) -> web.Response:
        """The messages that stand before the one with this id, for a page that scrolls up."""
        member = self._room.member(request.query.get("member", ""))
        before = intake.number(request.query.get("before", ""))
        if member is None or before is None:
            return said(400, "There are no such messages here.")
        entries = await self._room.transcript.earlier(
            self._room.place.channel, member.user, before, FIRST_MESSAGES
        )
        return web.json_response(_messages(entries))

    async def pinned(self, request: web.Request) -> web.Response:
        """What waits for a member, for a page in which something has changed."""
        return web.json_response({"pins": await self._pins(self._asking(request))})

    async def _pins(self, asking: Request) -> list[View]:
        return [pin_view(each) for each in await self._dispatcher.pinned(asking)]

    async def events(self, request: web.Request) -> web.StreamResponse:
        member = intake.member_of(self._room, request.query.get("member"))
        if self._room.listening >= live.MOST_STREAMS:
            return said(503, "Too many pages are open. Close some of them.")
        return await live.stream(request, self._room, member, live.last_seen(request), self._closing)

    async def complete(self, request: web.Request) -> web.Response:
        asking, line = self._asking(request), request.query.get("line", "")
        if len(line) > MAX_LINE:
            return said(400, "This line is too long.")
        organises = await self._dispatcher.may_organise(asking)
        propose = partial(self._dispatcher.complete, asking)
        found = await suggest(line, self._dispatcher.registry, propose, organiser=organises)
        return web.json_response([asdict(each) for each in found])

    async def file(self, request: web.Request) -> web.Response:
        """A picture or a download of an entry, for those who may see the entry."""
        entry = await self._room.entry(request.match_info["entry"])
        member = self._room.member(request.query.get("member", ""))
        number = request.match_info["number"]
        if entry is None or member is None or entry.audience not in (None, member.user):
            return said(404, "There is no such file here.")
        files = json.loads(entry.body)["files"]
        if not (number.isascii() and number.isdigit() and len(number) < 4 and int(number) < len(files)):
            return said(404, "There is no such file here.")
        kept = files[int(number)]
        kind = kept["type"] if _MEDIA_TYPE.fullmatch(kept["type"]) else "application/octet-stream"
        shown = "inline" if kind == "image/png" else "attachment"
        header = content_disposition_header(shown, filename=re.sub(r"[\x00-\x1f\x7f/\\]", "_", kept["name"]))
        return web.Response(
            body=base64.b64decode(kept["data"]), content_type=kind, headers={hdrs.CONTENT_DISPOSITION: header}
        )

    async def press(self, request: web.Request) -> web.Response:
        found = await intake.read_json(request)
        return await self._answered(found, intake.press_of(found))

    async def submit(self, request: web.Request) -> web.Response:
        found = await intake.read_json(request, MAX_BODY_BYTES)
        return await self._answered(found, intake.submit_of(found))

    async def command(self, request: web.Request) -> web.Response:
        found = await intake.read_json(request)
        line = intake.word(found, "line", most=MAX_TYPED_BYTES)
        try:
            what = parse(line, self._dispatcher.registry)
        except LineError as error:
            return web.json_response(
                {"line_error": {"message": error.message, "start": error.start, "end": error.end}}
            )
        return await self._answered(found, what, line.strip())

    async def _answered(self, found: intake.Json, what: What, asked: str = "") -> web.Response:
        made = intake.request_of(self._room, found, what)
        return web.json_response(await self._desk.answer(made, asked, found.get("entry")))

    async def typed(self, request: web.Request) -> web.Response:
        """Keep a half-typed form, or drop it when it comes without fields."""
        found = await intake.read_json(request)
        member = intake.member_of(self._room, found.get("member"))
        form = intake.word(found, "form")
        fields = intake.submit_of({"action": form, "fields": found.get("fields")}).fields
        await self._desk.keep(member.user, form, fields)
        return web.json_response({})

    async def people(self, request: web.Request) -> web.Response:
        """Let its organiser say who is in the room."""
        found = await intake.read_json(request)
        intake.check_organiser(self._room, found.get("member"))
        await self._room.let_in(changed(self._room.members, intake.people_of(found)))
        await self._dispatcher.left(self._room.place)
        return web.json_response({"members": self._members()})

    def _members(self) -> list[dict[str, object]]:
        return [{**asdict(m), "label": m.label} for m in self._room.members]

    async def preview(self, request: web.Request) -> web.Response:
        """How what is typed will be shown."""
        found = await intake.read_json(request)
        intake.member_of(self._room, found.get("member"))
        typed = intake.word(found, "text", most=MOST_PREVIEWED)
        shown = verbatim_html(Verbatim(typed, code=found.get("as") == "code", marked=True))
        return web.json_response({"html": shown})

    def _asking(self, request: web.Request) -> Request:
        member = intake.member_of(self._room, request.query.get("member"))
        return intake.asking(self._room, member, request.query.get("zone"))

    def _page_file(self, name: str) -> web.Response:
        body = self._files.get(name)
        if body is None:
            return said(404, "There is nothing here.")
        return web.Response(body=body, content_type=KINDS[Path(name).suffix], charset="utf-8")


def _messages(entries: Sequence[TranscriptEntry]) -> View:
    """Messages for a page, and whether there may be older ones."""
    return {"entries": [entry_view(e) for e in entries], "older": len(entries) == FIRST_MESSAGES}
