"""A process that votes until it is killed: what it was told is counted stands in a file before it goes on.

    python -m tests.faults.voting DATABASE_URL TOLD_FILE SEED FIRST_GROUP LAST_GROUP

Each line of TOLD_FILE is a vote whose answer has come: member, answer, and whether it helped. It says how many these were
whenever a hundred more have come, and "all" at the end.
"""

import asyncio
import itertools
import os
import random
import sys

from bot.app.run import App
from bot.chat.actions import Action, encode
from bot.chat.cards import Private, Reply, Update
from bot.chat.requests import Identity, Place, Press, Request
from bot.features.daily.actions import Judge, OpenBallot
from tests.bench.filling import NOW, opened
from tests.faults.worker import say

PLATFORM, TENANT = "far", "town"
VOTERS, AUTHORS = 1_000, 6
AT_ONCE = 128
TWICE = 0.02
"""So large a share of the requests arrives twice."""


def place_of(group: int) -> Place:
    """The channel of a group."""
    return Place(PLATFORM, TENANT, f"c{group}", f"c{group}")


def voter(number: int) -> Identity:
    """The account of the voter with this number; they are the same people in each group."""
    return Identity(PLATFORM, TENANT, f"v{number}", f"Voter {number}")


def helped(member: int, answer: int) -> bool:
    """What a member thinks of an answer, whenever they are asked."""
    return (member * 31 + answer * 17) % 3 > 0


class Voting:
    """The voters of one group after the other, each with their ballot of six."""

    def __init__(self, app: App, told: int, chance: random.Random) -> None:
        self._app = app
        self._told = told
        self._chance = chance
        self._ids = itertools.count(1)
        self._count = 0

    async def group(self, group: int) -> None:
        """Let everybody vote who has not."""
        numbers = list(range(1, VOTERS + 1))
        self._chance.shuffle(numbers)
        waiting = iter(numbers)

        async def some() -> None:
            for number in waiting:
                await self._ballot(group, number)

        await asyncio.gather(*(some() for _ in range(AT_ONCE)))

    async def _ballot(self, group: int, number: int) -> None:
        reply = await self._press(group, number, OpenBallot(group))
        while action := _next(reply):
            member = (group - 1) * (VOTERS + AUTHORS) + number
            vote = Judge(group, action.answer_id, helped(member, action.answer_id))
            reply = await self._press(group, number, vote)
            if isinstance(reply, Update):
                os.write(self._told, f"{member} {vote.answer_id} {int(vote.helped)}\n".encode())
                self._count += 1
                if self._count % 100 == 0:
                    say(str(self._count))
            else:
                reply = await self._press(group, number, OpenBallot(group))

    async def _press(self, group: int, number: int, action: Action) -> Reply:
        id_ = f"{os.getpid()}-{next(self._ids)}"
        request = Request(id_, NOW, voter(number), place_of(group), Press(encode(action), ()))
        times = 1 + (self._chance.random() < TWICE)
        replies = await asyncio.gather(*(self._app.dispatcher.handle(request) for _ in range(times)))
        return next((each for each in replies if _next(each)), replies[0])


def _next(reply: Reply) -> Judge | None:
    assert isinstance(reply, Private | Update), reply
    return next((b.action for b in reply.card.buttons() if isinstance(b.action, Judge)), None)


async def main(url: str, told: str, seed: str, first: str, groups: str) -> None:
    """Vote in all groups from the first to the last."""
    app = await opened(url)
    say("ready")
    voting = Voting(app, os.open(told, os.O_WRONLY | os.O_APPEND | os.O_CREAT), random.Random(seed))
    for group in range(int(first), int(groups) + 1):
        await voting.group(group)
    say("all")
    await app.stop()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:6]))
