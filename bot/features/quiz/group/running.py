"""What moves a group quiz: the lobby ends, a question's time is up, the next one comes, the podium."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Integer, bindparam, not_, select

from bot.chat.cards import Card, Private, Reply
from bot.chat.dispatch import Route, UserError, log_failure
from bot.database.engine import for_update_skip_locked
from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.features.points.streak_rules import Act
from bot.features.points.streaks import acted
from bot.features.quiz.actions import MyQuizResult
from bot.features.quiz.group import cards
from bot.features.quiz.group.handlers import GROUP_QUIZ, LOBBY, SHOWING
from bot.features.quiz.group.typed import look_button
from bot.features.quiz.model import RUNNING, Quiz, QuizState
from bot.features.quiz.queries import (
    QUIZ,
    all_answered,
    change_quiz,
    load_quiz,
    out_of_scoring,
    players_of,
    read_quiz,
    responses_of,
    responses_to,
)
from bot.features.quiz.scoring import settle_question
from bot.features.quiz.solo.handlers import finished, slot_of
from bot.features.quiz.subjects import IN_GROUP_QUIZ, quiz_of
from bot.features.quiz.tables import quizzes
from bot.membership.model import Group, Naming
from bot.membership.queries import load_group, members_by_id
from bot.outbox.failing import Failing
from bot.outbox.queries import Delivery, refresh
from bot.services import RequestTransaction, Services

log = logging.getLogger(__name__)

NOBODY_HOME = timedelta(seconds=5)
"""A step that is overdue by more was missed because nothing ran: its question gets its whole time again."""

TOP = 3


MOST = 100
"""So many quizzes are moved in one go."""

_DUE = Statement(
    select(quizzes.c.id)
    .where(quizzes.c.next_at <= bindparam("now"), not_(any_of(quizzes.c.id, "left_alone")))
    .order_by(quizzes.c.next_at)
    .limit(bindparam("most", type_=Integer))
)
_DUE_ONE = Statement(
    for_update_skip_locked(QUIZ.where(quizzes.c.id == bindparam("id"), quizzes.c.next_at <= bindparam("now")))
)
_BEING_ASKED = Statement(  # whatever waits for an instant is found by its index
    for_update_skip_locked(
        QUIZ.where(
            quizzes.c.next_at > datetime(1970, 1, 1, tzinfo=UTC), quizzes.c.state == QuizState.ASKING.value
        ).order_by(quizzes.c.next_at)
    )
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
        try:
            moved += await services.database.write(partial(_move, quiz_id=quiz_id, now=now), later=True)
            failing.moved(quiz_id)
        except Exception as error:  # noqa: BLE001  # one that fails holds up no other; see log_failure
            log_failure(log, error, "quiz %d could not be moved", quiz_id)
            failing.failed(quiz_id, now)
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
                await refresh(tx, quiz.subject, (GROUP_QUIZ,), now)

    await services.database.write(work, later=True)


async def _move(tx: Transaction, quiz_id: int, now: datetime) -> int:
    row = (await tx.execute(_DUE_ONE, id=quiz_id, now=now)).first()
    if row is None:  # somebody else has moved it, or is about to
        return 0
    quiz = read_quiz(row)
    assert quiz.next_at is not None
    group = await load_group(tx, quiz.group_id)
    overdue = now - quiz.next_at > NOBODY_HOME
    if quiz.state is QuizState.LOBBY:
        await (change_quiz(tx, quiz.id, next_at=now + LOBBY) if overdue else _ask(tx, group, quiz, 0, now))
    elif quiz.state is QuizState.ASKING:
        if overdue and not await all_answered(tx, quiz):
            await _ask_again(tx, group, quiz, now)
        else:
            await _show(tx, group, quiz, now)
    elif quiz.state is QuizState.SHOWN and quiz.is_last:
        await _finish(tx, group, quiz, now)
    elif quiz.state is QuizState.SHOWN:
        await _ask(tx, group, quiz, quiz.position + 1, now)
    else:
        await change_quiz(tx, quiz.id, next_at=None)
    await refresh(tx, quiz.subject, (GROUP_QUIZ,), now)
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
    until = now + timedelta(seconds=group.quiz_seconds)
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
    until = now + timedelta(seconds=group.quiz_seconds)
    await change_quiz(tx, quiz.id, deadline_at=until, next_at=until)


async def _show(tx: Transaction, group: Group, quiz: Quiz, now: datetime) -> None:
    await settle_question(tx, group, quiz, now)
    await change_quiz(tx, quiz.id, state=QuizState.SHOWN.value, next_at=now + SHOWING, deadline_at=None)


async def places(tx: Transaction, quiz: Quiz) -> tuple[tuple[cards.Place, ...], int]:
    """Where those who answered stand, best first, and how many answered.

    It goes by right answers, then partly right ones, then their time. Only the time of right answers counts: else who
    left a question out would be the quicker one. Ranks are as in sport; whoever got none right or wants to be left out of boards
    has none, and the others' go on without a gap. What was found wrong counts for nobody.
    """
    gone = await out_of_scoring(tx, quiz.group_id)
    done = [r for r in await responses_to(tx, quiz.id) if r.score is not None]
    people = await members_by_id(tx, frozenset(r.member_id for r in done))
    played: set[int] = set()
    right: dict[int, int] = {}
    score: dict[int, float] = {}
    took: dict[int, int] = {}
    for each in done:
        if people[each.member_id].barred_at is not None:
            continue
        played.add(each.member_id)
        if people[each.member_id].naming is Naming.OUT or each.item_id in gone:
            continue
        right[each.member_id] = right.get(each.member_id, 0) + bool(each.correct)
        score[each.member_id] = score.get(each.member_id, 0.0) + (each.score or 0.0)
        took[each.member_id] = took.get(each.member_id, 0) + (each.took_ms if each.correct else 0)
    keys = {m: (-right[m], -round(score[m], 6), took[m]) for m in right}
    order = sorted((m for m in keys if right[m]), key=lambda m: (keys[m], m))
    found: list[cards.Place] = []
    for n, member in enumerate(order):
        tied = n > 0 and keys[member] == keys[order[n - 1]]
        rank = found[-1].rank if tied else n + 1
        name = people[member].shown or "Someone"
        found.append(cards.Place(member, rank, right[member], took[member], name))
    return tuple(found), len(played)


async def group_delivery(services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """The one message of a group quiz, as it stands."""
    quiz = await load_quiz(tx, delivery.subject_id)
    if quiz is None:
        return None
    group = await load_group(tx, quiz.group_id)
    players = await players_of(tx, quiz.id)
    path = (
        services.bank.topics.path(quiz.question.topic) if quiz.question.topic in services.bank.topics else ""
    )
    if quiz.state is QuizState.LOBBY:
        joined = sum(not p.left for p in players)
        return cards.lobby_card(quiz, joined, group.zone, group.quiz_seconds, keeps_score=group.keeps_score)
    if quiz.state is QuizState.STOPPED:
        return cards.stopped_group_card()
    responses = await responses_to(tx, quiz.id, quiz.position)
    if quiz.state is QuizState.ASKING:
        answered = sum(r.sealed for r in responses)
        inside = len(
            {p.member_id for p in players if not p.left} | {r.member_id for r in responses if r.sealed}
        )
        return cards.asking_card(quiz, path, answered, inside, group.zone, group.quiz_seconds)
    standing, played = await places(tx, quiz)
    top = tuple(p for p in standing if p.rank <= TOP)[:TOP] if group.keeps_score else ()
    if quiz.state is QuizState.SHOWN:
        return cards.shown_card(quiz, path, responses, top, services.bank.references)
    gone = await out_of_scoring(tx, quiz.group_id)
    count = sum(question.item_id not in gone for question in quiz.questions)
    return cards.podium_card(quiz, top, played, count, keeps_score=group.keeps_score)


async def _mine(tx: RequestTransaction, _action: MyQuizResult) -> Reply:
    quiz, entry = quiz_of(tx), tx.known_actor
    if quiz.state in RUNNING:
        raise UserError("It is not over yet", "Your result will be here when the last question has ended.")
    organises = tx.request.manages or (entry is not None and entry.member.organiser)
    look = await look_button(tx, quiz) if organises else None
    if entry is not None and await responses_of(tx, quiz.id, entry.member.person_id):
        card = await finished(tx, quiz, entry)
    elif look is not None:
        card = cards.not_in_card()
    else:
        raise UserError("You were not in this one", "`/quiz start mode:group` begins another.")
    return Private(replace(card, controls=(*card.controls, (look,))) if look else card, slot_of(quiz))


ROUTES = (Route(MyQuizResult, _mine, IN_GROUP_QUIZ, reads=True),)
