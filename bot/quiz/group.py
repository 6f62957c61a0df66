"""A group quiz as its members press it: lobby, answers, leaving, stopping, and one's own result."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from bot.bank.model import Kind
from bot.chat.cards import Ask, Card, Done, Private, Reply
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Request
from bot.groups.entry import enter, require_organiser
from bot.groups.model import Entry, Group
from bot.groups.services import Services
from bot.groups.store import places_of_group
from bot.outbox.deliveries import refresh, to_place
from bot.quiz import group_cards as cards
from bot.quiz.actions import BeginQuiz, ChangeOwn, JoinQuiz, LeaveQuiz, OpenOwn
from bot.quiz.choosing import Past, choose
from bot.quiz.grading import Given, complete
from bot.quiz.making import NEW_TOGETHER, asked_as, leafed, objective
from bot.quiz.model import Mode, Quiz, QuizState, Response, given_to_json
from bot.quiz.prepare import prepare
from bot.quiz.question_cards import number_form
from bot.quiz.scoring import settle_question
from bot.quiz.seeds import lot
from bot.quiz.solo_cards import stopped_card
from bot.quiz.store import (
    add_player,
    add_quiz,
    all_answered,
    change_quiz,
    change_response,
    find_response,
    group_quizzes_in,
    keep_given,
    load_quiz,
    remove_player,
    stop_running,
)
from bot.store.tables import quizzes, responses
from bot.store.transaction import Transaction

GROUP_QUIZ = "groupquiz"
"""The kind of delivery: one message that is edited. Presses of a crowd do not wake the beat: one edit a second is enough."""

LOBBY = timedelta(seconds=60)
SHOWING = timedelta(seconds=15)
COMES_BACK = timedelta(days=7)
"""A question that the group had may come again after so long."""


def routes(services: Services) -> tuple[Route, ...]:
    """What can be pressed."""
    return (
        Route(JoinQuiz, partial(_join, services)),
        Route(BeginQuiz, partial(_begin, services)),
        Route(LeaveQuiz, partial(_leave, services)),
        Route(OpenOwn, partial(_open_own, services)),
        Route(ChangeOwn, partial(_change_own, services)),
    )


async def start_group(
    services: Services, request: Request, topics: tuple[str, ...], count: int, difficulty: int | None
) -> Reply:
    """Open the lobby of a group quiz in the request's place."""

    async def work(tx: Transaction) -> Reply:
        entry = await enter(tx, request)
        place = request.place
        if place is None:
            raise UserError("A group quiz needs a channel", "Type this in your group's channel.")
        here = [(i, p) for i, p in await places_of_group(tx, entry.group.id) if p.key == place.key]
        seed = lot(0, request.id) % 2**62
        items = await objective(tx, services, entry.group.id, topics)
        past = await _group_past(tx, entry.group.id, request.at)
        due = sum(p.due for p in past)
        ids = choose(
            leafed(services.bank, items),
            past,
            count,
            seed,
            difficulty,
            max(round(count * NEW_TOGETHER), count - due),
        )
        if not ids:
            raise UserError(
                "No questions here yet", "This topic has no quiz questions. Try a wider one, or none at all."
            )
        by_id = {item.id: item for item in items}
        values = {
            "group_id": entry.group.id,
            "place_id": here[0][0],
            "member_id": entry.member.id,
            "person_id": entry.member.person_id,
            "request": request.id,
            "mode": Mode.GROUP.value,
            "topic": asked_as(services.bank.topics, topics),
            "difficulty": difficulty,
            "seed": seed,
            "state": QuizState.LOBBY.value,
            "created_at": request.at,
            "next_at": request.at + LOBBY,
        }
        made = await add_quiz(tx, [prepare(by_id[i], seed) for i in ids], values)
        if made is not None:
            await add_player(tx, made, entry.member.id, request.at)
            under = await services.question_thread(tx, entry.group.id)
            await to_place(tx, f"quiz:{made}", GROUP_QUIZ, here[0][0], here[0][1], request.at, under=under)
        return Done("The lobby is open in the channel.")

    return await services.database.write(work)


async def _group_past(tx: Transaction, group_id: int, now: datetime) -> tuple[Past, ...]:
    rows = await tx.execute(
        select(responses.c.item_id, responses.c.at, responses.c.quiz_id)
        .join(quizzes, quizzes.c.id == responses.c.quiz_id)
        .where(quizzes.c.group_id == group_id, quizzes.c.mode == Mode.GROUP.value, responses.c.sealed)
        .order_by(responses.c.at)
    )
    last: dict[str, datetime] = {}
    times: dict[str, set[int]] = {}
    for row in rows:
        last[row.item_id] = row.at
        times.setdefault(row.item_id, set()).add(row.quiz_id)
    return tuple(
        Past(i, len(times[i]), at.date().toordinal(), now - at >= COMES_BACK) for i, at in last.items()
    )


async def _running(tx: Transaction, request: Request, quiz_id: int) -> tuple[Entry, Quiz]:
    quiz = await load_quiz(tx, quiz_id, lock=True)
    if quiz is None or quiz.mode is not Mode.GROUP:
        raise UserError("This quiz is gone", "`/quiz start mode:group` begins another.")
    entry = await enter(tx, request, quiz.group_id)
    if quiz.state in (QuizState.FINISHED, QuizState.STOPPED):
        raise UserError("This quiz is over", "`/quiz start mode:group` begins another.")
    return entry, quiz


async def _join(services: Services, request: Request, action: JoinQuiz) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, quiz = await _running(tx, request, action.quiz_id)
        new = await add_player(tx, quiz.id, entry.member.id, request.at)
        if new:
            await refresh(tx, quiz.subject, (GROUP_QUIZ,), request.at)
        return Private(cards.in_card(new=new), f"quiz:{quiz.id}")

    return await services.database.write(work)


async def _begin(services: Services, request: Request, action: BeginQuiz) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, quiz = await _running(tx, request, action.quiz_id)
        if quiz.member_id != entry.member.id and not await _organises(tx, request, entry.group):
            raise UserError("The one who opened it starts it", "It begins by itself in a moment.")
        if quiz.state is QuizState.LOBBY:
            await change_quiz(tx, quiz.id, next_at=request.at)
        return Done("It begins.")

    reply = await services.database.write(work)
    services.wake()
    return reply


async def _organises(tx: Transaction, request: Request, group: Group) -> bool:
    try:
        await require_organiser(tx, request, group)
    except UserError:
        return False
    return True


async def _leave(services: Services, request: Request, action: LeaveQuiz) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, quiz = await _running(tx, request, action.quiz_id)
        await remove_player(tx, quiz.id, entry.member.id, request.at)
        await _end_early(tx, quiz, request.at)
        await refresh(tx, quiz.subject, (GROUP_QUIZ,), request.at)
        return Private(cards.left_card(), f"quiz:{quiz.id}")

    reply = await services.database.write(work)
    services.wake()
    return reply


async def _open_own(services: Services, request: Request, action: OpenOwn) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, quiz = await _running(tx, request, action.quiz_id)
        _must_run(quiz, action.position, request)
        response = await find_response(tx, quiz.id, quiz.position, entry.member.id)
        if await add_player(tx, quiz.id, entry.member.id, request.at):
            await refresh(tx, quiz.subject, (GROUP_QUIZ,), request.at)
        return Private(_own(services, entry, quiz, response), f"quiz:{quiz.id}")

    return await services.database.write(work)


def _must_run(quiz: Quiz, position: int, request: Request) -> None:
    over = quiz.deadline_at is None or quiz.deadline_at < request.at
    if quiz.state is not QuizState.ASKING or quiz.position != position or over:
        raise UserError("The time is up", "The answer and what comes next stand in the channel.")


def _own(services: Services, entry: Entry, quiz: Quiz, response: Response | None) -> Card:
    path = (
        services.bank.topics.path(quiz.question.topic) if quiz.question.topic in services.bank.topics else ""
    )
    return cards.own_card(quiz, path, response, entry.group.zone)


async def group_chosen(
    tx: Transaction,
    services: Services,
    request: Request,
    entry: Entry,
    quiz: Quiz,
    response: Response | None,
    given: Given,
) -> Reply:
    """A member chose something in a group quiz: keep it, hand it in where it is whole, allow one change."""
    _must_run(quiz, quiz.position, request)
    await add_player(tx, quiz.id, entry.member.id, request.at)
    if response is not None and response.sealed:
        at_a_press = quiz.question.kind in (Kind.SINGLE, Kind.NUMERIC) and complete(quiz.question, given)
        if response.changes or given == response.given or not at_a_press:
            return Private(_own(services, entry, quiz, response), f"quiz:{quiz.id}")
        await _take_back(tx, quiz, response)
    at_once = quiz.question.kind in (Kind.SINGLE, Kind.TF_REASON, Kind.NUMERIC)
    whole = at_once and complete(quiz.question, given)
    handed_in = {"sealed": True, "took_ms": _took(quiz, request)} if whole else {}
    await keep_given(tx, quiz, entry.member.id, entry.member.person_id, given, request.at, **handed_in)
    if whole:
        await _end_early(tx, quiz, request.at)
        await refresh(tx, quiz.subject, (GROUP_QUIZ,), request.at)
    kept = await find_response(tx, quiz.id, quiz.position, entry.member.id)
    return Private(_own(services, entry, quiz, kept), f"quiz:{quiz.id}")


def _took(quiz: Quiz, request: Request) -> int:
    assert quiz.asked_at is not None
    return max(0, int((request.at - quiz.asked_at).total_seconds() * 1000))


async def _take_back(tx: Transaction, quiz: Quiz, response: Response) -> None:
    before = given_to_json(response.given)
    await change_response(tx, response.id, changes=1, sealed=False, before=before)
    await change_quiz(tx, quiz.id, next_at=quiz.deadline_at)


async def _change_own(services: Services, request: Request, action: ChangeOwn) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, quiz = await _running(tx, request, action.quiz_id)
        _must_run(quiz, action.position, request)
        response = await find_response(tx, quiz.id, quiz.position, entry.member.id)
        if response is not None and response.sealed and not response.changes:
            await add_player(tx, quiz.id, entry.member.id, request.at)
            await _take_back(tx, quiz, response)
            await keep_given(tx, quiz, entry.member.id, entry.member.person_id, Given(), request.at)
            await refresh(tx, quiz.subject, (GROUP_QUIZ,), request.at)
            response = await find_response(tx, quiz.id, quiz.position, entry.member.id)
        return Private(_own(services, entry, quiz, response), f"quiz:{quiz.id}")

    return await services.database.write(work)


async def group_sealed(
    tx: Transaction, services: Services, request: Request, entry: Entry, quiz: Quiz, response: Response
) -> Reply:
    """A member hands an answer in; the question ends early when all have."""
    _must_run(quiz, response.position, request)
    if response.sealed:
        return Private(_own(services, entry, quiz, response), f"quiz:{quiz.id}")
    await change_response(tx, response.id, sealed=True, took_ms=_took(quiz, request), at=request.at)
    await _end_early(tx, quiz, request.at)
    await refresh(tx, quiz.subject, (GROUP_QUIZ,), request.at)
    return Private(_own(services, entry, quiz, replace(response, sealed=True)), f"quiz:{quiz.id}")


def group_number_form(quiz: Quiz, response: Response | None, request: Request) -> Reply:
    """The form for a number in a group quiz."""
    _must_run(quiz, quiz.position, request)
    if response is not None and response.sealed and response.changes:
        raise UserError("You have changed it once", "So it stays until the time is up.")
    return Ask(number_form(quiz.id, quiz.position, quiz.question, ""))


async def _end_early(tx: Transaction, quiz: Quiz, now: datetime) -> None:
    if quiz.state is QuizState.ASKING and await all_answered(tx, quiz):
        await change_quiz(tx, quiz.id, next_at=now)


async def stop_group(tx: Transaction, request: Request, entry: Entry, quiz: Quiz | None = None) -> Reply:
    """Stop a group quiz: one's own, or as an organiser the newest one in the request's place."""
    if quiz is None and request.place is not None:
        here = [i for i, p in await places_of_group(tx, entry.group.id) if p.key == request.place.key]
        running = await group_quizzes_in(tx, here[0]) if here else ()
        quiz = running[0] if running else None
        if quiz is not None and not await _organises(tx, request, entry.group):
            raise UserError(
                "Only the one who opened it stops it",
                "Or an organiser. To go yourself, press “Leave the quiz” on its message: nobody waits for you then.",
            )
    quiz = await load_quiz(tx, quiz.id, lock=True) if quiz else None
    if quiz is None:
        return Private(stopped_card(), "quiz")
    if quiz.state is QuizState.ASKING:
        await settle_question(tx, entry.group, quiz, request.at)
    await stop_running(tx, quiz.id, request.at)
    await refresh(tx, quiz.subject, (GROUP_QUIZ,), request.at)
    return Private(cards.stopped_group_card(), "quiz")
