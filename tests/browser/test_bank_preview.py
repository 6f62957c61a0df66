"""The page of the whole bank: found by words and topics, opened in place, and without a request to anywhere."""

from datetime import date
from pathlib import Path

import pytest

from bot.bank_tools.check import examine
from bot.bank_tools.preview import preview_page
from tests.browser.conftest import IN_ONE_LOOP, Windows
from tests.support.driver import GUIDE, read_bank

TODAY = date(2026, 11, 23)
pytestmark = [pytest.mark.browser, IN_ONE_LOOP]


async def test_the_page_finds_items_by_word_and_topic_and_asks_nobody_for_anything(
    browser: Windows, tmp_path: Path
) -> None:
    bank = read_bank()
    file = tmp_path / "bank.html"
    file.write_text(preview_page(bank, examine(GUIDE, TODAY), TODAY), "utf-8")
    assert "\\\\sqrt{d}" not in file.read_text("utf-8")
    assert "√d" in file.read_text("utf-8")
    asked: list[str] = []
    errors: list[str] = []
    page = await browser.open(360, 800, errors)
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(file.as_uri())

    items = page.locator("#list details")
    assert await items.count() == len(bank.items)
    root = bank.topics.roots[1]
    await page.get_by_role("button", name=root.title).click()
    assert await items.count() == len(bank.under((root.id,)))

    one = bank.under((root.id,))[0]
    await page.get_by_label("Search").fill(one.id)
    await items.first.locator("summary").click()
    # What is within is written when it opens, which the browser tells a moment later.
    await items.first.get_by_text(one.explanation.split(". ")[0]).wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert (errors, [url for url in asked if not url.startswith("file:")]) == ([], [])
