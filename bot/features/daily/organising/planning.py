"""What organisers want asked: the queue in order, a plan by weekday or for one week, and what is never asked."""

from datetime import date, timedelta

from bot.access.who import ORGANISES_ITS_GROUP
from bot.chat.cards import Ask, Card, Choice, Private, Refuse, Reply, Slot, Update
from bot.chat.dispatch import Route
from bot.chat.words import WEEKDAYS, short_day
from bot.features.acts.keeping import with_undo
from bot.features.coming.queries import drop_wish, keep_queue, plans_of, wish_places
from bot.features.coming.queueing import can_be_asked, take_out_of_queue
from bot.features.coming.rules import fits, monday_of, moved, never_in, queue_in, read_wanted
from bot.features.coming.undoing import plan_by
from bot.features.custom_questions.view import bank_of
from bot.features.daily.actions import AskAgain, MoveQueued, OpenPlan, PickQueued, SavePlan, ShowComing
from bot.features.daily.organising.coming_cards import coming_card, plan_form
from bot.features.daily.queries import asked_before
from bot.membership.calendar.schedule import next_slot
from bot.membership.model import Group
from bot.membership.queries import lock_group
from bot.questions.model import Bank, Item
from bot.questions.topics import UnknownTopic
from bot.services import RequestTransaction

SLOT = Slot("coming")


async def _show(tx: RequestTransaction, _action: ShowComing) -> Reply:
    return Private(await _card(tx), SLOT)


async def _card(tx: RequestTransaction, chosen: str = "") -> Card:
    group = tx.group
    bank = await bank_of(tx, tx.services, group.id)
    places = await wish_places(tx, group.id)
    known = {entry.item_id for entry in await asked_before(tx, group.id)} | set(never_in(places))
    new = [i for i in bank.items if can_be_asked(i) and i.id not in known]
    plans = {
        key: (wanted, sum(fits(wanted, i.kind.value, i.topic) for i in new))
        for key, wanted in (await plans_of(tx, group.id)).items()
    }
    queue, never = _items(bank, queue_in(places)), _items(bank, never_in(places))
    picked = next((item for item in queue if item.id == chosen), None)
    return coming_card(group.id, bank, (queue, never), plans, picked)


def _items(bank: Bank, ids: tuple[str, ...]) -> tuple[Item, ...]:
    """Those of the ids that the bank still holds."""
    known = {item.id: item for item in bank.items}
    return tuple(known[each] for each in ids if each in known)


async def _pick(tx: RequestTransaction, _action: PickQueued) -> Reply:
    return Update(await _card(tx, tx.request.pressed.value), SLOT)


async def _move(tx: RequestTransaction, action: MoveQueued) -> Reply:
    if action.to < 0:
        act = await take_out_of_queue(tx, action.item_id)
        return Update(with_undo(await _card(tx), act), SLOT)
    await lock_group(tx, tx.group.id)
    queue = queue_in(await wish_places(tx, tx.group.id))
    await keep_queue(tx, tx.group.id, moved(queue, action.item_id, action.to))
    return Update(await _card(tx, action.item_id), SLOT)


async def _again(tx: RequestTransaction, _action: AskAgain) -> Reply:
    if tx.request.pressed.value in never_in(await wish_places(tx, tx.group.id)):
        await drop_wish(tx, tx.group.id, tx.request.pressed.value)
    return Update(await _card(tx), SLOT)


# The plan ---------------------------------------------------------------------------------------------------------------


async def _open(tx: RequestTransaction, _action: OpenPlan) -> Reply:
    return Ask(plan_form(tx.group.id, _days(tx.group, _next_day(tx))))


def _next_day(tx: RequestTransaction) -> date:
    return next_slot(tx.group.rhythm, tx.group.last_date, tx.request.at).local_date


def _days(group: Group, coming: date) -> tuple[Choice, ...]:
    """What can be planned: the week of the next question, the one after it, and the question days of every week."""
    weeks = [monday_of(coming) + timedelta(weeks=n) for n in range(2)]
    return (
        *(Choice(f"The week from {short_day(each)}", each.isoformat()) for each in weeks),
        *(Choice(f"Every {WEEKDAYS[day]}", str(day)) for day in sorted(group.weekdays)),
    )


async def _save(tx: RequestTransaction, _action: SavePlan) -> Reply:
    day, said = (tx.request.submitted.text(field).strip() for field in ("day", "topic"))
    coming = _next_day(tx)
    days = _days(tx.group, coming)
    errors: dict[str, str] = {}
    if day not in {each.value for each in days}:
        errors["day"] = "Choose one of these."
    try:
        wanted = read_wanted(tx.services.bank.topics, said) if said else ()
    except UnknownTopic as error:
        near = f" Did you mean {' or '.join(error.nearest)}?" if error.nearest else ""
        errors["topic"] = f"There is no topic “{said[:40]}”.{near}"
    if errors:
        return Refuse(errors, plan_form(tx.group.id, days, "" if "day" in errors else day, said))
    act = await plan_by(tx, day, wanted, coming)
    return Private(with_undo(await _card(tx), act, "Undo planning"), SLOT)


ROUTES = (
    Route(ShowComing, _show, ORGANISES_ITS_GROUP, reads=True),
    Route(PickQueued, _pick, ORGANISES_ITS_GROUP, reads=True),
    Route(MoveQueued, _move, ORGANISES_ITS_GROUP),
    Route(AskAgain, _again, ORGANISES_ITS_GROUP),
    Route(OpenPlan, _open, ORGANISES_ITS_GROUP, reads=True, opens_form=True),
    Route(SavePlan, _save, ORGANISES_ITS_GROUP),
)
