"""Who may press what of a quiz, and how few statements a press takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bot.chat.access import Level
from bot.chat.actions import Action, encode
from bot.chat.cards import Reply
from bot.chat.requests import Identity, Invoke, Place, Press, Request, Submit
from bot.features.custom_questions.actions import SayWrong
from bot.features.quiz import FEATURE
from bot.features.quiz.actions import (
    Accept,
    BeginQuiz,
    ChangeOwn,
    FollowOwn,
    JoinQuiz,
    LeaveQuiz,
    LookAtTyped,
    MineWasRight,
    MyQuizResult,
    Next,
    OpenChallenge,
    OpenOwn,
    OwnUp,
    PickSession,
    ReadWhole,
    Reread,
    SendChallenge,
    Settle,
    StartAgain,
    StartKind,
    StopQuiz,
)
from bot.features.quiz.tables import challenges, players, quizzes, responses
from bot.membership.tables import groups, members, people
from bot.questions.kinds.presses import AskTyped, Rate, SayTruth, Seal, SendTyped, Show, Tap, Undo
from bot.questions.model import Kind
from tests.features.quiz.group.together import begun, open_quiz
from tests.features.quiz.quizzing import answer, one_of, start, with_every_kind
from tests.features.quiz.test_quiz_bad_input import is_kind, traces
from tests.support.driver import ORGANISER
from tests.support.local_driver import HERE, LocalDriver, card_of, local_app, local_group, words

NOT_IN_IT = "This belongs to a group that you are not in"
NOT_YOURS = "This quiz is not yours"


def alone(quiz: int) -> tuple[Action, ...]:
    """What can be pressed on the cards of a quiz that one does alone."""
    return (
        Tap(quiz, 0, 0, on=True),
        SayTruth(quiz, 0, truth=True),
        Undo(quiz, 0, 0),
        Seal(quiz, 0),
        AskTyped(quiz, 0),
        Next(quiz, 0),
        ReadWhole(quiz, 0, 0),
        OwnUp(quiz, 0),
        OpenChallenge(quiz, 0),
        StartAgain(quiz),
        StopQuiz(quiz),
    )


def together(quiz: int) -> tuple[Action, ...]:
    """What can be pressed on the cards of a group quiz."""
    return (
        JoinQuiz(quiz),
        BeginQuiz(quiz),
        LeaveQuiz(quiz),
        OpenOwn(quiz, 0),
        ChangeOwn(quiz, 0),
        MyQuizResult(quiz),
        Tap(quiz, 0, 0, on=True),
        SayTruth(quiz, 0, truth=True),
        Undo(quiz, 0, 0),
        Seal(quiz, 0),
        AskTyped(quiz, 0),
        ReadWhole(quiz, 0, 0),
        OpenChallenge(quiz, 0),
        StartAgain(quiz),
        StopQuiz(quiz),
        StartKind(1, "solo"),
    )


def forms(quiz: int) -> tuple[Action, ...]:
    """What can be sent."""
    return SendTyped(quiz, 0), SendChallenge(quiz, 0)


async def kept(v: LocalDriver) -> list[object]:
    """Everything that a press could leave behind."""
    more = [list(map(tuple, await v.rows(each))) for each in (groups, members, people, players, challenges)]
    return [*await traces(v), *more]


async def apart(v: LocalDriver, who: Identity, action: Action, place: Place | None = None) -> Reply:
    """Press or send something as somebody who is no member, in private or in another place."""
    what: Press | Submit = Press(encode(action), ("1",))
    if isinstance(action, SendTyped | SendChallenge):
        what = Submit(encode(action), {"number": "1", "why": "It is wrong."})
    name = f"a{len(v.requests)}"
    return await v.handle(Request(name, v.clock(), who, place, what, manages=True, zone="UTC"))


@contextmanager
def counted(v: LocalDriver) -> Iterator[list[str]]:
    """The statements that run meanwhile."""
    seen: list[str] = []
    v.app.database.watcher = lambda sql, _values: seen.append(sql)
    try:
        yield seen
    finally:
        v.app.database.watcher = None


STRANGERS = (
    (Identity("local", "room", "eve", "Eve"), None),
    (Identity("local", "elsewhere", "ada", "Ada"), None),
    (Identity("slack", "T9", "U9", "Mallory"), Place("slack", "T9", "C9", "general")),
)
"""Somebody in private, somebody of another workspace, and who manages a place of their own."""


async def test_who_has_no_place_in_the_group_gets_kind_words_and_leaves_no_trace(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        _, own = await one_of(v, "single")
        await v.command("ada", "quiz start", mode="group", count=2)
        await v.tick()
        shared = (await v.rows(quizzes))[-1].id
        before = await kept(v)
        for who, place in STRANGERS:
            for action in (*alone(own), *forms(own)):
                reply = await apart(v, who, action, place)
                assert card_of(reply).title in (NOT_YOURS, NOT_IN_IT), action
                assert is_kind(reply)
            for action in (*together(shared), *forms(shared), PickSession(1)):
                reply = await apart(v, who, action, place)
                assert card_of(reply).title in (NOT_IN_IT, NOT_YOURS, "This question has passed"), action
                assert is_kind(reply)
            reply = await apart(v, who, Settle(1, "kinds.single.q01", take_out=True), place)
            assert card_of(reply).title == "Only organisers can do this"
        assert await kept(v) == before


async def test_the_group_s_quiz_shows_nobody_the_answer_early(sqlite_url: str) -> None:
    async with begun(sqlite_url) as (v, quiz):
        await quiz.choose("ada")
        for action in (OwnUp(quiz.id, 0), Next(quiz.id, 0)):
            told = await v.act("ada", action)
            assert card_of(told).title == "This question has passed", "she opened it, and answered"
        told = await v.act("ada", ReadWhole(quiz.id, 0, 1))
        assert card_of(told).title == "Not answered yet"
        told = await v.act("ada", PickSession(1), str(quiz.id))
        assert card_of(told).title == NOT_YOURS, "it is not over"


async def test_reading_makes_nobody_a_member(sqlite_url: str) -> None:
    async with begun(sqlite_url, Kind.SINGLE) as (v, quiz):
        await quiz.choose("ben")
        await quiz.further()
        before = await kept(v)
        assert card_of(await v.act("eve", ReadWhole(quiz.id, 0, 0))).title.endswith("the question")
        await quiz.further()
        assert card_of(await v.act("eve", MyQuizResult(quiz.id))).title == "You were not in this one"
        assert len(await v.rows(members)) == len(before[5])  # type: ignore[arg-type]  # rows


async def test_an_organiser_begins_and_stops_what_another_opened(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        quiz = await open_quiz(v)
        await v.act("ben", JoinQuiz(quiz.id))
        refused = await v.act("ben", BeginQuiz(quiz.id))
        assert card_of(refused).title == "Only the person who opened it can start it"
        away = Request(
            "z1", v.clock(), Identity("local", "room", "ben", "Ben"), Place("local", "room", "other", "other"),
            Press(encode(BeginQuiz(quiz.id)), ()), manages=True, zone="UTC",
        )  # fmt: skip
        assert card_of(await v.handle(away)).title == "Only the person who opened it can start it"
        unknown = replace(away, id="z2", place=HERE, manages=None)
        assert card_of(await v.handle(unknown)).title == "Could not check just now"
        assert card_of(await v.handle(replace(away, id="z3", manages=None))).title.startswith(
            "Only the person"
        )
        await v.act(ORGANISER, BeginQuiz(quiz.id))
        await v.tick()
        assert quiz.message.title == "Group quiz: 1 of 3"
        await v.command(ORGANISER, "quiz stop")
        await v.tick()
        assert quiz.message.title == "Group quiz: 1 of 3, stopped"


def test_every_route_and_command_says_who_may() -> None:
    routes = {each.action: each for each in FEATURE.routes}
    levels = {action: each.who.level for action, each in routes.items() if each.who is not None}
    assert levels.keys() == routes.keys()
    assert {each for each, level in levels.items() if level is Level.OWNER} == {
        MineWasRight,
        Next,
        OwnUp,
        Rate,
        Show,
        StopQuiz,
    }
    assert {each for each, level in levels.items() if level is Level.MEMBER} == {PickSession}
    assert {each for each, level in levels.items() if level is Level.ORGANISER} == {
        Accept,
        LookAtTyped,
        SayWrong,
        Settle,
    }
    assert Level.ANYONE not in levels.values()
    assert {each for each, route in routes.items() if route.reads} == {
        FollowOwn,
        ReadWhole,
        Reread,
        LookAtTyped,
        OpenChallenge,
        PickSession,
        MyQuizResult,
    }
    commands = FEATURE.commands
    assert all(each.who is not None and each.who.level is Level.PARTICIPANT for each in commands)


async def test_a_click_of_a_group_s_quiz_takes_few_statements(sqlite_url: str) -> None:
    async with begun(sqlite_url, Kind.SINGLE, Kind.SINGLE, players=("ben", "chi")) as (v, quiz):
        right, wrong = await quiz.pick(right=True), await quiz.pick(right=False)
        with counted(v) as seen:
            await v.act("ben", Tap(quiz.id, 0, right, on=True))
        assert len(seen) == 6, seen  # noted, gate, one's part, kept, ended early?, the message's new face
        with counted(v) as seen:
            changed = await v.act("ben", Tap(quiz.id, 0, wrong, on=True))
        assert "You have changed it once" in words(changed)
        assert len(seen) == 7, seen  # and the question has its whole time again
        with counted(v) as seen:
            await v.act("ben", Tap(quiz.id, 0, right, on=True))
        assert len(seen) == 3, seen
        await v.command("dora", "quiz history")
        with counted(v) as seen:
            await v.act("dora", Tap(quiz.id, 0, right, on=True))
        assert len(seen) == 7, seen  # who was not in it comes in


async def test_one_s_own_click_takes_few_statements(sqlite_url: str, tmp_path: Path) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        card, quiz = await start(v, count=6)
        await v.press("ada", await answer(v, "ada", card, quiz), "Next question")
        with counted(v) as seen:
            await v.act("ada", ReadWhole(quiz, 0, 0))
        assert len(seen) == 2, seen
        with counted(v) as seen:
            await v.act("ada", Next(quiz, 1))
        assert len(seen) == 4, seen
        await v.command("ada", "quiz stop")
        await one_of(v, "single", "ben")
        with counted(v) as seen:
            await v.act("ben", Tap(2, 0, 0, on=True))
        settled = [
            each for each in seen if "standings" not in each and "ledger" not in each.split(" FROM ")[0]
        ]
        assert len(settled) <= 20, settled


async def test_a_question_of_a_crowd_is_settled_without_a_statement_for_each(sqlite_url: str) -> None:
    taken: list[int] = []
    async with local_app(sqlite_url) as v:
        await v.set_up("calm")  # no points: what they cost is the ledger's own
        for number in (2, 12):
            quiz = await open_quiz(v, Kind.SINGLE)
            users = [f"u{number}x{n}" for n in range(number)]
            await quiz.begin(*users)
            for user in users:
                await quiz.choose(user)
            with counted(v) as seen:
                await quiz.further()
            taken.append(sum("ledger" not in each and "standings" not in each for each in seen))
            assert {r.correct for r in await v.rows(responses)} == {True}
            await quiz.further()
    assert taken[0] == taken[1], taken


async def test_in_private_a_stranger_is_told_where_to_begin(sqlite_url: str, tmp_path: Path) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        before = await kept(v)
        for path in ("quiz start", "quiz review", "quiz mistakes", "quiz history", "quiz stop"):
            reply = await v.handle(v.request("eve", Invoke(path, {}), place=None))
            assert card_of(reply).title == "You are not in a study group yet", path
        assert await kept(v) == before
