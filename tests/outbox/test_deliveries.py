"""One message each: asked for, claimed, posted, recorded."""

from datetime import timedelta

import pytest

from bot.chat.cards import Card
from bot.chat.platform import NoAccessError, NotSentError, PlatformError, RateLimitedError, UnreachableError
from bot.database.transaction import Transaction
from bot.outbox.queries import LEASE, SEND_TIMEOUT, Delivery, claim, delivery_key
from bot.outbox.send import MAX_PAUSE
from tests.outbox.post_office import ADA, HALL, NOON, Town

SECRET = "what only the group may read"


async def test_a_thing_is_said_once_in_each_place_however_often_it_is_asked_for(town: Town) -> None:
    assert await town.ask() is not None
    assert await town.ask() is None
    assert await town.tell() is not None
    assert await town.ask("note:2") is not None
    assert await town.outbox().run() == 3
    assert await town.outbox().run() == 0
    assert [(m.destination, m.key) for m in town.office.messages.values()] == [
        (HALL, delivery_key("note:1", "note", HALL.key)),
        (ADA, delivery_key("note:1", "note", ADA.key)),
        (HALL, delivery_key("note:2", "note", HALL.key)),
    ]
    assert {row.state for row in await town.rows()} == {"sent"}


def test_a_key_fits_every_platform_and_differs_for_what_differs() -> None:
    keys = {
        delivery_key("round:1", "question", "a/b/c"),
        delivery_key("round:1", "reveal", "a/b/c"),
        delivery_key("round:11", "question", "a/b/c"),
        delivery_key("round:1", "question", "a/b/d"),
    }
    assert len(keys) == 4
    assert {len(key) for key in keys} == {24}


async def test_a_kind_may_carry_a_mark_after_a_colon_and_is_another_message_then(town: Town) -> None:
    await town.ask(kind="note:monday")
    await town.ask(kind="note:tuesday")
    await town.outbox().run()
    assert town.office.shown == ["first face", "first face"]


async def test_what_is_not_due_yet_waits(town: Town) -> None:
    await town.ask()
    town.clock.move(seconds=-1)
    assert await town.outbox().run() == 0
    town.clock.move(seconds=1)
    assert await town.outbox().run() == 1


async def test_a_batch_takes_no_more_than_its_limit_and_the_oldest_first(town: Town) -> None:
    for number in range(5):
        await town.ask(f"note:{number}")
    outbox = town.outbox()
    assert [await outbox.run(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    keys = [m.key for m in town.office.messages.values()]
    assert keys == [delivery_key(f"note:{n}", "note", HALL.key) for n in range(5)]


async def test_other_processes_platforms_are_left_to_them(town: Town) -> None:
    await town.ask()
    elsewhere = frozenset({"pigeon"})
    assert await town.database.write(lambda c: claim(c, elsewhere, "one", NOON)) == ()
    assert (await town.row()).state == "waiting"


async def test_a_claim_holds_for_its_lease_and_not_a_second_longer(town: Town) -> None:
    await town.ask()
    names = frozenset({"post"})
    (mine,) = await town.database.write(lambda c: claim(c, names, "one", NOON))
    assert (mine.in_doubt, mine.attempt, mine.subject_id) == (False, 1, 1)
    just_before = NOON + LEASE - timedelta(microseconds=1)
    assert await town.database.write(lambda c: claim(c, names, "two", just_before)) == ()
    (theirs,) = await town.database.write(lambda c: claim(c, names, "two", NOON + LEASE))
    assert (theirs.in_doubt, theirs.attempt, theirs.first_try_at) == (True, 2, NOON)
    assert LEASE > SEND_TIMEOUT


async def test_a_rate_limit_is_waited_out(town: Town) -> None:
    town.office.fails("post", RateLimitedError(7.5))
    await town.ask()
    await town.outbox().run()
    town.clock.move(seconds=7)
    assert await town.outbox().run() == 0
    town.clock.move(seconds=0.5)
    assert await town.outbox().run() == 1
    assert town.office.calls == ["post", "post"]
    assert town.office.shown == ["first face"]


async def test_what_was_not_taken_is_offered_again_after_growing_pauses(town: Town) -> None:
    town.office.fails("post", *(NotSentError("busy") for _ in range(60)))
    await town.ask()
    pauses = []
    for _ in range(60):
        assert await town.outbox().run() == 1
        row = await town.row()
        assert row.state == "waiting"
        pauses.append(row.next_at - town.clock())
        town.clock.now = row.next_at
    assert pauses[:3] == [timedelta(seconds=s) for s in (2, 4, 8)]
    assert pauses == sorted(pauses)
    assert set(pauses[10:]) == {MAX_PAUSE}
    await town.outbox().run()
    assert town.office.shown == ["first face"]
    assert "find" not in town.office.calls


async def test_a_place_without_access_is_kept_and_tried_again_later(town: Town) -> None:
    town.office.fails("post", NoAccessError("Let the bot write here."))
    await town.ask()
    await town.outbox().run()
    row = await town.row()
    assert (row.state, row.error) == ("waiting", "no access")
    town.clock.now += MAX_PAUSE
    await town.outbox().run()
    assert town.office.shown == ["first face"]
    assert (await town.row()).error == ""


async def test_what_is_said_to_someone_unreachable_is_kept_and_not_tried_again(town: Town) -> None:
    town.office.fails("post", UnreachableError("closed"))
    await town.tell()
    await town.outbox().run()
    assert (await town.row()).state == "kept"
    town.clock.move(days=2)
    assert await town.outbox().run() == 0
    assert town.office.calls == ["post"]


async def test_where_there_is_nothing_to_show_nothing_is_sent(town: Town) -> None:
    town.title = ""
    await town.ask()
    await town.outbox().run()
    assert (await town.row()).state == "dropped"
    assert town.office.calls == []


async def test_what_had_nothing_to_show_is_sent_once_there_is_something(town: Town) -> None:
    town.title = ""
    await town.ask()
    await town.outbox().run()
    await town.change("there is news")
    await town.outbox().run()
    assert town.office.shown == ["there is news"]


@pytest.mark.parametrize("bug", [ValueError(SECRET), PlatformError(SECRET)])
async def test_a_fault_of_the_platform_holds_up_no_other_delivery(
    town: Town, bug: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    town.office.fails("post", bug)
    await town.ask("note:1")
    await town.ask("note:2")
    assert await town.outbox().run() == 2
    assert [row.state for row in await town.rows()] == ["sending", "sent"]
    assert type(bug).__name__ in caplog.text
    assert SECRET not in caplog.text
    town.clock.now += LEASE
    await town.outbox().run()
    assert len(town.office.messages) == 2


async def test_a_card_that_cannot_be_made_holds_up_no_other_and_is_tried_again(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_tx: Transaction, _delivery: Delivery) -> Card | None:
        raise ValueError(f"Ada wrote: {SECRET}")

    async def fine(_tx: Transaction, _delivery: Delivery) -> Card | None:
        return Card("mended")

    await town.ask("note:1", "broken")
    await town.ask("note:2")
    assert await town.outbox(broken=broken).run() == 2
    assert town.office.shown == ["first face"]
    row = (await town.rows())[0]
    assert (row.state, row.error, row.next_at) == (
        "waiting",
        "no card: ValueError",
        NOON + timedelta(seconds=2),
    )
    assert "has no card: ValueError" in caplog.text
    assert SECRET not in caplog.text
    town.clock.now = row.next_at
    await town.outbox(broken=fine).run()
    assert town.office.shown == ["first face", "mended"]


async def test_a_kind_that_this_version_does_not_know_waits_for_one_that_does(town: Town) -> None:
    async def known(_tx: Transaction, _delivery: Delivery) -> Card | None:
        return Card("from tomorrow's version")

    await town.ask(kind="tomorrow")
    await town.outbox().run()
    assert town.office.calls == []
    town.clock.move(seconds=2)
    await town.outbox(tomorrow=known).run()
    assert town.office.shown == ["from tomorrow's version"]
