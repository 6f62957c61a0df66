"""Short answers alone and together: typed, close enough, and right though the key doesn't hold it."""

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.chat.cards import Refuse, Select
from bot.features.acts.actions import Undo
from bot.features.points.ledger import Sum, recount, totals
from bot.features.quiz.actions import LookAtTyped, MineWasRight, OpenOwn
from bot.features.quiz.tables import challenges, responses, reviews
from tests.features.quiz.quizzing import (
    RIGHT,
    WRONG,
    answer,
    change,
    go_through,
    newest,
    one_of,
    pass_step,
    raw_item,
    start,
    topic_of,
    whole,
    write_bank,
)
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, card_of, form_of, labels, lists, local_group, words


def bank(folder: Path, count: int = 1) -> Path:
    return write_bank(folder, [raw_item("short", n, topic=topic_of("short")) for n in range(1, count + 1)])


async def kept(v: LocalDriver) -> tuple[Sum, int, list[tuple[bool | None, int]]]:
    """The accuracy of everyone together, their points, and of each review whether it is owed and how often it was seen."""
    sums = await v.app.database.read(partial(totals, group_id=1))
    assert sums == await v.app.database.read(partial(recount, group_id=1))
    quiz = [s for t, s in sums.items() if (t.board, t.topic, t.span) == ("quiz", "", "all")]
    accuracy = Sum(sum(s.numerator for s in quiz), sum(s.denominator for s in quiz))
    return (
        accuracy,
        sum(r.points for r in await v.points()),
        [(r.owed, r.seen) for r in await v.rows(reviews)],
    )


async def test_a_typed_answer_is_right_in_spite_of_case_an_article_and_a_slip(
    database_url: str, tmp_path: Path
) -> None:
    async with local_group(database_url, content=bank(tmp_path)) as v:
        card, _ = await one_of(v, "short")
        assert "refraction" not in words(card)
        form = await v.press("ada", card, "Type the answer")
        for typed in ("", "?!", "x" * 101):
            refused = await v.fill("ada", form, words=typed)
            assert isinstance(refused, Refuse), typed
        assert form_of(refused).fields[0].id == "words"
        shown = await v.fill("ada", form, words="The Refracton")
        assert card_of(shown).title == "Right"
        assert "You said **The Refracton**." in words(shown)
        assert "It is **refraction**. Also right: the bending of light." in words(shown)
        assert labels(shown) == ["See the result", "I guessed", "Challenge"]
        assert await kept(v) == (Sum(1, 1), 2, [(0, 1)])


async def test_who_finds_alone_that_theirs_was_right_says_so_once_and_can_take_it_back(
    database_url: str, tmp_path: Path
) -> None:
    async with local_group(database_url, content=bank(tmp_path)) as v:
        card, quiz = await one_of(v, "short")
        card = await answer(v, "ada", card, quiz, WRONG)
        assert labels(card) == ["See the result", "Mine was right", "Challenge"]
        wrong = Sum(0, 1), 0, [(2, 1)]
        right = Sum(1, 1), 2, [(0, 1)]
        assert await kept(v) == wrong
        (due,) = [r.due_at for r in await v.rows(reviews)]
        for _ in range(2):  # there and back, and there and back again
            for said in (True, True):
                card = await v.act("ada", MineWasRight(quiz, 0, right=said))
            assert card_of(card).title == "Right"
            assert labels(card) == ["See the result", "It was wrong after all", "Challenge"]
            assert "It counts as right because you said so." in words(card)
            assert await kept(v) == right
            assert next(r.due_at for r in await v.rows(reviews)) > due
            (response,) = await v.rows(responses)
            assert (response.score, response.correct, response.given["granted"]) == (1, True, True)
            card = await v.press("ada", card, "It was wrong after all")
            assert card_of(card).title == "Not this time"
            assert (await kept(v))[::2] == wrong[::2]
            assert [r.due_at for r in await v.rows(reviews)] == [due]
        assert sum(r.points for r in await v.points()) == 0
        result = await v.press("ada", await v.press("ada", card, "Mine was right"), "See the result")
        assert card_of(result).title == "Quiz: 1 of 1 right"
        assert "1 answer counts as right because you said so." in words(result)
        assert "You earned 2 points." in words(result)


async def test_what_the_key_holds_or_nobody_is_asked_any_more_cannot_be_argued_about(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with local_group(sqlite_url, content=bank(tmp_path)) as v:
        card, quiz = await one_of(v, "short")
        assert (
            card_of(await v.act("ada", MineWasRight(quiz, 0, right=True))).title
            == "There is nothing to correct"
        )
        await answer(v, "ada", card, quiz, RIGHT)
        before = await kept(v)
        for said in (False, True):
            same = await v.act("ada", MineWasRight(quiz, 0, right=said))
            assert card_of(same).title == "Right"
            assert "because you said so" not in words(same)
        assert await kept(v) == before
        await v.command("ada", "quiz stop")
        card, quiz = await one_of(v, "short", "ben")
        await answer(v, "ben", card, quiz, WRONG)
        out = {"group_id": 1, "item_id": "kinds.short.q01", "member_id": 1, "why": "", "outcome": "upheld"}
        await change(v, insert(challenges).values(**out, at=v.clock()))
        reply = await v.act("ben", MineWasRight(quiz, 0, right=True))
        assert card_of(reply).title == "This question was found wrong"


async def test_a_review_asks_it_again_and_what_was_argued_is_no_mistake(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with local_group(sqlite_url, content=bank(tmp_path, 2)) as v:
        card, quiz = await start(v, count=2)
        card = await v.press("ada", await answer(v, "ada", card, quiz, WRONG), "Mine was right")
        card = await answer(v, "ada", await v.press("ada", card, "Next question"), quiz, WRONG)
        await go_through(v, "ada", card, quiz)
        assert card_of(await whole(v, "ada", "quiz mistakes")).title == "Mistakes: 1 of 1 right"
        await v.tick(days=20)
        assert card_of(await whole(v, "ada", "quiz review")).title == "Review: 2 of 2 right"


async def test_deleting_blanks_what_was_typed_and_leaves_the_result(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=bank(tmp_path)) as v:
        card, quiz = await one_of(v, "short")
        await answer(v, "ada", card, quiz, WRONG)
        asked = await v.command("ada", "my delete")
        await v.press("ada", asked, "Delete")
        (response,) = await v.rows(responses)
        assert (response.given["words"], response.correct) == ("", False)


# Together ---------------------------------------------------------------------------------------------------------------


async def together(v: LocalDriver, typed: dict[str, str]) -> int:
    """A group quiz of one short answer in which these typed this; it is over. Its id."""
    host = next(iter(typed))
    await v.command(host, "quiz start", mode="group", topic=topic_of("short"), count=1)
    await v.tick(seconds=61)
    quiz = await newest(v)
    for user, said in typed.items():
        form = await v.press(user, await v.act(user, OpenOwn(quiz, 0)), "Type the answer")
        own = await v.fill(user, form, words=said)
        assert "You said: " in words(own)
        assert all(said not in words(card) for card in v.channel()), "it is sealed until the end"
    await pass_step(v, quiz)
    await pass_step(v, quiz)
    return quiz


def places(v: LocalDriver) -> int:
    """How many stand on the podium with one right answer."""
    return words(next(c for c in v.channel() if c.title == "Group quiz: final result")).count("· 1 of 1")


@pytest.mark.parametrize("answered", ["refraction", "Light-bending"])
async def test_nobody_reads_in_the_channel_what_somebody_typed(
    sqlite_url: str, tmp_path: Path, answered: str
) -> None:
    async with local_group(sqlite_url, content=bank(tmp_path)) as v:
        await v.command("ada", "quiz start", mode="group", topic=topic_of("short"), count=1)
        await v.tick(seconds=61)
        form = await v.press("ben", await v.act("ben", OpenOwn(1, 0)), "Type the answer")
        own = await v.fill("ben", form, words="*Bold*")
        own = await v.fill("ben", await v.press("ben", own, "Change it"), words=answered)
        assert "You have changed it once" in words(own)
        await pass_step(v)
        shown = next(c for c in v.channel() if c.title.endswith("the answer"))
        assert "Light-bending" not in words(shown)
        right = answered == "refraction"
        assert f"{int(right)} of 1 got it right." in words(shown)
        assert ("An organiser can accept other answers" in words(shown)) is not right


async def test_an_organiser_accepts_an_answer_for_everyone_who_typed_the_same_and_takes_it_back(
    database_url: str, tmp_path: Path
) -> None:
    typed = {"ada": "light-bending", "ben": "The LIGHT bending", "chi": "magic", "dora": "refraction"}
    async with local_group(database_url, content=bank(tmp_path)) as v:
        quiz = await together(v, typed)
        podium = next(c for c in v.channel() if c.title == "Group quiz: final result")
        assert "What else was typed" not in labels(await v.press("ada", podium, "My result"))
        assert card_of(await v.act("ada", LookAtTyped(quiz))).title == "Only organisers can do this"
        before = await kept(v)
        assert places(v) == 1
        look = await v.press(ORGANISER, podium, "My result")
        assert card_of(look).title == "You were not in this one"
        card = await v.press(ORGANISER, look, "What else was typed")
        assert [(o.label, o.note) for o in lists(card)[0].options] == [
            ("light-bending", "Question 1 · 2 members"),
            ("magic", "Question 1 · 1 member"),
        ]
        chosen = lists(card)[0].options[0].value
        card = await v.choose(ORGANISER, card, chosen)
        assert [o.label for each in lists(card) for o in each.options] == ["magic", "light-bending"]
        assert [r.correct for r in await v.rows(responses)] == [True, True, False, True]
        accuracy, points, owed = await kept(v)
        assert (accuracy, points) == (Sum(3, 4), before[1] + 4)
        assert sorted(owed) == [(0, 1), (0, 1), (0, 1), (2, 1)]
        await v.tick()
        assert places(v) == 3
        told = await v.command("ben", "quiz history")
        assert "Your answer counts as right" in "".join(words(each) for each in (told.card, *told.also))  # type: ignore[union-attr]
        taken = await v.act(ORGANISER, lists(card)[1].action, chosen)
        assert [o.label for each in lists(taken) for o in each.options] == ["light-bending", "magic"]
        assert [r.correct for r in await v.rows(responses)] == [False, False, False, True]
        assert await kept(v) == before
        told = await v.command("ben", "quiz history")
        assert "Your answer doesn't count as right" in "".join(words(each) for each in told.also)  # type: ignore[union-attr]
        told = await v.command("ada", "quiz history")
        assert told.also == (), "she was never told of the first"  # type: ignore[union-attr]
        for act, then in ((2, True), (1, False)):
            assert card_of(await v.act(ORGANISER, Undo(act))).title.startswith("Undone")
            assert [r.correct for r in await v.rows(responses)][:2] == [then, then]
        assert await kept(v) == before


async def test_a_forged_choice_accepts_nothing(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=bank(tmp_path)) as v:
        quiz = await together(v, {"ada": "magic", "ben": "refraction"})
        card = await v.act(ORGANISER, LookAtTyped(quiz))
        accept = lists(card)[0]
        assert isinstance(accept, Select)
        assert len(accept.options) == 1
        right = next(str(r.id) for r in await v.rows(responses) if r.correct)
        for value in (right, "999", "x", ""):
            assert card_of(await v.act(ORGANISER, accept.action, value)).title == "This answer is gone"
