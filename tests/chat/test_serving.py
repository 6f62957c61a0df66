"""A door over HTTP answers whoever asks a whole question, however many hold half of one back."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.chat.serving import Bounds, Door

WHOLE = b"GET /ask HTTP/1.1\r\nHost: room\r\n\r\n"
HALF = b"GET /ask HTTP/1.1\r\nHost: ro"
PATIENCE = 20.0


class Served:
    """An open door, and what may be asked of it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.hold = asyncio.Event()
        self.held = asyncio.Queue[None]()
        self.writers: list[asyncio.StreamWriter] = []

    async def send(self, said: bytes) -> asyncio.StreamReader:
        """What comes back on a new connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        self.writers.append(writer)
        writer.write(said)
        return reader


@asynccontextmanager
async def served(bounds: Bounds) -> AsyncIterator[Served]:
    app = web.Application()

    async def ask(request: web.Request) -> web.Response:
        match request.query_string:
            case "hold":
                seen.held.put_nowait(None)
                await seen.hold.wait()
            case "secret":
                raise ValueError(request.query_string)
        return web.Response(text="answered")

    app.router.add_route("*", "/ask", ask)
    door = Door(app, bounds)
    await door.open("127.0.0.1", 0)
    seen = Served(door.port)
    async with asyncio.timeout(PATIENCE):
        yield seen
    for writer in seen.writers:
        writer.close()
    await door.stop()


async def test_half_requests_make_room_for_whole_ones_the_oldest_first() -> None:
    async with served(Bounds(most=5)) as door:
        halves = [await door.send(HALF) for _ in range(30)]
        answer = await (await door.send(WHOLE)).readuntil(b"answered")
        assert answer.startswith(b"HTTP/1.1 200")
        assert [await each.read() for each in halves[:26]] == [b""] * 26
        assert not halves[-1].at_eof()


@pytest.mark.parametrize("first", [b"", HALF, WHOLE + HALF], ids=["silent", "half", "half after a whole one"])
async def test_a_connection_that_never_asks_is_closed(first: bytes) -> None:
    async with served(Bounds(idle=0.05)) as door:
        came = await (await door.send(first)).read()
        assert came.endswith(b"answered") is first.startswith(WHOLE)


async def test_where_every_connection_is_being_answered_the_next_is_told_to_come_again() -> None:
    async with served(Bounds(most=2)) as door:
        under_way = [await door.send(WHOLE.replace(b"/ask", b"/ask?hold")) for _ in range(2)]
        for _ in under_way:
            await door.held.get()
        assert (await (await door.send(WHOLE)).read()).startswith(b"HTTP/1.1 503")
        door.hold.set()
        for each in under_way:
            await each.readuntil(b"answered")
        assert await (await door.send(WHOLE)).readuntil(b"answered")


async def test_a_body_that_does_not_arrive_is_not_waited_for() -> None:
    async with served(Bounds(body=0.05, patience=0.01)) as door:
        post = WHOLE.replace(b"GET", b"POST").replace(b"Host", b"Content-Length: 9\r\nHost")
        assert (await (await door.send(post + b"half")).readline()).startswith(b"HTTP/1.1 408")


async def test_what_is_no_http_is_refused_without_a_word_in_the_log_where_a_fault_of_ours_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with served(Bounds()) as door:
        for junk in (
            b"\x16\x03\x01secret\r\n\r\n",
            b"GET /ask secret\r\n\r\n",
            b"GET / HTTP/1.1\r\n:secret\r\n\r\n",
        ):
            assert (await (await door.send(junk)).readline()).startswith(b"HTTP/1.0 400")
        assert caplog.text == ""
        assert b" 500 " in await (await door.send(WHOLE.replace(b"/ask", b"/ask?secret"))).readline()
    assert [record.exc_info and record.exc_info[0] for record in caplog.records] == [ValueError]
