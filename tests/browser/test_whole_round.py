"""The product in a real Chromium: a whole round as four members, and a newcomer's first two minutes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.app import App, open_app
from bot.settings import Settings
from tests.browser.conftest import PATIENCE_MS
from tests.village import Clock

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE_MS)


MIRA = "Mira's better thought, after a walk."
TOMAS = "Tomas has another view."


class Tab:
    """One member's tab: presses and types as a person does, and reads what stands there."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def card(self, title: str) -> Locator:
        """The newest message with this title."""
        return self.page.get_by_role("article", name=title, exact=True).last

    async def press(self, title: str, button: str) -> None:
        await self.card(title).get_by_role("button", name=button, exact=True).click()

    async def type(self, line: str) -> None:
        box = self.page.get_by_role("combobox", name="Command")
        await box.fill(line)
        await box.press("Escape")
        await box.press("Enter")

    async def answer(self, words: str, consent: str = "Unnamed") -> None:
        dialog = self.page.get_by_role("dialog")
        await dialog.get_by_label("Your answer").fill(words)
        await dialog.get_by_label(consent, exact=True).check()
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog).to_be_hidden()

    async def sees(self, words: str) -> None:
        await expect(self.page.get_by_text(words).last).to_be_visible()


@asynccontextmanager
async def running(url: str, *, demo: bool) -> AsyncIterator[App]:
    """The app, served and beating, on a Monday at nine."""
    app = await open_app(replace(Settings(port=0, database_url=url), demo=demo), clock=Clock())
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


async def tab(browser: Browser, app: App, user: str, complaints: list[str]) -> Tab:
    context = await browser.new_context(viewport={"width": 1100, "height": 850}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    await page.goto(f"{app.url}?as={user}")
    return Tab(page)


async def test_four_members_live_a_whole_round(browser: Browser, sqlite_url: str) -> None:
    complaints: list[str] = []
    async with running(sqlite_url, demo=False) as app:
        you, mira, tomas, amara = [
            await tab(browser, app, u, complaints) for u in ("you", "mira", "tomas", "amara")
        ]
        await you.type("/group setup")
        await you.page.get_by_role("button", name="Post the first question now").click()
        for each in (you, mira, tomas, amara):
            await expect(each.card("Monday's question")).to_be_visible()

        await mira.press("Monday's question", "Answer")
        await mira.answer("Mira's first thought.", "With my name")
        await mira.press("Saved", "Edit")
        await mira.answer(MIRA, "With my name")
        await tomas.type("/answer")
        await tomas.answer(TOMAS)
        await tomas.press("Saved", "Lock and compare")
        await tomas.sees("Locked: now compare")
        await amara.press("Monday's question", "Answer")
        await amara.answer("Buy my book at example.org!")
        await you.press("Monday's question", "Answer")
        await you.answer("The organiser's own answer.")

        await mira.type("/round close")
        await mira.sees("This one is for the organisers")
        await you.type("/round close")
        await you.press("Close answers now?", "Close answers")
        await mira.sees("Answers are closed.")

        helped, on = "It helped me", "Next"
        await _vote(mira, {TOMAS: helped, "Buy my book": on, "The organiser's": on})
        await _vote(amara, {MIRA: helped, TOMAS: helped, "The organiser's": on})
        await _vote(tomas, {MIRA: helped, "Buy my book": "Report", "The organiser's": on})
        await _vote(you, {MIRA: helped, TOMAS: on, "Buy my book": on})
        await you.press("An answer was reported", "Remove it")
        await you.sees("Nobody sees it any more")

        await you.type("/round reveal")
        await you.press("Reveal now?", "Reveal now")
        for each in (you, mira, tomas, amara):
            reveal = each.card("Monday's reveal")
            await expect(reveal).to_contain_text(MIRA)
            await expect(reveal).to_contain_text("Mira")
            await expect(reveal).to_contain_text("Model answer")
            await expect(reveal).not_to_contain_text("Buy my book")
        await mira.press("Monday's reveal", "How did mine do?")
        await mira.sees("It helped 3 of 3 readers.")
        await mira.type("/leaderboard")
        await mira.sees("The board opens at five active members")
    assert complaints == []


async def _vote(who: Tab, verdicts: dict[str, str]) -> None:
    """Read every answer; ``verdicts`` says which button an answer with these words gets."""
    await who.type("/vote")
    ballot = who.page.get_by_role("article", name="Monday's ballot")
    for _ in verdicts:
        await expect(ballot).to_be_visible()
        page = await ballot.inner_text()
        words = next(w for w in verdicts if w in page)
        await ballot.get_by_role("button", name=verdicts[words], exact=True).click()
        if verdicts[words] == "Report":
            await who.press("Report this answer?", "Report it")
            await who.press("Thank you for telling us", "Go on with the ballot")
        await expect(ballot.filter(has_text=words)).to_have_count(0)
    await expect(who.card("Thank you: ballot finished")).to_be_visible()


async def test_a_newcomer_lives_a_round_in_seven_clicks_and_two_sentences(
    browser: Browser, sqlite_url: str
) -> None:
    complaints: list[str] = []
    async with running(sqlite_url, demo=True) as app:
        you = await tab(browser, app, "you", complaints)
        steps = you.card("A whole round in two minutes")
        await expect(steps).to_contain_text("○ 1.")
        await steps.get_by_role("button", name="Answer", exact=True).click()
        await you.answer("People still write the principles. The model only applies them.")
        await expect(steps).to_contain_text("✓ 1.")
        await steps.get_by_role("button", name="Vote: 3 to read").click()
        for number in (1, 2, 3):
            await you.press(f"Friday's ballot: {number} of 3", "It helped me")
        await expect(steps).to_contain_text("✓ 2.")
        await you.press("Thank you: ballot finished", "Reveal now")
        await expect(you.card("Friday's reveal")).to_contain_text("Mira (sample)")
        await expect(steps).to_contain_text("✓ 3.")
        await you.press("Revealed", "Next question")
        await expect(you.card("Monday's second question")).to_be_visible()
        await expect(you.card("That's how it works")).to_contain_text("/group settings")
        await you.press("Monday's second question", "Vote on Monday's: 4 to read")
        await expect(you.card("Monday's ballot: 1 of 3")).to_be_visible()
    assert complaints == []
