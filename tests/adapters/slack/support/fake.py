"""Slack's Web API as a loopback server over a World; it refuses what Slack refuses, by Slack's names."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import parse_qsl

from aiohttp import encode_basic_auth, web

from tests.adapters.slack.support import deleting, granting, refusing
from tests.adapters.slack.support.refusing import Json, Refused
from tests.adapters.slack.support.sockets import Sockets
from tests.adapters.slack.support.world import BOT, Channel, Fault, Said, SeenView, Stored, Token, World

NEEDS = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "conversations.info": "channels:read",
    "conversations.members": "channels:read",
    "conversations.open": "im:write",
    "conversations.join": "channels:join",
    "users.info": "users:read",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.info": "files:read",
    "chat.delete": "chat:write",
    "files.delete": "files:write",
}


APP_TOKEN = "xapp-1"


class FakeSlack:
    """The server. ``url`` is its root; the Web API stands below ``url`` + "api/"."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.url = ""
        self.sockets = Sockets()
        self._methods: dict[str, Callable[[Token, Json], Json]] = {
            "auth.test": self._auth,
            "chat.postMessage": self._post,
            "chat.postEphemeral": self._ephemeral,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "conversations.info": self._info,
            "conversations.members": self._members,
            "conversations.join": self._join,
            "conversations.open": self._open,
            "users.info": self._user,
            "views.open": self._view_open,
            "views.publish": self._view_publish,
            "files.getUploadURLExternal": self._upload_url,
            "files.completeUploadExternal": self._upload_done,
            "files.info": self._file_info,
            "chat.delete": lambda token, given: deleting.message(self.world, token, given),
            "files.delete": lambda token, given: deleting.file(self.world, token, given),
            "blocks.validate": self._validate,
        }

    def app(self) -> web.Application:
        made = web.Application(client_max_size=20_000_000)
        made.router.add_route("*", "/api/{method}", self._call)
        made.router.add_post("/respond/{team}/{number}", self._respond)
        made.router.add_post("/upload/{file}", self._uploaded)
        made.router.add_get("/download/{file}", self._download)
        made.router.add_get("/socket/{ticket}", self.sockets.open)
        made.on_response_prepare.append(self._dated)
        return made

    async def _dated(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = format_datetime(self.world.now, usegmt=True)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = await _arguments(request)
        fault = self.world.fault(method) or self._too_soon(method)
        if fault is not None and fault.what == "429":
            headers = {"Retry-After": str(fault.retry_after)}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if fault is not None and fault.what == "page":
            return web.Response(text="<html>Sign in to the network</html>", content_type="text/html")
        if fault is not None and fault.what == "before":
            _drop(request)
        if fault is not None and fault.what not in ("before", "after"):
            return web.json_response({"ok": False, "error": fault.what})
        used = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.world.calls.append((method, {**given, "token_used": used}))
        if method in self.world.gates:
            await self.world.gates[method].passed()
        try:
            answer: Json = {"ok": True, **self._answer(method, request, given)}
        except Refused as refused:
            answer = {"ok": False, "error": refused.code, "response_metadata": {"messages": [refused.detail]}}
        if fault is not None and fault.what == "after":
            _drop(request)
        token = self.world.tokens.get(used)
        scopes = {"X-OAuth-Scopes": ",".join(sorted(token.scopes))} if token else {}
        return web.json_response(answer, headers=scopes)

    def _too_soon(self, method: str) -> Fault | None:
        if not self.world.looks_apart or method not in ("conversations.history", "conversations.replies"):
            return None
        now, last = self.world.now, self.world.looked_at
        if last is not None and now < last + timedelta(seconds=self.world.looks_apart):
            return Fault(method, "429", retry_after=int(self.world.looks_apart))
        self.world.looked_at = now
        return None

    def _answer(self, method: str, request: web.Request, given: Json) -> Json:
        if method == "oauth.v2.access":
            if request.headers.get("Authorization") != encode_basic_auth("client", "client-secret"):
                raise Refused("bad_client_secret")
            return granting.access(self.world, given)
        if method == "apps.connections.open":
            if request.headers.get("Authorization") != f"Bearer {APP_TOKEN}":
                raise Refused("invalid_auth")
            return {"url": self.sockets.ticket(self.url)}
        token = self._token(request, given)
        if method not in self._methods:
            raise Refused("unknown_method")
        if NEEDS.get(method, "") not in ("", *token.scopes):
            raise Refused("missing_scope")
        return self._methods[method](token, given)

    def _token(self, request: web.Request, given: Json) -> Token:
        said = request.headers.get("Authorization", "").removeprefix("Bearer ") or given.get("token", "")
        token = self.world.tokens.get(said)
        if token is None:
            raise Refused("invalid_auth" if said else "not_authed")
        if not token.alive:
            raise Refused("token_revoked")
        if token.expires is not None and token.expires <= self.world.now:
            raise Refused("token_expired")
        return token

    def _auth(self, token: Token, given: Json) -> Json:
        del given
        return {
            "team_id": token.team,
            "user_id": "U0BOT",
            "bot_id": "B0BOT",
            "team": token.team,
            "user": "studyhall",
        }

    def _writable(self, token: Token, given: Json) -> Channel:
        found = self.world.channel(token.team, str(given.get("channel", "")))
        if found.archived:
            raise Refused("is_archived")
        if not found.bot_in:
            raise Refused("not_in_channel")
        return found

    def _post(self, token: Token, given: Json) -> Json:
        channel = self._writable(token, given)
        refusing.message(given)
        self._pictures(token.team, given)
        thread, metadata = given.get("thread_ts"), given.get("metadata")
        if not self._thread(
            token, channel, thread
        ):  # its root was deleted: https://github.com/slack-go/slack/issues/1571
            thread = None
        made = self.world.add(token.team, channel.id, given, thread=thread, metadata=metadata)
        return {"channel": channel.id, "ts": made.ts, "message": {"ts": made.ts, "bot_id": "B0BOT"}}

    def _ephemeral(self, token: Token, given: Json) -> Json:
        channel = self._writable(token, given)
        refusing.message(given)
        if (token.team, given.get("user")) not in self.world.users:
            raise Refused("user_not_in_channel")
        made = self.world.add(
            token.team, channel.id, given, thread=given.get("thread_ts"), only=str(given["user"])
        )
        return {"message_ts": made.ts}

    def _update(self, token: Token, given: Json) -> Json:
        self._writable(token, given)
        found = self.world.message(token.team, str(given["channel"]), str(given["ts"]))
        refusing.message(given)
        self._pictures(token.team, given)
        found.payload = given
        found.edited += 1
        found.metadata = given.get("metadata", found.metadata)
        return {"channel": found.channel, "ts": found.ts}

    def _pictures(self, team: str, given: Json) -> None:
        for block in given.get("blocks") or ():
            if block["type"] != "image":
                continue
            file = self.world.files.get(block["slack_file"].get("id", ""))
            if file is None or file.team != team or not file.done or file.looks_until_ready > 0:
                raise Refused("invalid_blocks", "slack_file is not ready")

    def _page(self, token: Token, given: Json, found: list[Said]) -> Json:
        since, least = float(given.get("oldest") or 0), int(given.get("cursor") or 0)
        until = float(given.get("latest") or "inf")
        limit = min(int(given.get("limit") or 100), self.world.most_in_a_page)
        # Without ``inclusive`` a message at either end is left out (conversations.history).
        ends = given.get("inclusive") == "true"
        shown = [m for m in found if since < float(m.ts) < until or (ends and float(m.ts) in (since, until))]
        page = shown[least : least + limit]
        rest = str(least + limit) if least + limit < len(shown) else ""
        keeps = given.get("include_all_metadata") == "true"
        replies = Counter(m.thread for m in self.world.with_threads(token.team, str(given["channel"])))
        return {
            "messages": [self._read(m, keeps, replies[m.ts]) for m in page],
            "has_more": bool(rest),
            "response_metadata": {"next_cursor": rest},
        }

    def _read(self, message: Said, keeps: bool, replies: int) -> Json:
        made: Json = {
            "type": "message",
            "ts": message.ts,
            "text": message.payload.get("text", ""),
            "blocks": message.blocks,
            "user": message.by,
        }
        if message.by == BOT:
            made["bot_id"] = "B0BOT"
        if message.thread:
            made["thread_ts"] = message.thread
        if message.files:
            made["files"] = [{"id": each, "mode": self.world.files[each].mode} for each in message.files]
        if replies:
            made["reply_count"] = replies
        return made | ({"metadata": message.metadata} if keeps and message.metadata else {})

    def _readable(self, token: Token, given: Json) -> Channel:
        found = self.world.channel(token.team, str(given.get("channel", "")))
        kind = "im" if found.with_user else "groups" if found.private else "channels"
        if f"{kind}:history" not in token.scopes:
            raise Refused("missing_scope")
        if not found.bot_in:
            raise Refused("not_in_channel")
        return found

    def _history(self, token: Token, given: Json) -> Json:
        channel = self._readable(token, given)
        standing = self.world.in_channel(token.team, channel.id)
        return self._page(token, given, standing[::-1])

    def _replies(self, token: Token, given: Json) -> Json:
        channel = self._readable(token, given)
        standing = self._thread(token, channel, str(given["ts"]))
        if not standing:
            raise Refused("thread_not_found")
        return self._page(token, given, standing)

    def _thread(self, token: Token, channel: Channel, ts: str | None) -> list[Said]:
        return [m for m in self.world.with_threads(token.team, channel.id) if ts in (m.ts, m.thread)]

    def _info(self, token: Token, given: Json) -> Json:
        found = self.world.channel(token.team, str(given["channel"]))
        about = {"id": found.id, "name": found.name, "creator": found.creator, "is_private": found.private}
        return {"channel": about | {"is_member": found.bot_in, "is_archived": found.archived}}

    def _members(self, token: Token, given: Json) -> Json:
        """A page of who is in a channel: at most 999 at once, by docs.slack.dev/reference/methods/conversations.members."""
        found = self.world.channel(token.team, str(given["channel"]))
        limit, start = int(given.get("limit", 100)), int(given.get("cursor") or 0)
        if not 0 < limit < 1000:
            raise Refused("invalid_limit")
        inside = self.world.members(token.team, found)
        more = str(start + limit) if start + limit < len(inside) else ""
        return {"members": inside[start : start + limit], "response_metadata": {"next_cursor": more}}

    def _join(self, token: Token, given: Json) -> Json:
        found = self.world.channel(token.team, str(given["channel"]))
        if found.private:
            raise Refused("method_not_supported_for_channel_type")
        if found.archived:
            raise Refused("is_archived")
        found.bot_in = True
        return {"channel": {"id": found.id}}

    def _open(self, token: Token, given: Json) -> Json:
        user = self.world.users.get((token.team, str(given["users"])))
        if user is None:
            raise Refused("user_not_found")
        if not user.takes_messages:
            raise Refused("cannot_dm_bot")
        made = Channel(f"D0{user.id}", "", "", bot_in=True, with_user=user.id)
        self.world.channels.setdefault((token.team, made.id), made)
        return {"channel": {"id": made.id}}

    def _user(self, token: Token, given: Json) -> Json:
        user = self.world.users.get((token.team, str(given["user"])))
        if user is None:
            raise Refused("user_not_found")
        profile = {"display_name": user.name.capitalize(), "real_name": user.name}
        about = {"id": user.id, "name": user.name, "tz": user.tz, "is_admin": user.admin, "is_owner": False}
        about |= {"team_id": user.team, "deleted": user.deleted, "is_stranger": user.team != token.team}
        return {"user": about | {"profile": profile}}

    def _view_open(self, token: Token, given: Json) -> Json:
        ticket = self.world.triggers.get(str(given.get("trigger_id")))
        if ticket is None or ticket.team != token.team:
            raise Refused("invalid_trigger_id")
        if ticket.uses < 1:
            raise Refused("exchanged_trigger_id")
        if ticket.until <= self.world.now:
            raise Refused("expired_trigger_id")
        if given["view"].get("type") != "modal":
            raise Refused("invalid_arguments", "only a modal is opened")
        refusing.view(given["view"])
        ticket.uses = 0
        made = SeenView(f"V{self.world.number()}", token.team, ticket.user, given["view"])
        self.world.views.append(made)
        return {"view": made.view | {"id": made.id}}

    def _view_publish(self, token: Token, given: Json) -> Json:
        user = str(given.get("user_id"))
        if (token.team, user) not in self.world.users:
            raise Refused("user_not_found")
        if given["view"].get("type") != "home":
            raise Refused("invalid_arguments", "only a home is published")
        refusing.view(given["view"])
        made = SeenView(f"V{self.world.number()}", token.team, user, given["view"])
        self.world.homes[(token.team, user)] = made
        return {"view": made.view | {"id": made.id}}

    def _upload_url(self, token: Token, given: Json) -> Json:
        if not given.get("filename") or int(given.get("length") or 0) < 1:
            raise Refused("invalid_arguments")
        made = Stored(
            f"F{self.world.number()}", token.team, str(given["filename"]), length=int(given["length"])
        )
        made.looks_until_ready = self.world.looks_until_ready
        self.world.files[made.id] = made
        return {"upload_url": f"{self.url}upload/{made.id}", "file_id": made.id}

    def _upload_done(self, token: Token, given: Json) -> Json:
        files = [self.world.files.get(each["id"]) for each in given["files"]]
        known = [each for each in files if each and each.team == token.team and len(each.data) == each.length]
        if len(known) < len(files):
            raise Refused("file_not_found")
        made = None
        if given.get("channel_id"):
            self._writable(token, {"channel": given["channel_id"]})
            made = self._shared(token.team, given)
        for file in known:
            file.done = True
            if made is not None:
                made.files.append(file.id)
                file.shared.append((given["channel_id"], given.get("thread_ts") or made.ts))
                file.message = made.ts
        return {"files": [{"id": each["id"]} for each in given["files"]]}

    def _shared(self, team: str, given: Json) -> Said:
        """Sharing files is one message of its own, with ``initial_comment`` as its words (files.completeUploadExternal)."""
        comment = given.get("initial_comment", "")
        block = {"type": "section", "text": {"type": "mrkdwn", "text": comment}}
        payload = {"text": comment, "blocks": [block] if comment else []}
        return self.world.add(team, given["channel_id"], payload, thread=given.get("thread_ts"))

    def _file_info(self, token: Token, given: Json) -> Json:
        file = self.world.files.get(str(given["file"]))
        if file is None or file.team != token.team or not file.done:
            raise Refused("file_not_found")
        file.looks_until_ready = max(file.looks_until_ready - 1, 0)
        about: Json = {"id": file.id, "mimetype": "" if file.looks_until_ready else "image/png"}
        if file.message and not file.looks_until_ready:
            about["shares"] = {"private": {file.shared[-1][0]: [{"ts": file.message}]}}
        return {"file": about}

    def _validate(self, token: Token, given: Json) -> Json:
        """Whether Slack would take a message or a view, one a call (its reference of blocks.validate)."""
        del token
        if len(given) != 1:
            raise Refused("invalid_arguments")
        ((kind, made),) = given.items()
        try:
            {"message": refusing.message, "view": refusing.view}[kind](json.loads(made))
        except Refused as refused:
            error = {"pointer": "/blocks", "code": "failed_constraint", "message": refused.detail}
            return {"ok": False, "error": f"invalid_{kind}", "errors": [error]}
        return {}

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        ticket = self.world.answers.get(request.path)
        given = await request.json()
        if ticket is None or ticket.until <= self.world.now:
            return web.Response(status=404, text="expired_url")
        if ticket.uses < 1:
            return web.Response(status=404, text="used_url")
        try:
            refusing.message(given)
        except Refused as refused:
            return web.Response(status=400, text=f"{refused.code} {refused.detail}")
        ticket.uses -= 1
        original = next((m for m in self.world.messages if m.ts == ticket.ts and m.team == ticket.team), None)
        if given.get("replace_original") and original is not None:
            original.payload = given
            original.edited += 1
        else:
            only = "" if given.get("response_type") == "in_channel" else ticket.user
            self.world.add(ticket.team, ticket.channel, given, thread=given.get("thread_ts"), only=only)
        await self.sockets.tell()
        return web.Response(text="ok")

    async def _uploaded(self, request: web.Request) -> web.StreamResponse:
        self.world.files[request.match_info["file"]].data = await request.read()
        return web.Response(text="OK")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        token = self._token(request, {})
        file = self.world.files[request.match_info["file"]]
        return web.Response(body=file.data) if file.team == token.team else web.Response(status=403)


async def _arguments(request: web.Request) -> Json:
    raw = (await request.read()).decode()
    if request.content_type == "application/json":
        found: Json = json.loads(raw or "{}")
        return found
    return dict(parse_qsl(raw, keep_blank_values=True)) | dict(request.query)


def _drop(request: web.Request) -> None:
    assert request.transport is not None
    request.transport.abort()
    raise ConnectionResetError


@asynccontextmanager
async def serving(world: World) -> AsyncIterator[FakeSlack]:
    """The fake, listening on loopback."""
    fake = FakeSlack(world)
    runner = web.AppRunner(fake.app(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield fake
    finally:
        await runner.cleanup()
