"""Looking back: in which minutes a message in doubt is looked for, and when it may be posted again instead."""

from datetime import timedelta

import pytest

from bot.chat.cards import Card
from bot.chat.platform import InDoubtError, NotSentError, RateLimitedError, Threads
from bot.chat.requests import Place
from bot.database.transaction import Transaction
from bot.outbox.queries import LEASE, SEND_TIMEOUT, Delivery
from bot.outbox.send import CLOCKS_DIFFER
from tests.outbox.post_office import HALL, NOON, OutboxBench

A_SECOND = timedelta(seconds=1)
LOST = InDoubtError("no answer")


async def test_a_message_in_doubt_is_looked_for_in_the_minutes_of_its_send_alone(
    forgetful: OutboxBench,
) -> None:
    bench = forgetful
    bench.office.fails("post", NotSentError("busy"), LOST)
    bench.office.fails("find", RateLimitedError(3600))
    await bench.ask()
    await bench.outbox().run()
    bench.clock.move(hours=5)
    sent_at = bench.clock()
    await bench.outbox().run()
    bench.clock.now += LEASE
    await bench.outbox().run()
    bench.clock.move(hours=1)
    await bench.outbox().run()
    window = (HALL, sent_at - CLOCKS_DIFFER, sent_at + LEASE + CLOCKS_DIFFER)
    assert bench.office.looks == [window, window]


async def test_a_second_send_is_looked_for_in_its_own_minutes(forgetful: OutboxBench) -> None:
    bench = forgetful
    bench.office.fails("post", LOST)
    bench.office.fails("post", LOST, after=True)
    await bench.ask()
    for _ in range(3):
        await bench.outbox().run()
        bench.clock.move(minutes=10)
    assert bench.office.calls == ["post", "find", "post", "find"]
    assert [since for _, since, _ in bench.office.looks] == [
        NOON - CLOCKS_DIFFER,
        NOON + timedelta(minutes=10) - CLOCKS_DIFFER,
    ]
    assert len(bench.office.messages) == 1


async def test_while_its_key_is_remembered_it_is_posted_again_and_not_looked_for(bench: OutboxBench) -> None:
    bench.office.remembers = timedelta(minutes=2)
    bench.office.fails("post", LOST, after=True)
    outbox = bench.outbox()
    await bench.ask()
    await outbox.run()
    bench.clock.now += LEASE
    await outbox.run()
    assert bench.office.calls == ["post", "post"]
    assert (await bench.row()).state == "sent"
    assert len(bench.office.messages) == 1


@pytest.mark.parametrize("by", [timedelta(0), timedelta(hours=1)])
async def test_once_its_key_may_be_forgotten_it_is_looked_for(forgetful: OutboxBench, by: timedelta) -> None:
    bench = forgetful
    bench.office.remembers = timedelta(minutes=2)
    bench.office.fails("post", LOST, after=True)
    outbox = bench.outbox()
    await bench.ask()
    await outbox.run()
    bench.clock.step(-by)
    bench.clock.now += by + bench.office.remembers - SEND_TIMEOUT + A_SECOND
    await outbox.run()
    assert bench.office.calls == ["post", "find"]
    assert len(bench.office.messages) == 1


async def test_a_process_that_did_not_send_it_itself_looks_for_it(bench: OutboxBench) -> None:
    bench.office.remembers = timedelta(minutes=2)
    bench.office.fails("post", LOST, after=True)
    await bench.ask()
    await bench.outbox("one").run()
    bench.clock.now += LEASE
    await bench.outbox("two").run()
    assert bench.office.calls == ["post", "find"]


async def test_what_may_stand_in_a_thread_or_beside_it_is_looked_for_and_not_posted_again(
    forgetful: OutboxBench,
) -> None:
    bench = forgetful
    bench.office.remembers, bench.office.threads = timedelta(minutes=2), Threads.PREFERRED
    outbox = bench.outbox()
    await bench.ask("note:1")
    await outbox.run()
    bench.office.fails("post", LOST, after=True)
    await bench.ask("note:2", under="note:1|note")
    await outbox.run()
    bench.clock.now += LEASE
    await outbox.run()
    assert bench.office.calls == ["post", "post", "find"]
    (thread, _, _) = bench.office.looks[0]
    assert isinstance(thread, Place)
    assert thread.thread


async def test_a_process_that_stood_still_while_its_clock_was_put_back_sends_nothing(
    bench: OutboxBench,
) -> None:
    async def frozen(_tx: Transaction, _delivery: Delivery) -> Card | None:
        bench.clock.move(seconds=72)
        bench.clock.step(-timedelta(seconds=72))
        return Card("frozen")

    await bench.ask("note:1", "some")
    await bench.outbox(some=frozen).run()
    assert bench.office.calls == []
    assert (await bench.row()).error == "the batch was slow"


async def test_a_look_that_outlasts_its_lease_is_followed_by_no_send(forgetful: OutboxBench) -> None:
    bench = forgetful

    async def slow() -> None:
        bench.office.on_find = None
        bench.clock.now += LEASE
        await bench.outbox("two").run()

    bench.office.fails("post", LOST)
    await bench.ask()
    await bench.outbox("one").run()
    bench.clock.now += LEASE
    bench.office.on_find = slow
    await bench.outbox("one").run()
    assert bench.office.calls == ["post", "find", "find", "post"]
    assert len(bench.office.messages) == 1
