"""An import as one: its copies replace what the bank has, it is looked at, taken back and put back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.access.who import ORGANISES_ITS_GROUP
from bot.chat.cards import Button, Private, Reply, Update
from bot.chat.dispatch import Route, UserError
from bot.chat.words import counted
from bot.features.acts.keeping import final, note_act
from bot.features.corrections import cards
from bot.features.corrections.editing import follow
from bot.features.custom_questions.actions import ListImports, PickImport, ReplaceCopies, TakeBackImport
from bot.features.custom_questions.cards import no_room_card
from bot.features.custom_questions.importing import in_the_bank, slot_of, waiting_of
from bot.features.custom_questions.intake import key_of
from bot.features.custom_questions.model import Own, OwnState, own_number
from bot.features.custom_questions.queries import (
    IN_THE_BANK,
    count_of,
    edited_since,
    imports_of,
    load_own,
    move,
    of_one_import,
    own_of,
    swap,
)
from bot.features.custom_questions.rules import MOST_OWN
from bot.features.custom_questions.subjects import come_in
from bot.features.custom_questions.undoing import IMPORTED
from bot.features.quiz.rescoring import Regraded
from bot.services import RequestTransaction, Undoing

LISTED = 20
"""So many imports, the newest, are listed."""

_GONE = ("This import is gone", "`/bank browse` leads to the others.")


async def _replace(tx: RequestTransaction, action: ReplaceCopies) -> Reply:
    await come_in(tx)
    waiting = await waiting_of(tx, tx.group.id, action.first)
    if not waiting.brought:
        raise UserError(*_GONE)
    regraded = Regraded()
    for own, copy in waiting.copies:
        regraded += await _swap(tx, own, copy, OwnState.REPLACED)
    tx.wake_after_commit()
    brought = await of_one_import(tx, tx.group.id, action.first)
    count = sum(own.state is OwnState.REPLACED for own in brought)
    if waiting.copies:
        title = f"Replaced {counted(len(waiting.copies), 'question')} by an import"
        await note_act(tx, IMPORTED, title, {"first": action.first})
    card = cards.replaced_card(tx.group.id, action.first, count, len(waiting.new), regraded)
    return Update(card, slot_of(tx.group.id))


async def _swap(tx: RequestTransaction, own: Own, copy: Own, after: OwnState) -> Regraded:
    await swap(tx, own, replace(copy, source=own.source), after, tx.request.at)
    return (await follow(tx, own.id, tx.request.at))[0]


async def _list(tx: RequestTransaction, _action: ListImports) -> Reply:
    found = await imports_of(tx, tx.group.id, LISTED)
    return Private(cards.imports_card(tx.group, found), slot_of(tx.group.id))


async def _pick(tx: RequestTransaction, _action: PickImport) -> Reply:
    chosen = tx.request.pressed.chosen
    found = [each for each in await imports_of(tx, tx.group.id, LISTED) if str(each.first) == chosen]
    if not found:
        raise UserError(*_GONE)
    return Update(cards.import_card(tx.group, found[0]), slot_of(tx.group.id))


async def _take_back(tx: RequestTransaction, action: TakeBackImport) -> Reply:
    group, now = tx.group, tx.request.at
    await come_in(tx)
    brought = await of_one_import(tx, group.id, action.first)
    if not brought:
        raise UserError(*_GONE)
    before, after = (
        (OwnState.ACCEPTED, OwnState.TAKEN_BACK) if action.away else (OwnState.TAKEN_BACK, OwnState.ACCEPTED)
    )
    moving = [own for own in brought if own.state is before and not own.reason]
    if not action.away:
        theirs = in_the_bank(await own_of(tx, group.id, *IN_THE_BANK))
        moving = [own for own in moving if key_of(own.prompt) not in theirs]
        room = MOST_OWN - await count_of(tx, group.id, OwnState.ACCEPTED)
        if len(moving) > room:
            return Update(no_room_card(room), slot_of(group.id))
    for own in moving:
        await move(tx, own.id, before, after, now)
    regraded, edited = await _swap_back(tx, brought, away=action.away)
    if any(map(_to_take, brought)) if action.away else any(own.state is before for own in brought):
        await note_act(tx, TURNED, f"{'Took' if action.away else 'Put'} an import back")
    tx.wake_after_commit()
    ids = {own.id for own in brought}
    found = [each for each in await imports_of(tx, group.id, MOST_OWN) if each.first in ids]
    if not found:
        raise UserError(*_GONE)
    return Update(cards.import_card(group, found[0], regraded, edited), slot_of(group.id))


async def _swap_back(tx: RequestTransaction, brought: tuple[Own, ...], *, away: bool) -> tuple[Regraded, int]:
    """Give questions the versions that copies replaced, or the copies again; and how many were edited since, and stay."""
    before, after = (
        (OwnState.REPLACED, OwnState.TAKEN_BACK) if away else (OwnState.TAKEN_BACK, OwnState.REPLACED)
    )
    regraded, edited = Regraded(), 0
    for copy in brought:
        if copy.state is not before or not copy.reason:
            continue
        own = await load_own(tx, own_number(copy.reason) or 0)
        if own is None or own.state not in IN_THE_BANK or await edited_since(tx, own, copy.decided_at):
            edited += 1
        else:
            regraded += await _swap(tx, own, copy, after)
    return regraded, edited


# From the organisers' log -------------------------------------------------------------------------------------------------

TURNED = "importback"
"""The kind of act that took an import back, or put it back."""


def _to_take(own: Own) -> bool:
    return own.state is OwnState.REPLACED or (own.state is OwnState.ACCEPTED and not own.reason)


async def _stands(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    brought = await of_one_import(tx, tx.group.id, back["first"])
    return "" if any(map(_to_take, brought)) else "None of it is in the bank any more."


async def _undo_import(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    brought = await of_one_import(tx, tx.group.id, back["first"])
    for own in brought:
        if own.state is OwnState.ACCEPTED and _to_take(own):
            await move(tx, own.id, OwnState.ACCEPTED, OwnState.TAKEN_BACK, tx.request.at)
    await _swap_back(tx, brought, away=True)
    return "Nobody is asked what it added, and what it replaced is as it was."


UNDOING = {
    IMPORTED: Undoing(_stands, _undo_import, lambda group_id: Button("All imports", ListImports(group_id))),
    TURNED: final("The list of imports in `/bank browse` can do the opposite."),
}

ROUTES = (
    Route(ReplaceCopies, _replace, ORGANISES_ITS_GROUP),
    Route(ListImports, _list, ORGANISES_ITS_GROUP, reads=True),
    Route(PickImport, _pick, ORGANISES_ITS_GROUP, reads=True),
    Route(TakeBackImport, _take_back, ORGANISES_ITS_GROUP),
)
