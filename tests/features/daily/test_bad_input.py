"""Presses that should not be possible, and happen: each gets a kind answer and leaves no trace."""

from itertools import product

from bot.chat.actions import Action, encode
from bot.chat.cards import Accent, Refuse
from bot.chat.requests import Invoke, Press, Submit
from bot.features.daily.actions import (
    AskPass,
    AskWithdraw,
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
    TakeBack,
    Unvote,
    Withdraw,
)
from bot.features.daily.tables import answers, votes
from bot.features.group_settings.actions import Assign
from tests.features.daily.acting import (
    STALE,
    WENT_WRONG,
    answer_of,
    barred,
    changed,
    errors,
    form_text,
    quoted,
    send,
    submit,
    tables,
    title,
    vote_all,
)
from tests.features.daily.scenes import (
    four_answered,
)
from tests.support.driver import ORGANISER
from tests.support.local_driver import HERE, card_of, local_app, local_group, words

# Votes ----------------------------------------------------------------------------------------------------------------


async def test_a_vote_for_oneself_is_refused_kindly(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
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
    async with local_app(sqlite_url) as v:
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
            assert card_of(refused).accent is Accent.NEUTRAL
        late = await send(v, "ada", Submit(encode(SaveNote(1, 2)), {"note": "Too late."}))
        assert card_of(late).accent is Accent.BAD, "what was typed was not kept"
        assert "Too late." in quoted(late)
        assert changed(before, await tables(v)) == set()


async def test_a_vote_before_the_ballot_opens_is_refused_kindly(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        before = await tables(v)
        for action in (Judge(1, 2, helped=True), OpenBallot(1), EndBallot(1), Report(1, 2)):
            refused = await v.act("ada", action)
            assert title(refused) in {"Voting has not begun", "This answer can't be reported"}
        assert changed(before, await tables(v)) == set()


async def test_a_vote_pressed_twice_counts_once(database_url: str) -> None:
    async with local_app(database_url) as v:
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
    async with local_app(sqlite_url) as v:
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


# Buttons and forms that are not ours ----------------------------------------------------------------------------------


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
    async with local_group(sqlite_url) as v:
        before = await tables(v)
        for made, place in product(MALFORMED, (HERE, None)):
            pressed = await send(v, "ada", Press(made, ("1",)), place)
            assert title(pressed) == STALE, made
            assert "/question today" in words(pressed)
        assert changed(before, await tables(v)) == set()


async def test_an_unknown_form_brings_back_what_was_typed(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
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
    TakeBack(999),
    Unvote(999),
    Judge(999, 1, helped=True),
    Judge(1, 999, helped=True),
    OpenNote(1, 999),
    Report(1, 999),
    ReadAnswers(999, 0),
    MyResult(999),
    ShowRound(-1),
    CloseNow(999),
    AskWithdraw(999),
    Withdraw(999),
    RevealNow(999),
    PostNow(999, 1),
    SkipNext(999, 1),
    Moderate(1, 999, "remove"),
    Moderate(1, 1, "praise"),
    OpenAnswer(999_999_999_999_999_999),
)


async def test_a_button_of_something_gone_says_so(database_url: str) -> None:
    async with local_app(database_url) as v:
        await four_answered(v)
        before = await tables(v)
        for action, user in product(GONE, ("ada", ORGANISER)):
            pressed = await v.act(user, action)
            assert WENT_WRONG not in words(pressed), action
            assert len(words(pressed).splitlines()) > 1, "a title alone does not say what to do next"
        assert changed(before, await tables(v)) == set()


async def test_an_answer_for_an_unknown_round_comes_back(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        before = await tables(v)
        typed = "An answer to a question that nobody asked here, or that is long gone by now."
        reply = await submit(v, "ada", 999, typed)
        assert title(reply) == "This question is gone"
        assert quoted(reply) == [typed]
        assert changed(before, await tables(v)) == set()


async def test_choosing_what_is_not_on_the_list_is_refused_kindly(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
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
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        assert title(await v.act("ada", PickPast(1))) == "This question is gone"
        assert title(await v.act("ada", LookAgain(1))) == "This answer is gone"


async def test_a_question_that_is_not_revealed_cannot_be_opened_from_the_list_of_past_ones(
    sqlite_url: str,
) -> None:
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        for round_id in ("1", "2"):
            assert title(await v.act("ada", PickPast(1), round_id)) == "Not revealed yet"


async def test_a_consent_that_was_not_offered_leaves_what_stood_in_the_form(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "First words.", consent="out")
        for said in ("", "everyone", "NAMED", "named "):
            saved = await submit(v, "ada", 1, "Second words.", consent=said)
            assert "kept out of the channel" in words(saved)
            assert (await answer_of(v, "ada")).consent == "out"


async def test_a_setting_that_is_not_on_the_list_changes_nothing(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        before = await tables(v)
        for what in ("tone", "days", "hour", "limit", "zone", "nosuch"):
            assert "no longer on the list" in words(await v.act(ORGANISER, Assign(1, what), "99")), what
        assert changed(before, await tables(v)) == set()


async def test_a_line_to_an_author_that_is_too_long_comes_back(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        page = await v.command("ada", "vote")
        asked = await v.press("ada", page, "One thing I'd borrow")
        before = await tables(v)
        for typed, complaint in (
            ("y" * 281, "the limit is 280"),
            ("", "Write one line"),
            ("\u200b \n", "Write one line"),
        ):
            refused = await v.fill("ada", asked, note=typed)
            assert complaint in errors(refused)["note"]
            assert form_text(refused, "note") == typed
        assert changed(before, await tables(v)) == set()
        assert isinstance(refused, Refuse)


async def test_a_line_to_the_author_of_a_page_never_shown_is_refused(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
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
