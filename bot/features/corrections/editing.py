"""An organiser edits a question of the group's own, with its answer: a new version under its id."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.chat.cards import Ask, Button, Form, Private, Refuse, Reply, text
from bot.chat.dispatch import Route, UserError
from bot.features.acts.keeping import note_act
from bot.features.corrections import cards
from bot.features.custom_questions.actions import Browse, OpenCorrection, SaveCorrection
from bot.features.custom_questions.browsing import (
    GONE,
    ORGANISES_QUESTION,
    SEE_THE_BANK,
    item_card,
    known_item,
    slot_of,
)
from bot.features.custom_questions.edits import fields_of, read_edit
from bot.features.custom_questions.model import Own, OwnState, as_asked
from bot.features.custom_questions.queries import IN_THE_BANK, correct, edited_since, load_own, swap
from bot.features.custom_questions.reading import ANSWER, must_be_warned, read_it, warning_card
from bot.features.custom_questions.subjects import come_in, own_of_card
from bot.features.custom_questions.view import bank_of
from bot.features.daily.organising.correcting import correct_rounds
from bot.features.quiz.challenging import answer_challenges
from bot.features.quiz.rescoring import Regraded, regrade
from bot.questions.kinds import OBJECTIVE_KINDS
from bot.questions.kinds.kind import UnfitError
from bot.services import RequestTransaction, Undoing

CHANGED_SINCE = "Another organiser has changed this question since. Sending again replaces what they wrote."


def _in_the_bank(tx: RequestTransaction) -> Own:
    own = own_of_card(tx)
    if own.state not in IN_THE_BANK:
        raise UserError(GONE, SEE_THE_BANK)
    return own


async def _open(tx: RequestTransaction, action: OpenCorrection) -> Reply:
    own = _in_the_bank(tx)
    item = as_asked(own)
    if not action.sure and await must_be_warned(tx, item):
        return Private(warning_card(item, replace(action, sure=True)), ANSWER)
    try:
        form = _form(own)
    except UnfitError:
        raise UserError(
            "This question is too long for a form",
            "Import a corrected copy: `/bank import` offers to replace it.",
        ) from None
    await read_it(tx, item)
    return Ask(form)


def _form(own: Own, typed: Mapping[str, str] | None = None) -> Form:
    return Form(
        "Edit the question",
        fields_of(own, typed),
        SaveCorrection(own.id, own.version),
        "Save",
        text(cards.FOR_MENDING),
    )


async def _save(tx: RequestTransaction, action: SaveCorrection) -> Reply:
    own, bank = _in_the_bank(tx), tx.services.bank
    edited = read_edit(own, tx.request.submitted, bank.topics, bank.references)
    if edited.written.errors:
        return Refuse(edited.written.errors, _form(own, edited.typed))
    if action.seen != own.version:
        return Ask(replace(_form(own, edited.typed), intro=text(CHANGED_SINCE)))
    await come_in(tx)
    source, now = edited.written.source, tx.request.at
    notes: tuple[str, ...] = (cards.NOTHING_CHANGED,)
    if (edited.written.item, source) != (own.item, own.source):
        before = await correct(tx, own, edited.written.item, source, now)
        regraded, out = await follow(tx, own.id, now)
        notes = cards.saved(regraded, out=out > 0)
        kept = {"own": own.id, "before": before}
        await note_act(tx, EDITED, f"Edited the question {own.item_id}", kept)
    tx.wake_after_commit()
    theirs = await bank_of(tx, tx.services, own.group_id)
    back = Browse(own.group_id, "", 0)
    shown = await item_card(tx, theirs, known_item(theirs, own.item_id), back, *notes)
    return Private(shown, slot_of(own.group_id))


async def follow(tx: RequestTransaction, own_id: int, now: datetime) -> tuple[Regraded, int]:
    """Let what was built on a question of the group's own follow its new version; what changed, and in how many running rounds."""
    own = await load_own(tx, own_id)
    assert own is not None
    item = as_asked(own)
    out = await correct_rounds(tx, tx.services, own.group_id, item.id, now)
    if item.kind not in OBJECTIVE_KINDS:
        return Regraded(), out
    regraded = await regrade(tx, tx.group, item, now)
    if regraded.checked:
        await answer_challenges(tx, tx.group, item.id, now)
    return regraded, out


# From the organisers' log -------------------------------------------------------------------------------------------------

EDITED = "edit"
"""The kind of act that corrected a question."""


async def _stands(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    own, before = await load_own(tx, back["own"]), await load_own(tx, back["before"])
    if own is None or before is None or own.state not in IN_THE_BANK:
        return "The question is no longer in the bank."
    return "It has been edited again since." if await edited_since(tx, own, before.decided_at) else ""


async def _undo(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    own, before = await load_own(tx, back["own"]), await load_own(tx, back["before"])
    assert own is not None
    assert before is not None
    await swap(tx, own, before, OwnState.TAKEN_BACK, tx.request.at)
    await follow(tx, own.id, tx.request.at)
    return "The question reads as it did before, and answers are graded by that."


UNDOING = {EDITED: Undoing(_stands, _undo, lambda group_id: Button("The bank", Browse(group_id, "", 0)))}

ROUTES = (
    Route(OpenCorrection, _open, ORGANISES_QUESTION, opens_form=True),
    Route(SaveCorrection, _save, ORGANISES_QUESTION),
)
