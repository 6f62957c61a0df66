"""Slack keeps the platforms' promises."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from adapters.slack.api.pace import RateLimiter
from adapters.slack.api.web import Web
from adapters.slack.people import People
from adapters.slack.posting import SlackPlatform
from bot.chat.platform import Platform
from bot.chat.requests import Identity, MessageRef, Place
from tests.adapters.slack.support.driver import NOON, TEAM, Timer, Tokens
from tests.adapters.slack.support.fake import FakeSlack, serving
from tests.adapters.slack.support.world import World
from tests.chat.platform_contract import PlatformContract, Sight, Stage

STUDY, ATTIC = Place("slack", TEAM, "C0STUDY", "study"), Place("slack", TEAM, "G0ATTIC", "attic")
ADA, BEN, DEAF = (Identity("slack", TEAM, user) for user in ("U0ADA", "U0BEN", "U0DEAF"))


@dataclass
class SlackStage:
    """The fake with the platform over it."""

    fake: FakeSlack
    timer: Timer
    platform: Platform
    here: Place = STUDY
    elsewhere: Place = ATTIC
    ada: Identity = ADA
    ben: Identity = BEN
    stranger: Identity = DEAF
    webs: list[Web] = field(default_factory=list)

    async def seen_by(self, who: Identity) -> list[Sight]:
        seen = self.fake.world.seen_by(TEAM, who.user)
        return [Sight(MessageRef("slack", TEAM, m.channel, m.ts), json.dumps(m.payload)) for m in seen]

    async def delete(self, ref: MessageRef) -> None:
        self.fake.world.message(TEAM, ref.channel, ref.message).deleted = True

    async def remove(self, who: Identity) -> None:
        channel = self.fake.world.channels[(TEAM, self.here.channel)]
        channel.out |= {who.user}

    def later(self, by: timedelta) -> datetime:
        return self.fake.world.move(by)

    async def restarted(self) -> Platform:
        return self.made()

    def made(self) -> Platform:
        world = self.fake.world
        web = Web(Tokens(world), lambda: world.now, f"{self.fake.url}api/")
        self.webs.append(web)
        people = People(web, self.timer)
        pace = RateLimiter(self.timer, self.timer.sleep)
        return SlackPlatform(web, people, pace, clock=lambda: world.now, sleep=self.timer.sleep)


class TestSlack(PlatformContract):
    @pytest.fixture
    async def stage(self) -> AsyncIterator[Stage]:
        world = World(NOON)
        world.workspace(TEAM)
        async with serving(world) as fake:
            made = SlackStage(fake, Timer(), None)  # type: ignore[arg-type]
            made.platform = made.made()
            yield made
            for web in made.webs:
                await web.close()
