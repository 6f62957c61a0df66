"""Entering a one-time code, whatever it is for: a wrong one counts for the account that typed it, and for nobody else."""

from collections.abc import Awaitable, Callable

from bot.access.code_cards import WRONG, blocked_card, code_form, wrong_card
from bot.chat.actions import Action
from bot.chat.cards import Card, Private, Refuse, Reply, Slot
from bot.chat.requests import Submit
from bot.membership.codes import Code, Purpose, find_code, note_wrong, tries_of
from bot.services import RequestTransaction


async def enter_code(
    tx: RequestTransaction,
    purpose: Purpose,
    typed: str,
    use: Callable[[RequestTransaction, Code], Awaitable[Card | None]],
    *,
    ask: Action,
    enter: Action,
    slot: Slot,
) -> Reply:
    """What came of a code that was typed: the card that ``use`` makes of it, None where it is spent or too old.

    ``ask`` opens the form for it once more, ``enter`` is that form's action.
    """
    tried = await tries_of(tx, tx.request)
    if tried.too_many:
        return Private(blocked_card(), slot)
    code = await find_code(tx, typed, purpose, tx.request.at)
    card = await use(tx, code) if code is not None else None
    if card is not None:
        return Private(card, slot)
    await note_wrong(tx, tx.request, tried)
    if isinstance(tx.request.what, Submit):
        return Refuse({"code": WRONG}, code_form(enter, typed))
    return Private(wrong_card(ask), slot)
