"""A typo in a question of the group's own that is out: the post is edited, and those who answered read what changed."""

from bot.chat.cards import Private
from bot.features.custom_questions.actions import OpenCorrection, Wish
from bot.features.daily.actions import AskWithdraw
from tests.features.custom_questions.suggested import PROMPT, accepted
from tests.features.daily.acting import title
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, form_of, local_group, words

BETTER = PROMPT.replace("does not use", "never uses")


async def told(v: LocalDriver, user: str) -> list[str]:
    """What waits for somebody about a question that was corrected."""
    reply = await v.command(user, "my record")
    assert isinstance(reply, Private)
    return [words(card).replace("\\", "") for card in reply.also if "was corrected" in card.title]


async def test_the_post_is_edited_and_those_who_answered_read_what_changed(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await accepted(v)
        await v.tick(days=1)
        await v.answer("ada", "It shows presence alone.")
        await v.press("ben", await v.press("ben", v.channel()[-1], "Pass"), "Pass")
        asked = await v.act(ORGANISER, AskWithdraw(2))
        warned = await v.press(ORGANISER, asked, "Edit it instead")
        assert title(warned) == "Show the answer?"
        form = await v.press(ORGANISER, warned, "Show it")
        assert "Use is shown by intervening" in str(form_of(form).fields)
        saved = await v.fill(ORGANISER, form, prompt=BETTER)
        assert "It has been posted: the post is corrected" in words(saved)
        await v.tick()
        assert BETTER in words(v.channel()[-1])
        for user in ("ada", "ben"):
            (line,) = await told(v, user)
            assert f"Before\n\n{PROMPT}" in line.replace("**", "")
            assert f"Now\n\n{BETTER}" in line.replace("**", "")
        assert await told(v, "zoe") == []
        await v.fill(
            ORGANISER,
            await v.act(ORGANISER, OpenCorrection(1, sure=True)),
            points="It is read out\nAnd not used",
        )
        assert await told(v, "ada") == []
        (line,) = await told(v, "ben")
        assert "And not used" in line
        for _ in range(2):
            await v.tick(days=1)
        await v.fill(ORGANISER, await v.act(ORGANISER, OpenCorrection(1, sure=True)), prompt=PROMPT)
        await v.tick()
        assert [BETTER in words(card) for card in v.channel() if "reveal" in card.title].count(True) == 1


async def test_a_question_that_was_withdrawn_is_mended_and_asked_again_later(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        own = await accepted(v)
        await v.tick(days=1)
        done = await v.press(ORGANISER, await v.act(ORGANISER, AskWithdraw(2)), "Withdraw it")
        assert "put it into the queue" in words(done)
        await v.fill(ORGANISER, await v.act(ORGANISER, OpenCorrection(1, sure=True)), prompt=BETTER)
        await v.tick()
        assert BETTER not in words(v.channel()[-1])
        await v.act(ORGANISER, Wish(1, own, "queue"))
        await v.tick(days=1)
        assert BETTER in words(v.channel()[-1]).replace("\\", "")
