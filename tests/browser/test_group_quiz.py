"""A group quiz in a real Chromium at 390 pixels: each question comes into view, and one's own card comes along."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.app.run import App
from tests.browser.conftest import IN_ONE_LOOP, Windows
from tests.browser.tabs import running, tab
from tests.browser.test_quizzes import current, set_up
from tests.features.quiz.quizzing import raw_item, write_bank
from tests.support.local_driver import Clock

pytestmark = [pytest.mark.browser, IN_ONE_LOOP]


async def pass_step(app: App, clock: Clock) -> None:
    """Let the quiz's next step be due."""
    due = (await current(app)).next_at
    assert due is not None
    clock.move(seconds=(due - clock()).total_seconds())
    app.scheduler.wake()


async def test_whoever_takes_part_sees_each_question_and_their_own_card_and_others_hear_of_a_change(
    browser: Windows, sqlite_url: str, tmp_path: Path
) -> None:
    complaints: list[str] = []
    bank = write_bank(tmp_path, [raw_item("single"), raw_item("match", 2)])
    clock = Clock()
    async with running(sqlite_url, clock=clock, content=bank) as app:
        you, mira, tomas = [
            await tab(browser, app, user, complaints, width=390, height=height)
            for user, height in (("you", 844), ("mira", 844), ("tomas", 480))
        ]
        await set_up(you)
        await you.type("/quiz start count:2 mode:group")
        await mira.press("Group quiz", "I'm in")
        await you.press("The lobby is open in the channel", "Start now")
        for n in (1, 2):
            asked, answered = f"Group quiz: {n} of 2", f"Group quiz: {n} of 2, the answer"
            await expect(mira.card(asked)).to_be_visible()
            await expect(mira.card(f"{asked}, your answer")).to_be_in_viewport()
            await expect(mira.card("No answer")).to_have_count(0)
            if n == 1:
                await expect(tomas.card(asked)).to_be_in_viewport()
                await tomas.page.locator("#scroller").evaluate("(s) => s.scrollTo(0, 0)")
            await pass_step(app, clock)
            await expect(mira.card(answered)).to_be_in_viewport()
            await expect(mira.card("No answer")).to_be_in_viewport()
            if n == 1:
                await tomas.page.get_by_role("button", name="1 change").click()
                await expect(tomas.card(answered)).to_be_in_viewport()
            await pass_step(app, clock)
        await expect(mira.card("Group quiz: final result")).to_be_in_viewport()
        await expect(mira.card("The quiz is over")).to_be_visible()
        assert complaints == []  # before it stops: a page that asks again then is refused
