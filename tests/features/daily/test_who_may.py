"""Who may use what the daily round can do: nobody from outside, and nobody who left or was barred."""

from dataclasses import fields, replace

import pytest

from bot.chat.actions import Action, encode
from bot.chat.cards import Accent, Ask, Reply
from bot.chat.dispatch import Route
from bot.chat.requests import Identity, Place, Press, Submit
from bot.database.transaction import Transaction
from bot.features.daily import answering, asking, practice
from bot.features.daily.actions import Moderate, PickPast, Practise, SaveAnswer, SaveNote
from bot.features.daily.ballots import handlers as voting
from bot.features.daily.moderation import handlers as moderation
from bot.features.daily.organising import handlers as organising
from bot.features.daily.reveal import handlers as reading
from bot.membership.tables import members
from tests.features.daily.acting import WENT_WRONG, changed, member_id_of, tables, title
from tests.features.daily.scenes import FOUR, ballot_of
from tests.support.local_driver import HERE, LocalDriver, card_of, local_app

ROOMS = (answering, asking, moderation, organising, practice, reading, voting)
ROUTES = tuple(route for room in ROOMS for route in room.ROUTES)
ELSEWHERE = Place("slack", "T1", "C1", "theirs")


def made(route: Route, number: int = 1) -> Action:
    """An action of a route, with this number for every id."""
    if route.action is Moderate:
        return Moderate(number, number, "remove")
    if route.action is Practise:
        return Practise("", "", 0)
    values = {"int": number, int: number, "bool": True, bool: True, "str": "x", str: "x"}
    return route.action(**{f.name: values[f.type] for f in fields(route.action)})


async def use(v: LocalDriver, who: Identity, action: Action, place: Place | None) -> Reply:
    """Press or send an action as somebody, somewhere."""
    if isinstance(action, SaveAnswer | SaveNote):
        what: Press | Submit = Submit(encode(action), {"answer": "Mine.", "note": "Mine."})
    elif type(action).__name__ == "PractiseSave":
        what = Submit(encode(action), {"answer": "Mine."})
    else:
        what = Press(encode(action), ("1",) if isinstance(action, PickPast) else ())
    request = v.request("nobody", what, place=place)
    return await v.handle(replace(request, who=who))


def test_everything_says_who_may() -> None:
    commands = [command for room in ROOMS for command in getattr(room, "COMMANDS", ())]
    assert all(each.who is not None for each in (*ROUTES, *commands))


@pytest.mark.parametrize("place", [None, ELSEWHERE], ids=["privately", "in a channel of their own"])
async def test_somebody_of_another_workspace_can_do_nothing(sqlite_url: str, place: Place | None) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        before = await tables(v)
        stranger = Identity("slack", "T1", "U1", "Mallory")
        for route in ROUTES:
            refused = await use(v, stranger, made(route), place)
            assert not isinstance(refused, Ask), route.action
            assert card_of(refused).accent is Accent.BAD, route.action
            assert title(refused) != WENT_WRONG, route.action
        assert changed(before, await tables(v)) == set()


@pytest.mark.parametrize("how", ["left_at", "barred_at"])
async def test_whoever_left_can_do_nothing_privately_and_whoever_is_barred_nowhere(
    sqlite_url: str, how: str
) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        ada = await member_id_of(v, "ada")

        async def work(tx: Transaction) -> None:
            await tx.change(members, ada, {how: v.clock()})

        await v.app.database.write(work)
        before = await tables(v)
        who = Identity("local", "room", "ada", "Ada")
        for route in ROUTES:
            for place in (None,) if how == "left_at" else (None, HERE):
                refused = await use(v, who, made(route), place)
                assert not isinstance(refused, Ask), route.action
                assert card_of(refused).accent is Accent.BAD, route.action
                assert title(refused) != WENT_WRONG, route.action
        assert changed(before, await tables(v)) == set()


async def test_what_there_is_not_is_said_to_be_gone(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        await v.command("ada", "question today")
        before = await tables(v)
        for route in ROUTES:
            if "round_id" in {f.name for f in fields(route.action)}:
                refused = await use(v, Identity("local", "room", "ada", "Ada"), made(route, 10**17), HERE)
                assert title(refused) == "This question is gone", route.action
        assert changed(before, await tables(v)) == set()
