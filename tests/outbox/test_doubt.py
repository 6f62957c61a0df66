"""When nobody knows whether a message was sent: it is looked for by its key before it is sent again."""

from datetime import timedelta

import pytest

from bot.chat.platform import (
    InDoubtError,
    NoAccessError,
    NotSentError,
    PlatformError,
    RateLimitedError,
)
from bot.outbox.queries import LEASE, claim
from tests.outbox.post_office import NOON, Town

POST = frozenset({"post"})


async def test_a_lost_response_is_looked_up_and_not_sent_twice(forgetful: Town) -> None:
    town = forgetful
    town.office.fails("post", InDoubtError("no answer"), after=True)
    await town.ask()
    await town.outbox().run()
    assert (await town.row()).state == "sending"
    assert await town.outbox().run() == 0
    town.clock.now += LEASE
    await town.outbox().run()
    assert town.office.calls == ["post", "find"]
    assert len(town.office.messages) == 1
    assert (await town.row()).state == "sent"


async def test_a_lost_request_is_looked_up_and_then_sent(forgetful: Town) -> None:
    town = forgetful
    town.office.fails("post", InDoubtError("no answer"))
    await town.ask()
    await town.outbox().run()
    town.clock.now += LEASE
    await town.outbox().run()
    assert town.office.calls == ["post", "find", "post"]
    assert len(town.office.messages) == 1


async def test_a_send_that_takes_too_long_is_in_doubt_too(forgetful: Town) -> None:
    town = forgetful
    town.office.fails("post", TimeoutError(), after=True)
    await town.ask()
    await town.outbox().run()
    town.clock.now += LEASE
    await town.outbox().run()
    assert len(town.office.messages) == 1


@pytest.mark.parametrize(
    "error", [RateLimitedError(3), NotSentError("busy"), NoAccessError("May not read."), PlatformError("?")]
)
async def test_while_it_cannot_be_looked_up_it_is_not_sent_either(
    forgetful: Town, error: PlatformError
) -> None:
    town = forgetful
    town.office.fails("post", InDoubtError("no answer"), after=True)
    town.office.fails("find", error)
    await town.ask()
    await town.outbox().run()
    town.clock.now += LEASE
    await town.outbox().run()
    assert town.office.calls == ["post", "find"]
    town.clock.move(minutes=20)
    await town.outbox().run()
    assert town.office.calls == ["post", "find", "find"]
    assert len(town.office.messages) == 1
    assert (await town.row()).state == "sent"


async def test_once_it_is_surely_not_there_a_refusal_leaves_no_doubt(forgetful: Town) -> None:
    town = forgetful
    town.office.fails("post", InDoubtError("no answer"), NotSentError("busy"))
    await town.ask()
    await town.outbox().run()
    town.clock.now += LEASE
    await town.outbox().run()
    assert (await town.row()).state == "waiting"
    town.clock.move(minutes=1)
    await town.outbox().run()
    assert town.office.calls == ["post", "find", "post", "post"]
    assert len(town.office.messages) == 1


async def test_a_process_that_died_between_claim_and_record_is_taken_over(forgetful: Town) -> None:
    town = forgetful
    await town.ask()
    await town.database.write(lambda c: claim(c, POST, "dead", NOON))
    assert await town.outbox("two").run() == 0
    town.clock.now += LEASE
    await town.outbox("two").run()
    assert town.office.calls == ["find", "post"]
    assert (await town.row()).owner == "two"


async def test_a_message_found_again_shows_what_changed_since_it_was_sent(forgetful: Town) -> None:
    town = forgetful
    town.office.fails("post", InDoubtError("no answer"), after=True)
    await town.ask()
    await town.outbox().run()
    await town.change("second face")
    town.clock.now += LEASE
    await town.outbox().run()
    await town.outbox().run()
    assert town.office.calls == ["post", "find", "edit"]
    assert town.office.shown == ["second face"]
    assert await town.outbox().run() == 0


async def test_a_zombie_that_wakes_after_its_lease_records_nothing(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    other = town.outbox("other")

    async def sleep_through_the_lease() -> None:
        town.office.on_post = None
        town.clock.now += LEASE
        assert await other.run() == 1

    town.office.on_post = sleep_through_the_lease
    await town.ask()
    await town.outbox("zombie").run()
    row = await town.row()
    assert (row.state, row.owner, row.attempt) == ("sent", "other", 0)
    assert len(town.office.messages) == 1
    assert "its lease had passed on" in caplog.text


async def test_a_zombie_that_fails_after_its_lease_takes_nothing_back(town: Town) -> None:
    other = town.outbox("other")

    async def sleep_through_the_lease() -> None:
        town.office.on_post = None
        town.clock.now += LEASE
        assert await other.run() == 1

    town.office.on_post = sleep_through_the_lease
    town.office.fails("post", NotSentError("too late"), after=True)
    await town.ask()
    await town.outbox("zombie").run()
    assert (await town.row()).state == "sent"


async def test_nothing_is_sent_whose_lease_could_end_before_the_send_does(forgetful: Town) -> None:
    town = forgetful
    other = town.outbox("other")
    interrupted: list[int] = []

    async def slow() -> None:
        town.clock.move(seconds=15)
        if len(town.office.messages) == 3:
            interrupted.append(await other.run())

    town.office.on_post = slow
    for number in range(6):
        await town.ask(f"note:{number}")
    outbox = town.outbox()
    while await outbox.run():
        pass
    assert len(town.office.messages) == 6
    assert interrupted


@pytest.mark.parametrize("by", [timedelta(hours=1), timedelta(days=1)])
async def test_a_clock_put_forward_in_mid_send_doubles_nothing(town: Town, by: timedelta) -> None:
    other = town.outbox("other")

    async def jump() -> None:
        town.office.on_post = None
        town.clock.now += by
        await other.run()

    town.office.on_post = jump
    await town.ask()
    await town.outbox().run()
    town.clock.now -= by
    for _ in range(3):
        town.clock.now += LEASE
        await town.outbox().run()
    assert town.office.shown == ["first face"]
    assert (await town.row()).state == "sent"


@pytest.mark.parametrize("by", [timedelta(hours=1), timedelta(days=1)])
async def test_a_clock_put_back_in_mid_send_delays_and_doubles_nothing(
    forgetful: Town, by: timedelta
) -> None:
    town = forgetful

    async def jump() -> None:
        town.clock.now -= by

    town.office.on_post = jump
    town.office.fails("post", InDoubtError("no answer"), after=True)
    await town.ask()
    await town.outbox().run()
    assert await town.outbox().run() == 0
    town.clock.now += by + LEASE
    await town.outbox().run()
    assert town.office.calls == ["post", "find"]
    assert len(town.office.messages) == 1


@pytest.mark.parametrize(
    "by", [timedelta(hours=1), timedelta(days=1), -timedelta(hours=1), -timedelta(days=1)]
)
async def test_what_was_sent_stays_sent_wherever_the_clock_goes(forgetful: Town, by: timedelta) -> None:
    town = forgetful
    await town.ask()
    await town.outbox().run()
    town.clock.now += by
    assert await town.ask() is None
    assert await town.outbox().run() == 0
    assert len(town.office.messages) == 1
