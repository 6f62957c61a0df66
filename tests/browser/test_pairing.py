"""A week of pairing for mock interviews in a real Chromium, with a restart in its middle."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import IN_ONE_LOOP, Windows
from tests.browser.tabs import running, tab
from tests.support.local_driver import Clock

pytestmark = [pytest.mark.browser, IN_ONE_LOOP]

REVEAL, IN, MEETING = "Monday's reveal", "You're in this week", "Your mock interview this week"


async def test_a_week_from_its_first_reveal_to_who_does_not_come(browser: Windows, sqlite_url: str) -> None:
    complaints: list[str] = []
    clock = Clock()
    async with running(sqlite_url, clock=clock) as app:
        you, mira = [await tab(browser, app, user, complaints) for user in ("you", "mira")]
        await you.type("/group setup")
        await you.page.get_by_role("button", name="Post the first question now").click()
        await you.type("/group settings")
        settings = you.card("Group settings")
        await settings.get_by_label("Change ...").select_option("mocks")
        await settings.get_by_label("Pairs for mock interviews").select_option("on")
        await expect(settings).to_contain_text("pairs once a week")
        await you.type("/round close")
        await you.press("Close answers now?", "Close answers")
        await you.type("/round reveal")
        await you.press("Reveal now?", "Reveal now")
        for each in (you, mira):
            await expect(each.card(REVEAL)).to_contain_text("In for a mock interview this week?")
            await each.press(REVEAL, "In, as last week")
            await each.press("A mock interview this week", "Weekday evenings")
            await expect(each.card(IN)).to_contain_text("You can meet on weekday evenings")
        assert complaints == []
        await browser.wipe()
    clock.move(days=1)
    async with running(sqlite_url, clock=clock) as app:
        you, mira = [await tab(browser, app, user, complaints) for user in ("you", "mira")]
        await expect(mira.card(MEETING)).to_contain_text("Your role")
        await expect(you.card(MEETING)).to_contain_text("Mira")
        asks, answers = (you, mira) if "Interviewer" in await you.card(MEETING).inner_text() else (mira, you)
        async with asks.page.expect_download() as calendar:
            await asks.card(MEETING).get_by_text("mock-interview.ics").click()
        assert (await calendar.value).suggested_filename == "mock-interview.ics"
        await asks.press(MEETING, "Read the script")
        await expect(asks.page.get_by_role("button", name="Ask the first part")).to_be_visible()
        await expect(answers.page.get_by_text("interviews you and reads the script first")).to_be_visible()
        clock.move(hours=11)
        await answers.press(MEETING, "They're not here")
        await expect(answers.card("Nobody else is waiting just now")).to_be_visible()
        await asks.press(MEETING, "They're not here")
        await expect(asks.card("You are both there")).to_be_visible()
        assert complaints == []
