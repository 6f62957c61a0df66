"""Sharing a board: once an hour, in the group's own channel, by consent in every word and every pixel."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.chat.cards import Picture, Private, Public, Reply, Table
from bot.chat.requests import Invoke, Place
from bot.database.engine import Database
from bot.database.transaction import Transaction
from bot.features.leaderboard.actions import ShareBoard
from bot.features.leaderboard.pictures import board_alt, board_scene
from bot.features.leaderboard.reading import public_board, wanted
from bot.membership.model import Naming, Tone
from bot.membership.queries import load_group, members_by_id
from bot.membership.tables import groups, members
from bot.services import RequestTransaction
from tests.features.leaderboard.crowded import PEOPLE, SEVEN, call_by_name, crowd, give, streak, tables
from tests.support.room import HERE, Room, button, card_of, words


async def share(room: Room, user: str, board: str = "points") -> Reply:
    """Ask for a board, and press Share."""
    shown = await room.command(user, "leaderboard", {"board": board})
    return await room.press(user, button(shown, "Share").action)


def picture_of(reply: Reply) -> Picture:
    (found,) = [b for b in card_of(reply).blocks if isinstance(b, Picture)]
    return found


async def drawn(room: Room, board: str = "points") -> str:
    """Every word that the shared picture of a board draws, and its alt text."""
    request = room.request("ann", Invoke("leaderboard", {}))

    async def read(tx: Transaction) -> str:
        asking = RequestTransaction(tx, request, room.services, reads=True)
        asking.group = await load_group(tx, 1)
        found = await public_board(asking, wanted(asking, board, "", ""))
        assert found is not None
        return " | ".join((*board_scene(*found).said, board_alt(*found)))

    return await room.database.read(read)


async def test_a_friendly_group_shares_its_goal_and_three_names_by_consent(database: Database) -> None:
    room = await crowd(database)
    await give(room, SEVEN)
    await give(room, {"ann": 400}, room.now.date() - timedelta(weeks=1))
    await call_by_name(room, "olga", "bob")
    reply = await share(room, "fay")
    assert isinstance(reply, Public)
    (table,) = tables(reply)
    assert [row[1] for row in table.rows] == ["Olga", "Someone", "Bob"]
    assert "**Together this week**: 280 of 400 points, 70% of the way." in words(reply)
    assert "You" not in words(reply)
    assert card_of(reply).controls == ()


async def test_a_competitive_group_shares_its_top_ten(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database, Tone.COMPETITIVE, ("olga", *(f"m{n}" for n in range(15))))
    await give(room, {f"m{n}": 100 - n for n in range(15)})
    (table,) = tables(await share(room, "m14"))
    assert [row[0] for row in table.rows] == [*map(str, range(1, 11))]
    assert {row[1] for row in table.rows} == {"Someone"}


async def test_a_board_is_shared_once_an_hour_and_who_is_early_is_told_when(
    sqlite_database: Database,
) -> None:
    room = await crowd(sqlite_database)
    await give(room, SEVEN)
    assert isinstance(await share(room, "ann"), Public)
    room.now += timedelta(minutes=59)
    early = await share(room, "bob", "points")
    assert isinstance(early, Private)
    assert card_of(early).title == "Already shared"
    assert (room.now + timedelta(minutes=1)).isoformat() in words(early)
    room.now += timedelta(minutes=1)
    assert isinstance(await share(room, "bob"), Public)


async def test_the_hour_is_the_groups_own(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, SEVEN)
    await room.database.write(
        lambda c: c.execute(update(groups).values(shared_at=room.now - timedelta(hours=2)))
    )
    assert isinstance(await share(room, "ann"), Public)
    assert (await room.rows(groups))[0].shared_at == room.now


@pytest.mark.parametrize("place", [None, replace(HERE, channel="elsewhere")])
async def test_a_board_is_shared_only_where_its_group_meets(
    sqlite_database: Database, place: Place | None
) -> None:
    room = await crowd(sqlite_database)
    await give(room, SEVEN)
    action = button(await room.command("ann", "leaderboard"), "Share").action
    reply = await room.press("ann", action, place=place)
    assert isinstance(reply, Private)
    assert "own channel" in words(reply)
    assert (await room.rows(groups))[0].shared_at is None


async def test_what_is_empty_hidden_or_calm_cannot_be_shared_by_an_old_button(
    sqlite_database: Database,
) -> None:
    room = await crowd(sqlite_database)
    empty = await room.press("ann", ShareBoard(1, "points", "week", ""))
    assert "Nothing to share yet" in words(empty)
    await give(room, SEVEN)
    await room.database.write(lambda c: c.execute(update(groups).values(tone=Tone.CALM.value)))
    calm = await room.press("ann", ShareBoard(1, "points", "week", ""))
    assert "Nothing to share yet" in words(calm)
    await room.database.write(lambda c: c.execute(update(groups).values(tone=Tone.FRIENDLY.value)))
    room.now += timedelta(days=15)
    few = await room.press("ann", ShareBoard(1, "points", "all", ""))
    assert isinstance(few, Private)
    assert "Nothing to share yet" in words(few)


@pytest.mark.parametrize("board", ["points", "helped", "quiz", "streak"])
@pytest.mark.parametrize("tone", [Tone.FRIENDLY, Tone.COMPETITIVE])
async def test_who_did_not_consent_is_named_in_no_word_no_pixel_and_no_alt_text(
    sqlite_database: Database, board: str, tone: Tone
) -> None:
    room = await crowd(sqlite_database, tone)
    if board == "streak":
        await streak(room, SEVEN)
    else:
        await give(room, SEVEN, board=board, out_of=70 if board == "quiz" else 0)
    await call_by_name(room, "bob")

    async def owl(tx: Transaction) -> None:
        hidden = {"naming": Naming.PSEUDONYM.value, "pseudonym": "Night Owl"}
        await tx.execute(update(members).where(members.c.name == "Ann").values(**hidden))

    await room.database.write(owl)
    pixels = await drawn(room, board)
    reply = await share(room, "fay", board)
    everything = " | ".join((words(reply), picture_of(reply).alt, pixels))
    assert "Night Owl" in pixels
    assert "Bob" in picture_of(reply).alt
    for secret in ("Olga", "Ann", "Cem", "Dee", "Eve", "Fay"):
        assert secret not in everything


async def test_the_picture_is_a_png_that_says_in_words_what_it_shows_and_a_table_stands_beside_it(
    sqlite_database: Database,
) -> None:
    room = await crowd(sqlite_database)
    await give(room, SEVEN)
    await call_by_name(room, *PEOPLE)
    reply = await share(room, "ann")
    picture = picture_of(reply)
    assert picture.data.startswith(b"\x89PNG")
    assert picture.alt == "Leaderboard. Points, this week. 1: Olga, 70. 2: Ann, 60. 3: Bob, 50."
    assert any(isinstance(block, Table) for block in card_of(reply).blocks)


async def test_a_pseudonym_that_was_taken_back_is_gone_at_the_next_sharing(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, SEVEN)
    await call_by_name(room, "olga")
    assert "Olga" in await drawn(room)
    await room.database.write(
        lambda c: c.execute(update(members).values(naming=Naming.UNNAMED.value, pseudonym=""))
    )
    assert "Olga" not in await drawn(room)
    known = await room.database.read(lambda c: members_by_id(c, frozenset({1})))
    assert known[1].shown == ""
