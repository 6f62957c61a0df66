"""The boards, as members ask for them: every period, topic and board; pages; one's own place; hidden and calm."""

from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.cards import Private, Reply, Table, Update
from bot.groups.entry import WELCOME
from bot.groups.model import Naming, Tone
from bot.standings.actions import ChooseBoard, SeeBoard, ShowBoard
from bot.standings.ledger import Award, award
from bot.store.database import Database
from bot.store.tables import answers, ballots, groups, members, rounds, streaks
from tests.groups.room import WEDNESDAY_NOON, Room, button, card_of, fact, lists, words

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


async def give(
    room: Room,
    points: dict[str, int],
    day: date = date(2026, 11, 25),
    *,
    board: str = "points",
    topic: str = "training",
    out_of: int = 0,
) -> None:
    """Points (or votes, or right answers) for people, by user name."""
    ids = {m.name.lower(): m for m in await room.rows(members)}
    wanted = [
        Award(
            f"{board}:{topic}:{day}:{who}",
            ids[who].group_id,
            ids[who].id,
            topic,
            "test",
            number,
            day,
            room.now,
            board,
            out_of,
        )
        for who, number in points.items()
    ]
    await room.database.write(partial(award, awards=wanted))


async def streak(room: Room, days: dict[str, int]) -> None:
    """Running streaks, by user name."""
    ids = {m.name.lower(): m for m in await room.rows(members)}
    rows = [
        {
            "member_id": ids[who].id,
            "group_id": ids[who].group_id,
            "current": n,
            "best": n,
            "freezes": 2,
            "state": {},
        }
        for who, n in days.items()
    ]
    await room.database.write(lambda conn: conn.execute(insert(streaks), rows))


async def call_by_name(room: Room, *users: str) -> None:
    async def work(conn: AsyncConnection) -> None:
        names = [u.capitalize() for u in users]
        await conn.execute(update(members).where(members.c.name.in_(names)).values(naming=Naming.NAMED.value))

    await room.database.write(work)


def tables(reply: Reply) -> list[Table]:
    return [b for b in card_of(reply).blocks if isinstance(b, Table)]


async def test_the_board_shows_ranks_as_in_sport_and_names_by_consent(database: Database) -> None:
    room = await crowd(database, Tone.COMPETITIVE)
    await give(room, {"ann": 9, "bob": 5, "cem": 5, "dee": 3})
    await call_by_name(room, "ann", "cem")
    reply = await room.command("ann", "leaderboard")
    assert isinstance(reply, Private)
    (board,) = tables(reply)
    assert board.rows == (("1", "You", "9"), ("2", "Cem", "5"), ("2", "Someone", "5"), ("4", "Someone", "3"))
    assert board.head == ("Rank", "Name", "Points")
    assert board.right == frozenset({0, 2})
    assert "**Points, this week**: you have 9, rank 1." in words(reply)


PERIODS = {"week": ["You"], "month": ["You", "Bob"], "all": ["You", "Bob", "Cem"]}


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("board", ["points", "helped", "quiz"])
@pytest.mark.parametrize("topic", ["", "safety"])
async def test_every_board_has_every_period_and_topic(
    sqlite_database: Database, period: str, board: str, topic: str
) -> None:
    room = await crowd(sqlite_database, Tone.COMPETITIVE)
    await call_by_name(room, *PEOPLE)
    days = {"ann": date(2026, 11, 25), "bob": date(2026, 11, 2), "cem": date(2026, 10, 30)}
    for n, (who, day) in enumerate(days.items()):
        await give(room, {who: 20 - n}, day, board=board, topic="alignment", out_of=20 * (board == "quiz"))
    asked = {"period": period, "board": board, "topic": "alignment" if topic else ""}
    reply = await room.command("ann", "leaderboard", {k: v for k, v in asked.items() if v})
    (found,) = tables(reply)
    assert [row[1] for row in found.rows] == PERIODS[period]
    other = await room.command("ann", "leaderboard", {**asked, "topic": "training"})
    assert tables(other) == []


async def test_accuracy_takes_twenty_answers_of_the_period_and_says_so(database: Database) -> None:
    room = await crowd(database, Tone.COMPETITIVE)
    await call_by_name(room, *PEOPLE)
    await give(room, {"ann": 15}, board="quiz", out_of=19)
    await give(room, {"bob": 30}, board="quiz", out_of=40)
    await give(room, {"cem": 15}, board="quiz", out_of=20)
    reply = await room.command("ann", "leaderboard", {"board": "quiz"})
    (board,) = tables(reply)
    assert board.head == ("Rank", "Name", "Right", "Answers")
    assert board.rows == (("1", "Cem", "75%", "15 of 20"), ("1", "Bob", "75%", "30 of 40"))
    assert "you have answered 19 of the 20 questions that a place here takes" in words(reply)
    await give(room, {"ann": 1}, date(2026, 11, 24), board="quiz", out_of=1)
    after = await room.command("ann", "leaderboard", {"board": "quiz"})
    assert tables(after)[0].rows[0] == ("1", "You", "80%", "16 of 20")
    assert "you had 16 of 20 right, rank 1." in words(after)


async def test_nearly_all_right_is_never_shown_as_all(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, {"ann": 999}, board="quiz", out_of=1000)
    (board,) = tables(await room.command("ann", "leaderboard", {"board": "quiz"}))
    assert board.rows == (("1", "You", "99%", "999 of 1,000"),)


async def test_streaks_are_as_they_stand_now_whatever_period_and_topic(database: Database) -> None:
    room = await crowd(database, Tone.COMPETITIVE)
    await streak(room, {"ann": 4, "bob": 12, "cem": 0, "dee": 4})
    await call_by_name(room, *PEOPLE)
    reply = await room.command(
        "ann", "leaderboard", {"board": "streak", "period": "month", "topic": "training"}
    )
    (board,) = tables(reply)
    assert board.rows == (("1", "Bob", "12"), ("2", "Dee", "4"), ("2", "You", "4"))
    assert "yours is 4 question days, rank 2." in words(reply)
    assert [s.placeholder for s in lists(reply)] == ["Board"]
    assert "you have none yet" in words(await room.command("eve", "leaderboard", {"board": "streak"}))


async def test_votes_received_are_a_board_of_their_own(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, {"ann": 14, "bob": 1}, board="helped")
    reply = await room.command("bob", "leaderboard", {"board": "helped"})
    assert "yours helped 1 time, rank 2." in words(reply)
    assert tables(reply)[0].head == ("Rank", "Name", "Votes")


async def test_last_weeks_points_are_not_this_weeks(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, {"ann": 9}, date(2026, 11, 22))
    reply = await room.command("ann", "leaderboard")
    assert "**Points, this week**: no points yet." in words(reply)
    assert tables(reply) == []
    assert tables(await room.command("ann", "leaderboard", {"period": "all"}))[0].rows == (("1", "You", "9"),)


async def test_the_week_is_the_groups_not_the_clocks(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, {"ann": 9}, date(2026, 11, 29))
    sunday_in_london_is_monday_in_berlin = timedelta(days=4, hours=11, minutes=30)
    room.now = WEDNESDAY_NOON + sunday_in_london_is_monday_in_berlin
    assert "**Points, this week**: no points yet." in words(await room.command("ann", "leaderboard"))


# One's own place ------------------------------------------------------------------------------------------------------

SEVEN = {"olga": 70, "ann": 60, "bob": 50, "cem": 40, "dee": 30, "eve": 20, "fay": 10}


async def test_a_friendly_group_names_three_and_shows_ones_own_neighbours_to_oneself(
    database: Database,
) -> None:
    room = await crowd(database)
    await give(room, SEVEN)
    await call_by_name(room, *PEOPLE)
    reply = await room.command("fay", "leaderboard", {"period": "week"})
    top, around = tables(reply)
    assert [row[1] for row in top.rows] == ["Olga", "Ann", "Bob"]
    assert around.rows == (("5", "Dee", "30"), ("6", "Eve", "20"), ("7", "You", "10"))


@pytest.mark.parametrize(
    ("who", "ranks"), [("olga", []), ("ann", ["2", "4"]), ("bob", ["3", "4", "5"]), ("cem", ["4", "5", "6"])]
)
async def test_whoever_stands_at_the_top_sees_those_behind_them_too(
    sqlite_database: Database, who: str, ranks: list[str]
) -> None:
    room = await crowd(sqlite_database)
    await give(room, SEVEN)
    shown = tables(await room.command(who, "leaderboard"))
    assert [row[0] for row in shown[0].rows] == ["1", "2", "3"]
    assert [row[0] for board in shown[1:] for row in board.rows] == ranks


@pytest.mark.parametrize("tone", [Tone.FRIENDLY, Tone.COMPETITIVE])
@pytest.mark.parametrize("board", ["points", "helped", "quiz", "streak"])
async def test_nobody_is_ever_told_that_they_stand_at_the_end(
    sqlite_database: Database, tone: Tone, board: str
) -> None:
    room = await crowd(sqlite_database, tone)
    if board == "streak":
        await streak(room, SEVEN)
    else:
        await give(room, {k: n // 10 for k, n in SEVEN.items()}, board=board, out_of=20 * (board == "quiz"))
    said = words(await room.command("fay", "leaderboard", {"board": board})).lower()
    assert "rank 7" in said
    assert "last" not in said
    assert "of 7" not in said


# Pages ----------------------------------------------------------------------------------------------------------------


async def test_a_competitive_board_turns_pages_of_ten(database: Database) -> None:
    room = await crowd(database, Tone.COMPETITIVE, ("olga", *(f"m{n}" for n in range(25))))
    await give(room, {f"m{n}": 100 - n for n in range(25)} | {"m9": 90, "m10": 90, "m11": 90})
    first = await room.command("m14", "leaderboard", {"period": "all"})
    assert [row[0] for row in tables(first)[0].rows] == [*map(str, range(1, 10)), "10"]
    assert [row[1] for row in tables(first)[1].rows] == ["Someone", "Someone", "You", "Someone", "Someone"]
    second = await room.press("m14", button(first, "Next ten").action)
    assert isinstance(second, Update)
    (board,) = tables(second)
    assert [row[0] for row in board.rows] == ["10", "10", *map(str, range(13, 21))]
    third = await room.press("m14", button(second, "Next ten").action)
    assert [row[0] for row in tables(third)[0].rows] == [*map(str, range(21, 26))]
    assert [b.label for b in card_of(third).buttons()] == ["Back", "Share"]
    again = await room.press("m14", button(third, "Back").action)
    assert tables(again) == tables(second)


async def test_a_page_that_no_longer_exists_is_a_calm_empty_one(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database, Tone.COMPETITIVE)
    await give(room, {"ann": 9})
    group_id = (await room.rows(groups))[0].id
    for page in (7, -3, 10**9):
        reply = await room.press("ann", SeeBoard(group_id, "points", "week", "", page))
        assert "Leaderboard" in words(reply)
    nonsense = await room.press("ann", SeeBoard(group_id, "gold", "decade", "cooking", 0))
    assert tables(nonsense)[0].rows == (("1", "You", "9"),)


async def test_a_friendly_board_has_no_pages(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, SEVEN)
    reply = await room.command("ann", "leaderboard")
    assert [b.label for b in card_of(reply).buttons()] == ["Share"]
    group_id = (await room.rows(groups))[0].id
    (top,) = tables(await room.press("olga", SeeBoard(group_id, "points", "week", "", 1)))
    assert [row[0] for row in top.rows] == ["1", "2", "3"]


async def test_lists_on_the_card_lead_to_the_other_boards(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, {"ann": 9})
    await give(room, {"bob": 4}, date(2026, 11, 2), board="helped", topic="alignment")
    card = await room.command("ann", "leaderboard")
    for what, value in (("board", "helped"), ("span", "all"), ("topic", "alignment")):
        chooser = next(s for s in lists(card) if isinstance(s.action, ChooseBoard) and s.action.what == what)
        assert value in {option.value for option in chooser.options}
        card = await room.press("ann", chooser.action, (value,))
        assert isinstance(card, Update)
    assert "**Helped, all time, Alignment**" in words(card)
    assert tables(card)[0].rows == (("1", "Someone", "4"),)
    chosen = [next(iter(s.chosen)) for s in lists(card)]
    assert chosen == ["helped", "all", "alignment"]


# The group's goal -----------------------------------------------------------------------------------------------------


async def test_a_friendly_board_begins_with_the_groups_goal(database: Database) -> None:
    room = await crowd(database)
    for weeks, points in ((1, 40), (2, 20), (3, 60), (4, 80), (5, 10_000)):
        await give(room, {"ann": points}, date(2026, 11, 25) - timedelta(weeks=weeks))
    await give(room, {"ann": 20, "bob": 6})
    reply = await room.command("ann", "leaderboard", {"board": "helped"})
    assert words(reply).splitlines()[1] == "**Together this week**: 26 of 53 points, 49% of the way."
    await give(room, {"cem": 27})
    reached = words(await room.command("ann", "leaderboard"))
    assert "**Together this week**: 53 points. The goal of 53 is reached." in reached


async def test_without_earlier_weeks_there_is_no_goal_and_in_a_competitive_group_none_is_shown(
    sqlite_database: Database,
) -> None:
    room = await crowd(sqlite_database)
    await give(room, {"ann": 20})
    assert "Together" not in words(await room.command("ann", "leaderboard"))
    await give(room, {"ann": 20}, date(2026, 11, 18))
    assert "Together" in words(await room.command("ann", "leaderboard"))
    await room.database.write(lambda c: c.execute(update(groups).values(tone=Tone.COMPETITIVE.value)))
    assert "Together" not in words(await room.command("ann", "leaderboard"))


# Hidden, calm, and beside ---------------------------------------------------------------------------------------------


async def test_whoever_has_no_points_yet_is_told_the_first_step(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, {"ann": 9})
    assert "you have none yet" in words(await room.command("fay", "leaderboard"))


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


async def test_who_wants_to_be_left_out_has_no_place_and_is_told_their_own_count(database: Database) -> None:
    room = await crowd(database, Tone.COMPETITIVE, PEOPLE[:5])
    await give(room, {"olga": 7, "ann": 6, "bob": 5})

    async def work(conn: AsyncConnection) -> None:
        await conn.execute(update(members).where(members.c.name == "Ann").values(naming=Naming.OUT.value))

    await database.write(work)
    (board,) = tables(await room.command("bob", "leaderboard"))
    assert board.rows == (("1", "Someone", "7"), ("2", "You", "5"))
    own = await room.command("ann", "leaderboard")
    assert "you have 6. Boards leave you out, as you asked." in words(own)
    assert "You" not in [row[1] for table in tables(own) for row in table.rows]


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
