"""The product in a real Chromium: a whole round as four members, and a newcomer's first two minutes."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import IN_ONE_LOOP, Windows
from tests.browser.tabs import Tab, running, tab

pytestmark = [pytest.mark.browser, IN_ONE_LOOP]


MIRA = "Mira's better thought, after a walk."
TOMAS = "Tomas has another view."


async def test_four_members_live_a_whole_round(browser: Windows, sqlite_url: str) -> None:
    complaints: list[str] = []
    async with running(sqlite_url, demo=False) as app:
        you, mira, tomas, amara = [
            await tab(browser, app, u, complaints) for u in ("you", "mira", "tomas", "amara")
        ]
        await you.page.get_by_role("button", name="invite sample members").click()
        who = you.page.get_by_role("dialog", name="Who is here")
        await who.get_by_role("button", name="Remove Kenji").click()
        await who.get_by_role("button", name="Add sample members").click()
        await who.get_by_role("textbox", name="Name").last.fill("Zoë")
        await who.get_by_role("button", name="Save").click()
        await expect(you.page.locator("#member option")).to_have_text(
            ["Robin (organiser)", "Mira", "Tomas", "Amara", "Noor", "Jonas", "Priya", "Zoë"]
        )
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
        await tomas.press("Saved", "Compare now")
        await tomas.press("Lock your answer?", "Lock it")
        await tomas.sees("Locked: now compare")
        await amara.press("Monday's question", "Answer")
        await amara.answer("Buy my book at example.org!")
        await you.press("Monday's question", "Answer")
        await you.answer("The organiser's own answer.")

        await mira.type("/round close")
        await mira.sees("Only organisers can do this")
        await you.type("/round close")
        await you.press("Close answers now?", "Close answers")
        await mira.sees("Answers are closed.")

        helped, on = "It helped me", "Not this one"
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
        assert complaints == []  # before it stops: a page that asks again then is refused


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
            await who.press("Thank you for the report", "Continue the ballot")
        await expect(ballot.filter(has_text=words)).to_have_count(0)
    await expect(who.card("Thank you: ballot finished")).to_be_visible()


async def test_a_newcomer_lives_a_round_in_seven_clicks_and_two_sentences(
    browser: Windows, sqlite_url: str
) -> None:
    complaints: list[str] = []
    async with running(sqlite_url, demo=True) as app:
        you = await tab(browser, app, "you", complaints)
        await you.page.set_viewport_size({"width": 390, "height": 844})
        steps = you.card("A whole round in two minutes")
        await expect(steps).to_contain_text("○ 1.")
        await steps.get_by_role("button", name="Answer", exact=True).click()
        await you.answer("People still write the principles. The model only applies them.")
        await expect(steps).to_contain_text("✓ 1.")
        await expect(steps.get_by_role("button", name="Vote: 3 to read")).to_be_in_viewport()
        await steps.get_by_role("button", name="Vote: 3 to read").click()
        for number in (1, 2, 3):
            await you.press(f"Friday's ballot: {number} of 3", "It helped me")
        await expect(steps).to_contain_text("✓ 2.")
        await expect(steps.get_by_role("button", name="Reveal now")).to_be_in_viewport()
        await you.press("Thank you: ballot finished", "Reveal now")
        await expect(you.card("Friday's reveal")).to_contain_text("Mira (sample)")
        await expect(steps).to_contain_text("✓ 3.")
        await you.press("Revealed", "Next question")
        await expect(you.card("Monday's second question")).to_be_visible()
        await expect(you.card("That's how it works")).to_contain_text("/group settings")
        await you.press("Monday's second question", "Vote on Monday's")
        await expect(you.card("Monday's ballot: 1 of 3")).to_be_visible()
        assert complaints == []  # before it stops: a page that asks again then is refused
