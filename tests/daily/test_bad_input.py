"""What should not be sent, and is: each gets a kind answer and leaves no trace."""

from itertools import product

import pytest

from bot.chat.actions import Action, encode
from bot.chat.cards import Plain, Refuse, Reply, Verbatim
from bot.chat.requests import Identity, Invoke, Place, Press, Request, Submit
from bot.chat.typed import LineError, parse
from bot.daily.actions import (
    AskPass,
    CloseNow,
    EndBallot,
    Judge,
    KeepLate,
    LockAnswer,
    LookAgain,
    Moderate,
    MyResult,
    OpenAnswer,
    OpenBallot,
    OpenNote,
    Pass,
    PickPast,
    PostNow,
    ReadAnswers,
    Report,
    RevealNow,
    SaveAnswer,
    SaveNote,
    ShowHint,
    ShowRound,
    SkipNext,
)
from bot.groups.actions import Assign, Begin, Change, OpenSettings, Pause, Resume
from bot.store.tables import answers, drafts, members, reports, votes
from tests.daily.acting import (
    ORGANISERS_ONLY,
    STALE,
    WENT_WRONG,
    answer_of,
    barred,
    changed,
    errors,
    form_text,
    has_button,
    name_organiser,
    ours,
    quoted,
    rounds_of,
    send,
    submit,
    tables,
    title,
    village,
    vote_all,
    vote_page,
)
from tests.village import HERE, ORGANISER, Village, card_of, form_of, words

ZWJ_FAMILY = "👩🏽\u200d💻 and 🏳️\u200d🌈"
STRANGE = {
    "markup": "<script>alert('hi')</script><img src=x onerror=alert(1)>",
    "mentions": "@everyone <@123> <!channel> @here",
    "sql": "'); DROP TABLE answers; -- \" OR 1=1",
    "fences": "```python\nprint('```')\n```\n# heading\n[a](javascript:alert(1)) **bold**",
    "emoji": f"{ZWJ_FAMILY} 🇺🇦🇯🇵 1️⃣",
    "right to left": "שלום, that is: مرحبا بكم in the middle",
}


async def four_answered(v: Village) -> None:
    await v.set_up()
    for user in ("ada", "ben", "chi", "dee"):
        await v.answer(user, f"{user}: what I would say.")


# An answer's text ---------------------------------------------------------------------------------------------------


async def test_an_answer_of_nothing_is_asked_for_again_and_not_kept(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        asked = await v.command("ada", "answer")
        before = await tables(v)
        for nothing in ("", "   \n\t ", "\u200b\u200d\ufeff", "\u2060 \u00ad\n\u3164"):
            refused = await v.fill("ada", asked, answer=nothing)
            assert "nothing to read yet" in errors(refused)["answer"]
            assert form_of(refused).submit == form_of(asked).submit
        assert changed(before, await tables(v)) == set()


@pytest.mark.parametrize("length", [2001, 3001, 100_000])
async def test_a_text_that_is_too_long_comes_back_and_waits_in_the_form(sqlite_url: str, length: int) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        long = ("word " * length)[: length - 1] + "."
        asked = await v.command("ada", "answer")
        before = await tables(v)
        refused = await v.fill("ada", asked, answer=long)
        assert errors(refused)["answer"] == (
            f"This is {length:,} characters; the most is 2,000. Please shorten it by {length - 2000:,}."
        )
        assert form_text(refused) == long
        assert changed(before, await tables(v)) == {"drafts"}
        assert form_text(await v.command("ada", "answer")) == long
        assert "Saved" in words(await v.answer("ada", "Shorter."))
        assert await v.rows(drafts) == []
        assert form_text(await v.command("ada", "answer")) == "Shorter."


async def test_a_long_text_survives_a_restart_of_the_bot(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await v.answer("ada", "x" * 3001)
        await v.restart()
        assert form_text(await v.command("ada", "answer")) == "x" * 3001
        assert await v.rows(answers) == []


@pytest.mark.parametrize("kind", ["markup", "mentions", "fences"])
async def test_strange_text_is_kept_as_it_is_and_only_ever_quoted(sqlite_url: str, kind: str) -> None:
    strange = STRANGE[kind]
    async with village(sqlite_url) as v:
        await v.set_up()
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
    async with village(database_url) as v:
        await v.set_up()
        for n, strange in enumerate(STRANGE.values()):
            await v.answer(f"author{n}", strange)
        assert [r.text for r in await v.rows(answers)] == list(STRANGE.values())


def flat(said: str) -> str:
    return " ".join(said.split())


async def test_what_could_turn_or_hide_the_words_around_it_is_taken_out(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await v.answer("ada", "a\u202ebc\u202c\x07\u2066d\u2069 \u200b\u200b\u200be\u0301")
        assert (await answer_of(v, "ada")).text == "abcd \u200b\u00e9"


async def test_a_strange_name_is_shown_as_a_name_and_never_parsed(sqlite_url: str) -> None:
    name = "**@everyone** <b>x</b> `a`"
    async with village(sqlite_url) as v:
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


# Votes --------------------------------------------------------------------------------------------------------------


async def test_a_vote_for_oneself_is_refused_kindly(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        await v.command("ada", "vote")
        before = await tables(v)
        for action in (Judge(1, 1, helped=True), OpenNote(1, 1), SaveNote(1, 1), Report(1, 1)):
            form = isinstance(action, SaveNote)
            what = Submit(encode(action), {"note": "Mine!"}) if form else Press(encode(action))
            said = words(await send(v, "ada", what))
            assert "yours" in said or "not one you were shown" in said
        assert changed(before, await tables(v)) == set()


async def test_a_vote_for_a_revealed_round_is_refused_kindly(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        page = await v.command("ada", "vote")
        judge = card_of(page).buttons()[0].action
        await v.tick(days=1)
        before = await tables(v)
        for action in (judge, OpenBallot(1), EndBallot(1)):
            refused = await v.act("ada", action)
            assert title(refused) == "This ballot has closed"
            assert "/question past" in words(refused)
        assert changed(before, await tables(v)) == set()


async def test_a_vote_before_the_ballot_opens_is_refused_kindly(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await four_answered(v)
        before = await tables(v)
        for action in (Judge(1, 2, helped=True), OpenBallot(1), EndBallot(1), Report(1, 2)):
            refused = await v.act("ada", action)
            assert title(refused) in {"Voting has not begun", "This answer can't be reported"}
        assert changed(before, await tables(v)) == set()


async def test_a_vote_pressed_twice_counts_once(database_url: str) -> None:
    async with village(database_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        page = await v.command("ada", "vote")
        helped = card_of(page).buttons()[0].action
        first = await v.act("ada", helped)
        before = await tables(v)
        again = await v.act("ada", helped)
        assert words(again) == words(first)
        assert changed(before, await tables(v)) == set()
        (decided,) = [r for r in await v.rows(votes) if r.helped]
        assert decided.answer_id == getattr(helped, "answer_id", None)


async def test_a_barred_member_can_do_nothing_and_is_told_so(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        page = await v.command("dee", "vote")
        judge = card_of(page).buttons()[0].action
        await barred(v, "dee", ORGANISER, 1)
        before = await tables(v)
        tries: list[Invoke | Press | Submit] = [
            *(
                Invoke(path, {})
                for path in ("vote", "answer", "question today", "question past", "leaderboard")
            ),
            *(
                Press(encode(a))
                for a in (judge, OpenBallot(1), OpenAnswer(2), AskPass(2), Pass(2), ShowHint(2))
            ),
            *(
                Press(encode(a))
                for a in (ReadAnswers(1, 0), MyResult(1), ShowRound(1), Report(1, 2), EndBallot(1))
            ),
            Submit(encode(SaveAnswer(2)), {"answer": "Let me in.", "consent": "unnamed"}),
            Submit(encode(SaveNote(1, 2)), {"note": "Let me in."}),
        ]
        for what in tries:
            for place in (HERE, None):
                refused = await send(v, "dee", what, place)
                assert title(refused) == "You can't take part here", what
                assert "write to them" in words(refused)
        assert changed(before, await tables(v)) == set()


# Too late -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [1, 2])
async def test_a_form_after_the_close_brings_its_text_back_and_is_never_posted(
    sqlite_url: str, days: int
) -> None:
    async with village(sqlite_url) as v:
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
        assert "stayed yours alone" in words(mine)


async def test_an_edit_after_the_close_comes_back_and_the_saved_answer_stands(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await four_answered(v)
        asked = await v.command("ada", "answer")
        await v.tick(days=1)
        before = await tables(v)
        late = await v.fill("ada", asked, answer="ada: better words.")
        assert quoted(late) == ["ada: better words."]
        assert "The answer you saved before stands." in words(late)
        assert not has_button(late, "Keep it")
        assert changed(before, await tables(v)) == set()


async def test_a_late_text_of_any_length_comes_back_and_only_a_sane_one_can_be_kept(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
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


# Buttons and forms that are not ours --------------------------------------------------------------------------------

MALFORMED = (
    "",
    ":",
    ".",
    "answer",
    "answer.1",
    "answer.1:",
    "answer.1:x",
    "answer.1:1:2",
    "answer.1:²",
    "answer.1:99999999999999999999",
    "answer.x:1",
    "answer.²:1",
    "answer.-1:1",
    "answer.2:1",
    "judge.7:1:2:1",
    "judge.1:1:2:yes",
    "nosuch.1:5",
    "save.1:1\x00",
    "%00%ff.1:1",
    "a" * 5000,
)


async def test_an_unknown_button_gets_a_kind_card_and_changes_nothing(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        before = await tables(v)
        for made, place in product(MALFORMED, (HERE, None)):
            pressed = await send(v, "ada", Press(made, ("1",)), place)
            assert title(pressed) == STALE, made
            assert "/question today" in words(pressed)
        assert changed(before, await tables(v)) == set()


async def test_an_unknown_form_brings_back_what_was_typed(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        before = await tables(v)
        typed = "Something that took a good while to write, and would be a pity to lose."
        reply = await send(v, "ada", Submit("save.9:1", {"answer": typed, "consent": "unnamed"}))
        assert title(reply) == STALE
        assert quoted(reply) == [typed]
        assert changed(before, await tables(v)) == set()


GONE: tuple[Action, ...] = (
    OpenAnswer(999),
    LockAnswer(999),
    ShowHint(999),
    AskPass(999),
    Pass(999),
    KeepLate(999),
    OpenBallot(999),
    EndBallot(999),
    Judge(999, 1, helped=True),
    Judge(1, 999, helped=True),
    OpenNote(1, 999),
    Report(1, 999),
    ReadAnswers(999, 0),
    MyResult(999),
    ShowRound(-1),
    CloseNow(999),
    RevealNow(999),
    PostNow(999, 1),
    SkipNext(999, 1),
    Moderate(1, 999, "remove"),
    Moderate(1, 1, "praise"),
    OpenAnswer(999_999_999_999_999_999),
)


async def test_a_button_of_something_gone_says_so(database_url: str) -> None:
    async with village(database_url) as v:
        await four_answered(v)
        before = await tables(v)
        for action, user in product(GONE, ("ada", ORGANISER)):
            pressed = await v.act(user, action)
            assert WENT_WRONG not in words(pressed), action
            assert len(words(pressed).splitlines()) > 1, "a title alone does not say what to do next"
        assert changed(before, await tables(v)) == set()


async def test_an_answer_for_an_unknown_round_comes_back(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        before = await tables(v)
        typed = "An answer to a question that nobody asked here, or that is long gone by now."
        reply = await submit(v, "ada", 999, typed)
        assert title(reply) == "This question is gone"
        assert quoted(reply) == [typed]
        assert changed(before, await tables(v)) == set()


async def test_choosing_what_is_not_on_the_list_is_refused_kindly(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        await vote_all(v, "ada")
        before = await tables(v)
        values = ("", "x", "999", "-1", "²", "9" * 400, "1; DROP TABLE rounds")
        for action, value in product((PickPast(1), PickPast(7), LookAgain(1)), values):
            pressed = await v.act("ada", action, value)
            assert WENT_WRONG not in words(pressed)
            assert title(pressed) in {"This question is gone", "This answer is gone"}
        assert changed(before, await tables(v)) == set()


async def test_choosing_nothing_from_a_list_is_no_error(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        assert title(await v.act("ada", PickPast(1))) == "This question is gone"
        assert title(await v.act("ada", LookAgain(1))) == "This answer is gone"


async def test_a_question_that_is_not_revealed_cannot_be_opened_from_the_list_of_past_ones(
    sqlite_url: str,
) -> None:
    async with village(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        for round_id in ("1", "2"):
            assert title(await v.act("ada", PickPast(1), round_id)) == "Not revealed yet"


async def test_a_consent_that_was_not_offered_leaves_what_stood_in_the_form(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await v.answer("ada", "First words.", consent="out")
        for said in ("", "everyone", "NAMED", "named "):
            saved = await submit(v, "ada", 1, "Second words.", consent=said)
            assert "kept out of the channel" in words(saved)
            assert (await answer_of(v, "ada")).consent == "out"


async def test_a_setting_that_is_not_on_the_list_changes_nothing(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        before = await tables(v)
        for what in ("tone", "days", "hour", "limit", "zone", "nosuch"):
            assert "no longer on the list" in words(await v.act(ORGANISER, Assign(1, what), "99")), what
        assert changed(before, await tables(v)) == set()


async def test_a_line_to_an_author_that_is_too_long_comes_back(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        page = await v.command("ada", "vote")
        asked = await v.press("ada", page, "One thing I'd borrow")
        before = await tables(v)
        for typed, complaint in (
            ("y" * 281, "at most 280"),
            ("", "Write one line"),
            ("\u200b \n", "Write one line"),
        ):
            refused = await v.fill("ada", asked, note=typed)
            assert complaint in errors(refused)["note"]
            assert form_text(refused, "note") == typed
        assert changed(before, await tables(v)) == set()
        assert isinstance(refused, Refuse)


async def test_a_line_to_the_author_of_a_page_never_shown_is_refused(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        await v.command("ada", "vote")
        (shown,) = await v.rows(votes)
        other = next(r.id for r in await v.rows(answers) if r.id not in (1, shown.answer_id))
        before = await tables(v)
        for what in (
            Press(encode(OpenNote(1, other))),
            Press(encode(Judge(1, other, helped=True))),
            Submit(encode(SaveNote(1, other)), {"note": "Seen it in a dream."}),
        ):
            assert title(await send(v, "ada", what)) == "This page is not on your ballot"
        assert title(await v.act("ada", Report(1, other))) == "This answer can't be reported"
        assert changed(before, await tables(v)) == set()


# Organisers only ----------------------------------------------------------------------------------------------------


async def test_no_organisers_command_works_for_a_member(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        reserved = [c.name for c in v.app.dispatcher.registry if c.organisers]
        assert {"round now", "round skip", "round preview", "round close", "round reveal"} < set(reserved)
        assert {"group setup", "group settings", "group pause", "group resume"} < set(reserved)
        before = await tables(v)
        for path in reserved:
            for place in (HERE, None):
                refused = await send(v, "ada", Invoke(path, {}), place)
                assert title(refused) == ORGANISERS_ONLY, path
                assert "/group status" in words(refused)
        assert changed(before, await tables(v)) == set()


async def test_no_organisers_button_works_for_a_member(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        tuesday = 20782 + 719163  # an ordinal; any will do
        pressed: tuple[Action, ...] = (
            CloseNow(2),
            RevealNow(1),
            PostNow(1, 2),
            SkipNext(1, tuesday),
            *(Moderate(1, 2, verdict) for verdict in ("keep", "remove", "bar")),
            Change(1),
            Assign(1, "tone"),
            Begin(1, at_once=True),
            OpenSettings(1),
            Pause(1),
            Resume(1),
        )
        before = await tables(v)
        for action in pressed:
            for place in (HERE, None):
                refused = await send(v, "ada", Press(encode(action), ("calm",)), place)
                assert title(refused) == ORGANISERS_ONLY, action
        assert changed(before, await tables(v)) == set()


async def test_managing_some_channel_does_not_show_a_private_preview_of_another_groups_question(
    sqlite_url: str,
) -> None:
    async with village(sqlite_url) as v:
        await four_answered(v)
        who = Identity("local", "room", "ada", "Ada")
        for path in ("round preview", "round now", "round close", "round skip"):
            request = Request(f"m {path}", v.clock(), who, None, Invoke(path, {}), manages=True)
            assert title(await v.app.dispatcher.handle(request)) == ORGANISERS_ONLY


async def test_a_command_in_a_channel_without_a_group_says_how_to_start_one(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        before = await tables(v)
        elsewhere = Place("local", "room", "kitchen", "kitchen")
        for path in ("answer", "vote", "question today", "question past", "leaderboard"):
            reply = await send(v, "ada", Invoke(path, {}), elsewhere)
            assert title(reply) == "No study group meets here yet"
            assert "/group setup" in words(reply)
        reply = await send(v, "stranger", Invoke("answer", {}), None)
        assert title(reply) == "You are not in a study group yet"
        assert changed(before, await tables(v)) == set()


# Command lines ------------------------------------------------------------------------------------------------------

LINES = (
    ("", "Type a command", ""),
    ("   ", "Type a command", ""),
    ("/anwser", "There is no command /anwser. Did you mean /answer?", "/anwser"),
    ("/xyzzy", "There is no command /xyzzy. /help shows them all.", "/xyzzy"),
    ("/question", "goes on with one of: today, past, practice", ""),
    ("/question tody", "There is no /question tody. Did you mean /question today?", "tody"),
    ("/question qqqqq", "It goes on with one of: today, past, practice", "qqqqq"),
    ("/round now please", "“please” is one too many", "please"),
    ("/answer my answer", "“my” is one too many", "my"),
    ("/leaderboard period:weak", "period cannot be “weak”. Did you mean week?", "period:weak"),
    ("/leaderboard perod:week", "/leaderboard has no option perod. Did you mean period:?", "perod:week"),
    ("/leaderboard week week", "“week” is one too many", "week"),
    ("/leaderboard period:week period:all", "period is given twice", "period:all"),
    ('/question practice topic:"rlhf', "The quotation mark is not closed", '"rlhf'),
    ("/question practice phase:soon", "phase cannot be “soon”. It is one of 3plus-months", "phase:soon"),
    ("/my remind", "/my remind needs on", ""),
    ("/my remind maybe", "on is yes or no, not “maybe”", "maybe"),
    ("/my break until:tomorrow", "until is a date like 2027-02-01, not “tomorrow”", "until:tomorrow"),
    ("/my break until:2027-02-31", "until is a date like", "until:2027-02-31"),
    ("/answer " + "x" * 5000, "longer than 4000 characters", None),
)


async def test_a_malformed_line_names_the_wrong_word_and_the_nearest_right_one(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        before = await tables(v)
        for line, complaint, wrong in LINES:
            with pytest.raises(LineError) as caught:
                parse(line, v.app.dispatcher.registry)
            assert complaint in caught.value.message
            if wrong is not None:
                assert line[caught.value.start : caught.value.end].strip() == wrong
        assert changed(before, await tables(v)) == set()


async def test_a_well_formed_line_is_read_in_any_reasonable_spelling(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        registry = v.app.dispatcher.registry
        assert parse("ANSWER", registry) == Invoke("answer", {})
        assert parse(" /leaderboard WEEK ", registry) == Invoke("leaderboard", {"period": "week"})
        assert parse('/question practice topic:"reward model"', registry).options == {"topic": "reward model"}
        assert parse("/my remind on:No", registry) == Invoke("my remind", {"on": False})


async def test_a_command_that_does_not_exist_gets_the_nearest_one(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        before = await tables(v)
        reply = await v.command("ada", "question tody")
        assert title(reply) == "There is no such command"
        assert "/question today" in words(reply)
        assert changed(before, await tables(v)) == set()


# The same thing delivered twice -------------------------------------------------------------------------------------


async def twice(v: Village, user: str, what: Invoke | Press | Submit) -> Reply:
    """Deliver one request, and the very same again: the second time nothing may change, and nothing be posted."""
    request = v.request(user, what)
    first = await v.app.dispatcher.handle(request)
    await v.tick()
    before, posted = await tables(v), len(v.channel())
    second = await v.app.dispatcher.handle(request)
    await v.tick()
    after = await tables(v)
    assert WENT_WRONG not in words(first) + words(second)
    assert changed(before, after) <= {"deliveries", "transcript"}, changed(before, after)
    assert [row[0] for row in before["deliveries"]] == [row[0] for row in after["deliveries"]]
    assert len(v.channel()) == posted
    return first


async def test_no_request_of_a_round_has_a_second_effect_when_it_is_delivered_twice(
    database_url: str,
) -> None:
    async with village(database_url) as v:
        await four_answered(v)
        await twice(v, "eve", Submit(encode(SaveAnswer(1)), {"answer": "eve: once.", "consent": "named"}))
        await twice(v, "eve", Press(encode(LockAnswer(1))))
        await twice(v, "fay", Press(encode(Pass(1))))
        await twice(v, ORGANISER, Press(encode(CloseNow(1))))
        await twice(v, "gus", Submit(encode(SaveAnswer(1)), {"answer": "gus: late.", "consent": "named"}))
        await twice(v, "gus", Press(encode(KeepLate(1))))
        await twice(v, "gus", Press(encode(OpenBallot(1))))
        page = await v.command("ada", "vote")
        await twice(v, "ada", Press(encode(card_of(page).buttons()[0].action)))
        page = await v.command("ada", "vote")
        answer_id = int(getattr(card_of(page).buttons()[0].action, "answer_id", 0))
        await twice(v, "ada", Submit(encode(SaveNote(1, answer_id)), {"note": "This."}))
        await twice(v, "ada", Press(encode(Report(1, answer_id))))
        assert len(await v.rows(reports)) == 1
        await twice(v, "ada", Press(encode(EndBallot(1))))
        await twice(v, ORGANISER, Press(encode(RevealNow(1))))
        assert [c.title for c in v.channel()] == ["Monday's question", "Monday's reveal"]
        await twice(v, ORGANISER, Press(encode(Moderate(1, answer_id, "remove"))))
        await twice(v, ORGANISER, Press(encode(PostNow(1, 1))))
        skip = card_of(await v.command(ORGANISER, "round skip")).buttons()[0].action
        await twice(v, ORGANISER, Press(encode(skip)))
        assert len(await rounds_of(v)) == 2


async def test_the_first_press_of_a_set_up_group_delivered_twice_posts_one_question(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.command(ORGANISER, "group setup")
        await twice(v, ORGANISER, Press(encode(Begin(1, at_once=True))))
        assert len(v.channel()) == 1


async def test_a_newcomers_first_request_delivered_twice_makes_one_member(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        had = len(await v.rows(members))
        await twice(v, "zoe", Invoke("question today", {}))
        assert len(await v.rows(members)) == had + 1
