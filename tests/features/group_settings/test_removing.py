"""Organisers remove a member: they are asked once, what is the member's own stays theirs, and the channel lets them back in."""

from bot.chat.actions import encode
from bot.chat.requests import Invoke, Press
from bot.features.acts.actions import Undo
from bot.features.daily.actions import OpenBallot
from bot.features.group_settings.actions import Pause, Remove
from tests.features.daily.acting import (
    ORGANISERS_ONLY,
    answer_of,
    changed,
    member_id_of,
    member_of,
    name_organiser,
    tables,
    title,
)
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, local_group, words

NOT_IN = "This belongs to a group that you are not in"


async def proposed(v: LocalDriver, typed: str) -> list[tuple[str, str]]:
    """What the option proposes for what was typed."""
    asking = v.request(ORGANISER, Invoke("group remove", {}))
    return [
        (c.label, c.value) for c in await v.app.dispatcher.complete(asking, "group remove", "member", typed)
    ]


async def remove(v: LocalDriver, user: str, by: str = ORGANISER) -> str:
    """Remove somebody, with the confirmation; the title of the last card."""
    ((_, value),) = await proposed(v, user)
    asked = await v.command(by, "group remove", member=value)
    assert title(asked) == "Remove this member?"
    assert (await member_of(v, user)).left_at is None, "nothing happened before the second press"
    return title(await v.press(by, asked, "Remove"))


async def test_a_removed_member_is_out_in_private_and_keeps_what_is_their_own(database_url: str) -> None:
    async with local_group(database_url) as v:
        for user in (ORGANISER, "mira", "tomas"):
            await v.answer(user, f"{user}: what I would say, in a sentence or two.", consent="named")
        await name_organiser(v, "mira")
        assert await remove(v, "mira") == "Removed from the group"
        gone = await member_of(v, "mira")
        assert (gone.left_at, gone.organiser) == (v.clock(), False)
        assert (await answer_of(v, "mira")).consent == "unnamed", "it will not be revealed under their name"
        await v.tick(days=1)
        private = v.request("mira", Press(encode(OpenBallot(1))), place=None)
        assert title(await v.handle(private)) == NOT_IN
        assert title(await v.act("mira", Pause(1))) == ORGANISERS_ONLY
        for path in ("my export", "my delete"):
            own = await v.handle(v.request("mira", Invoke(path, {}), place=None))
            assert "Nothing" not in title(own), path


async def test_who_was_removed_comes_back_by_an_undo_as_they_were_and_by_the_channel_like_others(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        await name_organiser(v, "mira")
        before = await member_of(v, "mira")
        await remove(v, "mira")
        assert title(await v.act(ORGANISER, Undo(2))) == "Undone"
        assert await member_of(v, "mira") == before
        await remove(v, "mira")
        await v.command("mira", "question today")
        back = await member_of(v, "mira")
        assert (back.left_at, back.organiser) == (None, False)
        assert title(await v.act(ORGANISER, Undo(4))) == "This can't be undone", "they are back already"


async def test_to_keep_changes_nothing_and_a_second_press_finds_nobody(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("mira", "question today")
        asked = await v.command(ORGANISER, "group remove", member="Mira")
        before = await tables(v)
        assert title(await v.press(ORGANISER, asked, "Keep")) == "Nobody was removed"
        assert changed(before, await tables(v)) == set()
        await v.press(ORGANISER, asked, "Remove")
        assert title(await v.press(ORGANISER, asked, "Remove")) == "This member has left the group"


async def test_two_of_one_name_are_told_apart_by_when_they_came(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("mira", "question today")
        await v.pass_time(days=400)
        await v.command("MIRA", "question today")
        first, second = str(await member_id_of(v, "mira")), str(await member_id_of(v, "MIRA"))
        assert await proposed(v, "mi") == [
            ("Mira (since 28 Dec 2027)", second),
            ("Mira (since 23 Nov 2026)", first),
        ]
        refused = await v.command(ORGANISER, "group remove", member="mira")
        assert title(refused) == "Several members have this name"
        asked = await v.command(ORGANISER, "group remove", member=first)
        assert "Mira (since 23 Nov 2026)" in words(asked).replace("*", "")


async def test_nobody_but_organisers_removes_and_nobody_removes_themselves(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("mira", "question today")
        own = await member_id_of(v, ORGANISER)
        before = await tables(v)
        assert title(await v.command("mira", "group remove", member=str(own))) == ORGANISERS_ONLY
        assert title(await v.act("mira", Remove(1, own, sure=True))) == ORGANISERS_ONLY
        assert title(await v.act(ORGANISER, Remove(1, own, sure=True))) == "This member has left the group"
        assert (
            title(await v.command(ORGANISER, "group remove", member="Olga"))
            == "There is no other member “Olga”"
        )
        assert changed(before, await tables(v)) == set()
