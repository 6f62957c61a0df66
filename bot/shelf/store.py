"""SQL of a group's own questions."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql

from bot.shelf.model import Own, OwnState
from bot.store.statements import Row
from bot.store.tables import own_questions
from bot.store.transaction import Transaction

IN_THE_BANK = (OwnState.ACCEPTED, OwnState.RETIRED)


def _read(row: Row) -> Own:
    return Own(
        row.id,
        row.group_id,
        row.member_id,
        OwnState(row.state),
        row.item,
        row.source,
        row.reason,
        row.decided_by,
    )


async def own_of(tx: Transaction, group_id: int, *states: OwnState) -> tuple[Own, ...]:
    """A group's own questions in these states, oldest first."""
    query = (
        select(own_questions)
        .where(own_questions.c.group_id == group_id, own_questions.c.state.in_(s.value for s in states))
        .order_by(own_questions.c.id)
    )
    return tuple(_read(row) for row in await tx.execute(query))


async def load_own(tx: Transaction, own_id: int) -> Own | None:
    """One question by its number."""
    row = (await tx.execute(select(own_questions).where(own_questions.c.id == own_id))).first()
    return _read(row) if row else None


async def add_suggestion(tx: Transaction, values: Mapping[str, Any]) -> int | None:
    """Add a suggestion; None where the same request added it before."""
    return await tx.insert_once(own_questions, {**values, "state": OwnState.SUGGESTED.value, "number": 0})


async def add_pending(tx: Transaction, rows: Iterable[Mapping[str, Any]]) -> None:
    """Keep the questions of an import until it is decided; those of the same request stand there once."""
    kept = [{**row, "state": OwnState.PENDING.value} for row in rows]
    if not kept:
        return
    await tx.execute(postgresql.insert(own_questions).on_conflict_do_nothing(), kept)


async def of_request(tx: Transaction, group_id: int, request: str) -> tuple[Own, ...]:
    """What one request brought, in its order."""
    query = (
        select(own_questions)
        .where(own_questions.c.group_id == group_id, own_questions.c.request == request)
        .order_by(own_questions.c.number)
    )
    return tuple(_read(row) for row in await tx.execute(query))


async def request_of(tx: Transaction, own_id: int) -> str:
    """The request that brought a question, "" where it is gone."""
    query = select(own_questions.c.request).where(own_questions.c.id == own_id)
    return (await tx.execute(query)).scalar_one_or_none() or ""


async def accept_pending(tx: Transaction, group_id: int, request: str, member_id: int, now: datetime) -> int:
    """Take an import's questions into the bank; how many moved now."""
    done = await tx.execute(
        update(own_questions)
        .where(
            own_questions.c.group_id == group_id,
            own_questions.c.request == request,
            own_questions.c.state == OwnState.PENDING.value,
        )
        .values(state=OwnState.ACCEPTED.value, decided_by=member_id, decided_at=now)
    )
    return int(done.rowcount)


async def drop_pending(
    tx: Transaction, group_id: int, member_id: int | None = None, *, but: str = "", request: str = ""
) -> None:
    """Forget imports that were looked at and not added: a member's in a group, ``but`` that of a request; or one's."""
    query = delete(own_questions).where(
        own_questions.c.group_id == group_id, own_questions.c.state == OwnState.PENDING.value
    )
    if member_id is not None:
        query = query.where(own_questions.c.member_id == member_id, own_questions.c.request != but)
    if request:
        query = query.where(own_questions.c.request == request)
    await tx.execute(query)


async def move(tx: Transaction, own_id: int, before: OwnState, after: OwnState, **values: object) -> bool:
    """Bring a question from one state to another; False where it was not in that state any more."""
    done = await tx.execute(
        update(own_questions)
        .where(own_questions.c.id == own_id, own_questions.c.state == before.value)
        .values(state=after.value, **values)
    )
    return bool(done.rowcount)


async def count_of(tx: Transaction, group_id: int, *states: OwnState, member_id: int | None = None) -> int:
    """How many questions a group has in these states, of one member where one is named."""
    query = select(func.count()).where(
        own_questions.c.group_id == group_id, own_questions.c.state.in_(s.value for s in states)
    )
    if member_id is not None:
        query = query.where(own_questions.c.member_id == member_id)
    return int((await tx.execute(query)).scalar_one())
