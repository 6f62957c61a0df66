"""What was typed in a group quiz and isn't the key's: an organiser may accept it for everyone who typed the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from bot.chat.cards import (
    MAX_CHOICES,
    Accent,
    Block,
    Button,
    Card,
    Choice,
    Plain,
    Private,
    Reply,
    Select,
    Slot,
    Update,
    text,
)
from bot.chat.dispatch import Route, UserError
from bot.chat.words import clean_line, counted, cut, listed
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.acts.keeping import note_act
from bot.features.quiz.actions import Accept, LookAtTyped
from bot.features.quiz.group.messages import show_everywhere
from bot.features.quiz.model import GIVEN_JSON, RUNNING, Quiz, Response
from bot.features.quiz.queries import load_quiz, responses_to
from bot.features.quiz.ruling import rule
from bot.features.quiz.subjects import ORGANISES_ITS_QUIZ, quiz_of
from bot.features.quiz.tables import responses
from bot.membership.queries import identities_of_members
from bot.membership.tables import identities
from bot.outbox.keeping import keep_for, take_back_kept
from bot.outbox.queries import Delivery
from bot.questions.literal import plainly
from bot.services import RequestTransaction, Services, Undoing

ACCEPTED = "accepted"
"""The kind of line: to those whose answer counts as right since."""

_THEIRS = Statement(
    select(responses.c.given)
    .join(identities, identities.c.person_id == responses.c.person_id)
    .where(
        responses.c.quiz_id == bindparam("quiz_id"),
        responses.c.position == bindparam("position"),
        identities.c.id == bindparam("identity_id"),
    )
)


@dataclass(frozen=True, slots=True)
class Typed:
    """Responses to a question that are the same, and not the key's."""

    same: tuple[Response, ...]

    @property
    def first(self) -> Response:
        return self.same[0]

    @property
    def accepted(self) -> bool:
        return self.first.given.granted


def typed_in(quiz: Quiz, given: Sequence[Response]) -> tuple[Typed, ...]:
    """What was typed in an ended quiz that the key doesn't hold, in the quiz's order; the same words once."""
    found: list[list[Response]] = []
    for each in given:
        alike = quiz.kind_of(each).alike
        if alike is None or each.score is None or (each.correct and not each.given.granted):
            continue
        like = (one for one in found if one[0].position == each.position and alike(one[0].given, each.given))
        kept = next(like, None)
        if kept is None:
            found.append([each])
        else:
            kept.append(each)
    return tuple(Typed(tuple(each)) for each in found)


def typed_card(quiz: Quiz, found: Sequence[Typed]) -> Card:
    """To an organiser: what else may count, without names."""
    blocks: list[Block] = [text("An answer that you accept counts as right for everyone who typed it.")]
    for each in {one.first.position: one.first for one in found}.values():
        question = quiz.questions[each.position]
        prompt = cut(clean_line(plainly(question.prompt)), 150)
        right = listed(quiz.kind_of(each).key_words(question))
        blocks.append(
            text(f"**{each.position + 1}.** ", Plain(prompt), "\\\n", "Right so far: ", Plain(right))
        )
    lists = [
        Select(Accept(quiz.id, right), options, words)
        for right, words in ((True, "Accept one of these"), (False, "Don't accept one of these any more"))
        if (options := tuple(_choice(each) for each in found if each.accepted is not right)[:MAX_CHOICES])
    ]
    return Card("What else was typed", tuple(blocks), tuple((each,) for each in lists))


def _choice(each: Typed) -> Choice:
    note = f"Question {each.first.position + 1} · {counted(len(each.same), 'member')}"
    return Choice(cut(each.first.given.words, 75), str(each.first.id), note)


async def _all_typed(tx: Transaction, quiz: Quiz) -> tuple[Typed, ...]:
    return typed_in(quiz, await responses_to(tx, quiz.id))


async def look_button(tx: Transaction, quiz: Quiz) -> Button | None:
    """Leads an organiser to what was typed, where there is something to look at."""
    return Button("What else was typed", LookAtTyped(quiz.id)) if await _all_typed(tx, quiz) else None


async def _look(tx: RequestTransaction, _action: LookAtTyped) -> Reply:
    quiz = _ended(tx)
    found = await _all_typed(tx, quiz)
    if not found:
        raise UserError("Nothing else was typed", "Every typed answer in this quiz is already in its key.")
    return Private(typed_card(quiz, found), Slot("quiz-typed"))


def _ended(tx: RequestTransaction) -> Quiz:
    quiz = quiz_of(tx)
    if quiz.state in RUNNING:
        raise UserError(
            "It is not over yet", "What was typed can be looked at when the last question has ended."
        )
    return quiz


async def _accept(tx: RequestTransaction, action: Accept) -> Reply:
    quiz = _ended(tx)
    chosen = tx.request.pressed.value
    found = await _all_typed(tx, quiz)
    meant = next((each for each in found if chosen in {str(one.id) for one in each.same}), None)
    if meant is None:
        raise UserError("This answer is gone", "Whoever typed it may have deleted it.")
    if meant.accepted is not action.right:
        await _decide(tx, quiz, meant, right=action.right)
        title = f"{'Accepted' if action.right else 'Stopped accepting'} an answer to {meant.first.item_id}"
        back = {"quiz": quiz.id, "response": meant.first.id, "right": action.right}
        await note_act(tx, ACCEPTED, title, back)
        tx.wake_after_commit()
    return Update(typed_card(quiz, await _all_typed(tx, quiz)), Slot("quiz-typed"))


async def _decide(tx: RequestTransaction, quiz: Quiz, typed: Typed, *, right: bool) -> None:
    now = tx.request.at
    await rule(tx, quiz, typed.same, right=right)
    await show_everywhere(tx, quiz.id, now)
    await _tell(tx, quiz, typed, now, right=right)


async def _meant(tx: RequestTransaction, back: Mapping[str, Any]) -> tuple[Quiz, Typed] | None:
    """What an act was about, where it still holds."""
    quiz = await load_quiz(tx, back["quiz"])
    found = await _all_typed(tx, quiz) if quiz else ()
    meant = (each for each in found if back["response"] in {one.id for one in each.same})
    return next(((quiz, each) for each in meant if quiz and each.accepted is back["right"]), None)


async def _stands(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    return "" if await _meant(tx, back) else "It has been decided otherwise since."


async def _turn_round(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    if (meant := await _meant(tx, back)) is not None:
        await _decide(tx, *meant, right=not back["right"])
    return "It no longer counts as right." if back["right"] else "It counts as right again."


async def _tell(tx: Transaction, quiz: Quiz, typed: Typed, now: datetime, *, right: bool) -> None:
    kind = f"{ACCEPTED}:{typed.first.position}.{typed.first.id}"
    if right:
        concerned = await identities_of_members(tx, frozenset(each.member_id for each in typed.same))
        await keep_for(tx, quiz.subject, kind, concerned, now)
    else:
        await take_back_kept(tx, quiz.subject, kind)


async def accepted_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """To one whose answer an organiser accepted, or accepts no more."""
    quiz = await load_quiz(tx, delivery.subject_id)
    position = int(delivery.kind.partition(":")[2].partition(".")[0])
    theirs = {"quiz_id": delivery.subject_id, "position": position, "identity_id": delivery.identity_id}
    given = (await tx.execute(_THEIRS, **theirs)).first()
    if quiz is None or given is None:
        return None
    granted = GIVEN_JSON.read(given.given).granted
    words = (
        "An organiser accepted what you typed. It counts as right, with everything that this brings."
        if granted
        else "What you typed is not accepted after all. It counts as before."
    )
    title = "Your answer counts as right" if granted else "Your answer doesn't count as right"
    blocks = (text(words), text(quiz.questions[position].prompt))
    return Card(title, blocks, accent=Accent.GOOD if granted else Accent.NEUTRAL)


UNDOING = {ACCEPTED: Undoing(_stands, _turn_round)}

ROUTES = (
    Route(LookAtTyped, _look, ORGANISES_ITS_QUIZ, reads=True),
    Route(Accept, _accept, ORGANISES_ITS_QUIZ),
)
