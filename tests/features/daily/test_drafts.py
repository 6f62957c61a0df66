"""Texts that were not taken yet: drafts, and answers that come too late."""

from bot.features.daily.actions import KeepLate, OpenAnswer
from bot.features.daily.tables import answers
from bot.membership.tables import drafts
from tests.features.daily.acting import (
    answer_of,
    errors,
    form_text,
    has_button,
    quoted,
    rounds_of,
    submit,
    title,
)
from tests.support.local_driver import local_group, words


async def test_a_refused_edit_waits_as_a_draft_while_the_saved_answer_stands(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "Saved words.")
        refused = await v.fill("ada", await v.command("ada", "answer"), answer="z" * 2500)
        assert "shorten it by 500" in errors(refused)["answer"]
        assert (await answer_of(v, "ada")).text == "Saved words."
        assert form_text(await v.command("ada", "answer")) == "z" * 2500
        await v.tick(days=1)
        assert quoted(await v.command("ben", "vote")) == ["Saved words."]


async def test_the_second_of_two_forms_on_one_answer_shows_both_texts_and_loses_neither(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        first, second = [await v.command("ada", "answer") for _ in range(2)]
        assert title(await v.fill("ada", first, answer="The first.")) == "Saved"
        both = await v.fill("ada", second, answer="The second.")
        assert quoted(both) == ["The first.", "The second."]
        assert (await answer_of(v, "ada")).text == "The first."
        again = await v.press("ada", both, "Use what I just sent")
        assert form_text(again) == "The second."
        assert title(await v.fill("ada", again)) == "Saved"
        assert (await answer_of(v, "ada")).text == "The second."
        assert title(await v.fill("ada", first, answer="The second.")) == "Saved"
        both = await v.fill("ada", first, answer="A third.")
        assert quoted(await v.press("ada", both, "Keep what is saved")) == ["The second."]
        assert form_text(await v.command("ada", "answer")) == "The second."


async def test_drafts_belong_to_one_member_and_one_question(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "z" * 2500)
        assert form_text(await v.command("ben", "answer")) == ""
        await v.tick(days=1)
        assert form_text(await v.command("ada", "answer")) == ""
        old = await v.act("ada", OpenAnswer(1))
        assert title(old) == "Answers are closed"
        assert quoted(old) == ["z" * 2500]
        assert title(await v.press("ada", old, "Keep it for myself")) == "Kept for yourself"


async def test_a_late_answer_is_kept_for_oneself_with_the_model_answer_and_not_on_the_ballot(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ben", "In time.")
        await v.tick(days=1)
        kept = await v.press("ada", await submit(v, "ada", 1, "Too late."), "Keep it")
        assert (await rounds_of(v))[0].question["model_answer"] in words(kept)
        assert "never posted" in words(kept)
        assert quoted(await v.command("chi", "vote")) == ["In time."]
        assert title(await v.act("ada", KeepLate(1))) == "Kept for yourself"
        again = await submit(v, "ada", 1, "Even later.")
        assert not has_button(again, "Keep it")
        assert (await answer_of(v, "ada")).text == "Too late."
        await v.tick(days=1)
        assert "3 people" not in words(v.channel()[2])
        assert "1 person took part: 1 answered" in words(v.channel()[2])


async def test_nothing_is_kept_as_late_while_answers_are_open(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "z" * 2500)
        assert title(await v.act("ada", KeepLate(1))) == "There is nothing to keep"
        assert await v.rows(answers) == []
        assert len(await v.rows(drafts)) == 1
