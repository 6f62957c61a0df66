"""SQL of a group's own questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql

from bot.database.rows import Reader
from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.features.custom_questions.model import Own, OwnState
from bot.features.custom_questions.tables import own_questions

IN_THE_BANK = (OwnState.ACCEPTED, OwnState.RETIRED)

_T = own_questions.c
_IN_GROUP = _T.group_id == bindparam("group_id")


read_own = Reader(Own, state=OwnState)

_BY_ID = Statement(select(own_questions).where(_T.id == bindparam("own_id")))
_IN_STATES = Statement(select(own_questions).where(_IN_GROUP, any_of(_T.state, "states")).order_by(_T.id))
_COUNT = Statement(select(func.count()).where(_IN_GROUP, any_of(_T.state, "states")))
_WAITING_OF_MEMBER = Statement(
    select(func.count()).where(
        _IN_GROUP, _T.member_id == bindparam("member_id"), _T.state == OwnState.SUGGESTED
    )
)
_SUGGESTED_SINCE = Statement(
    select(_T.created_at)
    .where(
        _IN_GROUP,
        _T.member_id == bindparam("member_id"),
        _T.number == 0,
        _T.state != OwnState.PENDING,
        _T.created_at > bindparam("since"),
    )
    .order_by(_T.created_at)
)


async def load_own(tx: Transaction, own_id: int) -> Own | None:
    """One question by its number."""
    row = (await tx.execute(_BY_ID, own_id=own_id)).first()
    return read_own(row) if row else None


async def own_of(tx: Transaction, group_id: int, *states: OwnState) -> tuple[Own, ...]:
    """A group's own questions in these states, oldest first."""
    return tuple(map(read_own, await tx.execute(_IN_STATES, group_id=group_id, states=states)))


async def count_of(tx: Transaction, group_id: int, *states: OwnState) -> int:
    """How many questions a group has in these states."""
    return int(await tx.scalar(_COUNT, group_id=group_id, states=states))


async def waiting_of(tx: Transaction, group_id: int, member_id: int) -> int:
    """How many suggestions of a member wait in a group."""
    return int(await tx.scalar(_WAITING_OF_MEMBER, group_id=group_id, member_id=member_id))


async def suggested_since(tx: Transaction, group_id: int, member_id: int, since: datetime) -> list[datetime]:
    """When a member suggested questions to a group after an instant, oldest first; an import counts as one."""
    found = await tx.execute(_SUGGESTED_SINCE, group_id=group_id, member_id=member_id, since=since)
    return found.scalars()


# Reviewing --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A suggestion that waits, which one of how many it is."""

    own: Own
    number: int
    total: int


_WAIT = (
    select(
        own_questions,
        func.row_number().over(order_by=_T.id).label("place"),
        func.count().over().label("total"),
    )
    .where(_IN_GROUP, _T.state == OwnState.SUGGESTED)
    .subquery("wait")
)
_NEXT_WAITING = Statement(
    select(_WAIT)
    .order_by(case((_WAIT.c.id > bindparam("after", type_=_T.id.type), 0), else_=1), _WAIT.c.id)
    .limit(1)
)


async def next_waiting(tx: Transaction, group_id: int, after: int) -> Waiting | None:
    """The first suggestion that waits after a number, round the end; None where none waits."""
    row = (await tx.execute(_NEXT_WAITING, group_id=group_id, after=after)).first()
    return None if row is None else Waiting(read_own(row), row.place, row.total)


_DECIDE = Statement(
    update(own_questions)
    .where(_T.id == bindparam("its_id"), _T.state == OwnState.SUGGESTED)
    .values(
        state=bindparam("after"),
        decided_by=bindparam("by"),
        decided_at=bindparam("now"),
        reason=bindparam("why"),
    )
)
_UNDECIDE = Statement(
    update(own_questions)
    .where(_T.id == bindparam("its_id"), _T.state == OwnState.DECLINED)
    .values(state=OwnState.SUGGESTED, decided_by=None, decided_at=None, reason="")
)
_REWRITE = Statement(
    update(own_questions)
    .where(_T.id == bindparam("its_id"), _T.state == OwnState.SUGGESTED)
    .values(item=bindparam("said"), source=bindparam("read_on"))
)
_MOVE = Statement(
    update(own_questions)
    .where(_T.id == bindparam("its_id"), _T.state == bindparam("before"))
    .values(state=bindparam("after"), decided_at=bindparam("now"))
)


_CORRECT = Statement(
    update(own_questions)
    .where(_T.id == bindparam("its_id"), or_(*(_T.state == each for each in IN_THE_BANK)))
    .values(item=bindparam("said"), source=bindparam("read_on"))
)
_VERSIONS = Statement(select(func.count()).where(_T.request == bindparam("item_id")))


async def decide(
    tx: Transaction, own_id: int, after: OwnState, by: int | None, now: datetime, reason: str
) -> bool:
    """Accept or decline a suggestion; False where it does not wait any more."""
    values = {"its_id": own_id, "after": after, "by": by, "now": now, "why": reason}
    return (await tx.execute(_DECIDE, values)).rowcount == 1


async def undecide(tx: Transaction, own_id: int) -> None:
    """Let a suggestion that was declined wait for a decision again."""
    await tx.execute(_UNDECIDE, its_id=own_id)


async def rewrite(tx: Transaction, own_id: int, item: Mapping[str, Any], source: str) -> bool:
    """Change what a suggestion asks; False where it does not wait any more."""
    return (await tx.execute(_REWRITE, its_id=own_id, said=item, read_on=source)).rowcount == 1


async def correct(
    tx: Transaction, own: Own, item: Mapping[str, Any], source: str, now: datetime, why: str = ""
) -> None:
    """Give a question of the bank a new version under its id; the one before is kept, with what brought the new one."""
    before = {
        "group_id": own.group_id,
        "member_id": None,
        "state": OwnState.REPLACED,
        "item": own.item,
        "source": own.source,
        "reason": why,
        "request": own.item_id,
        "number": await tx.scalar(_VERSIONS, item_id=own.item_id),
        "created_at": now,
    }
    await tx.insert(own_questions, before)
    await tx.execute(_CORRECT, its_id=own.id, said=item, read_on=source)


async def move(tx: Transaction, own_id: int, before: OwnState, after: OwnState, now: datetime) -> bool:
    """Bring a question from one state to another; False where it was not in that state any more."""
    values = {"its_id": own_id, "before": before, "after": after, "now": now}
    return (await tx.execute(_MOVE, values)).rowcount == 1


# Suggesting and importing -----------------------------------------------------------------------------------------------

_ADD_PENDING = Statement(
    postgresql.insert(own_questions)
    .values(
        {
            name: bindparam(name, type_=_T[name].type)
            for name in ("group_id", "member_id", "item", "request", "number", "created_at")
        }
        | {"state": OwnState.PENDING}
    )
    .on_conflict_do_nothing()
    .inline()
)
_FIRST_OF_REQUEST = Statement(
    select(_T.id).where(_IN_GROUP, _T.request == bindparam("request")).order_by(_T.number).limit(1)
)
_BROUGHT_WITH = select(_T.request).where(_T.id == bindparam("first"), _T.request != "").scalar_subquery()
_OF_ONE_IMPORT = Statement(
    select(_T.id, _T.state, _T.request).where(_IN_GROUP, _T.request == _BROUGHT_WITH).order_by(_T.number)
)
_ACCEPT = Statement(
    update(own_questions)
    .where(
        _T.group_id == bindparam("its_group"),
        _T.request == bindparam("its_request"),
        _T.state == OwnState.PENDING,
    )
    .values(state=OwnState.ACCEPTED, decided_by=bindparam("by"), decided_at=bindparam("now"))
)
_DROP = Statement(
    delete(own_questions).where(_IN_GROUP, _T.request == bindparam("request"), _T.state == OwnState.PENDING)
)
_DROP_MEMBERS = Statement(
    delete(own_questions).where(
        _IN_GROUP,
        _T.member_id == bindparam("member_id"),
        _T.request != bindparam("but"),
        _T.state == OwnState.PENDING,
    )
)
_PROMPTS = Statement(
    select(_T.state, _T.item["prompt"].as_string().label("prompt")).where(
        _IN_GROUP,
        or_(_T.state == OwnState.SUGGESTED, _T.state == OwnState.ACCEPTED, _T.state == OwnState.RETIRED),
    )
)


async def add_suggestion(tx: Transaction, values: Mapping[str, Any]) -> int:
    """Add a suggestion; its number."""
    return await tx.insert(own_questions, {**values, "state": OwnState.SUGGESTED, "number": 0})


async def add_pending(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep the questions of an import until it is decided; those of the same request stand there once."""
    if rows:
        await tx.execute(_ADD_PENDING, rows)


async def first_of_request(tx: Transaction, group_id: int, request: str) -> int:
    """The first question that a request brought, 0 where it brought none."""
    return await tx.scalar(_FIRST_OF_REQUEST, group_id=group_id, request=request) or 0


async def of_one_import(tx: Transaction, group_id: int, first: int) -> tuple[str, tuple[OwnState, ...]]:
    """The request that brought a group's question, and how all that it brought stand; nothing where it is gone."""
    rows = (await tx.execute(_OF_ONE_IMPORT, group_id=group_id, first=first)).all()
    return (rows[0].request if rows else ""), tuple(OwnState(row.state) for row in rows)


async def accept_pending(
    tx: Transaction, group_id: int, request: str, member_id: int | None, now: datetime
) -> None:
    """Take an import's questions into the bank."""
    await tx.execute(_ACCEPT, its_group=group_id, its_request=request, by=member_id, now=now)


async def drop_import(tx: Transaction, group_id: int, request: str) -> None:
    """Forget an import that was looked at and not added."""
    await tx.execute(_DROP, group_id=group_id, request=request)


async def drop_imports_of(tx: Transaction, group_id: int, member_id: int, *, but: str) -> None:
    """Forget what a member imported in a group and did not add; ``but`` is the request whose import stays."""
    await tx.execute(_DROP_MEMBERS, group_id=group_id, member_id=member_id, but=but)


async def prompts_of(tx: Transaction, group_id: int) -> tuple[tuple[OwnState, str], ...]:
    """(state, prompt) of all that a group has, or was suggested to it."""
    rows = await tx.execute(_PROMPTS, group_id=group_id)
    return tuple((OwnState(row.state), row.prompt or "") for row in rows)
