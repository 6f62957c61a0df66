"""One's own quiz, question by question: put a response together, hand it in, read why, go on."""

from collections.abc import Callable
from dataclasses import replace

from bot.chat.cards import Ask, Card, Private, Refuse, Reply, Slot, Update
from bot.chat.dispatch import Route, UserError
from bot.features.points.ledger import points_of
from bot.features.points.streak_rules import Act
from bot.features.points.streaks import acted
from bot.features.quiz.actions import MineWasRight, Next, OwnUp
from bot.features.quiz.challenging import has_challenged
from bot.features.quiz.group.handlers import group_chosen, group_form, group_sealed
from bot.features.quiz.model import RUNNING, Mode, Quiz, QuizState, Response
from bot.features.quiz.queries import (
    Part,
    change_quiz,
    keep_given,
    out_of_scoring,
    part_of,
    responses_of,
    right_so_far,
)
from bot.features.quiz.question_cards import feedback_card, question_card
from bot.features.quiz.ruling import rule
from bot.features.quiz.scoring import own_up, settle
from bot.features.quiz.solo.cards import result_card
from bot.features.quiz.subjects import ALONE, IN_QUIZ, quiz_of
from bot.questions.kinds.asked import Given, judge, rated
from bot.questions.kinds.kind import MisreadError, Typing
from bot.questions.kinds.presses import AskTyped, Rate, SayTruth, Seal, SendTyped, Show, Tap, Undo
from bot.services import RequestTransaction

OTHERWISE = "The newest card of the quiz shows how it is answered."


def slot_of(quiz: Quiz) -> Slot:
    """The place of a quiz's private card; a new session of a mode takes the old one's."""
    return Slot("quiz", quiz.id) if quiz.mode is Mode.GROUP else Slot(f"quiz-{quiz.mode.value}")


async def card_of(tx: RequestTransaction, quiz: Quiz, response: Response | None) -> Card:
    """The card of one's own quiz, with the response to its current question."""
    bank = tx.services.bank
    path = bank.topics.path(quiz.question.topic)
    if response is not None and response.sealed:
        return feedback_card(
            quiz,
            path,
            response.given,
            bank.references,
            guessed=response.guessed,
            challenged=await has_challenged(tx, quiz.group_id, quiz.question.item_id, quiz.member_id),
        )
    right = await right_so_far(tx, quiz.id) if quiz.position else 0
    return question_card(quiz, path, response.given if response else Given(), right)


async def current_card(tx: RequestTransaction, quiz: Quiz) -> Card:
    """The card of one's own quiz as it stands: the question, or what came of it."""
    return await card_of(tx, quiz, (await part_of(tx, quiz.id, quiz.position, quiz.member_id)).response)


async def finished(tx: RequestTransaction, quiz: Quiz) -> Card:
    """How an ended session went for whoever asks."""
    bank = tx.services.bank
    mine = await responses_of(tx, quiz.id, tx.actor.member.person_id)
    titles = {q.topic: bank.topics.title(q.topic) for q in quiz.questions}
    keys = [f"{reason}:{r.id}" for r in mine for reason in ("quiz", "review")]
    gone = await out_of_scoring(tx, quiz.group_id)
    return result_card(quiz, mine, titles, bank.references, await points_of(tx, keys), gone)


async def _at(tx: RequestTransaction, position: int) -> tuple[Quiz, Part]:
    """The quiz, and the part of who presses in its current question. Raises UserError where it is over, or further on."""
    quiz = quiz_of(tx)
    if quiz.state not in RUNNING:
        raise UserError(
            "This quiz is over", "`/my record` leads to how it went, `/quiz start` begins another."
        )
    if quiz.position != position:
        raise UserError(
            "This question has passed", "The quiz has moved on; its newest card has the current one."
        )
    return quiz, await part_of(tx, quiz.id, position, tx.actor.member.id)


async def _change(tx: RequestTransaction, position: int, change: Callable[[Quiz, Given], Given]) -> Reply:
    quiz, part = await _at(tx, position)
    response = part.response
    given = response.given if response else Given()
    if quiz.mode is Mode.GROUP:
        return await group_chosen(tx, quiz, part, change(quiz, given))
    if response is None or not response.sealed:
        response = await _keep(tx, quiz, response, change(quiz, given))
    return Update(await card_of(tx, quiz, response), slot_of(quiz))


async def _keep(tx: RequestTransaction, quiz: Quiz, response: Response | None, given: Given) -> Response:
    """Keep what was chosen, and hand it in where nothing is missing and its kind waits for no button."""
    now = tx.request.at
    kept = await keep_given(tx, quiz, tx.actor.member, given, now, response, took_ms=quiz.milliseconds(now))
    return await _hand_in(tx, quiz, kept) if quiz.is_whole(given) else kept


async def _hand_in(tx: RequestTransaction, quiz: Quiz, response: Response) -> Response:
    if response.sealed:
        return response
    entry, now = tx.actor, tx.request.at
    graded = await settle(tx, entry.group, quiz, response, now)
    if quiz.is_last:  # the result needs one more press, which not everyone makes
        act = Act.REVIEW if quiz.mode in (Mode.REVIEW, Mode.MISTAKES) else Act.QUIZ
        await acted(tx, entry.group, entry.member.id, act, now)
    return graded


async def _tap(tx: RequestTransaction, action: Tap) -> Reply:
    def change(quiz: Quiz, given: Given) -> Given:
        if not 0 <= action.index < len(quiz.question.choices):
            raise UserError("There is no such choice", "The newest card of the quiz has the current ones.")
        return quiz.kind.tap(quiz.question, given, action.index, action.on)

    return await _change(tx, action.position, change)


async def _truth(tx: RequestTransaction, action: SayTruth) -> Reply:
    return await _change(tx, action.position, lambda quiz, given: judge(quiz.question, given, action.truth))


async def _undo(tx: RequestTransaction, action: Undo) -> Reply:
    return await _change(
        tx, action.position, lambda quiz, given: quiz.kind.undo(quiz.question, given, action.left)
    )


async def _seal(tx: RequestTransaction, action: Seal) -> Reply:
    quiz, part = await _at(tx, action.position)
    response = part.response
    if response is None or not quiz.kind.complete(quiz.question, response.given):
        raise UserError("Your answer is not complete yet", "Choose on the card first, then check.")
    if quiz.mode is Mode.GROUP:
        return await group_sealed(tx, quiz, response)
    return Update(await card_of(tx, quiz, await _hand_in(tx, quiz, response)), slot_of(quiz))


def _typing(quiz: Quiz) -> Typing:
    if quiz.kind.typing is None:
        raise UserError("This question isn't answered by typing", OTHERWISE)
    return quiz.kind.typing


async def _ask_typed(tx: RequestTransaction, action: AskTyped) -> Reply:
    quiz, part = await _at(tx, action.position)
    typing = _typing(quiz)
    if quiz.mode is Mode.GROUP:
        return group_form(quiz, typing, part.response, tx.request)
    if part.response is not None and part.response.sealed:
        return Private(await card_of(tx, quiz, part.response), slot_of(quiz))
    return Ask(typing.form(quiz.at, quiz.question))


async def _send_typed(tx: RequestTransaction, action: SendTyped) -> Reply:
    quiz, part = await _at(tx, action.position)
    typing, response = _typing(quiz), part.response
    field = typing.field(quiz.question).id
    typed = tx.request.submitted.text(field)
    try:
        given = typing.read(quiz.question, typed)
    except MisreadError as error:
        return Refuse({field: str(error)}, typing.form(quiz.at, quiz.question, typed[:200]))
    if quiz.mode is Mode.GROUP:
        return await group_chosen(tx, quiz, part, given)
    if response is None or not response.sealed:
        response = await _keep(tx, quiz, response, given)
    return Private(await card_of(tx, quiz, response), slot_of(quiz))


def _unchecked(quiz: Quiz) -> None:
    if quiz.kind.checked:
        raise UserError("This question isn't rated", OTHERWISE)


async def _show(tx: RequestTransaction, action: Show) -> Reply:
    def change(quiz: Quiz, given: Given) -> Given:
        _unchecked(quiz)
        return replace(given, shown=True)

    return await _change(tx, action.position, change)


async def _rate(tx: RequestTransaction, action: Rate) -> Reply:
    """A card that was rated needs no more words: the next one comes at once."""

    def change(quiz: Quiz, given: Given) -> Given:
        _unchecked(quiz)
        return rated(given, action.rating)

    quiz = quiz_of(tx)
    if quiz.state in RUNNING and quiz.position == action.position:
        await _change(tx, action.position, change)
    return await _next(tx, Next(action.quiz_id, action.position))


async def _next(tx: RequestTransaction, action: Next) -> Reply:
    quiz, entry, now = quiz_of(tx), tx.actor, tx.request.at
    if quiz.state not in RUNNING:
        return Update(await finished(tx, quiz), slot_of(quiz))
    response = (await part_of(tx, quiz.id, quiz.position, entry.member.id)).response
    pressed_before = quiz.position != action.position
    if pressed_before or response is None or not response.sealed:
        return Update(await card_of(tx, quiz, response), slot_of(quiz))
    if quiz.is_last:
        await change_quiz(tx, quiz.id, state=QuizState.FINISHED.value, ended_at=now)
        return Update(await finished(tx, replace(quiz, state=QuizState.FINISHED)), slot_of(quiz))
    moved = replace(quiz, position=quiz.position + 1, asked_at=now)
    await change_quiz(tx, quiz.id, position=moved.position, asked_at=now)
    return Update(await card_of(tx, moved, None), slot_of(quiz))


async def _own_up(tx: RequestTransaction, action: OwnUp) -> Reply:
    quiz, part = await _at(tx, action.position)
    response = part.response
    if response is not None and response.sealed:
        response = await own_up(tx, response)
    return Update(await card_of(tx, quiz, response), slot_of(quiz))


async def _mine_was_right(tx: RequestTransaction, action: MineWasRight) -> Reply:
    quiz, part = await _at(tx, action.position)
    if quiz.kind.alike is None or part.response is None or part.response.score is None:
        raise UserError("There is nothing to correct", OTHERWISE)
    ruled = await rule(tx, quiz, [part.response], right=action.right)
    return Update(await card_of(tx, quiz, (*ruled, part.response)[0]), slot_of(quiz))


ROUTES = (
    Route(Tap, _tap, IN_QUIZ),
    Route(SayTruth, _truth, IN_QUIZ),
    Route(Undo, _undo, IN_QUIZ),
    Route(Seal, _seal, IN_QUIZ),
    Route(AskTyped, _ask_typed, IN_QUIZ, opens_form=True),
    Route(SendTyped, _send_typed, IN_QUIZ),
    Route(Show, _show, ALONE),
    Route(Rate, _rate, ALONE),
    Route(Next, _next, ALONE),
    Route(OwnUp, _own_up, ALONE),
    Route(MineWasRight, _mine_was_right, ALONE),
)
