"""What axe finds on the room's main screens: nothing serious."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.conftest import IN_ONE_LOOP, Windows
from tests.browser.tabs import running, tab

pytestmark = [pytest.mark.browser, pytest.mark.slow, IN_ONE_LOOP]


async def findings(page: Page) -> list[str]:
    """What axe calls serious or critical, and in the dark which colours, with where it is."""
    said: list[str] = []
    for scheme in ("light", "dark"):
        await page.evaluate("(scheme) => { document.documentElement.dataset.theme = scheme; }", scheme)
        found = await Axe().run(page, options={"runOnly": ["color-contrast"]} if scheme == "dark" else {})
        said += [
            f"{scheme}, {each['id']}: {node['html'][:200]}"
            for each in found.response["violations"]
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]
    return said


async def test_the_main_screens_have_no_serious_finding(browser: Windows, sqlite_url: str) -> None:
    complaints: list[str] = []
    seen: dict[str, list[str]] = {}
    async with running(sqlite_url) as app:
        you = await tab(browser, app, "you", complaints)
        await you.sees("Nothing here yet")
        await you.page.get_by_role("combobox", name="Command").fill("/my")
        await expect(you.page.get_by_role("listbox")).to_be_visible()
        seen["an empty room with completion"] = await findings(you.page)
        await you.type("/group setup")
        await you.page.get_by_role("button", name="Post the first question now").click()
        await expect(you.card("Monday's question")).to_be_visible()
        for line in ("/my record", "/my settings", "/bank browse", "/help", "/quiz start"):
            await you.type(line)
            await expect(you.page.locator(".by code", has_text=line)).to_be_visible()
        seen["cards"] = await findings(you.page)
        await you.press("Monday's question", "Answer")
        await expect(you.page.get_by_role("dialog")).to_be_visible()
        seen["form"] = await findings(you.page)
    assert seen == {screen: [] for screen in seen}
    assert complaints == []
