"""A process to be killed, stopped and raced: the real app, led line by line.

    python -m tests.faults.worker DATABASE_URL POSTED_FILE NOW

It never reads a clock: time is NOW until it is told another. Every message that reached the room adds a line with its key
to POSTED_FILE. Each line read is one order; its answer is one line.

    now INSTANT             time is this from now on
    at MOMENT SIGNAL        send this process a signal at a moment: before-post, after-post, after-reply
    move                    move what is due, without sending it
    tick                    move and send what is due
    answer USER TEXT        answer the open question
    help USER               open the ballot and say that the first answer helped
"""

import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from bot.app.run import open_app
from bot.chat.cards import Card
from bot.chat.platform import Platform
from bot.chat.requests import Destination, Identity, MessageRef, Place
from bot.features.daily.advance import advance
from tests.support.local_driver import LocalDriver, words


def say(line: str) -> None:
    """Tell whoever leads this process."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Traps:
    """Signals that this process sends itself at named moments, each once."""

    def __init__(self) -> None:
        self.set: dict[str, int] = {}

    def spring(self, moment: str) -> None:
        """The moment has come."""
        chosen = self.set.pop(moment, None)
        if chosen is not None:
            say(f"at {moment}")
            os.kill(os.getpid(), chosen)


class Trapped:
    """The local room as the outbox sees it, with traps around a post and a file of what reached the room."""

    def __init__(self, room: Platform, traps: Traps, posted: Path) -> None:
        self._room = room
        self._traps = traps
        self._posted = posted
        self.name = room.name
        self.threads = room.threads
        self.remembers = room.remembers
        self.pace = room.pace

    async def post(self, destination: Destination, card: Card, key: str) -> MessageRef:
        self._traps.spring("before-post")
        ref = await self._room.post(destination, card, key)
        with self._posted.open("a") as file:
            file.write(f"{key}\n")
        self._traps.spring("after-post")
        return ref

    async def edit(self, ref: MessageRef, card: Card) -> None:
        await self._room.edit(ref, card)

    async def find(
        self, destination: Destination, key: str, since: datetime, until: datetime | None = None
    ) -> MessageRef | None:
        return await self._room.find(destination, key, since, until)

    async def handle(self, account: Identity) -> str | None:
        return await self._room.handle(account)

    async def still_in(self, account: Identity, places: tuple[Place, ...]) -> bool | None:
        return await self._room.still_in(account, places)

    async def erase(self, account: Identity, before: datetime) -> bool:
        return await self._room.erase(account, before)

    @property
    def has_roles(self) -> bool:
        return self._room.has_roles

    async def problems(self, destination: Destination, *, enter: bool = False) -> tuple[str, ...]:
        return await self._room.problems(destination, enter=enter)


async def obey(local: LocalDriver, traps: Traps, order: str, rest: str) -> str:
    """Carry out one order; the answer."""
    first, _, second = rest.partition(" ")
    match order:
        case "now":
            local.clock.now = datetime.fromisoformat(rest)
            return "now"
        case "at":
            traps.set[first] = signal.Signals[f"SIG{second}"]
            return "set"
        case "move":
            return str(await advance(local.app.services, local.clock()))
        case "tick":
            return str(await local.app.scheduler.once())
        case "answer":
            return words(await local.answer(first, second)).partition("\n")[0]
        case "help":
            page = await local.command(first, "vote")
            return words(await local.press(first, page, "It helped me")).partition("\n")[0]
        case _:
            raise SystemExit(f"unknown order {order!r}")


async def main(url: str, posted: str, now: str) -> None:
    """Open the app and obey until the orders end."""
    traps = Traps()
    local = LocalDriver(url)
    local.clock.now = datetime.fromisoformat(now)
    local.app = await open_app(
        local.settings,
        clock=local.clock,
        steady=lambda: local.clock().timestamp(),
        wrap=lambda room: Trapped(room, traps, Path(posted)),
    )
    say("ready")
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order, _, rest = line.strip().partition(" ")
        say(await obey(local, traps, order, rest))
        if order != "at":
            traps.spring("after-reply")
    await local.app.stop()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
