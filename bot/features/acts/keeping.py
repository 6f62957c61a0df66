"""What organisers did: noted with what it changed, listed, and forgotten after a while."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select

from bot.chat.cards import Button, Card
from bot.database.rows import Reader
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.acts.actions import Undo
from bot.features.acts.tables import acts
from bot.services import RequestTransaction, Undoing

LISTED = 20
"""So many acts, the newest, are in the log."""

KEPT = timedelta(days=90)
LOT = 500
"""So many old acts are dropped in one transaction."""

UNDO = "undo"
"""The kind of an act that undid another one."""


@dataclass(frozen=True, slots=True)
class Act:
    """What an organiser did. ``member_id`` is who, None for nobody known; ``back`` what undoing it needs to know."""

    id: int
    group_id: int
    member_id: int | None
    at: datetime
    kind: str
    title: str
    back: Mapping[str, Any]
    undone_at: datetime | None


read_act = Reader(Act)

_BY_ID = Statement(select(acts).where(acts.c.id == bindparam("act_id")))
_NEWEST = Statement(
    select(acts).where(acts.c.group_id == bindparam("group_id")).order_by(acts.c.id.desc()).limit(LISTED)
)
_STANDING = Statement(
    select(acts.c.id, acts.c.back)
    .where(
        acts.c.group_id == bindparam("group_id"), acts.c.kind == bindparam("kind"), acts.c.undone_at.is_(None)
    )
    .order_by(acts.c.id.desc())
)
_OLD = select(acts.c.id).where(acts.c.at < bindparam("before")).order_by(acts.c.at).limit(LOT)
_DROP = Statement(delete(acts).where(acts.c.id.in_(_OLD.scalar_subquery())))


async def note_act(
    tx: RequestTransaction, kind: str, title: str, back: Mapping[str, Any] | None = None
) -> int:
    """Keep what the organiser who asks has done to ``tx.group``, in the same transaction; the act's id.

    ``title`` is the log's line, such as "Skipped Tuesday": our own words, which name nobody. ``back`` is what the
    ``Undoing`` of this kind needs to know, as JSON can hold it.
    """
    who = tx.known_actor.member.id if tx.known_actor is not None else None
    values = {"group_id": tx.group.id, "member_id": who, "at": tx.request.at, "kind": kind}
    return await tx.insert(acts, {**values, "title": title, "back": dict(back or {})})


def undo_button(act_id: int, label: str = "Undo") -> Button:
    """What stands on the card that confirms an act."""
    return Button(label, Undo(act_id))


def with_undo(card: Card, act_id: int | None, label: str = "Undo") -> Card:
    """A card that confirms an act and more; as it is where nothing was done."""
    if act_id is None:
        return card
    return replace(card, controls=(*card.controls, (undo_button(act_id, label),)))


async def load_act(tx: Transaction, act_id: int) -> Act | None:
    """One act; None once it is forgotten."""
    return read_act.first(await tx.execute(_BY_ID, act_id=act_id))


async def newest_acts(tx: Transaction, group_id: int) -> tuple[Act, ...]:
    """A group's newest acts, newest first."""
    return read_act.all(await tx.execute(_NEWEST, group_id=group_id))


async def standing_act(tx: Transaction, group_id: int, kind: str, **about: object) -> int | None:
    """The newest act of this kind that was not undone, and whose ``back`` says all of ``about``; None where there is none."""
    for row in await tx.execute(_STANDING, group_id=group_id, kind=kind):
        if about.items() <= row.back.items():
            return int(row.id)
    return None


async def mark_undone(tx: Transaction, act_id: int, now: datetime) -> None:
    """Keep that an act was undone. Callers have locked its group."""
    await tx.change(acts, act_id, {"undone_at": now})


async def drop_old(tx: Transaction, now: datetime) -> int:
    """Forget a lot of what happened too long ago; how many acts that were."""
    return (await tx.execute(_DROP, before=now - KEPT)).rowcount


def final(why: str) -> Undoing:
    """For a kind of act that can't be undone: ``why`` says so in the log."""

    async def in_the_way(_tx: RequestTransaction, _back: Mapping[str, Any]) -> str:
        return why

    return Undoing(in_the_way, in_the_way)
