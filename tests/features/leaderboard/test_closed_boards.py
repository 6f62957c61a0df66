"""Boards that are closed, calm or empty, and who has no place on them."""

from datetime import date, timedelta

from sqlalchemy import insert, update

from bot.access.greeting import WELCOME
from bot.chat.cards import Private
from bot.database.engine import Database
from bot.database.transaction import Transaction
from bot.features.daily.tables import answers, ballots, rounds
from bot.features.leaderboard.actions import ShowBoard
from bot.membership.model import Naming, Tone
from bot.membership.tables import groups, members
from tests.features.leaderboard.crowded import PEOPLE, call_by_name, crowd, give, tables
from tests.support.room import card_of, fact, words


async def test_whoever_has_no_points_yet_is_told_the_first_step(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, {"ann": 9})
    assert "you have none yet" in words(await room.command("fay", "leaderboard"))


async def test_a_pseudonym_is_shown_and_whoever_left_or_was_barred_is_not(database: Database) -> None:
    room = await crowd(database)
    await give(room, {"olga": 7, "ann": 6, "bob": 5})

    async def work(tx: Transaction) -> None:
        owl = {"naming": Naming.PSEUDONYM.value, "pseudonym": "Night Owl"}
        await tx.execute(update(members).where(members.c.name == "Bob").values(**owl))
        await tx.execute(update(members).where(members.c.name == "Ann").values(left_at=room.now))
        await tx.execute(update(members).where(members.c.name == "Olga").values(barred_at=room.now))

    await database.write(work)
    reply = await room.command("cem", "leaderboard", {"period": "all"})
    assert tables(reply)[0].rows == (("1", "Night Owl", "5"),)


async def test_who_wants_to_be_left_out_has_no_place_and_is_told_their_own_count(
    sqlite_database: Database,
) -> None:
    room = await crowd(sqlite_database, Tone.COMPETITIVE, PEOPLE[:5])
    await give(room, {"olga": 7, "ann": 6, "bob": 5})

    async def work(tx: Transaction) -> None:
        await tx.execute(update(members).where(members.c.name == "Ann").values(naming=Naming.OUT.value))

    await sqlite_database.write(work)
    (board,) = tables(await room.command("bob", "leaderboard"))
    assert board.rows == (("1", "Someone", "7"), ("2", "You", "5"))
    own = await room.command("ann", "leaderboard")
    assert "you have 6. Boards leave you out, as you asked." in words(own)
    assert "You" not in [row[1] for table in tables(own) for row in table.rows]


async def test_sample_members_are_marked_on_the_board(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, {"ann": 6, "bob": 5})
    await call_by_name(room, "ann")

    async def work(tx: Transaction) -> None:
        await tx.execute(update(members).where(members.c.name.in_(["Ann", "Bob"])).values(sample=True))

    await sqlite_database.write(work)
    (board,) = tables(await room.command("cem", "leaderboard", {"period": "all"}))
    assert [row[1] for row in board.rows] == ["Ann (sample)", "Someone (sample)"]


async def test_the_board_opens_at_five_active_members_and_ones_own_points_are_always_shown(
    sqlite_database: Database,
) -> None:
    room = await crowd(sqlite_database, people=PEOPLE[:3])
    await give(room, {"ann": 9})
    reply = await room.command("ann", "leaderboard")
    assert "The board opens at five active members; there are 3 now." in words(reply)
    assert fact(reply, "Your points this week") == "9"
    assert (tables(reply), card_of(reply).buttons()) == ([], ())


async def test_members_who_were_away_for_two_weeks_do_not_keep_a_board_open(
    sqlite_database: Database,
) -> None:
    room = await crowd(sqlite_database)
    room.now += timedelta(days=15)
    assert "you are the first." in words(await room.command("ann", "leaderboard"))


async def test_a_calm_group_keeps_no_score_and_shows_ones_own_record(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database, Tone.CALM)
    await give(room, {"ann": 9})
    ann = next(m for m in await room.rows(members) if m.name == "Ann")

    async def work(tx: Transaction) -> None:
        for slot, state in enumerate(("sealed", "late", "passed")):
            values = {
                "group_id": ann.group_id,
                "local_date": date(2026, 11, 25),
                "slot": slot,
                "question": {},
            }
            made = await tx.execute(
                insert(rounds).values(**values, opened_at=room.now).returning(rounds.c.id)
            )
            row = {"round_id": made.scalar(), "member_id": ann.id}
            await tx.execute(
                insert(answers).values(**row, state=state, created_at=room.now, updated_at=room.now)
            )
            done = room.now if slot else None
            await tx.execute(insert(ballots).values(**row, started_at=room.now, finished_at=done))

    await sqlite_database.write(work)
    reply = await room.command("ann", "leaderboard")
    assert "This group doesn't keep score; here is your own record." in words(reply)
    assert (fact(reply, "Answers you gave"), fact(reply, "Ballots you finished")) == ("2", "2")
    assert "9" not in words(reply)


async def test_the_board_is_a_button_too_and_a_first_step(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    group_id = (await room.rows(groups))[0].id
    reply = await room.press("newcomer", ShowBoard(group_id, ""))
    assert isinstance(reply, Private)
    assert WELCOME in words(reply)
    gone = await room.press("newcomer", ShowBoard(999, "week"))
    assert "no longer exists" in words(gone)
