"""What is one's own on Discord (record, goal, interview, data), boards, and coming back, across restarts."""

import json
from typing import Any

import pytest

from adapters.discord.rendering.forms import field_id
from bot.features.daily.tables import answers
from bot.membership.tables import identities
from tests.adapters.discord.support.driver import DiscordDriver, Shown, message_of
from tests.adapters.discord.test_daily_flow import FOUR, SEVEN, everyone_answers
from tests.support.driver import ORGANISER

pytestmark = pytest.mark.slow


def files(guild: DiscordDriver, shown: Shown) -> list[dict[str, Any]]:
    """The files of a message, as Discord keeps them."""
    return list(guild.raw(shown).attachments)


def pictures(guild: DiscordDriver, shown: Shown) -> list[dict[str, Any]]:
    """The pictures that stand in a message."""
    return [item for part in guild.parts(shown) if part["type"] == 12 for item in part["items"]]


async def two_days(guild: DiscordDriver, tone: str = "competitive") -> None:
    """A group whose first round is revealed."""
    await guild.set_up(tone)
    await everyone_answers(guild, SEVEN)
    await guild.tick(days=1)
    await guild.tick(days=1)


async def test_a_board_is_private_until_it_is_shared_with_a_picture_and_its_words(
    guild: DiscordDriver,
) -> None:
    await two_days(guild)
    board = await guild.command("ada", "leaderboard")
    assert board.ephemeral
    assert "rank 1" in guild.words(board)
    await guild.restart()
    month = await guild.choose("ada", board, "month", which=1)
    assert message_of(month).id == message_of(board).id
    assert "this month" in guild.words(month)
    shared = await guild.press("ada", month, "Share")
    assert not shared.ephemeral
    (picture,) = pictures(guild, shared)
    assert "Points" in picture["description"]
    assert len(files(guild, shared)) == 1
    assert "Rank" in guild.words(shared)
    await guild.restart()
    again = await guild.press("ben", await guild.command("ben", "leaderboard"), "Share")
    assert again.ephemeral
    assert len([t for t in guild.titles() if t == "Leaderboard"]) == 1


async def test_the_record_is_a_picture_with_the_same_in_words_and_keeps_one_picture(
    guild: DiscordDriver,
) -> None:
    await two_days(guild)
    record = await guild.command("ada", "my record")
    assert record.ephemeral
    assert "**Answers you gave:** 1" in guild.words(record)
    goal = await guild.press("ada", record, "Weekly goal")
    await guild.restart()
    back = await guild.press("ada", goal, "My record")
    for shown in (record, back):
        assert len(pictures(guild, shown)) == 1
        assert len(files(guild, shown)) == 1
        assert pictures(guild, shown)[0]["description"]


async def test_ones_data_come_as_a_file_that_only_one_oneself_sees(guild: DiscordDriver) -> None:
    await two_days(guild)
    shown = await guild.command("ada", "my export")
    assert shown.ephemeral
    assert [part["type"] for part in guild.parts(shown)].count(13) == 1
    message = message_of(shown)
    data = json.loads(await message.attachments[0].read())
    said = json.dumps(data)
    assert "ada: what I would say" in said
    assert "ben: what I would say" not in said


async def test_the_files_of_a_code_question_come_to_one_alone(guild: DiscordDriver) -> None:
    await guild.set_up()
    page = await guild.command("ada", "question practice", topic="coding.numerical")
    shown = await guild.press("ada", page, "Get the files")
    assert shown.ephemeral
    assert [each.filename for each in message_of(shown).attachments] == ["starter.py", "tests.py"]


async def test_deleting_asks_once_and_takes_the_words_out_of_the_reveal(guild: DiscordDriver) -> None:
    await guild.set_up()
    await everyone_answers(guild, FOUR)
    await guild.tick(days=1)
    await guild.tick(days=1)
    reveal = guild.standing("Monday's reveal")
    shown = next(name for name in FOUR if f"{name}: what" in guild.words(reveal))
    asked = await guild.command(shown, "my delete")
    await guild.restart()
    gone = await guild.press(shown, asked, "Delete everything")
    assert message_of(gone).id == message_of(asked).id
    await guild.tick(seconds=10)
    assert f"{shown}: what" not in guild.words(guild.standing("Monday's reveal"))
    assert not [row for row in await guild.rows(answers) if row.text.startswith(shown)]
    assert str(guild.person(shown).id) not in [row.user for row in await guild.rows(identities)]


async def test_a_name_is_chosen_in_a_form_that_outlives_the_process(guild: DiscordDriver) -> None:
    await two_days(guild)
    form = await guild.press("ada", await guild.command("ada", "my settings"), "Name")
    await guild.restart()
    saved = await guild.fill("ada", form, naming="pseudonym", pseudonym="Lovelace")
    assert guild.title(saved) == "Saved"
    board = await guild.command("ben", "leaderboard")
    assert "Lovelace" in guild.words(board)
    assert form.modal is not None
    assert {field_id(c["component"]["custom_id"])[0] for c in form.modal["components"]} >= {
        "naming",
        "pseudonym",
    }


async def test_whoever_was_away_is_welcomed_and_the_buttons_lead_on(guild: DiscordDriver) -> None:
    await two_days(guild)
    await guild.tick(days=8)
    back = await guild.command("gus", "group status")
    assert "Welcome back. Nothing is overdue." in guild.words(back)
    await guild.restart()
    question = await guild.press("gus", back, "Today's question")
    assert question.ephemeral
    assert "Answer" in guild.labels(question)
    review = await guild.press("gus", back, "5-minute review")
    assert guild.title(review) == "Nothing to review"
    assert "Welcome back" not in guild.words(await guild.command("gus", "group status"))


async def test_practice_is_tried_alone_and_nothing_of_it_is_kept(guild: DiscordDriver) -> None:
    await guild.set_up()
    card = await guild.command("ada", "question practice")
    assert card.ephemeral
    await guild.restart()
    form = await guild.press("ada", card, "Try it")
    done = await guild.fill("ada", form, **{_only_field(form): "What I would say to it, said aloud once."})
    assert message_of(done).id == message_of(card).id
    assert "Model answer" in guild.words(done)
    await guild.restart()
    other = await guild.press("ada", card, "Another one")
    assert guild.title(other) == "Practice"
    assert await guild.rows(answers) == []


def _only_field(form: Any) -> str:  # noqa: ANN401
    (made,) = [c["component"]["custom_id"] for c in form.modal["components"] if c["type"] == 18]
    return field_id(made)[0]


async def test_set_up_asks_for_the_hour_first_since_discord_knows_no_time_zone(guild: DiscordDriver) -> None:
    card = await guild.command(ORGANISER, "group setup")
    assert "What time is it for you now?" in guild.words(card)
    hours = await guild.choose(ORGANISER, card, "10")
    await guild.restart()
    zone = await guild.choose(ORGANISER, hours, "Europe/Berlin")
    assert message_of(zone).id == message_of(card).id
    assert "Berlin" in guild.words(zone)


async def test_an_organiser_chooses_what_comes_and_plans_it(guild: DiscordDriver) -> None:
    await guild.set_up()
    other = await guild.press(ORGANISER, await guild.command(ORGANISER, "round next"), "Another one")
    prompt = guild.words(other).splitlines()[2]
    await guild.press(ORGANISER, other, "Ask this next")
    coming = await guild.press(ORGANISER, other, "Queue and plan")
    form = await guild.press(ORGANISER, coming, "Change the plan")
    planned = await guild.fill(ORGANISER, form, day="2", topic="coding")
    assert "Wednesdays: ML coding" in guild.words(planned)
    (queued,) = [part["options"] for part in guild.parts(planned) if part["type"] == 3]
    removable = await guild.choose(ORGANISER, planned, queued[0]["value"])
    assert "Remove" in guild.labels(removable)
    found = await guild.command(ORGANISER, "bank browse", word="probe")
    assert "probe" in guild.words(found)
    await guild.tick(days=1)
    assert prompt in guild.words(guild.question())
