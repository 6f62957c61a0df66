"""Points for quizzes: the first right answer in 30 days by difficulty, a review, and never more than the day allows."""

from pathlib import Path

import pytest
from sqlalchemy import update

from bot.features.custom_questions.actions import ShowAnswer
from bot.features.points.ledger import recount, totals
from bot.features.quiz.tables import reviews
from tests.features.quiz.quizzing import (
    PARTLY,
    RIGHT,
    WRONG,
    answer,
    change,
    go_through,
    newest,
    one_of,
    raw_item,
    start,
    topic_of,
    whole,
    with_every_kind,
    write_bank,
)
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, card_of, local_group, words


async def earned(v: LocalDriver, reason: str = "") -> list[int]:
    rows = await v.points()
    group_id = 1
    kept = await v.app.database.read(lambda tx: totals(tx, group_id))
    counted = await v.app.database.read(lambda tx: recount(tx, group_id))
    assert dict(kept) == dict(counted)
    return [r.points for r in rows if reason in ("", r.reason)]


async def play(v: LocalDriver, user: str, topic: str, how: str = RIGHT) -> None:
    card, quiz = await start(v, user, topic=topic, count=20)
    await go_through(v, user, card, quiz, how)


def leveled(folder: Path) -> Path:
    """A bank with one item of each difficulty, each on its own topic."""
    names = ("single", "multi", "tf-reason", "order", "match")
    items = [raw_item("single", topic=f"kinds.{name}", difficulty=n) for n, name in enumerate(names, 1)]
    return write_bank(folder, items)


async def test_a_first_right_answer_earns_one_to_three_by_difficulty(
    database_url: str, tmp_path: Path
) -> None:
    async with local_group(database_url, content=leveled(tmp_path)) as v:
        for name in ("single", "multi", "tf-reason", "order", "match"):
            await play(v, "ada", f"kinds.{name}")
        assert await earned(v, "quiz") == [1, 1, 2, 3, 3]


async def test_a_wrong_or_partly_right_answer_earns_nothing_and_the_right_one_after_it_does(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        for how in (WRONG, PARTLY):
            card, quiz = await one_of(v, "multi")
            await go_through(v, "ada", card, quiz, how)
        assert await earned(v) == []
        card, quiz = await one_of(v, "multi")
        assert "You earned 2 points." in words(await go_through(v, "ada", card, quiz))
        assert await earned(v) == [2]


async def test_an_organiser_who_has_read_an_answer_earns_nothing_for_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        card, quiz = await one_of(v, "multi", ORGANISER)
        (item,) = v.app.bank.under([topic_of("multi")])
        await v.act(ORGANISER, ShowAnswer(1, item.id, sure=True))
        await go_through(v, ORGANISER, card, quiz)
        card, quiz = await one_of(v, "multi")
        await go_through(v, "ada", card, quiz)
        assert await earned(v) == [2]


async def test_no_more_than_ten_a_day_and_more_the_next_day(sqlite_url: str, tmp_path: Path) -> None:
    items = [raw_item("single", n, difficulty=5) for n in range(1, 7)]
    async with local_group(sqlite_url, content=write_bank(tmp_path, items)) as v:
        card, quiz = await start(v, count=5)
        card = await go_through(v, "ada", card, quiz)
        assert "You earned 10 points." in words(card)
        assert await earned(v) == [3, 3, 3, 1]
        await v.tick(days=1)
        card, quiz = await start(v, count=1)  # the unseen one
        await go_through(v, "ada", card, quiz)
        assert await earned(v) == [3, 3, 3, 1, 3]


async def test_the_same_item_earns_again_only_after_thirty_days(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=leveled(tmp_path)) as v:
        await play(v, "ada", "kinds.order")
        await v.tick(days=29)
        await play(v, "ada", "kinds.order")
        assert await earned(v) == [3]
        await v.tick(days=31)
        await play(v, "ada", "kinds.order")
        assert await earned(v) == [3, 3]


async def test_a_review_earns_one_and_no_more_than_three_a_day(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=leveled(tmp_path)) as v:
        await play(v, "ada", "kinds")
        before = sum(await earned(v, "quiz"))
        await v.tick(days=3)
        card = await whole(v, "ada", "quiz review")
        assert "You earned 3 points." in words(card)
        assert await earned(v, "review") == [1, 1, 1]
        assert sum(await earned(v, "quiz")) == before
        await change(v, update(reviews).values(owed=2))
        await whole(v, "ada", "quiz mistakes")
        assert await earned(v, "review") == [1, 1, 1]  # mistakes share the day's three
        await v.tick(days=30)
        await whole(v, "ada", "quiz review")
        assert await earned(v, "review") == [1] * 6


async def test_a_calm_group_keeps_no_points_but_reviews_all_the_same(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, "calm", content=leveled(tmp_path)) as v:
        card, quiz = await start(v, count=5)
        card = await go_through(v, "ada", card, quiz)
        assert "point" not in words(card)
        await v.tick(days=3)
        await whole(v, "ada", "quiz review")
        assert await earned(v) == []
        assert len(await v.rows(reviews)) == 5


@pytest.mark.parametrize("mode", ["quiz start", "quiz mistakes"])
async def test_a_guess_keeps_its_point(sqlite_url: str, tmp_path: Path, mode: str) -> None:
    async with local_group(sqlite_url, content=leveled(tmp_path)) as v:
        await play(v, "ada", "kinds.single", WRONG)
        card = await v.command("ada", mode, **({"topic": "kinds.single"} if mode == "quiz start" else {}))
        card = await answer(v, "ada", card, await newest(v))
        assert card_of(await v.press("ada", card, "I guessed")).title == "Right"
        assert await earned(v) == [1]
