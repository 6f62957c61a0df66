"""A database that cannot be used: whoever sent a form gets it back at once, the log has a line, and then all goes on."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from aiohttp.test_utils import TestClient, TestServer

from adapters.local import build_app
from bot.chat.actions import encode
from bot.chat.requests import Submit
from bot.database import engine
from bot.database.engine import Database
from bot.database.errors import LostError
from bot.features.daily.actions import SaveAnswer
from bot.features.daily.tables import answers
from tests.support.local_driver import card_of, local_app, words

WORDS = "写下来花了十分钟。" * 200  # takes pages of its own


class Line:
    """The way to a PostgreSQL server, which can go silent or be cut."""

    def __init__(self, url: str) -> None:
        self._there = f"{parse_qs(urlsplit(url).query)['host'][0]}/.s.PGSQL.5432"
        self._url = url
        self._open = asyncio.Event()
        self._open.set()
        self._ways: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def laid(self, folder: Path) -> AsyncIterator[str]:
        """The address that leads through it."""
        server = await asyncio.start_unix_server(self._connected, folder / ".s.PGSQL.5432")
        self._server = server
        try:
            yield f"{self._url.partition('?')[0]}?host={folder}"
        finally:
            self._open.set()
            self.cut()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self._there)
        for source, target in ((reader, back), (there, writer)):
            self._ways.add(target)
            self._tasks.add(asyncio.create_task(self._relay(source, target)))

    async def _relay(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                await self._open.wait()
                target.write(data)
        except ConnectionError:
            pass
        finally:
            target.close()

    def hush(self) -> None:
        self._open.clear()

    def speak(self) -> None:
        self._open.set()

    def cut(self) -> None:
        """Nobody gets through any more."""
        self._server.close()
        for each in self._ways:
            each.close()


async def pragma(database: Database, words: str) -> list[Any]:
    return await database._writer.apart(lambda connection: connection.execute(f"PRAGMA {words}").fetchall())


@asynccontextmanager
async def trouble(kind: str, database: Database, line: Line | None) -> AsyncIterator[None]:
    """A trouble for as long as this lasts."""
    async with AsyncExitStack() as over:
        match kind:
            case "locked":
                assert database.url.database
                shell = sqlite3.connect(database.url.database, isolation_level=None)
                over.callback(shell.close)
                await pragma(database, "busy_timeout=50")
                shell.execute("BEGIN IMMEDIATE")
            case "full":
                ((pages,),) = await pragma(database, "page_count")
                await pragma(database, f"max_page_count={pages}")
                over.push_async_callback(pragma, database, "max_page_count=100000")
            case "read only":
                await pragma(database, "query_only=ON")
                over.push_async_callback(pragma, database, "query_only=OFF")
            case "silent":
                assert line is not None
                line.hush()
                over.callback(line.speak)
        yield


KINDS = ("locked", "full", "read only", pytest.param("silent", marks=pytest.mark.postgres))


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A kind of trouble, and the address of a database to have it."""
    name = "postgres_url" if request.param == "silent" else "sqlite_url"
    return request.param, request.getfixturevalue(name)


async def test_a_form_comes_back_at_once_with_its_words_and_is_saved_when_sent_again(
    kind: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(engine, "ANSWER_SECONDS", 0.3)
    what, url = kind
    line = None
    async with AsyncExitStack() as stack:
        if what == "silent":
            line = Line(url)
            url = await stack.enter_async_context(line.laid(tmp_path))
        v = await stack.enter_async_context(local_app(url))
        await v.set_up()
        served = TestServer(build_app(v.app.room, v.app.dispatcher))
        client = await stack.enter_async_context(TestClient(served))

        form = Submit(encode(SaveAnswer(1)), {"answer": WORDS, "consent": "unnamed"})

        async def send() -> Any:  # noqa: ANN401  # JSON
            sent = {"id": made, "member": "mira", "entry": 1, "action": form.action, "fields": form.fields}
            origin = f"http://{client.host}:{client.port}"
            answer = await client.post("/api/submit", json=sent, headers={"Origin": origin})
            assert answer.status == 200, await answer.text()
            return await answer.json()

        made, tried = str(uuid4()), list[str]()
        if what == "locked":
            await v.app.database._writer.apart(lambda writer: writer.set_trace_callback(tried.append))
        async with trouble(what, v.app.database, line):
            for _ in range(2):
                tried.clear()
                shown = await send()
                assert what != "locked" or tried.count("BEGIN IMMEDIATE") == 1, "a lock was waited for once"
                assert shown["unkept"].startswith("Not saved yet. Nothing was changed.")
                (card,) = shown["entries"]
                assert card["title"] == "Not saved yet"
                assert WORDS in card["blocks"][-1]
            reply = await v.handle(v.request("mira", form))
            assert WORDS in words(card_of(reply))
            if what != "silent":  # nobody waits for a tick, and it would wait for a connection
                with suppress(LostError):
                    await v.tick(days=1)
        said = [each for each in caplog.records if each.levelno >= logging.WARNING]
        assert len(said) == (2 if what == "silent" else 1), caplog.text
        (entry,) = (await send())["entries"]
        assert entry["title"] == "Saved"
        assert [row.text for row in await v.rows(answers)] == [WORDS]
