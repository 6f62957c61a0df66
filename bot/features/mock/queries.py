"""SQL of mock interviews."""

from datetime import datetime

from sqlalchemy import Integer, bindparam, func, literal, not_, or_, select, union_all

from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.features.mock.model import OPEN, Form, Mock, MockState, read_form, read_mock
from bot.features.mock.tables import mock_forms, mocks
from bot.membership.tables import identities, members

_T = mocks.c
_ME = bindparam("member_id", type_=_T.candidate_id.type)
_ROLES = (_T.candidate_id, _T.interviewer_id, _T.observer_id)

MOCK_COLUMNS = read_mock.columns(mocks, "mock_")

_BY_ID = Statement(select(mocks).where(_T.id == bindparam("mock_id")))


async def load_mock(tx: Transaction, mock_id: int) -> Mock | None:
    """One mock by its number."""
    return read_mock.first(await tx.execute(_BY_ID, mock_id=mock_id))


async def change_mock(tx: Transaction, mock_id: int, **values: object) -> None:
    """Set columns of a mock."""
    await tx.change(mocks, mock_id, values)


_BEHIND = Statement(
    select(members.c.id)
    .join(identities, identities.c.person_id == members.c.person_id)
    .where(any_of(members.c.id, "people"), identities.c.id == bindparam("identity_id"))
)


async def member_behind(tx: Transaction, mock: Mock, identity_id: int | None) -> int | None:
    """Which of a mock's people an account is; None where it is nobody's of them."""
    found: int | None = await tx.scalar(_BEHIND, people=mock.people, identity_id=identity_id)
    return found


_ITS_FORMS = Statement(select(mock_forms).where(mock_forms.c.mock_id == bindparam("mock_id")))


async def forms_of(tx: Transaction, mock_id: int) -> dict[int, Form]:
    """What was written about a mock, by who wrote it."""
    return {row.member_id: read_form(row) for row in await tx.execute(_ITS_FORMS, mock_id=mock_id)}


async def change_form(tx: Transaction, form_id: int, **values: object) -> None:
    """Set columns of a form."""
    await tx.change(mock_forms, form_id, values)


_OPEN_OF = Statement(
    select(mocks)
    .where(or_(*(each == _ME for each in _ROLES), _T.asker_id == _ME), any_of(_T.state, "states"))
    .order_by(_T.id.desc())
)


async def open_of(tx: Transaction, member_id: int) -> Mock | None:
    """The newest mock of a member that is asked for, agreed on or running; one in which they are asked comes last."""
    found = [read_mock(row) for row in await tx.execute(_OPEN_OF, member_id=member_id, states=OPEN)]
    return min(found, key=lambda each: each.is_asked(member_id), default=None)


_READ_BEFOREHAND = or_(_T.part > 0, _T.state == MockState.READY.value)
_MET = Statement(
    union_all(
        *(
            select(_T.item_id, literal(answered).label("answered")).where(
                column == _ME, _T.item_id != "", met
            )
            for column, answered, met in (
                (_T.candidate_id, 1, _T.part > 0),
                (_T.interviewer_id, 0, _READ_BEFOREHAND),
                (_T.observer_id, 0, _READ_BEFOREHAND),
            )
        )
    )
)


async def scripts_met(tx: Transaction, member_id: int) -> tuple[frozenset[str], frozenset[str]]:
    """(the scripts that a member has met in any role, those that they were candidate for)."""
    rows = (await tx.execute(_MET, member_id=member_id)).all()
    return frozenset(r.item_id for r in rows), frozenset(r.item_id for r in rows if r.answered)


_LAST = Statement(
    select(mocks)
    .where(or_(*(each == _ME for each in _ROLES)), any_of(_T.state, "states"))
    .order_by(_T.ended_at.desc(), _T.id.desc())
    .limit(bindparam("most", type_=Integer))
)


async def last_mocks(tx: Transaction, member_id: int, most: int) -> tuple[Mock, ...]:
    """The last mocks that a member took part in, newest first."""
    over = (MockState.FORMS, MockState.DONE)
    return read_mock.all(await tx.execute(_LAST, member_id=member_id, states=over, most=most))


_DECLINED = Statement(
    select(func.count()).where(
        _T.asker_id == bindparam("asker_id"),
        or_(_T.candidate_id == bindparam("other_id"), _T.interviewer_id == bindparam("other_id")),
        _T.state == MockState.DECLINED.value,
        _T.created_at > bindparam("since"),
    )
)


async def declined_since(tx: Transaction, asker_id: int, other_id: int, since: datetime) -> bool:
    """Whether a member said "not now" to another after an instant."""
    return bool(await tx.scalar(_DECLINED, asker_id=asker_id, other_id=other_id, since=since))


_COUNT = Statement(
    select(func.count()).where(
        _T.group_id == bindparam("group_id"),
        _T.ended_at >= bindparam("first"),
        _T.ended_at < bindparam("end"),
        _T.interviewer_id.is_not(None),
        or_(_T.state == MockState.FORMS.value, _T.state == MockState.DONE.value),
    )
)


async def count_between(tx: Transaction, group_id: int, first: datetime, end: datetime) -> int:
    """How many mocks of two a group had from ``first`` to before ``end``."""
    return int(await tx.scalar(_COUNT, group_id=group_id, first=first, end=end))


MOST = 100
"""So many mocks are looked at in one go."""

_DUE = Statement(
    select(_T.id)
    .where(_T.next_at <= bindparam("now"), not_(any_of(_T.id, "left_alone")))
    .order_by(_T.next_at)
    .limit(MOST)
)
_DUE_ONE = Statement(
    select(mocks)
    .where(_T.id == bindparam("mock_id"), _T.next_at <= bindparam("now"))
    .with_for_update(skip_locked=True)
)
_RUNNING_WITH = Statement(
    select(mocks)
    .where(or_(*(any_of(each, "mine") for each in (*_ROLES, _T.asker_id))), any_of(_T.state, "states"))
    .order_by(_T.id)
)


async def due(tx: Transaction, now: datetime, left_alone: list[int]) -> list[int]:
    """The numbers of mocks that are to be looked at, those due longest first."""
    return (await tx.execute(_DUE, now=now, left_alone=left_alone)).scalars()


async def due_one(tx: Transaction, mock_id: int, now: datetime) -> Mock | None:
    """A mock that is still to be looked at, kept from others until the transaction ends."""
    return read_mock.first(await tx.execute(_DUE_ONE, mock_id=mock_id, now=now))


async def not_over(tx: Transaction, mine: tuple[int, ...]) -> tuple[Mock, ...]:
    """The mocks of some members that are not over, those whose forms are awaited too."""
    return read_mock.all(await tx.execute(_RUNNING_WITH, mine=mine, states=(*OPEN, MockState.FORMS)))
