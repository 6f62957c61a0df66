"""The boards, as members ask for them: every period, topic and board; pages; one's own place; hidden and calm."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from bot.chat.cards import Private, Update
from bot.database.engine import Database
from bot.features.leaderboard.actions import ChooseBoard, SeeBoard
from bot.membership.model import Tone
from bot.membership.tables import groups
from tests.features.leaderboard.crowded import PEOPLE, SEVEN, call_by_name, crowd, give, streak, tables
from tests.support.room import WEDNESDAY_NOON, button, card_of, lists, words


async def test_the_board_shows_ranks_as_in_sport_and_names_by_consent(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database, Tone.COMPETITIVE)
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


async def test_accuracy_takes_twenty_answers_of_the_period_and_says_so(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database, Tone.COMPETITIVE)
    await call_by_name(room, *PEOPLE)
    await give(room, {"ann": 15}, board="quiz", out_of=19)
    await give(room, {"bob": 30}, board="quiz", out_of=40)
    await give(room, {"cem": 15}, board="quiz", out_of=20)
    reply = await room.command("ann", "leaderboard", {"board": "quiz"})
    (board,) = tables(reply)
    assert board.head == ("Rank", "Name", "Right", "Answers")
    assert board.rows == (("1", "Cem", "75%", "15 of 20"), ("1", "Bob", "75%", "30 of 40"))
    assert "you have answered 19 of the 20 questions that a place here needs" in words(reply)
    await give(room, {"ann": 1}, date(2026, 11, 24), board="quiz", out_of=1)
    after = await room.command("ann", "leaderboard", {"board": "quiz"})
    assert tables(after)[0].rows[0] == ("1", "You", "80%", "16 of 20")
    assert "you got 16 of 20 right, rank 1." in words(after)


async def test_nearly_all_right_is_never_shown_as_all(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, {"ann": 999}, board="quiz", out_of=1000)
    (board,) = tables(await room.command("ann", "leaderboard", {"board": "quiz"}))
    assert board.rows == (("1", "You", "99%", "999 of 1,000"),)


async def test_streaks_are_as_they_stand_now_whatever_period_and_topic(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database, Tone.COMPETITIVE)
    await streak(room, {"ann": 4, "bob": 12, "cem": 0, "dee": 4})
    await call_by_name(room, *PEOPLE)
    reply = await room.command(
        "ann", "leaderboard", {"board": "streak", "period": "month", "topic": "training"}
    )
    (board,) = tables(reply)
    assert board.rows == (("1", "Bob", "12"), ("2", "Dee", "4"), ("2", "You", "4"))
    assert "yours is at 4 question days, rank 2." in words(reply)
    assert [s.placeholder for s in lists(reply)] == ["Board"]
    assert "you have none yet" in words(await room.command("eve", "leaderboard", {"board": "streak"}))


async def test_votes_received_are_a_board_of_their_own(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    await give(room, {"ann": 14, "bob": 1}, board="helped")
    reply = await room.command("bob", "leaderboard", {"board": "helped"})
    assert "your answers helped 1 time, rank 2." in words(reply)
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


async def test_a_friendly_group_names_three_and_shows_ones_own_neighbours_to_oneself(
    sqlite_database: Database,
) -> None:
    room = await crowd(sqlite_database)
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


async def test_a_competitive_board_turns_pages_of_ten(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database, Tone.COMPETITIVE, ("olga", *(f"m{n}" for n in range(25))))
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


async def test_a_friendly_board_begins_with_the_groups_goal(sqlite_database: Database) -> None:
    room = await crowd(sqlite_database)
    for weeks, points in ((1, 40), (2, 20), (3, 60), (4, 80), (5, 10_000)):
        await give(room, {"ann": points}, date(2026, 11, 25) - timedelta(weeks=weeks))
    await give(room, {"ann": 20, "bob": 6})
    reply = await room.command("ann", "leaderboard", {"board": "helped"})
    assert words(reply).splitlines()[1] == "**Together this week**: 26 of 50 points, 52% of the way."
    await give(room, {"cem": 24})
    reached = words(await room.command("ann", "leaderboard"))
    assert "**Together this week**: 50 points. The goal of 50 is reached." in reached


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
