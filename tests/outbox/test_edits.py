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
from tests.outbox.post_office import NOON, Town


async def sent(town: Town) -> None:
    await town.ask()
    await town.outbox().run()
    town.office.calls.clear()


async def test_a_change_is_shown_by_an_edit(town: Town) -> None:
    await sent(town)
    await town.change("second face")
    assert await town.outbox().run() == 1
    assert town.office.calls == ["edit"]
    assert town.office.shown == ["second face"]
    assert await town.outbox().run() == 0


async def test_several_changes_before_the_next_beat_make_one_edit(town: Town) -> None:
    await sent(town)
    for title in ("second", "third", "fourth"):
        await town.change(title)
    await town.outbox().run()
    assert town.office.calls == ["edit"]
    assert town.office.shown == ["fourth"]
    assert await town.outbox().run() == 0


async def test_changes_before_the_first_post_need_no_edit(town: Town) -> None:
    await town.ask()
    await town.change("second face")
    await town.outbox().run()
    assert await town.outbox().run() == 0
    assert town.office.calls == ["post"]
    assert town.office.shown == ["second face"]


async def test_changes_while_it_is_being_posted_make_one_later_edit(town: Town) -> None:
    async def meanwhile() -> None:
        await town.change("second")
        await town.change("third")

    town.office.on_post = meanwhile
    await town.ask()
    await town.outbox().run()
    assert town.office.shown == ["first face"]
    assert await town.outbox().run() == 1
    assert await town.outbox().run() == 0
    assert town.office.calls == ["post", "edit"]
    assert town.office.shown == ["third"]


async def test_other_subjects_and_kinds_are_not_touched(town: Town) -> None:
    await sent(town)
    await town.change("second face", subject="note:11")
    assert await town.outbox().run() == 0
    assert town.office.shown == ["first face"]


async def test_a_deleted_message_is_settled_and_never_posted_anew(town: Town) -> None:
    await sent(town)
    town.office.messages.clear()
    await town.change("second face")
    await town.outbox().run()
    row = await town.row()
    assert (row.state, row.error, row.next_at) == ("sent", "gone", None)
    await town.change("third face")
    await town.outbox().run()
    assert town.office.calls == ["edit", "edit"]
    assert town.office.messages == {}


async def test_an_edit_that_the_platform_puts_off_comes_later_and_once(town: Town) -> None:
    await sent(town)
    town.office.fails("edit", RateLimitedError(30))
    await town.change("second face")
    await town.outbox().run()
    await town.change("third face")
    town.clock.move(seconds=29)
    assert await town.outbox().run() == 0, "a further change does not cut the platform's pause short"
    town.clock.move(seconds=1)
    await town.outbox().run()
    assert town.office.calls == ["edit", "edit"]
    assert town.office.shown == ["third face"]
    assert await town.outbox().run() == 0


async def test_an_edit_in_doubt_is_made_again_without_a_new_message(town: Town) -> None:
    await sent(town)
    town.office.fails("edit", InDoubtError("no answer"))
    await town.change("second face")
    await town.outbox().run()
    town.clock.now += LEASE
    await town.outbox().run()
    assert town.office.calls == ["edit", "edit"]
    assert town.office.shown == ["second face"]
    assert len(town.office.messages) == 1


async def test_an_edit_without_access_waits_and_does_not_become_a_post(town: Town) -> None:
    await sent(town)
    town.office.fails("edit", NoAccessError("May not write."))
    await town.change("second face")
    await town.outbox().run()
    assert (await town.row()).next_at > NOON + timedelta(minutes=1)
    town.clock.move(minutes=10)
    await town.outbox().run()
    assert town.office.calls == ["edit", "edit"]
    assert town.office.shown == ["second face"]


async def test_a_message_with_nothing_left_to_show_stands_as_it_is(town: Town) -> None:
    await sent(town)
    await town.change("")
    await town.outbox().run()
    assert town.office.calls == []
    assert (await town.row()).state == "sent"
    await town.change("third face")
    await town.outbox().run()
    assert town.office.shown == ["third face"]


async def test_a_deletion_seen_in_mid_edit_settles_it(town: Town) -> None:
    await sent(town)
    town.office.fails("edit", GoneError("gone"))
    await town.change("second face")
    await town.outbox().run()
    assert await town.outbox().run() == 0
    assert (await town.row()).error == "gone"


@pytest.mark.parametrize("fault", [None, RateLimitedError(30), NotSentError("busy"), NoAccessError("closed")])
async def test_a_change_while_an_edit_is_under_way_is_shown_by_another_edit(
    town: Town, fault: Exception | None
) -> None:
    async def meanwhile() -> None:
        town.office.on_edit = None
        await town.change("third face")
        if fault is not None:
            raise fault

    await sent(town)
    town.office.on_edit = meanwhile
    await town.change("second face")
    await town.outbox().run()
    assert town.office.shown != ["third face"]
    again = (await town.row()).next_at
    assert again is not None
    town.clock.now = again
    assert await town.outbox().run() == 1
    assert await town.outbox().run() == 0
    assert town.office.calls == ["edit", "edit"]
    assert town.office.shown == ["third face"]


async def test_news_that_come_while_there_is_nothing_to_show_are_shown_when_the_lease_ends(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = town.database.read

    async def read_and_then_news_come(work: Work[Any]) -> object:
        found = await read(work)
        await town.change("there is news")
        return found

    town.title = ""
    await town.ask()
    with monkeypatch.context() as patched:
        patched.setattr(town.database, "read", read_and_then_news_come)
        await town.outbox().run()
    assert (await town.row()).state == "sending"
    assert await town.outbox().run() == 0
    town.clock.now += LEASE
    await town.outbox().run()
    assert town.office.shown == ["there is news"]


async def test_news_that_come_while_someone_turns_out_unreachable_are_tried_when_the_lease_ends(
    town: Town,
) -> None:
    async def meanwhile() -> None:
        town.office.on_post = None
        await town.change("there is news")
        raise UnreachableError("closed")

    town.office.on_post = meanwhile
    await town.tell()
    await town.outbox().run()
    assert await town.outbox().run() == 0
    town.clock.now += LEASE
    await town.outbox().run()
    assert town.office.shown == ["there is news"]
