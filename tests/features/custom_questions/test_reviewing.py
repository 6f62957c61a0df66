"""/bank review: deciding about suggestions, once, whoever presses and however often."""

import pytest

from bot.chat.cards import Text, Update
from bot.features.custom_questions.actions import AcceptSuggestion, OpenEdit
from bot.questions.literal import plainly
from tests.features.custom_questions.suggested import POINTS, PROMPT, own_rows, suggest
from tests.features.daily.acting import name_organiser
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, card_of, form_of, labels, local_app, local_group, words


async def _suggested(v: LocalDriver, *prompts: str) -> None:
    await v.set_up()
    for n, prompt in enumerate(prompts):
        await suggest(v, ("mira", "tomas")[n % 2], prompt=prompt)


async def test_a_card_shows_one_suggestion_in_full_and_never_its_author(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await _suggested(v, PROMPT)
        shown = await v.command(ORGANISER, "bank review")
        said = words(shown).replace("\\", "")
        for part in (
            PROMPT,
            "Use is shown by intervening",
            "A probe shows presence, not use.",
            "Think of causes.",
        ):
            assert part in said
        assert "Mira" not in said
        assert labels(shown) == ["Accept", "Edit", "Decline"]


async def test_accepting_shows_the_next_one_and_its_author_hears_of_it(database_url: str) -> None:
    async with local_app(database_url) as v:
        await _suggested(v, PROMPT, f"{PROMPT} Again?")
        shown = await v.press(ORGANISER, await v.command(ORGANISER, "bank review"), "Accept")
        assert isinstance(shown, Update)
        assert card_of(shown).title == "Suggestion 1 of 1"
        assert "Accepted." in words(shown)
        await v.tick()
        assert [row.state for row in await own_rows(v)] == ["accepted", "suggested"]
        (heard,) = v.private("mira")
        assert heard.title == "Your question was accepted"
        assert PROMPT in words(heard)
        assert v.private("tomas") == []


async def test_declining_may_carry_a_line_which_the_author_reads_as_it_was_written(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await _suggested(v, PROMPT)
        asked = await v.press(ORGANISER, await v.command(ORGANISER, "bank review"), "Decline")
        refused = await v.fill(ORGANISER, asked, reason="x" * 281)
        assert len(form_of(refused).fields[0].value) == 281  # type: ignore[union-attr]
        done = await v.fill(ORGANISER, refused, reason="**Too broad**: which probe?")
        assert card_of(done).title == "No suggestions"
        await v.tick()
        (heard,) = v.private("mira")
        assert heard.title == "Your question was not accepted"
        assert "**Too broad**: which probe?" in words(heard)


async def test_editing_opens_the_form_with_what_stands_and_keeps_what_was_changed(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await _suggested(v, PROMPT)
        asked = await v.press(ORGANISER, await v.command(ORGANISER, "bank review"), "Edit")
        values = {f.id: getattr(f, "value", "") for f in form_of(asked).fields}
        assert values["prompt"] == PROMPT
        assert values["points"] == POINTS.replace("- ", "")
        refused = await v.fill(ORGANISER, asked, prompt="Short?")
        assert form_of(refused).fields[0].value == "Short?"  # type: ignore[union-attr]
        saved = await v.fill(ORGANISER, refused, prompt="When does a probe tell what a model uses?")
        assert "When does a probe tell what a model uses?" in words(saved)
        await v.press(ORGANISER, saved, "Accept")
        (row,) = await own_rows(v)
        assert (row.state, row.item["prompt"]) == ("accepted", "When does a probe tell what a model uses?")
        assert row.item["topic"]


async def test_a_press_that_is_delivered_or_made_twice_decides_and_tells_once(database_url: str) -> None:
    async with local_app(database_url) as v:
        await _suggested(v, PROMPT)
        shown = await v.command(ORGANISER, "bank review")
        first = await v.press(ORGANISER, shown, "Accept")
        assert card_of(await v.handle(v.requests[-1])).title == "Already done"
        assert card_of(await v.press(ORGANISER, shown, "Accept")) == card_of(first)
        await v.tick()
        await v.tick()
        assert [row.state for row in await own_rows(v)] == ["accepted"]
        assert len(v.private("mira")) == 1


@pytest.mark.parametrize("second", ["accept", "decline", "edit", "save"])
async def test_the_second_of_two_organisers_hears_that_it_is_decided(sqlite_url: str, second: str) -> None:
    async with local_app(sqlite_url) as v:
        await _suggested(v, PROMPT)
        await name_organiser(v, "amara")
        card = await v.command("amara", "bank review")
        edit = await v.press("amara", card, "Edit")
        await v.press(ORGANISER, await v.command(ORGANISER, "bank review"), "Accept")
        own = (await own_rows(v))[0].id
        if second == "accept":
            reply = await v.act("amara", AcceptSuggestion(own, ""))
        elif second == "decline":
            reply = await v.press("amara", card, "Decline")
        elif second == "edit":
            reply = await v.act("amara", OpenEdit(own))
        else:
            reply = await v.fill(
                "amara", edit, prompt="What an organiser had typed meanwhile, in many words?"
            )
        assert card_of(reply).title == "Already decided"
        assert "accepted it" in words(reply)
        if second == "save":
            assert "What an organiser had typed meanwhile" in words(reply)
        (row,) = await own_rows(v)
        assert (row.state, row.item["prompt"]) == ("accepted", PROMPT)


async def test_of_what_a_member_typed_only_what_members_may_mark_is_markup(sqlite_url: str) -> None:
    trick = "# Look\n[here](https://example.org) **now**, @everyone?"
    async with local_group(sqlite_url) as v:
        await suggest(v, "mira", prompt=trick, points="- **bold** [link](https://example.org)")
        shown = card_of(await v.command(ORGANISER, "bank review"))
        said = [plainly("".join(map(str, b.parts))) for b in shown.blocks if isinstance(b, Text)]
        assert trick.replace("**", "") in said
        assert any("bold [link](https://example.org)" in each for each in said)
