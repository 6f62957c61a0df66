"""`studyhall run` with Slack: over a socket, over HTTP, beside Discord, and what it says where something is wrong."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest

from adapters.discord.settings import DiscordSettings
from adapters.slack.factory import prepare
from adapters.slack.settings import SlackSettings
from bot.app.clock import utc_now
from bot.app.run import prepared, run
from bot.app.settings import Settings
from bot.chat.factory import PlatformSettings, PreparedPlatform, Timing
from bot.chat.platform import ConnectError
from tests.adapters.discord.support.loopback import loopback
from tests.adapters.slack.support.driver import TEAM
from tests.adapters.slack.support.fake import APP_TOKEN, FakeSlack, serving
from tests.adapters.slack.support.world import World
from tests.faults.serving import free_port
from tests.support.databases import opened


@pytest.fixture
async def fake() -> AsyncIterator[FakeSlack]:
    world = World(utc_now())
    world.workspace(TEAM)
    async with serving(world) as made:
        yield made


@pytest.fixture
def settings(sqlite_url: str) -> Settings:
    return Settings(port=0, database_url=sqlite_url, demo=False, admin_port=free_port())


TIMING = Timing(utc_now, time.monotonic, asyncio.sleep)
OVER_SOCKET = SlackSettings(bot_token=f"xoxb-{TEAM}-1", app_token=APP_TOKEN)
OVER_HTTP = SlackSettings(
    signing_secret="a signing secret",
    client_id="1.2",
    client_secret="client-secret",
    url="https://study.example.org",
    port=0,
)


@asynccontextmanager
async def running(settings: Settings, *others: PreparedPlatform) -> AsyncIterator[list[str]]:
    """A process that has said its first lines; it is stopped at the end, and must end well."""
    said: list[str] = []
    ready, stopping = asyncio.Event(), asyncio.Event()

    def tell(line: str) -> None:
        said.append(line)
        if "Ctrl-C" in line:
            ready.set()

    task = asyncio.create_task(run(settings, stopping, tell, others))
    first = asyncio.create_task(ready.wait())
    await asyncio.wait({task, first}, return_when=asyncio.FIRST_COMPLETED, timeout=60)
    first.cancel()
    try:
        yield said
    finally:
        stopping.set()
        await task


def to(fake: FakeSlack, settings: SlackSettings = OVER_SOCKET) -> PreparedPlatform:
    return prepare(settings, TIMING, f"{fake.url}api/")


async def _helped(fake: FakeSlack) -> None:
    await fake.sockets.until(lambda: fake.sockets.standing == 1)
    body = {
        "command": "/study",
        "text": "help",
        "team_id": TEAM,
        "channel_id": "C0STUDY",
        "channel_name": "study",
        "user_id": "U0ADA",
        "trigger_id": fake.world.ticket(TEAM, "U0ADA"),
        "response_url": fake.url.rstrip("/") + fake.world.answer_path(TEAM, "U0ADA", "C0STUDY"),
    }
    await fake.sockets.send("slash_commands", body)
    await fake.sockets.until(lambda: bool(fake.world.alone(TEAM, "U0ADA")))


async def test_with_two_tokens_it_answers_over_a_socket_and_closes_it(
    fake: FakeSlack, settings: Settings
) -> None:
    async with running(settings, to(fake)) as said, aiohttp.ClientSession() as http:
        await _helped(fake)
        async with http.get(f"http://127.0.0.1:{settings.admin_port}/readyz") as answer:
            assert (answer.status, await answer.text()) == (200, "ready")
    assert said[1].startswith("Slack: connected")
    assert said[2].startswith("Type /group setup in a channel")
    assert said[-1].startswith("Stopped.")
    await fake.sockets.until(lambda: fake.sockets.standing == 0)


async def test_over_http_it_listens_and_says_where_the_app_is_installed(
    fake: FakeSlack, settings: Settings
) -> None:
    async with running(settings, to(fake, OVER_HTTP)) as said, aiohttp.ClientSession() as http:
        url = said[1].split()[3].rstrip(".")
        async with http.get(f"{url}/healthz") as answer:
            assert await answer.text() == "ok"
        async with http.post(f"{url}/slack/events", data="command=%2Fstudy") as answer:
            assert answer.status == 401
    assert said[1].endswith("Install it: https://study.example.org/slack/install")


async def test_discord_and_slack_run_beside_each_other(fake: FakeSlack, settings: Settings) -> None:
    discord = prepared(replace(settings, platforms=(DiscordSettings("a.b.c"),)), utc_now)
    async with loopback() as server, running(settings, *discord, to(fake)) as said:
        await asyncio.wait_for(server.ready[0].wait(), 10)
        await server.emit(0, "INTERACTION_CREATE", server.command(11, "help"))
        await asyncio.wait_for(server.answered["11"].wait(), 10)
        await _helped(fake)
    assert [line.split(":")[0] for line in said[1:3]] == ["Discord", "Slack"]


async def test_a_refused_token_ends_it_with_a_sentence_and_nothing_is_left(
    fake: FakeSlack, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = replace(OVER_SOCKET, bot_token="xoxb-wr0ng")
    with pytest.raises(ConnectError, match=r"does not accept the bot token.*Install App") as caught:
        await run(settings, asyncio.Event(), lambda _line: None, (to(fake, wrong),))
    assert "wr0ng" not in str(caught.value) + caplog.text
    async with opened(settings.database_url):
        assert not [t for t in asyncio.all_tasks() if t.get_name().startswith("slack")]


def test_only_what_the_settings_name_is_put_together(settings: Settings) -> None:
    def names(*platforms: PlatformSettings) -> list[str]:
        return [each.platform.name for each in prepared(replace(settings, platforms=platforms), utc_now)]

    assert names() == []
    assert names(OVER_SOCKET) == ["slack"]
    assert names(OVER_HTTP, DiscordSettings("a.b.c")) == ["discord", "slack"]


async def test_tokens_are_in_no_log_however_much_is_logged(
    fake: FakeSlack, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with running(settings, to(fake)):
        await _helped(fake)
    assert "slack" in caplog.text
    assert OVER_SOCKET.bot_token not in caplog.text
    assert OVER_SOCKET.app_token not in caplog.text
