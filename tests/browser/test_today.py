"""The strip above the messages: what waits for whoever looks, where each of it leads, and that it keeps up."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import IN_ONE_LOOP, Windows
from tests.browser.tabs import running, tab

pytestmark = [pytest.mark.browser, pytest.mark.slow, IN_ONE_LOOP]


async def test_it_leads_to_what_waits_and_keeps_up_with_ones_own_presses_and_with_the_round(
    browser: Windows, sqlite_url: str
) -> None:
    complaints: list[str] = []
    async with running(sqlite_url, demo=True) as app:
        you, mira = [await tab(browser, app, user, complaints, width=390) for user in ("you", "mira")]
        strip = you.page.get_by_role("region", name="Today", exact=True)
        answer, vote = strip.get_by_role("button").nth(0), strip.get_by_role("button").nth(1)
        await expect(answer).to_have_text(re.compile("^Answer until "))
        await expect(vote).to_have_text("Vote 3 to read")
        top, messages = [await each.bounding_box() for each in (strip, you.page.get_by_role("main"))]
        assert top is not None
        assert messages is not None
        assert top["height"] < 60, "one row, which scrolls sideways"
        assert top["y"] + top["height"] <= messages["y"]

        await answer.focus()
        await you.page.keyboard.press("Enter")
        dialog = you.page.get_by_role("dialog", name="Monday's answer", exact=True)
        await expect(dialog).to_be_visible()
        await you.page.keyboard.press("Escape")
        await expect(answer).to_be_focused()
        await vote.click()
        await you.press("Friday's ballot: 1 of 3", "It helped me")
        await expect(vote).to_have_text("Vote 2 to read")
        await answer.click()
        await you.answer("People still write the principles.")
        await expect(answer).to_have_text(re.compile("^Edit my answer until "))

        theirs = mira.page.get_by_role("region", name="Today", exact=True).get_by_role("button")
        await expect(theirs.nth(0)).to_have_text(re.compile("until "))
        await you.type("/round close")
        await you.press("Close answers now?", "Close answers")
        await expect(theirs.filter(has_text="until ")).to_have_count(0)
        await expect(strip.get_by_role("button")).to_have_text(["Vote 2 to read"])
        assert complaints == []  # before it stops: a page that asks again then is refused
