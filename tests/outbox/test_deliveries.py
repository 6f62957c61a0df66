"""One message each: asked for, claimed, posted, recorded."""

from datetime import timedelta

import pytest

from bot.app.features import DUE
from bot.chat.cards import Card
from bot.chat.platform import NoAccessError, NotSentError, PlatformError, RateLimitedError, UnreachableError
from bot.database.transaction import Transaction
from bot.outbox.queries import LEASE, SEND_TIMEOUT, Delivery, claim, delivery_key
from bot.outbox.send import MAX_PAUSE
from tests.outbox.post_office import ADA, HALL, NOON, OutboxBench

SECRET = "what only the group may read"


async def test_a_thing_is_said_once_in_each_place_however_often_it_is_asked_for(bench: OutboxBench) -> None:
    assert await bench.ask() is not None
    assert await bench.ask() is None
    assert await bench.tell() is not None
    assert await bench.ask("note:2") is not None
    assert await bench.outbox().run() == 3
    assert await bench.outbox().run() == 0
    stand = [(m.destination, m.key) for m in bench.office.messages.values()]
    assert [key for at, key in stand if at == HALL] == [
        delivery_key("note:1", "note", HALL.key),
        delivery_key("note:2", "note", HALL.key),
    ]
    assert [key for at, key in stand if at == ADA] == [delivery_key("note:1", "note", ADA.key)]
    assert {row.state for row in await bench.rows()} == {"sent"}


def test_a_key_fits_every_platform_and_differs_for_what_differs() -> None:
    keys = {
        delivery_key("round:1", "question", "a/b/c"),
        delivery_key("round:1", "reveal", "a/b/c"),
        delivery_key("round:11", "question", "a/b/c"),
        delivery_key("round:1", "question", "a/b/d"),
    }
    assert len(keys) == 4
    assert {len(key) for key in keys} == {24}


async def test_a_kind_may_carry_a_mark_after_a_colon_and_is_another_message_then(bench: OutboxBench) -> None:
    await bench.ask(kind="note:monday")
    await bench.ask(kind="note:tuesday")
    await bench.outbox().run()
    assert bench.office.shown == ["first face", "first face"]


async def test_what_is_not_due_yet_waits(bench: OutboxBench) -> None:
    await bench.ask()
    bench.clock.move(seconds=-1)
    assert await bench.outbox().run() == 0
    bench.clock.move(seconds=1)
    assert await bench.outbox().run() == 1


async def test_a_batch_takes_no_more_than_its_limit_and_the_oldest_first(bench: OutboxBench) -> None:
    for number in range(5):
        await bench.ask(f"note:{number}")
    outbox = bench.outbox()
    assert [await outbox.run(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    keys = [m.key for m in bench.office.messages.values()]
    assert keys == [delivery_key(f"note:{n}", "note", HALL.key) for n in range(5)]


async def test_other_processes_platforms_are_left_to_them(bench: OutboxBench) -> None:
    await bench.ask()
    assert await bench.database.write(lambda c: claim(c, DUE, "pigeon", "one", NOON)) == ()
    assert (await bench.row()).state == "waiting"


async def test_a_claim_holds_for_its_lease_and_not_a_second_longer(bench: OutboxBench) -> None:
    await bench.ask()
    (mine,) = await bench.database.write(lambda c: claim(c, DUE, "post", "one", NOON))
    assert (mine.in_doubt, mine.attempt, mine.subject_id) == (False, 1, 1)
    just_before = NOON + LEASE - timedelta(microseconds=1)
    assert await bench.database.write(lambda c: claim(c, DUE, "post", "two", just_before)) == ()
    (theirs,) = await bench.database.write(lambda c: claim(c, DUE, "post", "two", NOON + LEASE))
    assert (theirs.in_doubt, theirs.attempt, theirs.first_try_at) == (True, 2, NOON)
    assert LEASE > SEND_TIMEOUT


async def test_a_rate_limit_is_waited_out(bench: OutboxBench) -> None:
    bench.office.fails("post", RateLimitedError(7.5))
    await bench.ask()
    await bench.outbox().run()
    bench.clock.move(seconds=7)
    assert await bench.outbox().run() == 0
    bench.clock.move(seconds=0.5)
    assert await bench.outbox().run() == 1
    assert bench.office.calls == ["post", "post"]
    assert bench.office.shown == ["first face"]


async def test_what_was_not_taken_is_offered_again_after_growing_pauses(bench: OutboxBench) -> None:
    bench.office.fails("post", *(NotSentError("busy") for _ in range(60)))
    await bench.ask()
    pauses = []
    for _ in range(60):
        assert await bench.outbox().run() == 1
        row = await bench.row()
        assert row.state == "waiting"
        pauses.append(row.next_at - bench.clock())
        bench.clock.now = row.next_at
    assert pauses[:3] == [timedelta(seconds=s) for s in (2, 4, 8)]
    assert pauses == sorted(pauses)
    assert set(pauses[10:]) == {MAX_PAUSE}
    await bench.outbox().run()
    assert bench.office.shown == ["first face"]
    assert "find" not in bench.office.calls


async def test_a_place_without_access_is_kept_and_tried_again_later(bench: OutboxBench) -> None:
    bench.office.fails("post", NoAccessError("Let the bot write here."))
    await bench.ask()
    await bench.outbox().run()
    row = await bench.row()
    assert (row.state, row.error) == ("waiting", "no access")
    bench.clock.now += MAX_PAUSE
    await bench.outbox().run()
    assert bench.office.shown == ["first face"]
    assert (await bench.row()).error == ""


async def test_what_is_said_to_someone_unreachable_is_kept_and_not_tried_again(bench: OutboxBench) -> None:
    bench.office.fails("post", UnreachableError("closed"))
    await bench.tell()
    await bench.outbox().run()
    assert (await bench.row()).state == "kept"
    bench.clock.move(days=2)
    assert await bench.outbox().run() == 0
    assert bench.office.calls == ["post"]


async def test_where_there_is_nothing_to_show_nothing_is_sent(bench: OutboxBench) -> None:
    bench.title = ""
    await bench.ask()
    await bench.outbox().run()
    assert (await bench.row()).state == "dropped"
    assert bench.office.calls == []


async def test_what_had_nothing_to_show_is_sent_once_there_is_something(bench: OutboxBench) -> None:
    bench.title = ""
    await bench.ask()
    await bench.outbox().run()
    await bench.change("there is news")
    await bench.outbox().run()
    assert bench.office.shown == ["there is news"]


@pytest.mark.parametrize("bug", [ValueError(SECRET), PlatformError(SECRET)])
async def test_a_fault_of_the_platform_holds_up_no_other_delivery(
    bench: OutboxBench, bug: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    bench.office.fails("post", bug)
    await bench.ask("note:1")
    await bench.ask("note:2")
    assert await bench.outbox().run() == 2
    assert [row.state for row in await bench.rows()] == ["sending", "sent"]
    assert type(bug).__name__ in caplog.text
    assert SECRET not in caplog.text
    bench.clock.now += LEASE
    await bench.outbox().run()
    assert len(bench.office.messages) == 2


async def test_a_card_that_cannot_be_made_holds_up_no_other_and_is_tried_again(
    bench: OutboxBench, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_tx: Transaction, _delivery: Delivery) -> Card | None:
        raise ValueError(f"Ada wrote: {SECRET}")

    async def fine(_tx: Transaction, _delivery: Delivery) -> Card | None:
        return Card("mended")

    await bench.ask("note:1", "broken")
    await bench.ask("note:2")
    assert await bench.outbox(broken=broken).run() == 2
    assert bench.office.shown == ["first face"]
    row = (await bench.rows())[0]
    assert (row.state, row.error, row.next_at) == (
        "waiting",
        "no card: ValueError",
        NOON + timedelta(seconds=2),
    )
    assert "has no card: ValueError" in caplog.text
    assert SECRET not in caplog.text
    bench.clock.now = row.next_at
    await bench.outbox(broken=fine).run()
    assert bench.office.shown == ["first face", "mended"]


async def test_a_kind_that_this_version_does_not_know_waits_for_one_that_does(bench: OutboxBench) -> None:
    async def known(_tx: Transaction, _delivery: Delivery) -> Card | None:
        return Card("from tomorrow's version")

    await bench.ask(kind="tomorrow")
    await bench.outbox().run()
    assert bench.office.calls == []
    bench.clock.move(seconds=2)
    await bench.outbox(tomorrow=known).run()
    assert bench.office.shown == ["from tomorrow's version"]
