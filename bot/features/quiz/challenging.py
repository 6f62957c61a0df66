"""Challenges: a member says that a question is wrong; enough of them, or an organiser, take it out of scoring."""

from collections.abc import Mapping
from datetime import datetime
from math import ceil
from typing import Any

from sqlalchemy import and_, bindparam, select, update

from bot.access.who import ORGANISES_ITS_GROUP
from bot.chat.cards import (
    Accent,
    Ask,
    Block,
    Button,
    Card,
    Private,
    Refuse,
    Reply,
    Slot,
    Style,
    Update,
    Verbatim,
    text,
)
from bot.chat.dispatch import Route, UserError
from bot.chat.words import clean, counted, too_long
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.acts.keeping import note_act
from bot.features.custom_questions.actions import OpenCorrection, SayWrong
from bot.features.custom_questions.model import own_number
from bot.features.custom_questions.subjects import come_in
from bot.features.quiz.actions import OpenChallenge, SendChallenge, Settle
from bot.features.quiz.queries import answered_count, out_of_scoring, part_of
from bot.features.quiz.question_cards import challenge_form
from bot.features.quiz.rescoring import key_of, prompt_of, question_of, rescore
from bot.features.quiz.subjects import IN_QUIZ, quiz_of
from bot.features.quiz.tables import challenges
from bot.membership.model import Group
from bot.membership.organisers import tell_organisers
from bot.membership.queries import identities_of_members
from bot.membership.tables import identities, members
from bot.outbox.queries import Delivery, refresh, to_person
from bot.services import RequestTransaction, Services, Undoing

CHALLENGED, OUTCOME = "challenged", "challengeout"
"""The kinds of delivery: to the organisers, and to those who challenged."""

LEAST = 2
ONE_IN = 20
"""An item leaves scoring at the larger of two challenges and five in a hundred of those who answered it."""

WHY_LIMIT = 500
WHYS_SHOWN = 3
"""So much of a challenge stands on the organisers' card: with the longest prompt it fits every platform."""

UPHELD, KEPT, CORRECTED = "upheld", "kept", "corrected"
OUT = (
    "It is out: nobody in this group will be asked it again, and what it brought is taken back. Those who challenged or "
    "answered it are notified."
)
STAYS = "It was kept, and those who challenged it are notified."


_of_item = and_(challenges.c.group_id == bindparam("in_group"), challenges.c.item_id == bindparam("of_item"))
_ONES = Statement(select(challenges.c.id).where(_of_item, challenges.c.member_id == bindparam("member_id")))
_ALL = Statement(select(challenges).where(_of_item).order_by(challenges.c.id))
_WAITING = Statement(
    select(challenges.c.member_id)
    .where(_of_item, challenges.c.outcome == "")
    .order_by(challenges.c.member_id)
)
_OUTCOME_FOR = Statement(
    select(challenges.c.outcome)
    .join(members, members.c.id == challenges.c.member_id)
    .join(identities, identities.c.person_id == members.c.person_id)
    .where(_of_item, identities.c.id == bindparam("identity_id"))
)
_DECIDE = Statement(update(challenges).where(_of_item).values(outcome=bindparam("outcome")))
_DECIDE_WAITING = Statement(
    update(challenges).where(_of_item, challenges.c.outcome == "").values(outcome=bindparam("outcome"))
)


def enough(challengers: int, answered: int) -> bool:
    """Whether so many challenges take an item out."""
    return challengers >= max(LEAST, ceil(answered / ONE_IN))


async def has_challenged(tx: Transaction, group_id: int, item_id: str, member_id: int) -> bool:
    """Whether a member challenged an item."""
    found = await tx.execute(_ONES, in_group=group_id, of_item=item_id, member_id=member_id)
    return found.first() is not None


async def _challengeable(tx: RequestTransaction, position: int) -> str:
    """The item that whoever asks has answered there. Raises UserError where there is no such question, or they have not."""
    quiz, entry = quiz_of(tx), tx.known_actor
    if not 0 <= position < len(quiz.questions):
        raise UserError("This question is gone", "`/quiz start` begins another quiz.")
    response = (await part_of(tx, quiz.id, position, entry.member.id)).response if entry else None
    if response is None or not response.sealed:
        raise UserError("Not answered yet", "You can challenge a question that you have answered.")
    return quiz.questions[position].item_id


async def _open(tx: RequestTransaction, action: OpenChallenge) -> Reply:
    await _challengeable(tx, action.position)
    return Ask(challenge_form(action.quiz_id, action.position, ""))


async def _send(tx: RequestTransaction, action: SendChallenge) -> Reply:
    raw = tx.request.submitted.text("why")
    why = clean(raw)
    item_id = await _challengeable(tx, action.position)
    error = too_long(why, WHY_LIMIT) if why else "Say in a sentence what is wrong with it."
    if error:
        return Refuse({"why": error}, challenge_form(action.quiz_id, action.position, raw))
    gone = item_id in await out_of_scoring(tx, tx.group.id)
    await _challenge(tx, item_id, why, gone=gone)
    words = (
        "Others found it wrong too: it is already out, and nobody in this group will be asked it again."
        if gone
        else "The organisers will look at it, and you will hear what they decide. Continue the quiz where you were."
    )
    tx.wake_after_commit()
    return Private(Card("Thank you for the challenge", (text(words),), accent=Accent.GOOD), Slot("challenge"))


async def _note(tx: RequestTransaction, item_id: str, member_id: int, why: str, *, gone: bool) -> int | None:
    outcome, at = UPHELD if gone else "", tx.request.at
    row = {"group_id": tx.group.id, "item_id": item_id, "member_id": member_id, "outcome": outcome, "at": at}
    return await tx.insert_once(challenges, row | {"why": why})


async def _challenge(tx: RequestTransaction, item_id: str, why: str, *, gone: bool) -> None:
    group, now = tx.group, tx.request.at
    if await _note(tx, item_id, tx.actor.member.id, why, gone=gone) is None:
        return
    waiting = (await tx.execute(_WAITING, in_group=group.id, of_item=item_id)).scalars()
    if enough(len(waiting), await answered_count(tx, group.id, item_id)):
        await _decide(tx, group, item_id, take_out=True, now=now)
    await tell_organisers(tx, group.id, f"group:{group.id}", f"{CHALLENGED}:{item_id}", now)
    await refresh(tx, f"group:{group.id}", (f"{CHALLENGED}:{item_id}",), now)


async def _decide(tx: Transaction, group: Group, item_id: str, *, take_out: bool, now: datetime) -> None:
    waiting = frozenset((await tx.execute(_WAITING, in_group=group.id, of_item=item_id)).scalars())
    outcome = UPHELD if take_out else KEPT
    was_out = item_id in await out_of_scoring(tx, group.id)
    await tx.execute(_DECIDE, in_group=group.id, of_item=item_id, outcome=outcome)
    if take_out is not was_out:
        await rescore(tx, group.id, item_id, now)
    await _notify(tx, group, item_id, waiting, now)


async def _notify(
    tx: Transaction, group: Group, item_id: str, waiting: frozenset[int], now: datetime
) -> None:
    for identity_id, who in await identities_of_members(tx, waiting):
        await to_person(tx, f"group:{group.id}", f"{OUTCOME}:{item_id}", identity_id, who, now)
    await refresh(tx, f"group:{group.id}", (f"{OUTCOME}:{item_id}", f"{CHALLENGED}:{item_id}"), now)


async def answer_challenges(tx: Transaction, group: Group, item_id: str, now: datetime) -> None:
    """Challenges that wait are decided: the question was corrected."""
    waiting = frozenset((await tx.execute(_WAITING, in_group=group.id, of_item=item_id)).scalars())
    await tx.execute(_DECIDE_WAITING, in_group=group.id, of_item=item_id, outcome=CORRECTED)
    await _notify(tx, group, item_id, waiting, now)


async def _settle(tx: RequestTransaction, action: Settle) -> Reply:
    was_out = action.item_id in await out_of_scoring(tx, tx.group.id)
    found = await tx.execute(_ALL, in_group=tx.group.id, of_item=action.item_id)
    was = {str(row.member_id): row.outcome for row in found}
    await _decide(tx, tx.group, action.item_id, take_out=action.take_out, now=tx.request.at)
    if action.take_out is not was_out:
        did = "Took out" if action.take_out else "Put back"
        title = f"{did} the quiz question {action.item_id}"
        back = {"item": action.item_id, "out": action.take_out, "was": was}
        await note_act(tx, TAKEN_OUT, title, back)
    card = await _challenged(tx.services, tx, tx.group.id, action.item_id)
    if card is None:
        raise UserError("Nobody challenged this question", "So it stays as it is.")
    tx.wake_after_commit()
    return Update(card, Slot("challenge"))


async def _stands(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    is_out = back["item"] in await out_of_scoring(tx, tx.group.id)
    return "" if is_out is back["out"] else "It has been decided otherwise since."


async def _turn_round(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    group, item_id, now = tx.group, back["item"], tx.request.at
    waiting = frozenset((await tx.execute(_WAITING, in_group=group.id, of_item=item_id)).scalars())
    was: Mapping[str, str] = back.get("was", {})
    of_later = "" if back["out"] else UPHELD  # who challenged it after what is undone now
    for row in (await tx.execute(_ALL, in_group=group.id, of_item=item_id)).all():
        await tx.change(challenges, row.id, {"outcome": was.get(str(row.member_id), of_later)})
    await rescore(tx, group.id, item_id, now)
    await _notify(tx, group, item_id, waiting, now)
    return "It counts again." if back["out"] else "It is out again."


TAKEN_OUT = "takeout"
"""The kind of act that took a quiz question out, or put it back."""

UNDOING = {TAKEN_OUT: Undoing(_stands, _turn_round)}


async def _say_wrong(tx: RequestTransaction, action: SayWrong) -> Reply:
    """An organiser's own challenge of any question in the bank, to be decided on at once."""
    group_id, item_id = tx.group.id, action.item_id
    if await question_of(tx.services, tx, group_id, item_id) is None:
        raise UserError("This question is gone", "`/bank browse` shows the bank as it is now.")
    member_id = (await come_in(tx)).member.id
    gone = item_id in await out_of_scoring(tx, group_id)
    await _note(tx, item_id, member_id, "", gone=gone)
    card = await _challenged(tx.services, tx, group_id, item_id)
    assert card is not None
    return Private(card, Slot("challenge"))


async def challenged_delivery(services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """To an organiser: what was challenged and why, with the key, and what can be done."""
    return await _challenged(services, tx, delivery.subject_id, delivery.kind.partition(":")[2])


async def _challenged(services: Services, tx: Transaction, group_id: int, item_id: str) -> Card | None:
    found = (await tx.execute(_ALL, in_group=group_id, of_item=item_id)).all()
    if not found:
        return None
    out = any(row.outcome == UPHELD for row in found)
    kept = all(row.outcome == KEPT for row in found)
    corrected = all(row.outcome == CORRECTED for row in found)
    state = OUT if out else STAYS if kept else "It has been corrected." if corrected else "It is still asked."
    count = f"{counted(len(found), 'member says', 'members say')} this is wrong. {state}"
    keep = Button("Put it back" if out else "Keep it", Settle(group_id, item_id, take_out=False))
    take = Button("Take it out", Settle(group_id, item_id, take_out=True), Style.DANGER)
    row = (keep,) if out else (take,) if kept or corrected else (take, keep)
    number = own_number(item_id)
    if number is not None:
        row = (*row, Button("Edit it", OpenCorrection(number, sure=True)))
    whys = tuple(
        Verbatim(why, text("What they say:") if i == 0 else None, marked=True)
        for i, why in enumerate([r.why for r in found if r.why][:WHYS_SHOWN])
    )
    question = await question_of(services, tx, group_id, item_id)
    blocks: tuple[Block, ...] = (
        text(count),
        text(prompt_of(question)),
        Verbatim(key_of(question), text("What counts as right:")),
        *whys,
        text(f"Its id in the bank: `{item_id}`."),
    )
    return Card("A quiz question was challenged", blocks, (row,), accent=Accent.GOLD)


async def outcome_delivery(services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """To one who challenged: what came of it."""
    item_id = delivery.kind.partition(":")[2]
    about = {"in_group": delivery.subject_id, "of_item": item_id}
    outcome = await tx.scalar(_OUTCOME_FOR, about | {"identity_id": delivery.identity_id})
    if outcome is None or (not outcome and delivery.ref is None):
        return None
    if not outcome:
        words = "The organisers took their decision back and will look at it again."
    elif outcome == UPHELD:
        words = "It is out: nobody in this group will be asked it again. Thank you for looking closely."
    elif outcome == CORRECTED:
        words = "An organiser corrected the question. Thank you for looking closely."
    else:
        words = "An organiser looked at it and kept it. Its sources are on the question's card."
    prompt = prompt_of(await question_of(services, tx, delivery.subject_id, item_id))
    return Card("Your challenge", (text(words), text(prompt)), accent=Accent.GOOD)


ROUTES = (
    Route(OpenChallenge, _open, IN_QUIZ, reads=True, opens_form=True),
    Route(SendChallenge, _send, IN_QUIZ),
    Route(Settle, _settle, ORGANISES_ITS_GROUP),
    Route(SayWrong, _say_wrong, ORGANISES_ITS_GROUP),
)
