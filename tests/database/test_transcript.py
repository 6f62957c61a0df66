"""The room's memory keeps its contract on every database."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.transcript import Transcript, TranscriptEntry
from bot.database.engine import Database
from bot.database.transcript import (
    MOST_TYPED,
    StoredTranscript,
    blank_private,
    blank_replies,
    export_viewer,
    forget_viewer,
)

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def memory(database: Database) -> Transcript:
    return StoredTranscript(database)


async def say(
    memory: Transcript, body: str, *, to: str | None = None, key: str | None = None, slot: str = ""
) -> TranscriptEntry:
    return await memory.append(
        channel="study", audience=to, author="bot", body=body, key=key, slot=slot, at=NOON
    )


async def bodies(memory: Transcript, viewer: str = "kim", since: int = 0, limit: int = 200) -> list[str]:
    return [entry.body for entry in await memory.changes("study", viewer, since, limit)]


async def test_an_empty_room_is_at_version_0_and_has_nothing_to_say(memory: Transcript) -> None:
    assert await memory.version() == 0
    assert await memory.changes("study", "kim", 0) == ()


async def test_an_entry_comes_back_as_it_was_given(memory: Transcript) -> None:
    entry = await memory.append(
        channel="study", audience="kim", author="bot", body="{}", key="k1", slot="answer", at=NOON
    )
    assert entry == TranscriptEntry(entry.id, 1, "study", "kim", "bot", "{}", "k1", "answer", NOON, None)
    assert await memory.get(entry.id) == entry
    assert await memory.by_key("k1") == entry
    assert await memory.changes("study", "kim", 0) == (entry,)


async def test_what_is_unknown_is_none(memory: Transcript) -> None:
    assert await memory.get(1) is None
    assert await memory.by_key("k1") is None
    assert await memory.edit(1, "new", NOON) is None


async def test_a_known_key_adds_nothing(memory: Transcript) -> None:
    first = await say(memory, "question", key="k1")
    assert await say(memory, "again", key="k1") == first
    assert await bodies(memory) == ["question"]


async def test_a_known_key_adds_nothing_even_after_its_entry_was_removed(memory: Transcript) -> None:
    first = await say(memory, "question", key="k1")
    await memory.remove(first.id, LATER)
    assert (await say(memory, "again", key="k1")).id == first.id
    assert await bodies(memory) == []


async def test_entries_without_a_key_are_all_kept(memory: Transcript) -> None:
    await say(memory, "one")
    await say(memory, "one")
    assert await bodies(memory) == ["one", "one"]


async def test_a_private_entry_is_seen_by_its_reader_alone(memory: Transcript) -> None:
    await say(memory, "for all")
    await say(memory, "for kim", to="kim")
    assert await bodies(memory, "kim") == ["for all", "for kim"]
    assert await bodies(memory, "lee") == ["for all"]


async def test_another_channel_is_another_conversation(memory: Transcript) -> None:
    await say(memory, "here")
    assert await memory.changes("elsewhere", "kim", 0) == ()


async def test_an_edit_is_a_change_with_a_higher_version_in_the_old_place(memory: Transcript) -> None:
    first = await say(memory, "one")
    await say(memory, "two")
    seen = await memory.version()
    changed = await memory.edit(first.id, "one, changed", LATER)
    assert changed is not None
    assert (changed.version, changed.edited_at, changed.at) == (seen + 1, LATER, NOON)
    assert await bodies(memory, since=seen) == ["one, changed"]
    assert await bodies(memory) == ["one, changed", "two"]


async def test_a_page_that_has_seen_everything_gets_nothing(memory: Transcript) -> None:
    await say(memory, "one")
    assert await bodies(memory, since=await memory.version()) == []


async def test_a_removed_entry_reaches_those_who_may_have_seen_it_as_an_empty_one(memory: Transcript) -> None:
    entry = await say(memory, "oops")
    seen = await memory.version()
    await memory.remove(entry.id, LATER)
    gone = await memory.changes("study", "kim", seen)
    assert [(e.id, e.body) for e in gone] == [(entry.id, "")]
    assert await bodies(memory) == []
    assert await memory.get(entry.id) is None
    assert await memory.edit(entry.id, "back again", LATER) is None


async def test_removing_twice_is_once(memory: Transcript) -> None:
    entry = await say(memory, "oops")
    await memory.remove(entry.id, LATER)
    version = await memory.version()
    await memory.remove(entry.id, LATER)
    await memory.remove(9999, LATER)
    assert await memory.version() == version


async def test_a_private_card_takes_the_place_of_the_earlier_one_of_its_slot(memory: Transcript) -> None:
    first = await say(memory, "draft", to="kim", slot="answer")
    seen = await memory.version()
    await say(memory, "saved", to="kim", slot="answer")
    assert await bodies(memory) == ["saved"]
    changes = await memory.changes("study", "kim", seen)
    assert [(e.id == first.id, e.body) for e in changes] == [(True, ""), (False, "saved")]
    assert len({e.version for e in changes}) == 2


async def test_a_slot_is_its_readers_own(memory: Transcript) -> None:
    await say(memory, "kim's", to="kim", slot="answer")
    await say(memory, "lee's", to="lee", slot="answer")
    await say(memory, "kim's ballot", to="kim", slot="ballot")
    await say(memory, "public", slot="answer")
    await say(memory, "public too", slot="answer")
    assert await bodies(memory, "kim") == ["kim's", "kim's ballot", "public", "public too"]
    assert await bodies(memory, "lee") == ["lee's", "public", "public too"]


async def test_a_long_room_begins_with_its_last_entries_oldest_first(memory: Transcript) -> None:
    for number in range(7):
        await say(memory, str(number))
    assert await bodies(memory, limit=3) == ["4", "5", "6"]
    assert await bodies(memory, since=1, limit=3) == ["4", "5", "6"]


async def test_what_stands_before_an_entry_is_what_its_viewer_may_see(memory: Transcript) -> None:
    for number in range(4):
        await say(memory, str(number))
        await say(memory, f"lee's {number}", to="lee")
    mine, gone = await say(memory, "kim's", to="kim"), await say(memory, "gone")
    await memory.remove(gone.id, NOON)
    last = await say(memory, "last")
    assert [e.body for e in await memory.earlier("study", "kim", last.id, 3)] == ["2", "3", "kim's"]
    assert [e.body for e in await memory.earlier("study", "kim", mine.id, 9)] == ["0", "1", "2", "3"]
    assert await memory.earlier("elsewhere", "kim", last.id, 9) == ()


async def test_versions_of_a_burst_are_all_different_and_without_gaps(memory: Transcript) -> None:
    entries = await asyncio.gather(*(say(memory, str(number)) for number in range(60)))
    assert sorted(entry.version for entry in entries) == list(range(1, 61))


async def test_a_burst_with_one_key_adds_one_entry(memory: Transcript) -> None:
    entries = await asyncio.gather(*(say(memory, "question", key="k1") for _ in range(20)))
    assert len({entry.id for entry in entries}) == 1
    assert await bodies(memory) == ["question"]


@pytest.mark.parametrize(
    "body", ["<script>alert(1)</script>", "'; DROP TABLE transcript; --", "שלום 👩‍🚀 \u200b", "x" * 100_000]
)
async def test_strange_texts_are_kept_to_the_letter(memory: Transcript, body: str) -> None:
    entry = await say(memory, body)
    found = await memory.get(entry.id)
    assert found is not None
    assert found.body == body


async def test_a_half_typed_form_is_kept_per_viewer_and_form(memory: Transcript) -> None:
    await memory.keep_typed("kim", "answer:1", {"text": "I would"}, NOON)
    await memory.keep_typed("kim", "answer:1", {"text": "I would ask", "consent": "named"}, LATER)
    assert await memory.typed("kim", "answer:1") == {"text": "I would ask", "consent": "named"}
    assert await memory.typed("lee", "answer:1") == {}
    assert await memory.typed("kim", "answer:2") == {}


@pytest.mark.parametrize("nothing", [{}, {"text": "", "note": ""}])
async def test_empty_values_drop_a_half_typed_form(memory: Transcript, nothing: dict[str, str]) -> None:
    await memory.keep_typed("kim", "answer:1", {"text": "I would"}, NOON)
    await memory.keep_typed("kim", "answer:1", nothing, LATER)
    await memory.keep_typed("kim", "answer:1", nothing, LATER)
    assert await memory.typed("kim", "answer:1") == {}


async def test_of_one_viewer_the_thirty_forms_that_were_typed_in_last_are_kept(memory: Transcript) -> None:
    await memory.keep_typed("lee", "form", {"text": "lee's"}, NOON)
    for number in range(MOST_TYPED + 1):
        await memory.keep_typed("kim", f"form {number}", {"text": "half"}, NOON + timedelta(seconds=number))
        await memory.keep_typed("kim", "form 0", {"text": "again"}, LATER)
    kept = [number for number in range(MOST_TYPED + 1) if await memory.typed("kim", f"form {number}")]
    assert kept == [0, *range(2, MOST_TYPED + 1)]
    assert await memory.typed("lee", "form") == {"text": "lee's"}


async def test_replies_that_name_somebody_are_blanked_and_nothing_else(
    memory: Transcript, database: Database
) -> None:
    for key, body in (
        ("r1", "100%_/sure is first"),
        ("r2", "100 percent sure is second"),
        ("r3", "Kim (100%_/sure) is third"),
        ("r4", "Ada is fourth"),
        ("abc", "100%_/sure was delivered"),
    ):
        await say(memory, body, key=key)
    await say(memory, "100%_/sure, privately", to="kim", key="r5")
    seen = await memory.version()
    await database.write(lambda tx: blank_replies(tx, ("100%_/sure", "Nobody", "Ada"), LATER))
    assert await bodies(memory) == [
        "100 percent sure is second",
        "100%_/sure was delivered",
        "100%_/sure, privately",
    ]
    assert len(await memory.changes("study", "kim", seen)) == 3
    await database.write(lambda tx: blank_replies(tx, (), LATER))


async def test_private_cards_of_a_slot_are_blanked_for_everyone(
    memory: Transcript, database: Database
) -> None:
    await say(memory, "kim's", to="kim", slot="best:1")
    await say(memory, "lee's", to="lee", slot="best:1")
    await say(memory, "kim's other", to="kim", slot="best:2")
    await say(memory, "public", slot="best:1")
    await database.write(lambda tx: blank_private(tx, ["best:1", "best:9"], LATER))
    await database.write(lambda tx: blank_private(tx, [], LATER))
    assert await bodies(memory, "kim") == ["kim's other", "public"]
    assert await bodies(memory, "lee") == ["public"]


async def test_what_a_viewer_was_shown_is_exported_and_forgotten(
    memory: Transcript, database: Database
) -> None:
    await say(memory, "kim's", to="kim", slot="answer")
    await say(memory, "kim's other account", to="kim2", slot="board")
    await say(memory, "lee's", to="lee", slot="answer")
    await memory.keep_typed("kim", "answer:1", {"text": "half"}, NOON)
    await memory.keep_typed("lee", "answer:1", {"text": "lee's half"}, NOON)
    both = {"kim", "kim2"}
    found = await database.read(lambda tx: export_viewer(tx, both))
    assert [each["place"] for each in found["private_cards"]] == ["answer", "board"]
    assert [each["fields"] for each in found["half_typed_forms"]] == [{"text": "half"}]
    await database.write(lambda tx: forget_viewer(tx, both, LATER))
    assert await database.read(lambda tx: export_viewer(tx, both)) == {
        "private_cards": [],
        "half_typed_forms": [],
    }
    assert await bodies(memory, "lee") == ["lee's"]
    assert await memory.typed("lee", "answer:1") == {"text": "lee's half"}
