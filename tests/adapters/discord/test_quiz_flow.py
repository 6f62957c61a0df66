"""Quizzes on Discord: every kind alone, and together in the channel, across restarts."""

from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.results import InteractionResult

from bot.features.quiz.model import Quiz
from bot.features.quiz.queries import load_quiz
from bot.features.quiz.tables import quizzes, responses
from bot.questions.kinds.asked import Prepared
from bot.questions.model import Kind
from tests.adapters.discord.support.driver import DiscordDriver, message_of
from tests.features.quiz.quizzing import KINDS, RIGHT, WRONG, every_kind, presses, topic_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return every_kind(tmp_path_factory.mktemp("kinds"))


@pytest.fixture
def content(bank: Path) -> Path:
    return bank


async def newest(guild: DiscordDriver) -> Quiz:
    quiz_id = max(int(row.id) for row in await guild.rows(quizzes))
    found = await guild.app.database.read(lambda tx: load_quiz(tx, quiz_id))
    assert found is not None
    return found


async def answered(guild: DiscordDriver, who: str, card: Any, question: Prepared) -> InteractionResult:  # noqa: ANN401
    """Answer a question rightly from its card."""
    if question.kind is Kind.NUMERIC:
        form = await guild.press(who, card, "Type the number")
        return await guild.fill(who, form, number=repr(question.value))
    for beginning in presses(question, RIGHT):
        card = await guild.press(who, card, beginning)
    return card  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_question_of_every_kind_is_answered_on_one_private_card(
    guild: DiscordDriver, kind: str
) -> None:
    await guild.set_up()
    card = await guild.command("ada", "quiz start", topic=topic_of(kind), count=1)
    assert card.ephemeral
    await guild.restart()
    done = await answered(guild, "ada", card, (await newest(guild)).question)
    assert message_of(done).id == message_of(card).id
    assert "Right" in guild.words(done)
    await guild.restart()
    result = await guild.press("ada", done, "See the result")
    assert "1 of 1" in guild.words(result)
    assert [row.correct for row in await guild.rows(responses)] == [True]


def newest_in_thread(guild: DiscordDriver) -> discord.Message:
    (thread,) = guild.here.threads
    return guild.channel(thread)[-1]


async def test_a_group_quiz_asks_in_its_thread_and_the_channel_has_its_lobby_and_its_end(
    guild: DiscordDriver,
) -> None:
    await guild.set_up()
    opened = await guild.command("ada", "quiz start", mode="group", count=6)
    assert opened.ephemeral
    await guild.tick()
    lobby = guild.standing("Group quiz")
    await guild.press("ben", lobby, "I'm in")
    await guild.restart()
    await guild.press("ada", opened, "Start now")
    await guild.tick()
    for _ in range(6):
        question = (await newest(guild)).question
        for who in ("ada", "ben"):
            face = newest_in_thread(guild)
            own = face if question.kind is Kind.SINGLE else await guild.press(who, face, "Answer")
            await answered(guild, who, own, question)
        await guild.restart()
        await guild.tick()
        answer = newest_in_thread(guild)
        assert guild.title(answer).endswith("the answer")
        assert "<t:" in guild.words(answer), "it counts down"
        await guild.press("ada", answer, "Next")
        await guild.tick(seconds=6)
    end = guild.standing("Group quiz: final result")
    assert [t for t in guild.titles() if t.startswith("Group quiz")] == ["Group quiz", guild.title(end)]
    (thread,) = guild.here.threads
    assert (thread.id, thread.name) == (lobby.id, "Group quiz")
    assert [guild.title(m) for m in guild.channel(thread)] == [
        f"Group quiz: {n} of 6, the result" for n in range(1, 7)
    ]
    mine = await guild.press("ben", end, "My result")
    assert mine.ephemeral
    assert "6 of 6" in guild.words(mine)


async def wrong(guild: DiscordDriver, who: str, card: Any, question: Prepared) -> InteractionResult:  # noqa: ANN401
    """Answer a question wrongly from its card."""
    for beginning in presses(question, WRONG):
        card = await guild.press(who, card, beginning)
    return card  # type: ignore[no-any-return]


async def test_what_was_missed_comes_back_as_a_mistake_and_then_as_a_review(guild: DiscordDriver) -> None:
    await guild.set_up()
    card = await guild.command("ada", "quiz start", topic=topic_of("single"), count=1)
    done = await wrong(guild, "ada", card, (await newest(guild)).question)
    assert guild.title(done) == "Not this time"
    result = await guild.press("ada", done, "See the result")
    await guild.restart()
    history = await guild.press("ada", result, "My quizzes")
    assert history.ephemeral
    assert "0 of 1" in guild.words(history)
    for review, later in ((False, 0), (True, 3)):
        await guild.tick(days=later)
        again = guild.command("ada", "quiz review") if review else guild.press("ada", result, "My mistakes")
        asked = await again
        assert asked.ephemeral
        await guild.restart()
        right = await answered(guild, "ada", asked, (await newest(guild)).question)
        assert message_of(right).id == message_of(asked).id
        assert "Right" in guild.words(right)
        while "Next question" in guild.labels(right):
            asked = await guild.press("ada", right, "Next question")
            right = await answered(guild, "ada", asked, (await newest(guild)).question)
        result = await guild.press("ada", right, "See the result")
        assert message_of(result).id == message_of(asked).id


async def test_an_unfinished_quiz_is_opened_again_by_the_same_command(guild: DiscordDriver) -> None:
    await guild.set_up()
    first = await guild.command("ada", "quiz start", count=3)
    await guild.restart()
    again = await guild.command("ada", "quiz start", count=3)
    assert guild.words(again).splitlines()[-1] == guild.words(first).splitlines()[-1]
    assert len(await guild.rows(quizzes)) == 1
    way = await guild.command("ada", "quiz start", topic="kinds.order", count=1)
    other = await guild.press("ada", way, "End it and start this")
    assert message_of(other).id == message_of(way).id
    assert guild.title(other) == "Quiz: 1 of 1"
