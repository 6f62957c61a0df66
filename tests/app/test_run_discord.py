"""`studyhall run` with a Discord token: it connects, it says what is wrong, and it never says the token."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest

from adapters.discord.settings import DiscordSettings, Shards
from bot.app.clock import utc_now
from bot.app.run import prepared, run
from bot.app.settings import Settings
from bot.chat.platform import ConnectError
from bot.database.facts import Facts
from tests.adapters.discord.support.loopback import Loopback, loopback
from tests.faults.serving import free_port
from tests.support.databases import opened

SECRET = "MTA0.Gs3cr3.t_Zk-9"


@pytest.fixture
def settings(sqlite_url: str) -> Settings:
    return Settings(
        port=0,
        database_url=sqlite_url,
        demo=False,
        admin_port=free_port(),
        platforms=(DiscordSettings(SECRET),),
    )


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[tuple[list[str], "asyncio.Task[None]", asyncio.Event]]:
    """A process that has said its first lines, and is stopped at the end."""
    said: list[str] = []
    ready, stopping = asyncio.Event(), asyncio.Event()

    def tell(line: str) -> None:
        said.append(line)
        if "Ctrl-C" in line:
            ready.set()

    task = asyncio.create_task(run(settings, stopping, tell))
    first = asyncio.create_task(ready.wait())
    await asyncio.wait({task, first}, return_when=asyncio.FIRST_COMPLETED, timeout=60)
    first.cancel()
    try:
        yield said, task, stopping
    finally:
        stopping.set()
        await asyncio.gather(task, return_exceptions=True)


async def _clicked(server: Loopback) -> None:
    await asyncio.wait_for(server.ready[0].wait(), 10)
    await server.emit(0, "INTERACTION_CREATE", server.command(11, "help"))
    await asyncio.wait_for(server.answered["11"].wait(), 10)


@pytest.mark.slow
async def test_with_a_token_it_answers_on_discord_and_keeps_what_it_registered(settings: Settings) -> None:
    async with (
        loopback() as server,
        running(settings) as (said, task, stopping),
        aiohttp.ClientSession() as http,
    ):
        await _clicked(server)
        async with http.get(f"http://127.0.0.1:{settings.admin_port}/readyz") as answer:
            assert (answer.status, await answer.text()) == (200, "ready")
        assert server.callbacks["11"]["type"] == 4
        stopping.set()
        await task
        assert said[1].startswith("Discord: logged in as Studyhall. Invite it: https://discord.com/oauth2/")
        assert said[2].startswith("Type /group setup in a channel")
        assert said[-1].startswith("Stopped.")
        async with opened(settings.database_url) as database:
            assert await Facts(database, lambda: None).recall("commands:1")  # type: ignore[arg-type, return-value]


async def test_with_the_room_off_its_health_is_told_and_nothing_else(settings: Settings) -> None:
    async with loopback(), running(replace(settings, room=False)) as (said, _, _stopping):
        url = said[0].split()[-1]
        async with aiohttp.ClientSession() as http:
            statuses = [(await http.get(url + path)).status for path in ("healthz", "", "api/state")]
        assert statuses == [200, 404, 404]


async def test_a_wrong_token_ends_it_with_a_sentence_and_nothing_is_left_running(settings: Settings) -> None:
    async with loopback() as server:
        server.token_is_good = False
        with pytest.raises(ConnectError, match=r"does not accept the token.*Reset Token") as caught:
            await run(settings, asyncio.Event(), lambda _line: None)
        assert SECRET not in str(caught.value)
    async with opened(settings.database_url):
        assert [t for t in asyncio.all_tasks() if t is not asyncio.current_task()] == []


async def test_an_unreachable_discord_ends_it_with_a_sentence(settings: Settings) -> None:
    async with loopback() as server:
        server.reachable = False
        with pytest.raises(ConnectError, match="cannot be reached"):
            await run(settings, asyncio.Event(), lambda _line: None)


async def test_a_connection_that_discord_ends_for_good_stops_the_process(settings: Settings) -> None:
    async with loopback() as server, running(settings) as (_said, task, _stopping):
        await _clicked(server)
        await server.cut(0, 4004)
        with pytest.raises(ConnectError, match="Reset Token"):
            await asyncio.wait_for(task, 10)


async def test_the_token_is_in_no_log_however_much_is_logged(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with loopback() as server, running(settings):
        await _clicked(server)
    assert "bulk" in caplog.text or "commands are registered" in caplog.text
    assert SECRET not in caplog.text


def test_the_shards_of_the_settings_are_those_that_connect(settings: Settings) -> None:
    some = DiscordSettings(SECRET, Shards((2, 3), 4))
    (found,) = prepared(replace(settings, platforms=(some,)), utc_now)
    client = found.platform._client  # type: ignore[attr-defined]
    assert (client.shard_ids, client.shard_count) == ([2, 3], 4)
