"""/bank review: organisers accept, edit or decline what members suggest, one a card."""

from dataclasses import replace

from bot.access.who import ORGANISES, ORGANISES_ITS_GROUP, Who
from bot.chat.access import Level
from bot.chat.cards import Ask, Card, Form, Private, Refuse, Reply, Slot, Update
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.words import clean, too_long
from bot.features.acts.keeping import note_act, standing_act, with_undo
from bot.features.custom_questions import cards
from bot.features.custom_questions.actions import (
    AcceptSuggestion,
    AcceptUnseen,
    OpenDecline,
    OpenEdit,
    ReviewAfter,
    SaveEdit,
    SendDecline,
)
from bot.features.custom_questions.model import Own, OwnState, as_asked
from bot.features.custom_questions.notices import show_waiting, tell_author
from bot.features.custom_questions.queries import Waiting, count_of, decide, load_own, next_waiting, rewrite
from bot.features.custom_questions.rules import MOST_OWN, REASON, read_form, typed_in
from bot.features.custom_questions.subjects import come_in, of_own, own_of_card
from bot.features.custom_questions.undoing import ACCEPTED, DECLINED, about
from bot.features.custom_questions.view import bank_with
from bot.services import RequestTransaction

GONE = "This suggestion is gone", "Its author withdrew it. `/bank review` shows what else is waiting."


def slot_of(group_id: int) -> Slot:
    """The place of the card on which a group's suggestions are reviewed."""
    return Slot("bank-review", group_id)


REVIEWS_IT = Who(Level.ORGANISER, of_own(GONE, lambda own: own.state is OwnState.PENDING or own.withdrawn))
"""Who organises the group that a question was suggested to."""


async def _review(tx: RequestTransaction, _options: Options) -> Reply:
    return Private(await _next(tx, 0), slot_of(tx.group.id))


async def _after(tx: RequestTransaction, action: ReviewAfter) -> Reply:
    return Private(await _next(tx, action.after), slot_of(tx.group.id))


async def _next(tx: RequestTransaction, after: int, note: str = "") -> Card:
    """The first suggestion that waits after a number, round the end; ``note`` says what was done before."""
    waiting = await next_waiting(tx, tx.group.id, after)
    return cards.no_suggestions_card(tx.group.id, note) if waiting is None else _card(tx, waiting, note)


def _card(tx: RequestTransaction, waiting: Waiting, note: str) -> Card:
    notes = [note] if note else []
    own, bank, chosen = waiting.own, tx.services.bank, tx.group.topics
    above = {t.id for t in bank.topics.lineage(own.topic)} if own.topic in bank.topics else set()
    if chosen and not above & set(chosen):
        notes.append(
            "Its topic is not among the group's, so it won't be asked until you choose that in `/group settings`."
        )
    return cards.review_card(bank_with(bank, own), own, as_asked(own), waiting.number, waiting.total, notes)


async def _decide(tx: RequestTransaction, after: OwnState, reason: str = "") -> Reply:
    own = own_of_card(tx)
    me, now = (await come_in(tx)).member.id, tx.request.at
    if after is OwnState.ACCEPTED and await count_of(tx, own.group_id, OwnState.ACCEPTED) >= MOST_OWN:
        raise UserError(
            f"Your bank already holds {MOST_OWN:,} questions", "Retire one first: `/bank browse` shows them."
        )
    kind, did = {OwnState.ACCEPTED: (ACCEPTED, "Accepted"), OwnState.DECLINED: (DECLINED, "Declined")}[after]
    if await decide(tx, own.id, after, me, now, reason):
        await tell_author(tx, replace(own, state=after, decided_by=me), now)
        await show_waiting(tx, tx.group, now)
        await note_act(tx, kind, f"{did} a suggested question", about(own))
        tx.wake_after_commit()
    else:
        found = await load_own(tx, own.id)
        if found is None:
            raise UserError(*GONE)
        if (found.state, found.decided_by) != (after, me):
            raise UserError(cards.decided_already_card(found))
    own_words = own.member_id in (None, me)
    heard = "" if own_words else " Its author will hear of it."
    note = {
        OwnState.ACCEPTED: f"**Accepted.** It is asked before the built-in questions.{heard}",
        OwnState.DECLINED: f"**Declined.**{heard}",
    }[after]
    act = await standing_act(tx, own.group_id, kind, own=own.id)
    undo = "Undo accepting" if after is OwnState.ACCEPTED else "Undo declining"
    return Update(with_undo(await _next(tx, own.id, note), act, undo), slot_of(own.group_id))


async def _accept(tx: RequestTransaction, action: AcceptSuggestion | AcceptUnseen) -> Reply:
    own = own_of_card(tx)
    seen = action.seen if isinstance(action, AcceptSuggestion) else ""
    if own.state is OwnState.SUGGESTED and seen != own.version:
        card = await _next(tx, own.id - 1, "**It has been edited since.** This is how it reads now.")
        return Update(card, slot_of(own.group_id))
    return await _decide(tx, OwnState.ACCEPTED)


async def _open_decline(tx: RequestTransaction, _action: OpenDecline) -> Reply:
    return Ask(cards.decline_form(_undecided(tx)))


def _undecided(tx: RequestTransaction) -> Own:
    own = own_of_card(tx)
    if own.state is not OwnState.SUGGESTED:
        raise UserError(cards.decided_already_card(own))
    return own


async def _decline(tx: RequestTransaction, _action: SendDecline) -> Reply:
    raw = tx.request.submitted.text("reason")
    reason = clean(raw)
    if error := too_long(reason, REASON):
        return Refuse({"reason": error}, cards.decline_form(own_of_card(tx), raw))
    return await _decide(tx, OwnState.DECLINED, reason)


async def _open_edit(tx: RequestTransaction, _action: OpenEdit) -> Reply:
    return Ask(_edit_form(_undecided(tx)))


def _edit_form(own: Own, typed: dict[str, str] | None = None) -> Form:
    return cards.edit_form(own, SaveEdit(own.id), "Edit the suggestion", typed)


async def _save(tx: RequestTransaction, _action: SaveEdit) -> Reply:
    own = _undecided(tx)
    await come_in(tx)
    raw = typed_in(own.kind, tx.request.submitted)
    written = read_form(own.kind, own.topic, raw)
    if written.errors:
        return Refuse(written.errors, _edit_form(own, raw))
    if not await rewrite(tx, own.id, dict(written.item), written.source):
        raise UserError(*GONE)
    card = await _next(tx, own.id - 1, "**Saved.** Accept it when it is ready.")
    return Private(card, slot_of(own.group_id))


COMMANDS = (
    Command(
        ("bank", "review"),
        "Review the questions that members have suggested",
        _review,
        who=ORGANISES,
        reads=True,
        help="One suggestion per card: accept it, edit it, or decline it with a line to its author, who hears the outcome.",
        example="/bank review",
        also=("suggestions", "moderate"),
    ),
)


ROUTES = (
    Route(ReviewAfter, _after, ORGANISES_ITS_GROUP, reads=True),
    Route(AcceptSuggestion, _accept, REVIEWS_IT),
    Route(AcceptUnseen, _accept, REVIEWS_IT),
    Route(OpenDecline, _open_decline, REVIEWS_IT, reads=True, opens_form=True),
    Route(SendDecline, _decline, REVIEWS_IT),
    Route(OpenEdit, _open_edit, REVIEWS_IT, reads=True, opens_form=True),
    Route(SaveEdit, _save, REVIEWS_IT),
)
