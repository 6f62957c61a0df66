"""What a fake Slack knows: workspaces, people, channels, messages, files, views, tickets. It has a clock of its own."""

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.adapters.slack.support.refusing import Json, Refused

EVERY_SCOPE = frozenset(
    {"commands", "chat:write", "channels:join", "channels:read", "groups:read", "channels:history"}
    | {"groups:history", "im:history", "im:write", "users:read", "files:read", "files:write"}
)
BOT = "U0BOT"
"""The bot's own user."""
TRIGGER_LIFE = timedelta(seconds=3)
ANSWER_LIFE = timedelta(minutes=30)
ANSWER_USES = 5


@dataclass
class User:
    id: str
    name: str
    tz: str = "Europe/Berlin"
    admin: bool = False
    takes_messages: bool = True
    deleted: bool = False
    team: str = ""


@dataclass
class Channel:
    id: str
    name: str
    creator: str
    private: bool = False
    archived: bool = False
    bot_in: bool = False
    out: frozenset[str] = frozenset()
    """Who of the workspace is not (or no longer) in it."""
    with_user: str = ""
    """In a direct conversation, whom the bot talks to."""


@dataclass
class Said:
    """A message. ``only`` is the one person who sees an ephemeral one.

    ``broadcast``: a reply in a thread that is shown in the channel too (``reply_broadcast`` of chat.postMessage).
    """

    team: str
    channel: str
    ts: str
    payload: Json
    thread: str | None = None
    only: str = ""
    edited: int = 0
    deleted: bool = False
    metadata: Json | None = None
    files: list[str] = field(default_factory=list)
    broadcast: bool = False
    by: str = BOT

    @property
    def blocks(self) -> list[Json]:
        found: list[Json] = self.payload.get("blocks") or []
        return found


@dataclass
class Token:
    team: str
    scopes: frozenset[str] = EVERY_SCOPE
    alive: bool = True
    expires: datetime | None = None


@dataclass
class Ticket:
    """A trigger that opens one view, or an address that takes a few answers."""

    team: str
    user: str
    until: datetime
    uses: int
    channel: str = ""
    thread: str | None = None
    ts: str = ""
    """The message whose control was pressed, or that was made last with this address."""


@dataclass
class SeenView:
    """A modal that somebody sees."""

    id: str
    team: str
    user: str
    view: Json
    errors: dict[str, str] = field(default_factory=dict)
    open: bool = True


@dataclass
class Stored:
    id: str
    team: str
    name: str
    data: bytes = b""
    length: int = 0
    done: bool = False
    looks_until_ready: int = 1
    shared: list[tuple[str, str]] = field(default_factory=list)
    message: str = ""
    """The ts of the message that it was shared in."""
    by: str = BOT
    mode: str = "hosted"
    """"tombstone" once it is deleted: messages go on naming it."""


@dataclass
class Fault:
    """What goes wrong with the next calls of a method: "429", "before", "after", "page" of a proxy, or an error's name."""

    method: str
    what: str
    times: int = 1
    retry_after: int = 7
    channel: str = ""


class Gate:
    """Holds the calls of a method back until it is opened; ``reached`` is set once there is one."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()

    async def passed(self) -> None:
        self.reached.set()
        await self.opened.wait()


class World:
    """One Slack. ``now`` is its own clock."""

    def __init__(self, now: datetime) -> None:
        self.now = now.astimezone(UTC)
        self.users: dict[tuple[str, str], User] = {}
        self.channels: dict[tuple[str, str], Channel] = {}
        self.tokens: dict[str, Token] = {}
        self.messages: list[Said] = []
        self.views: list[SeenView] = []
        self.homes: dict[tuple[str, str], SeenView] = {}
        self.files: dict[str, Stored] = {}
        self.triggers: dict[str, Ticket] = {}
        self.answers: dict[str, Ticket] = {}
        self.faults: list[Fault] = []
        self.gates: dict[str, Gate] = {}
        self.codes: dict[str, str] = {}
        self.organisations: dict[str, str] = {}
        """The Enterprise organisation that a workspace belongs to, by the workspace's id."""
        self.refreshes: dict[str, str] = {}
        self.looks_until_ready = 1
        self.most_in_a_page = 999
        """How many messages one look-up shows: 15 for an app that is not in Slack's Marketplace (conversations.history)."""
        self.looks_apart = 0.0
        """Seconds between two look-ups: 60 for such an app. One that comes earlier is answered with 429."""
        self.looked_at: datetime | None = None
        self.calls: list[tuple[str, Json]] = []
        self._count = itertools.count(1)
        self._stamps = itertools.count(1)

    def workspace(self, team: str, token: str = "") -> str:
        """A workspace with a public channel the bot is in, a private one it is not, and three people."""
        token = token or f"xoxb-{team}-1"
        self.tokens[token] = Token(team)
        for user in (
            User("U0OLGA", "olga", admin=True),
            User("U0ADA", "ada"),
            User("U0BEN", "ben", tz="America/New_York"),
            User("U0DEAF", "deaf", takes_messages=False),
        ):
            user.team = team
            self.users[(team, user.id)] = user
        for channel in (
            Channel("C0STUDY", "study", "U0OLGA", bot_in=True),
            Channel("C0OTHER", "other", "U0ADA"),
            Channel("G0ATTIC", "attic", "U0OLGA", private=True),
        ):
            self.channels[(team, channel.id)] = channel
        return token

    def guest(self, team: str, user: User) -> None:
        """Somebody of another workspace, ``user.team``, who shares #study with this one (Slack Connect)."""
        self.users[(team, user.id)] = user

    def actor(self, team: str, user: str) -> Json:
        """Who did something, as interactions name them: with the workspace that is their own."""
        theirs = self.users[(team, user)].team
        return {"id": user, "username": user.lower(), "name": user.lower(), "team_id": theirs}

    def number(self) -> int:
        return next(self._count)

    def stamp(self) -> str:
        """A message's ts: Slack's own time and a number that no other message has."""
        return f"{int(self.now.timestamp())}.{next(self._stamps):06d}"

    def move(self, by: timedelta) -> datetime:
        self.now += by
        return self.now

    def ticket(self, team: str, user: str) -> str:
        """A trigger that lives three seconds."""
        made = f"{self.number()}.{team}.{user}"
        self.triggers[made] = Ticket(team, user, self.now + TRIGGER_LIFE, 1)
        return made

    def answer_path(self, team: str, user: str, channel: str, thread: str | None = None, ts: str = "") -> str:
        """The path of an address that takes five answers in half an hour."""
        made = f"/respond/{team}/{self.number()}"
        self.answers[made] = Ticket(team, user, self.now + ANSWER_LIFE, ANSWER_USES, channel, thread, ts)
        return made

    def channel(self, team: str, id_: str) -> Channel:
        found = self.channels.get((team, id_))
        if found is None or (found.private and not found.bot_in and not found.with_user):
            raise Refused("channel_not_found")
        return found

    def members(self, team: str, channel: Channel) -> list[str]:
        """Who is in a channel: all of the workspace whose accounts live, but those who are out."""
        inside = (user for (its, _), user in self.users.items() if its == team and not user.deleted)
        return [user.id for user in inside if user.id not in channel.out]

    def add(
        self,
        team: str,
        channel: str,
        payload: Json,
        *,
        thread: str | None = None,
        only: str = "",
        metadata: Json | None = None,
        ago: timedelta = timedelta(0),
        by: str = BOT,
    ) -> Said:
        ts = f"{float(self.stamp()) - ago.total_seconds():.6f}"
        made = Said(team, channel, ts, payload, thread, only, metadata=metadata, by=by)
        made.broadcast = bool(payload.get("reply_broadcast"))
        self.messages.append(made)
        return made

    def message(self, team: str, channel: str, ts: str) -> Said:
        found = next((m for m in self.messages if (m.team, m.channel, m.ts) == (team, channel, ts)), None)
        if found is None or found.deleted or found.only:
            raise Refused("message_not_found")
        return found

    def seen_by(self, team: str, user: str) -> list[Said]:
        """What this person sees, oldest first: channels, their own direct messages and what is for them alone."""
        return [m for m in self._standing(team) if self._sees(m, user)]

    def in_channel(self, team: str, channel: str = "C0STUDY") -> list[Said]:
        """What everybody sees in a channel: of what stands in threads, that which was sent to the channel as well."""
        return [m for m in self.with_threads(team, channel) if m.thread in (None, m.ts) or m.broadcast]

    def with_threads(self, team: str, channel: str = "C0STUDY") -> list[Said]:
        """What everybody sees in a channel and in its threads."""
        return [m for m in self._standing(team) if m.channel == channel and not m.only]

    def alone(self, team: str, user: str) -> list[Said]:
        """What this person alone sees in channels."""
        return [m for m in self._standing(team) if m.only == user]

    def direct(self, team: str, user: str) -> list[Said]:
        """The direct messages with this person."""
        return [
            m
            for m in self._standing(team)
            if self.channels[(team, m.channel)].with_user == user and not m.only
        ]

    def modal(self, team: str, user: str) -> SeenView:
        """The modal this person sees."""
        return [v for v in self.views if v.open and (v.team, v.user) == (team, user)][-1]

    def fault(self, method: str) -> Fault | None:
        """The next fault of a method, used up."""
        for each in self.faults:
            if each.method == method and each.times > 0:
                each.times -= 1
                return each
        return None

    def _standing(self, team: str) -> Iterator[Said]:
        return (m for m in self.messages if m.team == team and not m.deleted)

    def _sees(self, message: Said, user: str) -> bool:
        with_user = self.channels[(message.team, message.channel)].with_user
        return message.only == user if message.only else with_user in ("", user)
