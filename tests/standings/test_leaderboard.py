"""The board, as members ask for it."""

from datetime import date, timedelta

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.cards import Private, Reply, Table
from bot.groups.entry import WELCOME
from bot.groups.model import Naming, Tone
from bot.standings.handlers import ShowBoard
from bot.standings.ledger import Award, award
from bot.store.database import Database
from bot.store.tables import answers, ballots, groups, members, rounds
from tests.groups.room import WEDNESDAY_NOON, Room, card_of, fact, words

PEOPLE = ("olga", "ann", "bob", "cem", "dee", "eve", "fay")


async def crowd(database: Database, tone: Tone = Tone.FRIENDLY, people: tuple[str, ...] = PEOPLE) -> Room:
    """A group in which everybody was there a moment ago."""
    room = Room(database)
    await room.start_group()
    for user in people[1:]:
        await room.command(user, "group status")

    async def set_tone(conn: AsyncConnection) -> None:
        await conn.execute(update(groups).values(tone=tone.value))

    await database.write(set_tone)
    return room


async def give(room: Room, points: dict[str, int], day: date = date(2026, 11, 25)) -> None:
    """Points for people, by user name."""
    ids = {m.name.lower(): m for m in await room.rows(members)}
    wanted = [
        Award(f"{day}:{who}", ids[who].group_id, ids[who].id, "training", "test", number, day, room.now)
        for who, number in points.items()
    ]
    await room.database.write(lambda conn: award(conn, wanted))


async def call_by_name(room: Room, *users: str) -> None:
    async def work(conn: AsyncConnection) -> None:
        names = [u.capitalize() for u in users]
        await conn.execute(update(members).where(members.c.name.in_(names)).values(naming=Naming.NAMED.value))

    await room.database.write(work)


def tables(reply: Reply) -> list[Table]:
    return [b for b in card_of(reply).blocks if isinstance(b, Table)]


async def test_the_board_shows_this_week_and_all_time_with_ranks_as_in_sport(database: Database) -> None:
    room = await crowd(database, Tone.COMPETITIVE)
    await give(room, {"ann": 9, "bob": 5, "cem": 5, "dee": 3})
    await give(room, {"dee": 20}, date(2026, 11, 10))
    await call_by_name(room, "ann", "cem")
    reply = await room.command("ann", "leaderboard")
    assert isinstance(reply, Private)
    week, all_time = tables(reply)
    assert week.rows == (("1", "You", "9"), ("2", "Someone", "5"), ("2", "Cem", "5"), ("4", "Someone", "3"))
    assert all_time.rows[0] == ("1", "Someone", "23")
    assert week.head == ("Rank", "Name", "Points")
    assert week.right == frozenset({0, 2})
    assert "This week**: 22 points together. You have 9." in words(reply)


async def test_one_period_can_be_asked_for(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, {"ann": 9})
    for period, title in (("week", "This week"), ("all", "All time")):
        reply = await room.command("ann", "leaderboard", {"period": period})
        assert len(tables(reply)) == 1
        assert title in words(reply)


async def test_last_weeks_points_are_not_this_weeks(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, {"ann": 9}, date(2026, 11, 22))
    reply = await room.command("ann", "leaderboard")
    assert "**This week**: no points yet." in words(reply)
    assert tables(reply)[0].rows == (("1", "You", "9"),)


async def test_the_week_is_the_groups_not_the_clocks(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, {"ann": 9}, date(2026, 11, 29))
    room.now = WEDNESDAY_NOON + timedelta(
        days=4, hours=11, minutes=30
    )  # Sunday 23:30 UTC is Monday in Berlin
    assert "**This week**: no points yet." in words(await room.command("ann", "leaderboard"))


async def test_a_friendly_group_names_three_and_shows_ones_own_neighbours_to_oneself(
    database: Database,
) -> None:
    room = await crowd(database)
    await give(room, {"olga": 70, "ann": 60, "bob": 50, "cem": 40, "dee": 30, "eve": 20, "fay": 10})
    await call_by_name(room, *PEOPLE)
    reply = await room.command("fay", "leaderboard", {"period": "week"})
    top, around = tables(reply)
    assert [row[1] for row in top.rows] == ["Olga", "Ann", "Bob"]
    assert around.rows == (("5", "Dee", "30"), ("6", "Eve", "20"), ("7", "You", "10"))
    assert "last" not in words(reply).lower()
    assert len(tables(await room.command("ann", "leaderboard", {"period": "week"}))) == 1


async def test_whoever_has_no_points_yet_is_told_the_first_step(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, {"ann": 9})
    assert "You have none yet" in words(await room.command("fay", "leaderboard"))


async def test_a_pseudonym_is_shown_and_whoever_left_or_was_barred_is_not(database: Database) -> None:
    room = await crowd(database)
    await give(room, {"olga": 7, "ann": 6, "bob": 5})

    async def work(conn: AsyncConnection) -> None:
        owl = {"naming": Naming.PSEUDONYM.value, "pseudonym": "Night Owl"}
        await conn.execute(update(members).where(members.c.name == "Bob").values(**owl))
        await conn.execute(update(members).where(members.c.name == "Ann").values(left_at=room.now))
        await conn.execute(update(members).where(members.c.name == "Olga").values(barred_at=room.now))

    await database.write(work)
    reply = await room.command("cem", "leaderboard", {"period": "all"})
    assert tables(reply)[0].rows == (("1", "Night Owl", "5"),)


async def test_sample_members_are_marked_on_the_board(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, {"ann": 6, "bob": 5})
    await call_by_name(room, "ann")

    async def work(conn: AsyncConnection) -> None:
        await conn.execute(update(members).where(members.c.name.in_(["Ann", "Bob"])).values(sample=True))

    await sqlite_database.write(work)
    (board,) = tables(await room.command("cem", "leaderboard", {"period": "all"}))
    assert [row[1] for row in board.rows] == ["Ann (sample)", "Someone (sample)"]


async def test_the_board_opens_at_five_active_members_and_ones_own_points_are_always_shown(
    database: Database,
) -> None:
    room = await crowd(database, people=PEOPLE[:3])
    await give(room, {"ann": 9})
    reply = await room.command("ann", "leaderboard")
    assert "The board opens at five active members; you are 3 now." in words(reply)
    assert fact(reply, "Your points this week") == "9"
    assert tables(reply) == []


async def test_members_who_were_away_for_two_weeks_do_not_keep_a_board_open(
    sqlite_database: Database,
) -> None:
    room = await crowd(sqlite_database)
    room.now += timedelta(days=15)
    assert "you are the first." in words(await room.command("ann", "leaderboard"))


async def test_a_calm_group_keeps_no_score_and_shows_ones_own_record(database: Database) -> None:
    room = await crowd(database, Tone.CALM)
    await give(room, {"ann": 9})
    ann = next(m for m in await room.rows(members) if m.name == "Ann")

    async def work(conn: AsyncConnection) -> None:
        for slot, state in enumerate(("sealed", "late", "passed")):
            values = {
                "group_id": ann.group_id,
                "local_date": date(2026, 11, 25),
                "slot": slot,
                "question": {},
            }
            made = await conn.execute(
                insert(rounds).values(**values, opened_at=room.now).returning(rounds.c.id)
            )
            row = {"round_id": made.scalar_one(), "member_id": ann.id}
            await conn.execute(
                insert(answers).values(**row, state=state, created_at=room.now, updated_at=room.now)
            )
            done = room.now if slot else None
            await conn.execute(insert(ballots).values(**row, started_at=room.now, finished_at=done))

    await database.write(work)
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


async def test_a_wide_board_stays_ten_rows_long_among_sixty_members(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database, Tone.COMPETITIVE, ("olga", *(f"m{n}" for n in range(60))))
    await give(room, {f"m{n}": 100 - n for n in range(60)})
    top, around = tables(await room.command("m30", "leaderboard", {"period": "week"}))
    assert len(top.rows) == 10
    assert [row[1] for row in around.rows] == ["Someone", "Someone", "You", "Someone", "Someone"]
