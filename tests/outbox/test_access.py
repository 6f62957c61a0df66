"""Places that are out of reach, people who take no messages, and platforms that ask for silence."""

import logging
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.chat.cards import Card, Private
from bot.chat.platform import (
    GoneError,
    InDoubtError,
    NoAccessError,
    NotSentError,
    NotTakenError,
    RateLimitedError,
    UnreachableError,
)
from bot.chat.requests import Identity
from bot.database.transaction import Transaction
from bot.membership.kept import AT_ONCE, its_group, with_kept
from bot.membership.tables import places
from bot.outbox.queries import LEASE, Delivery
from bot.outbox.send import MAX_PAUSE, RARELY, CardMaker
from tests.outbox.post_office import ADA, OutboxBench

SECRET = "what Ada wrote"
ASKED = Private(Card("What was asked for"))


async def _paused_because(bench: OutboxBench) -> str:
    row = await bench.database.read(lambda tx: tx.execute(select(places.c.paused_because)))
    return str(row.scalar())


async def test_a_lost_place_is_paused_and_told_of_once_and_resumes_with_all_that_waited(
    bench: OutboxBench,
) -> None:
    bench.office.fails("post", *[NoAccessError("Let me in again.")] * 3)
    await bench.ask("note:1")
    await bench.ask("note:2")
    await bench.outbox().run()
    assert await _paused_because(bench) == "Let me in again."
    assert bench.heard == [("note:1", "Let me in again.")]
    assert await bench.outbox().run() == 0
    await bench.ask("note:3")
    await bench.outbox().run()
    assert len(bench.heard) == 1
    bench.clock.move(seconds=MAX_PAUSE.total_seconds() - 60)
    await bench.ask("note:4")
    await bench.outbox().run()
    assert await _paused_because(bench) == ""
    await bench.outbox().run()
    assert len(bench.office.messages) == 4
    assert {row.state for row in await bench.rows()} == {"sent"}


async def test_a_place_that_is_lost_again_is_told_of_again(bench: OutboxBench) -> None:
    for number in (1, 2):
        bench.office.fails("post", NoAccessError("Let me in again."))
        await bench.ask(f"note:{number}")
        await bench.outbox().run()
        bench.clock.move(seconds=MAX_PAUSE.total_seconds())
        await bench.outbox().run()
    assert bench.heard == [("note:1", "Let me in again."), ("note:2", "Let me in again.")]


async def test_a_place_that_stays_closed_is_tried_more_rarely(bench: OutboxBench) -> None:
    bench.office.fails("post", *[NoAccessError("closed")] * 8)
    await bench.ask()
    for _ in range(6):
        await bench.outbox().run()
        bench.clock.move(seconds=MAX_PAUSE.total_seconds())
    assert await bench.outbox().run() == 0
    bench.clock.move(seconds=RARELY.total_seconds())
    assert await bench.outbox().run() == 1


@pytest.mark.slow
async def test_a_message_that_is_never_taken_is_tried_rarely_and_holds_up_no_other(
    bench: OutboxBench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.office.fails("post", NotTakenError("refused: 400, 50035"))
    await bench.ask("note:1")
    await bench.outbox().run()
    await bench.ask("note:2")
    await bench.outbox().run()
    assert len(bench.office.messages) == 1
    assert bench.heard == [("note:1", "refused")]
    assert "refused: 400, 50035" in caplog.text
    bench.office.fails("post", *[NotTakenError("refused")] * 100)
    for _ in range(6 * 60):
        bench.clock.move(minutes=1)
        await bench.outbox().run()
    assert bench.office.calls.count("post") == 2 + 10
    assert "find" not in bench.office.calls
    assert await _paused_because(bench) == ""


async def test_a_private_message_that_has_no_access_pauses_no_place(bench: OutboxBench) -> None:
    bench.office.fails("post", NoAccessError("closed"))
    await bench.tell()
    await bench.outbox().run()
    assert await _paused_because(bench) == ""
    assert bench.heard == []


async def test_a_post_that_was_sent_and_deleted_since_counts_as_sent(bench: OutboxBench) -> None:
    bench.office.fails("post", InDoubtError("no answer"), GoneError("deleted since"))
    await bench.ask()
    await bench.outbox().run()
    bench.clock.now += LEASE
    await bench.outbox().run()
    assert bench.office.calls == ["post", "find", "post"]
    row = await bench.row()
    assert (row.state, row.error, row.next_at) == ("sent", "gone", None)
    assert bench.heard == [("note:1", "gone")]
    bench.clock.move(days=1)
    assert await bench.outbox().run() == 0


async def test_waiting_when_asked_to_is_no_warning(
    bench: OutboxBench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot.outbox.send")
    bench.office.fails("post", RateLimitedError(5), NotSentError("busy"))
    await bench.ask()
    await bench.outbox().run()
    bench.clock.move(seconds=5)
    await bench.outbox().run()
    levels = [r.levelno for r in caplog.records if r.name == "bot.outbox.send"]
    assert levels == [logging.DEBUG, logging.WARNING]


async def test_a_deleted_message_is_told_of_and_never_sent_anew(bench: OutboxBench) -> None:
    await bench.ask()
    await bench.outbox().run()
    bench.office.fails("edit", GoneError("gone"))
    await bench.change("second face")
    await bench.outbox().run()
    assert bench.heard == [("note:1", "gone")]
    bench.clock.move(days=1)
    assert await bench.outbox().run() == 0
    assert len(bench.office.messages) == 1


async def test_a_platform_that_asks_for_silence_everywhere_gets_it(bench: OutboxBench) -> None:
    bench.office.fails("post", RateLimitedError(30, everywhere=True))
    outbox = bench.outbox()
    await bench.ask("note:1")
    await outbox.run(limit=1)
    await bench.ask("note:2")
    assert await outbox.run() == 0
    bench.clock.move(seconds=31)
    assert await outbox.run() == 2
    assert bench.office.calls.count("post") == 3


async def test_what_could_not_be_told_privately_comes_with_the_next_private_reply_once(
    bench: OutboxBench,
) -> None:
    bench.office.fails("post", *[UnreachableError("closed")] * 5)
    for number in range(5):
        await bench.tell(f"note:{number}")
    await bench.outbox().run()
    assert {row.state for row in await bench.rows()} == {"kept"}
    cards: dict[str, CardMaker] = {"note": bench.card}

    async def reply_to(who: Identity) -> int:
        now = bench.clock()
        reply = await bench.database.write(
            lambda tx: with_kept(tx, cards, who, now, ASKED, inside={}, still_in=())
        )
        return len(reply.also)

    assert await reply_to(replace(ADA, user="somebody else")) == 0
    assert [await reply_to(ADA) for _ in range(3)] == [AT_ONCE, 2, 0]
    assert {row.state for row in await bench.rows()} == {"sent"}


async def test_what_is_for_those_inside_waits_and_holds_nothing_else_up(bench: OutboxBench) -> None:
    bench.office.fails("post", *[UnreachableError("closed")] * 5)
    for number in range(AT_ONCE + 1):
        await bench.tell("group:7", f"secret:{number}")
    await bench.tell("note:1")
    await bench.outbox(secret=bench.card).run()
    cards: dict[str, CardMaker] = {"note": bench.card, "secret": bench.card}

    async def reply_to(still_in: frozenset[int]) -> int:
        now, inside = bench.clock(), {"secret": its_group}
        reply = await bench.database.write(
            lambda tx: with_kept(tx, cards, ADA, now, ASKED, inside=inside, still_in=still_in)
        )
        return len(reply.also)

    assert [await reply_to(frozenset()), await reply_to(frozenset({8}))] == [1, 0]
    assert [await reply_to(frozenset({7})) for _ in range(2)] == [AT_ONCE, 1]


async def test_a_kept_message_that_cannot_be_shown_stays_kept_and_costs_nobody_their_reply(
    bench: OutboxBench, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_tx: Transaction, _delivery: Delivery) -> Card | None:
        raise LookupError(SECRET) from ValueError(SECRET)

    bench.office.fails("post", *[UnreachableError("closed")] * 3)
    await bench.tell("note:1", "broken")
    await bench.tell("note:2", "newer")
    await bench.tell("note:3")
    await bench.outbox(broken=bench.card, newer=bench.card).run()
    cards: dict[str, CardMaker] = {"note": bench.card, "broken": broken}
    reply = await bench.database.write(
        lambda tx: with_kept(tx, cards, ADA, bench.clock(), ASKED, inside={}, still_in=())
    )
    assert (reply.card, [card.title for card in reply.also]) == (ASKED.card, ["first face"])
    assert [row.state for row in await bench.rows()] == ["kept", "kept", "sent"]
    assert "a kept message has no card: LookupError" in caplog.text
    assert SECRET not in caplog.text
