"""A visitor of the local room who speaks HTTP as the page does, to a server on the loopback."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import uuid4

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from adapters.local import LocalRoom, build_app
from bot.chat.requests import MessageRef
from bot.chat.transcript import Transcript
from tests.adapters.local.memory_transcript import MemoryTranscript
from tests.adapters.local.product import Clock, Product, room_over


@dataclass
class Visitor:
    """One browser; every call names the member it acts as."""

    client: TestClient[Any, Any]
    room: LocalRoom
    product: Product
    clock: Clock

    @property
    def origin(self) -> str:
        return f"http://{self.client.host}:{self.client.port}"

    async def send(self, what: str, content: object, **headers: str) -> ClientResponse:
        """POST as the page does; headers given here take the place of its own."""
        said = {"Origin": self.origin, "Content-Type": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return await self.client.post(
            f"/api/{what}", data=BytesIO(json.dumps(content).encode()), headers=said
        )

    async def do(self, what: str, member: str = "you", **content: object) -> dict[str, Any]:
        """Do something as a member and give what the page is told."""
        response = await self.send(
            what, {"member": member, "id": str(uuid4()), "zone": "Europe/Berlin", **content}
        )
        found: dict[str, Any] = await response.json()
        assert response.status == 200, found
        return found

    async def press(
        self, entry: MessageRef | int, action: str, member: str = "you", **more: object
    ) -> dict[str, Any]:
        made = int(entry.message) if isinstance(entry, MessageRef) else entry
        return await self.do("press", member, entry=made, action=action, **more)

    async def state(self, member: str = "you", since: int = 0) -> dict[str, Any]:
        response = await self.client.get("/api/state", params={"member": member, "since": str(since)})
        found: dict[str, Any] = await response.json()
        assert response.status == 200, found
        return found

    async def older(self, before: int, member: str = "you") -> dict[str, Any]:
        """What a page is told that scrolls up to its first message."""
        response = await self.client.get("/api/older", params={"member": member, "before": str(before)})
        found: dict[str, Any] = await response.json()
        return found

    async def titles(self, member: str = "you") -> list[str]:
        """The titles of the cards a member sees."""
        return [entry["title"] for entry in (await self.state(member))["entries"]]


@asynccontextmanager
async def visiting(transcript: Transcript | None = None, *allowed_hosts: str) -> AsyncIterator[Visitor]:
    """A room that is being served, over a transcript of its own or a given one, and a visitor."""
    clock, product = Clock(), Product()
    room = room_over(transcript or MemoryTranscript(), clock)
    async with TestClient(TestServer(build_app(room, product.dispatcher(), allowed_hosts))) as client:
        yield Visitor(client, room, product, clock)
