"""Members' tabs on the running product, in a real Chromium."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from bot.app.run import App, open_app
from bot.app.settings import Settings
from tests.browser.conftest import Windows
from tests.support.local_driver import Clock


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
async def running(
    url: str, *, demo: bool = False, clock: Clock | None = None, content: Path | None = None
) -> AsyncIterator[App]:
    """The app, served and ticking, on a Monday at nine unless its clock says otherwise."""
    settings = Settings(port=0, database_url=url, demo=demo, content=content)
    app = await open_app(settings, clock=clock or Clock())
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


async def tab(
    browser: Windows, app: App, user: str, complaints: list[str], *, width: int = 1100, height: int = 850
) -> Tab:
    page = await browser.open(width, height, complaints)
    await page.goto(f"{app.url}?as={user}")
    return Tab(page)
