"""Live updates: one stream of Server-Sent Events for every open page, and a watch on what other processes add."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from adapters.local.answers import entry_view
from adapters.local.intake import number
from adapters.local.room import LocalRoom, RoomMember
from bot.chat.dispatch import log_failure
from bot.chat.errors import NotKeptError

log = logging.getLogger(__name__)

WATCH_SECONDS = 1.5
"""How often the transcript is looked at for what another process wrote."""

MOST_STREAMS = 100
"""So many pages may be open at once: more than a room has people, and a third of the connections that a door holds."""

MOST_CHANGES = 200
"""A page that missed so many changes begins again: it would not know of more."""

HEARTBEAT_SECONDS = 15.0
"""How often a silent stream says that it is alive; proxies close silent ones after 30 s or more."""


async def watch(room: LocalRoom, every: float = WATCH_SECONDS) -> None:
    """Ring the room's bell whenever the transcript's version rises; runs until it is cancelled."""
    seen = -1
    while True:
        try:
            version = await room.transcript.version()
        except Exception as error:  # noqa: BLE001  # a database that rests for a moment must not end the watch
            log_failure(log, error, "the transcript's version could not be read")
        else:
            if version != seen:
                seen = version
                room.ring()
        await asyncio.sleep(every)


async def stream(
    request: web.Request, room: LocalRoom, member: RoomMember, since: int, closing: asyncio.Event
) -> web.StreamResponse:
    """Send a page every change it may see, as it happens, until it goes away or ``closing`` is set and the bell rung."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    with room.bell() as bell, contextlib.suppress(ConnectionError, NotKeptError):  # the page asks again soon
        await response.prepare(request)
        await response.write(b"retry: 1500\n\n")
        async for piece in _pieces(room, member, since, bell, closing):
            await response.write(piece)
    return response


async def _pieces(
    room: LocalRoom, member: RoomMember, since: int, bell: asyncio.Event, closing: asyncio.Event
) -> AsyncIterator[bytes]:
    """What happens from ``since`` on. A page that can't be told all of it is told to begin again, and nothing more."""
    known = since <= await room.transcript.version()
    while True:
        bell.clear()
        if closing.is_set():
            return
        entries = await room.transcript.changes(room.place.channel, member.user, since, MOST_CHANGES)
        if not known or (since and len(entries) == MOST_CHANGES):
            yield b"event: reset\ndata: {}\n\n"
            return
        if entries:
            since = max(e.version for e in entries)
            data = json.dumps([entry_view(e) for e in entries], ensure_ascii=False)
            yield f"id: {since}\nevent: entries\ndata: {data}\n\n".encode()
        try:
            await asyncio.wait_for(bell.wait(), HEARTBEAT_SECONDS)
        except TimeoutError:
            yield b": still here\n\n"


def last_seen(request: web.Request) -> int:
    """The version a page has seen: from the header of a reconnecting stream, or from the address."""
    return number(request.headers.get("Last-Event-ID") or request.query.get("since", "0")) or 0
