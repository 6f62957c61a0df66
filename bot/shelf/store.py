"""SQL of a group's own questions."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.shelf.model import Own, OwnState
from bot.store.database import insert_once
from bot.store.tables import own_questions

IN_THE_BANK = (OwnState.ACCEPTED, OwnState.RETIRED)


def _read(row: Row[Any]) -> Own:
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


async def own_of(conn: AsyncConnection, group_id: int, *states: OwnState) -> tuple[Own, ...]:
    """A group's own questions in these states, oldest first."""
    query = (
        select(own_questions)
        .where(own_questions.c.group_id == group_id, own_questions.c.state.in_(s.value for s in states))
        .order_by(own_questions.c.id)
    )
    return tuple(_read(row) for row in await conn.execute(query))


async def load_own(conn: AsyncConnection, own_id: int) -> Own | None:
    """One question by its number."""
    row = (await conn.execute(select(own_questions).where(own_questions.c.id == own_id))).first()
    return _read(row) if row else None


async def add_suggestion(conn: AsyncConnection, values: Mapping[str, Any]) -> int | None:
    """Add a suggestion; None where the same request added it before."""
    return await insert_once(conn, own_questions, {**values, "state": OwnState.SUGGESTED.value, "number": 0})


async def add_pending(conn: AsyncConnection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Keep the questions of an import until it is decided; those of the same request stand there once."""
    kept = [{**row, "state": OwnState.PENDING.value} for row in rows]
    if not kept:
        return
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    await conn.execute(dialect.insert(own_questions).on_conflict_do_nothing(), kept)


async def of_request(conn: AsyncConnection, group_id: int, request: str) -> tuple[Own, ...]:
    """What one request brought, in its order."""
    query = (
        select(own_questions)
        .where(own_questions.c.group_id == group_id, own_questions.c.request == request)
        .order_by(own_questions.c.number)
    )
    return tuple(_read(row) for row in await conn.execute(query))


async def request_of(conn: AsyncConnection, own_id: int) -> str:
    """The request that brought a question, "" where it is gone."""
    query = select(own_questions.c.request).where(own_questions.c.id == own_id)
    return (await conn.execute(query)).scalar_one_or_none() or ""


async def accept_pending(
    conn: AsyncConnection, group_id: int, request: str, member_id: int, now: datetime
) -> int:
    """Take an import's questions into the bank; how many moved now."""
    done = await conn.execute(
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
    conn: AsyncConnection, group_id: int, member_id: int | None = None, *, but: str = "", request: str = ""
) -> None:
    """Forget imports that were looked at and not added: a member's in a group, ``but`` that of a request; or one's."""
    query = delete(own_questions).where(
        own_questions.c.group_id == group_id, own_questions.c.state == OwnState.PENDING.value
    )
    if member_id is not None:
        query = query.where(own_questions.c.member_id == member_id, own_questions.c.request != but)
    if request:
        query = query.where(own_questions.c.request == request)
    await conn.execute(query)


async def move(
    conn: AsyncConnection, own_id: int, before: OwnState, after: OwnState, **values: object
) -> bool:
    """Bring a question from one state to another; False where it was not in that state any more."""
    done = await conn.execute(
        update(own_questions)
        .where(own_questions.c.id == own_id, own_questions.c.state == before.value)
        .values(state=after.value, **values)
    )
    return bool(done.rowcount)


async def count_of(
    conn: AsyncConnection, group_id: int, *states: OwnState, member_id: int | None = None
) -> int:
    """How many questions a group has in these states, of one member where one is named."""
    query = select(func.count()).where(
        own_questions.c.group_id == group_id, own_questions.c.state.in_(s.value for s in states)
    )
    if member_id is not None:
        query = query.where(own_questions.c.member_id == member_id)
    return int((await conn.execute(query)).scalar_one())
