"""One's own record in a real Chromium: in small and large groups, among strange names, light and dark, wide and narrow."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest
from playwright.async_api import expect
from sqlalchemy import insert, select

from bot.app.run import App
from bot.database.transaction import Transaction
from bot.features.home.picture import WIDTH
from bot.features.points.tables import activity, streaks
from bot.membership.tables import groups, members, people
from bot.pictures.drawing import DENSITY
from tests.browser.conftest import IN_ONE_LOOP, Windows
from tests.browser.room_site import contrast, widths
from tests.browser.tabs import Tab, running, tab

pytestmark = [pytest.mark.browser, IN_ONE_LOOP]

NAMES = (
    "W" * 80,
    "👩‍👩‍👧‍👦🦆",
    "محمد",
    "שרה",
    "王小明",
    "Z̷̢̛͓a̸̧̛l̵̢̛g̸̡̛o",
    "<b>bold</b>",
    "a\u202eb",
    "@everyone *_~`",
)
TODAY = date(2026, 11, 23)
NINE = datetime(2026, 11, 23, 8, tzinfo=UTC)


async def fill(app: App, size: int) -> None:
    """Fill the group up to so many members with strange names, each active on some days of a year, those who were there on many."""

    async def work(tx: Transaction) -> None:
        group_id = (await tx.execute(select(groups.c.id))).scalar()
        there = len((await tx.execute(select(members.c.id))).all())
        first = (await tx.execute(insert(people).values(created_at=NINE).returning(people.c.id))).scalar()
        numbers = range(size - there)
        await tx.insert_all(people, [{"id": first + 1 + n, "created_at": NINE} for n in numbers])
        made = [
            {
                "group_id": group_id,
                "person_id": first + 1 + n,
                "name": NAMES[n % len(NAMES)],
                "pseudonym": NAMES[n % len(NAMES)],
                "naming": "pseudonym",
                "joined_at": NINE,
                "seen_at": NINE,
            }
            for n in numbers
        ]
        await tx.insert_all(members, made)
        ids = list((await tx.execute(select(members.c.id).order_by(members.c.id))).scalars())
        days = [TODAY - timedelta(days=7 * n + 1) for n in range(20)]
        active = [(m, d) for m in ids for d in (days if m <= there else days[:4])]
        done = [{"member_id": m, "local_date": d, "acts": 1 + m % 60} for m, d in active]
        for start in range(0, len(done), 10_000):
            await tx.insert_all(activity, done[start : start + 10_000])
        kept = {
            "group_id": group_id,
            "current": 4,
            "best": 9,
            "freezes": 2,
            "state": {"toward": 1},
            "through": TODAY,
        }
        have = set((await tx.execute(select(streaks.c.member_id))).scalars())
        await tx.insert_all(streaks, [{"member_id": m, **kept} for m in ids if m not in have])

    await app.database.write(work)


async def test_a_members_record_is_theirs_alone_in_a_large_group(browser: Windows, sqlite_url: str) -> None:
    complaints: list[str] = []
    async with running(sqlite_url) as app:
        you, mira = [await tab(browser, app, u, complaints) for u in ("you", "mira")]
        await you.type("/group setup")
        await you.page.get_by_role("button", name="Post the first question now").click()
        await mira.press("Monday's question", "Answer")
        await mira.answer("What I would say.")
        await fill(app, 300)
        await mira.type("/my record")
        card = mira.card("Your record")
        await expect(card).to_contain_text("1 question day in a row")
        await expect(card).to_contain_text("21 active days")
        picture = card.get_by_role("img", name="Your record.")
        await expect(picture).to_be_visible()
        assert "21 active days in the past year" in str(await picture.get_attribute("alt"))
        shown = await picture.evaluate(
            "async (e) => { await e.decode(); return [e.naturalWidth, e.clientWidth]; }"
        )
        assert shown[0] == WIDTH * DENSITY
        assert shown[1] <= WIDTH
        text = await card.inner_text()
        assert not any(name in text for name in NAMES)
        await expect(you.page.get_by_role("article", name="Your record")).to_have_count(0)
        await _practises(mira)
        assert complaints == []  # before it stops: a page that asks again then is refused


async def _practises(who: Tab) -> None:
    await who.type("/question practice")
    await expect(who.card("Practice")).to_be_visible()
    await who.press("Practice", "Show the model answer")
    await expect(who.card("Compare")).to_be_visible()


async def test_a_record_reads_well_on_any_screen(browser: Windows, sqlite_url: str) -> None:
    async with running(sqlite_url) as app:
        you = await tab(browser, app, "you", [])
        await you.type("/group setup")
        await you.page.get_by_role("button", name="Post the first question now").click()
        await fill(app, 12)
        await you.type("/my record")
        card = you.card("Your record")
        picture = card.get_by_role("img", name="Your record.")
        await expect(picture).to_be_visible()
        screens: tuple[tuple[int, Literal["light", "dark"]], ...] = ((360, "dark"), (1200, "light"))
        for width, scheme in screens:
            await you.page.set_viewport_size({"width": width, "height": 900})
            await you.page.emulate_media(color_scheme=scheme)
            box, outer = await picture.bounding_box(), await card.bounding_box()
            turned = await picture.evaluate("(e) => getComputedStyle(e).filter")
            assert (turned != "none") == (scheme == "light")
            assert box is not None
            assert outer is not None
            assert box["x"] >= outer["x"]
            assert box["x"] + box["width"] <= outer["x"] + outer["width"] + 1
            assert (await widths(you.page))[:2] == [0, 0]
            assert await contrast(you.page, "article:last-of-type p") >= 4.5
        await you.press("Your record", "Interview date")
        form = you.page.get_by_role("dialog")
        await form.get_by_label("The day").fill("2026-12-02")
        await form.get_by_role("button", name="Save").click()
        await expect(you.card("9 days to your interview")).to_contain_text("final-weeks topics")
        await you.press("Your record", "Weekly goal")
        await expect(you.card("Your goal: 3 days a week")).to_contain_text("0 of 3 this week")
