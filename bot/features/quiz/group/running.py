"""What moves a group quiz: the lobby ends, a question's time is up, the next one comes, the podium."""

import logging
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Integer, bindparam, not_, select

from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.features.points.streak_rules import Act
from bot.features.points.streaks import acted
from bot.features.quiz.group.messages import RESULT, asked, show_move, show_step
from bot.features.quiz.group.pace import LOBBY, reading_time, seconds_for
from bot.features.quiz.group.players import all_answered
from bot.features.quiz.model import Quiz, QuizState
from bot.features.quiz.queries import QUIZ, change_quiz, read_quiz, responses_to
from bot.features.quiz.scoring import settle_question
from bot.features.quiz.tables import quizzes
from bot.membership.model import Group
from bot.membership.queries import load_group, members_by_id
from bot.outbox.failing import Failing
from bot.services import Services

log = logging.getLogger(__name__)

NOBODY_HOME = timedelta(seconds=5)
"""A step that is overdue by more was missed because nothing ran: its question gets its whole time again."""

MOST = 100
"""So many quizzes are moved in one go."""

_DUE = Statement(
    select(quizzes.c.id)
    .where(quizzes.c.next_at <= bindparam("now"), not_(any_of(quizzes.c.id, "left_alone")))
    .order_by(quizzes.c.next_at)
    .limit(bindparam("most", type_=Integer))
)
_DUE_ONE = Statement(
    QUIZ.where(quizzes.c.id == bindparam("id"), quizzes.c.next_at <= bindparam("now")).with_for_update(
        skip_locked=True
    )
)
_BEING_ASKED = Statement(  # whatever waits for an instant is found by its index
    QUIZ.where(
        quizzes.c.next_at > datetime(1970, 1, 1, tzinfo=UTC), quizzes.c.state == QuizState.ASKING.value
    )
    .order_by(quizzes.c.next_at)
    .with_for_update(skip_locked=True)
)


async def advance(services: Services, now: datetime, failing: Failing | None = None) -> int:
    """Move every group quiz with a step due at ``now``, each in one transaction; how many were moved.

    ``failing`` remembers those that failed from tick to tick, and leaves them alone for a while.
    """
    failing = Failing() if failing is None else failing
    left_alone, moved = failing.left_alone(now), 0

    async def due(tx: Transaction) -> list[int]:
        return (await tx.execute(_DUE, now=now, most=MOST, left_alone=left_alone)).scalars()

    for quiz_id in await services.database.read(due):
        work = services.database.write(partial(_move, quiz_id=quiz_id, now=now), later=True)
        moved += await failing.tried(quiz_id, now, work, log, "quiz %d could not be moved")
    return moved


async def resume(services: Services, now: datetime) -> None:
    """After a start: a question that was running when the process ended gets its whole time again.

    One that everyone has answered needs none. What another process is moving just now is passed over.
    """

    async def work(tx: Transaction) -> None:
        for row in await tx.execute(_BEING_ASKED):
            quiz = read_quiz(row)
            if not await all_answered(tx, quiz):
                await _ask_again(tx, await load_group(tx, quiz.group_id), quiz, now)
                await show_step(tx, quiz, now)

    await services.database.write(work, later=True)


async def _move(tx: Transaction, quiz_id: int, now: datetime) -> int:
    quiz = read_quiz.first(await tx.execute(_DUE_ONE, id=quiz_id, now=now))
    if quiz is None:  # somebody else has moved it, or is about to
        return 0
    assert quiz.next_at is not None
    group = await load_group(tx, quiz.group_id)
    overdue, then = now - quiz.next_at > NOBODY_HOME, ""
    if quiz.state is QuizState.LOBBY and overdue:
        await change_quiz(tx, quiz.id, next_at=now + LOBBY)
    elif quiz.state is QuizState.LOBBY:
        await _ask(tx, group, quiz, 0, now)
        then = asked(0)
    elif quiz.state is QuizState.ASKING:
        if overdue and not await all_answered(tx, quiz):
            await _ask_again(tx, group, quiz, now)
        else:
            await _show(tx, group, quiz, now)
    elif quiz.state is QuizState.SHOWN and quiz.is_last:
        await _finish(tx, group, quiz, now)
        then = RESULT
    elif quiz.state is QuizState.SHOWN:
        await _ask(tx, group, quiz, quiz.position + 1, now)
        then = asked(quiz.position + 1)
    else:
        await change_quiz(tx, quiz.id, next_at=None)
    await show_move(tx, quiz, now, then)
    return 1


async def _finish(tx: Transaction, group: Group, quiz: Quiz, now: datetime) -> None:
    await change_quiz(
        tx, quiz.id, state=QuizState.FINISHED.value, ended_at=now, next_at=None, deadline_at=None
    )
    done = {r.member_id for r in await responses_to(tx, quiz.id) if r.sealed}
    for member in [m for _, m in sorted((await members_by_id(tx, frozenset(done))).items())]:
        if member.left_at is None:
            await acted(tx, group, member.id, Act.QUIZ, now)


async def _ask(tx: Transaction, group: Group, quiz: Quiz, position: int, now: datetime) -> None:
    until = now + timedelta(seconds=seconds_for(quiz.questions[position], group.quiz_seconds))
    await change_quiz(
        tx,
        quiz.id,
        state=QuizState.ASKING.value,
        position=position,
        asked_at=now,
        deadline_at=until,
        next_at=until,
    )


async def _ask_again(tx: Transaction, group: Group, quiz: Quiz, now: datetime) -> None:
    until = now + timedelta(seconds=seconds_for(quiz.question, group.quiz_seconds))
    await change_quiz(tx, quiz.id, deadline_at=until, next_at=until)


async def _show(tx: Transaction, group: Group, quiz: Quiz, now: datetime) -> None:
    await settle_question(tx, group, quiz, now)
    await change_quiz(
        tx, quiz.id, state=QuizState.SHOWN.value, next_at=now + reading_time(quiz.question), deadline_at=None
    )
