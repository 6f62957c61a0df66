"""The room's first render in a Chromium, with a year of messages, against an empty room's; in turn, each in a fresh profile."""

import shutil
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot.app.run import App
from bot.chat.requests import Invoke, Request
from tests.bench.filling import HERE, NOW, opened, put, school
from tests.bench.rows import Row, at_most, skipped
from tests.bench.timing import typical
from tests.support.local_driver import card_of

MESSAGES, PRIVATE = 2000, 600
"""So many messages, and so many of them for the one who looks alone."""

LOADS, LOADS_QUICK, WARM = 25, 5, 2
GOAL = at_most(1.5)
NAME = f"page: first render with {MESSAGES:,} messages, {PRIVATE} of them private"

RENDERED = """
  new MutationObserver((_, watch) => {
    if (document.getElementById("log")?.getAttribute("aria-busy") !== "false") return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.rendered = performance.now(); }));
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["aria-busy"] });
"""
"""Notes when the first messages, or the lack of any, are painted, in milliseconds since the address was opened."""


async def measure(folder: Path, quick: bool) -> list[Row]:
    """What a visitor waits for who opens the room."""
    path = next(
        (
            found
            for name in ("chromium", "chromium-browser", "google-chrome")
            if (found := shutil.which(name))
        ),
        None,
    )
    if path is None:
        return [skipped(NAME, "ms", GOAL, "no Chromium on this machine")]
    full, empty = [await opened(f"sqlite:///{folder}/{name}.db") for name in ("full", "empty")]
    try:
        await put(full.database, school(40, 6))
        await _talk(full)
        for app in (full, empty):
            await app.start(ticking=False)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=path, args=["--no-sandbox", "--disable-gpu"]
            )
            taken = {full.url: list[float](), empty.url: list[float]()}
            for number in range(WARM + (LOADS_QUICK if quick else LOADS)):
                for url, times in taken.items():
                    waited = await _first_render(browser, url)
                    times += [waited] if number >= WARM else []
            await browser.close()
        return [Row(NAME, typical(taken[full.url]), "ms", typical(taken[empty.url]), GOAL)]
    finally:
        for app in (full, empty):
            await app.stop()


async def _talk(app: App) -> None:
    """Fill the room with cards as they are: the open question for everyone, and one's own for who looks."""
    you = app.room.members[0]
    request = Request("bench", NOW, app.room.identity(you), HERE, Invoke("question today", {}), manages=True)
    card = card_of(await app.dispatcher.handle(request))
    for number in range(MESSAGES):
        private = number % (MESSAGES // PRIVATE) == 0 and number < PRIVATE * (MESSAGES // PRIVATE)
        await app.room.show(card, audience=you.user if private else None, key=f"m{number}")


async def _first_render(browser: Browser, url: str) -> float:
    context = await browser.new_context()
    page = await context.new_page()
    await page.add_init_script(RENDERED)
    await page.goto(url)
    waited: float = await (await page.wait_for_function("() => window.rendered")).json_value()
    await context.close()
    return waited
