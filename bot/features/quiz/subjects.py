"""Which quiz a button means, and who may press it: found in one statement with the group and with whoever asks."""

from typing import Any

from bot.access.presence import Outside
from bot.access.who import Found, Who, asker, by_row, gate, read_found
from bot.chat.access import Level
from bot.chat.dispatch import UserError
from bot.features.quiz.model import Mode, Quiz, QuizState
from bot.features.quiz.queries import QUIZ_COLUMNS, read_quiz
from bot.features.quiz.tables import quizzes
from bot.services import RequestTransaction

_TOGETHER = "`/quiz start mode:group`"

_BY_QUIZ = gate(*QUIZ_COLUMNS, joined=by_row(quizzes, "quiz_id"))
# The lock keeps others from moving the quiz while it is answered; who only reads can't have it, and needs none.
_LOCKED = gate(*QUIZ_COLUMNS, joined=by_row(quizzes, "quiz_id", lock=True))


async def _find(tx: RequestTransaction, action: Any, begins: str = "`/quiz start`") -> tuple[Found, Quiz]:  # noqa: ANN401  (any action with a quiz_id)
    statement = _BY_QUIZ if tx.reads else _LOCKED
    row = (await tx.execute(statement, quiz_id=action.quiz_id, **asker(tx.request))).first()
    if row is None:
        raise UserError("This quiz is gone", f"{begins} begins another.")
    quiz = read_quiz(row, "quiz_")
    return read_found(row, quiz, (quiz.member_id,)), quiz


def _owned(found: Found, quiz: Quiz) -> Found:
    if found.member is None or found.member.id != quiz.member_id:
        raise UserError("This quiz is not yours", "`/quiz start` begins one of your own.")
    return found


async def _of_quiz(tx: RequestTransaction, action: object) -> Found:
    found, quiz = await _find(tx, action)
    return found if quiz.mode is Mode.GROUP else _owned(found, quiz)


async def _of_quiz_alone(tx: RequestTransaction, action: object) -> Found:
    found, quiz = await _find(tx, action)
    if quiz.mode is Mode.GROUP:
        raise UserError("This question has passed", "A group quiz moves on by itself.")
    return _owned(found, quiz)


async def _of_started_quiz(tx: RequestTransaction, action: object) -> Found:
    return _owned(*await _find(tx, action))


async def _of_group_quiz(tx: RequestTransaction, action: object) -> Found:
    found, quiz = await _find(tx, action, _TOGETHER)
    if quiz.mode is not Mode.GROUP:
        raise UserError("This quiz is gone", f"{_TOGETHER} begins another.")
    return found


IN_QUIZ = Who(Level.PARTICIPANT, _of_quiz, Outside.NOT_GONE)
"""Whoever may take part in a group's quiz; a quiz that somebody does alone is theirs."""

IN_GROUP_QUIZ = Who(Level.PARTICIPANT, _of_group_quiz, Outside.NOT_GONE)
"""Whoever may take part in a group's quiz."""

ORGANISES_ITS_QUIZ = Who(Level.ORGANISER, _of_group_quiz)
"""Who organises the group of a quiz."""

ALONE = Who(Level.OWNER, _of_quiz_alone, Outside.NOT_GONE)
"""Whoever does a quiz alone."""

STARTED_IT = Who(Level.OWNER, _of_started_quiz, Outside.NOT_GONE)
"""Whoever started a quiz."""


def quiz_of(tx: RequestTransaction) -> Quiz:
    """The quiz that a press is about, as the gate has found it."""
    assert isinstance(tx.subject, Quiz)
    return tx.subject


def running_quiz_of(tx: RequestTransaction) -> Quiz:
    """The group quiz that a press is about. Raises UserError where it is over."""
    quiz = quiz_of(tx)
    if quiz.state in (QuizState.FINISHED, QuizState.STOPPED):
        raise UserError("This quiz is over", f"{_TOGETHER} begins another.")
    return quiz
