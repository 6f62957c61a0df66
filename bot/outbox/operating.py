"""What an operator sees and does of the deliveries: how many are open and since when, which ones have trouble, once more, no more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, case, func, or_, select, union_all, update

from bot.database.schema import Instant
from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.outbox.queries import GIVEN_UP, LEASE, WAITS, DeliveryState
from bot.outbox.tables import deliveries

_OPEN = Statement(
    select(
        deliveries.c.platform,
        deliveries.c.state,
        func.count().label("number"),
        func.min(deliveries.c.next_at).label("first_at"),
    )
    .where(any_of(deliveries.c.platform, "platforms"), deliveries.c.next_at.is_not(None))
    .group_by(deliveries.c.platform, deliveries.c.state)
)
_KEPT = Statement(
    select(deliveries.c.platform, func.count().label("number"))
    .where(deliveries.c.state == DeliveryState.KEPT, deliveries.c.identity_id > 0)
    .group_by(deliveries.c.platform)
)


@dataclass(frozen=True, slots=True)
class OpenDeliveries:
    """How many deliveries of a platform are in a state and not settled; ``first_at`` is when the first of them is to be tried.

    One in the state "sent" is to be edited; one that is kept has no time.
    """

    platform: str
    state: str
    number: int
    first_at: datetime | None


async def open_deliveries(tx: Transaction, platforms: Iterable[str]) -> tuple[OpenDeliveries, ...]:
    """What is open on these platforms, and what is kept on any; what is settled for good is not counted."""
    found = [OpenDeliveries(*row) for row in await tx.execute(_OPEN, platforms=tuple(platforms))]
    kept = [
        OpenDeliveries(row.platform, DeliveryState.KEPT.value, row.number, None)
        for row in await tx.execute(_KEPT)
    ]
    return (*found, *kept)


# One by one -------------------------------------------------------------------------------------------------------------

_NOW, _SURELY_LEFT = bindparam("now", type_=Instant), bindparam("surely_left", type_=Instant)
# Whoever sends one at this moment has it for a lease at most: longer, it is in doubt and waits for its next try.
_LEFT = or_(deliveries.c.lease_until <= _NOW, deliveries.c.lease_until > _SURELY_LEFT)
_IN_DOUBT = and_(deliveries.c.state == DeliveryState.SENDING, _LEFT)
_PUT_OFF = or_(deliveries.c.state == DeliveryState.WAITING, deliveries.c.state == DeliveryState.SENT)


def _seen(*condition: Any) -> Select[Any]:  # noqa: ANN401  (SQLAlchemy's conditions)
    c = deliveries.c
    return select(c.id, c.platform, c.kind, c.state, c.error, c.attempt, c.created_at).where(*condition)


def _list() -> Select[Any]:
    troubled = union_all(
        _seen(
            deliveries.c.next_at.is_not(None),
            or_(_IN_DOUBT, and_(_PUT_OFF, deliveries.c.error != "", deliveries.c.error != WAITS)),
        ),
        _seen(deliveries.c.state == DeliveryState.KEPT, deliveries.c.identity_id > 0),
    ).subquery()
    return (
        select(troubled)
        .where(or_(bindparam("any_reason", type_=Integer) == 1, troubled.c.error == bindparam("reason")))
        .order_by(troubled.c.created_at, troubled.c.id)
        .limit(bindparam("most", type_=Integer))
    )


_LIST = Statement(_list)


@dataclass(frozen=True, slots=True)
class TroubledDelivery:
    """A delivery that is kept, in doubt, or was put off after it could not be sent; ``reason`` is what came of its last try."""

    id: int
    platform: str
    kind: str
    state: str
    reason: str
    attempt: int
    created_at: datetime

    @property
    def trouble(self) -> str:
        """What is the matter with it."""
        if self.state in (DeliveryState.KEPT, DeliveryState.SENDING):
            return "kept" if self.state == DeliveryState.KEPT else "in doubt"
        return "failing" if self.state == DeliveryState.WAITING else "not edited"


def _moments(now: datetime) -> dict[str, datetime]:
    return {"now": now, "surely_left": now + LEASE}


async def troubled_deliveries(
    tx: Transaction, now: datetime, most: int, reason: str | None = None
) -> tuple[TroubledDelivery, ...]:
    """What has trouble at ``now``, oldest first; that for one ``reason`` alone where it is named."""
    given = {"most": most, "reason": reason or "", "any_reason": int(reason is None)}
    return tuple(TroubledDelivery(*row) for row in await tx.execute(_LIST, _moments(now) | given))


_MINE = and_(
    any_of(deliveries.c.id, "ids"),
    or_(
        deliveries.c.state == DeliveryState.KEPT,
        and_(deliveries.c.next_at.is_not(None), or_(_PUT_OFF, _IN_DOUBT)),
    ),
)
_AGAIN = Statement(
    update(deliveries)
    .where(_MINE)
    .values(
        state=case(
            (deliveries.c.state == DeliveryState.KEPT, DeliveryState.WAITING), else_=deliveries.c.state
        ),
        next_at=_NOW,
        lease_until=_NOW,
    )
)
_GIVE_UP = Statement(
    update(deliveries)
    .where(_MINE)
    .values(
        state=case((deliveries.c.message.is_not(None), DeliveryState.SENT), else_=DeliveryState.DROPPED),
        next_at=None,
        lease_until=None,
        error=GIVEN_UP,
    )
)


async def retry_deliveries(tx: Transaction, ids: Sequence[int], now: datetime) -> int:
    """Let deliveries be tried at once, with the key they have; how many. What is settled, or just being sent, is left alone.

    What is in doubt stays so: it is looked for before it is sent again. What was kept is tried as a message of its own.
    """
    return (await tx.execute(_AGAIN, _moments(now) | {"ids": tuple(ids)})).rowcount


async def drop_deliveries(tx: Transaction, ids: Sequence[int], now: datetime) -> int:
    """Give deliveries up for good; how many. What is settled, or just being sent, is left alone; what stands, stays as it is."""
    return (await tx.execute(_GIVE_UP, _moments(now) | {"ids": tuple(ids)})).rowcount
