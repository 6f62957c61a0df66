"""What can go wrong around a group quiz: restarts, stalls, late and doubled presses, barred members, two processes."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import pytest

from bot.chat.actions import Action, encode
from bot.chat.cards import Card, Reply
from bot.chat.requests import Invoke, MessageRef, Press
from bot.database.tables import transcript
from bot.features.quiz.actions import ChangeOwn, LeaveQuiz, OpenOwn
from bot.features.quiz.group.pace import seconds_for
from bot.features.quiz.group.running import advance
from bot.features.quiz.model import QuizState
from bot.features.quiz.tables import players, quizzes, responses
from bot.membership.queries import change_member
from bot.membership.tables import members
from bot.outbox.queries import refresh
from bot.outbox.tables import deliveries
from bot.questions.kinds.presses import SayTruth, Seal, Tap, Undo
from bot.questions.model import Kind
from tests.features.quiz.group.together import Together, begun, open_quiz
from tests.support.driver import running
from tests.support.local_driver import LocalDriver, button, card_of, local_app, local_group, words
from tests.support.two_platforms import Elsewhere, TwoPlatformDriver


async def twice(v: LocalDriver, user: str, action: Action) -> tuple[Reply, Reply]:
    """Press something, have the press delivered again, and press once more; both presses' replies."""
    request = v.request(user, Press(encode(action), ()))
    first = await v.handle(request)
    assert card_of(await v.handle(request)).title == "Already done"
    return first, await v.act(user, action)


async def tick_when_due(v: LocalDriver, quiz: Together) -> None:
    """Let the next step of a quiz happen at its time, or now where that has passed."""
    due = (await quiz.now()).next_at
    assert due is not None
    await v.tick(seconds=max(0.0, (due - v.clock()).total_seconds()))


async def member_called(v: LocalDriver, name: str) -> int:
    return int(next(m.id for m in await v.rows(members) if m.name == name))


async def test_after_a_restart_the_same_question_goes_on_with_its_whole_time(database_url: str) -> None:
    async with begun(database_url) as (v, quiz):
        asked = (await quiz.now()).question
        await quiz.choose("ada")
        v.clock.move(seconds=40)
        await v.restart()
        await v.tick()
        now = await quiz.now()
        assert (now.state, now.position, now.question) == (QuizState.ASKING, 0, asked)
        assert now.deadline_at is not None
        assert (now.deadline_at - v.clock()).total_seconds() == 45
        assert f"It ends {now.deadline_at.isoformat()}" in words(quiz.message)
        assert "1 of 2 have answered" in words(quiz.message)
        v.clock.move(seconds=44)
        await quiz.choose("ben")
        await v.tick()
        assert quiz.message.title == "Group quiz: 1 of 3, the answer"
        assert [r.correct for r in await v.rows(responses)] == [True, True]
        said = [r for r in await v.rows(transcript) if r.audience is None and "Group quiz" in r.body]
        assert len(said) == len(quiz.messages) == 2, "the lobby, and the question once"


async def test_after_a_restart_nobody_waits_for_a_question_that_all_have_answered(sqlite_url: str) -> None:
    async with begun(sqlite_url) as (v, quiz):
        await quiz.choose("ada")
        await quiz.choose("ben")
        v.clock.move(minutes=10)
        await v.restart()
        await v.tick()
        assert quiz.message.title == "Group quiz: 1 of 3, the answer"


@pytest.mark.parametrize("away", [10, 3600])
async def test_a_restart_in_the_lobby_or_while_a_result_is_read_loses_nothing(
    sqlite_url: str, away: int
) -> None:
    async with local_group(sqlite_url) as v:
        quiz = await open_quiz(v)
        await v.press("ben", quiz.message, "I'm in")
        v.clock.move(seconds=away)
        await v.restart()
        await v.tick()
        assert quiz.message.title == "Group quiz"
        assert "2 are in." in words(quiz.message)
        await tick_when_due(v, quiz)
        await quiz.choose("ada")
        await quiz.choose("ben")
        await v.tick()
        v.clock.move(seconds=away)
        await v.restart()
        await tick_when_due(v, quiz)
        assert quiz.message.title == "Group quiz: 2 of 3"
        assert len(v.channel()) == 4, "two questions, the lobby and the daily one"
        assert len(await v.points()) == 2


async def test_a_long_stall_gives_a_question_its_time_anew(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        quiz = await open_quiz(v, Kind.SINGLE)
        await v.tick(minutes=7)
        assert quiz.message.title == "Group quiz", "the lobby stays open, too"
        await quiz.begin("ben")
        await quiz.choose("ada")
        await v.tick(minutes=7)
        assert quiz.message.title == "Group quiz: 1 of 1"
        assert "1 of 2 have answered" in words(quiz.message)
        await v.tick(seconds=44)
        assert quiz.message.title == "Group quiz: 1 of 1"
        await quiz.choose("ben")
        await v.tick(minutes=7)
        assert quiz.message.title == "Group quiz: 1 of 1, the answer", "who have all answered wait no more"
        assert [r.correct for r in await v.rows(responses)] == [True, True]


@pytest.mark.parametrize("kind", [Kind.SINGLE, Kind.MULTI, Kind.NUMERIC])
async def test_a_press_after_the_time_and_before_the_result_has_no_effect(
    sqlite_url: str, kind: Kind
) -> None:
    async with begun(sqlite_url, kind, kind) as (v, quiz):
        mine = await quiz.choose("ada")
        before = await v.rows(responses)
        question = (await quiz.now()).question
        v.clock.move(seconds=seconds_for(question, 45) + 1)
        for user in ("ada", "ben"):
            for pressed in (
                button(quiz.message, "A").action,
                OpenOwn(quiz.id, 0),
                ChangeOwn(quiz.id, 0),
                Tap(quiz.id, 0, 0, True) if question.choices else OpenOwn(quiz.id, 0),
            ):
                assert card_of(await v.act(user, pressed)).title == "The time is up"
        if kind is Kind.MULTI:
            assert card_of(await v.press("ada", mine, "Change it")).title == "The time is up"
        assert await v.rows(responses) == before
        await v.tick()
        assert quiz.message.title == "Group quiz: 1 of 2, the answer"
        assert card_of(await v.act("ben", OpenOwn(quiz.id, 0))).title == "No answer"
        await quiz.further()
        old = await v.act("ben", Tap(quiz.id, 0, 0, True))
        assert card_of(old).title in ("This question has passed", "The time is up")
        assert len(await v.rows(responses)) == 1


async def test_a_form_sent_after_the_time_keeps_nothing(sqlite_url: str) -> None:
    async with begun(sqlite_url, Kind.NUMERIC) as (v, quiz):
        form = await v.press("ada", await v.press("ada", quiz.message, "Answer"), "Type the number")
        refused = await v.fill("ada", form, number="a lot")
        assert "number" in refused.errors  # type: ignore[union-attr]  # a refusal has errors
        v.clock.move(seconds=91)
        late = await v.fill("ada", form, number="1")
        assert card_of(late).title == "The time is up"
        assert await v.rows(responses) == []


async def test_presses_that_arrive_twice_count_once(sqlite_url: str) -> None:
    async with begun(sqlite_url, Kind.MULTI, Kind.SINGLE) as (v, quiz):
        picked = (await quiz.now()).question.key[0]
        one, two = await twice(v, "ada", Tap(quiz.id, 0, picked, True))
        assert words(one) == words(two)
        one, two = await twice(v, "ada", Seal(quiz.id, 0))
        assert words(one) == words(two)
        v.clock.move(seconds=20)
        await v.act("ada", Seal(quiz.id, 0))
        (ada,) = await v.rows(responses)
        assert (ada.took_ms, ada.changes, ada.given["picks"]) == (0, 0, [picked])
        for old in (Tap(quiz.id, 0, picked, False), Tap(quiz.id, 0, 0, True), Undo(quiz.id, 0, 0)):
            assert "You can change it once" in words(await v.act("ada", old)), "only Change it takes it back"
        assert (await v.rows(responses))[0].given["picks"] == [picked]
        one, two = await twice(v, "ada", ChangeOwn(quiz.id, 0))
        assert words(one) == words(two)
        await v.act("ada", Tap(quiz.id, 0, picked, True))
        kept = await v.act("ada", ChangeOwn(quiz.id, 0))
        assert "✓" in words(kept), "the second one takes back nothing"
        await v.act("ada", Seal(quiz.id, 0))
        await quiz.choose("ben")
        await v.tick()
        await quiz.further()
        for user in ("ada", "ben"):
            index = await quiz.pick(right=True)
            one, two = await twice(v, user, Tap(quiz.id, 1, index, True))
            assert words(one) == words(two)
        await v.tick()
        await v.tick()
        assert len(await v.rows(responses)) == 4
        assert {r.changes for r in (await v.rows(responses))[2:]} == {0}
        assert len({r.key for r in await v.points()}) == len(await v.points())


async def test_a_command_that_arrives_twice_opens_one_lobby(database_url: str) -> None:
    async with local_group(database_url) as v:
        request = v.request("ada", Invoke("quiz start", {"mode": "group", "count": 3}))
        await v.handle(request)
        await v.handle(request)
        await v.tick()
        assert len(await v.rows(quizzes)) == len(await v.rows(players)) == 1
        assert len(v.channel()) == 2


async def test_a_barred_member_can_do_nothing_is_not_waited_for_and_not_named(sqlite_url: str) -> None:
    async with begun(sqlite_url, Kind.SINGLE, Kind.SINGLE) as (v, quiz):
        await quiz.choose("ben")
        await quiz.choose("ada")
        await v.tick()
        await quiz.further()
        ben = await member_called(v, "Ben")
        await v.app.database.write(partial(change_member, member_id=ben, barred_at=v.clock()))
        refused = await quiz.choose("ben")
        assert card_of(refused).title == "You can't take part here"
        await quiz.choose("ada")
        await v.tick()
        assert quiz.message.title == "Group quiz: 2 of 2, the answer"
        await quiz.further()
        assert "1 member, 2 questions." in words(quiz.message)
        assert len([r for r in await v.rows(responses) if r.member_id == ben]) == 1


async def test_presses_that_no_card_offers_are_answered_kindly_and_change_nothing(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        quiz = await open_quiz(v, Kind.SINGLE)
        await v.act("ben", OpenOwn(quiz.id, 0))
        await v.act("ben", Tap(quiz.id, 0, 0, True))
        assert await v.rows(responses) == [], "nothing can be answered in the lobby"
        await quiz.begin()
        for action in (
            Tap(quiz.id, 0, 99, True),
            Tap(quiz.id, 7, 0, True),
            Tap(999, 0, 0, True),
            SayTruth(quiz.id, 0, truth=True),
            Undo(quiz.id, 0, -5),
            Seal(quiz.id, 0),
            OpenOwn(999, 0),
            LeaveQuiz(999),
        ):
            reply = await v.act("ben", action)
            assert card_of(reply).title != "Something went wrong here", action
        assert not any(r.sealed for r in await v.rows(responses))


async def test_a_group_quiz_is_opened_in_a_channel_and_on_topics_that_have_questions(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("ada", "quiz history")
        unknown = await v.command("ada", "quiz start", mode="group", topic="knitting")
        assert "There is no topic" in words(unknown)
        private = await v.handle(v.request("ada", Invoke("quiz start", {"mode": "group"}), place=None))
        assert card_of(private).title == "A group quiz needs a channel"
        assert await v.rows(quizzes) == []


@dataclass
class Silent(Elsewhere):
    """A second platform that from some moment on never answers."""

    silent: bool = False
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def edit(self, ref: MessageRef, card: Card) -> None:
        if self.silent:
            self.asked.set()
            await asyncio.Event().wait()
        await super().edit(ref, card)


async def test_a_quiz_goes_on_while_another_platform_of_the_process_is_silent(sqlite_url: str) -> None:
    there = Silent()
    async with running(TwoPlatformDriver(sqlite_url, there)) as v, asyncio.timeout(60):
        await v.set_up()
        await v.connect()
        quiz = await open_quiz(v, Kind.SINGLE, Kind.SINGLE, Kind.SINGLE)
        await quiz.begin("ben")
        there.silent = True
        now = v.clock()
        await v.app.database.write(lambda tx: refresh(tx, "round:1", ("question",), now))
        await v.app.scheduler.start()
        await there.asked.wait()
        for shows in ("1 of 3, the answer", "2 of 3", "2 of 3, the answer"):
            due = (await quiz.now()).next_at
            assert due is not None
            v.clock.now = due
            v.app.scheduler.wake()
            while not quiz.message.title.endswith(shows):
                await quiz.now()
        await v.app.scheduler.stop(asyncio.get_running_loop().time())


@pytest.mark.postgres
async def test_two_processes_never_move_one_quiz_twice(postgres_url: str) -> None:
    async with local_app(postgres_url) as v, local_app(postgres_url) as w:
        await v.set_up()
        quiz = await open_quiz(v, Kind.SINGLE, Kind.SINGLE, Kind.SINGLE)
        await v.press("ben", quiz.message, "I'm in")
        for step in range(7):
            before = await quiz.now()
            if step == 1:
                await _choose(v, quiz, "ada")
                await _choose(w, quiz, "ben")
            due = (await quiz.now()).next_at
            assert due is not None
            now = v.clock.now = w.clock.now = due + timedelta(seconds=1)
            moved = await asyncio.gather(*(advance(each.app.services, now) for each in (v, w, v, w)))
            assert sum(moved) == 1, (step, moved)
            await asyncio.gather(v.app.scheduler.once(), w.app.scheduler.once())
            after = await quiz.now()
            assert after.position - before.position in (0, 1)
        assert (await quiz.now()).state is QuizState.FINISHED
        assert len([d for d in await v.rows(deliveries) if d.kind.startswith("quiz")]) == 5
        assert len(await v.points()) == 2
        posted = [
            r for each in (v, w) for r, face in each.watched.faces.items() if "Group quiz" in face.title
        ]
        assert len(set(posted)) == 5


async def _choose(v: LocalDriver, quiz: Together, user: str) -> None:
    at = await quiz.now()
    await v.act(user, Tap(quiz.id, at.position, at.question.key[0], True))


@pytest.mark.postgres
async def test_a_process_that_starts_passes_over_what_another_is_moving(postgres_url: str) -> None:
    async with begun(postgres_url) as (v, quiz):
        await quiz.choose("ada")
        async with local_app(postgres_url) as w:
            assert w.app.services.database is not v.app.services.database
            await quiz.choose("ben")
            await asyncio.gather(v.app.scheduler.once(), w.app.scheduler.once())
        now = await quiz.now()
        assert (now.state, now.position, now.deadline_at) == (QuizState.SHOWN, 0, None)
        assert len(await v.points()) == 2
