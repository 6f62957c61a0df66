"""The fence: a worker records only what it still holds, by its name, its attempt, and that it is being sent."""

import asyncio
from datetime import timedelta

import pytest

from bot.chat.platform import GoneError, NotSentError, UnreachableError
from bot.chat.requests import MessageRef
from bot.outbox.queries import LEASE, Delivery, DeliveryState, claim, put_back, record_sent
from tests.outbox.post_office import NOON, Town

POST = frozenset({"post"})
SOMEWHERE = MessageRef("post", "town", "hall", "1")


async def claimed(town: Town, owner: str) -> Delivery:
    (delivery,) = await town.database.write(lambda c: claim(c, POST, owner, town.clock()))
    return delivery


async def recorded(town: Town, delivery: Delivery, owner: str) -> bool:
    return await town.database.write(lambda c: record_sent(c, delivery, owner, SOMEWHERE, town.clock()))


async def given_back(town: Town, delivery: Delivery, owner: str) -> bool:
    return await town.database.write(
        lambda c: put_back(
            c, delivery, owner, state=DeliveryState.WAITING, next_at=town.clock(), error="late"
        )
    )


async def is_fenced_off(town: Town, delivery: Delivery, owner: str) -> bool:
    """Whether a worker can change nothing of what it claimed once."""
    before = await town.row()
    tried = [await recorded(town, delivery, owner), await given_back(town, delivery, owner)]
    return tried == [False, False] and await town.row() == before


@pytest.mark.parametrize("end", [None, NotSentError("busy"), UnreachableError("closed"), GoneError("gone")])
async def test_a_late_worker_changes_nothing_while_the_next_one_is_still_sending(
    town: Town, end: Exception | None
) -> None:
    sending, go_on = asyncio.Event(), asyncio.Event()
    taking_over: list[asyncio.Task[int]] = []

    async def hold() -> None:
        sending.set()
        await go_on.wait()

    async def sleep_through_the_lease() -> None:
        town.office.on_post = hold
        town.clock.now += LEASE
        taking_over.append(asyncio.create_task(town.outbox("next").run()))
        await sending.wait()

    town.office.on_post = sleep_through_the_lease
    if end is not None:
        town.office.fails("post", end, after=True)
    await town.ask()
    await town.outbox("late").run()
    seen = await town.row()
    go_on.set()
    await asyncio.gather(*taking_over)
    assert (seen.state, seen.owner, seen.attempt, seen.next_at) == ("sending", "next", 2, NOON + 2 * LEASE)
    assert (seen.message, seen.error) == (None, "")
    assert (await town.row()).state == "sent"


async def test_a_worker_records_nothing_of_another_ones_first_attempt(town: Town) -> None:
    await town.ask()
    late = await claimed(town, "late")
    town.clock.now += LEASE
    assert await recorded(town, await claimed(town, "next"), "next")
    await town.change("second face")
    assert (await claimed(town, "third")).attempt == late.attempt
    assert await is_fenced_off(town, late, "late")


async def test_a_worker_records_nothing_of_its_own_later_attempt(town: Town) -> None:
    await town.ask()
    first = await claimed(town, "one")
    town.clock.now += LEASE
    second = await claimed(town, "one")
    assert await is_fenced_off(town, first, "one")
    assert await recorded(town, second, "one")


async def test_a_worker_records_nothing_of_what_it_gave_back(town: Town) -> None:
    await town.ask()
    mine = await claimed(town, "one")
    town.clock.now += timedelta(seconds=1)
    assert await given_back(town, mine, "one")
    assert await is_fenced_off(town, mine, "one")
