"""The local room's page in a real Chromium: pressed, typed into and looked at as members do."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Route, expect

from adapters.local import serve
from bot.chat.cards import Card, Verbatim
from bot.chat.requests import Identity
from tests.adapters.local.memory_transcript import MemoryTranscript
from tests.adapters.local.product import NOON, Product, counter, every_element, question, room_over
from tests.browser.conftest import IN_ONE_LOOP, Windows
from tests.browser.room_site import Site, contrast, site_over, widths

pytestmark = [pytest.mark.browser, IN_ONE_LOOP]


@pytest_asyncio.fixture(loop_scope="session")
async def site(browser: Windows) -> AsyncIterator[Site]:
    async with site_over(browser, MemoryTranscript()) as opened:
        yield opened
        assert opened.complaints == []


async def test_a_button_is_pressed_and_its_card_changes_in_every_tab(site: Site) -> None:
    await site.room.post(site.room.place, counter(0), "k1")
    yours, miras = await site.visit("you"), await site.visit("mira")
    await yours.get_by_role("button", name="Once more").click()
    for page in (yours, miras):
        await expect(page.get_by_text("Pressed 1 times.")).to_be_visible()
    await expect(yours.get_by_role("article")).to_have_count(1)
    await expect(yours.get_by_role("button", name="Once more")).to_be_focused()


async def test_two_quick_clicks_are_one_press(site: Site) -> None:
    await site.room.post(site.room.place, question(), "k1")
    page = await site.visit()
    await page.evaluate(
        "() => { const b = [...document.querySelectorAll('button')].find((b) => b.textContent === 'Share'); b.click(); b.click(); }"
    )
    await expect(page.get_by_text("Shared with everyone")).to_have_count(1)
    assert len(site.product.requests) == 1


async def test_a_form_is_refused_at_its_field_corrected_and_saved_by_keyboard(site: Site) -> None:
    await site.room.post(site.room.place, question(), "k1")
    page = await site.visit("mira")
    await page.get_by_role("button", name="Write").press("Enter")
    note = page.get_by_label("Your note")
    await expect(note).to_be_focused()
    await note.fill("word " * 30)
    await expect(page.get_by_text("30 too many")).to_be_visible()
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("150 characters; 120 fit.")).to_be_visible()
    await expect(note).to_be_focused()
    await expect(note).to_have_value("word " * 30)
    await note.fill("A better sentence.")
    await expect(page.get_by_text("150 characters; 120 fit.")).to_be_hidden()
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(page.get_by_text("Only you can see this")).to_be_visible()
    assert site.product.saved == {("mira", 1): "A better sentence."}


async def test_a_counter_appears_near_the_limit_and_not_before(site: Site) -> None:
    await site.room.post(site.room.place, question(), "k1")
    page = await site.visit()
    await page.get_by_role("button", name="Write").click()
    await page.get_by_label("Your note").fill("x" * 101)
    await expect(page.locator(".count")).to_be_hidden()
    await page.get_by_label("Your note").fill("x" * 102)
    await expect(page.get_by_text("102 of 120")).to_be_visible()


async def test_escape_closes_a_form_and_what_was_typed_outlives_a_restart(browser: Windows) -> None:
    transcript = MemoryTranscript()
    async with site_over(browser, transcript) as site:
        await site.room.post(site.room.place, question(), "k1")
        page = await site.visit()
        await page.get_by_role("button", name="Write").click()
        await page.get_by_label("Your note").type("Half a thought")
        async with page.expect_response("**/api/typed"):
            await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await expect(page.get_by_role("button", name="Write")).to_be_focused()
        await page.reload()
        await expect(page.get_by_text("What you typed into “Page 1” waits.")).to_be_visible()
        await page.get_by_role("button", name="Go on").click()
        await expect(page.get_by_label("Your note")).to_have_value("Half a thought")
        await page.go_back()
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await expect(page.get_by_label("Command")).to_be_visible()
    async with site_over(browser, transcript) as site:
        page = await site.visit()
        await page.get_by_role("button", name="Write").click()
        await expect(page.get_by_label("Your note")).to_have_value("Half a thought")
        await page.get_by_role("button", name="Start over").click()
        await expect(page.get_by_label("Your note")).to_have_value("")


async def test_every_field_of_a_form_reaches_the_core(site: Site) -> None:
    page = await site.visit()
    await page.get_by_label("Command").fill("/everything")
    await page.keyboard.press("Enter")
    await page.get_by_label("Named", exact=True).check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Choose one.")).to_be_visible()
    await expect(page.get_by_label("Chapter")).to_be_focused()
    await page.get_by_label("Chapter").select_option("c3")
    await page.get_by_label("Friday").check()
    await page.get_by_label("A list of pages").set_input_files(
        {"name": "pages.csv", "mimeType": "text/csv", "buffer": b"page\n1\n"}
    )
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", name="Saved")).to_be_visible()
    what = site.product.requests[-1].what
    assert getattr(what, "fields", {}) | {"file": None} == {
        "answer": "A first thought.",
        "name": "named",
        "chapter": "c3",
        "days": ("fri",),
        "file": None,
    }
    assert site.product.uploads[0].data == b"page\n1\n"


async def test_switching_the_member_shows_what_that_member_sees(site: Site) -> None:
    await site.room.post(Identity("local", "room", "mira"), Card("For Mira"), "k1")
    page = await site.visit("you")
    await expect(page.get_by_text("Nothing here yet")).to_be_visible()
    await page.get_by_label("You are").select_option(label="Mira (sample)")
    await expect(page.get_by_role("heading", name="For Mira")).to_be_visible()
    await expect(page.get_by_text("Only you can see this")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("You are")).to_have_value("mira")
    await page.get_by_label("You are").select_option(label="Tom (sample)")
    await expect(page.get_by_role("heading", name="For Mira")).to_have_count(0)


async def test_a_command_is_completed_with_the_keyboard_alone(site: Site) -> None:
    page = await site.visit()
    await page.get_by_label("You are").focus()
    await page.keyboard.press("Escape")
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("/")
    line = page.get_by_role("combobox", name="Command")
    ways = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    await expect(line).to_be_focused()
    await page.keyboard.type("qu")
    await expect(page.get_by_role("option", name="/quiz start")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(line).to_have_value("/quiz start ")
    await expect(ways).to_have_count(3)
    await page.keyboard.press("ArrowDown")
    await expect(line).to_have_attribute("aria-activedescendant", "way-0")
    await page.keyboard.press("Enter")
    await expect(line).to_have_value("/quiz start topic:")
    await page.keyboard.type("al")
    await expect(page.get_by_role("option", name="Alignment")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(line).to_have_value("/quiz start topic:alignment ")
    await page.keyboard.press("Escape")
    await expect(ways).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("About topic alignment.")).to_be_visible()
    await expect(line).to_have_value("")


async def test_what_is_typed_before_the_room_has_said_who_one_is_is_completed_after(site: Site) -> None:
    page = await site.visit()
    said = asyncio.Event()

    async def late(route: Route) -> None:
        await said.wait()
        await route.continue_()

    await page.route("**/api/state?*", late)
    await page.reload()
    await page.clock.install()
    await page.get_by_role("combobox", name="Command").fill("/qu")
    await page.clock.run_for(1000)  # completion asks 60 ms after the last key
    said.set()
    await expect(page.get_by_role("option", name="/quiz start")).to_be_visible()
    await page.context.close()  # no clock but this one would run in it


async def test_a_wrong_word_is_marked_where_it_stands(site: Site) -> None:
    page = await site.visit()
    line = page.get_by_label("Command")
    await line.fill("/quiz start cout:5")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text(
        "/quiz start has no option cout. Did you mean count:?"
    )
    await expect(page.locator("#mirror mark")).to_have_text("cout:5")
    await page.keyboard.type("count:5")
    await expect(page.get_by_role("alert")).to_be_hidden()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("About count 5.")).to_be_visible()


async def test_words_that_are_no_command_are_met_with_what_the_box_is_for(site: Site) -> None:
    page = await site.visit()
    await page.get_by_label("Command").fill("hello everybody")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text(
        "This box takes only commands; they begin with /, such as /help."
    )
    await expect(page.get_by_label("Command")).to_have_value("hello everybody")


async def test_a_disabled_button_says_why_and_does_nothing(site: Site) -> None:
    await site.room.post(site.room.place, question(), "k1")
    page = await site.visit()
    vote = page.get_by_role("button", name="Vote")
    await expect(vote).to_have_attribute("aria-disabled", "true")
    await expect(vote).to_have_accessible_description("Voting opens at noon.")
    await expect(page.get_by_text("Voting opens at noon.")).to_be_visible()
    await vote.click(force=True)
    await page.get_by_role("button", name="Share").click()
    await expect(page.get_by_text("Shared with everyone")).to_be_visible()
    assert len(site.product.requests) == 1


async def test_lists_choose_one_at_once_and_several_when_said(site: Site) -> None:
    await site.room.post(site.room.place, every_element(), "k1")
    page = await site.visit()
    await page.get_by_label("Choose a chapter").select_option("c2")
    await expect(page.get_by_text("c2.")).to_be_visible()
    choose = page.get_by_role("button", name="Choose")
    await expect(choose).to_be_disabled()
    await page.get_by_label("Day 1").check()
    await page.get_by_label("Day 3").check()
    await choose.click()
    await expect(page.get_by_text("d1, d3.")).to_be_visible()


async def test_what_is_ticked_is_saved_by_any_button_of_its_card(site: Site) -> None:
    await site.room.post(site.room.place, every_element(), "k1")
    page = await site.visit()
    await page.get_by_label("Day 2").check()
    await expect(page.get_by_text("Not saved yet.")).to_be_visible()
    await page.get_by_role("button", name="Share <b>").click()
    await expect(page.get_by_text("d2.")).to_be_visible()
    await expect(page.get_by_text("Shared with everyone")).to_be_visible()


async def test_commands_are_found_when_they_are_mistyped_and_pressed_where_they_are_named(site: Site) -> None:
    page = await site.visit()
    line = page.get_by_label("Command")
    ways = page.get_by_role("listbox", name="Suggestions")
    await line.fill("/")
    await expect(ways.get_by_role("option")).to_have_count(6)
    await expect(ways.get_by_text("Group", exact=True)).to_be_visible()
    await line.fill("/statsu")
    await line.press("Enter")
    await expect(page.get_by_text("Did you mean /group status?")).to_be_visible()
    await expect(ways.get_by_role("option").first).to_have_text(re.compile("^/group status"))
    await line.press("Tab")
    await expect(line).to_have_value("/group status ")
    await line.fill("/help")
    await line.press("Enter")
    await page.get_by_role("button", name="/show").click()
    await expect(line).to_have_value("/show ")


async def test_members_words_are_never_markup_and_times_are_the_readers(site: Site) -> None:
    await site.room.post(site.room.place, every_element(), "k1")
    page = await site.visit()
    await expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()
    assert await page.evaluate("document.querySelectorAll('#log script').length") == 0
    time = page.locator(".text time").first
    await expect(time).to_have_text(re.compile(r"21:00$"))
    await expect(time).to_have_attribute("title", re.compile(r"13:00 \(Europe/Berlin\)"))
    assert await page.evaluate("document.querySelector('.picture').naturalWidth") == 1


async def test_long_words_are_folded_until_asked_for_and_later_where_they_stand_alone(site: Site) -> None:
    def said(lines: int) -> Verbatim:
        return Verbatim("\n".join(f"line {n}" for n in range(lines)))

    await site.room.post(site.room.place, Card("Alone", (said(20),)), "k0")
    await site.room.post(site.room.place, Card("Long", (said(20), said(2))), "k1")
    page = await site.visit()
    quote = page.get_by_role("article", name="Long").locator("blockquote").first
    folded = await quote.evaluate("(e) => e.clientHeight")
    await page.get_by_role("button", name="Show all").click()
    assert await quote.evaluate("(e) => e.clientHeight") > 1.3 * folded
    await expect(page.get_by_role("button", name="Show less")).to_be_visible()


async def test_nothing_scrolls_sideways_at_360_pixels(site: Site) -> None:
    await site.room.post(site.room.place, every_element(), "k1")
    await site.room.post(site.room.place, Card("W" * 90, (Verbatim("x" * 3000),)), "k2")
    page = await site.visit(width=360)
    await expect(page.get_by_role("article")).to_have_count(2)
    assert await widths(page) == [0, 0, 0]
    await page.get_by_label("Command").fill("/everything")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await widths(page) == [0, 0, 0]


async def test_words_stand_out_in_both_colour_schemes(site: Site) -> None:
    await site.room.post(site.room.place, every_element(), "k1")
    await site.room.post(site.room.place, question(), "k2")
    await site.room.post(Identity("local", "room", "you"), question(), "k3")
    page = await site.visit(scheme="dark")
    await expect(page.get_by_role("article")).to_have_count(3)
    schemes: tuple[Literal["light", "dark"], ...] = ("dark", "light")
    for scheme in schemes:
        await page.emulate_media(color_scheme=scheme)
        for selector in (
            "h2",
            ".text p",
            ".by time",
            ".only",
            ".footer",
            ".why",
            ".button.primary",
            ".text a",
            ".facts dt",
            ".who",
        ):
            assert await contrast(page, selector) >= 4.5, (scheme, selector)


async def test_the_theme_is_switched_and_remembered(site: Site) -> None:
    page = await site.visit(scheme="light")
    before = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    await page.get_by_role("button", name="Dark colours").click()
    await expect(page.get_by_role("button", name="Dark colours")).to_have_attribute("aria-pressed", "true")
    after = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert before != after
    await page.reload()
    await expect(page.get_by_label("You are")).to_have_value("you")
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == after


async def test_new_messages_wait_behind_a_button_while_one_reads_above(site: Site) -> None:
    for n in range(12):
        await site.room.post(site.room.place, question(n), f"k{n}")
    page = await site.visit(height=600)
    await expect(page.get_by_role("article")).to_have_count(12)
    await expect(page.get_by_role("article").last).to_be_in_viewport()
    await page.locator("#scroller").evaluate("(e) => e.scrollTo(0, 0)")
    await site.room.post(site.room.place, Card("The latest"), "new")
    await page.get_by_role("button", name="New messages").click()
    await expect(page.get_by_role("heading", name="The latest")).to_be_in_viewport()
    await expect(page.get_by_role("button", name="New messages")).to_be_hidden()


async def test_a_message_removed_or_replaced_leaves_every_tab(site: Site) -> None:
    page = await site.visit()
    for _ in range(2):
        await page.get_by_label("Command").fill("/help")
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Command")).to_have_value("")
    await expect(page.get_by_role("heading", name="Help")).to_have_count(1)
    await site.room.transcript.remove(2, NOON)
    site.room.ring()
    await expect(page.get_by_role("heading", name="Help")).to_have_count(0)


async def test_a_lost_connection_is_told_and_found_again(browser: Windows) -> None:
    transcript = MemoryTranscript()
    product, room = Product(), room_over(transcript)
    running = await serve(room, product.dispatcher(), port=0)
    site = Site(browser, room, product, running.url)
    page = await site.visit()
    await running.stop()
    await expect(page.get_by_text("Connection lost.")).to_be_visible()
    again = room_over(transcript)
    running = await serve(again, product.dispatcher(), port=int(site.url.rstrip("/").rpartition(":")[2]))
    await again.post(again.place, Card("Here again"), "k1")
    await expect(page.get_by_role("heading", name="Here again")).to_be_visible()
    await expect(page.get_by_text("Connection lost.")).to_be_hidden()
    await running.stop()


async def test_an_empty_room_teaches_how_to_begin(site: Site) -> None:
    page = await site.visit()
    await page.get_by_role("button", name="/group setup").click()
    await expect(page.get_by_label("Command")).to_have_value("/group setup")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Set up")).to_be_visible()
    await expect(page.get_by_text("Nothing here yet")).to_be_hidden()
