"""SQL of what organisers want asked, and of who has read an answer before its question comes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, delete, exists, func, or_, select

from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.features.coming.rules import Wanted, Wishes, days_of, never_in, queue_in
from bot.features.coming.tables import answer_peeks, question_plans, question_wishes
from bot.membership.queries import lock_group
from bot.membership.tables import members

_WISH, _PLAN, _PEEK = question_wishes.c, question_plans.c, answer_peeks.c
_OF_GROUP = _WISH.group_id == bindparam("of_group")
_PLAN_OF_GROUP = _PLAN.group_id == bindparam("of_group")

_WISHES = Statement(select(_WISH.item_id, _WISH.place).where(_OF_GROUP).order_by(_WISH.id.desc()))
_UNQUEUE = Statement(
    delete(question_wishes).where(_OF_GROUP, or_(_WISH.place > 0, any_of(_WISH.item_id, "queue")))
)
_DROP = Statement(delete(question_wishes).where(_OF_GROUP, _WISH.item_id == bindparam("item")))
_PLANS = Statement(select(_PLAN.day, _PLAN.wanted).where(_PLAN_OF_GROUP).order_by(_PLAN.day))
_DROP_PLAN = Statement(delete(question_plans).where(_PLAN_OF_GROUP, _PLAN.day == bindparam("on")))
_DROP_OLD = Statement(
    delete(question_plans).where(
        _PLAN_OF_GROUP, func.length(_PLAN.day) > 1, _PLAN.day < bindparam("before", type_=Text)
    )
)


async def wish_places(tx: Transaction, group_id: int) -> Mapping[str, int]:
    """The places of a group's questions: the queue from 1, then, at 0, what is never asked, the newest first."""
    rows = (await tx.execute(_WISHES, of_group=group_id)).all()
    queue = sorted((row.place, row.item_id) for row in rows if row.place)
    return {
        **{item_id: place for place, (_, item_id) in enumerate(queue, 1)},
        **{row.item_id: 0 for row in rows if not row.place},
    }


async def wishes_of(tx: Transaction, group_id: int, day: date) -> Wishes:
    """What a group's organisers want asked on a local date."""
    places, plans = await wish_places(tx, group_id), await plans_of(tx, group_id)
    week, weekday = (plans.get(key, ()) for key in days_of(day))
    return Wishes(queue_in(places), frozenset(never_in(places)), week, weekday)


async def keep_queue(tx: Transaction, group_id: int, queue: Sequence[str]) -> None:
    """Let a group's queue be this one, of which nothing is never asked. Callers have locked the group."""
    await tx.execute(_UNQUEUE, of_group=group_id, queue=list(queue))
    rows = [{"group_id": group_id, "item_id": each, "place": at} for at, each in enumerate(queue, 1)]
    await tx.insert_all(question_wishes, rows)


async def never_ask(tx: Transaction, group_id: int, item_id: str) -> None:
    """Let a group never be asked this; it leaves the queue."""
    await tx.upsert(question_wishes, {"group_id": group_id, "item_id": item_id}, {"place": 0})


async def drop_wish(tx: Transaction, group_id: int, item_id: str) -> None:
    """Want nothing particular of a question: it is neither queued nor never asked."""
    await tx.execute(_DROP, of_group=group_id, item=item_id)


async def plans_of(tx: Transaction, group_id: int) -> Mapping[str, Wanted]:
    """All plans of a group by the key of their day: weekdays, then weeks."""
    return {row.day: tuple(row.wanted) for row in await tx.execute(_PLANS, of_group=group_id)}


async def keep_plan(tx: Transaction, group_id: int, key: str, wanted: Wanted, today: date) -> None:
    """Plan a weekday or a week; nothing wanted is no plan. The plans of weeks that are over go."""
    await lock_group(tx, group_id)
    await tx.execute(_DROP_OLD, of_group=group_id, before=days_of(today)[0])
    if wanted:
        await tx.upsert(question_plans, {"group_id": group_id, "day": key}, {"wanted": list(wanted)})
    else:
        await tx.execute(_DROP_PLAN, of_group=group_id, on=key)


# Who has read an answer -------------------------------------------------------------------------------------------------

_PEEKED = Statement(
    select(_PEEK.id).where(_PEEK.member_id == bindparam("member"), _PEEK.item_id == bindparam("item"))
)
_FORGET = Statement(
    delete(answer_peeks).where(
        _PEEK.member_id.in_(select(members.c.id).where(members.c.group_id == bindparam("of_group"))),
        _PEEK.item_id == bindparam("item"),
    )
)


def peeked(member_id: Any, item_id: Any, *lately: ColumnElement[bool]) -> ColumnElement[bool]:  # noqa: ANN401  (columns or binds)
    """The condition that a member has read a question's answer before it is revealed."""
    return exists().where(_PEEK.member_id == member_id, _PEEK.item_id == item_id, *lately)


async def has_peeked(tx: Transaction, member_id: int, item_id: str) -> bool:
    """Whether a member has read a question's answer before it is revealed."""
    return (await tx.execute(_PEEKED, member=member_id, item=item_id)).first() is not None


async def keep_peek(tx: Transaction, member_id: int, item_id: str, now: datetime) -> None:
    """Note that a member has read a question's answer."""
    await tx.insert_once(answer_peeks, {"member_id": member_id, "item_id": item_id, "at": now})


async def forget_peeks(tx: Transaction, group_id: int, item_id: str) -> None:
    """A group's question is revealed: from now on everyone knows its answer."""
    await tx.execute(_FORGET, of_group=group_id, item=item_id)
