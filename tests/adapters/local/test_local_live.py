"""Live updates in every open page, and the server's life."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession

from adapters.local import live, serve
from bot.chat.actions import encode
from bot.chat.requests import Identity
from tests.adapters.local.memory_transcript import MemoryTranscript
from tests.adapters.local.product import Clock, Count, Product, counter, question, room_over
from tests.adapters.local.visitor import Visitor, visiting

PATIENCE = 20.0


@asynccontextmanager
async def listening(
    visitor: Visitor, member: str, since: int = 0
) -> AsyncIterator[AsyncIterator[tuple[str, Any]]]:
    """The events that reach a member's open page, as (name, data)."""
    query = {"member": member, "since": str(since)}
    async with visitor.client.get("/api/events", params=query) as response:
        assert response.content_type == "text/event-stream"

        async def events() -> AsyncIterator[tuple[str, Any]]:
            name = ""
            async for line in response.content:
                head, _, rest = line.decode().rstrip("\n").partition(": ")
                if head == "event":
                    name = rest
                elif head == "data":
                    yield name, json.loads(rest)

        yield events()


async def test_every_open_page_sees_a_new_message_and_its_changes() -> None:
    async with (
        visiting() as visitor,
        asyncio.timeout(PATIENCE),
        listening(visitor, "you") as yours,
        listening(visitor, "mira") as miras,
    ):
        ref = await visitor.room.post(visitor.room.place, counter(0), "k1")
        for events in (yours, miras):
            name, (entry,) = await anext(events)
            assert (name, entry["title"]) == ("entries", "A counter")
        await visitor.press(ref, encode(Count(0)))
        for events in (yours, miras):
            _, (entry,) = await anext(events)
            assert "Pressed 1 times." in entry["blocks"][0]


async def test_a_private_message_is_streamed_to_its_audience_alone() -> None:
    async with visiting() as visitor, asyncio.timeout(PATIENCE), listening(visitor, "tom") as toms:
        await visitor.room.post(Identity("local", "room", "mira"), question(1), "k1")
        await visitor.room.post(visitor.room.place, counter(0), "k2")
        _, entries = await anext(toms)
        assert [entry["title"] for entry in entries] == ["A counter"]


async def test_a_page_that_comes_back_gets_what_it_missed() -> None:
    async with visiting() as visitor, asyncio.timeout(PATIENCE):
        await visitor.room.post(visitor.room.place, question(), "k1")
        seen = (await visitor.state())["version"]
        await visitor.room.post(visitor.room.place, counter(0), "k2")
        async with listening(visitor, "you", since=seen) as events:
            _, entries = await anext(events)
            assert [entry["title"] for entry in entries] == ["A counter"]


async def test_a_page_from_before_the_data_was_reset_starts_over() -> None:
    async with visiting() as visitor, asyncio.timeout(PATIENCE):
        await visitor.room.post(visitor.room.place, question(), "k1")
        async with listening(visitor, "you", since=900) as events:
            assert [each async for each in events] == [("reset", {})]


async def test_a_page_that_missed_too_much_starts_over() -> None:
    async with visiting() as visitor, asyncio.timeout(PATIENCE):
        for n in range(1 + live.MOST_CHANGES):
            await visitor.room.post(visitor.room.place, counter(0), f"k{n}")
        async with listening(visitor, "you", since=1) as events:
            assert [each async for each in events] == [("reset", {})]


async def test_what_another_process_writes_rings_the_bell() -> None:
    transcript = MemoryTranscript()
    here, there = room_over(transcript), room_over(transcript)
    with here.bell() as bell:
        watch = asyncio.create_task(live.watch(here, every=0.01))
        async with asyncio.timeout(PATIENCE):
            await bell.wait()
            bell.clear()
            await there.post(there.place, question(), "k1")
            await bell.wait()
        watch.cancel()
        assert bell.is_set()


async def test_pages_beyond_a_hundred_are_refused_until_one_is_closed() -> None:
    async with visiting() as visitor, asyncio.timeout(PATIENCE):
        with ExitStack() as pages:
            for _ in range(live.MOST_STREAMS):
                pages.enter_context(visitor.room.bell())
            response = await visitor.client.get("/api/events", params={"member": "you"})
            assert response.status == 503
            assert (await response.json())["problem"] == "Too many pages are open. Close some of them."
        async with visitor.client.get("/api/events", params={"member": "you"}) as response:
            assert response.status == 200


async def test_a_stranger_gets_no_stream() -> None:
    async with visiting() as visitor:
        assert (await visitor.client.get("/api/events", params={"member": "nobody"})).status == 400


async def test_a_served_room_tells_its_address_and_stops_with_pages_open() -> None:
    room = room_over(MemoryTranscript(), Clock())
    running = await serve(room, Product().dispatcher(), port=0)
    async with asyncio.timeout(PATIENCE), ClientSession() as session:
        assert running.url.startswith("http://127.0.0.1:")
        async with session.get(f"{running.url}api/events?member=you") as stream:
            assert stream.status == 200
            await running.stop()
            assert (await stream.content.read()).startswith(b"retry:")
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", int(running.url.rstrip("/").rpartition(":")[2])))


async def test_a_taken_port_is_told_at_once() -> None:
    first = await serve(room_over(MemoryTranscript()), Product().dispatcher(), port=0)
    port = int(first.url.rstrip("/").rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        await serve(room_over(MemoryTranscript()), Product().dispatcher(), port=port)
    await first.stop()
