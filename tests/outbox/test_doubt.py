"""When nobody knows whether a message was sent: it is looked for by its key before it is sent again."""

from datetime import timedelta

import pytest

from bot.app.features import DUE
from bot.chat.platform import (
    InDoubtError,
    NoAccessError,
    NotSentError,
    PlatformError,
    RateLimitedError,
)
from bot.database.errors import LostError
from bot.outbox.queries import LEASE, claim
from tests.outbox.post_office import NOON, OutboxBench

POST = "post"


async def test_a_lost_response_is_looked_up_and_not_sent_twice(forgetful: OutboxBench) -> None:
    bench = forgetful
    bench.office.fails("post", InDoubtError("no answer"), after=True)
    await bench.ask()
    await bench.outbox().run()
    assert (await bench.row()).state == "sending"
    assert await bench.outbox().run() == 0
    bench.clock.now += LEASE
    await bench.outbox().run()
    assert bench.office.calls == ["post", "find"]
    assert len(bench.office.messages) == 1
    assert (await bench.row()).state == "sent"


async def test_a_lost_request_is_looked_up_and_then_sent(forgetful: OutboxBench) -> None:
    bench = forgetful
    bench.office.fails("post", InDoubtError("no answer"))
    await bench.ask()
    await bench.outbox().run()
    bench.clock.now += LEASE
    await bench.outbox().run()
    assert bench.office.calls == ["post", "find", "post"]
    assert len(bench.office.messages) == 1


async def test_a_send_that_takes_too_long_is_in_doubt_too(forgetful: OutboxBench) -> None:
    bench = forgetful
    bench.office.fails("post", TimeoutError(), after=True)
    await bench.ask()
    await bench.outbox().run()
    bench.clock.now += LEASE
    await bench.outbox().run()
    assert len(bench.office.messages) == 1


@pytest.mark.parametrize(
    "error", [RateLimitedError(3), NotSentError("busy"), NoAccessError("May not read."), PlatformError("?")]
)
async def test_while_it_cannot_be_looked_up_it_is_not_sent_either(
    forgetful: OutboxBench, error: PlatformError
) -> None:
    bench = forgetful
    bench.office.fails("post", InDoubtError("no answer"), after=True)
    bench.office.fails("find", error)
    await bench.ask()
    await bench.outbox().run()
    bench.clock.now += LEASE
    await bench.outbox().run()
    assert bench.office.calls == ["post", "find"]
    bench.clock.move(minutes=20)
    await bench.outbox().run()
    assert bench.office.calls == ["post", "find", "find"]
    assert len(bench.office.messages) == 1
    assert (await bench.row()).state == "sent"


async def test_once_it_is_surely_not_there_a_refusal_leaves_no_doubt(forgetful: OutboxBench) -> None:
    bench = forgetful
    bench.office.fails("post", InDoubtError("no answer"), NotSentError("busy"))
    await bench.ask()
    await bench.outbox().run()
    bench.clock.now += LEASE
    await bench.outbox().run()
    assert (await bench.row()).state == "waiting"
    bench.clock.move(minutes=1)
    await bench.outbox().run()
    assert bench.office.calls == ["post", "find", "post", "post"]
    assert len(bench.office.messages) == 1


async def test_a_process_that_died_between_claim_and_record_is_taken_over(forgetful: OutboxBench) -> None:
    bench = forgetful
    await bench.ask()
    await bench.database.write(lambda c: claim(c, DUE, POST, "dead", NOON))
    assert await bench.outbox("two").run() == 0
    bench.clock.now += LEASE
    await bench.outbox("two").run()
    assert bench.office.calls == ["find", "post"]
    assert (await bench.row()).owner == "two"


async def test_a_message_found_again_shows_what_changed_since_it_was_sent(forgetful: OutboxBench) -> None:
    bench = forgetful
    bench.office.fails("post", InDoubtError("no answer"), after=True)
    await bench.ask()
    await bench.outbox().run()
    await bench.change("second face")
    bench.clock.now += LEASE
    await bench.outbox().run()
    await bench.outbox().run()
    assert bench.office.calls == ["post", "find", "edit"]
    assert bench.office.shown == ["second face"]
    assert await bench.outbox().run() == 0


async def test_a_zombie_that_wakes_after_its_lease_records_nothing(
    bench: OutboxBench, caplog: pytest.LogCaptureFixture
) -> None:
    other = bench.outbox("other")

    async def sleep_through_the_lease() -> None:
        bench.office.on_post = None
        bench.clock.now += LEASE
        assert await other.run() == 1

    bench.office.on_post = sleep_through_the_lease
    await bench.ask()
    await bench.outbox("zombie").run()
    row = await bench.row()
    assert (row.state, row.owner, row.attempt) == ("sent", "other", 0)
    assert len(bench.office.messages) == 1
    assert "its lease had passed on" in caplog.text


async def test_a_zombie_that_fails_after_its_lease_takes_nothing_back(bench: OutboxBench) -> None:
    other = bench.outbox("other")

    async def sleep_through_the_lease() -> None:
        bench.office.on_post = None
        bench.clock.now += LEASE
        assert await other.run() == 1

    bench.office.on_post = sleep_through_the_lease
    bench.office.fails("post", NotSentError("too late"), after=True)
    await bench.ask()
    await bench.outbox("zombie").run()
    assert (await bench.row()).state == "sent"


async def test_nothing_is_sent_whose_lease_could_end_before_the_send_does(forgetful: OutboxBench) -> None:
    bench = forgetful
    other = bench.outbox("other")
    interrupted: list[int] = []

    async def slow() -> None:
        bench.clock.move(seconds=15)
        if len(bench.office.messages) == 3:
            interrupted.append(await other.run())

    bench.office.on_post = slow
    for number in range(6):
        await bench.ask(f"note:{number}")
    outbox = bench.outbox()
    while await outbox.run():
        pass
    assert len(bench.office.messages) == 6
    assert interrupted


@pytest.mark.parametrize("by", [timedelta(hours=1), timedelta(days=1)])
async def test_a_clock_put_forward_in_mid_send_doubles_nothing(bench: OutboxBench, by: timedelta) -> None:
    other = bench.outbox("other")

    async def jump() -> None:
        bench.office.on_post = None
        bench.clock.step(by)
        await other.run()

    bench.office.on_post = jump
    await bench.ask()
    await bench.outbox().run()
    bench.clock.step(-by)
    for _ in range(3):
        bench.clock.now += LEASE
        await bench.outbox().run()
    assert bench.office.shown == ["first face"]
    assert (await bench.row()).state == "sent"


@pytest.mark.parametrize("by", [timedelta(hours=1), timedelta(days=1)])
async def test_a_clock_put_back_in_mid_send_delays_and_doubles_nothing(
    forgetful: OutboxBench, by: timedelta
) -> None:
    bench = forgetful

    async def jump() -> None:
        bench.clock.step(-by)

    outbox = bench.outbox()
    bench.office.on_post = jump
    bench.office.fails("post", InDoubtError("no answer"), after=True)
    await bench.ask()
    await outbox.run()
    assert await outbox.run() == 0
    bench.clock.now += by + LEASE
    await outbox.run()
    assert bench.office.calls == ["post", "find"]
    assert len(bench.office.messages) == 1


async def test_what_was_sent_and_could_not_be_recorded_is_looked_for_as_far_off_as_the_clock_was_set(
    forgetful: OutboxBench,
) -> None:
    bench, month = forgetful, timedelta(days=30)

    def lets_go(_sql: str, _values: object) -> None:
        bench.database.watcher = None
        raise LostError("The connection is gone.")

    async def loses_it() -> None:
        bench.database.watcher = lets_go

    outbox = bench.outbox()
    bench.office.on_post = loses_it
    await bench.ask()
    await outbox.run()
    assert (await bench.row()).state == "sending"
    bench.office.on_post = None
    bench.clock.step(month)
    bench.clock.now += LEASE
    await outbox.run()
    assert bench.office.calls == ["post", "find"]
    ((_, since, until),) = bench.office.looks
    assert until is not None
    assert since <= NOON - month
    assert until >= NOON + month
    assert bench.office.shown == ["first face"]


@pytest.mark.parametrize(
    "by", [timedelta(hours=1), timedelta(days=1), -timedelta(hours=1), -timedelta(days=1)]
)
async def test_what_was_sent_stays_sent_wherever_the_clock_goes(
    forgetful: OutboxBench, by: timedelta
) -> None:
    bench = forgetful
    await bench.ask()
    await bench.outbox().run()
    bench.clock.step(by)
    assert await bench.ask() is None
    assert await bench.outbox().run() == 0
    assert len(bench.office.messages) == 1
