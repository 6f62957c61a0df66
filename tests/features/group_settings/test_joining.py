"""Who may join: anyone in the channel, who has a role, or by invitation; organisers hear of a crowd once."""

import re
from dataclasses import replace

import pytest

from bot.access.actions import AskJoin, EnterJoin
from bot.access.door import CROWD
from bot.chat.actions import encode
from bot.chat.cards import Refuse, Reply, RoleSelect
from bot.chat.requests import Invoke, Place, Press, Submit
from bot.features.group_settings.actions import Assign, Invite
from bot.membership.code_rules import MOST_WRONG
from bot.membership.tables import codes, members
from tests.features.daily.acting import ORGANISERS_ONLY, changed, member_of, name_organiser, tables, title
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, card_of, labels, local_group, words

ATTIC = Place("local", "room", "attic", "attic")
CLOSED = "This group is by invitation"
INSIDE = "You are in the group"
CROWDED = "Many people are joining your group"


async def close_door(v: LocalDriver) -> Reply:
    """Let newcomers in by invitation only; the settings card."""
    return await v.act(ORGANISER, Assign(1, "door"), "invited")


async def invitation(v: LocalDriver) -> str:
    """A fresh code, from the settings."""
    shown = await v.press(ORGANISER, await v.command(ORGANISER, "group settings"), "Invite somebody")
    found = re.search(r"Code: `([0-9A-Z-]+)`", words(shown))
    assert found
    return found[1]


async def enter(v: LocalDriver, user: str, code: str) -> Reply:
    """What comes of a code that somebody enters after they were refused."""
    refused = await v.command(user, "question today")
    return await v.fill(user, await v.press(user, refused, "Enter the code"), code=code)


def _role_lists(shown: Reply) -> list[RoleSelect]:
    return [c for row in card_of(shown).controls for c in row if isinstance(c, RoleSelect)]


async def names(v: LocalDriver) -> set[str]:
    """The members."""
    return {row.name for row in await v.rows(members)}


@pytest.mark.parametrize("path", ["question today", "answer", "vote", "leaderboard", "my home", "quiz start"])
async def test_by_invitation_a_newcomers_first_press_is_refused_and_says_what_to_do(
    sqlite_url: str, path: str
) -> None:
    async with local_group(sqlite_url) as v:
        await close_door(v)
        before = await tables(v)
        refused = await v.command("mira", path)
        assert title(refused) == CLOSED
        assert "Ask one of them for an invitation code" in words(refused)
        assert changed(before, await tables(v)) == set()
        (question,) = v.channel()
        assert title(await v.press("mira", question, "Answer")) == CLOSED
        assert changed(before, await tables(v)) == set()


async def test_who_is_in_stays_in_and_who_left_needs_an_invitation(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("mira", "question today")
        await v.command("tomas", "question today")
        await close_door(v)
        await v.answer("mira", "I was here before the door was closed.")
        await v.press("tomas", await v.command("tomas", "my leave"), "Leave")
        assert (await member_of(v, "mira")).left_at is None
        assert title(await v.command("tomas", "question today")) == CLOSED
        assert title(await enter(v, "tomas", await invitation(v))) == INSIDE
        assert (await member_of(v, "tomas")).left_at is None


async def test_a_code_lets_one_person_in_and_no_second(database_url: str) -> None:
    async with local_group(database_url) as v:
        await close_door(v)
        code = await invitation(v)
        assert title(await enter(v, "mira", code)) == INSIDE
        assert isinstance(await enter(v, "tomas", code), Refuse)
        assert await names(v) == {"Olga", "Mira"}
        assert title(await v.command("mira", "question today")) != CLOSED
        assert title(await v.fill("mira", await v.act("mira", AskJoin(1)), code=code)) == INSIDE


async def test_a_code_is_too_old_after_ten_minutes_and_one_for_connecting_lets_nobody_in(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        await close_door(v)
        code = await invitation(v)
        await v.pass_time(minutes=10)
        assert isinstance(await enter(v, "mira", code), Refuse)
        connect = re.search(r"Code: `([0-9A-Z-]+)`", words(await v.command(ORGANISER, "group connect")))
        assert connect
        assert isinstance(await enter(v, "mira", connect[1]), Refuse)
        assert await names(v) == {"Olga"}


async def test_wrong_codes_count_for_the_one_who_types(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await close_door(v)
        for _ in range(MOST_WRONG):
            assert isinstance(await enter(v, "eve", "K7QM2-XH9PA"), Refuse)
        code = await invitation(v)
        assert title(await enter(v, "eve", code)) == "Too many wrong codes"
        assert title(await enter(v, "mira", code)) == INSIDE


async def test_a_code_is_for_the_channel_and_for_organisers_to_make(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("mira", "question today")
        await close_door(v)
        assert title(await v.act("mira", Invite(1))) == ORGANISERS_ONLY
        private = v.request("eve", Press(encode(AskJoin(1))), place=None)
        assert title(await v.handle(private)) == "This belongs to a group that you are not in"
        assert await v.rows(codes) == []


async def test_an_invitation_lets_nobody_into_another_group(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.handle(v.request(ORGANISER, Invoke("group setup", {}), place=ATTIC))
        await close_door(v)
        there = v.request("mira", Submit(encode(EnterJoin(2)), {"code": await invitation(v)}), place=ATTIC)
        assert isinstance(await v.handle(there), Refuse)
        assert await names(v) == {"Olga"}


async def test_who_manages_the_channel_always_comes_in_and_can_open_the_door(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        assert "Invite somebody" in labels(await close_door(v))
        await v.press(ORGANISER, await v.command(ORGANISER, "my leave"), "Leave")
        assert title(await v.command(ORGANISER, "question today")) != CLOSED
        assert "Invite somebody" not in labels(await v.act(ORGANISER, Assign(1, "door"), "anyone"))
        assert title(await v.act(ORGANISER, Invite(1))) == "Nobody needs an invitation"
        await v.command("mira", "question today")
        assert "Mira" in await names(v)


async def test_by_a_role_who_has_it_joins_and_everyone_else_reads_which_one(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        settings = await v.command(ORGANISER, "group settings")
        assert _role_lists(await v.choose_change(settings, "door")) == []  # the room has no roles
        v.watched.has_roles = True
        (roles,) = _role_lists(await v.choose_change(settings, "door"))
        assert "Nobody can be given that role" in words(await v.act(ORGANISER, roles.action))
        await v.command("early", "question today")
        by_role = await v.act(ORGANISER, roles.action, "7")
        assert "only those with a chosen role, or by invitation" in words(by_role)
        asks = {who: v.request(who, Invoke("question today", {})) for who in ("mira", "tomas", "eve")}
        for refused in (asks["mira"], replace(asks["mira"], roles=frozenset({"8"}))):
            said = await v.handle(refused)
            assert title(said) == "You need a role to join"
            assert "Members with the role <role 7> may join" in words(said)
        await v.handle(replace(asks["tomas"], roles=frozenset({"7", "8"})))
        await v.handle(replace(asks["eve"], place=ATTIC, roles=frozenset({"7"})))
        assert title(await enter(v, "mira", await invitation(v))) == INSIDE
        await v.command("early", "question today")
        assert await names(v) == {"Olga", "Early", "Tomas", "Mira"}
        await close_door(v)
        assert title(await v.handle(replace(asks["eve"], roles=frozenset({"7"})))) == CLOSED


async def test_organisers_are_told_once_of_a_crowd_and_can_close_the_door_there(database_url: str) -> None:
    async with local_group(database_url) as v:
        await name_organiser(v, "mira")  # somebody whom the room can write to
        for n in range(CROWD - 3):  # both organisers are new, too
            await v.command(f"new{n}", "question today")
        await v.tick()
        assert CROWDED not in [c.title for c in v.private("mira")]
        for n in range(CROWD, CROWD + 5):
            await v.command(f"new{n}", "question today")
        await v.tick()
        await v.tick(minutes=30)
        await v.command("one more", "question today")
        await v.tick()
        (told,) = [c for c in v.private("mira") if c.title == CROWDED]
        assert title(await v.choose("mira", told, "invited")) == "Group settings"
        assert title(await v.command("late", "question today")) == CLOSED


async def test_as_many_over_some_hours_are_no_crowd(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await name_organiser(v, "mira")  # somebody whom the room can write to
        for n in range(CROWD + 10):
            await v.pass_time(minutes=2)
            await v.command(f"new{n}", "question today")
        await v.pass_time(hours=2)
        for n in range(CROWD + 10):  # who is in already is no newcomer
            await v.command(f"new{n}", "question today")
        await v.command("late", "question today")
        await v.tick()
        assert CROWDED not in [c.title for c in v.private("mira")]
