"""One's own part of a group quiz: it follows the quiz from question to question, up to one's own result."""

from dataclasses import replace

from bot.chat.cards import Card, Done, Private, Reply
from bot.chat.dispatch import Route, UserError
from bot.features.quiz.actions import FollowOwn, MyQuizResult, OpenOwn
from bot.features.quiz.group import cards
from bot.features.quiz.group.handlers import come_in, is_asked, must_run, own
from bot.features.quiz.group.messages import show_step
from bot.features.quiz.group.typed import look_button
from bot.features.quiz.model import RUNNING, QuizState
from bot.features.quiz.queries import part_of, responses_of
from bot.features.quiz.solo.handlers import finished, slot_of
from bot.features.quiz.subjects import IN_GROUP_QUIZ, quiz_of, running_quiz_of
from bot.services import RequestTransaction


async def _open(tx: RequestTransaction, action: OpenOwn) -> Reply:
    """Whoever answered goes on from one's own card: to what came of it, the next question, or the result."""
    quiz = quiz_of(tx)
    if quiz.state is QuizState.FINISHED:
        return await _mine(tx, MyQuizResult(quiz.id))
    quiz = running_quiz_of(tx)
    part = await part_of(tx, quiz.id, quiz.position, tx.actor.member.id)
    if quiz.state is QuizState.SHOWN:
        return Private(cards.came_card(quiz, part.response, tx.group.zone), slot_of(quiz))
    if not is_asked(quiz, tx.request):
        must_run(quiz, action.position, tx.request)
    if await come_in(tx, quiz, part):
        await show_step(tx, quiz, tx.request.at)
    return own(tx, quiz, part.response)


async def _follow(tx: RequestTransaction, _action: FollowOwn) -> Reply:
    """Nothing where there is nothing of one's own: who left is not brought back by a page that follows."""
    quiz, entry = quiz_of(tx), tx.known_actor
    if entry is None:
        return Done("")
    if quiz.state not in RUNNING:
        mine = await responses_of(tx, quiz.id, entry.member.person_id)
        return Private(await finished(tx, quiz) if mine else cards.over_card(), slot_of(quiz))
    part = await part_of(tx, quiz.id, quiz.position, entry.member.id)
    if not part.plays:
        return Done("")
    if quiz.state is QuizState.SHOWN:
        return Private(cards.came_card(quiz, part.response, tx.group.zone), slot_of(quiz))
    if not is_asked(quiz, tx.request):
        return Done("")
    short: Card | None = cards.own_at_a_press(quiz) if part.response is None else None
    return Private(short, slot_of(quiz)) if short else own(tx, quiz, part.response)


async def _mine(tx: RequestTransaction, _action: MyQuizResult) -> Reply:
    quiz, entry = quiz_of(tx), tx.known_actor
    if quiz.state in RUNNING:
        raise UserError("It is not over yet", "Your result will be here when the last question has ended.")
    organises = tx.request.manages or (entry is not None and entry.member.organiser)
    look = await look_button(tx, quiz) if organises else None
    if entry is not None and await responses_of(tx, quiz.id, entry.member.person_id):
        card = await finished(tx, quiz)
    elif look is not None:
        card = cards.not_in_card()
    else:
        raise UserError("You were not in this one", "`/quiz start mode:group` begins another.")
    return Private(replace(card, controls=(*card.controls, (look,))) if look else card, slot_of(quiz))


ROUTES = (
    Route(OpenOwn, _open, IN_GROUP_QUIZ),
    Route(FollowOwn, _follow, IN_GROUP_QUIZ, reads=True),
    Route(MyQuizResult, _mine, IN_GROUP_QUIZ, reads=True),
)
