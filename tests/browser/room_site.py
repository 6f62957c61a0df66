"""A served room and browsers' tabs on it, and ways to measure what they show."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from playwright.async_api import Page, expect

from adapters.local import LocalRoom, serve
from tests.adapters.local.memory_transcript import MemoryTranscript
from tests.adapters.local.product import Product, room_over
from tests.browser.conftest import Windows


class Site:
    """A served room, and browsers' tabs on it."""

    def __init__(self, browser: Windows, room: LocalRoom, product: Product, url: str) -> None:
        self._browser = browser
        self.room = room
        self.product = product
        self.url = url
        self.complaints: list[str] = []

    async def visit(
        self,
        member: str = "you",
        width: int = 1200,
        scheme: Literal["light", "dark"] = "light",
        height: int = 800,
    ) -> Page:
        """A new tab of its own, as one of the members."""
        page = await self._browser.open(width, height, self.complaints, scheme)
        await page.goto(f"{self.url}?as={member}")
        await expect(page.get_by_label("You are")).to_have_value(member)
        return page


@asynccontextmanager
async def site_over(browser: Windows, transcript: MemoryTranscript) -> AsyncIterator[Site]:
    product = Product()
    room = room_over(transcript)
    running = await serve(room, product.dispatcher(), port=0)
    try:
        yield Site(browser, room, product, running.url)
    finally:
        await running.stop()


async def widths(page: Page) -> list[int]:
    """How far the page and its messages reach beyond the window, in pixels."""
    found: list[int] = await page.evaluate(
        "() => [document.documentElement, document.getElementById('scroller'), document.getElementById('dialog')]"
        ".map((e) => e.scrollWidth - e.clientWidth)"
    )
    return found


async def contrast(page: Page, selector: str) -> float:
    """The WCAG contrast between an element's words and what stands behind them."""
    found: float = await page.evaluate(
        """(selector) => {
          const paint = (colour) => {
            const canvas = document.createElement("canvas").getContext("2d");
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data];
          };
          const light = (colour) => {
            const [r, g, b] = paint(colour).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const words = document.querySelector(selector);
          let behind = words;
          while (paint(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
          const [a, b] = [light(getComputedStyle(words).color), light(getComputedStyle(behind).backgroundColor)].sort();
          return (b + 0.05) / (a + 0.05);
        }""",
        selector,
    )
    return found
