"""The fence: a worker records only what it still holds, by its name, its attempt, and that it is being sent."""

import asyncio
from datetime import timedelta

import pytest

from bot.app.features import DUE
from bot.chat.platform import GoneError, NotSentError, UnreachableError
from bot.chat.requests import MessageRef
from bot.outbox.queries import LEASE, Delivery, DeliveryState, claim, put_back, record_sent
from tests.outbox.post_office import NOON, OutboxBench

POST = "post"
SOMEWHERE = MessageRef("post", "bench", "hall", "1")


async def claimed(bench: OutboxBench, owner: str) -> Delivery:
    (delivery,) = await bench.database.write(lambda c: claim(c, DUE, POST, owner, bench.clock()))
    return delivery


async def recorded(bench: OutboxBench, delivery: Delivery, owner: str) -> bool:
    return await bench.database.write(lambda c: record_sent(c, delivery, owner, SOMEWHERE, bench.clock()))


async def given_back(bench: OutboxBench, delivery: Delivery, owner: str) -> bool:
    return await bench.database.write(
        lambda c: put_back(
            c, delivery, owner, state=DeliveryState.WAITING, next_at=bench.clock(), error="late"
        )
    )


async def is_fenced_off(bench: OutboxBench, delivery: Delivery, owner: str) -> bool:
    """Whether a worker can change nothing of what it claimed once."""
    before = await bench.row()
    tried = [await recorded(bench, delivery, owner), await given_back(bench, delivery, owner)]
    return tried == [False, False] and await bench.row() == before


@pytest.mark.parametrize("end", [None, NotSentError("busy"), UnreachableError("closed"), GoneError("gone")])
async def test_a_late_worker_changes_nothing_while_the_next_one_is_still_sending(
    bench: OutboxBench, end: Exception | None
) -> None:
    sending, go_on = asyncio.Event(), asyncio.Event()
    taking_over: list[asyncio.Task[int]] = []

    async def hold() -> None:
        sending.set()
        await go_on.wait()

    async def sleep_through_the_lease() -> None:
        bench.office.on_post = hold
        bench.clock.now += LEASE
        taking_over.append(asyncio.create_task(bench.outbox("next").run()))
        await sending.wait()

    bench.office.on_post = sleep_through_the_lease
    if end is not None:
        bench.office.fails("post", end, after=True)
    await bench.ask()
    await bench.outbox("late").run()
    seen = await bench.row()
    go_on.set()
    await asyncio.gather(*taking_over)
    assert (seen.state, seen.owner, seen.attempt, seen.next_at) == ("sending", "next", 2, NOON + 2 * LEASE)
    assert (seen.message, seen.error) == (None, "")
    assert (await bench.row()).state == "sent"


async def test_a_worker_records_nothing_of_another_ones_first_attempt(bench: OutboxBench) -> None:
    await bench.ask()
    late = await claimed(bench, "late")
    bench.clock.now += LEASE
    assert await recorded(bench, await claimed(bench, "next"), "next")
    await bench.change("second face")
    assert (await claimed(bench, "third")).attempt == late.attempt
    assert await is_fenced_off(bench, late, "late")


async def test_a_worker_records_nothing_of_its_own_later_attempt(bench: OutboxBench) -> None:
    await bench.ask()
    first = await claimed(bench, "one")
    bench.clock.now += LEASE
    second = await claimed(bench, "one")
    assert await is_fenced_off(bench, first, "one")
    assert await recorded(bench, second, "one")


async def test_a_worker_records_nothing_of_what_it_gave_back(bench: OutboxBench) -> None:
    await bench.ask()
    mine = await claimed(bench, "one")
    bench.clock.now += timedelta(seconds=1)
    assert await given_back(bench, mine, "one")
    assert await is_fenced_off(bench, mine, "one")
