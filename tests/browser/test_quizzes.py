"""Quizzes in a real Chromium: alone with every kind, together with three members, and a review when it is due."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect
from sqlalchemy import select

from bot.app.run import App
from bot.database.transaction import Transaction
from bot.features.quiz.model import Quiz
from bot.features.quiz.queries import load_quiz
from bot.features.quiz.tables import quizzes, responses, reviews
from bot.questions.model import Kind
from tests.browser.conftest import IN_ONE_LOOP, Windows
from tests.browser.tabs import Tab, running, tab
from tests.features.quiz.quizzing import PARTLY, RIGHT, WRONG, every_kind, presses, raw_item, write_bank
from tests.support.local_driver import Clock

pytestmark = [pytest.mark.browser, IN_ONE_LOOP]


async def current(app: App) -> Quiz:
    """The newest quiz as it stands."""

    async def work(tx: Transaction) -> Quiz:
        newest = (await tx.execute(select(quizzes.c.id).order_by(quizzes.c.id.desc()).limit(1))).scalar()
        quiz = await load_quiz(tx, newest)
        assert quiz is not None
        return quiz

    return await app.database.read(work)


async def set_up(you: Tab) -> None:
    await you.type("/group setup")
    await you.page.get_by_role("button", name="Post the first question now").click()
    await expect(you.card("Monday's question")).to_be_visible()


async def answer(who: Tab, app: App, title: str, how: str) -> None:
    """Answer the current question on the card with this title as told."""
    await expect(who.card(title)).to_be_visible()
    question = (await current(app)).question
    if question.kind is Kind.NUMERIC:
        assert question.value is not None
        await who.press(title, "Type the number")
        dialog = who.page.get_by_role("dialog")
        await dialog.get_by_role("textbox").fill("seven")
        await dialog.get_by_role("button", name="Check").click()
        await expect(dialog.get_by_role("textbox")).to_have_value("seven")
        number = question.value if how == RIGHT else question.value + 10 * question.tolerance + 1
        await dialog.get_by_role("textbox").fill(repr(number))
        await dialog.get_by_role("button", name="Check").click()
        await expect(dialog).to_be_hidden()
        return
    for label in presses(question, how):
        button = who.card(title).get_by_role("button", name=label, exact=True)
        await button.click()
        if label not in ("Check", "True", "False") and question.kind is Kind.MULTI:
            await expect(who.card(title).get_by_role("button", name=f"{label} ✓", exact=True)).to_be_visible()
        elif question.kind in (Kind.ORDER, Kind.MATCH) and label != "Check":
            await expect(
                who.card(title)
                .locator("button:not([aria-disabled=true])")
                .filter(has_text=re.compile(f"^{label}$"))
            ).to_have_count(0)


async def test_a_quiz_alone_of_every_kind(browser: Windows, sqlite_url: str, tmp_path: Path) -> None:
    complaints: list[str] = []
    verdicts = {
        Kind.SINGLE: (RIGHT, "Right"),
        Kind.MULTI: (PARTLY, "Partly right"),
        Kind.TF_REASON: (PARTLY, "Partly right"),
        Kind.ORDER: (PARTLY, "Partly right"),
        Kind.MATCH: (RIGHT, "Right"),
        Kind.NUMERIC: (WRONG, "Not this time"),
    }
    async with running(sqlite_url, content=every_kind(tmp_path)) as app:
        you = await tab(browser, app, "you", complaints)
        await set_up(you)
        await you.type("/quiz start topic:kinds count:6")
        seen = set()
        for n in range(1, 7):
            title = f"Quiz: {n} of 6"
            await expect(you.card(title)).to_be_visible()
            kind = (await current(app)).question.kind
            seen.add(kind)
            how, verdict = verdicts[kind]
            await answer(you, app, title, how)
            came = you.page.get_by_role("article", name=verdict).last
            await expect(came).to_contain_text("On lenses (a survey)")
            await expect(came.get_by_role("button", name="Challenge")).to_be_visible()
            await came.get_by_role("button", name="See the result" if n == 6 else "Next question").click()
        assert len(seen) == 6
        await expect(you.card("Quiz: 2 of 6 right")).to_be_visible()
        assert complaints == []  # before it stops: a page that asks again then is refused


async def test_a_quiz_is_answered_by_keys_and_by_pressing_the_words_of_an_option(
    browser: Windows, sqlite_url: str, tmp_path: Path
) -> None:
    complaints: list[str] = []
    bank = write_bank(tmp_path, [raw_item("single"), raw_item("multi", 2)])
    async with running(sqlite_url, content=bank) as app:
        you = await tab(browser, app, "you", complaints)
        await set_up(you)
        await you.type("/quiz start count:2")
        for n in (1, 2):
            card = you.card(f"Quiz: {n} of 2")
            await expect(card).to_be_visible()
            question = (await current(app)).question
            several = question.kind is Kind.MULTI
            for index in question.key:
                letter = "ABCDEFG"[index]
                if n == 1:
                    await expect(card).to_be_focused()
                    await you.page.keyboard.press(letter.lower())
                else:
                    await card.get_by_text(question.choices[index]).click()
                if several:
                    await expect(card.get_by_role("button", name=f"{letter} ✓", exact=True)).to_be_visible()
            if several:
                await you.page.keyboard.press("Enter")
            await expect(you.card("Right")).to_be_visible()
            if n == 1:  # a button elsewhere keeps its own Enter
                theme = you.page.get_by_role("button", name="Dark colours", exact=True)
                await theme.press("Enter")
                await expect(theme).to_have_attribute("aria-pressed", "true")
                await you.card("Right").focus()
            await you.page.keyboard.press("Enter")
        await expect(you.card("Quiz: 2 of 2 right")).to_be_visible()
        assert complaints == []  # before it stops: a page that asks again then is refused


async def test_a_group_quiz_of_three_with_a_late_joiner_a_changed_answer_a_leaver_and_a_restart(
    browser: Windows, sqlite_url: str, tmp_path: Path
) -> None:
    complaints: list[str] = []
    bank = write_bank(tmp_path, [raw_item("single", n) for n in (1, 2)])
    clock = Clock()
    async with running(sqlite_url, clock=clock, content=bank) as app:
        you, mira, tomas = [await tab(browser, app, u, complaints) for u in ("you", "mira", "tomas")]
        await set_up(you)
        await you.type("/quiz start count:2 mode:group")
        await mira.press("Group quiz", "I'm in")
        await expect(you.card("Group quiz")).to_contain_text("2 are in.")
        await you.press("The lobby is open in the channel", "Start now")
        first = "Group quiz: 1 of 2"
        key = "ABCDEFG"[(await current(app)).question.key[0]]
        wrong = next(letter for letter in "ABC" if letter != key)
        await you.press(first, key)
        await you.sees(f"You said: {key}")
        await expect(mira.card(first)).to_contain_text("1 of 2 have answered")
        await expect(mira.card(first)).not_to_contain_text("Good 0 is right")
        await browser.wipe()

    clock.move(seconds=20)
    async with running(sqlite_url, clock=clock, content=bank) as app:
        you, mira, tomas = [await tab(browser, app, u, complaints) for u in ("you", "mira", "tomas")]
        deadline = (await current(app)).deadline_at
        assert deadline is not None
        assert deadline - clock() == timedelta(seconds=45)
        await tomas.press(first, wrong)
        await expect(mira.card(first)).to_contain_text("2 of 3 have answered")
        await mira.press(first, wrong)
        shown = "Group quiz: 1 of 2, the answer"
        await expect(tomas.card(shown)).to_contain_text("Good 0 is right")
        clock.move(seconds=16)
        app.scheduler.wake()
        second = "Group quiz: 2 of 2"
        await expect(tomas.card(second)).to_be_visible()
        key = "ABCDEFG"[(await current(app)).question.key[0]]
        wrong = next(letter for letter in "ABC" if letter != key)
        await tomas.press(second, "Leave the quiz")
        await tomas.sees("Nobody will wait for you")
        await mira.press(second, wrong)
        await mira.press("Group quiz: 2 of 2, your answer", key)
        await mira.sees(f"You said: {key}")
        await you.press(second, wrong)
        await expect(mira.card("Group quiz: 2 of 2, the answer")).to_contain_text("Good 0 is right")
        clock.move(seconds=16)
        app.scheduler.wake()
        podium = mira.card("Group quiz: final result")
        await expect(podium).to_contain_text("3 members, 2 questions.")
        await podium.get_by_role("button", name="My result").click()
        await mira.sees("Group quiz: 1 of 2 right")
        assert complaints == []  # before it stops: a page that asks again then is refused


async def test_what_was_answered_comes_back_when_it_is_due(
    browser: Windows, sqlite_url: str, tmp_path: Path
) -> None:
    complaints: list[str] = []
    clock = Clock()
    async with running(sqlite_url, clock=clock, content=write_bank(tmp_path, [raw_item("single")])) as app:
        you = await tab(browser, app, "you", complaints)
        await set_up(you)
        await you.type("/quiz start count:1")
        await answer(you, app, "Quiz: 1 of 1", RIGHT)
        await you.press("Right", "See the result")
        await you.type("/quiz review")
        await you.sees("Nothing is due.")

        async def due(tx: Transaction) -> timedelta:
            row = (await tx.execute(select(reviews.c.due_at, reviews.c.last_at))).one()
            gap: timedelta = row.due_at - row.last_at
            return gap

        # FSRS's first interval for "good" at a retention of 0.9 is its initial stability, 2.3065 days, in whole days.
        assert await app.database.read(due) == timedelta(days=2)
        clock.move(days=2)
        await you.type("/quiz review")
        await answer(you, app, "Review: 1 of 1", WRONG)
        await you.press("Not this time", "See the result")
        assert await app.database.read(due) == timedelta(days=1)
        rows = await app.database.read(_count)
        assert rows == 2
        assert complaints == []  # before it stops: a page that asks again then is refused


async def _count(tx: Transaction) -> int:
    return len(list(await tx.execute(select(responses.c.id))))
