"""A group quiz through the real app: lobby, questions, answers, results, podium."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.actions import encode
from bot.chat.cards import Done, Plain, Text
from bot.chat.requests import Press
from bot.features.group_settings.actions import Assign, Change
from bot.features.quiz.actions import BeginQuiz, FollowOwn, JoinQuiz, MyQuizResult, OpenOwn, StopQuiz
from bot.features.quiz.group.pace import reading_time
from bot.features.quiz.model import QuizState
from bot.features.quiz.tables import challenges, quizzes, responses, reviews
from bot.membership.tables import groups
from bot.questions.kinds.asked import Prepared
from bot.questions.kinds.presses import Tap
from bot.questions.model import Kind
from tests.features.quiz.group.together import LETTERS, be_called, begun, open_quiz
from tests.features.quiz.quizzing import with_every_kind
from tests.support.driver import ORGANISER
from tests.support.local_driver import card_of, labels, lists, local_group, words

ALL_KINDS = (Kind.SINGLE, Kind.MULTI, Kind.TF_REASON, Kind.ORDER, Kind.MATCH, Kind.NUMERIC)
OWN = [Kind.MULTI, Kind.TF_REASON, Kind.ORDER, Kind.MATCH, Kind.NUMERIC]


async def test_a_quiz_of_every_kind_goes_from_the_lobby_to_the_podium_each_question_a_new_message(
    database_url: str,
) -> None:
    async with local_group(database_url) as v:
        quiz = await open_quiz(v, *ALL_KINDS)
        assert "6 questions, 45 to 90 seconds each" in words(quiz.message)
        assert "1 is in." in words(quiz.message)
        assert labels(quiz.message) == ["I'm in"]
        await v.press("ben", quiz.message, "I'm in")
        await v.tick()
        assert "2 are in." in words(quiz.message)
        await be_called(v, "ada", "named")
        await v.tick(seconds=60)
        for n in range(6):
            assert quiz.message.title == f"Group quiz: {n + 1} of 6"
            await quiz.choose("ada")
            await v.tick()
            assert "1 of 2 have answered." in words(quiz.message)
            await quiz.choose("ben", right=n % 2 == 0)
            await v.tick()
            assert quiz.message.title == f"Group quiz: {n + 1} of 6, the answer", (
                "it ends when all have answered"
            )
            assert f"1 | Ada | {n + 1}" in words(quiz.message)
            assert labels(quiz.message) == ["Next"]
            await quiz.further()
        assert quiz.message.title == "Group quiz: final result"
        said = words(quiz.message)
        assert "2 members, 6 questions." in said
        assert "**1.** Ada · 6 of 6" in said
        assert "**2.** Someone · 3 of 6" in said
        mine = await v.press("ben", quiz.message, "My result")
        assert card_of(mine).title == "Group quiz: 3 of 6 right"
        assert "Read again" in words(mine)
        lobby, *asked, _ = quiz.messages
        assert "It is over" in words(lobby)
        assert [c.title for c in asked] == [f"Group quiz: {n} of 6, the result" for n in range(1, 7)]
        assert {"**Right**" in words(c) for c in asked} == {True}, "each shrank to its result"
        assert [labels(c) for c in asked] == [["Read the answer"]] * 6
        whole = await v.press("zoe", asked[0], "Read the answer")
        assert (await quiz.now()).questions[0].feedback[(await quiz.now()).questions[0].key[0]] in words(
            whole
        )
        assert len(v.channel()) == 9, "the daily question, the lobby, six questions and the end"
        assert len(await v.rows(reviews)) == 12
        assert [r.correct for r in await v.rows(responses)].count(True) == 9


async def test_points_are_given_once_by_difficulty_and_at_most_ten_a_day(database_url: str) -> None:
    async with begun(database_url, *[Kind.SINGLE] * 6, players=()) as (v, quiz):
        for n in range(6):
            await quiz.choose("ada")
            assert len(await v.points()) <= n, "nothing is given before the question ends"
            await v.tick()
            await v.tick()
            await quiz.further()
        given = await v.points()
        assert sum(r.points for r in given) == 10
        assert len({r.key for r in given}) == len(given)
        again = await open_quiz(v, Kind.SINGLE)
        assert (await again.now()).question.item_id == (await quiz.now()).questions[0].item_id
        await again.begin()
        await again.choose("ada")
        await v.tick(days=1)
        assert len(await v.points()) == len(given), "the same item brings no points twice in thirty days"


async def test_only_the_one_who_opened_it_or_an_organiser_begins_early(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        quiz = await open_quiz(v)
        refused = await v.act("ben", BeginQuiz(quiz.id))
        assert card_of(refused).title == "Only the person who opened it can start it"
        await v.tick()
        assert (await quiz.now()).state is QuizState.LOBBY
        assert isinstance(await v.act(ORGANISER, BeginQuiz(quiz.id)), Done)
        await v.tick()
        assert (await quiz.now()).state is QuizState.ASKING
        other = await open_quiz(v, user="ben")
        assert "Start now" not in labels(other.message), "nobody else could press it"
        await v.press("ben", other.opened, "Start now")
        await v.tick()
        await v.press("ben", other.opened, "Start now")
        await v.tick()
        assert other.message.title == "Group quiz: 1 of 3", "a second press skips no question"


async def test_each_question_runs_for_the_time_that_the_group_set(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        group = (await v.rows(groups))[0].id
        asked = await v.act(ORGANISER, Change(group), "quiz")
        assert {"20", "45", "120"} <= {o.value for o in lists(asked)[1].options}
        changed = await v.act(ORGANISER, Assign(group, "quiz"), "90")
        assert "Quiz questions: 90 seconds each" in words(changed)
        for wrong in ("1", "9999", "soon"):
            await v.act(ORGANISER, Assign(group, "quiz"), wrong)
        assert (await v.rows(groups))[0].quiz_seconds == 90
        quiz = await open_quiz(v)
        assert "90 seconds each" in words(quiz.message)
        await quiz.begin("ben")
        await v.tick(seconds=89)
        assert quiz.message.title == "Group quiz: 1 of 3"
        await v.tick(seconds=2)
        assert quiz.message.title == "Group quiz: 1 of 3, the answer"


async def test_a_late_joiner_answers_what_is_left(sqlite_url: str) -> None:
    async with begun(sqlite_url, players=()) as (v, quiz):
        await quiz.choose("ada")
        await v.tick()
        await quiz.further()
        await quiz.choose("ada")
        late = await quiz.choose("late", right=False)
        assert "You said:" in words(late)
        await v.tick()
        await quiz.further()
        await quiz.choose("ada")
        await v.tick()
        assert quiz.message.title == "Group quiz: 3 of 3", "the late one is waited for from now on"
        await quiz.choose("late")
        await v.tick()
        await quiz.further()
        assert "2 members, 3 questions." in words(quiz.message)
        assert "· 3 of 3" in words(quiz.message)
        assert "· 1 of 3" in words(quiz.message)


async def test_whoever_opens_the_card_late_is_waited_for_too(sqlite_url: str) -> None:
    async with begun(sqlite_url, Kind.MULTI, players=()) as (v, quiz):
        await v.press("late", quiz.message, "Answer")
        await quiz.choose("ada")
        await v.tick()
        assert quiz.message.title == "Group quiz: 1 of 1"
        assert "1 of 2 have answered" in words(quiz.message)


async def test_a_choice_can_be_changed_once_and_a_second_change_is_refused_kindly(sqlite_url: str) -> None:
    async with begun(sqlite_url) as (v, quiz):
        wrong = await quiz.choose("ada", right=False)
        assert "You can change it once" in words(wrong)
        right = LETTERS[await quiz.pick(right=True)]
        changed = await v.press("ada", wrong, right)
        assert f"You said: **{right}**. You have changed it once, so it stays." in words(changed)
        assert labels(changed) == ["Go on"]
        again = await quiz.choose("ada", right=False)
        assert words(again) == words(changed)
        await quiz.choose("ben")
        await v.tick()
        (ada, _) = await v.rows(responses)
        assert (ada.correct, ada.changes) == (True, 1)


async def test_an_answer_of_any_kind_can_be_changed_once(sqlite_url: str) -> None:
    async with begun(sqlite_url, *OWN) as (v, quiz):
        for kind in OWN:
            handed_in = await quiz.choose("ada", right=False)
            assert "You can change it once" in words(handed_in), kind
            card = await v.press("ada", handed_in, "Change it")
            if kind is Kind.NUMERIC:
                changed = await v.fill("ada", card, number=repr((await quiz.now()).question.value))
            else:
                assert "Your first answer counts until you submit the new one." in words(card)
                changed = await quiz.fill("ada", card)
            assert "You have changed it once, so it stays." in words(changed)
            refused = await v.press("ada", handed_in, "Change it")
            assert "stays" in words(refused)
            assert words(await v.press("ada", quiz.message, "Answer")) == words(changed)
            await quiz.choose("ben", right=False)
            await v.tick()
            await quiz.further()
        graded = [(r.correct, r.changes) for r in await v.rows(responses)]
        assert sorted(graded) == [(False, 0)] * len(OWN) + [(True, 1)] * len(OWN)


async def test_what_was_put_together_when_the_time_ends_counts_and_the_recap_says_how(
    sqlite_url: str,
) -> None:
    async with begun(sqlite_url, Kind.MATCH, Kind.SINGLE) as (v, quiz):
        question = (await quiz.now()).question
        card = await v.press("ada", quiz.message, "Answer")
        assert "what you have entered by then counts" in words(card)
        for index in question.key[:2]:
            card = await v.press("ada", card, LETTERS[index])
        for step in ("1 of 2, the answer", "2 of 2", "2 of 2, the answer", "final result"):
            await quiz.further()
            assert quiz.message.title.endswith(step)
        (ada,) = await v.rows(responses)
        assert ada.sealed
        assert 0 < ada.score < 1
        assert "1 member, 2 questions." in words(quiz.message)
        mine = await v.act("ada", OpenOwn(quiz.id, 0))
        assert "½ 1. " in words(mine)
        assert "– 2. " in words(mine)
        read = await v.choose("ada", mine, "1")
        assert card_of(read).title == "Group quiz: 2 of 2, the answer"


async def test_the_opener_goes_on_from_an_answer_before_its_time_and_nobody_else(sqlite_url: str) -> None:
    async with begun(sqlite_url) as (v, quiz):
        await quiz.choose("ada")
        own = await quiz.choose("ben")
        await v.tick()
        shown = (await quiz.now()).next_at
        assert shown is not None
        assert shown - v.clock() == reading_time((await quiz.now()).question)
        refused = await v.press("ben", quiz.message, "Next")
        assert card_of(refused).title == "Only the person who opened the quiz can go on early"
        came = await v.press("ben", own, "Go on")
        assert card_of(came).title == "Right"
        await v.press("ada", quiz.message, "Next")
        await v.tick()
        assert quiz.message.title == "Group quiz: 2 of 3"
        assert card_of(await v.press("ben", came, "Next question")).title == "Group quiz: 2 of 3, your answer"


@pytest.mark.parametrize(("words_", "seconds"), [(0, 15), (120, 35), (2000, 90)])
def test_an_answer_is_shown_for_as_long_as_it_takes_to_be_read(words_: int, seconds: int) -> None:
    question = Prepared("q", Kind.NUMERIC, "t", "t", 1, "prompt", value=1.0, explanation="word " * words_)
    assert reading_time(question).total_seconds() == pytest.approx(seconds, abs=2)


async def test_who_takes_an_answer_back_and_hands_in_no_other_keeps_the_first(sqlite_url: str) -> None:
    kinds = [k for k in OWN if k is not Kind.NUMERIC]
    async with begun(sqlite_url, *kinds) as (v, quiz):
        for n in range(len(kinds)):
            await v.press("ada", await quiz.choose("ada"), "Change it")
            await quiz.choose("ben")
            await v.tick()
            assert quiz.message.title == f"Group quiz: {n + 1} of 4", (
                "who is changing an answer is waited for"
            )
            await quiz.further()
            assert {r.sealed for r in await v.rows(responses)} == {True}
            await quiz.further()
        assert all(r.sealed and r.correct for r in await v.rows(responses))


async def test_who_takes_an_answer_back_as_the_last_one_answers_still_has_the_time(sqlite_url: str) -> None:
    async with begun(sqlite_url, Kind.MULTI) as (v, quiz):
        mine = await quiz.choose("ada", right=False)
        await quiz.choose("ben")
        taken_back = await v.press("ada", mine, "Change it")
        await v.tick()
        assert quiz.message.title == "Group quiz: 1 of 1"
        await quiz.fill("ada", taken_back)
        await v.tick()
        assert quiz.message.title == "Group quiz: 1 of 1, the answer"


async def test_nothing_in_the_channel_tells_what_anyone_chose_before_the_end(sqlite_url: str) -> None:
    async with begun(sqlite_url, *ALL_KINDS, players=("ben", "chi")) as (v, quiz):
        for _ in ALL_KINDS:
            untouched = quiz.message
            await quiz.choose("ada")
            await quiz.choose("ben", right=False)
            await v.tick()
            assert quiz.message.blocks == untouched.blocks
            assert quiz.message.controls == untouched.controls
            assert "2 of 3 have answered" in words(quiz.message)
            assert not {"Ada", "Ben", "Chi"} & set(re.findall(r"\w+", words(quiz.message)))
            early = await v.act("ada", MyQuizResult(quiz.id))
            assert card_of(early).title == "It is not over yet"
            await quiz.further()
            await quiz.further()
        assert quiz.message.title == "Group quiz: final result"


async def test_a_result_shows_what_was_chosen_and_why_and_speaks_to_nobody_in_particular(
    sqlite_url: str,
) -> None:
    async with begun(sqlite_url, *ALL_KINDS, players=("ben", "chi")) as (v, quiz):
        for n, kind in enumerate(ALL_KINDS):
            await quiz.choose("ada")
            await quiz.choose("ben")
            await quiz.choose("chi", right=False)
            await v.tick()
            question, said = (await quiz.now()).question, words(quiz.message)
            if kind in (Kind.SINGLE, Kind.MULTI, Kind.TF_REASON):
                i = question.key[0]
                assert f"- **{LETTERS[i]}** ✓ · 2 · {question.choices[i]}" in said
                assert question.feedback[i] in said
            else:
                assert "2 of 3 got it" in said
            assert question.explanation in said
            assert "Further reading" in said
            for phrase in ("You chose", "you said", "You said", "Your order"):
                assert phrase not in said
            assert not {"Ada", "Ben", "Chi"} & set(re.findall(r"\w+", said))
            assert f"1 | Someone | {n + 1}" in said
            await quiz.further()


async def test_names_stand_by_consent_alone(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await be_called(v, "ada", "named")
        await be_called(v, "ben", "pseudonym", "*Night* <Owl>")
        quiz = await open_quiz(v, Kind.SINGLE)
        await quiz.begin("ben", "chi", "dee")
        for n, user in enumerate(("ada", "ben", "chi", "dee")):
            v.clock.move(seconds=n)
            await quiz.choose(user)
        await v.tick()
        (rows,) = [b.rows for b in quiz.message.blocks if hasattr(b, "rows")]
        assert rows == (("1", "Ada", "1"), ("2", "*Night* <Owl>", "1"), ("3", "Someone", "1"))
        await quiz.further()
        names = [
            p.text
            for b in quiz.message.blocks
            if isinstance(b, Text)
            for p in b.parts
            if isinstance(p, Plain)
        ]
        assert names == ["Ada", "*Night* <Owl>", "Someone"]
        for name in ("Ben", "Chi", "Dee"):
            assert name not in words(quiz.message)


async def test_a_calm_group_sees_the_distribution_and_no_ranks(sqlite_url: str) -> None:
    async with local_group(sqlite_url, "calm") as v:
        await be_called(v, "ada", "named")
        quiz = await open_quiz(v, Kind.SINGLE)
        assert "ties" not in words(quiz.message)
        await quiz.begin("ben")
        await quiz.choose("ada")
        await quiz.choose("ben", right=False)
        await v.tick()
        assert "So far" not in words(quiz.message)
        assert "Ada" not in words(quiz.message)
        assert " ✓ " in words(quiz.message)
        await quiz.further()
        assert words(quiz.message).strip() == "Group quiz: final result\n2 members, 1 question."
        assert await v.points() == []
        mine = await v.press("ben", quiz.message, "My result")
        assert card_of(mine).title == "Group quiz: 0 of 1 right"
        assert "point" not in words(mine)


async def test_accuracy_counts_and_speed_only_breaks_ties(sqlite_url: str) -> None:
    async with local_group(sqlite_url, "competitive") as v:
        for user in ("slow", "fast", "twin", "wrong"):
            await be_called(v, user, "named")
        quiz = await open_quiz(v, Kind.SINGLE, Kind.SINGLE, user="slow")
        await quiz.begin("fast", "twin", "wrong", host="slow")
        await quiz.choose("wrong", right=False)
        await quiz.choose("fast")
        v.clock.move(seconds=5)
        await quiz.choose("twin")
        v.clock.move(seconds=30)
        await quiz.choose("slow")
        await v.tick()
        assert "1 | Fast | 1\n2 | Twin | 1\n3 | Slow | 1" in words(quiz.message)
        await quiz.further()
        await quiz.choose("wrong")
        await quiz.choose("twin", right=False)
        v.clock.move(seconds=20)
        await quiz.choose("fast", right=False)
        v.clock.move(seconds=10)
        await quiz.choose("slow")
        await v.tick()
        await quiz.further()
        said = words(quiz.message)
        assert "**1.** Slow · 2 of 2" in said, "the slowest of all, and the only one who had both right"
        assert "**1.** Fast" not in said
        assert "**2.** Fast · 1 of 2" in said, "as quick as Wrong where each was right"
        assert "**2.** Wrong · 1 of 2" in said
        assert "Twin" not in said, "fourth"


async def test_equal_ones_share_a_rank_and_the_next_one_counts_on(sqlite_url: str) -> None:
    async with begun(sqlite_url, Kind.SINGLE, players=("ben", "chi")) as (v, quiz):
        await quiz.choose("ada")
        await quiz.choose("ben")
        v.clock.move(seconds=1)
        await quiz.choose("chi")
        await v.tick()
        assert [line[0] for line in words(quiz.message).splitlines() if "| Someone |" in line] == [
            "1",
            "1",
            "3",
        ]


async def test_partly_right_answers_come_before_speed_and_after_right_ones(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for user in ("ada", "ben"):
            await be_called(v, user, "named")
        quiz = await open_quiz(v, Kind.TF_REASON, Kind.SINGLE)
        await quiz.begin("ben")
        statement = (await quiz.now()).question.statement_is
        await quiz.choose("ben", right=False)
        v.clock.move(seconds=20)
        card = await v.press("ada", quiz.message, "Answer")
        card = await v.press("ada", card, str(statement))
        await v.press("ada", card, LETTERS[await quiz.pick(right=False)])
        await v.tick()
        assert "Ada" not in words(quiz.message)  # nobody has a place at none right
        await quiz.further()
        await quiz.choose("ben")
        v.clock.move(seconds=20)
        await quiz.choose("ada")
        await v.tick()
        assert "1 | Ada | 1\n2 | Ben | 1" in words(quiz.message)
        gone = {"group_id": 1, "item_id": (await quiz.now()).questions[0].item_id, "member_id": 1}
        await v.app.database.write(
            lambda tx: tx.insert(challenges, {**gone, "outcome": "upheld", "at": v.clock()})
        )
        await quiz.further()
        said = words(quiz.message)
        assert "**1.** Ben · 1 of 1\n\n**2.** Ada · 1 of 1" in said
        assert "1 question has since been found wrong and counts for nobody." in said


async def test_who_leaves_is_not_waited_for_may_come_back_and_keeps_what_was_answered(
    sqlite_url: str,
) -> None:
    async with begun(sqlite_url) as (v, quiz):
        await quiz.choose("ada")
        await v.tick()
        assert quiz.message.title == "Group quiz: 1 of 3"
        left = await v.press("ben", quiz.message, "Leave the quiz")
        assert card_of(left).title == "You left the quiz"
        await v.tick()
        assert quiz.message.title == "Group quiz: 1 of 3, the answer"
        await quiz.further()
        await quiz.choose("ada")
        await v.tick()
        assert quiz.message.title == "Group quiz: 2 of 3, the answer"
        await quiz.further()
        await quiz.choose("ben")
        await v.tick()
        assert "1 of 2 have answered" in words(quiz.message), "pressing an answer brings one back"
        await v.press("ben", quiz.message, "Leave the quiz")
        await quiz.choose("ada", right=False)
        await v.tick()
        assert [r.correct for r in (await v.rows(responses))[-2:]] == [True, False]
        await quiz.further()
        assert "2 members, 3 questions." in words(quiz.message)


async def test_a_quiz_that_nobody_answers_and_all_have_left_ends_in_peace(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        quiz = await open_quiz(v, Kind.SINGLE, Kind.NUMERIC)
        await v.tick(seconds=60)
        for n in (1, 2):
            assert quiz.message.title == f"Group quiz: {n} of 2"
            if n == 2:
                await v.press("ada", quiz.message, "Leave the quiz")
                await v.tick(seconds=10)
                assert quiz.message.title == "Group quiz: 2 of 2", "it goes on by its time"
                assert "0 of 0 have answered" in words(quiz.message)
            await quiz.further()
            assert "Nobody answered in time." in words(quiz.message)
            assert "So far" not in words(quiz.message)
            await quiz.further()
        assert words(quiz.message).strip() == "Group quiz: final result\nNobody answered this time."
        assert labels(quiz.message) == []
        assert await v.rows(responses) == []
        assert (await quiz.now()).next_at is None


async def test_two_quizzes_in_one_channel_do_not_mix(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        one = await open_quiz(v, Kind.SINGLE, Kind.SINGLE)
        await one.begin("chi")
        two = await open_quiz(v, Kind.NUMERIC, user="ben")
        assert two.message.title == "Group quiz"
        await two.begin(host="ben")
        await one.choose("ada")
        await two.choose("ben")
        await v.tick()
        assert one.message.title == "Group quiz: 1 of 2", "ben and two are no part of one"
        assert two.message.title == "Group quiz: 1 of 1, the answer"
        await one.choose("chi", right=False)
        await v.tick()
        await two.further()
        await one.further()
        assert "1 member, 1 question." in words(two.message)
        assert one.message.title == "Group quiz: 2 of 2"
        assert {(r.quiz_id, r.position) for r in await v.rows(responses)} == {(one.id, 0), (two.id, 0)}
        assert len(v.channel()) == 7


async def test_stop_is_for_the_one_who_opened_it_and_for_organisers(sqlite_url: str) -> None:
    async with begun(sqlite_url) as (v, quiz):
        refused = await v.command("ben", "quiz stop")
        assert card_of(refused).title == "Only the person who opened it can stop it"
        assert "Leave the quiz" in words(refused)
        forged = await v.act("ben", StopQuiz(quiz.id))
        assert card_of(forged).title == "This quiz is not yours"
        await v.tick()
        assert quiz.message.title == "Group quiz: 1 of 3"
        asking = quiz.message
        await v.command("ada", "quiz stop")
        await v.tick()
        assert [c.title for c in quiz.messages] == ["Group quiz stopped", "Group quiz: 1 of 3, stopped"]
        assert labels(quiz.message) == ["Read the answer"]
        assert card_of(await v.act("ben", FollowOwn(quiz.id, 0))).title == "The quiz is over"
        late = await v.press("ben", asking, "A")
        assert card_of(late).title == "This quiz is over"
        assert card_of(await v.command("ada", "quiz stop")).title == "No quiz is running"
        other = await open_quiz(v, user="ben")
        await v.command(ORGANISER, "quiz stop")
        await v.tick()
        assert other.message.title == "Group quiz stopped"
        await v.tick(seconds=120)
        assert other.message.title == "Group quiz stopped"


async def test_what_was_handed_in_before_a_stop_is_graded(database_url: str) -> None:
    async with begun(database_url) as (v, quiz):
        await quiz.choose("ben")
        await v.command("ada", "quiz stop")
        await v.tick()
        (ben,) = await v.rows(responses)
        assert (ben.correct, ben.score) == (True, 1.0)
        assert len(await v.rows(reviews)) == len(await v.points()) == 1
        assert "1 of 1 right" in words(await v.command("ben", "quiz history"))


async def test_every_player_can_go_on_alone_from_their_result(sqlite_url: str) -> None:
    async with begun(sqlite_url, Kind.SINGLE) as (v, quiz):
        await quiz.choose("ben")
        await quiz.choose("ada", right=False)
        await v.tick()
        await quiz.further()
        for user in ("ada", "ben"):
            mine = await v.press(user, quiz.message, "My result")
            alone = await v.press(user, mine, "Another quiz")
            assert card_of(alone).title.startswith("Quiz: 1 of"), words(alone)
        stranger = await v.press("zoe", quiz.message, "My result")
        assert card_of(stranger).title == "You were not in this one"


async def test_private_cards_of_two_players_show_only_their_own(sqlite_url: str) -> None:
    async with begun(sqlite_url, Kind.MULTI) as (v, quiz):
        picked = await quiz.choose("ada", then=False)
        assert "✓" in words(picked)
        fresh = await v.press("ben", quiz.message, "Answer")
        assert "✓" not in words(fresh)
        assert not [b for b in labels(fresh) if "✓" in b]


@pytest.mark.slow
async def test_two_hundred_people_clicking_at_once_are_each_answered_and_counted_once(
    sqlite_url: str,
) -> None:
    assert await _crowd(sqlite_url, 200) == 150


@pytest.mark.postgres
async def test_people_clicking_at_once_on_postgresql_are_each_counted_once(postgres_url: str) -> None:
    assert await _crowd(postgres_url, 40) == 30


async def _crowd(url: str, people: int) -> int:
    async with begun(url, Kind.SINGLE, players=()) as (v, quiz):
        right, wrong = await quiz.pick(right=True), await quiz.pick(right=False)
        users = [f"u{n}" for n in range(people)]
        asked = [
            v.request(user, Press(encode(Tap(quiz.id, 0, right if n % 4 else wrong, True)), ()))
            for n, user in enumerate(users)
        ]
        replies = await asyncio.gather(
            *(v.handle(each) for each in asked), *(v.handle(r) for r in asked[:20])
        )
        for n, reply in enumerate(replies[:people]):
            letter = LETTERS[right if n % 4 else wrong]
            assert f"You said: **{letter}**" in words(reply)
        await quiz.further()
        kept = await v.rows(responses)
        assert len(kept) == len({r.member_id for r in kept}) == people
        assert sum(r.correct for r in kept) == people * 3 // 4
        question = (await quiz.now()).question
        assert f"- **{LETTERS[right]}** ✓ · {people * 3 // 4} · {question.choices[right]}" in words(
            quiz.message
        )
        assert f"- **{LETTERS[wrong]}** · {people // 4} · {question.choices[wrong]}" in words(quiz.message)
        assert len(await v.points()) == people * 3 // 4
        return sum(r.correct for r in kept)


async def test_whoever_presses_join_twice_is_in_once(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        quiz = await open_quiz(v)
        request = v.request("ben", Press(encode(JoinQuiz(quiz.id)), ()))
        assert "Only you see what you choose." in words(await v.handle(request))
        assert card_of(await v.handle(request)).title == "Already done"
        assert "You are already in." in words(await v.act("ben", JoinQuiz(quiz.id)))
        await v.tick()
        assert "2 are in." in words(quiz.message)


# What one member can fill a channel with -----------------------------------------------------------------------------


async def test_a_channel_has_one_lobby_at_a_time(sqlite_url: str, tmp_path: Path) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        await v.command("ada", "quiz start", mode="group")
        refused = await v.command("ben", "quiz start", mode="group")
        assert card_of(refused).title == "A lobby is already open here"
        assert labels(refused) == ["I'm in"]
        assert len(await v.rows(quizzes)) == 1
        way = await v.command("ada", "quiz start", mode="group", topic="kinds.order")
        assert labels(way) == ["I'm in", "End it and start this"]
        await v.press("ada", way, "End it and start this")
        assert [(r.state, r.topic) for r in await v.rows(quizzes)] == [("stopped", ""), ("lobby", "Order")]
        stopped = await v.command("ada", "quiz stop")
        assert "This was the group quiz on Order." in words(stopped)
        await v.command("ben", "quiz start", mode="group")
        assert len(await v.rows(quizzes)) == 3


async def test_a_member_opens_five_group_quizzes_in_a_day_and_hears_from_when_on_they_can_again(
    database_url: str, tmp_path: Path
) -> None:
    async with with_every_kind(database_url, tmp_path) as v:
        first = v.clock()
        for _ in range(5):
            await v.command("ada", "quiz start", mode="group")
            await v.command("ada", "quiz stop")
            await v.tick(minutes=1)
        refused = await v.command("ada", "quiz start", mode="group")
        assert card_of(refused).title == "You have opened 5 group quizzes in a day"
        assert f"from {(first + timedelta(days=1)).isoformat()} on" in words(refused)
        assert len(await v.rows(quizzes)) == 5
        await v.command("ben", "quiz start", mode="group")
        await v.command("ben", "quiz stop")
        await v.tick(days=1, minutes=-5)
        await v.command("ada", "quiz start", mode="group")
        assert len(await v.rows(quizzes)) == 7
