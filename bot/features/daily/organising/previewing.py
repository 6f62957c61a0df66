"""/round next: organisers see what comes, choose another question, or never have one asked. Answers stay covered."""

from bot.access.who import ORGANISES_ITS_GROUP
from bot.chat.cards import Card, Moment, Private, Reply, Slot, Update
from bot.chat.commands import Options
from bot.chat.dispatch import Route
from bot.features.acts.keeping import with_undo
from bot.features.coming.queries import has_peeked, wishes_of
from bot.features.coming.queueing import askable, put_into_queue
from bot.features.coming.undoing import never_by
from bot.features.custom_questions.view import bank_of
from bot.features.daily.actions import Another, AskNext, NeverAsk
from bot.features.daily.model import ask
from bot.features.daily.organising.coming_cards import Coming, nothing_card, preview_card
from bot.features.daily.rounds import choose
from bot.membership.calendar.schedule import next_slot
from bot.questions.model import Item
from bot.services import RequestTransaction

SLOT = Slot("running")
MOST_OTHERS = 20
"""After so many other questions the preview begins again with the one that comes."""


async def preview(tx: RequestTransaction, _options: Options) -> Reply:
    """The question that comes next."""
    return Private(await _card(tx), SLOT)


async def _card(tx: RequestTransaction, others: int = 0, never: Item | None = None) -> Card:
    group = tx.group
    day = next_slot(group.rhythm, group.last_date, tx.request.at).local_date
    bank, found = await choose(tx, tx.services, group, day, others)
    if found is None:
        return await _card(tx) if others else nothing_card(group.id)
    known = tx.known_actor
    coming = Coming(
        group.id,
        ask(bank, bank.item(found.item_id)),
        found,
        await wishes_of(tx, group.id, day),
        Moment(group.next_at, group.zone) if group.next_at else None,
        others,
        known is not None and await has_peeked(tx, known.member.id, found.item_id),
    )
    return preview_card(coming, bank.topics, never)


async def _another(tx: RequestTransaction, action: Another) -> Reply:
    others = action.number if 0 <= action.number <= MOST_OTHERS else 0
    return Update(await _card(tx, others), SLOT)


async def _ask_next(tx: RequestTransaction, action: AskNext) -> Reply:
    bank = await bank_of(tx, tx.services, tx.group.id)
    await put_into_queue(tx, askable(bank, action.item_id), first=True)
    return Update(await _card(tx), SLOT)


async def _never(tx: RequestTransaction, action: NeverAsk) -> Reply:
    item = askable(await bank_of(tx, tx.services, tx.group.id), action.item_id)
    act = await never_by(tx, item.id)
    return Update(with_undo(await _card(tx, never=item), act, "Undo never asking"), SLOT)


ROUTES = (
    Route(Another, _another, ORGANISES_ITS_GROUP, reads=True),
    Route(AskNext, _ask_next, ORGANISES_ITS_GROUP),
    Route(NeverAsk, _never, ORGANISES_ITS_GROUP),
)
