"""What somebody was told privately goes from their platform after them, a little at a time, whatever happens on the way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.platform import (
    InDoubtError,
    NoAccessError,
    NotSentError,
    PlatformError,
    RateLimitedError,
    UnreachableError,
)
from bot.chat.requests import Identity
from bot.database.transaction import Transaction
from bot.outbox.erasing import ask_to_erase
from bot.outbox.queries import LEASE, drop_messages_to
from tests.outbox.post_office import ADA, HALL, OutboxBench


async def forget_ada(bench: OutboxBench) -> None:
    """What a deletion does in its transaction, a second later."""
    bench.clock.move(seconds=1)

    async def work(tx: Transaction) -> None:
        await drop_messages_to(tx, (bench.identity_id,))
        await ask_to_erase(tx, ADA, bench.clock())

    await bench.database.write(work)


async def told_three_things(bench: OutboxBench) -> None:
    for number in range(3):
        await bench.tell(f"note:{number}")
    await bench.ask()
    await bench.outbox().run()


def private(bench: OutboxBench) -> int:
    return sum(isinstance(m.destination, Identity) for m in bench.office.messages.values())


async def test_it_goes_some_at_a_time_and_the_errand_with_it(bench: OutboxBench) -> None:
    await told_three_things(bench)
    await forget_ada(bench)
    left: list[int] = []
    while await bench.outbox(f"process {len(left)}").run():  # each one has started anew
        left.append(private(bench))
        assert await bench.outbox().run() == 0, "not at once again"
        bench.clock.move(seconds=1)
    assert left == [2, 1, 0]
    assert [m.destination for m in bench.office.messages.values()] == [HALL]
    assert [row.destination for row in await bench.rows()] == [HALL.key]


async def test_what_fails_for_now_is_tried_again(bench: OutboxBench) -> None:
    await told_three_things(bench)
    await forget_ada(bench)
    for_now = (NotSentError(), InDoubtError(), RateLimitedError(30), TimeoutError(), ValueError("a bug"))
    bench.office.fails("erase", *for_now)
    for left in (*(3 for _ in for_now), 2, 1, 0):
        await bench.outbox("another process").run()
        assert private(bench) == left
        bench.clock.now += LEASE
    assert [row.destination for row in await bench.rows()] == [HALL.key]


@pytest.mark.parametrize("error", [NoAccessError("not installed any more"), UnreachableError("no account")])
async def test_what_fails_for_good_is_forgotten(bench: OutboxBench, error: PlatformError) -> None:
    await told_three_things(bench)
    await forget_ada(bench)
    bench.office.fails("erase", error)
    await bench.outbox().run()
    assert [row.destination for row in await bench.rows()] == [HALL.key]


async def test_a_message_that_was_on_its_way_meanwhile_is_erased_too(bench: OutboxBench) -> None:
    async def meanwhile() -> None:
        bench.office.on_post = None
        await forget_ada(bench)
        bench.clock.move(seconds=1)

    bench.office.on_post = meanwhile
    await bench.tell()
    await bench.outbox().run()
    (message,) = bench.office.messages.values()
    message.at -= timedelta(seconds=0.5)  # it was recorded so long after it had come
    while await bench.outbox().run():
        bench.clock.move(seconds=1)
    assert bench.office.shown == []
    assert await bench.rows() == []


async def test_one_persons_at_a_time_and_other_messages_are_not_held_up(bench: OutboxBench) -> None:
    async def others_meanwhile() -> None:
        bench.office.on_erase = None
        ben = replace(ADA, user="ben")
        await bench.database.write(lambda tx: ask_to_erase(tx, ben, bench.clock()))
        await bench.ask()
        await outbox.run()

    bench.office.on_erase = others_meanwhile
    await forget_ada(bench)
    outbox = bench.outbox()
    await outbox.run()
    assert bench.office.calls == ["erase", "post"]
    bench.clock.move(seconds=1)
    await outbox.run()
    assert bench.office.calls == ["erase", "post", "erase"]
    assert [row.destination for row in await bench.rows()] == [HALL.key]
