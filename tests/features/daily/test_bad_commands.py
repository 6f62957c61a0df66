"""Commands that are not for everyone, lines that are no commands, and requests that arrive twice."""

import pytest

from bot.access.choosing_cards import SET_UP
from bot.chat.actions import Action, encode
from bot.chat.cards import Reply
from bot.chat.requests import Identity, Invoke, Place, Press, Request, Submit
from bot.chat.typed import LineError, parse
from bot.features.daily.actions import (
    CloseNow,
    EndBallot,
    KeepLate,
    LockAnswer,
    Moderate,
    OpenBallot,
    Pass,
    PostNow,
    Report,
    RevealNow,
    SaveAnswer,
    SaveNote,
    SkipNext,
    Withdraw,
)
from bot.features.daily.tables import reports
from bot.features.group_settings.actions import Assign, Begin, Change, OpenSettings, Pause, Resume
from bot.membership.tables import members
from tests.features.daily.acting import ORGANISERS_ONLY, WENT_WRONG, changed, rounds_of, send, tables, title
from tests.features.daily.scenes import four_answered
from tests.support.driver import ORGANISER
from tests.support.local_driver import HERE, LocalDriver, button, card_of, local_app, local_group, words

# Organisers only ------------------------------------------------------------------------------------------------------


async def test_no_organisers_command_works_for_a_member(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        reserved = [c.name for c in v.app.dispatcher.registry.all() if c.organisers]
        assert {"round now", "round skip", "round preview", "round close", "round reveal"} < set(reserved)
        assert {"group setup", "group settings", "group pause", "group resume"} < set(reserved)
        before = await tables(v)
        for path in reserved:
            for place in (HERE, None):
                refused = await send(v, "ada", Invoke(path, {}), place)
                if place is None and title(refused) != ORGANISERS_ONLY:
                    assert "needs a channel" in title(refused), path
                    continue
                assert title(refused) == ORGANISERS_ONLY, path
                assert "/group status" in words(refused)
        assert changed(before, await tables(v)) == set()


async def test_no_organisers_button_works_for_a_member(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        tuesday = 20782 + 719163  # an ordinal; any will do
        pressed: tuple[Action, ...] = (
            CloseNow(2),
            RevealNow(1),
            Withdraw(1),
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
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        who = Identity("local", "room", "ada", "Ada")
        for path in ("round preview", "round now", "round close", "round skip"):
            request = Request(f"m {path}", v.clock(), who, None, Invoke(path, {}), manages=True)
            assert title(await v.app.dispatcher.handle(request)) == ORGANISERS_ONLY


async def test_a_command_in_a_channel_without_a_group_says_how_to_start_one(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        before = await tables(v)
        elsewhere = Place("local", "room", "kitchen", "kitchen")
        for path in ("answer", "vote", "question today", "question past", "leaderboard"):
            reply = await send(v, "ada", Invoke(path, {}), elsewhere)
            assert title(reply) == "No study group meets here yet"
            assert "/group setup" in words(reply)
        assert (
            button(await send(v, ORGANISER, Invoke("answer", {}), elsewhere), "Set up").action
            == SET_UP.action
        )
        reply = await send(v, "stranger", Invoke("answer", {}), None)
        assert title(reply) == "You are not in a study group yet"
        assert changed(before, await tables(v)) == set()


# Command lines --------------------------------------------------------------------------------------------------------


LINES = (
    ("", "Type a command", ""),
    ("   ", "Type a command", ""),
    ("/anwser", "There is no command /anwser. Did you mean /answer?", "/anwser"),
    ("/xyzzy", "There is no command /xyzzy. /help shows them all.", "/xyzzy"),
    ("/question", "type one of: today, past, practice", ""),
    ("/question tody", "There is no /question tody. Did you mean /question today?", "tody"),
    ("/question qqqqq", "Try one of: today, past, practice", "qqqqq"),
    ("/round now please", "“please” is one too many", "please"),
    ("/answer my answer", "“my” is one too many", "my"),
    ("/leaderboard period:weak", "period cannot be “weak”. Did you mean week?", "period:weak"),
    ("/leaderboard perod:week", "/leaderboard has no option perod. Did you mean period:?", "perod:week"),
    ("/leaderboard week rsp points week", "“week” is one too many", "week"),
    ("/leaderboard period:week period:all", "period is given twice", "period:all"),
    ('/question practice topic:"rlhf', "The quotation mark is not closed", '"rlhf'),
    ("/question practice phase:soon", "phase cannot be “soon”. Choose one of 3plus-months", "phase:soon"),
    ("/my remind", "/my remind needs on", ""),
    ("/my remind maybe", "on must be yes or no, not “maybe”", "maybe"),
    ("/my break until:soon", "until must be a day like 2027-02-01 or “in 3 weeks”, not “soon”", "until:soon"),
    ("/my break until:2027-02-31", "until must be a day like", "until:2027-02-31"),
    ("/answer " + "x" * 5000, "longer than 4000 characters", None),
)


async def test_a_malformed_line_names_the_wrong_word_and_the_nearest_right_one(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        before = await tables(v)
        for line, complaint, wrong in LINES:
            with pytest.raises(LineError) as caught:
                parse(line, v.app.dispatcher.registry)
            assert complaint in caught.value.message
            if wrong is not None:
                assert line[caught.value.start : caught.value.end].strip() == wrong
        assert changed(before, await tables(v)) == set()


async def test_a_well_formed_line_is_read_in_any_reasonable_spelling(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        registry = v.app.dispatcher.registry
        assert parse("ANSWER", registry) == Invoke("answer", {})
        assert parse(" /leaderboard WEEK ", registry) == Invoke("leaderboard", {"period": "week"})
        assert parse('/question practice topic:"reward model"', registry).options == {"topic": "reward model"}
        assert parse("/my remind on:No", registry) == Invoke("my remind", {"on": False})


async def test_a_command_that_does_not_exist_gets_the_nearest_one(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        before = await tables(v)
        reply = await v.command("ada", "question tody")
        assert title(reply) == "There is no such command"
        assert "/question today" in words(reply)
        assert changed(before, await tables(v)) == set()


# The same thing delivered twice ---------------------------------------------------------------------------------------


async def twice(v: LocalDriver, user: str, what: Invoke | Press | Submit) -> Reply:
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
    async with local_app(database_url) as v:
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
    async with local_app(sqlite_url) as v:
        await v.command(ORGANISER, "group setup")
        await twice(v, ORGANISER, Press(encode(Begin(1, at_once=True))))
        assert len(v.channel()) == 1


async def test_a_newcomers_first_request_delivered_twice_makes_one_member(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        had = len(await v.rows(members))
        await twice(v, "zoe", Invoke("question today", {}))
        assert len(await v.rows(members)) == had + 1
