"""Who is in the room: added, renamed and removed by its organiser, and remembered."""

import pytest

from adapters.local.people import MOST_MEMBERS, PeopleError, changed
from adapters.local.room import RoomMember
from tests.adapters.local.visitor import visiting
from tests.support.local_driver import local_app

YOU = RoomMember("you", "You", organiser=True)
MIRA = RoomMember("mira", "Mira", sample=True)


def test_members_are_renamed_and_added_with_a_user_of_their_own() -> None:
    wanted = [("you", "Ada"), ("mira", " Mira  B. "), ("", "Mira"), ("", "Zoë Ng"), ("", "李")]
    assert changed((YOU, MIRA), wanted) == (
        RoomMember("you", "Ada", organiser=True),
        RoomMember("mira", "Mira B.", sample=True),
        RoomMember("mira-2", "Mira"),
        RoomMember("zoe-ng", "Zoë Ng"),
        RoomMember("member", "李"),
    )
    assert changed((YOU, MIRA), [("you", "You")]) == (YOU,)


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ([("mira", "Mira")], "The room's organiser stays."),
        ([("you", "You"), ("", "  ")], "Each member needs a name."),
        ([("you", "You"), ("", "x" * 41)], "A name has at most 40 characters."),
        ([("you", "You"), ("", "you")], "There are two members called you."),
        ([("you", "You"), ("gone", "Gone")], "The list has changed meanwhile. Open it again."),
        ([("you", "You"), ("you", "Me")], "The list has changed meanwhile. Open it again."),
        ([("you", "You"), *(("", f"m{n}") for n in range(MOST_MEMBERS))], "A room has at most 20 members."),
    ],
)
def test_members_that_cannot_be_are_refused_with_the_reason(wanted: list[tuple[str, str]], why: str) -> None:
    with pytest.raises(PeopleError, match=why):
        changed((YOU, MIRA), wanted)


async def test_the_organiser_changes_who_is_here_and_whoever_is_removed_can_do_nothing() -> None:
    async with visiting() as visitor:
        before = [m.user for m in visitor.room.members]
        named = [{"user": "you", "name": "You"}, {"user": "", "name": "Noor"}]
        refused = await visitor.send("people", {"member": before[1], "people": named})
        assert (refused.status, [m.user for m in visitor.room.members]) == (403, before)
        done = await visitor.do("people", people=named)
        assert [(m["user"], m["label"]) for m in done["members"]] == [
            ("you", "You (organiser)"),
            ("noor", "Noor"),
        ]
        assert [m["user"] for m in (await visitor.state("noor"))["members"]] == ["you", "noor"]
        gone = await visitor.send("command", {"member": before[1], "id": "1", "line": "/help"})
        assert gone.status == 400
        for wrong in (None, ["Noor"], [{"user": "you"}]):
            assert (await visitor.send("people", {"member": "you", "people": wrong})).status == 400


async def test_who_is_in_the_room_outlasts_a_restart(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        members = changed(v.app.room.members, [("you", "You"), ("", "Noor")])
        await v.app.room.let_in(members)
        await v.restart()
        assert v.app.room.members == members
