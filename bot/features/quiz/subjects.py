"""Which quiz a button means, and who may press it: found in one statement with the group and with whoever asks."""

from typing import Any

from sqlalchemy import bindparam

from bot.access.presence import Outside
from bot.access.who import Found, Who, asker, gate, read_found
from bot.chat.access import Level
from bot.chat.dispatch import UserError
from bot.features.quiz.model import Mode, Quiz, QuizState
from bot.features.quiz.queries import QUIZ_COLUMNS, read_quiz
from bot.features.quiz.tables import quizzes
from bot.membership.tables import groups
from bot.services import RequestTransaction

_TOGETHER = "`/quiz start mode:group`"

_BY_QUIZ = gate(
    *QUIZ_COLUMNS,
    joined=lambda query: query.join(quizzes, quizzes.c.group_id == groups.c.id).where(
        quizzes.c.id == bindparam("quiz_id")
    ),
)
# The lock keeps others from moving the quiz while it is answered; who only reads can't have it, and needs none.
_LOCKED = gate(
    *QUIZ_COLUMNS,
    joined=lambda query: (
        query.join(quizzes, quizzes.c.group_id == groups.c.id)
        .where(quizzes.c.id == bindparam("quiz_id"))
        .with_for_update(of=quizzes)
    ),
)


async def _find(tx: RequestTransaction, quiz_id: int, begins: str = "`/quiz start`") -> tuple[Found, Quiz]:
    statement = _BY_QUIZ if tx.reads else _LOCKED
    row = (await tx.execute(statement, quiz_id=quiz_id, **asker(tx.request))).first()
    if row is None:
        raise UserError("This quiz is gone", f"{begins} begins another.")
    quiz = read_quiz(row, "quiz_")
    return read_found(row, quiz, (quiz.member_id,)), quiz


async def of_quiz(tx: RequestTransaction, action: Any) -> Found:  # noqa: ANN401  (any action with a quiz_id)
    """The quiz of a card's ``quiz_id``; one that somebody does alone is nobody else's.

    Raises:
        UserError: there is no such quiz, or it is not theirs.
    """
    found, quiz = await _find(tx, action.quiz_id)
    if quiz.mode is not Mode.GROUP:
        _check_owner(found, quiz)
    return found


def _check_owner(found: Found, quiz: Quiz) -> None:
    if found.member is None or found.member.id != quiz.member_id:
        raise UserError("This quiz is not yours", "`/quiz start` begins one of your own.")


async def of_quiz_alone(tx: RequestTransaction, action: Any) -> Found:  # noqa: ANN401  (as above)
    """The quiz of a card's ``quiz_id``, which somebody does alone.

    Raises:
        UserError: there is no such quiz, it is not theirs, or it is a group's.
    """
    found, quiz = await _find(tx, action.quiz_id)
    if quiz.mode is Mode.GROUP:
        raise UserError("This question has passed", "A group quiz moves on by itself.")
    _check_owner(found, quiz)
    return found


async def of_started_quiz(tx: RequestTransaction, action: Any) -> Found:  # noqa: ANN401  (as above)
    """The quiz of a card's ``quiz_id``, which whoever asks has started.

    Raises:
        UserError: there is no such quiz, or it is not theirs.
    """
    found, quiz = await _find(tx, action.quiz_id)
    _check_owner(found, quiz)
    return found


async def of_group_quiz(tx: RequestTransaction, action: Any) -> Found:  # noqa: ANN401  (as above)
    """The group quiz of a card's ``quiz_id``.

    Raises:
        UserError: there is no such quiz.
    """
    found, quiz = await _find(tx, action.quiz_id, _TOGETHER)
    if quiz.mode is not Mode.GROUP:
        raise UserError("This quiz is gone", f"{_TOGETHER} begins another.")
    return found


IN_QUIZ = Who(Level.PARTICIPANT, of_quiz, Outside.NOT_GONE)
"""Whoever may take part in a group's quiz; a quiz that somebody does alone is theirs."""

IN_GROUP_QUIZ = Who(Level.PARTICIPANT, of_group_quiz, Outside.NOT_GONE)
"""Whoever may take part in a group's quiz."""

ALONE = Who(Level.OWNER, of_quiz_alone, Outside.NOT_GONE)
"""Whoever does a quiz alone."""

STARTED_IT = Who(Level.OWNER, of_started_quiz, Outside.NOT_GONE)
"""Whoever started a quiz."""


def quiz_of(tx: RequestTransaction) -> Quiz:
    """The quiz that a press is about, as the gate has found it."""
    assert isinstance(tx.subject, Quiz)
    return tx.subject


def running_quiz_of(tx: RequestTransaction) -> Quiz:
    """The group quiz that a press is about.

    Raises:
        UserError: it is over.
    """
    quiz = quiz_of(tx)
    if quiz.state in (QuizState.FINISHED, QuizState.STOPPED):
        raise UserError("This quiz is over", f"{_TOGETHER} begins another.")
    return quiz
