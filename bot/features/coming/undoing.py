"""What organisers wanted asked, or never asked, taken back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.chat.words import WEEKDAYS, short_day
from bot.features.acts.keeping import note_act
from bot.features.coming.queries import drop_wish, keep_plan, keep_queue, never_ask, plans_of, wish_places
from bot.features.coming.rules import Wanted, queue_in
from bot.membership.queries import lock_group
from bot.services import RequestTransaction, Undoing

QUEUED, NEVER, PLANNED = "queue", "never", "plan"
"""The kinds of acts about what comes."""


async def queue_by(tx: RequestTransaction, title: str, before: Sequence[str], after: Sequence[str]) -> int:
    """Let the locked group's queue become another one, as an organiser's act; the act."""
    await keep_queue(tx, tx.group.id, after)
    return await note_act(tx, QUEUED, title, {"old": list(before), "new": list(after)})


async def _queue_stands(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    queue = queue_in(await wish_places(tx, tx.group.id))
    return "" if list(queue) == back["new"] else "The queue has changed since."


async def _queue_back(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    await keep_queue(tx, tx.group.id, back["old"])
    return "The queue is as it was."


async def never_by(tx: RequestTransaction, item_id: str) -> int | None:
    """Let a group never be asked this, as an organiser's act; the act, None where it was so already."""
    await lock_group(tx, tx.group.id)
    place = (await wish_places(tx, tx.group.id)).get(item_id)
    if place == 0:
        return None
    await never_ask(tx, tx.group.id, item_id)
    back = {"item": item_id, "place": place}
    return await note_act(tx, NEVER, f"Never to be asked: {item_id}", back)


async def _never_stands(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    return "" if (await wish_places(tx, tx.group.id)).get(back["item"]) == 0 else "It can be asked again."


async def _allow(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    group_id, place = tx.group.id, back["place"]
    await drop_wish(tx, group_id, back["item"])
    if not place:
        return "It can be asked again."
    queue = list(queue_in(await wish_places(tx, group_id)))
    queue.insert(place - 1, back["item"])
    await keep_queue(tx, group_id, queue)
    return "It stands in the queue again."


async def plan_by(tx: RequestTransaction, key: str, wanted: Wanted, today: date) -> int | None:
    """Plan a weekday or a week, as an organiser's act; the act, None where it was planned so already."""
    old = (await plans_of(tx, tx.group.id)).get(key, ())
    await keep_plan(tx, tx.group.id, key, wanted, today)
    if old == wanted:
        return None
    day = (
        f"every {WEEKDAYS[int(key)]}"
        if len(key) == 1
        else f"the week from {short_day(date.fromisoformat(key))}"
    )
    back = {"day": key, "old": list(old), "new": list(wanted)}
    return await note_act(tx, PLANNED, f"Planned {day}", back)


async def _plan_stands(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    now = (await plans_of(tx, tx.group.id)).get(back["day"], ())
    return "" if list(now) == back["new"] else "Its plan has changed since, or it is over."


async def _plan_back(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    today = tx.request.at.astimezone(tx.group.rhythm.tz).date()
    await keep_plan(tx, tx.group.id, back["day"], tuple(back["old"]), today)
    return "The plan is as it was." if back["old"] else "Nothing is planned for it."


UNDOING = {
    QUEUED: Undoing(_queue_stands, _queue_back),
    NEVER: Undoing(_never_stands, _allow),
    PLANNED: Undoing(_plan_stands, _plan_back),
}
