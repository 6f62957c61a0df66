"""Who waits for whom: one that hangs holds up its own channel alone, and no stop."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from bot.app.features import DUE, REACH
from bot.chat.cards import Card
from bot.chat.platform import Pace, RateLimitedError
from bot.chat.requests import Destination, Identity, MessageRef, Place
from bot.database.transaction import Transaction
from bot.membership.queries import attach_place, person_of
from bot.membership.tables import identities
from bot.outbox.queries import IN_A_LANE, claim, claiming, to_person, to_place
from bot.outbox.scheduler import STOP_SECONDS, Scheduler
from bot.outbox.send import Outbox
from tests.database.rows import add_group
from tests.outbox.post_office import ADA, HALL, NOON, OutboxBench, PostOffice
from tests.outbox.test_time_limit import StillLoop, in_still_time

PATIENCE = 60
AVIARY = Place("pigeon", "bench", "aviary", "aviary")


@dataclass
class Counters(PostOffice):
    """A post office in which some wait for ever, and which counts how many are served at once."""

    stuck: frozenset[str] = frozenset()
    arrived: "asyncio.Queue[tuple[str, str]]" = field(default_factory=asyncio.Queue)
    begun: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)
    now: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)

    async def post(self, destination: Destination, card: Card, key: str) -> MessageRef:
        with self._served(destination.key):
            await self.begun.put(destination.key)
            await (asyncio.Event().wait() if destination.key in self.stuck else asyncio.sleep(0))
            ref = await super().post(destination, card, key)
        await self.arrived.put((destination.key, key))
        return ref

    @contextmanager
    def _served(self, where: str) -> Iterator[None]:
        self.now[where] += 1
        self.most[where] = max(self.most[where], self.now[where])
        try:
            yield
        finally:
            self.now[where] -= 1


def office_of(bench: OutboxBench, *stuck: Destination, at_once: int = 10) -> Counters:
    return Counters(bench.clock, stuck=frozenset(each.key for each in stuck), pace=Pace(at_once))


async def begun(office: Counters) -> str:
    return await asyncio.wait_for(office.begun.get(), PATIENCE)


async def arrived(office: Counters) -> str:
    return (await asyncio.wait_for(office.arrived.get(), PATIENCE))[0]


@contextmanager
def at_work(outbox: Outbox) -> Iterator[None]:
    outbox.start()
    outbox.wake()
    yield


async def people(bench: OutboxBench, count: int, subject: str = "") -> None:
    """Have a note for each of so many people, all of them of one subject or each of its own."""

    async def work(tx: Transaction) -> None:
        for number in range(count):
            who = Identity("post", "bench", f"p{number}", "P")
            await person_of(tx, who, NOON)
            row = await tx.execute(identities.select().where(identities.c.user == who.user))
            await to_person(tx, subject or f"note:{number}", "note", row.all()[0].id, who, NOON)

    await bench.database.write(work)


async def test_a_channel_that_hangs_holds_up_no_other(bench: OutboxBench) -> None:
    bench.office = office = office_of(bench, HALL)
    outbox = bench.outbox()
    await bench.ask("note:1")
    await bench.ask("note:2")
    await bench.tell("note:3")
    with at_work(outbox):
        assert {await begun(office), await begun(office)} == {HALL.key, ADA.key}
        assert await arrived(office) == ADA.key
        await bench.tell("note:4")
        outbox.wake()
        assert await arrived(office) == ADA.key
    await outbox.stop(asyncio.get_running_loop().time())
    assert office.most[HALL.key] == 1


async def test_messages_of_one_channel_arrive_in_order_and_never_two_at_once(bench: OutboxBench) -> None:
    bench.office = office = office_of(bench)
    count = 2 * IN_A_LANE + 1
    for number in range(count):
        await bench.ask(f"note:{number}")
        await bench.tell(f"note:{number}")
    outbox = bench.outbox()
    with at_work(outbox):
        came = [await asyncio.wait_for(office.arrived.get(), PATIENCE) for _ in range(2 * count)]
    await outbox.stop(asyncio.get_running_loop().time() + PATIENCE)
    wanted = [row.key for row in await bench.rows() if row.destination == HALL.key]
    assert [key for where, key in came if where == HALL.key] == wanted
    assert (office.most[HALL.key], office.most[ADA.key]) == (1, 1)


async def test_no_more_are_on_their_way_than_the_platform_says(bench: OutboxBench) -> None:
    bench.office = office = office_of(bench, at_once=3)
    go_on = asyncio.Event()
    office.on_post = go_on.wait  # type: ignore[assignment]  # its answer says nothing
    await people(bench, 7)
    outbox = bench.outbox()
    with at_work(outbox):
        for _ in range(3):
            await begun(office)
        states = Counter(row.state for row in await bench.rows())
        assert (states, office.begun.qsize()) == ({"sending": 3, "waiting": 4}, 0)
        go_on.set()
        for _ in range(7):
            await arrived(office)
    await outbox.stop(asyncio.get_running_loop().time() + PATIENCE)


def test_no_more_begin_in_a_second_than_the_platform_says(sqlite_url: str) -> None:
    async def story(bench: OutboxBench, loop: StillLoop) -> None:
        bench.office = office = office_of(bench)
        office.pace = Pace(at_once=10, a_second=2)
        await people(bench, 3)
        outbox = bench.outbox()
        outbox.start()
        outbox.wake()
        for second in (0, 0.5, 1):
            loop.moved = second
            await begun(office)
            assert office.begun.empty()
        await outbox.stop(loop.time() + 1)

    in_still_time(sqlite_url, story)


def test_a_process_that_stood_still_does_not_make_up_for_it_all_at_once(sqlite_url: str) -> None:
    async def story(bench: OutboxBench, loop: StillLoop) -> None:
        bench.office = office = office_of(bench)
        office.pace = Pace(at_once=10, a_second=2)
        await people(bench, 6)
        outbox = bench.outbox()
        outbox.start()
        outbox.wake()
        await begun(office)
        loop.moved = 3
        for _ in range(2):
            await begun(office)
        for _ in range(20):
            await bench.rows()
        assert office.begun.empty(), "two have begun in this second"
        loop.moved = 4
        await begun(office)
        await outbox.stop(loop.time())

    in_still_time(sqlite_url, story)


async def test_what_a_channel_has_to_wait_for_keeps_its_order_there(bench: OutboxBench) -> None:
    bench.office.fails("post", RateLimitedError(7))
    first, second = await bench.ask("note:1"), await bench.ask("note:2")
    outbox = bench.outbox()
    await outbox.run()
    await outbox.run()
    assert bench.office.calls == ["post"], "the second one does not overtake the first"
    bench.clock.move(seconds=7)
    await outbox.run()
    by_id = {row.id: row.key for row in await bench.rows()}
    assert [m.key for m in bench.office.messages.values()] == [by_id[first or 0], by_id[second or 0]]


async def test_a_silent_platform_holds_up_no_other_and_no_duty(bench: OutboxBench) -> None:
    async def attach(tx: Transaction) -> None:
        place = await attach_place(tx, await add_group(tx), AVIARY, NOON)
        await to_place(tx, "note:9", "note", place, AVIARY, NOON)

    silent = office_of(bench, HALL, ADA)
    other = replace(office_of(bench), name="pigeon")
    asked: asyncio.Queue[datetime] = asyncio.Queue()

    async def duty(now: datetime) -> int:
        await asked.put(now)
        return 0

    await bench.ask()
    await bench.tell()
    outbox = Outbox(
        bench.database,
        {"post": silent, "pigeon": other},
        {"note": bench.card},
        "one",
        bench.clock,
        REACH,
        lambda: 0.0,
    )
    scheduler = Scheduler((duty,), outbox, bench.clock, lambda: 0.0)
    await scheduler.start()
    assert {await begun(silent), await begun(silent)} == {HALL.key, ADA.key}
    while not asked.empty():
        asked.get_nowait()
    await bench.database.write(attach)
    scheduler.wake()
    assert await arrived(other) == AVIARY.key
    await asyncio.wait_for(asked.get(), PATIENCE)
    await scheduler.stop(asyncio.get_running_loop().time())


def test_a_stop_waits_so_long_for_one_that_hangs_and_gives_back_what_waited_behind_it(
    sqlite_url: str,
) -> None:
    async def story(bench: OutboxBench, loop: StillLoop) -> None:
        bench.office = office = office_of(bench, HALL)
        await bench.ask("note:1")
        await bench.tell("note:2")
        outbox = bench.outbox()
        scheduler = Scheduler((), outbox, bench.clock, lambda: 0.0)
        await scheduler.start()
        assert {await begun(office), await arrived(office), await begun(office)} == {HALL.key, ADA.key}
        stopping = asyncio.create_task(scheduler.stop())
        await bench.ask("note:3")
        scheduler.wake()
        for _ in range(10):
            await bench.rows()
        assert not stopping.done()
        loop.moved += STOP_SECONDS
        await stopping
        states = {row.subject: row.state for row in await bench.rows()}
        assert states == {"note:1": "sending", "note:2": "sent", "note:3": "waiting"}

    in_still_time(sqlite_url, story)


async def test_what_waited_behind_another_is_due_again_at_once_after_a_stop(bench: OutboxBench) -> None:
    bench.office = office = office_of(bench)
    outbox, go_on = bench.outbox(), asyncio.Event()
    office.on_post = go_on.wait  # type: ignore[assignment]  # its answer says nothing
    await bench.ask("note:1")
    await bench.ask("note:2")
    with at_work(outbox):
        await begun(office)
    stopping = asyncio.create_task(outbox.stop(asyncio.get_running_loop().time() + PATIENCE))
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    assert [(row.state, row.next_at) for row in await bench.rows()] == [("sent", None), ("waiting", NOON)]


@pytest.mark.parametrize("which", [0, 1])
async def test_a_duty_that_fails_or_never_ends_holds_up_no_other(bench: OutboxBench, which: int) -> None:
    asked: asyncio.Queue[datetime] = asyncio.Queue()

    async def failing(_now: datetime) -> int:
        raise LookupError

    async def hanging(_now: datetime) -> int:
        await asyncio.Event().wait()
        return 0

    async def good(now: datetime) -> int:
        await asked.put(now)
        return 0

    scheduler = Scheduler(((failing, hanging)[which], good), bench.outbox(), bench.clock, lambda: 0.0)
    await scheduler.start()
    for _ in range(2):
        await asyncio.wait_for(asked.get(), PATIENCE)
        scheduler.wake()
    await scheduler.stop(asyncio.get_running_loop().time())


async def test_one_tick_moves_and_sends_all_the_rest_before_it_tells_what_failed(bench: OutboxBench) -> None:
    async def failing(_now: datetime) -> int:
        raise LookupError

    async def good(_now: datetime) -> int:
        await bench.ask()
        return 1

    with pytest.raises(LookupError):
        await Scheduler((failing, good), bench.outbox(), bench.clock, lambda: 0.0).once()
    assert bench.office.shown == ["first face"]


async def test_what_one_channel_is_told_is_claimed_together_though_no_other_lane_is_free(
    bench: OutboxBench,
) -> None:
    bench.office = office = office_of(bench, HALL)
    office.pace = Pace(at_once=1)
    outbox = bench.outbox()
    for number in range(1, 4):
        await bench.ask(f"note:{number}")
    await bench.tell("note:4")
    with at_work(outbox):
        assert await begun(office) == HALL.key
    assert [row.state for row in await bench.rows()] == ["sending"] * 3 + ["waiting"]
    await outbox.stop(asyncio.get_running_loop().time())


@pytest.mark.parametrize(
    ("kind", "lanes", "begin"),
    [
        ("note", 4, ["p0", "p1", "p2", "p3"]),  # those due longest, where all are alike
        ("quiz", 4, ["p0", "hall", "p1", "p2"]),
        ("quiz", 1, ["hall"]),
        ("quiz", None, ["p0", "hall", "p1", "p2"]),
    ],
)
async def test_what_somebody_waits_for_goes_before_all_that_was_due_longer(
    bench: OutboxBench, kind: str, lanes: int | None, begin: list[str]
) -> None:
    await people(bench, 9)
    bench.clock.move(seconds=1)
    await bench.ask("quiz:1", kind)
    due = claiming(REACH, frozenset({"quiz"}))
    took = await bench.database.write(
        lambda tx: claim(tx, due, "post", "one", bench.clock(), limit=4, lanes=lanes)
    )
    assert [each.destination.key.rpartition("/")[2] for each in took] == begin


async def test_a_rounds_many_messages_leave_half_of_the_lanes_to_others(bench: OutboxBench) -> None:
    await people(bench, 9, subject="round:1")
    bench.clock.move(seconds=1)
    await bench.ask("round:2")
    await bench.tell("round:3")
    begun_in: list[list[str]] = []
    for _ in range(3):
        took = await bench.database.write(
            lambda tx: claim(tx, DUE, "post", "one", bench.clock(), limit=4, lanes=4)
        )
        begun_in.append([each.subject for each in took])
    assert begun_in == [["round:1", "round:2", "round:3", "round:1"], ["round:1"] * 4, ["round:1"] * 3]
