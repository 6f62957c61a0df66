"""Boards in a real Chromium: with 3, 12 and 3,000 members, and with the names that people really have."""

import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Literal

import pytest
from PIL import Image
from playwright.async_api import Page, expect
from sqlalchemy import select, update

from bot.app.run import App
from bot.database.transaction import Transaction
from bot.features.points.ledger import Award, award
from bot.membership.model import Naming, Tone
from bot.membership.queries import find_member
from bot.membership.tables import groups, members, people
from tests.browser.conftest import IN_ONE_LOOP, Windows
from tests.browser.room_site import widths
from tests.browser.tabs import Tab, running, tab
from tests.support.local_driver import MONDAY_NINE

pytestmark = [pytest.mark.browser, IN_ONE_LOOP]

TODAY = date(2026, 11, 23)
STRANGE = (
    "Wolfeschlegelsteinhausenbergerdorff the Elder of Upper and Lower Saxony and of the Isles",
    "🦊 Fox 👩‍👩‍👧‍👦",
    "محمد عبد الله",
    "שלום כהן",
    "王小明",
    "Z̷̢̛͓a̸̧̛l̵̢̛g̸̡̛o",
    "Ann",
)


def a_name(n: int) -> str:
    return STRANGE[n] if n < len(STRANGE) else f"Member {n}"


async def fill(tx: Transaction, app: App, size: int, tone: Tone) -> None:
    """Make ``size`` members with points in steps of two below a hundred thousand; whoever opened the room among them."""
    group_id = (await tx.execute(select(groups.c.id))).scalar()
    await tx.execute(update(groups).values(tone=tone.value))
    you = await find_member(tx, group_id, app.room.identity(app.room.members[0]))
    assert you is not None
    shown = {
        "group_id": group_id,
        "naming": Naming.NAMED.value,
        "joined_at": MONDAY_NINE,
        "seen_at": MONDAY_NINE,
    }
    first = 1000
    ids = range(first, first + size - 1)
    await tx.insert_all(people, [{"id": i, "zone": "", "created_at": MONDAY_NINE} for i in ids])
    await tx.insert_all(members, [{"id": i, "person_id": i, "name": a_name(i - first), **shown} for i in ids])
    points = {i: 100_000 - 2 * n for n, i in enumerate(ids)}
    points[you.id] = 100_000 - size - 1  # halfway down
    await award(
        tx,
        [
            Award(f"test:{i}", group_id, i, "", "test", number, TODAY, MONDAY_NINE)
            for i, number in points.items()
        ],
    )


@asynccontextmanager
async def board(
    browser: Windows, url: str, size: int, tone: Tone = Tone.COMPETITIVE
) -> AsyncIterator[tuple[Tab, App]]:
    """A tab that has asked for the board of a group of ``size``; nothing may complain."""
    complaints: list[str] = []
    async with running(url) as app:
        you = await tab(browser, app, "you", complaints)
        await you.type("/group setup")
        await you.page.get_by_role("button", name="Post the first question now").click()
        await expect(you.card("Monday's question")).to_be_visible()
        await app.database.write(lambda tx: fill(tx, app, size, tone))
        await you.type("/leaderboard")
        yield you, app
        assert complaints == []  # before it stops: a page that asks again then is refused


async def cells(you: Tab, title: str = "Leaderboard", table: int = 0) -> list[list[str]]:
    """The rows of a table of the newest card with this title."""
    found: list[list[str]] = await (
        you.card(title)
        .locator("table")
        .nth(table)
        .locator("tbody tr")
        .evaluate_all("rows => rows.map(r => [...r.cells].map(c => c.innerText))")
    )
    return found


async def test_twelve_members_with_strange_names_share_their_board(browser: Windows, sqlite_url: str) -> None:
    async with board(browser, sqlite_url, 12) as (you, _):
        await you.sees("rank 8")
        rows = await cells(you)
        assert [row[0] for row in rows] == [*map(str, range(1, 11))]
        for shown, name in zip([row[1] for row in rows], STRANGE[:6], strict=False):
            assert name[:2] in shown
        await you.press("Leaderboard", "Next ten")
        await expect(you.card("Leaderboard").get_by_role("button", name="Back")).to_be_visible()
        assert [row[0] for row in await cells(you)] == ["11", "12"]
        await you.press("Leaderboard", "Share")
        await sees_the_picture(you)
        assert len(await cells(you)) == 10
        assert max(await widths(you.page)) == 0
        await you.page.set_viewport_size({"width": 360, "height": 740})
        assert max(await widths(you.page)) == 0


async def sees_the_picture(you: Tab) -> None:
    """The newest board holds a picture that has loaded, with its words, sharp and not wider than its place."""
    picture = you.card("Leaderboard").locator("img.picture")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_attribute("alt", _says(STRANGE[2]))
    await you.page.wait_for_function(
        "() => [...document.querySelectorAll('img.picture')].every(i => i.complete && i.naturalWidth > 0)"
    )
    natural, shown = await picture.evaluate("i => [i.naturalWidth, i.getBoundingClientRect().width]")
    assert natural == 1280
    assert 300 < shown <= 640


def _says(name: str) -> re.Pattern[str]:
    return re.compile(f"^Leaderboard\\. Points, this week\\..*{name}")


async def test_three_thousand_members_are_ten_rows_and_ones_neighbours(
    browser: Windows, sqlite_url: str
) -> None:
    async with board(browser, sqlite_url, 3000) as (you, _):
        await you.sees("rank 1,502")
        assert len(await cells(you)) == 10
        around = await cells(you, table=1)
        assert [row[1] for row in around] == [
            "Member 1499",
            "Member 1500",
            "You",
            "Member 1501",
            "Member 1502",
        ]
        assert "3,000" not in await you.card("Leaderboard").inner_text()


async def test_the_picture_is_light_on_a_light_page_and_dark_on_a_dark_one(
    browser: Windows, sqlite_url: str
) -> None:
    async with board(browser, sqlite_url, 12) as (you, _):
        await you.sees("rank 8")
        await you.press("Leaderboard", "Share")
        picture = you.card("Leaderboard").locator("img.picture")
        await expect(picture).to_be_visible()
        seen = []
        schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
        for scheme in schemes:
            await you.page.emulate_media(color_scheme=scheme)
            seen.append(await corner_and_middle(you.page))
        (light_corner, light_card), (dark_corner, dark_card) = seen
        assert sum(light_corner) - sum(dark_corner) > 300, "the corners show the page"
        assert sum(light_card) - sum(dark_card) > 300, "so is the card itself"


async def corner_and_middle(page: Page) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The colours at the picture's outermost corner, and of the card near its left edge."""
    picture = page.locator("img.picture").last
    await picture.scroll_into_view_if_needed()
    image = Image.open(io.BytesIO(await picture.screenshot())).convert("RGB")
    found = [image.getpixel(at) for at in ((0, 0), (12, image.height // 2))]
    assert all(isinstance(colour, tuple) for colour in found)
    return found[0], found[1]  # type: ignore[return-value]
