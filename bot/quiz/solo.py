"""One's own quiz, question by question: put a response together, hand it in, read why, go on."""

from functools import partial

from sqlalchemy import func, select

from bot.bank.model import Kind
from bot.chat.cards import Ask, Card, Private, Refuse, Reply, Update
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Request, Submit
from bot.groups.entry import enter
from bot.groups.model import Entry
from bot.groups.services import Services
from bot.quiz.actions import AskNumber, Next, OwnUp, SayTruth, Seal, SendNumber, Tap, Undo
from bot.quiz.challenging import has_challenged
from bot.quiz.grading import Given, complete, grade, judge, tap, undo
from bot.quiz.group import group_chosen, group_number_form, group_sealed
from bot.quiz.model import Mode, Quiz, QuizState, Response
from bot.quiz.numbers import NumberError, read_number
from bot.quiz.question_cards import feedback_card, number_form, question_card
from bot.quiz.scoring import own_up, settle
from bot.quiz.solo_cards import result_card
from bot.quiz.store import change_quiz, find_response, keep_given, load_quiz, responses_to
from bot.standings.streak_rules import Act
from bot.standings.streaks import acted
from bot.store.tables import ledger
from bot.store.transaction import Transaction

NO_NUMBER = ("This question takes no number", "The newest card of the quiz shows how it is answered.")


def routes(services: Services) -> tuple[Route, ...]:
    """What can be pressed and sent."""
    return (
        Route(Tap, partial(_tap, services)),
        Route(SayTruth, partial(_truth, services)),
        Route(Undo, partial(_undo, services)),
        Route(Seal, partial(_seal, services)),
        Route(AskNumber, partial(_ask_number, services), opens_form=True),
        Route(SendNumber, partial(_send_number, services)),
        Route(Next, partial(_next, services)),
        Route(OwnUp, partial(_own_up, services)),
    )


def slot_of(quiz: Quiz) -> str:
    """The place of a quiz's private card; a new session of a mode takes the old one's."""
    return f"quiz:{quiz.mode.value}" if quiz.mode is not Mode.GROUP else f"quiz:{quiz.id}"


def _path(services: Services, leaf: str) -> str:
    return services.bank.topics.path(leaf) if leaf in services.bank.topics else leaf


async def current_card(tx: Transaction, services: Services, quiz: Quiz) -> Card:
    """The card of one's own quiz as it stands: the question, or what came of it."""
    response = await find_response(tx, quiz.id, quiz.position, quiz.member_id)
    path = _path(services, quiz.question.topic)
    if response is not None and response.sealed:
        challenged = await has_challenged(tx, quiz.group_id, quiz.question.item_id, quiz.member_id)
        result = grade(quiz.question, response.given)
        return feedback_card(
            quiz,
            path,
            response.given,
            result,
            services.bank.references,
            guessed=response.guessed,
            challenged=challenged,
        )
    done = await responses_to(tx, quiz.id)
    right = sum(bool(r.correct) for r in done)
    return question_card(quiz, path, response.given if response else Given(), right)


async def finished(tx: Transaction, services: Services, quiz: Quiz, entry: Entry) -> Card:
    """How an ended session went for one of its members."""
    now = await load_quiz(tx, quiz.id)
    mine = [r for r in await responses_to(tx, quiz.id) if r.person_id == entry.member.person_id]
    titles = {q.topic: _title(services, q.topic) for q in quiz.questions}
    keys = [f"{reason}:{r.id}" for r in mine for reason in ("quiz", "review")]
    query = select(func.coalesce(func.sum(ledger.c.points), 0)).where(ledger.c.key.in_(keys))
    points = int((await tx.execute(query)).scalar_one())
    return result_card(now or quiz, mine, titles, services.bank.references, points)


def _title(services: Services, leaf: str) -> str:
    return services.bank.topics.get(leaf).title if leaf in services.bank.topics else leaf


async def _mine(tx: Transaction, request: Request, quiz_id: int) -> tuple[Entry, Quiz]:
    quiz = await load_quiz(tx, quiz_id, lock=True)
    if quiz is None:
        raise UserError("This quiz is gone", "`/quiz start` begins another.")
    entry = await enter(tx, request, quiz.group_id)
    if quiz.mode is not Mode.GROUP and entry.member.person_id != quiz.person_id:
        raise UserError("This one is not yours", "`/quiz start` begins one of your own.")
    return entry, quiz


async def _at(
    tx: Transaction, request: Request, quiz_id: int, position: int
) -> tuple[Entry, Quiz, Response | None]:
    entry, quiz = await _mine(tx, request, quiz_id)
    if quiz.state in (QuizState.FINISHED, QuizState.STOPPED):
        raise UserError(
            "This quiz is over", "`/quiz history` shows how it went, `/quiz start` begins another."
        )
    if quiz.position != position:
        raise UserError(
            "This question has passed", "The quiz is further on; its newest card has the current one."
        )
    return entry, quiz, await find_response(tx, quiz.id, position, entry.member.id)


async def _change(services: Services, request: Request, quiz_id: int, position: int, change: object) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, quiz, response = await _at(tx, request, quiz_id, position)
        given = response.given if response else Given()
        assert callable(change)
        if quiz.mode is Mode.GROUP:
            return await group_chosen(tx, services, request, entry, quiz, response, change(quiz, given))
        if response is not None and response.sealed:
            return Update(await current_card(tx, services, quiz), slot_of(quiz))
        new: Given = change(quiz, given)
        await keep_given(tx, quiz, entry.member.id, entry.member.person_id, new, request.at)
        if quiz.question.kind in (Kind.SINGLE, Kind.TF_REASON) and complete(quiz.question, new):
            await _hand_in(tx, entry, quiz, request)
        return Update(await current_card(tx, services, quiz), slot_of(quiz))

    return await services.database.write(work)


async def _hand_in(tx: Transaction, entry: Entry, quiz: Quiz, request: Request) -> None:
    response = await find_response(tx, quiz.id, quiz.position, entry.member.id)
    assert response is not None
    if not response.sealed:
        await settle(tx, entry.group, entry.member, quiz, response, request.at)
        if quiz.is_last:  # the result needs one more press, which not everyone makes
            act = Act.REVIEW if quiz.mode in (Mode.REVIEW, Mode.MISTAKES) else Act.QUIZ
            await acted(tx, entry.group, entry.member.id, act, request.at)


async def _tap(services: Services, request: Request, action: Tap) -> Reply:
    def change(quiz: Quiz, given: Given) -> Given:
        if not 0 <= action.index < len(quiz.question.choices):
            raise UserError("There is no such choice", "The newest card of the quiz has the current ones.")
        if quiz.question.kind is Kind.MULTI and (action.index in given.picks) is action.on:
            return given
        if quiz.question.kind is Kind.TF_REASON and given.truth is None:
            return given  # an old button: reasons are chosen once the verdict stands
        return tap(quiz.question, given, action.index)

    return await _change(services, request, action.quiz_id, action.position, change)


async def _truth(services: Services, request: Request, action: SayTruth) -> Reply:
    def change(quiz: Quiz, given: Given) -> Given:
        return judge(quiz.question, given, action.truth)

    return await _change(services, request, action.quiz_id, action.position, change)


async def _undo(services: Services, request: Request, action: Undo) -> Reply:
    def change(quiz: Quiz, given: Given) -> Given:
        if quiz.question.kind not in (Kind.ORDER, Kind.MATCH):
            return undo(quiz.question, given) if action.left == 0 else given
        while len(given.picks) > max(0, action.left):
            given = undo(quiz.question, given)
        return given

    return await _change(services, request, action.quiz_id, action.position, change)


async def _seal(services: Services, request: Request, action: Seal) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, quiz, response = await _at(tx, request, action.quiz_id, action.position)
        if response is None or not complete(quiz.question, response.given):
            raise UserError("It is not complete yet", "Choose on the card first, then check.")
        if quiz.mode is Mode.GROUP:
            return await group_sealed(tx, services, request, entry, quiz, response)
        await _hand_in(tx, entry, quiz, request)
        return Update(await current_card(tx, services, quiz), slot_of(quiz))

    return await services.database.write(work)


async def _ask_number(services: Services, request: Request, action: AskNumber) -> Reply:
    async def work(tx: Transaction) -> Reply:
        _, quiz, response = await _at(tx, request, action.quiz_id, action.position)
        if quiz.question.kind is not Kind.NUMERIC:
            raise UserError(*NO_NUMBER)
        if quiz.mode is Mode.GROUP:
            return group_number_form(quiz, response, request)
        if response is not None and response.sealed:
            return Private(await current_card(tx, services, quiz), slot_of(quiz))
        return Ask(number_form(quiz.id, quiz.position, quiz.question, ""))

    return await services.database.write(work)


async def _send_number(services: Services, request: Request, action: SendNumber) -> Reply:
    assert isinstance(request.what, Submit)
    typed = request.what.text("number")

    async def work(tx: Transaction) -> Reply:
        entry, quiz, response = await _at(tx, request, action.quiz_id, action.position)
        if quiz.question.kind is not Kind.NUMERIC:
            raise UserError(*NO_NUMBER)
        try:
            number = read_number(typed, quiz.question.unit)
        except NumberError as error:
            return Refuse(
                {"number": str(error)}, number_form(quiz.id, quiz.position, quiz.question, typed[:200])
            )
        given = Given(number=number)
        if quiz.mode is Mode.GROUP:
            return await group_chosen(tx, services, request, entry, quiz, response, given)
        if response is None or not response.sealed:
            await keep_given(tx, quiz, entry.member.id, entry.member.person_id, given, request.at)
            await _hand_in(tx, entry, quiz, request)
        return Private(await current_card(tx, services, quiz), slot_of(quiz))

    return await services.database.write(work)


async def _next(services: Services, request: Request, action: Next) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, quiz = await _mine(tx, request, action.quiz_id)
        if quiz.mode is Mode.GROUP:
            raise UserError("This question has passed", "A group quiz goes on by itself.")
        if quiz.state in (QuizState.FINISHED, QuizState.STOPPED):
            return Update(await finished(tx, services, quiz, entry), slot_of(quiz))
        if quiz.position != action.position:  # pressed twice: it went on already
            return Update(await current_card(tx, services, quiz), slot_of(quiz))
        response = await find_response(tx, quiz.id, quiz.position, entry.member.id)
        if response is None or not response.sealed:
            return Update(await current_card(tx, services, quiz), slot_of(quiz))
        if quiz.is_last:
            await change_quiz(tx, quiz.id, state=QuizState.FINISHED.value, ended_at=request.at)
            return Update(await finished(tx, services, quiz, entry), slot_of(quiz))
        await change_quiz(tx, quiz.id, position=quiz.position + 1, asked_at=request.at)
        moved = await load_quiz(tx, quiz.id)
        assert moved is not None
        return Update(await current_card(tx, services, moved), slot_of(quiz))

    return await services.database.write(work)


async def _own_up(services: Services, request: Request, action: OwnUp) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, quiz, response = await _at(tx, request, action.quiz_id, action.position)
        if response is not None and response.sealed and quiz.mode is not Mode.GROUP:
            await own_up(tx, entry.group, response, request.at)
        return Update(await current_card(tx, services, quiz), slot_of(quiz))

    return await services.database.write(work)
