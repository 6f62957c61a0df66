"""Slack as a process runs it, over a socket and over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest

from adapters.slack.installing.installs import SlackStartError
from adapters.slack.running import RunningSlack
from adapters.slack.settings import SlackSettings
from bot.app.run import App, open_app
from bot.app.settings import Settings
from bot.database.installations import StoredInstallations
from tests.adapters.slack.support.driver import NOON, SECRET, TEAM, Timer, signed
from tests.adapters.slack.support.fake import APP_TOKEN, FakeSlack, serving
from tests.adapters.slack.support.world import World
from tests.support.driver import read_bank

MANY = SlackSettings(
    signing_secret=SECRET,
    client_id="1.2",
    client_secret="client-secret",
    url="https://study.example.org",
    port=0,
)


@pytest.fixture
async def fake() -> AsyncIterator[FakeSlack]:
    world = World(NOON)
    world.workspace(TEAM)
    async with serving(world) as made:
        yield made


@pytest.fixture
async def running(fake: FakeSlack) -> AsyncIterator[RunningSlack]:
    timer = Timer()
    made = RunningSlack(
        clock=lambda: fake.world.now, timer=timer, sleep=asyncio.sleep, base_url=f"{fake.url}api/"
    )
    yield made
    await made.stop()


@pytest.fixture
async def core(tmp_path: Path, fake: FakeSlack, running: RunningSlack) -> AsyncIterator[App]:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'run.db'}", demo=False)
    made = await open_app(
        settings, clock=lambda: fake.world.now, bank=read_bank(), platforms=(running.platform,)
    )
    yield made
    await running.stop()
    await made.stop()


def help_command(fake: FakeSlack) -> dict[str, str]:
    path = fake.world.answer_path(TEAM, "U0ADA", "C0STUDY")
    return {
        "command": "/study",
        "text": "help",
        "team_id": TEAM,
        "channel_id": "C0STUDY",
        "channel_name": "study",
        "user_id": "U0ADA",
        "trigger_id": fake.world.ticket(TEAM, "U0ADA"),
        "response_url": fake.url.rstrip("/") + path,
    }


def kept(core: App, fake: FakeSlack) -> StoredInstallations:
    return StoredInstallations(core.database, lambda: fake.world.now)


def plain_headers(body: str, at: datetime, secret: str = SECRET) -> dict[str, str]:
    return {name: str(value) for name, value in signed(body, at, secret).items()}


async def test_one_workspace_is_served_over_a_socket(
    fake: FakeSlack, running: RunningSlack, core: App
) -> None:
    await running.start_socket(core.dispatcher, SlackSettings(f"xoxb-{TEAM}-1", APP_TOKEN))
    await fake.sockets.until(lambda: fake.sockets.standing == 1)
    envelope = await fake.sockets.send("slash_commands", dict(help_command(fake)))
    await fake.sockets.until(lambda: envelope in fake.sockets.acks)
    assert running.client is not None
    await running.client.settled()
    assert len(fake.world.alone(TEAM, "U0ADA")) == 1


async def test_over_http_a_signed_command_is_acknowledged_and_answered(
    fake: FakeSlack, running: RunningSlack, core: App
) -> None:
    del fake.world.tokens[f"xoxb-{TEAM}-1"]
    await running.start_http(core.dispatcher, kept(core, fake), MANY)
    body = urlencode(help_command(fake))
    async with aiohttp.ClientSession() as browser:
        url = f"{running.url}/slack/events"
        async with browser.post(url, data=body, headers=plain_headers(body, fake.world.now)) as answer:
            assert answer.status == 200
        async with browser.post(
            url, data=body, headers=plain_headers(body, fake.world.now, "forged")
        ) as answer:
            assert answer.status == 401
        async with browser.get(f"{running.url}/healthz") as answer:
            assert await answer.text() == "ok"
    (only,) = fake.world.seen_by(TEAM, "U0ADA")
    assert "not installed" in only.payload["text"], "no workspace has installed it yet"


async def test_a_wrong_bot_token_is_told_before_anything_begins(
    fake: FakeSlack, running: RunningSlack, core: App
) -> None:
    with pytest.raises(SlackStartError, match="xoxb-"):
        await running.start_socket(core.dispatcher, SlackSettings("xoxb-wrong", APP_TOKEN))
    assert fake.sockets.handed == 0


async def test_a_taken_port_is_told_to_the_operator(
    running: RunningSlack, core: App, fake: FakeSlack
) -> None:
    port = int(fake.url.rstrip("/").rpartition(":")[2])
    settings = replace(MANY, port=port)
    with pytest.raises(SlackStartError, match=str(port)):
        await running.start_http(core.dispatcher, kept(core, fake), settings)
