"""The daily round on Discord, with the process stopped and started in the middle of everything."""

import discord
import pytest

from bot.features.daily.tables import answers
from bot.membership.tables import groups
from tests.adapters.discord.support.driver import DiscordDriver, message_of
from tests.support.driver import ORGANISER

pytestmark = pytest.mark.slow

FOUR = ("ada", "ben", "chi", "dee")
SEVEN = (*FOUR, "eve", "fay", "gus")


async def everyone_answers(guild: DiscordDriver, who: tuple[str, ...], day: str = "") -> None:
    for name in who:
        await guild.answer(name, f"{name}: what I would say{day}, in a sentence or two.")


async def test_the_set_up_is_one_card_that_lives_through_a_restart(guild: DiscordDriver) -> None:
    card = await guild.command(ORGANISER, "group setup")
    assert card.ephemeral
    assert guild.title(card) == "Set up your study group"
    tones = await guild.choose(ORGANISER, card, "tone", which=0)
    await guild.restart()
    calm = await guild.choose(ORGANISER, tones, "calm")
    assert message_of(calm).id == message_of(card).id
    await guild.restart()
    await guild.press(ORGANISER, calm, "Post the first question now")
    await guild.tick()
    assert [(g.tone, g.state) for g in await guild.rows(groups)] == [("calm", "active")]
    assert len(guild.channel()) == 1


async def test_a_set_up_where_the_bot_may_not_post_names_what_to_change(guild: DiscordDriver) -> None:
    deny = discord.PermissionOverwrite(attach_files=False)
    guild.here = guild.server.create_text_channel("quiet", overwrites={guild.server.default_role: deny})
    card = await guild.command(ORGANISER, "group setup")
    assert "“Attach Files”" in guild.words(card)
    assert not any(label.startswith("Post the first") for label in guild.labels(card))


async def test_three_rounds_overlap_and_each_ends_as_it_should(guild: DiscordDriver) -> None:
    await guild.set_up()
    await everyone_answers(guild, FOUR)
    await guild.tick(days=1)
    await guild.restart()
    await everyone_answers(guild, FOUR, " on Tuesday")
    page = await guild.command("ada", "vote")
    assert guild.title(page).startswith("Monday's ballot")
    await guild.restart()
    while "It helped me" in guild.labels(page):
        page = await guild.press("ada", page, "It helped me")
    assert guild.title(page) == "Thank you: ballot finished"
    await guild.tick(days=1)
    await guild.restart()
    await everyone_answers(guild, FOUR[:2], " on Wednesday")
    assert "Monday's reveal" in guild.titles()
    assert guild.title(await guild.command("ben", "vote")).startswith("Tuesday's ballot")
    await guild.tick(days=1)
    assert "Tuesday's reveal" in guild.titles()
    await guild.tick(days=1)
    assert "Wednesday's reveal" in guild.titles()
    questions = [m for m in guild.channel() if not guild.title(m).endswith("reveal")]
    assert len(questions) == 5
    assert len(set(guild.titles())) == len(guild.titles())


async def test_an_answer_is_edited_then_locked_and_compared(guild: DiscordDriver) -> None:
    await guild.set_up()
    saved = await guild.answer("ada", "What I would say at first, in a sentence or two.")
    await guild.restart()
    editing = await guild.press("ada", saved, "Edit")
    assert editing.modal is not None
    typed = next(each["component"] for each in editing.modal["components"] if each["type"] == 18)
    assert typed["value"] == "What I would say at first, in a sentence or two."
    again = await guild.fill("ada", editing, answer="What I would say now, which is better put.")
    assert message_of(again).id == message_of(saved).id
    await guild.restart()
    asked = await guild.press("ada", again, "Compare now")
    locked = await guild.press("ada", asked, "Lock it")
    (kept,) = await guild.rows(answers)
    assert kept.text == "What I would say now, which is better put."
    assert "Edit" not in guild.labels(locked)


async def test_seven_answers_are_compared_in_pairs_on_one_card(guild: DiscordDriver) -> None:
    await guild.set_up()
    await everyone_answers(guild, SEVEN)
    await guild.tick(days=1)
    page = first = await guild.command("zoe", "vote")
    for number in (1, 2, 3):
        assert guild.title(page) == f"Monday's ballot: pair {number} of 3"
        page = await guild.press("zoe", page, "A helped me more")
        await guild.restart()
    assert guild.title(page) == "Thank you: ballot finished"
    assert message_of(page).id == message_of(first).id


async def test_a_reported_answer_is_hidden_and_an_organiser_settles_it(guild: DiscordDriver) -> None:
    await guild.set_up()
    await everyone_answers(guild, FOUR)
    await guild.tick(days=1)
    for who in ("ben", "chi", "dee"):
        page = await guild.command(who, "vote")
        while "> ada" not in guild.words(page):
            page = await guild.press(who, page, "Not this one")
        asked = await guild.press(who, page, "Report")
        await guild.restart()
        await guild.press(who, asked, "Report it")
    await guild.tick()
    (told,) = guild.private(ORGANISER)
    await guild.restart()
    await guild.user(ORGANISER).click(told, label="Remove it")
    assert [row.state for row in await guild.rows(answers)].count("removed") == 1
    await guild.tick(days=1)
    reveal = guild.standing("Monday's reveal")
    assert "ada: what I would say" not in guild.words(reveal)


async def test_how_did_mine_do_is_answered_privately_on_the_reveal(guild: DiscordDriver) -> None:
    await guild.set_up()
    await everyone_answers(guild, FOUR)
    await guild.tick(days=1)
    for who in FOUR[1:]:
        page = await guild.command(who, "vote")
        while "It helped me" in guild.labels(page):
            page = await guild.press(who, page, "It helped me")
    await guild.tick(days=1)
    await guild.restart()
    reveal = guild.standing("Monday's reveal")
    mine = await guild.press("ada", reveal, "How did mine do?")
    assert mine.ephemeral
    assert "3" in guild.words(mine)
    everything = await guild.press("zoe", reveal, "Read all")
    assert everything.ephemeral


async def test_a_refused_answer_comes_back_with_its_words(guild: DiscordDriver) -> None:
    await guild.set_up()
    asked = await guild.press("ada", guild.question(), "Answer")
    assert asked.modal is not None
    refused = await guild.fill("ada", asked, answer="\u200b\u200b ")
    assert refused.ephemeral
    assert not await guild.rows(answers)
    again = await guild.press("ada", refused, "Open the form again")
    assert again.modal is not None
    taken = await guild.fill("ada", again, answer="Now with words, as one would say them.")
    assert guild.title(taken).startswith("Saved")
    assert len(await guild.rows(answers)) == 1


async def test_a_member_is_the_same_one_in_direct_messages(guild: DiscordDriver) -> None:
    await guild.set_up()
    await guild.answer("ada", "What I would say, in a sentence or two.")
    await guild.user("ada").send_dm("hello")
    settings = await guild.user("ada").slash("my settings")
    form = await guild.user("ada").click(message_of(settings), custom_id="run.1:my name:")
    assert form.modal is not None
    helped = await guild.user("ada").slash("help")
    assert helped.response is not None


async def test_who_is_in_for_a_mock_is_sent_a_partner_who_is_a_press_away(guild: DiscordDriver) -> None:
    await guild.set_up()
    menu = await guild.choose(ORGANISER, await guild.command(ORGANISER, "group settings"), "mocks", which=0)
    await guild.choose(ORGANISER, menu, "on")
    for _ in range(2):
        await guild.tick(days=1)
    reveal = guild.standing("Monday's reveal")
    assert guild.labels(reveal)[-3:] == ["In, as last week", "In, change ...", "Not this week"]
    for name in ("ada", "ben"):
        hours = await guild.press(name, reveal, "In, as last week")
        assert hours.ephemeral
        assert guild.title(await guild.press(name, hours, "Weekends")) == "You're in this week"
    await guild.restart()
    await guild.tick(days=1)
    (card,) = guild.private("ada")
    assert f"You meet **<@{guild.user('ben').id}>**" in guild.words(card)
    assert [file.filename for file in card.attachments] == ["mock-interview.ics"]
    assert "They're not here" in guild.labels(card)
