"""/bank review: organisers accept, edit or decline what members suggest, one a card."""

from dataclasses import replace
from functools import partial

from bot.bank.model import Kind
from bot.chat.cards import Ask, Card, Form, Private, Refuse, Reply, Update
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Request, Submit
from bot.chat.words import clean
from bot.groups.entry import enter, group_of, known_group, require_organiser
from bot.groups.model import Entry, Group
from bot.groups.services import Services
from bot.shelf import cards
from bot.shelf.actions import AcceptSuggestion, OpenDecline, OpenEdit, ReviewAfter, SaveEdit, SendDecline
from bot.shelf.model import Own, OwnState, as_asked
from bot.shelf.notices import show_waiting, tell_author
from bot.shelf.rules import MOST_OWN, REASON, form_values, read_form
from bot.shelf.store import count_of, load_own, move, own_of
from bot.shelf.view import bank_with
from bot.store.transaction import Transaction

GONE = "This suggestion is gone"
TAKEN_BACK = "Its author took it back. `/bank review` shows what else waits."


def slot_of(group_id: int) -> str:
    """The place of the card on which a group's suggestions are reviewed."""
    return f"bank-review:{group_id}"


def commands(services: Services) -> tuple[Command, ...]:
    """What can be typed."""
    return (
        Command(
            ("bank", "review"),
            "Look at the questions that members suggest",
            partial(_review, services),
            organisers=True,
            help="One suggestion a card: accept it, edit it, or decline it with a line to its author, who hears the outcome.",
            example="/bank review",
        ),
    )


def routes(services: Services) -> tuple[Route, ...]:
    """What can be pressed and sent."""
    return (
        Route(ReviewAfter, partial(_after, services)),
        Route(AcceptSuggestion, partial(_accept, services)),
        Route(OpenDecline, partial(_open_decline, services), opens_form=True),
        Route(SendDecline, partial(_decline, services)),
        Route(OpenEdit, partial(_open_edit, services), opens_form=True),
        Route(SaveEdit, partial(_save, services)),
    )


async def _review(services: Services, request: Request, _options: Options) -> Reply:
    async def work(tx: Transaction) -> Reply:
        group = await group_of(tx, request)
        await require_organiser(tx, request, group)
        return Private(await _next(tx, services, group, 0), slot_of(group.id))

    return await services.database.read(work)


async def _after(services: Services, request: Request, action: ReviewAfter) -> Reply:
    async def work(tx: Transaction) -> Reply:
        group = await known_group(tx, action.group_id)
        await require_organiser(tx, request, group)
        return Private(await _next(tx, services, group, action.after), slot_of(group.id))

    return await services.database.read(work)


async def _next(tx: Transaction, services: Services, group: Group, after: int, note: str = "") -> Card:
    """The first suggestion that waits after a number, round the end; ``note`` says what was done before."""
    waiting = await own_of(tx, group.id, OwnState.SUGGESTED)
    if not waiting:
        return cards.no_suggestions_card(note)
    place = next((i for i, own in enumerate(waiting) if own.id > after), 0)
    return _card(services, group, waiting[place], place + 1, len(waiting), note)


def _card(services: Services, group: Group, own: Own, number: int, total: int, note: str = "") -> Card:
    notes = [note] if note else []
    topics, topic = services.bank.topics, str(own.item["topic"])
    above = {t.id for t in topics.lineage(topic)} if topic in topics else set()
    if group.topics and not above & set(group.topics):
        notes.append(
            "Its topic is not among the group's, so it waits until that is chosen in `/group settings`."
        )
    return cards.review_card(bank_with(services.bank, own), own, as_asked(own), number, total, notes)


async def _waiting(tx: Transaction, request: Request, own_id: int) -> tuple[Entry, Own]:
    """A suggestion and the organiser who looks at it.

    Raises:
        UserError: it is gone, or decided, or this is no organiser.
    """
    own = await load_own(tx, own_id)
    if own is None or own.state is OwnState.PENDING:
        raise UserError(GONE, TAKEN_BACK)
    group = await known_group(tx, own.group_id)
    await require_organiser(tx, request, group)
    return await enter(tx, request, group.id), own


async def _decide(
    tx: Transaction, services: Services, request: Request, own_id: int, after: OwnState, reason: str = ""
) -> Reply:
    entry, own = await _waiting(tx, request, own_id)
    me, now = entry.member.id, request.at
    if after is OwnState.ACCEPTED and await count_of(tx, own.group_id, OwnState.ACCEPTED) >= MOST_OWN:
        raise UserError(
            f"Your bank holds {MOST_OWN:,} questions", "Retire one first: `/bank browse` shows them."
        )
    moved = await move(tx, own.id, OwnState.SUGGESTED, after, decided_by=me, decided_at=now, reason=reason)
    if moved:
        await tell_author(tx, replace(own, state=after, decided_by=me), now)
        await show_waiting(tx, entry.group, now)
    else:
        found = await load_own(tx, own.id)
        if found is None:
            raise UserError(GONE, TAKEN_BACK)
        if (found.state, found.decided_by) != (after, me):
            raise UserError("", card=cards.decided_already_card(found))
    own_words = own.member_id in (None, me)
    heard = "" if own_words else " Its author hears of it."
    note = {
        OwnState.ACCEPTED: f"**Accepted.** It is asked before the bank's own questions.{heard}",
        OwnState.DECLINED: f"**Declined.**{heard}",
    }[after]
    return Update(await _next(tx, services, entry.group, own.id, note), slot_of(own.group_id))


async def _accept(services: Services, request: Request, action: AcceptSuggestion) -> Reply:
    async def work(tx: Transaction) -> Reply:
        return await _decide(tx, services, request, action.own_id, OwnState.ACCEPTED)

    reply = await services.database.write(work)
    services.wake()
    return reply


async def _open_decline(services: Services, request: Request, action: OpenDecline) -> Reply:
    async def work(tx: Transaction) -> Reply:
        _, own = await _waiting(tx, request, action.own_id)
        if own.state is not OwnState.SUGGESTED:
            raise UserError("", card=cards.decided_already_card(own))
        return Ask(cards.decline_form(own))

    return await services.database.write(work)


async def _decline(services: Services, request: Request, action: SendDecline) -> Reply:
    assert isinstance(request.what, Submit)
    raw = request.what.text("reason")
    reason = clean(raw)

    async def work(tx: Transaction) -> Reply:
        _, own = await _waiting(tx, request, action.own_id)
        if len(reason) > REASON:
            error = f"This is {len(reason):,} characters; the most is {REASON}."
            return Refuse({"reason": error}, cards.decline_form(own, raw))
        return await _decide(tx, services, request, action.own_id, OwnState.DECLINED, reason)

    reply = await services.database.write(work)
    services.wake()
    return reply


async def _open_edit(services: Services, request: Request, action: OpenEdit) -> Reply:
    async def work(tx: Transaction) -> Reply:
        _, own = await _waiting(tx, request, action.own_id)
        if own.state is not OwnState.SUGGESTED:
            raise UserError("", card=cards.decided_already_card(own))
        kind = Kind(str(own.item["kind"]))
        return Ask(_edit_form(own, kind, form_values(kind, own.item, own.source)))

    return await services.database.write(work)


def _edit_form(own: Own, kind: Kind, values: dict[str, str]) -> Form:
    return cards.question_form(kind, SaveEdit(own.id), values, "Edit the suggestion", "Save")


async def _save(services: Services, request: Request, action: SaveEdit) -> Reply:
    assert isinstance(request.what, Submit)
    sent = request.what
    raw = {name: sent.text(name) for name in ("prompt", "points", "model", "hint", "options", "why", "link")}

    async def work(tx: Transaction) -> Reply:
        entry, own = await _waiting(tx, request, action.own_id)
        if own.state is not OwnState.SUGGESTED:
            raise UserError("", card=cards.decided_already_card(own))
        kind = Kind(str(own.item["kind"]))
        written = read_form(kind, str(own.item["topic"]), raw)
        if written.errors:
            return Refuse(written.errors, _edit_form(own, kind, raw))
        changed = {"item": dict(written.item), "source": written.source}
        if not await move(tx, own.id, OwnState.SUGGESTED, OwnState.SUGGESTED, **changed):
            raise UserError(GONE, TAKEN_BACK)
        waiting = await own_of(tx, own.group_id, OwnState.SUGGESTED)
        place = next(i for i, each in enumerate(waiting) if each.id == own.id)
        card = _card(
            services,
            entry.group,
            waiting[place],
            place + 1,
            len(waiting),
            "**Saved.** Accept it when it is right.",
        )
        return Private(card, slot_of(own.group_id))

    return await services.database.write(work)
