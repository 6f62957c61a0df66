"""A message that stands is changed in place: as often as needed and no oftener."""

from datetime import timedelta
from typing import Any

import pytest

from bot.chat.platform import (
    GoneError,
    InDoubtError,
    NoAccessError,
    NotSentError,
    RateLimitedError,
    UnreachableError,
)
from bot.database.transaction import Work
from bot.outbox.queries import LEASE
from tests.outbox.post_office import NOON, OutboxBench


async def sent(bench: OutboxBench) -> None:
    await bench.ask()
    await bench.outbox().run()
    bench.office.calls.clear()


async def test_a_change_is_shown_by_an_edit(bench: OutboxBench) -> None:
    await sent(bench)
    await bench.change("second face")
    assert await bench.outbox().run() == 1
    assert bench.office.calls == ["edit"]
    assert bench.office.shown == ["second face"]
    assert await bench.outbox().run() == 0


async def test_several_changes_before_the_next_beat_make_one_edit(bench: OutboxBench) -> None:
    await sent(bench)
    for title in ("second", "third", "fourth"):
        await bench.change(title)
    await bench.outbox().run()
    assert bench.office.calls == ["edit"]
    assert bench.office.shown == ["fourth"]
    assert await bench.outbox().run() == 0


async def test_changes_before_the_first_post_need_no_edit(bench: OutboxBench) -> None:
    await bench.ask()
    await bench.change("second face")
    await bench.outbox().run()
    assert await bench.outbox().run() == 0
    assert bench.office.calls == ["post"]
    assert bench.office.shown == ["second face"]


async def test_changes_while_it_is_being_posted_make_one_later_edit(bench: OutboxBench) -> None:
    async def meanwhile() -> None:
        await bench.change("second")
        await bench.change("third")

    bench.office.on_post = meanwhile
    await bench.ask()
    await bench.outbox().run()
    assert bench.office.shown == ["first face"]
    assert await bench.outbox().run() == 1
    assert await bench.outbox().run() == 0
    assert bench.office.calls == ["post", "edit"]
    assert bench.office.shown == ["third"]


async def test_other_subjects_and_kinds_are_not_touched(bench: OutboxBench) -> None:
    await sent(bench)
    await bench.change("second face", subject="note:11")
    assert await bench.outbox().run() == 0
    assert bench.office.shown == ["first face"]


async def test_a_deleted_message_is_settled_and_never_posted_anew(bench: OutboxBench) -> None:
    await sent(bench)
    bench.office.messages.clear()
    await bench.change("second face")
    await bench.outbox().run()
    row = await bench.row()
    assert (row.state, row.error, row.next_at) == ("sent", "gone", None)
    await bench.change("third face")
    await bench.outbox().run()
    assert bench.office.calls == ["edit", "edit"]
    assert bench.office.messages == {}


async def test_an_edit_that_the_platform_puts_off_comes_later_and_once(bench: OutboxBench) -> None:
    await sent(bench)
    bench.office.fails("edit", RateLimitedError(30))
    await bench.change("second face")
    await bench.outbox().run()
    await bench.change("third face")
    bench.clock.move(seconds=29)
    assert await bench.outbox().run() == 0, "a further change does not cut the platform's pause short"
    bench.clock.move(seconds=1)
    await bench.outbox().run()
    assert bench.office.calls == ["edit", "edit"]
    assert bench.office.shown == ["third face"]
    assert await bench.outbox().run() == 0


async def test_an_edit_in_doubt_is_made_again_without_a_new_message(bench: OutboxBench) -> None:
    await sent(bench)
    bench.office.fails("edit", InDoubtError("no answer"))
    await bench.change("second face")
    await bench.outbox().run()
    bench.clock.now += LEASE
    await bench.outbox().run()
    assert bench.office.calls == ["edit", "edit"]
    assert bench.office.shown == ["second face"]
    assert len(bench.office.messages) == 1


async def test_an_edit_without_access_waits_and_does_not_become_a_post(bench: OutboxBench) -> None:
    await sent(bench)
    bench.office.fails("edit", NoAccessError("May not write."))
    await bench.change("second face")
    await bench.outbox().run()
    assert (await bench.row()).next_at > NOON + timedelta(minutes=1)
    assert bench.heard == []
    bench.clock.move(minutes=10)
    await bench.outbox().run()
    assert bench.office.calls == ["edit", "edit"]
    assert bench.office.shown == ["second face"]


async def test_an_edit_without_access_closes_no_place_so_that_the_next_message_goes_there(
    bench: OutboxBench,
) -> None:
    await sent(bench)
    bench.office.fails("edit", NoAccessError("The thread is locked."))
    await bench.change("second face")
    await bench.outbox().run()
    await bench.ask("note:2")
    await bench.outbox().run()
    assert bench.office.calls == ["edit", "post"]
    assert bench.heard == []


async def test_a_message_with_nothing_left_to_show_stands_as_it_is(bench: OutboxBench) -> None:
    await sent(bench)
    await bench.change("")
    await bench.outbox().run()
    assert bench.office.calls == []
    assert (await bench.row()).state == "sent"
    await bench.change("third face")
    await bench.outbox().run()
    assert bench.office.shown == ["third face"]


async def test_a_deletion_seen_in_mid_edit_settles_it(bench: OutboxBench) -> None:
    await sent(bench)
    bench.office.fails("edit", GoneError("gone"))
    await bench.change("second face")
    await bench.outbox().run()
    assert await bench.outbox().run() == 0
    assert (await bench.row()).error == "gone"


@pytest.mark.parametrize("fault", [None, RateLimitedError(30), NotSentError("busy"), NoAccessError("closed")])
async def test_a_change_while_an_edit_is_under_way_is_shown_by_another_edit(
    bench: OutboxBench, fault: Exception | None
) -> None:
    async def meanwhile() -> None:
        bench.office.on_edit = None
        await bench.change("third face")
        if fault is not None:
            raise fault

    await sent(bench)
    bench.office.on_edit = meanwhile
    await bench.change("second face")
    await bench.outbox().run()
    assert bench.office.shown != ["third face"]
    again = (await bench.row()).next_at
    assert again is not None
    bench.clock.now = again
    assert await bench.outbox().run() == 1
    assert await bench.outbox().run() == 0
    assert bench.office.calls == ["edit", "edit"]
    assert bench.office.shown == ["third face"]


async def test_news_that_come_while_there_is_nothing_to_show_are_shown_when_the_lease_ends(
    bench: OutboxBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = bench.database.read

    async def read_and_then_news_come(work: Work[Any]) -> object:
        found = await read(work)
        await bench.change("there is news")
        return found

    bench.title = ""
    await bench.ask()
    with monkeypatch.context() as patched:
        patched.setattr(bench.database, "read", read_and_then_news_come)
        await bench.outbox().run()
    assert (await bench.row()).state == "sending"
    assert await bench.outbox().run() == 0
    bench.clock.now += LEASE
    await bench.outbox().run()
    assert bench.office.shown == ["there is news"]


async def test_news_that_come_while_someone_turns_out_unreachable_are_tried_when_the_lease_ends(
    bench: OutboxBench,
) -> None:
    async def meanwhile() -> None:
        bench.office.on_post = None
        await bench.change("there is news")
        raise UnreachableError("closed")

    bench.office.on_post = meanwhile
    await bench.tell()
    await bench.outbox().run()
    assert await bench.outbox().run() == 0
    bench.clock.now += LEASE
    await bench.outbox().run()
    assert bench.office.shown == ["there is news"]
