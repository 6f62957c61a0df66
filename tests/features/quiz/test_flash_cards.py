"""Flash cards alone: turned over, rated on FSRS's own scale, asked again; no points, and not in group quizzes."""

from pathlib import Path

import pytest

from bot.features.points.tables import ledger
from bot.features.quiz.reviewing import rate
from bot.features.quiz.tables import responses, reviews
from bot.questions.kinds.presses import Rate, Show
from tests.features.quiz.quizzing import RIGHT, newest, one_of, raw_item, start, topic_of, whole, write_bank
from tests.support.local_driver import card_of, labels, local_group, words


def bank(folder: Path, count: int = 1) -> Path:
    cards = [raw_item("recall", n, topic=topic_of("recall"), back=f"Back {n}.") for n in range(1, count + 1)]
    return write_bank(folder, [*cards, raw_item("single")])


async def test_a_card_is_turned_over_and_its_rating_brings_the_next_one(
    database_url: str, tmp_path: Path
) -> None:
    async with local_group(database_url, content=bank(tmp_path, 2)) as v:
        card, quiz = await start(v, count=2, topic=topic_of("recall"))
        assert "Back" not in words(card)
        assert labels(card) == ["Show the answer", "Stop here"]
        early = await v.act("ada", Rate(quiz, 0, 4))
        assert labels(early) == ["Show the answer", "Stop here"], "nobody rates what they have not seen"
        shown = await v.press("ada", card, "Show the answer")
        assert "Back" in words(shown)
        assert labels(shown) == ["Again", "Hard", "Good", "Easy", "Stop here"]
        second = await v.press("ada", shown, "Hard")
        assert card_of(second).title == "Quiz: 2 of 2"
        assert words(await v.press("ada", shown, "Easy")) == words(second), "an old press shows where it is"
        result = await v.press("ada", await v.press("ada", second, "Show the answer"), "Again")
        assert card_of(result).title == "Quiz: 1 of 2 right"
        assert words(await v.act("ada", Rate(quiz, 1, 4))) == words(result)
        assert await v.rows(ledger) == [], "neither points nor accuracy come from one's own word"
        assert [(r.correct, r.given["rating"]) for r in await v.rows(responses)] == [(True, 2), (False, 1)]
        assert sorted(r.owed for r in await v.rows(reviews)) == [0, 2]


@pytest.mark.parametrize("rating", [1, 2, 3, 4])
def test_a_rating_is_fsrss_own(rating: int) -> None:
    assert rate(right=rating > 1, guessed=False, rating=rating) == rating


async def test_the_better_a_card_was_known_the_later_it_comes_again(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=bank(tmp_path)) as v:
        for user, rated in (("ada", "Again"), ("ben", "Hard"), ("chi", "Good"), ("dora", "Easy")):
            card, _ = await one_of(v, "recall", user)
            await v.press(user, await v.press(user, card, "Show"), rated)
        due = [r.due_at for r in await v.rows(reviews)]
        assert due == sorted(due)
        assert len(set(due)) >= 3
        await v.tick(days=30)
        assert card_of(await whole(v, "ada", "quiz review", RIGHT)).title == "Review: 2 of 2 right"


async def test_a_group_quiz_asks_no_card_that_nobody_can_check(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=bank(tmp_path, 5)) as v:
        refused = await v.command("ada", "quiz start", mode="group", topic=topic_of("recall"), count=3)
        assert card_of(refused).title == "No questions here yet"
        await v.command("ada", "quiz start", mode="group", count=3)
        await v.tick(seconds=61)
        quiz = await newest(v)
        for press in (Show(quiz, 0), Rate(quiz, 0, 4)):
            assert card_of(await v.act("ada", press)).title == "This question has passed"
        assert [c.title for c in v.channel()][-2:] == ["Group quiz", "Group quiz: 1 of 1"]
