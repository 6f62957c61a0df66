"""A story that a seed tells: a few days of a group that answers and votes, in which everything goes wrong that can."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from operator import itemgetter
from typing import TypeAlias

from bot.database.engine import Database
from tests.bench.filling import account, crowd, group, put
from tests.faults.checks import faults
from tests.faults.far import NAME, TENANT, Weather
from tests.faults.full import can_fill, fill_disk, fill_file
from tests.faults.people import HALL, People
from tests.faults.world import BEGIN, Process, World, run

MEMBERS = 5
DAYS = 3
DAY = 86_400.0
DUE = 600.0
"""Seconds from the beginning of a day of a story until its question is due."""

SESSIONS = (DUE - 30.0, DUE + 2 * 3600.0, DUE + 9 * 3600.0)
"""When people come, and things go wrong: around the question, two hours later, and in the evening."""
CALM = 30 * 3600.0

OFTEN, SOMETIMES, RARELY = (0.0, 0.0, 0.1, 0.4), (0.0, 0.0, 0.2), (0.0, 0.0, 0.0, 0.05)
"""How likely a fault of one call may be in a story."""

FULL_FOR = (5.0, 60.0, 900.0)
"""Seconds for which a disk is full."""

Thing: TypeAlias = Callable[[], Awaitable[None]]


async def fill(url: str) -> None:
    """Make a database with a group whose first question is due in ten minutes."""
    database = await Database.open(url)
    try:
        await database.migrate()
        (groups, made), *rest = group(1, HALL)
        begins = {"next_at": BEGIN + timedelta(seconds=DUE), "weekdays": 127, "created_at": BEGIN}
        rows = [(groups, [made[0] | begins]), *rest, *crowd(1, range(1, MEMBERS + 1), NAME, TENANT)]
        table, members = rows[-1]
        await put(database, [*rows[:-1], (table, [m | {"reminders": m["id"] % 2 == 0} for m in members])])
    finally:
        await database.close()
    if database.is_postgres:
        await can_fill(url)


@dataclass(frozen=True, slots=True)
class Lived:
    """What came of a story: how much members were told of, what happened, and each fault as a sentence."""

    seed: int
    faults: tuple[str, ...]
    votes: int
    answers: int
    deaths: int
    excused: int
    told: tuple[str, ...]


def live(url: str, seed: int) -> Lived:
    """Live through the story of a seed, on a database of ``fill``."""
    made: list[Lived] = []

    async def told(world: World) -> None:
        made.append(await _live(world, seed))

    run(url, seed, told)
    return made[0]


async def _live(world: World, seed: int) -> Lived:
    people = People(world, tuple(account(n, NAME, TENANT) for n in range(1, MEMBERS + 1)))
    told = _Story(world, people)
    await told.begins()
    for day in range(DAYS):
        await told.day(day)
    await told.calms_down()
    found = await faults(world.processes[0].app, world.town, people)
    deaths = sum(each.life.killed for each in world.everyone)
    told_of = len(people.votes), len(people.saved)
    return Lived(seed, tuple(found), *told_of, deaths, len(world.town.excused), tuple(world.told))


class _Story:
    """What happens, by the numbers of the world's generator."""

    def __init__(self, world: World, people: People) -> None:
        self.world = world
        self.chance = chance = world.chance
        self.people = people
        self.ends: list[tuple[float, Thing]] = []
        people.reply_lost = chance.choice((0.0, 0.1))
        people.twice = chance.choice((0.0, 0.2))
        self.weather = Weather(
            slow=chance.choice(OFTEN),
            lost=chance.choice(OFTEN),
            unanswered=chance.choice(OFTEN),
            twice=chance.choice(SOMETIMES),
            not_sent=chance.choice(SOMETIMES),
            refused=chance.choice(RARELY),
            too_fast=chance.choice(SOMETIMES),
        )
        blows = [self._dies_by_step, self._dies_by_statement, self._dies_by_call, self._freezes, self._stops]
        blows += [self._clock_steps, self._storm, self._closes, self._deleted]
        blows += [self._disk_full] if world.is_sqlite else [self._server_lets_go, self._server_full]
        self.blows = chance.sample(blows, chance.randint(1, len(blows)))
        self.many = chance.choice((1, 2, 4))

    async def begins(self) -> None:
        for _ in range(1 if self.world.is_sqlite else 2):
            await self.world.start()
        self.world.town.weather = self.weather

    async def day(self, number: int) -> None:
        """People come three times a day; each time, something may go wrong around them."""
        world, chance = self.world, self.chance
        for at in SESSIONS:
            await self._until(number * DAY + at)
            things: list[tuple[float, Thing]] = []
            for who in self.people.members:
                if chance.random() < 0.6:
                    things.append((chance.uniform(0, 120), partial(self.people.answers, who)))
                if chance.random() < 0.7:
                    most = chance.randint(1, MEMBERS)
                    things.append((chance.uniform(0, 120), partial(self.people.votes_on, who, most)))
            count = chance.randint(0, self.many)
            things += [(chance.expovariate(1 / 30), chance.choice(self.blows)) for _ in range(count)]
            things.sort(key=itemgetter(0))
            for before, (after, thing) in zip([0.0, *(at for at, _ in things)], things, strict=False):
                await self._until(world.loop.now + after - before)
                await thing()

    async def calms_down(self) -> None:
        """All that goes wrong ends, and a day passes."""
        world = self.world
        await self._until(DAYS * DAY)
        for _, end in self.ends:
            await end()
        self.ends.clear()
        world.town.weather = Weather()
        world.clock_off = timedelta(0)
        for each in world.processes:
            each.life.steps_left = each.statements_left = each.road.dies_in = each.as_it_sends = None
        if not world.processes:
            await world.start()
        await world.passes(CALM)

    async def _until(self, at: float) -> None:
        """Let time pass; what has gone wrong ends in its time."""
        world = self.world
        while self.ends and min(self.ends, key=itemgetter(0))[0] <= at:
            end = min(self.ends, key=itemgetter(0))
            self.ends.remove(end)
            await world.passes(end[0] - world.loop.now)
            await end[1]()
            await world.passes(0.1)
        await world.passes(at - world.loop.now)
        for _ in range((1 if world.is_sqlite else 2) - len(world.processes)):
            self._later(self.chance.choice((0.0, 1.0, 30.0, 90.0, 600.0)), self._comes_back)

    def _later(self, seconds: float, what: Thing) -> None:
        self.ends.append((self.world.loop.now + seconds, what))

    async def _comes_back(self) -> None:
        if len(self.world.processes) < (1 if self.world.is_sqlite else 2):
            made = await self.world.start()
            self.world.tell(f"{made.name} began")

    def _one(self) -> Process | None:
        there = [each for each in self.world.processes if each.is_there and not each.life.stands]
        return self.chance.choice(there) if there else None

    # What goes wrong

    async def _dies_by_step(self) -> None:
        if one := self._one():
            one.life.steps_left, one.life.then = self.chance.randint(1, 300), one.life.kill

    async def _dies_by_statement(self) -> None:
        if one := self._one():
            one.statements_left = self.chance.randint(1, 120)

    async def _dies_by_call(self) -> None:
        if one := self._one():
            one.road.dies_in = self.chance.randint(1, 6)

    async def _freezes(self) -> None:
        one = self._one()
        if one is None:
            return
        seconds = self.chance.choice((3.0, 15.0, 45.0, 72.0, 300.0, 7_200.0))

        def freezes() -> None:
            self.world.tell(f"{one.name} stands still for {seconds:g} s")
            one.life.freeze()
            self._later(seconds, thaws)

        async def thaws() -> None:
            if not one.life.killed:
                self.world.tell(f"{one.name} goes on")
                one.life.go_on()

        if self.world.is_sqlite:
            freezes()
            return

        def soon(steps: int) -> None:
            one.life.steps_left, one.life.then = steps, freezes

        # In the middle of something that the other process will do meanwhile: of anything, or between a claim and its send.
        if self.chance.random() < 0.5:
            soon(self.chance.randint(1, 300))
        else:
            one.as_it_sends = partial(soon, self.chance.randint(3, 60))

    async def _stops(self) -> None:
        if one := self._one():
            self.world.tell(f"{one.name} is stopped")
            await one.ends()

    async def _clock_steps(self) -> None:
        chance, world = self.chance, self.world
        step = timedelta(seconds=chance.choice((20, 90, 400, 7_200, 30 * 86_400)) * chance.choice((1, -1)))
        world.clock_off += step
        world.tell(f"the clock steps by {step}")

        async def right() -> None:
            world.clock_off -= step
            world.tell(f"the clock steps by {-step}")

        self._later(chance.choice((1.0, 10.0, 100.0, 4_000.0)), right)

    async def _storm(self) -> None:
        self._turns("too_fast", 0.9, self.chance.choice((20.0, 300.0, 4_000.0)))

    async def _closes(self) -> None:
        self._turns("closed", True, self.chance.choice((20.0, 300.0, 40_000.0)))

    def _turns(self, what: str, to: object, seconds: float) -> None:
        self.world.tell(f"{what} for {seconds:g} s")
        setattr(self.world.town.weather, what, to)

        async def turns_back() -> None:
            setattr(self.world.town.weather, what, getattr(Weather(), what))

        self._later(seconds, turns_back)

    async def _deleted(self) -> None:
        stand = [m for m in self.world.town.messages.values() if not m.gone]
        if stand:
            message = self.chance.choice(stand)
            message.gone = True
            self.world.tell(f"the message {message.key} is deleted")

    async def _disk_full(self) -> None:
        one = self._one()
        if one is None:
            return
        database, seconds = one.app.database, self.chance.choice(FULL_FOR)
        await fill_file(database, full=True)
        self.world.tell(f"the disk is full for {seconds:g} s")

        async def is_free() -> None:
            if not one.life.killed and one.is_there:
                await fill_file(database, full=False)

        self._later(seconds, is_free)

    async def _server_full(self) -> None:
        seconds = self.chance.choice(FULL_FOR)
        fill_disk(self.world.url, full=True)
        self.world.tell(f"the server's disk is full for {seconds:g} s")

        async def is_free() -> None:
            fill_disk(self.world.url, full=False)

        self._later(seconds, is_free)

    async def _server_lets_go(self) -> None:
        one = self._one()
        if one is not None:
            self.world.tell(f"{one.name} loses its connections")
            await one.app.database._server._pool.expire_connections()
            for holder in one.app.database._server._pool._holders:
                if holder._con is not None:
                    holder._con.terminate()
