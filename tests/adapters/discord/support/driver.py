"""A server to test in: the real app on a real database, the real Discord adapter, discord.py's machinery, people who act.

Its time is the simulation's own, begun on the app's Monday morning: what moves it moves Discord and the app alike.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import discord
from simcord import Env
from simcord.actors import MemberActor
from simcord.backend.models import Message
from simcord.builders import ChannelHandle, GuildHandle, RoleHandle, UserHandle
from simcord.results import InteractionResult, ResponseMessage

from adapters.discord.client import StudyhallClient
from adapters.discord.posting import DiscordPlatform
from bot.app.run import open_app
from bot.app.settings import Settings
from bot.chat.actions import Action, encode
from bot.database.facts import Facts
from tests.support.driver import ORGANISER, AppDriver, read_bank

Json: TypeAlias = dict[str, Any]
Shown: TypeAlias = InteractionResult | ResponseMessage | discord.Message
EPHEMERAL = 1 << 6
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Monday 09:00, in the zone that a group has until somebody says otherwise."""


class Time:
    """The simulation's time; before it begins, the moment it will begin at."""

    def __init__(self) -> None:
        self.env: Env | None = None

    def __call__(self) -> datetime:
        return MONDAY if self.env is None else self.env.now()


class DiscordDriver(AppDriver[InteractionResult]):
    """A server with a channel, and everyone in it."""

    def __init__(self, url: str, content: Path | None = None) -> None:
        self.settings = Settings(port=0, database_url=url, demo=False, content=content)
        self.clock = Time()
        self.client: StudyhallClient
        self.platform: DiscordPlatform
        self.env: Env
        self.server: GuildHandle
        self.here: ChannelHandle
        self._people: dict[str, MemberActor] = {}

    async def open(self) -> None:
        """Start the app with the adapter, not yet connected."""
        self.client = StudyhallClient(self.clock, shard_count=1)
        self.platform = DiscordPlatform(self.client, self.clock)
        self.app = await open_app(
            self.settings,
            clock=self.clock,
            steady=lambda: self.clock().timestamp(),
            bank=read_bank(self.settings.content),
            platforms=(self.platform,),
            timer=lambda: self.clock().timestamp(),
        )
        self.client.serve(self.app.dispatcher, Facts(self.app.database, self.clock))

    async def enter(self, env: Env) -> None:
        """Make the server in a simulation that has begun."""
        self.env = env
        await env.advance_time((MONDAY - env.now()).total_seconds())
        self.clock.env = env
        self.server = env.create_guild(name="Berlin study")
        self.here = self.server.create_text_channel("study")
        await env.settle()

    async def restart(self) -> None:
        """Stop the process, and start it again on the same database and the same Discord."""
        await self.app.stop()
        await self.open()
        await self.env.restart_bot(self.client)

    async def pass_time(self, **later: float) -> None:
        await self.env.advance_time(timedelta(**later).total_seconds())

    async def settle(self) -> None:
        await self.env.settle()

    def person(self, name: str) -> MemberActor:
        """A member of the server; the organiser is one who may manage it."""
        if name not in self._people:
            roles: tuple[RoleHandle, ...] = ()
            if name == ORGANISER:
                may = discord.Permissions(manage_guild=True)
                roles = (self.server.create_role("Organisers", permissions=may),)
            user = self.env.create_user(name, global_name=name.capitalize())
            self._people[name] = self.server.add_member(user, roles=roles)
        return self._people[name]

    def user(self, name: str) -> UserHandle:
        """The same one, in direct messages."""
        return self.person(name).user

    async def command(self, who: str, path: str, /, **options: str | int | bool) -> InteractionResult:
        """Run a command in the channel."""
        return await self.person(who).slash(self.here, path, **options)

    async def press(self, who: str, shown: Shown, beginning: str) -> InteractionResult:
        """Press the button whose label begins so."""
        found = [b for b in self.buttons(shown) if b["label"].startswith(beginning)]
        assert found, (
            f"no button {beginning!r}: {[b['label'] for b in self.buttons(shown)]} on {self.words(shown)!r}"
        )
        return await self.person(who).click(message_of(shown), custom_id=found[0]["custom_id"])

    async def choose(self, who: str, shown: Shown, *values: str, which: int = -1) -> InteractionResult:
        """Choose from a list of a message, the last one unless said otherwise."""
        lists = [each for each in self.parts(shown) if each["type"] == 3]
        return await self.person(who).select(message_of(shown), values, custom_id=lists[which]["custom_id"])

    async def choose_role(self, who: str, shown: Shown, role: RoleHandle) -> InteractionResult:
        """Choose from a message's list of the server's roles."""
        (its_list,) = [each for each in self.parts(shown) if each["type"] == 6]
        return await self.person(who).select(message_of(shown), [role], custom_id=its_list["custom_id"])

    async def act(self, who: str, shown: Shown, action: Action) -> InteractionResult:
        """Press the button of an action."""
        return await self.person(who).click(message_of(shown), custom_id=encode(action))

    async def fill(self, who: str, shown: InteractionResult, **values: object) -> InteractionResult:
        """Send the form that opened; inputs that are not named hold what they opened with."""
        assert shown.modal is not None, self.words(shown)
        inputs = [each["component"] for each in shown.modal["components"] if each["type"] == 18]
        filled: Json = {}
        for each in inputs:
            if each["type"] == 4:
                filled[each["custom_id"]] = each.get("value", "")
            elif each["type"] == 3:
                filled[each["custom_id"]] = [o["value"] for o in each["options"] if o.get("default")]
        known = {each["custom_id"].removesuffix("[]"): each for each in inputs}
        for name, value in values.items():
            several = known[name]["type"] == 3 and isinstance(value, str)
            filled[known[name]["custom_id"]] = [value] if several else value
        by = self.person(who) if shown._interaction.guild_id else self.user(who)
        return await by.submit_modal(shown, {k: v for k, v in filled.items() if v})

    def raw(self, shown: Shown) -> Message:
        """The message as Discord keeps it."""
        message = message_of(shown)
        channel = message.channel_id if isinstance(message, ResponseMessage) else message.channel.id
        return self.env.backend.get_message(channel, message.id)

    def parts(self, shown: Shown) -> list[Json]:
        """Every component of a message, in reading order."""
        return list(walked(self.raw(shown).components))

    def buttons(self, shown: Shown) -> list[Json]:
        """The buttons of a message that can be pressed."""
        return [p for p in self.parts(shown) if p["type"] == 2 and "custom_id" in p and not p.get("disabled")]

    def labels(self, shown: Shown) -> list[str]:
        """Their labels."""
        return [each["label"] for each in self.buttons(shown)]

    def words(self, shown: Shown) -> str:
        """Everything a message says."""
        if isinstance(shown, InteractionResult) and shown.response is None:
            return f"(nothing but {shown!r})"
        return "\n".join(part["content"] for part in self.parts(shown) if part["type"] == 10)

    def title(self, shown: Shown) -> str:
        """The first line of a message, without its mark."""
        return self.words(shown).partition("\n")[0].removeprefix("### ")

    def channel(self, where: ChannelHandle | None = None) -> list[discord.Message]:
        """What the bot said in a channel for everyone, oldest first."""
        return [m for m in (where or self.here).history() if m.components and not m.flags.ephemeral]

    def titles(self) -> list[str]:
        """The titles of what stands in the channel."""
        return [self.title(each) for each in self.channel()]

    def question(self) -> discord.Message:
        """The newest question in the channel."""
        return [m for m in self.channel() if "Answer" in self.labels(m)][-1]

    def standing(self, title: str) -> discord.Message:
        """The newest message in the channel whose title begins so."""
        found = [m for m in self.channel() if self.title(m).startswith(title)]
        assert found, f"no {title!r} in {self.titles()}"
        return found[-1]

    def private(self, who: str) -> list[discord.Message]:
        """What stands in somebody's direct messages, oldest first."""
        with suppress(Exception):
            return self.user(who).dm_channel.history()
        return []

    async def answer(self, who: str, words: str, consent: str = "unnamed") -> InteractionResult:
        """Answer the open question from its card."""
        asked = await self.press(who, self.question(), "Answer")
        return await self.fill(who, asked, answer=words, consent=consent)

    async def choose_tone(self, card: InteractionResult, tone: str) -> InteractionResult:
        return await self.choose(ORGANISER, await self.choose(ORGANISER, card, "tone", which=0), tone)


def message_of(shown: Shown) -> ResponseMessage | discord.Message:
    """The message that something showed."""
    if isinstance(shown, InteractionResult):
        assert shown.response is not None, shown
        return shown.response
    return shown


def walked(components: list[Json]) -> Iterator[Json]:
    """Components with what is inside them."""
    for each in components:
        yield each
        yield from walked(each.get("components", []))
