"""Members who answer and vote in a town with a bad network, and remember what they were told."""

import asyncio
import itertools
from collections import defaultdict
from dataclasses import dataclass, field

from bot.chat.actions import encode
from bot.chat.cards import Ask, Private, Reply, Update
from bot.chat.requests import Identity, Invoke, Place, Press, Request, Submit
from bot.features.daily.actions import Judge, SaveAnswer
from tests.faults.far import NAME, TENANT
from tests.faults.world import World

HALL = Place(NAME, TENANT, "hall", "hall")
PATIENCE = 15.0
"""Seconds for which somebody waits for a reply."""


def helped(user: str, answer: int) -> bool:
    """What somebody thinks of an answer, whenever they are asked."""
    return (int(user) * 31 + answer * 17) % 3 > 0


@dataclass
class People:
    """The members. What was told to be saved is in ``saved`` and ``votes``; what may be saved as well, since no reply came, in ``maybe``."""

    world: World
    members: tuple[Identity, ...]
    reply_lost: float = 0.0
    twice: float = 0.0
    saved: dict[tuple[int, str], str] = field(default_factory=dict)
    maybe: dict[tuple[int, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    votes: set[tuple[str, int]] = field(default_factory=set)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def answers(self, who: Identity) -> None:
        """Somebody answers the open question, or changes their answer."""
        form = await self._asks(who, Invoke("answer", {}))
        if not isinstance(form, Ask) or not isinstance(form.form.submit, SaveAnswer):
            return
        save = form.form.submit
        words = f"What {who.name} thinks, for the {next(self._ids)}th time."
        about = (save.round_id, who.user)
        self.maybe[about].add(words)
        reply = await self._asks(who, Submit(encode(save), {"answer": words, "consent": "unnamed"}))
        if isinstance(reply, Private) and reply.card.title == "Saved":
            self.saved[about] = words
            self.maybe[about].discard(words)
            self.world.tell(f"{who.name} answered round {save.round_id}")

    async def votes_on(self, who: Identity, most: int) -> None:
        """Somebody opens their ballot and votes on so many answers."""
        reply = await self._asks(who, Invoke("vote", {}))
        for _ in range(most):
            vote = _next(reply)
            if vote is None:
                return
            cast = Judge(vote.round_id, vote.answer_id, helped(who.user, vote.answer_id))
            reply = await self._asks(who, Press(encode(cast), ()))
            if isinstance(reply, Update):
                self.votes.add((who.user, vote.answer_id))
                self.world.tell(f"{who.name} voted on answer {vote.answer_id}")

    async def _asks(self, who: Identity, what: Invoke | Press | Submit) -> Reply | None:
        """What somebody is told; None where nothing came. One request may come twice, to two processes."""
        world, chance = self.world, self.world.chance
        there = [each for each in world.processes if each.is_there]
        if not there:
            return None
        request = Request(f"r{next(self._ids)}", world.clock(), who, HALL, what, zone="Europe/Berlin")
        times = 1 + (chance.random() < self.twice)
        ways = [chance.choice(there) for _ in range(times)]
        tasks = [each.spawn(each.app.dispatcher.handle(request)) for each in ways]
        await asyncio.wait(tasks, timeout=PATIENCE)
        lost = chance.random() < self.reply_lost
        replies = [
            each.result() for each in tasks if each.done() and not each.cancelled() and not each.exception()
        ]
        if lost or not replies:
            return None
        # One of two says that it was done already; either may come first.
        return next((each for each in replies if _title(each) != "Already done"), None)


def _title(reply: Reply) -> str:
    return reply.card.title if isinstance(reply, Private | Update) else ""


def _next(reply: Reply | None) -> Judge | None:
    if not isinstance(reply, Private | Update):
        return None
    return next((b.action for b in reply.card.buttons() if isinstance(b.action, Judge)), None)
