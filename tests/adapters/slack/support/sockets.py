"""Socket Mode's side of the fake: tickets that open one connection, envelopes, and their acknowledgements."""

import asyncio
import itertools
import json
from collections.abc import Callable

from aiohttp import WSMsgType, web

from tests.adapters.slack.support.refusing import Json


class Sockets:
    """The connections of one app. ``dead`` counts tickets that will be handed out without opening anything."""

    def __init__(self) -> None:
        self.dead = 0
        self.handed = 0
        self.tried = 0
        self.acks: dict[str, Json] = {}
        self._open: list[web.WebSocketResponse] = []
        self._tickets: set[str] = set()
        self._changed = asyncio.Condition()
        self._envelopes = itertools.count(1)

    @property
    def standing(self) -> int:
        """How many connections stand."""
        return sum(not each.closed for each in self._open)

    def ticket(self, url: str) -> str:
        """The address of a connection, good once; a dead one opens nothing, ever."""
        self.handed += 1
        made = f"t{self.handed}"
        if self.dead:
            self.dead -= 1
        else:
            self._tickets.add(made)
        return f"{url.replace('http', 'ws', 1)}socket/{made}"

    async def open(self, request: web.Request) -> web.StreamResponse:
        self.tried += 1
        if request.match_info["ticket"] not in self._tickets:
            await self.tell()
            return web.Response(status=404)
        self._tickets.discard(request.match_info["ticket"])
        made = web.WebSocketResponse(autoping=True)
        await made.prepare(request)
        self._open.append(made)
        await made.send_json({"type": "hello", "num_connections": 1})
        await self.tell()
        async for message in made:
            if message.type is WSMsgType.TEXT:
                answer = json.loads(message.data)
                self.acks[answer["envelope_id"]] = answer
                await self.tell()
        await self.tell()
        return made

    async def send(self, kind: str, payload: Json, envelope: str = "") -> str:
        """Send an envelope over the newest connection; its id."""
        made = envelope or f"e{next(self._envelopes)}"
        body = {"type": kind, "envelope_id": made, "payload": payload, "accepts_response_payload": True}
        await self._open[-1].send_json(body)
        return made

    async def disconnect(self) -> None:
        """Slack says that it will close the connection soon, as it does every few hours."""
        await self._open[-1].send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def drop(self) -> None:
        """Every connection ends without a word."""
        for each in self._open:
            if not each.closed:
                await each.close()

    async def until(self, ready: Callable[[], bool]) -> None:
        """Wait until something is so; changes are told, nothing is polled."""
        async with self._changed, asyncio.timeout(20):
            await self._changed.wait_for(ready)

    async def tell(self) -> None:
        """Let those who wait look once more."""
        async with self._changed:
            self._changed.notify_all()
