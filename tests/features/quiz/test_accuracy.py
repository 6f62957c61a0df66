"""What the accuracy board counts: each graded answer of a quiz, alone or together, an item once a day; no reviews."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import update

from bot.features.points.ledger import Sum, recount, totals
from bot.features.points.upkeep import drift
from bot.features.quiz.tables import reviews
from tests.features.quiz.group.together import begun
from tests.features.quiz.quizzing import RIGHT, WRONG, change, go_through, raw_item, start, whole, write_bank
from tests.support.local_driver import LocalDriver, local_group


def a_bank(folder: Path) -> Path:
    return write_bank(folder, [raw_item("single", n) for n in range(1, 5)])


async def accuracy(v: LocalDriver) -> Sum:
    """(right, asked) of the only one who plays, over all time and topics."""
    kept = await v.app.database.read(partial(totals, group_id=1))
    assert kept == await v.app.database.read(partial(recount, group_id=1))
    assert await v.app.database.read(partial(drift, group_id=1)) == ()
    found = [s for t, s in kept.items() if (t.board, t.topic, t.span) == ("quiz", "", "all")]
    return found[0] if found else Sum(0)


async def play(v: LocalDriver, how: str, count: int = 4) -> None:
    card, quiz = await start(v, count=count)
    await go_through(v, "ada", card, quiz, how)


async def test_right_and_wrong_answers_count_and_the_same_item_once_a_day(
    database_url: str, tmp_path: Path
) -> None:
    async with local_group(database_url, content=a_bank(tmp_path)) as v:
        await play(v, WRONG)
        assert await accuracy(v) == Sum(0, 4)
        await play(v, RIGHT)
        assert await accuracy(v) == Sum(0, 4)
        v.clock.move(days=1)
        await play(v, RIGHT)
        assert await accuracy(v) == Sum(4, 8)


async def test_the_day_is_the_groups_own(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=a_bank(tmp_path)) as v:
        v.clock.move(hours=13, minutes=50)  # 22:50 in Berlin
        await play(v, RIGHT)
        v.clock.now += timedelta(hours=2)
        await play(v, RIGHT)
        assert await accuracy(v) == Sum(8, 8)


async def test_reviews_and_the_quiz_of_ones_mistakes_do_not_count(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=a_bank(tmp_path)) as v:
        await play(v, RIGHT)
        await v.tick(days=5)
        await whole(v, "ada", "quiz review")
        await change(v, update(reviews).values(owed=2))
        v.clock.move(days=1)
        await whole(v, "ada", "quiz mistakes")
        assert await accuracy(v) == Sum(4, 4)


async def test_a_calm_group_counts_for_ones_own_record_alone(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, "calm", content=a_bank(tmp_path)) as v:
        await play(v, RIGHT)
        assert await accuracy(v) == Sum(4, 4)
        assert await v.points() == []


async def test_a_group_quiz_counts_for_each_who_answered(database_url: str) -> None:
    async with begun(database_url, players=()) as (v, quiz):
        await quiz.choose("ada")
        await v.tick(seconds=60)
        await v.tick(seconds=60)
        kept = await v.app.database.read(partial(totals, group_id=1))
        asked = [t for t in kept if (t.board, t.topic, t.span) == ("quiz", "", "all")]
        assert len(asked) == 1
        assert kept[asked[0]] == Sum(1, 1)
