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
    RateLimitedError,
    UnreachableError,
)
from bot.chat.requests import Identity
from bot.database.tables import places
from bot.database.transaction import Transaction
from bot.outbox.kept import AT_ONCE, with_kept
from bot.outbox.queries import LEASE, Delivery
from bot.outbox.send import MAX_PAUSE, RARELY, CardMaker
from tests.outbox.post_office import ADA, Town

SECRET = "what Ada wrote"
ASKED = Private(Card("What was asked for"))


async def _paused_because(town: Town) -> str:
    row = await town.database.read(lambda tx: tx.execute(select(places.c.paused_because)))
    return str(row.scalar_one())


async def test_a_lost_place_is_paused_and_told_of_once_and_resumes_with_all_that_waited(town: Town) -> None:
    town.office.fails("post", *[NoAccessError("Let me in again.")] * 3)
    await town.ask("note:1")
    await town.ask("note:2")
    await town.outbox().run()
    assert await _paused_because(town) == "Let me in again."
    assert town.heard == [("note:1", "Let me in again.")]
    assert await town.outbox().run() == 0
    await town.ask("note:3")
    await town.outbox().run()
    assert len(town.heard) == 1
    town.clock.move(seconds=MAX_PAUSE.total_seconds() - 60)
    await town.ask("note:4")
    await town.outbox().run()
    assert await _paused_because(town) == ""
    await town.outbox().run()
    assert len(town.office.messages) == 4
    assert {row.state for row in await town.rows()} == {"sent"}


async def test_a_place_that_is_lost_again_is_told_of_again(town: Town) -> None:
    for number in (1, 2):
        town.office.fails("post", NoAccessError("Let me in again."))
        await town.ask(f"note:{number}")
        await town.outbox().run()
        town.clock.move(seconds=MAX_PAUSE.total_seconds())
        await town.outbox().run()
    assert town.heard == [("note:1", "Let me in again."), ("note:2", "Let me in again.")]


async def test_a_place_that_stays_closed_is_tried_more_rarely(town: Town) -> None:
    town.office.fails("post", *[NoAccessError("closed")] * 8)
    await town.ask()
    for _ in range(6):
        await town.outbox().run()
        town.clock.move(seconds=MAX_PAUSE.total_seconds())
    assert await town.outbox().run() == 0
    town.clock.move(seconds=RARELY.total_seconds())
    assert await town.outbox().run() == 1


async def test_a_private_message_that_has_no_access_pauses_no_place(town: Town) -> None:
    town.office.fails("post", NoAccessError("closed"))
    await town.tell()
    await town.outbox().run()
    assert await _paused_because(town) == ""
    assert town.heard == []


async def test_a_post_that_was_sent_and_deleted_since_counts_as_sent(town: Town) -> None:
    town.office.fails("post", InDoubtError("no answer"), GoneError("deleted since"))
    await town.ask()
    await town.outbox().run()
    town.clock.now += LEASE
    await town.outbox().run()
    assert town.office.calls == ["post", "find", "post"]
    row = await town.row()
    assert (row.state, row.error, row.next_at) == ("sent", "gone", None)
    assert town.heard == [("note:1", "gone")]
    town.clock.move(days=1)
    assert await town.outbox().run() == 0


async def test_waiting_when_asked_to_is_no_warning(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bot.outbox.send")
    town.office.fails("post", RateLimitedError(5), NotSentError("busy"))
    await town.ask()
    await town.outbox().run()
    town.clock.move(seconds=5)
    await town.outbox().run()
    levels = [r.levelno for r in caplog.records if r.name == "bot.outbox.send"]
    assert levels == [logging.DEBUG, logging.WARNING]


async def test_a_deleted_message_is_told_of_and_never_sent_anew(town: Town) -> None:
    await town.ask()
    await town.outbox().run()
    town.office.fails("edit", GoneError("gone"))
    await town.change("second face")
    await town.outbox().run()
    assert town.heard == [("note:1", "gone")]
    town.clock.move(days=1)
    assert await town.outbox().run() == 0
    assert len(town.office.messages) == 1


async def test_a_platform_that_asks_for_silence_everywhere_gets_it(town: Town) -> None:
    town.office.fails("post", RateLimitedError(30, everywhere=True))
    outbox = town.outbox()
    await town.ask("note:1")
    await outbox.run(limit=1)
    await town.ask("note:2")
    assert await outbox.run() == 0
    town.clock.move(seconds=31)
    assert await outbox.run() == 2
    assert town.office.calls.count("post") == 3


async def test_what_could_not_be_told_privately_comes_with_the_next_private_reply_once(town: Town) -> None:
    town.office.fails("post", *[UnreachableError("closed")] * 5)
    for number in range(5):
        await town.tell(f"note:{number}")
    await town.outbox().run()
    assert {row.state for row in await town.rows()} == {"kept"}
    cards: dict[str, CardMaker] = {"note": town.card}

    async def reply_to(who: Identity) -> int:
        now = town.clock()
        reply = await town.database.write(lambda tx: with_kept(tx, cards, who, now, ASKED))
        return len(reply.also)

    assert await reply_to(replace(ADA, user="somebody else")) == 0
    assert [await reply_to(ADA) for _ in range(3)] == [AT_ONCE, 2, 0]
    assert {row.state for row in await town.rows()} == {"sent"}


async def test_a_kept_message_that_cannot_be_shown_stays_kept_and_costs_nobody_their_reply(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_tx: Transaction, _delivery: Delivery) -> Card | None:
        raise LookupError(SECRET) from ValueError(SECRET)

    town.office.fails("post", *[UnreachableError("closed")] * 3)
    await town.tell("note:1", "broken")
    await town.tell("note:2", "newer")
    await town.tell("note:3")
    await town.outbox(broken=town.card, newer=town.card).run()
    cards: dict[str, CardMaker] = {"note": town.card, "broken": broken}
    reply = await town.database.write(lambda tx: with_kept(tx, cards, ADA, town.clock(), ASKED))
    assert (reply.card, [card.title for card in reply.also]) == (ASKED.card, ["first face"])
    assert [row.state for row in await town.rows()] == ["kept", "kept", "sent"]
    assert "a kept message has no card: LookupError" in caplog.text
    assert SECRET not in caplog.text
