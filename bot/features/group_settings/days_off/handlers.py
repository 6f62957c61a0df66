"""Days off are added by a form: a span that was typed, or a calendar file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.access.who import ORGANISES_ITS_GROUP
from bot.chat.cards import Ask, Private, Refuse, Reply
from bot.chat.days import read_day
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Request, Submit, Upload
from bot.features.acts.keeping import with_undo
from bot.features.group_settings.days_off.actions import AskDaysOff, SaveDaysOff
from bot.features.group_settings.days_off.calendar_files import MOST_BYTES, Calendar, read_calendar
from bot.features.group_settings.days_off.cards import added_card, days_off_form
from bot.features.group_settings.days_off.changing import DAYS_OFF, keep_days_off, today_of
from bot.features.group_settings.handlers import slot_of
from bot.features.group_settings.rhythm import next_words
from bot.features.group_settings.undoing import as_set, note_change
from bot.membership.calendar.days_off import FARTHEST, LONGEST, DayOff, added, ahead, named
from bot.membership.queries import lock_group
from bot.questions.exchange.apart import ApartError
from bot.services import RequestTransaction, Services


async def _ask(_tx: RequestTransaction, action: AskDaysOff) -> Reply:
    return Ask(days_off_form(action.group_id))


@dataclass(frozen=True, slots=True)
class _HandedIn:
    """What the form's file holds, None without one; or what is wrong with it."""

    read: Calendar | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


async def _read(services: Services, request: Request, _action: SaveDaysOff) -> _HandedIn:
    file = request.submitted.fields.get("file")
    if not isinstance(file, Upload) or not file.data:
        return _HandedIn()
    if len(file.data) > MOST_BYTES:
        return _HandedIn(errors={"file": "This file is larger than 1 MB. Export fewer events."})
    try:
        # From yesterday on: which day it is for the group is known only within the transaction.
        read = await services.apart.run(read_calendar, file.data, request.at.date() - timedelta(days=1))
    except ApartError as error:
        return _HandedIn(errors={"file": str(error)})
    return _HandedIn(read, {"file": read.error} if read.error else {})


async def _save(tx: RequestTransaction, action: SaveDaysOff, handed_in: _HandedIn) -> Reply:
    sent, now = tx.request.submitted, tx.request.at
    before = await lock_group(tx, tx.group.id)
    settings = await as_set(tx, before)
    today = today_of(before, now)
    typed, errors = _typed(sent, today)
    errors |= handed_in.errors
    if not errors and typed is None and handed_in.read is None:
        errors["first"] = "Give a first day, or attach a calendar file."
    if errors:
        said = (sent.text(name) for name in ("first", "last", "name"))
        return Refuse(errors, days_off_form(action.group_id, *said))
    new = (*((typed,) if typed else ()), *(handed_in.read.spans if handed_in.read else ()))
    spans, count, left = added(before.days_off, new, today)
    group = await keep_days_off(tx, before, spans, now)
    tx.wake_after_commit()
    act = await note_change(tx, DAYS_OFF, (before, settings), group)
    then = next_words(before, group, now)
    card = added_card(group.id, count, left, handed_in.read, ahead(group.days_off, today), then)
    return Private(with_undo(card, act), slot_of(group.id))


def _typed(sent: Submit, today: date) -> tuple[DayOff | None, dict[str, str]]:
    """The span that was typed, None where nothing was; or what is wrong with it, by field."""
    said = {name: sent.text(name).strip() for name in ("first", "last")}
    days: dict[str, date] = {}
    errors: dict[str, str] = {}
    for name, value in said.items():
        try:
            if value:
                days[name] = read_day(value, today)
        except UserError as error:
            errors[name] = error.args[0]
    if errors or not days:
        return None, errors
    first = days.get("first")
    if first is None:
        return None, {"first": "Give the first day, too."}
    last = days.get("last", first)
    if last < first:
        errors["last"] = "The last day is before the first."
    elif last < today:
        errors["first"] = "These days are over."
    elif first > today + FARTHEST:
        errors["first"] = "That is more than three years away."
    elif (last - first).days >= LONGEST:
        errors["last"] = f"A span has at most {LONGEST} days. `/group pause` stops questions without an end."
    return named(first, last, sent.text("name")), errors


ROUTES = (
    Route(AskDaysOff, _ask, ORGANISES_ITS_GROUP, reads=True, opens_form=True),
    Route(SaveDaysOff, _save, ORGANISES_ITS_GROUP, prepare=_read),
)
