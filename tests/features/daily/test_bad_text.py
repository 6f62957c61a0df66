"""Texts that should not be sent, and are: each comes back to its author, or is kept as it is and only ever quoted."""

import pytest

from bot.chat.actions import encode
from bot.chat.cards import Plain, Verbatim
from bot.chat.requests import Identity, Request, Submit
from bot.features.daily.actions import (
    Judge,
    KeepLate,
    LookAgain,
    MyResult,
    ReadAnswers,
    SaveAnswer,
)
from bot.features.daily.tables import answers
from bot.membership.tables import drafts
from tests.features.daily.acting import (
    answer_of,
    changed,
    errors,
    form_text,
    has_button,
    name_organiser,
    ours,
    quoted,
    submit,
    tables,
    title,
    vote_all,
    vote_page,
)
from tests.features.daily.scenes import four_answered
from tests.support.driver import ORGANISER
from tests.support.local_driver import HERE, form_of, local_app, local_group, words

ZWJ_FAMILY = "👩🏽\u200d💻 and 🏳️\u200d🌈"
STRANGE = {
    "markup": "<script>alert('hi')</script><img src=x onerror=alert(1)>",
    "mentions": "@everyone <@123> <!channel> @here",
    "sql": "'); DROP TABLE answers; -- \" OR 1=1",
    "fences": "```python\nprint('```')\n```\n# heading\n[a](javascript:alert(1)) **bold**",
    "emoji": f"{ZWJ_FAMILY} 🇺🇦🇯🇵 1️⃣",
    "right to left": "שלום, that is: مرحبا بكم in the middle",
}


# An answer's text -----------------------------------------------------------------------------------------------------


async def test_an_answer_of_nothing_is_asked_for_again_and_not_kept(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        asked = await v.command("ada", "answer")
        before = await tables(v)
        for nothing in ("", "   \n\t ", "\u200b\u200d\ufeff", "\u2060 \u00ad\n\u3164"):
            refused = await v.fill("ada", asked, answer=nothing)
            assert "still empty" in errors(refused)["answer"]
            assert form_of(refused).submit == form_of(asked).submit
        assert changed(before, await tables(v)) == set()


@pytest.mark.parametrize("length", [2001, 3001, 100_000])
async def test_a_text_that_is_too_long_comes_back_and_waits_in_the_form(sqlite_url: str, length: int) -> None:
    async with local_group(sqlite_url) as v:
        long = ("word " * length)[: length - 1] + "."
        asked = await v.command("ada", "answer")
        before = await tables(v)
        refused = await v.fill("ada", asked, answer=long)
        assert errors(refused)["answer"] == (
            f"This is {length:,} characters; the limit is 2,000. Please shorten it by {length - 2000:,}."
        )
        assert form_text(refused) == long
        assert changed(before, await tables(v)) == {"drafts"}
        assert form_text(await v.command("ada", "answer")) == long
        assert "Saved" in words(await v.answer("ada", "Shorter."))
        assert await v.rows(drafts) == []
        assert form_text(await v.command("ada", "answer")) == "Shorter."


async def test_a_long_text_survives_a_restart_of_the_bot(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "x" * 3001)
        await v.restart()
        assert form_text(await v.command("ada", "answer")) == "x" * 3001
        assert await v.rows(answers) == []


@pytest.mark.parametrize("kind", ["markup", "mentions", "fences"])
async def test_strange_text_is_kept_as_it_is_and_only_ever_quoted(sqlite_url: str, kind: str) -> None:
    strange = STRANGE[kind]
    async with local_group(sqlite_url) as v:
        saved = await v.answer("ada", strange)
        for user in ("ben", "chi", "dee"):
            await v.answer(user, f"{user}: what I would say.")
        assert (await answer_of(v, "ada")).text == strange
        await name_organiser(v, "mira")
        today = await v.command("ada", "question today")
        await v.tick(days=1)
        page = await vote_page(v, "ben", strange)
        noted = await v.fill("ben", await v.press("ben", page, "One thing"), note=strange)
        await v.act("ben", Judge(1, 1, helped=True))
        for user in ("chi", "dee"):
            await vote_all(v, user, [strange])
        reported = await v.press("ben", await v.act("ben", LookAgain(1), "1"), "Report")
        await v.press("ben", reported, "Report it")
        await v.tick(days=1)
        reveal = v.channel()[2]
        read = await v.press("eve", reveal, "Read all")
        mine = await v.press("ada", reveal, "How did mine do?")
        (notice,) = v.private("mira")
        shown = [saved, today, page, reported, notice, reveal, read, mine]
        for card in (*shown, noted):
            assert any(flat(strange) == flat(said) for said in quoted(card)), title(card)
            assert strange.split()[0] not in ours(card), title(card)
        assert (
            form_text(await v.fill("dee", await v.command("dee", "answer"), answer=strange * 100))
            == strange * 100
        )


async def test_every_strange_text_is_read_back_as_it_was_written(database_url: str) -> None:
    async with local_group(database_url) as v:
        for n, strange in enumerate(STRANGE.values()):
            await v.answer(f"author{n}", strange)
        assert [r.text for r in await v.rows(answers)] == list(STRANGE.values())


def flat(said: str) -> str:
    return " ".join(said.split())


async def test_what_could_turn_or_hide_the_words_around_it_is_taken_out(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "a\u202ebc\u202c\x07\u2066d\u2069 \u200b\u200b\u200be\u0301")
        assert (await answer_of(v, "ada")).text == "abcd \u200b\u00e9"


async def test_a_strange_name_is_shown_as_a_name_and_never_parsed(sqlite_url: str) -> None:
    name = "**@everyone** <b>x</b> `a`"
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        who = Identity("local", "room", "eve", name)
        sent = Submit(encode(SaveAnswer(1)), {"answer": "eve: I can.", "consent": "named"})
        await v.app.dispatcher.handle(Request("strange", v.clock(), who, HERE, sent))
        await v.tick(days=1)
        for user in ("ada", "ben", "chi", "dee", ORGANISER):
            await vote_all(v, user, ["eve"])
        await v.tick(days=1)
        quote = next(b for b in v.channel()[2].blocks if isinstance(b, Verbatim) and b.text == "eve: I can.")
        assert quote.caption is not None
        assert Plain(name) in quote.caption.parts
        assert name not in ours(v.channel()[2])


# Too late -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [1, 2])
async def test_a_form_after_the_close_brings_its_text_back_and_is_never_posted(
    sqlite_url: str, days: int
) -> None:
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        asked = await v.command("eve", "answer")
        for _ in range(days):
            await v.tick(days=1)
        before = await tables(v)
        late = await v.fill("eve", asked, answer="eve: a moment too late.")
        assert title(late) == "Answers are closed"
        assert quoted(late) == ["eve: a moment too late."]
        assert changed(before, await tables(v)) == {"drafts"}
        kept = await v.press("eve", late, "Keep it for myself")
        assert title(kept) == "Kept for yourself"
        assert quoted(kept) == ["eve: a moment too late."]
        assert (await answer_of(v, "eve")).state == "late"
        assert await v.rows(drafts) == []
        await vote_all(v, "ada", ["ben"])
        await v.tick(days=1)
        everything = [*v.channel(), await v.act("ada", ReadAnswers(1, 0)), *v.private("ada")]
        assert not any("too late" in words(card) for card in everything)
        mine = await v.act("eve", MyResult(1))
        assert "only you can see it" in words(mine)


async def test_an_edit_after_the_close_comes_back_and_the_saved_answer_stands(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        asked = await v.command("ada", "answer")
        await v.tick(days=1)
        before = await tables(v)
        late = await v.fill("ada", asked, answer="ada: better words.")
        assert quoted(late) == ["ada: better words."]
        assert "The answer you saved stands." in words(late)
        assert not has_button(late, "Keep it")
        assert changed(before, await tables(v)) == set()


async def test_a_late_text_of_any_length_comes_back_and_only_a_sane_one_can_be_kept(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        await v.command("eve", "question today")
        await v.tick(days=1)
        before = await tables(v)
        late = await submit(v, "eve", 1, "x" * 100_000)
        assert quoted(late) == ["x" * 100_000]
        assert not has_button(late, "Keep it")
        assert title(await v.act("eve", KeepLate(1))) == "There is nothing to keep"
        assert changed(before, await tables(v)) == set()
        assert has_button(await submit(v, "eve", 1, "x" * 2_500), "Keep it")
