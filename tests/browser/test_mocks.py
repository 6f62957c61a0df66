"""A mock interview of two in a real Chromium: from the question to the swapped roles, with a restart between two parts."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.app.run import App
from tests.browser.conftest import IN_ONE_LOOP, Windows
from tests.browser.tabs import Tab, running, tab
from tests.features.quiz.quizzing import COMMON, raw_item, write_bank
from tests.support.banks import RUBRIC
from tests.support.local_driver import Clock

pytestmark = [pytest.mark.browser, IN_ONE_LOOP]

PARTS = ("Say what a lens does.", "Derive its focal length.", "Name a lens that you would build.")


def _script(number: int) -> dict[str, object]:
    rounds = [
        {"minutes": 10, "ask": ask, "follow_ups": [f"Why so, in part {n}?"], "look_for": [f"Clear part {n}"]}
        for n, ask in enumerate(PARTS, 1)
    ]
    prompt = f"A talk {number} on lenses, 30 minutes. Score it together."
    return {
        **COMMON,
        "id": f"{COMMON['topic']}.q8{number}",
        "kind": "mock",
        "prompt": prompt,
        "rounds": rounds,
        "rubric": RUBRIC,
    }


async def _tabs(browser: Windows, app: App, complaints: list[str]) -> tuple[Tab, Tab]:
    return await tab(browser, app, "you", complaints), await tab(browser, app, "tomas", complaints)


async def _part(number: int, you: Tab, tomas: Tab, title: str) -> None:
    """Both read this part's question, and the interviewer alone what to listen for."""
    for each in (you, tomas):
        await expect(each.card(title)).to_contain_text(PARTS[number - 1])
        await expect(each.card(title)).to_contain_text("Until ")
    await expect(you.card(title)).to_contain_text(f"Clear part {number}")
    await expect(tomas.card(title)).not_to_contain_text(f"Clear part {number}")


async def _write(who: Tab, title: str, opens: str, first: str, second: str) -> None:
    await who.press(title, opens)
    dialog = who.page.get_by_role("dialog")
    if opens == "Fill in the sheet":
        await (
            dialog.get_by_role("group", name="Seen (optional)", exact=True)
            .get_by_role("checkbox")
            .first.check()
        )
    boxes = dialog.get_by_role("textbox")
    await boxes.nth(0).fill(first)
    await boxes.nth(1).fill(second)
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog).to_be_hidden()


async def test_two_do_a_mock_interview_and_swap_roles(
    browser: Windows, sqlite_url: str, tmp_path: Path
) -> None:
    complaints: list[str] = []
    clock = Clock()
    bank = write_bank(tmp_path, [raw_item("single"), _script(1), _script(2)])
    async with running(sqlite_url, clock=clock, content=bank) as app:
        you, tomas = await _tabs(browser, app, complaints)
        await you.type("/group setup")
        await you.page.get_by_role("button", name="Post the first question now").click()
        await expect(tomas.card("Monday's question")).to_be_visible()
        await tomas.type("/question today")
        await you.type("/mock with:@tomas")
        await expect(you.card("Asked")).to_be_visible()
        await tomas.press("A mock interview together?", "I'll be interviewed")
        await expect(tomas.page.get_by_role("article", name="Lenses, 30 minutes").last).to_be_visible()
        await expect(you.card("Lenses, 30 minutes")).to_contain_text(PARTS[2])
        await expect(tomas.card("Lenses, 30 minutes")).not_to_contain_text(PARTS[0])
        await you.press("Lenses, 30 minutes", "Ask the first part")
        await _part(1, you, tomas, "Part 1 of 3: Lenses")
        assert complaints == []  # before it stops: a page that asks again then is refused
        await browser.wipe()

    async with running(sqlite_url, clock=clock, content=bank) as app:
        you, tomas = await _tabs(browser, app, complaints)
        await you.press("Part 1 of 3: Lenses", "Next part")
        await _part(2, you, tomas, "Part 2 of 3: Lenses")
        await you.press("Part 2 of 3: Lenses", "Next part")
        await _part(3, you, tomas, "Part 3 of 3: Lenses")
        await you.press("Part 3 of 3: Lenses", "Finish")
        over, after = "That was it: Lenses", "After the mock: Lenses"
        await _write(you, over, "Fill in the sheet", "You drew it first.", "Name a number.")
        await expect(you.card("Sent")).to_be_visible()
        await _write(tomas, over, "Say how it was", "Calm.", "The silence.")
        for each in (you, tomas):
            await expect(each.card(after)).to_contain_text("You drew it first.")
            await expect(each.card(after)).to_contain_text("The silence.")
        await tomas.press(after, "Show scores")
        await expect(tomas.card("Scores: Lenses")).to_contain_text("3 of 6")
        await you.press(after, "Swap roles")
        await expect(tomas.card("Lenses, 30 minutes")).to_contain_text("You interview")
        await tomas.press("Lenses, 30 minutes", "Ask the first part")
        await _part(1, tomas, you, "Part 1 of 3: Lenses")
        assert complaints == []  # before it stops: a page that asks again then is refused
