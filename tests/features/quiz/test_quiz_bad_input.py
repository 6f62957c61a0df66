"""What should not be sent to a quiz, and is: each gets a kind answer and leaves no trace."""

from dataclasses import replace
from pathlib import Path

from bot.chat.actions import Action, encode
from bot.chat.cards import Accent, Reply
from bot.chat.requests import Submit, Value
from bot.features.points.tables import ledger
from bot.features.quiz.actions import (
    Next,
    OpenChallenge,
    OwnUp,
    PickSession,
    ReadWhole,
    StartAgain,
    StartKind,
    StopQuiz,
)
from bot.features.quiz.tables import quizzes, responses, reviews
from bot.questions.kinds.presses import AskTyped, Rate, SayTruth, Seal, SendTyped, Show, Tap, Undo
from tests.features.quiz.quizzing import answer, every_kind, one_of, quiz_of, start, with_every_kind
from tests.support.local_driver import LocalDriver, card_of, labels, local_app, words

OWN: tuple[Action, ...] = (
    Tap(1, 0, 0, True),
    SayTruth(1, 0, True),
    Undo(1, 0, 0),
    Seal(1, 0),
    AskTyped(1, 0),
    Next(1, 0),
    OwnUp(1, 0),
    OpenChallenge(1, 0),
    ReadWhole(1, 0, 0),
    StopQuiz(1),
    StartAgain(1),
)
"""Every button of a quiz's private card."""


async def traces(v: LocalDriver) -> list[list[object]]:
    """Everything of quizzes that is kept."""
    return [list(map(tuple, await v.rows(table))) for table in (quizzes, responses, reviews, ledger)]


async def number(v: LocalDriver, user: str, quiz: int, position: int, typed: str = "1") -> Reply:
    return await v.handle(v.request(user, Submit(encode(SendTyped(quiz, position)), {"number": typed})))


def is_kind(reply: Reply) -> bool:
    """Whether a refusal says what to do, and is no breakdown."""
    card = card_of(reply)
    return card.accent is Accent.BAD and bool(card.blocks) and "wrong on our side" not in card.title


async def test_anothers_buttons_say_whose_they_are_and_change_nothing(
    database_url: str, tmp_path: Path
) -> None:
    async with with_every_kind(database_url, tmp_path) as v:
        await one_of(v, "order")
        before = await traces(v)
        for action in OWN:
            reply = await v.act("ben", action)
            assert card_of(reply).title == "This quiz is not yours", action
            assert is_kind(reply)
        assert card_of(await number(v, "ben", 1, 0)).title == "This quiz is not yours"
        stranger = await v.act("ben", PickSession(1), "1")
        assert card_of(stranger).title == "This belongs to a group that you are not in"
        await v.command("ben", "quiz history")
        assert card_of(await v.act("ben", PickSession(1), "1")).title == "This quiz is not yours"
        assert await traces(v) == before


async def test_buttons_of_a_question_that_has_passed_say_so(sqlite_url: str, tmp_path: Path) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        card, quiz = await start(v, count=2)
        await v.press("ada", await answer(v, "ada", card, quiz), "Next question")
        before = await traces(v)
        for action in (
            Tap(1, 0, 0, True),
            SayTruth(1, 0, True),
            Undo(1, 0, 0),
            Seal(1, 0),
            AskTyped(1, 0),
            OwnUp(1, 0),
        ):
            assert card_of(await v.act("ada", action)).title == "This question has passed", action
        for position in (-1, 7):
            assert card_of(await v.act("ada", Tap(1, position, 0, True))).title == "This question has passed"
        assert card_of(await number(v, "ada", 1, 0)).title == "This question has passed"
        assert (
            card_of(await v.act("ada", Next(1, 0))).title == "Quiz: 2 of 2"
        )  # an old "next" shows where it is
        assert await traces(v) == before
        await v.command("ada", "quiz stop")
        assert card_of(await v.act("ada", Tap(1, 1, 0, True))).title == "This quiz is over"


async def test_a_quiz_that_never_was_is_gone(sqlite_url: str, tmp_path: Path) -> None:
    actions = (Tap(99, 0, 0, True), Next(99, 0), StopQuiz(99), StartAgain(99), ReadWhole(99, 0, 0))
    async with with_every_kind(sqlite_url, tmp_path) as v:
        for action in actions:
            reply = await v.act("ada", action)
            assert is_kind(reply)
            assert "gone" in card_of(reply).title
        assert await v.rows(quizzes) == []


async def test_presses_that_a_question_has_no_place_for_change_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    strange: dict[str, list[Tap | SayTruth | Undo | Seal | Next]] = {
        "single": [
            Tap(0, 0, 99, True),
            Tap(0, 0, -1, True),
            SayTruth(0, 0, True),
            Undo(0, 0, -5),
            Seal(0, 0),
        ],
        "multi": [Tap(0, 0, 7, True), Tap(0, 0, 0, False), SayTruth(0, 0, False), Undo(0, 0, 3), Seal(0, 0)],
        "tf_reason": [Tap(0, 0, 0, True), Tap(0, 0, 9, True), Undo(0, 0, -1), Seal(0, 0)],
        "order": [Tap(0, 0, 4, True), SayTruth(0, 0, True), Undo(0, 0, -1), Seal(0, 0)],
        "match": [Tap(0, 0, -2, True), SayTruth(0, 0, True), Undo(0, 0, 10**9), Seal(0, 0)],
        "numeric": [Tap(0, 0, 0, True), SayTruth(0, 0, True), Undo(0, 0, -1), Seal(0, 0), Next(0, 0)],
    }
    async with with_every_kind(sqlite_url, tmp_path) as v:
        for kind, actions in strange.items():
            card, quiz = await one_of(v, kind)
            for made in actions:
                reply = await v.act("ada", replace(made, quiz_id=quiz))
                assert "wrong on our side" not in card_of(reply).title, (kind, made)
            if kind != "numeric":
                assert (
                    card_of(await v.act("ada", AskTyped(quiz, 0))).title
                    == "This question isn't answered by typing"
                )
                assert (
                    card_of(await number(v, "ada", quiz, 0)).title == "This question isn't answered by typing"
                )
            for turn in (Show(quiz, 0), Rate(quiz, 0, 4)):
                assert card_of(await v.act("ada", turn)).title == "This question isn't rated", kind
            again = await v.command("ada", "quiz start")
            assert card_of(again).controls == card_of(card).controls, kind
            assert card_of(await answer(v, "ada", again, quiz)).title == "Right", kind
            await v.command("ada", "quiz stop")


async def test_options_that_mean_nothing_are_refused_kindly(sqlite_url: str, tmp_path: Path) -> None:
    refused: tuple[tuple[dict[str, Value], str, str], ...] = (
        ({"topic": "rhlf and more"}, "There is no topic “rhlf and more”", "choose from the list"),
        ({"topic": "optcs"}, "There is no topic “optcs”", "Did you mean"),
        ({"topic": "x" * 5000}, "There is no topic “" + "x" * 40 + "”", "choose from the list"),
        ({"topic": "silence"}, "No questions here yet", "Try a wider one"),
        ({"difficulty": "extreme"}, "There is no difficulty “extreme”", "5 (very hard)"),
        ({"difficulty": "0"}, "There is no difficulty “0”", "1 (very easy)"),
        ({"mode": "versus"}, "There is no mode “versus”", "solo"),
        ({"count": 0}, "A quiz has 1 to 20 questions", "count:5"),
        ({"count": -3}, "A quiz has 1 to 20 questions", "count:5"),
        ({"count": 21}, "A quiz has 1 to 20 questions", "count:5"),
        ({"count": "many"}, "A quiz has 1 to 20 questions", "count:5"),
    )
    async with with_every_kind(sqlite_url, tmp_path) as v:
        for options, title, hint in refused:
            reply = await v.command("ada", "quiz start", **options)
            assert card_of(reply).title == title
            assert hint in words(reply)
            assert is_kind(reply)
        assert await v.rows(quizzes) == []


async def test_a_list_of_sessions_takes_only_ones_own(sqlite_url: str, tmp_path: Path) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        card, quiz = await one_of(v, "single")
        await answer(v, "ada", card, quiz)
        for value in ("", "99", "-1", "1e3", "1" * 40, "²", "'; --"):
            assert card_of(await v.act("ada", PickSession(1), value)).title == "This quiz is not yours"
        assert card_of(await v.act("ada", PickSession(1))).title == "This quiz is not yours"


async def test_an_unknown_mode_on_a_button_starts_an_ordinary_quiz(sqlite_url: str, tmp_path: Path) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        assert card_of(await v.act("ada", StartKind(1, "group"))).title == "Quiz: 1 of 6"


async def test_the_answer_is_not_read_before_it_is_given(sqlite_url: str, tmp_path: Path) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        card, quiz = await one_of(v, "multi")
        await v.press("ada", card, "A")
        for page in (0, 1, 2):
            assert card_of(await v.act("ada", ReadWhole(quiz, 0, page))).title == "Not answered yet"
        q = (await quiz_of(v, quiz)).question
        card = await v.press("ada", card, "Check")
        pages = [await v.act("ada", ReadWhole(quiz, 0, page)) for page in (0, 1, 2, 9, -1)]
        assert "Right is" in words(pages[1]) or "You chose" in words(pages[1])
        assert all(choice in words(pages[0]) for choice in q.choices)
        assert "Further reading" in words(pages[2])
        assert labels(pages[0]) == ["Read the answer", "Read the reason"]
        assert words(pages[3]) == words(pages[2])
        assert words(pages[4]) == words(pages[0])


async def test_quizzes_need_a_group(sqlite_url: str, tmp_path: Path) -> None:
    async with local_app(sqlite_url, content=every_kind(tmp_path)) as v:
        for path in ("quiz start", "quiz stop", "quiz review", "quiz mistakes", "quiz history"):
            assert card_of(await v.command("ada", path)).title == "No study group meets here yet"
        assert await v.rows(quizzes) == []
