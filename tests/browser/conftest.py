"""A real Chromium for the tests of the page; where none is found, they are skipped by name."""

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_MS = 20_000
"""How long a page may take before a test fails; machines that run everything at once are slow."""


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
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield opened
        await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """A browser for one test: whatever it opened is closed and forgotten at its end."""
    yield chromium
    for context in chromium.contexts:
        await context.close()
