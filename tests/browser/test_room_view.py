"""Where the room's page stands after one's own press: at what the press brought, never past it and never elsewhere."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from adapters.local import LocalRoom, serve
from adapters.local.routes import FIRST_MESSAGES
from bot.chat.cards import Button, Card, Choice, Private, Reply, Select, Slot, Text, Update, Verbatim, text
from bot.chat.requests import Request
from tests.adapters.local.memory_transcript import MemoryTranscript
from tests.adapters.local.product import NOON, Clock, Count, Pick, Product, Quiet, Share, question, room_over
from tests.browser.conftest import IN_ONE_LOOP, Windows
from tests.browser.room_site import Site, widths

pytestmark = [pytest.mark.browser, IN_ONE_LOOP]

LONG = tuple(Choice(f"{n}. " + "A question that goes on and on " * 3, f"q{n}") for n in range(4))


def lines(count: int) -> tuple[Text, ...]:
    return tuple(text(f"Line {n} of the card.") for n in range(count))


def growing(grown: int, size: int) -> Card:
    """A card whose button makes it ``size`` lines long; its title stays."""
    body = lines(size if grown else 1)
    return Card("Growing", (text(f"Grown {grown} times."), *body), ((Button("Grow", Count(grown + 1)),),))


class Busy(Product):
    """Presses whose replies are of a size that a test chooses, and that may bring a public message."""

    room: LocalRoom
    clock: Clock
    size = 8
    title = "Growing"

    async def count(self, request: Request, action: Count) -> Reply:
        card = growing(action.seen, self.size)
        return Update(Card(self.title, card.blocks, card.controls))

    async def pick(self, request: Request, action: Pick) -> Reply:
        return Private(Card("Picked", (*lines(self.size), text("The end."))), slot=Slot("picked"))

    async def share(self, request: Request, action: Share) -> Reply:
        """The public message stands there before the reply does."""
        await self.room.post(self.room.place, Card("For everyone", lines(self.size)), "share")
        return Private(Card("Done"), slot=Slot("done"))

    async def quiet(self, request: Request, action: Quiet) -> Reply:
        return Private(Card("Soon"), slot=Slot("soon"))


@pytest_asyncio.fixture(loop_scope="session")
async def site(browser: Windows) -> AsyncIterator[Site]:
    product, clock = Busy(), Clock()
    room = room_over(MemoryTranscript(), clock)
    product.room, product.clock = room, clock
    running = await serve(room, product.dispatcher(), port=0)
    opened = Site(browser, room, product, running.url)
    yield opened
    await running.stop()
    assert opened.complaints == []


def busy(site: Site) -> Busy:
    assert isinstance(site.product, Busy)
    return site.product


CHOOSER = Card(
    "Old matters",
    (text("Choose what to do."),),
    (
        (Button("Pick", Pick()), Button("Reveal now", Share()), Button("Later", Quiet())),
        (Select(Pick(), LONG, "Choose a question"),),
    ),
)


async def filled(site: Site, card: Card) -> Page:
    """A tab that stands at ``card``, in a room with more above and below it."""
    for n in range(4):
        await site.room.post(site.room.place, question(n), f"before{n}")
    await site.room.post(site.room.place, card, "card")
    for n in range(6):
        await site.room.post(site.room.place, question(n), f"after{n}")
    page = await site.visit(height=600)
    await article(page, card.title).scroll_into_view_if_needed()
    return page


def article(page: Page, title: str) -> Locator:
    return page.get_by_role("article", name=title, exact=True)


async def edges(message: Locator) -> tuple[float, float]:
    """How far a message's beginning lies below the window's, and its end above the window's, in pixels."""
    top, bottom = await message.evaluate(
        "(m) => { const w = document.getElementById('scroller').getBoundingClientRect();"
        " const r = m.getBoundingClientRect(); return [r.top - w.top, w.bottom - r.bottom]; }"
    )
    return top, bottom


async def test_a_list_of_long_choices_stays_within_its_card(site: Site) -> None:
    page = await filled(site, CHOOSER)
    for width in (1200, 360):
        await page.set_viewport_size({"width": width, "height": 600})
        assert await widths(page) == [0, 0, 0]
        beyond = await page.get_by_label("Choose a question").evaluate(
            "(e) => e.getBoundingClientRect().right - e.closest('.card').getBoundingClientRect().right"
        )
        assert beyond <= 0


async def test_a_card_that_grew_under_a_press_is_wholly_in_view(site: Site) -> None:
    page = await filled(site, growing(0, 8))
    await article(page, "Growing").evaluate("(m) => m.scrollIntoView({ block: 'end' })")
    await page.get_by_role("button", name="Grow").click()
    await expect(page.get_by_text("Grown 1 times.")).to_be_visible()
    await expect(page.get_by_role("button", name="Grow")).to_be_focused()
    top, bottom = await edges(article(page, "Growing"))
    assert top >= 0
    assert bottom >= 0


async def test_a_card_that_outgrew_the_window_shows_its_controls(site: Site) -> None:
    busy(site).size = 40
    page = await filled(site, growing(0, 40))
    await page.get_by_role("button", name="Grow").click()
    await expect(page.get_by_text("Grown 1 times.")).to_be_visible()
    await expect(page.get_by_role("button", name="Grow")).to_be_in_viewport()
    assert (await edges(article(page, "Growing")))[1] >= 0


async def test_a_card_that_became_another_matter_begins_at_its_beginning(site: Site) -> None:
    busy(site).size, busy(site).title = 40, "Another matter"
    page = await filled(site, growing(0, 40))
    await page.get_by_role("button", name="Grow").click()
    await expect(page.get_by_role("heading", name="Another matter")).to_be_in_viewport()


@pytest.mark.parametrize("size", [2, 40])
async def test_a_private_reply_shows_all_of_itself_or_its_beginning(site: Site, size: int) -> None:
    busy(site).size = size
    page = await filled(site, CHOOSER)
    await page.get_by_role("button", name="Pick").click()
    await expect(page.get_by_role("heading", name="Picked")).to_be_in_viewport()
    await expect(article(page, "Picked")).to_be_focused()
    top, bottom = await edges(article(page, "Picked"))
    assert top >= 0
    if size == 2:
        assert bottom >= 0
    else:
        assert top < 40


@pytest.mark.parametrize("size", [2, 40])
async def test_a_press_that_brings_a_public_message_leads_to_its_beginning(site: Site, size: int) -> None:
    busy(site).size = size
    page = await filled(site, CHOOSER)
    await page.get_by_role("button", name="Reveal now").click()
    await expect(article(page, "Done")).to_be_attached()
    await expect(page.get_by_role("heading", name="For everyone")).to_be_in_viewport()
    assert (await edges(article(page, "For everyone")))[0] >= 0


async def test_what_shrinks_above_while_the_window_moves_leaves_it_at_what_it_moves_to(site: Site) -> None:
    page = await filled(site, CHOOSER)
    await page.emulate_media(reduced_motion="no-preference")
    await page.get_by_role("button", name="Later").click()
    await expect(article(page, "Soon")).to_be_focused()
    await page.evaluate(
        """() => document.getElementById("scroller").addEventListener("scroll", () => {
          if (!document.querySelector("[aria-label='For everyone']")) return;
          for (const above of document.querySelectorAll("article:not([aria-label='For everyone'])")) above.remove();
        })"""
    )
    await site.room.post(site.room.place, Card("For everyone", lines(40)), "late")
    await expect(page.get_by_role("article")).to_have_count(1)
    await page.locator("#scroller").evaluate(
        "(s) => new Promise((go) => s.addEventListener('scrollend', go, { once: true }))"
    )
    assert 0 <= (await edges(article(page, "For everyone")))[0] < 60


async def test_a_public_message_moments_after_the_reply_is_led_to_as_well(site: Site) -> None:
    page = await filled(site, CHOOSER)
    await page.get_by_role("button", name="Later").click()
    await expect(article(page, "Soon")).to_be_in_viewport()
    await site.room.post(site.room.place, Card("For everyone", lines(40)), "late")
    await expect(page.get_by_role("heading", name="For everyone")).to_be_in_viewport()
    assert 0 <= (await edges(article(page, "For everyone")))[0] < 40


async def test_whoever_scrolled_away_after_a_press_is_left_there_and_told(site: Site) -> None:
    page = await filled(site, CHOOSER)
    await page.get_by_role("button", name="Later").click()
    await expect(article(page, "Soon")).to_be_in_viewport()
    await page.locator("#scroller").hover()
    await page.mouse.wheel(0, -5000)
    await expect(article(page, "Soon")).not_to_be_in_viewport()
    await site.room.post(site.room.place, Card("For everyone", lines(40)), "late")
    await page.get_by_role("button", name="New messages").click()
    await expect(page.get_by_role("heading", name="For everyone")).to_be_in_viewport()
    await expect(article(page, "For everyone")).to_be_focused()


async def test_a_sent_form_takes_the_focus_to_its_card_and_a_second_one_is_called_updated(site: Site) -> None:
    await site.room.post(site.room.place, question(), "k1")
    page = await site.visit()
    for note, by in (("A first sentence.", "Control+Enter"), ("A better sentence.", "button")):
        await page.get_by_role("button", name="Write").click()
        await page.get_by_label("Your note").fill(note)
        if by == "button":
            await page.get_by_role("button", name="Save my note").click()
        else:
            await page.keyboard.press(by)
        await expect(article(page, "Saved")).to_contain_text(note)
        await expect(article(page, "Saved")).to_be_focused()
        await expect(page.get_by_text("updated", exact=True)).to_have_count(int("better" in note))


async def test_a_private_card_that_changes_where_it_stands_says_when(site: Site) -> None:
    you = site.room.identity(site.room.members[0])
    ref = await site.room.post(you, Card("Yours"), "k1")
    page = await site.visit()
    await expect(article(page, "Yours")).not_to_contain_text("updated")
    busy(site).clock.now = NOON + timedelta(minutes=5)
    await site.room.edit(ref, Card("Yours", (Verbatim("Changed."),)))
    await expect(article(page, "Yours")).to_contain_text("updated 21:05")


async def test_older_messages_come_above_the_reader_who_scrolls_up_and_nothing_moves(site: Site) -> None:
    refs = [await site.room.post(site.room.place, Card(f"No. {n}", lines(3)), f"k{n}") for n in range(60)]
    page = await site.visit(height=600)
    messages = page.get_by_role("article")
    await expect(messages).to_have_count(FIRST_MESSAGES)
    await site.room.edit(refs[20], Card("Changed meanwhile"))
    await site.room.post(site.room.place, Card("The last"), "last")
    await expect(messages).to_have_count(FIRST_MESSAGES + 1)
    await article(page, "No. 37").evaluate("(m) => m.scrollIntoView({ block: 'center' })")
    stood = await edges(article(page, "No. 37"))
    await expect(messages).to_have_count(2 * FIRST_MESSAGES + 1)
    assert await edges(article(page, "No. 37")) == pytest.approx(stood, abs=1)
    await page.locator("#scroller").evaluate("(s) => s.scrollTo(0, 0)")
    await expect(messages).to_have_count(61)
    assert (await edges(article(page, "No. 10")))[0] > 0
    await expect(page.get_by_role("button", name="Older messages")).to_be_hidden()
    await expect(article(page, "Changed meanwhile")).to_have_count(1)
    ids = await messages.evaluate_all("all => all.map((m) => Number(m.id.slice(6)))")
    assert ids == sorted(ids)


async def test_public_changes_are_not_called_updated(site: Site) -> None:
    ref = await site.room.post(site.room.place, Card("Everyone's"), "k1")
    page = await site.visit()
    busy(site).clock.now = NOON + timedelta(minutes=5)
    await site.room.edit(ref, Card("Everyone's", (Verbatim("Changed."),)))
    await expect(article(page, "Everyone's")).to_contain_text("Changed.")
    await expect(article(page, "Everyone's")).not_to_contain_text("updated")
