"""The local room as a platform: what the core posts, edits and looks up."""

import pytest

from adapters.local import LocalRoom, RoomMember
from bot.chat.platform import GoneError, NoAccessError, UnreachableError
from bot.chat.requests import Identity, MessageRef, Place
from tests.adapters.local.memory_transcript import MemoryTranscript
from tests.adapters.local.product import MEMBERS, NOON, Clock, question, room_over


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def room(clock: Clock) -> LocalRoom:
    return room_over(MemoryTranscript(), clock)


@pytest.mark.parametrize("message", ["1", "99", "no number", "٣", ""])
async def test_an_edit_of_what_is_gone_says_so(room: LocalRoom, message: str) -> None:
    await room.post(room.place, question(), "k1")
    await room.transcript.remove(1, NOON)
    with pytest.raises(GoneError):
        await room.edit(MessageRef("local", "room", "study", message), question())


async def test_other_channels_and_strangers_are_refused_with_a_sentence(room: LocalRoom) -> None:
    elsewhere = Place("local", "room", "attic")
    stranger = Identity("local", "room", "nobody")
    with pytest.raises(NoAccessError):
        await room.post(elsewhere, question(), "k1")
    with pytest.raises(UnreachableError):
        await room.post(stranger, question(), "k2")
    with pytest.raises(NoAccessError):
        await room.post(Place("elsewhere", "room", "study"), question(), "k3")
    assert await room.problems(elsewhere) == ("The local room has one channel, #study.",)
    assert await room.problems(stranger) == ("Nobody by that name is in the local room.",)
    assert await room.problems(room.place) == ()


async def test_open_pages_hear_the_bell_when_something_is_posted(room: LocalRoom) -> None:
    with room.bell() as bell:
        assert not bell.is_set()
        await room.post(room.place, question(), "k1")
        assert bell.is_set()


def test_members_say_what_they_are() -> None:
    assert [m.label for m in MEMBERS[:2]] == ["You (organiser)", "Mira (sample)"]
    assert RoomMember("a", "Ana").label == "Ana"


def test_a_room_needs_members_who_differ() -> None:
    twice = (RoomMember("a", "Ana"), RoomMember("a", "Anna"))
    for members in ((), twice):
        with pytest.raises(ValueError, match="members"):
            LocalRoom(MemoryTranscript(), members, clock=Clock())
