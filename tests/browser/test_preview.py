"""Code and formulas in a member's words, before they are sent and after, in a real Chromium."""

import pytest
from playwright.async_api import expect

from bot.chat.cards import Card, Verbatim, text
from tests.adapters.local.memory_transcript import MemoryTranscript
from tests.adapters.local.product import question
from tests.browser.conftest import IN_ONE_LOOP, Windows
from tests.browser.room_site import site_over, widths

pytestmark = [pytest.mark.browser, IN_ONE_LOOP]

SUM = r"\mathrm{softmax}(z)_i=\frac{e^{z_i}}{\sum_j e^{z_j}} + a + b + c + d + e + f + g + h + i + j + k + l + m + n + o"
WIDE = f"```python\n{'x' * 200}\n```\n${SUM}$ and $r d^2$"


async def test_a_formula_is_previewed_and_what_is_wide_scrolls_in_itself(browser: Windows) -> None:
    async with site_over(browser, MemoryTranscript()) as site:
        await site.room.post(site.room.place, question(), "k1")
        page = await site.visit(width=390)
        await page.get_by_role("button", name="Write").click()
        await page.get_by_label("Your note").fill("So **two** `f(x)`, $5 and $r d^2$")
        await page.get_by_role("button", name="Preview", exact=True).click()
        preview = page.get_by_role("region", name="Preview")
        await expect(preview).to_have_text("So two f(x), $5 and rd2")
        await expect(preview.locator("math msup")).to_have_count(1)
        await page.get_by_label("Your note").fill("- one <b>\n- [two](https://a.b)")
        await expect(preview.locator("li")).to_have_text(["one <b>", "[two](https://a.b)"])
        await page.get_by_role("button", name="Hide preview").click()
        await expect(preview).to_be_hidden()
        await page.keyboard.press("Escape")

        await site.room.post(site.room.place, Card("Wide", (Verbatim(WIDE, marked=True), text(WIDE))), "k2")
        for wide in (page.locator("pre"), page.locator(".formula")):
            await expect(wide).to_have_count(2)
            assert await wide.first.evaluate("(e) => e.scrollWidth > e.clientWidth && e.tabIndex === 0")
        assert await widths(page) == [0, 0, 0]
        assert site.complaints == []
