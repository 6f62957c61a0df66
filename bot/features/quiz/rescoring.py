"""What a question brought is taken back when its group finds it wrong, and given again when it is put back.

Where its answer is corrected, all that was answered to it is graded again. Points and accuracy follow in the ledger, reviews and
mistakes are planned again from what still counts, group quizzes show their new places, and everyone concerned reads one private
line.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.chat.cards import Card, Verbatim, text
from bot.chat.words import counted, cut
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.custom_questions.view import bank_of
from bot.features.points.ledger import award, points_of, reinstate, reverse
from bot.features.quiz.group.messages import show_everywhere
from bot.features.quiz.model import Mode, Quiz, Response
from bot.features.quiz.queries import (
    change_quiz,
    change_response,
    graded_in,
    kept_questions,
    out_of_scoring,
    quizzes_with,
    responses_to,
)
from bot.features.quiz.ruling import RULED
from bot.features.quiz.scoring import points_now, recount_reviews
from bot.features.quiz.tables import quizzes, responses
from bot.membership.model import Group
from bot.membership.queries import identities_of_members
from bot.membership.tables import identities
from bot.outbox.keeping import keep_for, take_back_kept
from bot.outbox.queries import Delivery
from bot.questions.kinds import OBJECTIVE_KINDS, prepare
from bot.questions.kinds.asked import NotForAQuiz, Prepared, asks_the_same
from bot.questions.model import Item, UnknownItem
from bot.services import Services

RESCORED, REGRADED = "rescored", "regraded"
"""The kinds of line: to everyone who had answered a question that was found wrong, or whose answer to one counts otherwise."""

_REASONS = ("quiz", "review", "graded", RULED)

KEY_SHOWN = 1000  # characters

WRONG, CORRECTED = "wrong", "corrected"
"""The reasons of a reversal in the ledger."""

_THEIRS = Statement(
    select(responses.c.id, responses.c.correct)
    .join(quizzes, quizzes.c.id == responses.c.quiz_id)
    .join(identities, identities.c.person_id == responses.c.person_id)
    .where(
        identities.c.id == bindparam("identity_id"),
        quizzes.c.group_id == bindparam("group_id"),
        responses.c.item_id == bindparam("item_id"),
        responses.c.score.is_not(None),
    )
    .order_by(responses.c.id)
)


async def rescore(tx: Transaction, group_id: int, item_id: str, now: datetime) -> None:
    """Let everything that was answered to an item in a group count, or not, as its challenges stand now.

    Doing it again changes nothing.
    """
    out = item_id in await out_of_scoring(tx, group_id)
    graded = await graded_in(tx, group_id, item_id)
    keys = _keys([row.id for row in graded])
    await (reverse if out else reinstate)(tx, keys, now, WRONG)
    await recount_reviews(tx, item_id, {row.person_id for row in graded})
    for quiz_id in sorted({row.quiz_id for row in graded if row.together}):
        await show_everywhere(tx, quiz_id, now)
    subject, kind = f"group:{group_id}", f"{RESCORED}:{item_id}"
    if out:
        concerned = await identities_of_members(tx, frozenset(row.member_id for row in graded))
        await keep_for(tx, subject, kind, concerned, now)
    else:
        await take_back_kept(tx, subject, kind)


def _keys(response_ids: Iterable[int], *reasons: str) -> list[str]:
    """What responses may have brought, as the ledger calls it."""
    return [f"{reason}:{each}" for each in response_ids for reason in reasons or _REASONS]


@dataclass(frozen=True, slots=True)
class Regraded:
    """What a corrected answer changed: answers ``checked`` again, ``changed`` ones among them, and others that can't be compared."""

    checked: int = 0
    changed: int = 0
    kept: int = 0

    def __add__(self, other: "Regraded") -> "Regraded":
        return Regraded(self.checked + other.checked, self.changed + other.changed, self.kept + other.kept)


async def regrade(tx: Transaction, group: Group, item: Item, now: datetime) -> Regraded:
    """Hold everything that was answered to an item of a group's own to its answer as it stands now.

    It is held to what was shown: a question that did not offer what is right now keeps its answers as they were graded. One
    that is still to be answered in a running quiz is graded by the new answer. Doing it again changes nothing.
    """
    checked, kept = list[tuple[Quiz, Response]](), 0
    for quiz in await quizzes_with(tx, group.id, item.id):
        given = [r for r in await responses_to(tx, quiz.id) if r.item_id == item.id and r.score is not None]
        questions = tuple(_corrected(quiz, asked, item) for asked in quiz.questions)
        if None in questions:
            kept += len(given)
            continue
        found = tuple(each for each in questions if each is not None)
        if found != quiz.questions:
            await change_quiz(tx, quiz.id, questions=kept_questions(found))
            checked += [(replace(quiz, questions=found), response) for response in given]
    out = item.id in await out_of_scoring(tx, group.id)
    if out:  # what is given or taken is then for when it is put back
        await reinstate(tx, _keys(r.id for _, r in checked), now, WRONG)
    changed = [
        (quiz, after)
        for quiz, before in checked
        if (after := await _graded_again(tx, group, quiz, before, now)).correct is not before.correct
    ]
    if out:
        await reverse(tx, _keys(r.id for _, r in checked), now, WRONG)
    await recount_reviews(tx, item.id, {r.person_id for _, r in changed})
    for quiz_id in sorted({quiz.id for quiz, _ in checked if quiz.mode is Mode.GROUP}):
        await show_everywhere(tx, quiz_id, now)
    concerned = await identities_of_members(tx, frozenset(r.member_id for _, r in changed))
    await keep_for(tx, f"group:{group.id}", f"{REGRADED}:{item.id}", concerned, now)
    return Regraded(len(checked), len(changed), kept)


def _corrected(quiz: Quiz, asked: Prepared, item: Item) -> Prepared | None:
    """A question of a quiz with an item's answer as it stands now; None where that was not among what was shown."""
    if asked.item_id != item.id:
        return asked
    if asked.kind is not item.kind:
        return None
    found = OBJECTIVE_KINDS[asked.kind].corrected(asked, prepare(item, quiz.seed))
    return asked if found is not None and asks_the_same(found, asked) else found


async def _graded_again(
    tx: Transaction, group: Group, quiz: Quiz, before: Response, now: datetime
) -> Response:
    """A response as it counts now, with what it brings in the ledger."""
    score = quiz.kind_of(before).grade(quiz.questions[before.position], before.given)
    response = replace(before, score=score, correct=score == 1)
    await change_response(tx, response.id, score=response.score, correct=response.correct)
    if response.correct is not before.correct:
        graded, points = f"graded:{response.id}", f"quiz:{response.id}"
        await reverse(tx, (graded, points), now, CORRECTED)
        await reinstate(tx, [graded], now, CORRECTED, points=int(score == 1))
        if response.correct:
            await reinstate(tx, [points], now, CORRECTED)
            await award(tx, await points_now(tx, group, quiz, response, now))
    return response


async def question_of(services: Services, tx: Transaction, group_id: int, item_id: str) -> Prepared | None:
    """A quiz question of a group's bank as it is asked; None where it is there no more."""
    try:
        return prepare((await bank_of(tx, services, group_id)).item(item_id), 0)
    except (UnknownItem, NotForAQuiz):
        return None


def prompt_of(question: Prepared | None) -> str:
    """What a question asks."""
    return question.prompt if question else "A question that is no longer in the bank."


def key_of(question: Prepared | None) -> str:
    """What counts as right, as much of it as fits every platform beside the longest prompt."""
    key = OBJECTIVE_KINDS[question.kind].key_words(question) if question else ""
    return cut(key, KEY_SHOWN) or "Unknown."


async def rescored_delivery(services: Services, tx: Transaction, delivery: Delivery) -> Card:
    """To one who had answered a question that was found wrong: what is taken back, or counts again."""
    group_id, item_id = delivery.subject_id, delivery.kind.partition(":")[2]
    prompt = prompt_of(await question_of(services, tx, group_id, item_id))
    if item_id not in await out_of_scoring(tx, group_id):
        words = "Your answer to it counts again, with everything that it brought."
        return Card("A question was put back", (text(words), text(prompt)))
    mine = await tx.execute(_THEIRS, identity_id=delivery.identity_id, group_id=group_id, item_id=item_id)
    points = await points_of(tx, _keys(row.id for row in mine), WRONG)
    words = "You had answered it. It counts for nobody: your accuracy, reviews and mistakes are without it"
    return Card("A question was found wrong", (text(f"{words}{_taken(points)}."), text(prompt)))


async def regraded_delivery(services: Services, tx: Transaction, delivery: Delivery) -> Card:
    """To one whose answer counts otherwise since what counts as right was corrected."""
    group_id, item_id = delivery.subject_id, delivery.kind.partition(":")[2]
    question = await question_of(services, tx, group_id, item_id)
    mine = (
        await tx.execute(_THEIRS, identity_id=delivery.identity_id, group_id=group_id, item_id=item_id)
    ).all()
    right = sum(bool(row.correct) for row in mine)
    keys = _keys((row.id for row in mine), "quiz")
    points = await points_of(tx, keys, None if right else CORRECTED)
    if not right:
        words = f"Your answer counts as wrong now{_taken(points)}."
    elif right == len(mine):
        brings = f", and brings you {counted(points, 'point')}" if points else ""
        words = f"Your answer counts as right now{brings}."
    else:
        words = f"Of your {len(mine)} answers to it, {counted(right, 'now counts', 'now count')} as right."
    words = f"The organisers corrected what counts as right in a question that you had answered. {words}"
    return Card(
        "An answer was corrected",
        (text(words), text(prompt_of(question)), Verbatim(key_of(question), text("What counts as right:"))),
    )


def _taken(points: int) -> str:
    are = "is" if points == 1 else "are"
    return f", and the {counted(points, 'point')} that it brought you {are} taken back" if points else ""
