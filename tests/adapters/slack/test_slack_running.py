"""Slack as a process runs it, over a socket and over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest

from adapters.slack.factory import prepare
from adapters.slack.settings import SlackSettings
from bot.app.run import open_app
from bot.app.settings import Settings
from bot.chat.factory import Core, Timing
from bot.chat.platform import ConnectError, Connection
from bot.database.facts import Facts
from bot.database.installations import StoredInstallations
from tests.adapters.slack.support.driver import NOON, SECRET, TEAM, Timer, signed
from tests.adapters.slack.support.fake import APP_TOKEN, FakeSlack, serving
from tests.adapters.slack.support.world import World
from tests.support.driver import read_bank

ONE = SlackSettings(f"xoxb-{TEAM}-1", APP_TOKEN)
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


@asynccontextmanager
async def prepared(fake: FakeSlack, folder: Path, settings: SlackSettings) -> AsyncIterator[Connection]:
    """Slack with the real core behind it, not yet started; it is stopped at the end."""
    timing = Timing(lambda: fake.world.now, Timer(), asyncio.sleep)
    made = prepare(settings, timing, f"{fake.url}api/")
    url = f"sqlite:///{folder / 'run.db'}"
    app = await open_app(
        Settings(database_url=url, demo=False),
        clock=timing.clock,
        steady=lambda: timing.clock().timestamp(),
        bank=read_bank(),
        platforms=(made.platform,),
    )
    facts, installations = Facts(app.database, timing.clock), StoredInstallations(app.database, timing.clock)
    connection = made.connect(Core(app.dispatcher, facts, installations))
    try:
        yield connection
    finally:
        await connection.stop()
        await app.stop()


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


def plain_headers(body: str, at: datetime, secret: str = SECRET) -> dict[str, str]:
    return {name: str(value) for name, value in signed(body, at, secret).items()}


async def test_one_workspace_is_served_over_a_socket_and_what_it_asked_is_answered_before_the_end(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with prepared(fake, tmp_path, ONE) as slack:
        assert (await slack.start()).startswith("Slack: connected.")
        await fake.sockets.until(lambda: fake.sockets.standing == 1)
        envelope = await fake.sockets.send("slash_commands", dict(help_command(fake)))
        await fake.sockets.until(lambda: envelope in fake.sockets.acks)
    assert len(fake.world.alone(TEAM, "U0ADA")) == 1


async def test_over_http_a_signed_command_is_acknowledged_and_answered(
    fake: FakeSlack, tmp_path: Path
) -> None:
    del fake.world.tokens[f"xoxb-{TEAM}-1"]
    body = urlencode(help_command(fake))
    async with prepared(fake, tmp_path, MANY) as slack, aiohttp.ClientSession() as browser:
        at = (await slack.start()).split()[3].rstrip(".")
        url = f"{at}/slack/events"
        async with browser.post(url, data=body, headers=plain_headers(body, fake.world.now)) as answer:
            assert answer.status == 200
        async with browser.post(
            url, data=body, headers=plain_headers(body, fake.world.now, "forged")
        ) as answer:
            assert answer.status == 401
        async with browser.get(f"{at}/healthz") as answer:
            assert await answer.text() == "ok"
    (only,) = fake.world.seen_by(TEAM, "U0ADA")
    assert "not installed" in only.payload["text"], "no workspace has installed it yet"


async def test_a_wrong_bot_token_is_told_before_anything_begins(fake: FakeSlack, tmp_path: Path) -> None:
    async with prepared(fake, tmp_path, replace(ONE, bot_token="xoxb-wrong")) as slack:
        with pytest.raises(ConnectError, match="xoxb-"):
            await slack.start()
    assert fake.sockets.handed == 0


async def test_a_taken_port_is_told_to_the_operator(fake: FakeSlack, tmp_path: Path) -> None:
    port = int(fake.url.rstrip("/").rpartition(":")[2])
    async with prepared(fake, tmp_path, replace(MANY, port=port)) as slack:
        with pytest.raises(ConnectError, match=str(port)):
            await slack.start()
