"""A process that is told to stop ends within ten seconds, whatever hangs. Time stands still here until it is moved."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from bot.app.run import STOP_SECONDS, open_app, run
from bot.app.settings import Settings
from bot.chat.cards import Card
from bot.chat.factory import PreparedPlatform
from bot.chat.requests import Destination, MessageRef
from tests.outbox.test_time_limit import StillLoop
from tests.support.local_driver import Watched
from tests.support.two_platforms import Elsewhere

pytestmark = pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")
"""What is cut off leaves its connections behind, and Python 3.13 says so once they are collected."""


@dataclass
class Silent(Watched):
    """A room in which no message ever arrives."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def post(self, destination: Destination, card: Card, key: str) -> MessageRef:
        self.begun.set()
        await asyncio.Event().wait()
        return await super().post(destination, card, key)


class Hanging:
    """A connection whose closing never ends."""

    def __init__(self) -> None:
        self.closing = asyncio.Event()

    async def start(self) -> str:
        return "connected"

    async def stands(self) -> bool:
        return True

    async def ended(self) -> None:
        await asyncio.Event().wait()

    async def stop(self) -> None:
        self.closing.set()
        await asyncio.Event().wait()


def in_still_time(story: Callable[[StillLoop], Awaitable[None]]) -> None:
    """Run a story in a loop whose time stands still until it is moved."""

    async def told() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, StillLoop)
        await story(loop)

    with asyncio.Runner(loop_factory=StillLoop) as runner:
        runner.run(told())
    gc.collect()


def test_a_process_stops_while_its_platform_never_answers(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(loop: StillLoop) -> None:
        rooms: list[Silent] = []

        def silent(room: object) -> Silent:
            rooms.append(Silent(room))  # type: ignore[arg-type]
            return rooms[0]

        app = await open_app(Settings(port=0, database_url=sqlite_url, demo=True), wrap=silent)
        await app.start()
        await rooms[0].begun.wait()
        stopping = asyncio.create_task(app.stop())
        for _ in range(20):
            await asyncio.sleep(0)
        assert not stopping.done()
        loop.moved += STOP_SECONDS
        await stopping

    in_still_time(story)
    assert "were cut off" in caplog.text


def test_a_process_stops_while_its_connection_never_closes(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(loop: StillLoop) -> None:
        connection, stopping, said = Hanging(), asyncio.Event(), list[str]()
        other = PreparedPlatform(Elsewhere(), lambda _core: connection)
        settings = Settings(port=0, database_url=sqlite_url, demo=False, admin_port=0)
        process = asyncio.create_task(run(settings, stopping, said.append, [other]))
        stopping.set()
        await connection.closing.wait()
        await asyncio.sleep(0)
        loop.moved += STOP_SECONDS
        await process
        assert "Stopped" in said[-1]

    in_still_time(story)
    assert "a connection did not stop in time" in caplog.text
