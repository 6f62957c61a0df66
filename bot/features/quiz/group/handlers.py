"""A group quiz as its members press it: lobby, answers, leaving, stopping, and one's own result."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, distinct, func, select

from bot.access.who import could_not_check
from bot.chat.cards import Ask, Done, Moment, Private, Reply, Slot, text
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Request
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.quiz.actions import BeginQuiz, ChangeOwn, GoOn, JoinQuiz, LeaveQuiz
from bot.features.quiz.choosing import Past, choose
from bot.features.quiz.group import cards
from bot.features.quiz.group.messages import GROUP_QUIZ, LOBBY_CARD, in_parts, show_move, show_step
from bot.features.quiz.group.pace import LOBBY
from bot.features.quiz.group.players import add_player, end_early, leave_quiz
from bot.features.quiz.making import (
    NEW_TOGETHER,
    asked_as,
    begin_quiz,
    items_of,
    leafed,
    nothing_to_ask,
    seed_of,
)
from bot.features.quiz.model import GIVEN_JSON, Mode, Quiz, QuizState, Response
from bot.features.quiz.queries import (
    TOGETHER,
    Part,
    change_quiz,
    change_response,
    keep_given,
    load_quiz,
    newest_in_place,
    opened_since,
    part_of,
    stop_running,
)
from bot.features.quiz.question_cards import instead, named
from bot.features.quiz.scoring import settle_question
from bot.features.quiz.solo.cards import stopped_card
from bot.features.quiz.subjects import IN_GROUP_QUIZ, running_quiz_of
from bot.features.quiz.tables import quizzes, responses
from bot.features.quiz.usage.reading import NO_LEVELS, levels_shown
from bot.membership.place_settings import holds_role, settings_of
from bot.membership.queries import group_of_place, lock_group, places_of_group
from bot.outbox.queries import to_place
from bot.questions.kinds import CHECKED_KINDS, prepare
from bot.questions.kinds.asked import Given
from bot.questions.kinds.kind import HandIn, Typing
from bot.services import RequestTransaction

COMES_BACK = timedelta(days=7)
"""A question that the group had may come again after so long."""

_PAST = Statement(
    select(
        responses.c.item_id,
        func.max(responses.c.at).label("last"),
        func.count(distinct(responses.c.quiz_id)).label("times"),
    )
    .join(quizzes, quizzes.c.id == responses.c.quiz_id)
    .where(quizzes.c.group_id == bindparam("group_id"), TOGETHER, responses.c.sealed)
    .group_by(responses.c.item_id)
)


MOST_A_DAY = 5
"""So many group quizzes a member opens in 24 hours: each is a message to everyone."""

DAY = timedelta(days=1)


async def start_group(
    tx: RequestTransaction, topics: tuple[str, ...], count: int, difficulty: int | None
) -> Reply:
    """Open a group quiz's lobby. Raises UserError outside the channels, after too many in a day, and where nothing can be asked."""
    entry, request, services = tx.actor, tx.request, tx.services
    place = request.place
    if place is None:
        raise UserError("A group quiz needs a channel", "Type this in your group's channel.")
    here = next(each for each in await settings_of(tx, entry.group.id) if each.place.key == place.key)
    lobby = await _check_limits(tx, here.id)
    topic = asked_as(services.bank.topics, topics)
    if lobby is not None:
        ends = entry.member.organiser or lobby.member_id == entry.member.id
        wanted = instead(lobby, topics, topic, count, difficulty) if ends else None
        return Private(cards.lobby_open_card(lobby, wanted), Slot("quiz-lobby"))
    seed = seed_of(request)
    items = await items_of(tx, topics, CHECKED_KINDS)
    past = await _group_past(tx, entry.group.id, request.at)
    due = sum(p.due for p in past)
    new_most = max(round(count * NEW_TOGETHER), count - due)
    levels = await levels_shown(tx) if difficulty else NO_LEVELS
    ids = choose(
        leafed(services.bank, items, levels), past, count, seed, difficulty, new_most, mixed=not topics
    )
    if not ids:
        raise nothing_to_ask()
    by_id = {item.id: item for item in items}
    questions = [prepare(by_id[i], seed) for i in ids]
    lobby_of = {"place_id": here.id, "state": QuizState.LOBBY.value, "next_at": request.at + LOBBY}
    made = await begin_quiz(tx, Mode.GROUP, topic, questions, difficulty=difficulty, **lobby_of)
    if made is None:
        return Done("The lobby is open in the channel.")
    await add_player(tx, made, entry.member.id, request.at)
    kind = LOBBY_CARD if in_parts(services.platforms.get(place.platform), here.threads) else GROUP_QUIZ
    await to_place(tx, f"quiz:{made}", kind, here.id, here.place, request.at)
    tx.wake_after_commit()
    return Private(cards.opened_card(made), Slot("quiz", made))


async def _check_limits(tx: RequestTransaction, place_id: int) -> Quiz | None:
    """Keep one channel from filling with lobbies, and one member from filling it over a day; the lobby that is open."""
    group, member, now = await lock_group(tx, tx.group.id), tx.actor.member, tx.request.at
    newest = await newest_in_place(tx, group.id, place_id)
    if newest is not None and newest.state is QuizState.LOBBY:
        return newest
    opened = await opened_since(tx, member.id, now - DAY)
    if len(opened) >= MOST_A_DAY:
        again = Moment(opened[-MOST_A_DAY] + DAY, group.zone)
        raise UserError(
            f"You have opened {MOST_A_DAY} group quizzes in a day",
            text("You can open the next one from ", again, " on. On your own, start one now: `/quiz start`."),
        )
    return None


async def _group_past(tx: Transaction, group_id: int, now: datetime) -> tuple[Past, ...]:
    rows = await tx.execute(_PAST, group_id=group_id)
    return tuple(
        Past(r.item_id, r.times, r.last.date().toordinal(), now - r.last >= COMES_BACK) for r in rows
    )


async def _join(tx: RequestTransaction, _action: JoinQuiz) -> Reply:
    quiz = running_quiz_of(tx)
    new = await add_player(tx, quiz.id, tx.actor.member.id, tx.request.at)
    if new:
        await show_step(tx, quiz, tx.request.at)
    if is_asked(quiz, tx.request):
        return own(tx, quiz, (await part_of(tx, quiz.id, quiz.position, tx.actor.member.id)).response)
    return Private(cards.in_card(new=new), Slot("quiz", quiz.id))


async def _begin(tx: RequestTransaction, _action: BeginQuiz) -> Reply:
    quiz = running_quiz_of(tx)
    if quiz.member_id != tx.actor.member.id and not await _organises(tx):
        raise UserError("Only the person who opened it can start it", "It begins by itself in a moment.")
    if quiz.state is QuizState.LOBBY:
        await change_quiz(tx, quiz.id, next_at=tx.request.at)
    tx.wake_after_commit()
    return Done("It begins.")


async def _go_on(tx: RequestTransaction, action: GoOn) -> Reply:
    quiz = running_quiz_of(tx)
    if quiz.member_id != tx.actor.member.id and not await _organises(tx):
        raise UserError(
            "Only the person who opened the quiz can go on early", "It goes on by itself in a moment."
        )
    if quiz.state is QuizState.SHOWN and quiz.position == action.position:
        await change_quiz(tx, quiz.id, next_at=tx.request.at)
    tx.wake_after_commit()
    return Done("It goes on.")


async def _organises(tx: RequestTransaction) -> bool:
    """Whether who takes part also organises, or manages the place. Raises UserError where the platform did not tell."""
    request = tx.request
    if tx.actor.member.organiser:
        return True
    if await holds_role(tx, request, tx.group.id):
        return True
    if request.manages is False or request.place is None:
        return False
    here = await group_of_place(tx, request.place)
    if here is None or here.id != tx.group.id:
        return False
    if request.manages is None:
        raise could_not_check()
    return True


async def _leave(tx: RequestTransaction, _action: LeaveQuiz) -> Reply:
    quiz, now = running_quiz_of(tx), tx.request.at
    await leave_quiz(tx, quiz.id, (tx.actor.member.id,), now)
    await end_early(tx, quiz.id, now)
    await show_step(tx, quiz, now)
    tx.wake_after_commit()
    return Private(cards.left_card(), Slot("quiz", quiz.id))


async def come_in(tx: RequestTransaction, quiz: Quiz, part: Part) -> bool:
    """Let whoever presses into the quiz where they are not; whether that changed anything."""
    return not part.plays and await add_player(tx, quiz.id, tx.actor.member.id, tx.request.at)


def is_asked(quiz: Quiz, request: Request) -> bool:
    """Whether the current question of a quiz can still be answered."""
    in_time = quiz.deadline_at is not None and quiz.deadline_at >= request.at
    return quiz.state is QuizState.ASKING and in_time


def must_run(quiz: Quiz, position: int, request: Request) -> None:
    """Raises UserError where a question can no longer be answered."""
    if quiz.position != position or not is_asked(quiz, request):
        raise UserError("The time is up", "The answer and what comes next are in the channel.")


def own(tx: RequestTransaction, quiz: Quiz, response: Response | None) -> Private:
    """One member's part in the question that is asked."""
    path = tx.services.bank.topics.path(quiz.question.topic)
    return Private(cards.own_card(quiz, path, response, tx.group.zone), Slot("quiz", quiz.id))


async def group_chosen(tx: RequestTransaction, quiz: Quiz, part: Part, given: Given) -> Reply:
    """A member chose something in a group quiz: keep it, hand it in where it is whole, allow one change."""
    request, response = tx.request, part.response
    must_run(quiz, quiz.position, request)
    await come_in(tx, quiz, part)
    whole = quiz.is_whole(given)
    if response is not None and response.sealed:
        at_a_press = whole and quiz.kind.hand_in is HandIn.EVERY_PRESS
        if response.changes or given == response.given or not at_a_press:
            return own(tx, quiz, response)
        response = await _take_back(tx, quiz, response)
    latest = (
        {"took_ms": quiz.milliseconds(request.at)} if whole or response is None or not response.before else {}
    )
    kept = await keep_given(
        tx,
        quiz,
        tx.actor.member,
        given,
        request.at,
        response,
        **latest,
        **({"sealed": True} if whole else {}),
    )
    if whole:
        await end_early(tx, quiz.id, request.at)
        await show_step(tx, quiz, request.at)
    return own(tx, quiz, kept)


async def _take_back(tx: Transaction, quiz: Quiz, response: Response) -> Response:
    """Give the question its whole time again; the response as it is then to be kept."""
    await change_quiz(tx, quiz.id, next_at=quiz.deadline_at)
    return replace(response, changes=1, sealed=False, before=GIVEN_JSON.write(response.given))


async def _change_own(tx: RequestTransaction, action: ChangeOwn) -> Reply:
    quiz, request = running_quiz_of(tx), tx.request
    must_run(quiz, action.position, request)
    part = await part_of(tx, quiz.id, quiz.position, tx.actor.member.id)
    response = part.response
    if response is not None and response.sealed and not response.changes:
        await come_in(tx, quiz, part)
        response = await _take_back(tx, quiz, response)
        response = await keep_given(tx, quiz, tx.actor.member, Given(), request.at, response)
        await show_step(tx, quiz, request.at)
    return own(tx, quiz, response)


async def group_sealed(tx: RequestTransaction, quiz: Quiz, response: Response) -> Reply:
    """A member hands an answer in; the question ends early when all have."""
    request = tx.request
    must_run(quiz, response.position, request)
    if response.sealed:
        return own(tx, quiz, response)
    await change_response(tx, response.id, sealed=True, took_ms=quiz.milliseconds(request.at), at=request.at)
    await end_early(tx, quiz.id, request.at)
    await show_step(tx, quiz, request.at)
    return own(tx, quiz, replace(response, sealed=True))


def group_form(quiz: Quiz, typing: Typing, response: Response | None, request: Request) -> Reply:
    """The form for a typed answer. Raises UserError where the question is over, or the answer was changed once already."""
    must_run(quiz, quiz.position, request)
    if response is not None and response.sealed and response.changes:
        raise UserError("You have changed it once", "So it stays until the time is up.")
    return Ask(typing.form(quiz.at, quiz.question))


async def stop_group(tx: RequestTransaction, quiz: Quiz | None = None) -> Reply:
    """Stop one's own group quiz, or as an organiser the newest one in the place. Raises UserError for anybody else."""
    request, group = tx.request, tx.group
    if quiz is None and request.place is not None:
        here = [i for i, p in await places_of_group(tx, group.id) if p.key == request.place.key]
        quiz = await newest_in_place(tx, group.id, here[0]) if here else None
        if quiz is not None and not await _organises(tx):
            raise UserError(
                "Only the person who opened it can stop it",
                "Or an organiser. To leave it yourself, press “Leave the quiz” on its message: nobody will wait for you.",
            )
    quiz = await load_quiz(tx, quiz.id, lock=True) if quiz else None
    if quiz is None:
        return Private(stopped_card(), Slot("quiz"))
    if quiz.state is QuizState.ASKING:
        await settle_question(tx, group, quiz, request.at)
    await stop_running(tx, quiz.id, request.at)
    await show_move(tx, quiz, request.at)
    return Private(cards.stopped_group_card(named(quiz)), Slot("quiz"))


ROUTES = (
    Route(JoinQuiz, _join, IN_GROUP_QUIZ),
    Route(BeginQuiz, _begin, IN_GROUP_QUIZ),
    Route(GoOn, _go_on, IN_GROUP_QUIZ),
    Route(LeaveQuiz, _leave, IN_GROUP_QUIZ),
    Route(ChangeOwn, _change_own, IN_GROUP_QUIZ),
)
