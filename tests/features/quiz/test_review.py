"""What comes back, and when: reviews by spaced repetition, and mistakes until they are made good."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fsrs import Card, Rating, Scheduler
from sqlalchemy import update

from bot.features.quiz.tables import quizzes, responses, reviews
from tests.features.quiz.quizzing import (
    RIGHT,
    WRONG,
    answer,
    change,
    go_through,
    newest,
    quiz_of,
    raw_item,
    start,
    whole,
    write_bank,
)
from tests.support.local_driver import MONDAY_NINE, LocalDriver, card_of, labels, local_group, words

DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


def singles(folder: Path, count: int) -> Path:
    """A bank of so many single-choice items over two leaves."""
    leaves = ("optics.lenses", "optics.colours")
    return write_bank(folder, [raw_item("single", n // 2 + 1, topic=leaves[n % 2]) for n in range(count)])


def fsrs_after(history: list[tuple[datetime, Rating]]) -> Card:
    """The card that the package itself makes of a history."""
    scheduler = Scheduler(
        desired_retention=0.9,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=180,
        enable_fuzzing=False,
    )
    card = Card(card_id=1, due=history[0][0])
    for at, rating in history:
        card, _ = scheduler.review_card(card, rating, at)
    return card


async def known(v: LocalDriver, item_id: str = "optics.lenses.q01") -> tuple[datetime, float]:
    """When an item is due for the only person, and its stability."""
    row = next(r for r in await v.rows(reviews) if r.item_id == item_id)
    return row.due_at, row.state["stability"]


async def review_once(v: LocalDriver, user: str, how: str, *, guessed: bool = False) -> None:
    card = await v.command(user, "quiz review")
    card = await answer(v, user, card, await newest(v), how)
    if guessed:
        await v.press(user, card, "I guessed")
    await v.press(user, card, "See the result")


async def test_due_dates_are_those_of_fsrs_under_a_moved_clock(database_url: str, tmp_path: Path) -> None:
    async with local_group(database_url, content=singles(tmp_path, 1)) as v:
        card, _ = await start(v)
        await v.press("ada", await answer(v, "ada", card), "See the result")
        history = [(MONDAY_NINE, Rating.Good)]
        steps = [(RIGHT, False, Rating.Good), (RIGHT, True, Rating.Hard), (WRONG, False, Rating.Again)]
        for how, guessed, rating in (*steps, *steps[:1]):
            due, stability = await known(v)
            expected = fsrs_after(history)
            days = (expected.due - v.clock()).days
            assert stability == pytest.approx(expected.stability)
            assert (
                due == v.clock() + (due - v.clock()).days * DAY
            )  # whole days: a visit at the same hour finds it
            if days <= 3:
                assert due == expected.due
            else:
                assert abs((due - v.clock()).days - days) <= max(1, days * 0.05)
            await v.tick(days=(due - v.clock()).days - 1)
            assert "Nothing is due. The next one is" in words(await v.command("ada", "quiz review"))
            assert due.isoformat() in words(await v.command("ada", "quiz review"))
            await v.tick(days=1)
            await review_once(v, "ada", how, guessed=guessed)
            history.append((v.clock(), rating))
        assert (await known(v))[1] == pytest.approx(fsrs_after(history).stability)


async def test_a_guess_comes_back_sooner_and_a_mistake_soonest(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=singles(tmp_path, 1)) as v:
        for user, how in (("ada", RIGHT), ("ben", RIGHT), ("cem", WRONG)):
            card, quiz = await start(v, user)
            card = await answer(v, user, card, quiz, how)
            if user == "ben":
                card = await v.press(user, card, "I guessed")
                assert "Noted as a guess: it comes again sooner." in words(card)
                assert "I guessed" not in labels(card)
        good, guess, missed = await v.rows(reviews)
        for row, rating in ((good, Rating.Good), (guess, Rating.Hard), (missed, Rating.Again)):
            expected = fsrs_after([(MONDAY_NINE, rating)])
            assert row.due_at == expected.due
            assert row.state["stability"] == pytest.approx(expected.stability)
        assert good.state["stability"] > guess.state["stability"] > missed.state["stability"]
        assert [r.guessed for r in await v.rows(responses)] == [False, True, False]


async def test_ten_are_reviewed_at_a_time_and_new_ones_only_when_no_more_are_due(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with local_group(sqlite_url, content=singles(tmp_path, 24)) as v:
        card, quiz = await start(v, count=15)
        seen = {q.item_id for q in (await quiz_of(v, quiz)).questions}
        await go_through(v, "ada", card, quiz)
        await v.tick(days=4)
        card = await v.command("ada", "quiz review")
        assert "Review: 1 of 10" in words(card)
        first = {q.item_id for q in (await quiz_of(v, 2)).questions}
        assert first <= seen  # fifteen are due: no new one while more wait than fit
        card = await go_through(v, "ada", card, 2)
        assert card_of(card).title == "Review: 10 of 10 right"
        card = await v.command("ada", "quiz review")
        second = {q.item_id for q in (await quiz_of(v, 3)).questions}
        assert len(second) == 6
        assert len(second - seen) == 1  # one new one among the five that are left
        assert not second & first
        await go_through(v, "ada", card, 3)
        card = await v.command("ada", "quiz review")
        assert card_of(card).title == "Nothing to review"
        assert "Nothing is due. The next one is" in words(card)
        assert min(r.due_at for r in await v.rows(reviews)).isoformat() in words(card)


async def test_the_likeliest_remembered_of_a_backlog_come_first(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=singles(tmp_path, 4)) as v:
        card, quiz = await start(v, count=4)
        await go_through(v, "ada", card, quiz)
        rows = await v.rows(reviews)
        for row, stability in zip(rows, (2.0, 9.0, 4.0, 6.0), strict=True):
            state = {**row.state, "stability": stability}
            await change(v, update(reviews).where(reviews.c.id == row.id).values(state=state))
        await v.tick(days=4)
        await v.command("ada", "quiz review")
        asked = [q.item_id for q in (await quiz_of(v, 2)).questions]
        assert asked == [rows[i].item_id for i in (1, 3, 2, 0)]


async def test_nothing_was_answered_so_nothing_comes_back(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=singles(tmp_path, 2)) as v:
        card = await v.command("ada", "quiz review")
        assert "what you answer in a quiz comes back here before you forget it" in words(card)
        card = await v.press("ada", card, "Start a quiz")
        assert card_of(card).title == "Quiz: 1 of 2"


async def test_mistakes_stay_until_they_were_right_twice(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=singles(tmp_path, 3)) as v:
        assert card_of(await v.command("ada", "quiz mistakes")).title == "No mistakes left"
        card, quiz = await start(v, count=3)
        card = await v.press("ada", await answer(v, "ada", card, quiz, WRONG), "Next question")
        missed = (await quiz_of(v, quiz)).questions[0].item_id
        card = await go_through(v, "ada", card, quiz)
        assert card_of(card).title == "Quiz: 2 of 3 right"
        card = await v.press("ada", card, "My mistakes")
        for owed in (2, 2, 1):
            assert card_of(card).title == "Mistakes: 1 of 1"
            assert (await quiz_of(v, await newest(v))).question.item_id == missed
            card = await answer(v, "ada", card, await newest(v))
            if owed == 2 and (await newest(v)) == 2:
                await v.press("ada", card, "I guessed")  # a guess makes nothing good
            await v.press("ada", card, "See the result")
            card = await v.command("ada", "quiz mistakes")
        assert card_of(card).title == "No mistakes left"
        assert len(await v.rows(quizzes)) == 4


async def test_a_mistake_made_again_is_owed_twice_again(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=singles(tmp_path, 1)) as v:
        card, quiz = await start(v)
        await go_through(v, "ada", card, quiz, WRONG)
        for how, owed in ((RIGHT, 1), (WRONG, 2), (RIGHT, 1), (RIGHT, 0)):
            await whole(v, "ada", "quiz mistakes", how)
            assert (await v.rows(reviews))[0].owed == owed


async def test_reviews_of_one_person_are_not_anothers(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=singles(tmp_path, 2)) as v:
        card, quiz = await start(v, count=2)
        await go_through(v, "ada", card, quiz, WRONG)
        await v.tick(days=3)
        assert card_of(await v.command("ben", "quiz mistakes")).title == "No mistakes left"
        assert card_of(await v.command("ben", "quiz review")).title == "Nothing to review"
        assert card_of(await v.command("ada", "quiz review")).title == "Review: 1 of 2"
        assert card_of(await v.command("ada", "quiz mistakes")).title == "Mistakes: 1 of 2"


async def test_an_unfinished_review_goes_on_after_a_restart(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=singles(tmp_path, 3)) as v:
        card, quiz = await start(v, count=3)
        await go_through(v, "ada", card, quiz)
        await v.tick(days=3)
        card = await v.command("ada", "quiz review")
        await v.press("ada", await answer(v, "ada", card, 2), "Next question")
        await v.restart()
        assert card_of(await v.command("ada", "quiz review")).title == "Review: 2 of 3"
