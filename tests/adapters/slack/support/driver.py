"""Slack to test on: the fake, a timer that sleeping moves, tokens as the world knows them."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.api.web import Installs
from adapters.slack.app import Slack
from adapters.slack.client import SlackClient
from adapters.slack.installing.installs import ManyWorkspaces
from bot.app.run import App, open_app
from bot.app.settings import Settings
from bot.chat.factory import Timing
from bot.database.installations import StoredInstallations
from tests.adapters.slack.support import refusing
from tests.adapters.slack.support.fake import FakeSlack, serving
from tests.adapters.slack.support.holding import held
from tests.adapters.slack.support.refusing import Json
from tests.adapters.slack.support.world import Said, SeenView, World
from tests.support.driver import AppDriver, read_bank

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TEAM = "T0ONE"


class Timer:
    """Counts seconds; who sleeps moves it."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


class Tokens:
    """The tokens of a world, as an operator's settings would hold them."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def token(self, team: str) -> str | None:
        return next((t for t, about in self.world.tokens.items() if about.team == team), None)


SECRET = "a signing secret"


@dataclass(repr=False)  # asyncio shows what a fixture's task has returned, and throws it away
class SlackDriver(AppDriver[Said | None]):
    """The real core with Slack beside the room, and people who type, press and fill. ``team`` is their workspace."""

    world: World
    fake: FakeSlack
    app: App
    slack: Slack
    client: SlackClient
    timer: Timer
    team: str = TEAM
    organiser = "U0OLGA"

    def at(self, team: str) -> "SlackDriver":
        """The same app, with people of another workspace."""
        return replace(self, team=team)

    async def command(self, user: str, path: str, /, **options: object) -> Said | None:
        """Run a command in #study."""
        return await self.say(
            user, " ".join((path, *(f"{k}:{v}" for k, v in options.items()))), team=self.team
        )

    def question(self) -> Said:
        """The newest question in #study."""
        return [m for m in self.world.in_channel(self.team) if "question" in words(m).split("\n")[0]][-1]

    async def answer(self, user: str, said: str, consent: str = "unnamed") -> Said:
        """Answer the open question from its card."""
        await self.press(user, self.question(), "Answer")
        shown = await self.fill(user, team=self.team, answer=said, consent=consent)
        assert shown is not None
        return shown

    async def send(
        self, payload: Json, *, command: bool = False, headers: dict[str, str | Sequence[str]] | None = None
    ) -> BoltResponse:
        """Hand a request in as Slack does over HTTP: signed, as a form."""
        body = urlencode(payload) if command else urlencode({"payload": json.dumps(payload)})
        answer = await self.client.app.async_dispatch(
            AsyncBoltRequest(body=body, headers=headers or signed(body, self.world.now))
        )
        assert answer is not None
        return answer

    async def event(
        self, event: Json, *, team: str = TEAM, retry: int = 0, event_id: str = "Ev1"
    ) -> BoltResponse:
        """Hand in an event; ``retry`` counts what was delivered before.

        Its team is that of who did it; its ``authorizations`` name the one that installed the app.
        """
        who = str(event.get("user", ""))
        acting = self.world.actor(team, who)["team_id"] if (team, who) in self.world.users else team
        body = json.dumps(
            {
                "type": "event_callback",
                "team_id": acting,
                "enterprise_id": (enterprise := self.world.organisations.get(team)),
                "authorizations": [{"enterprise_id": enterprise, "team_id": team, "is_bot": True}],
                "api_app_id": "A0APP",
                "event": event,
                "event_id": event_id,
            }
        )
        headers = signed(body, self.world.now) | {"Content-Type": "application/json"}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        answer = await self.client.app.async_dispatch(AsyncBoltRequest(body=body, headers=headers))
        assert answer is not None
        await self.client.settled()
        return answer

    def typed(self, user: str, line: str, *, team: str = TEAM, channel: str = "C0STUDY") -> Json:
        """The payload of a typed command."""
        found = self.world.channels[(team, channel)]
        path = self.world.answer_path(team, user, channel)
        return {
            "command": "/study",
            "text": line,
            "team_id": team,
            **({"enterprise_id": org} if (org := self.world.organisations.get(team)) else {}),
            "channel_id": channel,
            "channel_name": "directmessage"
            if found.with_user
            else "privategroup"
            if found.private
            else found.name,
            "user_id": user,
            "user_name": self.world.users[(team, user)].name,
            "trigger_id": self.world.ticket(team, user),
            "response_url": self.fake.url.rstrip("/") + path,
            "api_app_id": "A0APP",
        }

    async def say(self, user: str, line: str, *, team: str = TEAM, channel: str = "C0STUDY") -> Said | None:
        """Type ``/study`` and a line; the newest thing this person sees after it."""
        answer = await self.send(self.typed(user, line, team=team, channel=channel), command=True)
        assert answer.status == 200, answer.body
        assert not answer.body
        await self.client.settled()
        return self.newest(user, team)

    def newest(self, user: str, team: str = TEAM) -> Said | None:
        """The newest message this person sees."""
        seen = self.world.seen_by(team, user)
        return seen[-1] if seen else None

    def pressed(self, user: str, message: Said, label: str, values: tuple[str, ...] = ()) -> Json:
        """The payload of a pressed button whose label begins so, or of a list with these values chosen."""
        block, element = control(message, label)
        channel = self.world.channels[(message.team, message.channel)]
        path = self.world.answer_path(message.team, user, message.channel, message.thread, message.ts)
        action: Json = {
            "type": element["type"],
            "action_id": element["action_id"],
            "block_id": block.get("block_id", "made-by-slack"),
            "action_ts": f"{self.world.number()}.000000",
        }
        if element["type"] == "static_select":
            action["selected_option"] = next(o for o in element["options"] if o["value"] == values[0])
        elif element["type"] == "multi_static_select":
            action["selected_options"] = [o for o in element["options"] if o["value"] in values]
        container: Json = {"type": "message", "message_ts": message.ts, "channel_id": message.channel}
        container["is_ephemeral"] = bool(message.only)
        if message.thread:
            container["thread_ts"] = message.thread
        return {
            "type": "block_actions",
            "team": {"id": message.team, "domain": "driver"},
            "user": self.world.actor(message.team, user),
            "api_app_id": "A0APP",
            "container": container,
            "channel": {
                "id": message.channel,
                "name": "directmessage" if channel.with_user else channel.name,
            },
            "trigger_id": self.world.ticket(message.team, user),
            "response_url": self.fake.url.rstrip("/") + path,
            "actions": [action],
        }

    async def press(self, user: str, message: Said | None, label: str, *values: str) -> Said | None:
        """Press a button, or choose from a list by its placeholder; the newest thing this person sees after it."""
        assert message is not None
        answer = await self.send(self.pressed(user, message, label, values))
        assert answer.status == 200, answer.body
        await self.client.settled()
        return self.newest(user, message.team)

    async def open_home(self, user: str, *, team: str = TEAM) -> Said:
        """Open the App Home; what it shows."""
        event: Json = {"type": "app_home_opened", "user": user, "channel": f"D0{user}", "tab": "home"}
        await self.event(event, team=team, event_id=f"Ev{self.world.number()}")
        return self.home(user, team=team)

    def home(self, user: str, *, team: str = TEAM) -> Said:
        """What this person's App Home shows, as if it were a message."""
        shown = self.world.homes[(team, user)]
        return Said(team, "", shown.id, shown.view)

    async def press_home(self, user: str, label: str, *values: str, team: str = TEAM) -> Said:
        """Press something in the App Home; what it shows after it."""
        seen = self.world.homes[(team, user)]
        block, element = control(self.home(user, team=team), label)
        action: Json = {
            "type": element["type"],
            "action_id": element["action_id"],
            "block_id": block.get("block_id", "made-by-slack"),
            "action_ts": f"{self.world.number()}.000000",
        }
        if values:
            action["selected_option"] = next(o for o in element["options"] if o["value"] == values[0])
        answer = await self.send(
            {
                "type": "block_actions",
                "team": {"id": team, "domain": "driver"},
                "user": self.world.actor(team, user),
                "api_app_id": "A0APP",
                "container": {"type": "view", "view_id": seen.id},
                "view": seen.view | {"id": seen.id, "app_installed_team_id": team},
                "trigger_id": self.world.ticket(team, user),
                "actions": [action],
            }
        )
        assert answer.status == 200, answer.body
        await self.client.settled()
        return self.home(user, team=team)

    def filled(self, user: str, seen: SeenView, /, **values: str | tuple[str, ...]) -> Json:
        """The payload of a sent form; fields that are not named hold what they opened with.

        Its team is that of who sent it; the view names the one that installed the app (bolt-js issue 1614).
        """
        state = {}
        for block in seen.view["blocks"]:
            if block["type"] == "input":
                state[block["block_id"]] = {
                    block["element"]["action_id"]: held(block["element"], values.get(block["block_id"]))
                }
        shown = {"id": seen.id, "hash": f"{seen.id}.1", "state": {"values": state}}
        actor = self.world.actor(seen.team, user)
        return {
            "type": "view_submission",
            "team": {"id": actor["team_id"], "domain": "driver"},
            "user": actor,
            "api_app_id": "A0APP",
            "trigger_id": self.world.ticket(seen.team, user),
            "view": seen.view | shown | {"app_installed_team_id": seen.team},
        }

    async def fill(self, user: str, *, team: str = TEAM, **values: str | tuple[str, ...]) -> Said | None:
        """Send the form this person sees; it stays open where Slack is told what is wrong with it."""
        seen = self.world.modal(team, user)
        answer = await self.send(self.filled(user, seen, **values))
        assert answer.status == 200, answer.body
        told: Json = json.loads(answer.body) if answer.body else {}
        seen.errors = told.get("errors", {})
        inputs = {b["block_id"] for b in seen.view["blocks"] if b["type"] == "input"}
        assert set(seen.errors) <= inputs, "an error names no field"
        if told.get("response_action") == "update":
            refusing.view(told["view"])
            seen.view = told["view"]
        seen.open = bool(told)
        await self.client.settled()
        return self.newest(user, team)

    async def propose(self, user: str, field_: str, value: str, *, team: str = TEAM) -> list[Json]:
        """What a long list of the form this person sees offers for these letters."""
        seen = self.world.modal(team, user)
        answer = await self.send(
            {
                "type": "block_suggestion",
                "team": {"id": team, "domain": "driver"},
                "user": self.world.actor(team, user),
                "api_app_id": "A0APP",
                "container": {"type": "view", "view_id": seen.id},
                "action_id": field_,
                "block_id": field_,
                "value": value,
                "view": seen.view | {"id": seen.id, "app_installed_team_id": team},
            }
        )
        told = json.loads(answer.body)
        refusing.suggestions(told)
        found: list[Json] = told["options"]
        return found

    async def pass_time(self, **later: float) -> None:
        self.world.move(timedelta(**later))
        self.timer.seconds += timedelta(**later).total_seconds()


def signed(body: str, at: datetime, secret: str = SECRET) -> dict[str, str | Sequence[str]]:
    """The headers Slack signs a body with."""
    stamp = str(int(at.timestamp()))
    mark = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={mark}",
    }


def control(message: Said, label: str) -> tuple[Json, Json]:
    """The button whose label begins so, or the list whose placeholder does, with its block."""
    seen = []
    for block in message.blocks:
        for element in (*block.get("elements", ()), block.get("accessory", {})):
            said = element.get("placeholder") or element.get("text")
            if "action_id" in element and isinstance(said, dict):
                seen.append(said["text"])
                if said["text"].startswith(label):
                    return block, element
    raise AssertionError(f"no control {label!r} among {seen} of {words(message)[:200]}")


def words(message: Said | None) -> str:
    """Everything a message says, in reading order."""
    assert message is not None
    return "\n".join(_words(block) for block in message.blocks)


def _words(each: object) -> str:
    if isinstance(each, dict):
        own = each.get("text", "")
        said = own if isinstance(own, str) else _words(own)
        inside = [_words(v) for k, v in each.items() if k in ("elements", "accessory", "fields")]
        return " ".join(filter(None, (said, *inside)))
    if isinstance(each, list):
        return " ".join(filter(None, map(_words, each)))
    return ""


@asynccontextmanager
async def slack_app(folder: Path, *, now: datetime = NOON) -> AsyncIterator[SlackDriver]:
    """The app over a database in a folder, with one workspace; all is closed at the end."""
    world = World(now)
    world.workspace(TEAM)
    async with serving(world) as fake, _open(folder, world, fake, Later(Tokens(world))) as made:
        yield made


@asynccontextmanager
async def installed_app(
    folder: Path, *, now: datetime = NOON
) -> AsyncIterator[tuple[SlackDriver, ManyWorkspaces]]:
    """The app whose two workspaces have not installed the app yet."""
    world = World(now)
    for team in (TEAM, "T0TWO"):
        del world.tokens[world.workspace(team)]
    later = Later(Tokens(world))
    async with serving(world) as fake, _open(folder, world, fake, later) as made:
        many = ManyWorkspaces(
            StoredInstallations(made.app.database, lambda: world.now),
            client_id="client",
            client_secret="client-secret",
            clock=lambda: world.now,
            base_url=f"{fake.url}api/",
        )
        later.installs = many
        made.client = made.slack.connect(made.app.dispatcher, signing_secret=SECRET, left=many.left)
        yield made, many


@dataclass
class Later:
    """Installs that are put in once the database stands."""

    installs: Installs

    async def token(self, team: str) -> str | None:
        return await self.installs.token(team)


@asynccontextmanager
async def _open(
    folder: Path, world: World, fake: FakeSlack, installs: Installs
) -> AsyncIterator[SlackDriver]:
    timer = Timer()
    slack = Slack(installs, Timing(lambda: world.now, timer, timer.sleep), f"{fake.url}api/")
    settings = Settings(database_url=f"sqlite:///{folder / 'studyhall.db'}", demo=False)

    def steady() -> float:
        return world.now.timestamp()

    core = await open_app(
        settings,
        clock=lambda: world.now,
        steady=steady,
        bank=read_bank(),
        platforms=(slack.platform,),
        timer=timer,
    )
    try:
        yield SlackDriver(
            world, fake, core, slack, slack.connect(core.dispatcher, signing_secret=SECRET), timer
        )
    finally:
        await slack.close()
        await core.stop()
