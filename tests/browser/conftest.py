"""A real Chromium for the tests of the page; where none is found, they are skipped by name."""

import shutil
from collections.abc import AsyncIterator
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_MS = 20_000
"""How long a page may take before a test fails; machines that run everything at once are slow."""
expect.set_options(timeout=PATIENCE_MS)

IN_ONE_LOOP = pytest.mark.asyncio(loop_scope="session")
"""For every test with a browser: Chromium is started once, and belongs to the loop that started it."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """A running Chromium that talks to the loopback alone."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"no Chromium on this machine (looked for {', '.join(NAMES)})")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--in-process-gpu", "--disable-background-networking"],
        )
        yield opened
        await opened.close()


class Windows:
    """Windows of a browser, each as apart from the others as another person's.

    A wiped one is given again: to open one costs more than most of what is done in it.
    """

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self._used: list[Page] = []
        self._free: list[Page] = []
        self._complaints: dict[Page, list[str]] = {}

    async def open(
        self, width: int, height: int, complaints: list[str], scheme: Literal["light", "dark"] = "light"
    ) -> Page:
        """An empty window of this size; what its page complains about is added to ``complaints``."""
        page = self._free.pop() if self._free else await self._new()
        self._used.append(page)
        self._complaints[page] = complaints
        await page.set_viewport_size({"width": width, "height": height})
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        return page

    async def _new(self) -> Page:
        context = await self._chromium.new_context(timezone_id="Asia/Tokyo")
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        page.on("pageerror", lambda error: self._complaints[page].append(str(error)))
        page.on("console", lambda m: self._complaints[page].append(m.text) if m.type == "error" else None)
        return page

    async def wipe(self) -> None:
        """Take every window back, and forget what was done in it."""
        while self._used:
            page = self._used.pop()
            if not page.is_closed():
                # By the page itself: where the browser is asked to go elsewhere, it starts another process for that.
                await page.evaluate(
                    "() => { localStorage.clear(); sessionStorage.clear(); location.replace('about:blank'); }"
                )
                await page.wait_for_url("about:blank")
                await page.mouse.move(0, 0)
                self._free.append(page)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def windows(chromium: Browser) -> Windows:
    """The windows of this run."""
    return Windows(chromium)


@pytest_asyncio.fixture(loop_scope="session")
async def browser(windows: Windows) -> AsyncIterator[Windows]:
    """Windows for one test: what was done in them is forgotten at its end."""
    yield windows
    await windows.wipe()
