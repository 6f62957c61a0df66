"""A small Discord on the loopback interface, for what happens between the two: lost answers, limits, lost connections.

discord.py talks to it through real HTTP and a real websocket. It keeps what was sent, remembers nonces for as long as it is
told, and hands events to shards, again after a RESUME where they were lost.
"""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, TypeAlias

import discord
import yarl
from aiohttp import web
from discord.gateway import DiscordWebSocket
from discord.http import Route

Json: TypeAlias = dict[str, Any]

CHANNEL = 2000
GUILD = 3000
BOT: Json = {"id": "1", "username": "Studyhall", "discriminator": "0", "avatar": None, "bot": True}
ADA: Json = {"id": "7", "username": "ada", "global_name": "Ada", "discriminator": "0", "avatar": None}


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one Create Message: ``status`` 0 drops the connection; ``after`` it was created, or before."""

    status: int
    after: bool = False
    body: Json = field(default_factory=dict)
    headers: Json = field(default_factory=dict)


@dataclass
class Line:
    """One shard's connection: events are numbered, kept, and sent again on a RESUME after what was received last."""

    socket: web.WebSocketResponse
    events: list[tuple[int, str, Json]]

    async def send(self, number: int, name: str, data: Json) -> None:
        await self.socket.send_str(json.dumps({"op": 0, "s": number, "t": name, "d": data}))


NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""What its clock says, always."""


class Loopback:
    """Discord as far as these tests go."""

    def __init__(self) -> None:
        self.messages: list[Json] = []
        self.faults: list[Fault] = []
        self.no_thread: Fault | None = None
        self.archived: set[str] = set()
        """Threads that Discord closed after their time, by id."""
        self.threads: list[tuple[str, Json]] = []
        """What was changed of threads, one after the other."""
        self.callbacks: dict[str, Json] = {}
        self.answered: dict[str, asyncio.Event] = {}
        self.lines: dict[int, Line] = {}
        self.ready: dict[int, asyncio.Event] = {0: asyncio.Event(), 1: asyncio.Event()}
        self.resumed = asyncio.Event()
        self.posts = 0
        self.looks = 0
        self.looks_left = -1
        """After so many looks at the history it asks to wait; never where it is negative."""
        self.remembers_nonces = True
        self.token_is_good = True
        self.reachable = True
        self.gateway_is_away = 0
        self.registered: list[Json] = []
        self.permissions = 0
        self.about: Json = {}
        """What the application's settings say instead of the usual."""
        self.shards = 1
        self.identifies_left = 1000
        self._nonces: dict[str, Json] = {}
        self._ids = itertools.count(1000)

    def app(self) -> web.Application:
        """Its HTTP and its gateway."""
        made = web.Application()
        api = "/api/v10"
        made.router.add_get(f"{api}/users/@me", self._me)
        made.router.add_get(f"{api}/oauth2/applications/@me", self._application)
        made.router.add_get(f"{api}/gateway/bot", self._bot_gateway)
        made.router.add_put(f"{api}/applications/{{id}}/commands", self._commands)
        made.router.add_get(f"{api}/applications/{{id}}/commands", self._registered)
        made.router.add_get(f"{api}/guilds/{{guild}}", self._guild)
        made.router.add_get(f"{api}/guilds/{{guild}}/members/{{user}}", self._member)
        made.router.add_get(f"{api}/channels/{{channel}}", self._channel)
        made.router.add_patch(f"{api}/channels/{{channel}}", self._change_thread)
        made.router.add_post(f"{api}/channels/{{channel}}/messages", self._create)
        made.router.add_patch(f"{api}/channels/{{channel}}/messages/{{message}}", self._edit)
        made.router.add_get(f"{api}/channels/{{channel}}/messages", self._history)
        made.router.add_post(f"{api}/channels/{{channel}}/messages/{{message}}/threads", self._open_thread)
        made.router.add_post(f"{api}/interactions/{{id}}/{{token}}/callback", self._callback)
        made.router.add_get("/gateway/", self._gateway)
        made.on_response_prepare.append(_dated)
        return made

    async def _me(self, request: web.Request) -> web.Response:
        if not self.reachable:
            return _failed(request, Fault(0))
        return said(BOT) if self.token_is_good else said({"code": 0, "message": "401: Unauthorized"}, 401)

    async def _application(self, _request: web.Request) -> web.Response:
        made = {"id": "1", "name": "Studyhall", "icon": None, "description": "", "bot_public": True}
        return said(
            made
            | {"bot_require_code_grant": False, "owner": BOT, "verify_key": "", "flags": 0, "team": None}
            | self.about
        )

    async def _bot_gateway(self, request: web.Request) -> web.Response:
        if self.gateway_is_away:
            self.gateway_is_away -= 1
            return said({"code": 0, "message": "404: Not Found"}, 404)
        limit = {"total": 1000, "remaining": self.identifies_left, "reset_after": 1, "max_concurrency": 1}
        url = f"ws://{request.host}/gateway/"
        return said({"url": url, "shards": self.shards, "session_start_limit": limit})

    async def _commands(self, request: web.Request) -> web.Response:
        self.registered = await request.json()
        return said(self.registered)

    async def _registered(self, _request: web.Request) -> web.Response:
        return said([_given_back(each, number) for number, each in enumerate(self.registered)])

    async def _guild(self, request: web.Request) -> web.Response:
        if request.match_info["guild"] != str(GUILD):
            return said({"code": 10004, "message": "Unknown Guild"}, 404)
        everyone = {
            "id": str(GUILD),
            "name": "@everyone",
            "permissions": str(self.permissions),
            "position": 0,
        }
        return said({"id": str(GUILD), "name": "Berlin study", "owner_id": "7", "roles": [everyone]})

    async def _member(self, _request: web.Request) -> web.Response:
        return said({"user": BOT, "roles": [], "joined_at": "2026-11-23T09:00:00+00:00", "flags": 0})

    async def _channel(self, request: web.Request) -> web.Response:
        if request.match_info["channel"] in self.archived:
            return said(self._thread(request.match_info["channel"]))
        made = {"id": request.match_info["channel"], "guild_id": str(GUILD), "type": 0, "name": "study"}
        return said(made | {"position": 0, "permission_overwrites": [], "nsfw": False, "parent_id": None})

    def _thread(self, number: str) -> Json:
        about: Json = {"archived": number in self.archived, "auto_archive_duration": 1440, "locked": False}
        about |= {"archive_timestamp": "2026-11-23T09:00:00+00:00"}
        made = {"id": number, "guild_id": str(GUILD), "parent_id": str(CHANNEL), "type": 11, "name": "Reveal"}
        return made | {"owner_id": "1", "message_count": 1, "member_count": 1, "thread_metadata": about}

    async def _change_thread(self, request: web.Request) -> web.Response:
        number, change = request.match_info["channel"], await request.json()
        self.threads.append((number, change))
        if change["archived"]:
            self.archived.add(number)
        else:
            self.archived.discard(number)
        return said(self._thread(number))

    async def _edit(self, request: web.Request) -> web.Response:
        if request.match_info["channel"] in self.archived:
            return said({"code": 50083, "message": "Thread is archived"}, 400)
        (message,) = (m for m in self.messages if m["id"] == request.match_info["message"])
        message["components"] = (await request.json())["components"]
        return said(message)

    async def _create(self, request: web.Request) -> web.Response:
        self.posts += 1
        body = await request.json()
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None and not fault.after:
            return _failed(request, fault)
        known = (
            self._nonces.get(body["nonce"]) if self.remembers_nonces and body.get("enforce_nonce") else None
        )
        message = known or self._message(request.match_info["channel"], body["components"])
        if known is None:
            self.messages.append(message)
            self._nonces[body["nonce"]] = message
        return said(message) if fault is None else _failed(request, fault)

    def _message(self, channel: str, components: list[Json]) -> Json:
        made: Json = {
            "channel_id": channel,
            "author": BOT,
            "content": "",
            "edited_timestamp": None,
            "tts": False,
        }
        made |= {
            "timestamp": "2026-11-23T09:00:00+00:00",
            "mention_everyone": False,
            "mentions": [],
            "type": 0,
        }
        made |= {"mention_roles": [], "attachments": [], "embeds": [], "pinned": False, "flags": 1 << 15}
        at = discord.utils.parse_time("2026-11-23T09:00:00+00:00")
        number = discord.utils.time_snowflake(at) + next(self._ids)
        return made | {"id": str(number), "components": components}

    async def _open_thread(self, request: web.Request) -> web.Response:
        assert self.no_thread is not None
        return _failed(request, self.no_thread)

    async def _history(self, request: web.Request) -> web.Response:
        """Get Channel Messages: newest first, up to 100, next to the one end that is named."""
        if self.looks_left == 0:
            return _failed(request, limited(90))
        self.looks += 1
        self.looks_left -= 1
        assert not {"after", "before"} <= set(request.query), "only one of them may be passed at a time"
        after = int(request.query.get("after", 0))
        before = int(request.query.get("before", 2**62))
        most = min(int(request.query.get("limit", 50)), 100)
        found = sorted(
            (m for m in self.messages if after < int(m["id"]) < before),
            key=lambda m: int(m["id"]),
            reverse=True,
        )
        return said(found[-most:] if after else found[:most])

    def chatter(self, count: int, since: datetime, until: datetime) -> None:
        """Let people say so much in the channel, evenly."""
        for number in range(count):
            at = since + (until - since) * number / count
            made = self._message(str(CHANNEL), []) | {"author": ADA}
            self.messages.append(made | {"id": str(discord.utils.time_snowflake(at) + next(self._ids))})

    async def _callback(self, request: web.Request) -> web.Response:
        made = request.match_info["id"]
        if made in self.callbacks:
            return said({"code": 40060, "message": "Interaction has already been acknowledged."}, 400)
        self.callbacks[made] = await request.json()
        self.answered.setdefault(made, asyncio.Event()).set()
        return said({"interaction": {"id": made, "type": 2, "response_message_id": "5"}})

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(json.dumps({"op": 10, "d": {"heartbeat_interval": 3_600_000}}))
        async for frame in socket:
            if isinstance(frame.data, str | bytes):
                await self._heard(socket, json.loads(frame.data), request)
        return socket

    async def _heard(self, socket: web.WebSocketResponse, heard: Json, request: web.Request) -> None:
        match heard["op"]:
            case 1:
                await socket.send_str('{"op": 11}')
            case 2:
                shard = heard["d"]["shard"][0]
                self.lines[shard] = Line(socket, [])
                url = f"ws://{request.host}/gateway/"
                ready = {
                    "v": 10,
                    "user": BOT,
                    "guilds": [],
                    "session_id": f"s{shard}",
                    "resume_gateway_url": url,
                }
                ready |= {"shard": heard["d"]["shard"], "application": {"id": "1", "flags": 0}}
                await self.emit(shard, "READY", ready)
                self.ready[shard].set()
            case 6:
                shard = int(heard["d"]["session_id"][1:])
                line = self.lines[shard] = Line(socket, self.lines[shard].events)
                for number, name, data in line.events:
                    if number > heard["d"]["seq"]:
                        await line.send(number, name, data)
                await line.send(len(line.events), "RESUMED", {})
                self.resumed.set()

    async def emit(self, shard: int, name: str, data: Json, *, lost: bool = False) -> None:
        """Hand an event to a shard; a lost one is only kept, for its next RESUME."""
        line = self.lines[shard]
        line.events.append((len(line.events) + 1, name, data))
        if not lost:
            await line.send(*line.events[-1])

    async def cut(self, shard: int, code: int = 4000) -> None:
        """Close a shard's connection, as Discord does at a restart of its own or for another reason."""
        await self.lines[shard].socket.close(code=code)

    def command(self, number: int, name: str) -> Json:
        """A slash command that somebody ran, as an event."""
        self.answered[str(number)] = asyncio.Event()
        return {
            "id": str(number),
            "application_id": "1",
            "type": 2,
            "token": f"t{number}",
            "version": 1,
            "data": {"id": "9", "name": name, "type": 1},
            "channel_id": str(CHANNEL),
            "channel": {"id": str(CHANNEL), "type": 1, "recipients": [ADA]},
            "user": ADA,
            "entitlements": [],
            "attachment_size_limit": 1,
            "context": 1,
            "authorizing_integration_owners": {},
        }


def _given_back(command: Json, number: int) -> Json:
    """A command as Discord gives back what was registered (Application Commands): fields of its own, null for what was not
    given, and nothing for what is false; in options of its own order of fields.
    """
    its_own: Json = {
        "id": str(900 + number),
        "application_id": "1",
        "version": str(800 + number),
        "nsfw": False,
    }
    nothing = dict.fromkeys(("default_member_permissions", "name_localizations", "description_localizations"))
    return its_own | nothing | {"dm_permission": True, "type": 1} | _bare(command)


def _bare(given: Json) -> Json:
    kept = {name: value for name, value in reversed(given.items()) if value is not False and value != []}
    for name in ("options", "choices"):
        if name in kept:
            kept[name] = [_bare(each) for each in kept[name]]
    return kept


def said(body: object, status: int = 200, headers: Json | None = None) -> web.Response:
    """An answer as Discord writes it: its content type has no charset."""
    made = web.Response(body=json.dumps(body).encode(), status=status, headers=headers)
    made.headers["Content-Type"] = "application/json"
    return made


def _failed(request: web.Request, fault: Fault) -> web.Response:
    if not fault.status:
        assert request.transport is not None
        request.transport.abort()
    return said(fault.body, fault.status or 500, fault.headers)


def limited(seconds: float, *, everywhere: bool = False) -> Fault:
    """A 429 as Discord itself answers it."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere}
    return Fault(429, body=body, headers={"Via": "1.1 google"})


async def _dated(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Date"] = format_datetime(NOW, usegmt=True)


@asynccontextmanager
async def loopback() -> AsyncIterator[Loopback]:
    """A small Discord that runs, with discord.py turned towards it."""
    made = Loopback()
    runner = web.AppRunner(made.app(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = f"http://{host}:{port}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://{host}:{port}/gateway/")
    try:
        yield made
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway
        await runner.cleanup()


@asynccontextmanager
async def connected(client: discord.Client) -> AsyncIterator[None]:
    """A client that is logged in and connected, closed at the end."""
    running = asyncio.create_task(client.start("token"))
    try:
        yield
    finally:
        await client.close()
        await asyncio.gather(running, return_exceptions=True)
