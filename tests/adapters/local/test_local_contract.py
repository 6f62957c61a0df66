"""The local room keeps the platforms' promises, on both databases."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from adapters.local.room import LocalRoom
from bot.chat.platform import Platform
from bot.chat.requests import Identity, MessageRef, Place
from bot.database.engine import Database
from bot.database.transcript import StoredTranscript
from tests.adapters.local.product import Clock, room_over
from tests.chat.platform_contract import PlatformContract, Sight, Stage

ATTIC = Place("local", "room", "attic")
MIRA, TOM = (Identity("local", "room", user, user.capitalize()) for user in ("mira", "tom"))
NOBODY = Identity("local", "room", "nobody")


@dataclass
class RoomStage:
    """The room over a database, with eyes that read its transcript."""

    database: Database
    clock: Clock
    platform: Platform
    room: LocalRoom
    here: Place
    elsewhere: Place = ATTIC
    ada: Identity = MIRA
    ben: Identity = TOM
    stranger: Identity = NOBODY

    async def seen_by(self, who: Identity) -> list[Sight]:
        entries = await self.room.transcript.changes(self.here.channel, who.user, 0)
        return [Sight(self.room.ref(e), json.dumps(json.loads(e.body))) for e in entries]

    async def delete(self, ref: MessageRef) -> None:
        await self.room.transcript.remove(int(ref.message), self.clock())

    async def remove(self, who: Identity) -> None:
        self.room.members = tuple(m for m in self.room.members if m.user != who.user)

    def later(self, by: timedelta) -> datetime:
        self.clock.now += by
        return self.clock.now

    async def restarted(self) -> Platform:
        return room_over(StoredTranscript(self.database), self.clock)


class TestTheLocalRoom(PlatformContract):
    @pytest.fixture
    def stage(self, sqlite_database: Database) -> Stage:
        clock = Clock()
        room = room_over(StoredTranscript(sqlite_database), clock)
        return RoomStage(sqlite_database, clock, room, room, room.place)
