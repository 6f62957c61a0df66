"""Organisers who left or were barred organise nothing any more: not by a command, and not by a button they still see."""

import pytest

from bot.chat.requests import Invoke
from bot.features.daily.actions import CloseNow, PostNow, RevealNow
from bot.features.group_settings.actions import AskConnect, Pause
from bot.membership.queries import change_member
from tests.features.daily.acting import (
    ORGANISERS_ONLY,
    changed,
    member_id_of,
    member_of,
    name_organiser,
    tables,
    title,
)
from tests.support.local_driver import LocalDriver, local_group

OUT = ("left_at", "barred_at")
"""What is set of a member who is out; the mark may stand, as when a barred account is joined with an organiser's."""


async def out(v: LocalDriver, user: str, how: str) -> None:
    """Put an organiser out, and let the mark stand."""
    await name_organiser(v, user)
    assert (await member_of(v, user)).organiser
    now, member_id = v.clock(), await member_id_of(v, user)
    await v.app.database.write(lambda tx: change_member(tx, member_id, **{how: now}))


@pytest.mark.parametrize("how", OUT)
async def test_an_organiser_who_is_out_has_none_of_the_organisers_commands(sqlite_url: str, how: str) -> None:
    async with local_group(sqlite_url) as v:
        await out(v, "mira", how)
        before = await tables(v)
        dispatcher = v.app.dispatcher
        paths = [command.name for command in dispatcher.registry if command.organisers]
        assert "group pause" in paths
        for path in paths:
            assert title(await v.command("mira", path)) == ORGANISERS_ONLY, path
        assert not await dispatcher.may_organise(v.request("mira", Invoke("help", {})))
        assert title(await v.act("mira", AskConnect())) == ORGANISERS_ONLY
        assert changed(before, await tables(v)) == set()


@pytest.mark.parametrize("how", OUT)
async def test_an_organiser_who_is_out_moves_nothing_with_an_old_button(sqlite_url: str, how: str) -> None:
    async with local_group(sqlite_url) as v:
        await out(v, "mira", how)
        before = await tables(v)
        for action in (Pause(1), PostNow(1, 1)):
            assert title(await v.act("mira", action)) == ORGANISERS_ONLY
        assert changed(before, await tables(v)) == set()


async def test_an_organiser_who_leaves_and_comes_back_by_an_old_button_is_a_member_like_others(
    database_url: str,
) -> None:
    async with local_group(database_url) as v:
        await name_organiser(v, "mira")
        closing = await v.command("mira", "round close")
        await v.press("mira", await v.command("mira", "my leave"), "Leave")
        assert title(await v.press("mira", closing, "Close answers")) == ORGANISERS_ONLY
        await v.command("mira", "question today")
        assert (await member_of(v, "mira")).left_at is None
        for action in (CloseNow(1), RevealNow(1), Pause(1)):
            assert title(await v.act("mira", action)) == ORGANISERS_ONLY
        assert title(await v.command("mira", "group pause")) == ORGANISERS_ONLY
