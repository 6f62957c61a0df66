"""SQL of a group's own questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, case, delete, exists, func, not_, or_, select, update

from bot.database.rows import Reader
from bot.database.statements import Statement, any_of, insert
from bot.database.transaction import Transaction
from bot.features.custom_questions.model import OWN, Own, OwnState
from bot.features.custom_questions.tables import own_questions

IN_THE_BANK = (OwnState.ACCEPTED, OwnState.RETIRED)

_T = own_questions.c
_IN_GROUP = _T.group_id == bindparam("group_id")


read_own = Reader(Own, state=OwnState)

_BY_ID = Statement(select(own_questions).where(_T.id == bindparam("own_id")))
_IN_STATES = Statement(select(own_questions).where(_IN_GROUP, any_of(_T.state, "states")).order_by(_T.id))
_COUNT = Statement(select(func.count()).where(_IN_GROUP, any_of(_T.state, "states")))
_WAITING_OF_MEMBER = Statement(
    select(own_questions)
    .where(_IN_GROUP, _T.member_id == bindparam("member_id"), _T.state == OwnState.SUGGESTED)
    .order_by(_T.id)
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
    return read_own.first(await tx.execute(_BY_ID, own_id=own_id))


async def own_of(tx: Transaction, group_id: int, *states: OwnState) -> tuple[Own, ...]:
    """A group's own questions in these states, oldest first."""
    return read_own.all(await tx.execute(_IN_STATES, group_id=group_id, states=states))


async def count_of(tx: Transaction, group_id: int, *states: OwnState) -> int:
    """How many questions a group has in these states."""
    return int(await tx.scalar(_COUNT, group_id=group_id, states=states))


async def waiting_of(tx: Transaction, group_id: int, member_id: int) -> tuple[Own, ...]:
    """A member's suggestions that wait in a group, oldest first."""
    return read_own.all(await tx.execute(_WAITING_OF_MEMBER, group_id=group_id, member_id=member_id))


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


def _next_waiting() -> Select[Any]:
    place, total = func.row_number().over(order_by=_T.id), func.count().over()
    query = select(own_questions, place.label("place"), total.label("total"))
    wait = query.where(_IN_GROUP, _T.state == OwnState.SUGGESTED).subquery("wait")
    first = case((wait.c.id > bindparam("after", type_=_T.id.type), 0), else_=1)
    return select(wait).order_by(first, wait.c.id).limit(1)


_NEXT_WAITING = Statement(_next_waiting)


async def next_waiting(tx: Transaction, group_id: int, after: int) -> Waiting | None:
    """The first suggestion that waits after a number, round the end; None where none waits."""
    row = (await tx.execute(_NEXT_WAITING, group_id=group_id, after=after)).first()
    return None if row is None else Waiting(read_own(row), row.place, row.total)


_CHANGE = update(own_questions).where(_T.id == bindparam("its_id"))
_CHANGE_WAITING = _CHANGE.where(_T.state == OwnState.SUGGESTED)
_DECIDED: dict[str, Any] = {"state": bindparam("after"), "decided_at": bindparam("now")}
_SAYS: dict[str, Any] = {"item": bindparam("said"), "source": bindparam("read_on")}
_DECIDE = Statement(_CHANGE_WAITING.values(**_DECIDED, decided_by=bindparam("by"), reason=bindparam("why")))
_UNDECIDE = Statement(
    _CHANGE.where(or_(_T.state == OwnState.ACCEPTED, _T.state == OwnState.DECLINED)).values(
        state=OwnState.SUGGESTED, decided_by=None, decided_at=None, reason=""
    )
)
_REWRITE = Statement(_CHANGE_WAITING.values(**_SAYS))
_MOVE = Statement(_CHANGE.where(_T.state == bindparam("before")).values(**_DECIDED))
_CORRECT = Statement(_CHANGE.where(or_(*(_T.state == each for each in IN_THE_BANK))).values(**_SAYS))
_VERSIONS = Statement(select(func.count()).where(_T.request == bindparam("item_id")))
_NEWER = Statement(
    select(
        exists().where(
            _IN_GROUP,
            _T.state == OwnState.REPLACED,
            _T.reason == bindparam("item_id"),
            _T.decided_at > bindparam("since", type_=_T.decided_at.type),
        )
    )
)


async def decide(
    tx: Transaction, own_id: int, after: OwnState, by: int | None, now: datetime, reason: str
) -> bool:
    """Accept or decline a suggestion; False where it does not wait any more."""
    values = {"its_id": own_id, "after": after, "by": by, "now": now, "why": reason}
    return (await tx.execute(_DECIDE, values)).rowcount == 1


async def undecide(tx: Transaction, own_id: int) -> None:
    """Let a suggestion that was decided on wait for a decision again."""
    await tx.execute(_UNDECIDE, its_id=own_id)


async def rewrite(tx: Transaction, own_id: int, item: Mapping[str, Any], source: str) -> bool:
    """Change what a suggestion asks; False where it does not wait any more."""
    return (await tx.execute(_REWRITE, its_id=own_id, said=item, read_on=source)).rowcount == 1


async def correct(tx: Transaction, own: Own, item: Mapping[str, Any], source: str, now: datetime) -> int:
    """Give a question of the bank a new version under its id; the number under which the one before is kept."""
    before = {
        "group_id": own.group_id,
        "member_id": None,
        "state": OwnState.REPLACED,
        "item": own.item,
        "source": own.source,
        "reason": own.item_id,
        "request": own.item_id,
        "number": await tx.scalar(_VERSIONS, item_id=own.item_id),
        "created_at": now,
        "decided_at": now,
    }
    await tx.execute(_CORRECT, its_id=own.id, said=item, read_on=source)
    return await tx.insert(own_questions, before)


async def swap(tx: Transaction, own: Own, other: Own, after: OwnState, now: datetime) -> None:
    """Let a question of the bank say what another version says; that one then holds what it said, in this state."""
    said = {"item": own.item, "source": own.source, "reason": own.item_id}
    await tx.change(own_questions, other.id, {**said, "state": after, "member_id": None, "decided_at": now})
    await tx.execute(_CORRECT, its_id=own.id, said=other.item, read_on=other.source)


async def edited_since(tx: Transaction, own: Own, since: datetime | None) -> bool:
    """Whether a question got another version after an instant."""
    return bool(await tx.scalar(_NEWER, group_id=own.group_id, item_id=own.item_id, since=since))


async def move(tx: Transaction, own_id: int, before: OwnState, after: OwnState, now: datetime) -> bool:
    """Bring a question from one state to another; False where it was not in that state any more."""
    values = {"its_id": own_id, "before": before, "after": after, "now": now}
    return (await tx.execute(_MOVE, values)).rowcount == 1


# Suggesting and importing -----------------------------------------------------------------------------------------------

_ADD_PENDING = Statement(
    insert(own_questions)
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
    select(own_questions).where(_IN_GROUP, _T.request == _BROUGHT_WITH).order_by(_T.number)
)
_IMPORTS = Statement(
    select(
        func.min(_T.id).label("first"),
        func.min(_T.created_at).label("at"),
        func.sum(case((_T.reason == "", 1), else_=0)).label("added"),
        func.sum(case((_T.reason == "", 0), else_=1)).label("replaced"),
        func.sum(case((_T.state == OwnState.TAKEN_BACK, 1), else_=0)).label("taken_back"),
    )
    .where(_IN_GROUP, any_of(_T.state, "states"), not_(_T.request.startswith(OWN)))
    .group_by(_T.request)
    .having(
        or_(func.count() > 1, func.max(_T.reason) != "", func.max(_T.decided_by) == func.max(_T.member_id))
    )
    .order_by(func.min(_T.id).desc())
    .limit(bindparam("most", type_=Integer))
)
_ACCEPT = Statement(
    update(own_questions)
    .where(any_of(_T.id, "ids"), _T.state == OwnState.PENDING)
    .values(state=OwnState.ACCEPTED, decided_by=bindparam("by"), decided_at=bindparam("now"))
)
_DROP = Statement(delete(own_questions).where(any_of(_T.id, "ids"), _T.state == OwnState.PENDING))
_DROP_MEMBERS = Statement(
    delete(own_questions).where(
        _IN_GROUP,
        _T.member_id == bindparam("member_id"),
        _T.request != bindparam("but"),
        _T.state == OwnState.PENDING,
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


async def of_one_import(tx: Transaction, group_id: int, first: int) -> tuple[Own, ...]:
    """All that an import brought to a group, ``first`` among it; nothing where it is gone."""
    return read_own.all(await tx.execute(_OF_ONE_IMPORT, group_id=group_id, first=first))


@dataclass(frozen=True, slots=True)
class Import:
    """An import that was added: one of its rows, when it came, and how many questions it added and replaced."""

    first: int
    at: datetime
    added: int
    replaced: int
    taken_back: int


_read_import = Reader(Import, added=int, replaced=int, taken_back=int)


async def imports_of(tx: Transaction, group_id: int, most: int) -> tuple[Import, ...]:
    """The newest imports of a group, newest first."""
    states = (*IN_THE_BANK, OwnState.REPLACED, OwnState.TAKEN_BACK)
    rows = await tx.execute(_IMPORTS, group_id=group_id, states=states, most=most)
    return tuple(map(_read_import, rows))


async def accept_pending(tx: Transaction, ids: Sequence[int], member_id: int | None, now: datetime) -> None:
    """Take questions of an import into the bank."""
    await tx.execute(_ACCEPT, ids=list(ids), by=member_id, now=now)


async def drop_pending(tx: Transaction, ids: Sequence[int]) -> None:
    """Forget what was looked at and not added."""
    await tx.execute(_DROP, ids=list(ids))


async def drop_imports_of(tx: Transaction, group_id: int, member_id: int, *, but: str) -> None:
    """Forget what a member imported in a group and did not add; ``but`` is the request whose import stays."""
    await tx.execute(_DROP_MEMBERS, group_id=group_id, member_id=member_id, but=but)
