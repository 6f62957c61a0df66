"""Answering from the member's side: writing, editing, locking, hints, passing, drafts and what comes too late."""

import pytest
from sqlalchemy import update

from bot.access.greeting import WELCOME
from bot.chat.cards import Reply, Style
from bot.chat.requests import Invoke
from bot.database.transaction import Transaction
from bot.features.daily.actions import AskPass, LockAnswer, MyResult, Pass, ReadAnswers
from bot.features.daily.tables import answers, rounds
from bot.features.group_settings.actions import Assign
from bot.membership.tables import members
from tests.features.daily.acting import (
    answer_of,
    changed,
    errors,
    form_limit,
    form_text,
    ours,
    quoted,
    rounds_of,
    send,
    submit,
    tables,
    title,
    vote_all,
)
from tests.support.driver import ORGANISER
from tests.support.local_driver import (
    LocalDriver,
    card_of,
    form_of,
    labels,
    local_app,
    local_group,
    plain,
    words,
)


async def ask_next(v: LocalDriver, item_id: str) -> None:
    """Let the open round be one about this item, as if it had been picked."""
    question = v.app.bank.item(item_id)
    newest = (await rounds_of(v))[-1]

    async def work(tx: Transaction) -> None:
        kept = {
            **newest.question,
            "kind": question.kind.value,
            "prompt": question.prompt,
            "hint": question.hint,
        }
        await tx.execute(
            update(rounds).where(rounds.c.id == newest.id).values(question=kept, kind=question.kind.value)
        )

    await v.app.database.write(work)


def chosen(asked: Reply) -> str:
    """The consent that stands in a form."""
    return form_text(asked, "consent")


async def test_the_form_asks_the_question_and_says_until_when_it_can_be_edited(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        asked = form_of(await v.command("ada", "answer"))
        prompt = (await rounds_of(v))[0].question["prompt"]
        assert prompt in plain(asked.intro)
        assert asked.title == "Monday's answer"
        assert "You can edit until Tue 09:00." in getattr(asked.fields[0], "placeholder", "")


async def test_an_answer_can_be_edited_until_the_close(database_url: str) -> None:
    async with local_group(database_url) as v:
        saved = await v.answer("ada", "First words.")
        assert labels(saved) == ["Edit", "Compare now", "3 quick questions", "Take my answer back"]
        assert "The group's first reveal is still to come." in words(saved)
        assert title(await v.press("ada", saved, "3 quick")) == "Quiz: 1 of 3"
        again = await v.press("ada", saved, "Edit")
        assert form_text(again) == "First words."
        v.clock.move(hours=23, minutes=59)
        edited = await v.fill("ada", again, answer="Second words.", consent="named")
        assert quoted(edited) == ["Second words."]
        (kept,) = await v.rows(answers)
        assert (kept.text, kept.consent, kept.state) == ("Second words.", "named", "sealed")
        assert kept.created_at < kept.updated_at
        await v.tick(minutes=1)
        assert title(await v.press("ada", saved, "Edit")) == "Answers are closed"
        assert (await answer_of(v, "ada")).text == "Second words."


async def test_the_saved_card_says_how_the_answer_may_be_shown(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for consent, said in (
            ("unnamed", "unnamed if it is among the best"),
            ("named", "with your name if it is among the best"),
            ("out", "kept out of the channel"),
        ):
            assert said in words(await v.answer("ada", "Words.", consent=consent))


async def test_locking_ends_editing_and_shows_the_key_points_and_the_model_answer(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        saved = await v.answer("ada", "My words.")
        question = (await rounds_of(v))[0].question
        assert question["model_answer"] not in words(saved)
        asked = await v.press("ada", saved, "Compare now")
        assert question["model_answer"] not in words(asked)
        locked = await v.press("ada", asked, "Lock it")
        assert title(locked) == "Locked: now compare"
        assert quoted(locked) == ["My words."]
        for part in (question["model_answer"], *question["key_points"]):
            assert part in words(locked)
        before = await tables(v)
        for reply in (
            await v.press("ada", saved, "Edit"),
            await v.command("ada", "answer"),
            await submit(v, "ada", 1, "Better words, now that I know."),
        ):
            assert title(reply) == "Your answer is locked"
            assert title(await v.press("ada", reply, "See the comparison")) == "Locked: now compare"
        for again in (await v.act("ada", AskPass(1)), await v.press("ada", saved, "Compare now")):
            assert title(again) == "Locked: now compare"
        assert changed(before, await tables(v)) == set()
        today = await v.command("ada", "question today")
        assert "You have answered and locked it." in words(today)
        assert labels(today) == ["See the comparison", "Take my answer back"]


async def test_a_locked_answer_takes_part_like_any_other(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "Locked words.")
        await v.act("ada", LockAnswer(1))
        await v.tick(days=1)
        assert quoted(await v.command("ben", "vote")) == ["Locked words."]


async def test_nothing_can_be_locked_without_an_answer(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("ada", "question today")
        before = await tables(v)
        refused = await v.act("ada", LockAnswer(1))
        assert title(refused) == "There is nothing to lock"
        assert changed(before, await tables(v)) == set()


async def test_a_button_to_lock_that_was_left_unpressed_shows_no_model_answer_before_the_reveal(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        saved = await v.answer("ada", "My words.")
        model = (await rounds_of(v))[0].question["model_answer"]
        await v.tick(days=1)
        late = await v.press("ada", saved, "Compare now")
        assert title(late) == "Answers are closed"
        assert model not in words(late)
        assert "Not revealed yet" in words(await v.act("ada", ReadAnswers(1, 0)))
        assert (await answer_of(v, "ada")).locked_at is None


async def test_the_hint_is_private_free_and_can_be_read_again(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("ada", "question today")
        (question,) = v.channel()
        hint = (await rounds_of(v))[0].question["hint"]
        before = await tables(v)
        for _ in range(2):
            shown = await v.press("ada", question, "Hint")
            assert title(shown) == "Hint"
            assert hint in words(shown)
            assert labels(shown) == ["Answer", "Pass: show me the key points"]
        assert changed(before, await tables(v)) == set()
        assert (await rounds_of(v))[0].question["model_answer"] not in words(shown)
        assert "Saved" in words(
            await v.fill("ada", await v.press("ada", shown, "Answer"), answer="With a hint.")
        )


async def test_passing_asks_once_shows_the_key_points_and_closes_the_round_for_one(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        (question,) = v.channel()
        asked = await v.press("ada", question, "Pass")
        assert title(asked) == "Pass this question?"
        assert labels(asked) == ["Pass", "Answer instead"]
        model = (await rounds_of(v))[0].question["model_answer"]
        assert model not in words(asked)
        assert await v.rows(answers) == []
        passed = await v.press("ada", asked, "Pass")
        assert title(passed) == "Passed"
        assert model in words(passed)
        before = await tables(v)
        assert title(await v.command("ada", "answer")) == "You passed this one"
        assert title(await submit(v, "ada", 1, "Now I know it.")) == "You passed this one"
        again = await v.press("ada", question, "Pass")
        assert title(again) == "Passed"
        assert changed(before, await tables(v)) == set()
        today = await v.command("ada", "question today")
        assert "You passed this one." in words(today)
        assert title(await v.press("ada", today, "See the key points")) == "Passed"


async def test_answering_instead_of_passing_is_one_press_away(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        asked = await v.press("ada", v.channel()[0], "Pass")
        saved = await v.fill("ada", await v.press("ada", asked, "Answer instead"), answer="After all.")
        assert title(saved) == "Saved"
        assert (await answer_of(v, "ada")).state == "sealed"


async def test_who_has_answered_cannot_pass(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "My words.")
        before = await tables(v)
        for action in (AskPass(1), Pass(1)):
            refused = await v.act("ada", action)
            assert title(refused) == "You have answered already"
            assert labels(refused) == ["Lock and compare", "Edit my answer"]
        assert changed(before, await tables(v)) == set()


async def test_nobody_can_pass_after_the_close(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        asked = await v.press("ada", v.channel()[0], "Pass")
        await v.tick(days=1)
        assert title(await v.press("ada", asked, "Pass")) == "Answers are closed"
        assert await v.rows(answers) == []


async def test_a_pass_counts_as_taking_part_and_earns_nothing(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ben", "My words.")
        await v.act("ada", Pass(1))
        await v.tick(days=1)
        assert "Vote on Monday's" in labels(v.channel()[1])
        await v.tick(days=1)
        assert "2 people took part: 1 answered, 0 voted." in words(v.channel()[2])
        mine = await v.act("ada", MyResult(1))
        assert "You passed this one." in words(mine)
        assert "points" not in words(mine)


async def test_a_passer_may_still_vote(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ben", "My words.")
        await v.act("ada", Pass(1))
        await v.tick(days=1)
        assert title(await vote_all(v, "ada", ["My"])) == "Thank you: ballot finished"


async def test_a_consent_is_remembered_for_the_next_question(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await ask_next(v, "safety.questions.deception.q01")
        assert chosen(await v.command("ada", "answer")) == "unnamed"
        await v.answer("ada", "My words.", consent="named")
        await v.tick(days=1)
        await ask_next(v, "rsp.elements.pause.q01")
        assert chosen(await v.command("ada", "answer")) == "named"
        assert chosen(await v.command("ben", "answer")) == "unnamed"


async def test_a_behavioral_question_starts_outside_the_channel_and_changes_no_habit(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await ask_next(v, "safety.questions.deception.q01")
        await v.answer("ada", "My words.", consent="named")
        await v.tick(days=1)
        await ask_next(v, "behavioral.questions.failed-project.q01")
        assert chosen(await v.command("ada", "answer")) == "out"
        await v.answer("ada", "A story.", consent="out")
        assert chosen(await v.command("ada", "answer")) == "out"
        await v.tick(days=1)
        await ask_next(v, "rsp.elements.pause.q01")
        assert chosen(await v.command("ada", "answer")) == "named"


async def test_a_newcomer_is_welcomed_once(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        first = form_of(await v.press("ada", v.channel()[0], "Answer"))
        assert plain(first.intro).startswith(WELCOME)
        second = form_of(await v.press("ada", v.channel()[0], "Answer"))
        assert WELCOME not in plain(second.intro)
        for press in ("Hint", "Pass"):
            assert WELCOME in words(await v.press(press.lower(), v.channel()[0], press))
            assert WELCOME not in words(await v.press(press.lower(), v.channel()[0], press))


async def test_the_first_saved_card_alone_says_how_a_round_works(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        shown = [words(await v.answer("ada", each)) for each in ("First try.", "Second try.")]
        await v.tick(days=1)
        shown.append(words(await v.answer("ada", "Another day.")))
        assert ["How a round works" in each for each in shown] == [True, False, False]


async def test_whatever_a_newcomer_opens_first_welcomes_them(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ben", "My words.")
        await v.tick(days=1)
        await v.tick(days=1)
        reveal = v.channel()[2]
        for n, path in enumerate(("question today", "question past", "vote", "leaderboard", "group status")):
            assert WELCOME in words(await v.command(f"new{n}", path)), path
        for user, label in (("read", "Read"), ("mine", "How did")):
            assert WELCOME in words(await v.press(user, reveal, label))
        assert len(await v.rows(members)) == 9


@pytest.mark.parametrize("limit", [500, 3000])
async def test_the_limit_of_an_answer_is_the_groups_own(sqlite_url: str, limit: int) -> None:
    async with local_group(sqlite_url) as v:
        assert form_limit(await v.command("ada", "answer")) == 2000
        await v.act(ORGANISER, Assign(1, "limit"), str(limit))
        asked = await v.command("ada", "answer")
        assert form_limit(asked) == limit
        over = await v.fill("ada", asked, answer="x" * (limit + 1))
        assert f"the limit is {limit:,}" in errors(over)["answer"]
        assert "Saved" in words(await v.fill("ada", asked, answer="x" * limit))


async def test_a_lowered_limit_takes_no_answer_away(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "x" * 1900)
        await v.act(ORGANISER, Assign(1, "limit"), "500")
        assert form_text(await v.command("ada", "answer")) == "x" * 1900
        await v.tick(days=1)
        assert quoted(await v.command("ben", "vote")) == ["x" * 1900]


async def test_who_has_answered_sees_their_own_answer_and_what_to_do_with_it(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "My words.")
        today = await v.command("ada", "question today")
        assert quoted(today) == ["My words."]
        assert labels(today) == ["Edit my answer", "Lock and compare", "Take my answer back"]
        assert quoted(await v.command("ben", "question today")) == []


async def test_without_an_open_question_the_command_says_when_the_next_one_comes(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await v.command(ORGANISER, "group setup")
        setting_up = await v.command("ada", "answer")
        assert title(setting_up) == "No question is open"
        assert "still being set up" in words(setting_up)
        await v.press(ORGANISER, await v.command(ORGANISER, "group setup"), "Start")
        assert "The next question comes" in words(await v.command("ada", "answer"))
        await v.command(ORGANISER, "group pause")
        assert "paused" in words(await v.command("ada", "question today"))


async def test_a_private_chat_reaches_the_only_group_of_a_member(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("ada", "question today")
        assert form_of(await send(v, "ada", Invoke("answer", {}), None)).title == "Monday's answer"


async def test_every_card_on_the_way_has_at_most_one_main_button(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        shown = [v.channel()[0], await v.answer("ada", "My words.")]
        shown.append(await v.press("ada", shown[1], "Compare now"))
        shown.append(await v.press("ada", shown[-1], "Lock it"))
        shown += [await v.press("ben", v.channel()[0], b) for b in ("Hint", "Pass")]
        await v.tick(days=1)
        shown += [*v.channel(), await v.command("ben", "question today"), await v.command("ben", "vote")]
        shown.append(await submit(v, "ben", 1, "Late."))
        for card in shown:
            main = [b for b in card_of(card).buttons() if b.style is Style.PRIMARY]
            assert len(main) <= 1, title(card)
            assert ours(card)
