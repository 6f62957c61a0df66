"""Deliveries: messages that must arrive once, however often the process dies on the way.

A delivery is written in the transaction that makes it due. It is claimed with a lease, sent with a key that is the same
on every attempt, and recorded with a fence: only the owner of the lease can record. A lease that ran out means nobody
knows whether the message was sent; it is looked up by its key before it is sent again.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache, partial
from hashlib import blake2b
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    delete,
    func,
    not_,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from bot.chat.requests import Destination, Identity, MessageRef, Place
from bot.database.schema import Instant
from bot.database.statements import Row, Statement, any_of
from bot.database.transaction import Transaction
from bot.outbox.tables import deliveries

LEASE = timedelta(seconds=60)
"""How long a claim holds; longer than SEND_TIMEOUT, so that a send never outlives its lease."""

SEND_TIMEOUT = timedelta(seconds=20)

IN_A_LANE = 10
"""So many deliveries to one destination are claimed at once: they wait for each other, and their lease runs."""

NO_ACCESS = "no access"
"""The error of a delivery that waits for its place."""

GONE = "gone"
"""The error of one whose message somebody deleted."""

GIVEN_UP = "given up"
"""The error of one that an operator gave up."""

WAITS = "waits"
"""The error of one that was claimed, and put back untried until its platform lets it be sent."""

NEVER = datetime.max.replace(tzinfo=UTC)


class DeliveryState(StrEnum):
    """waiting -> sending -> sent, and from sending back to waiting where it is to be tried again.

    kept: its person takes no private messages, and sees it with their next private reply. dropped: there was nothing to
    show. What is sent is claimed again when it is to be edited.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    KEPT = "kept"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One claimed delivery.

    ``ref`` is the message that exists already, ``in_doubt`` that an earlier try ended unknown: it may have been sent from
    ``first_try_at`` on, for LEASE. From ``lease_until`` on others may claim it. ``root`` is the message that it follows there, ``threads`` whether the place wants it in that
    one's thread; None means as its platform prefers. ``paused`` says that the last try in its place had no access.
    ``claimed`` is when its process claimed it, on a timer that is never set, ``asked_at`` when it was asked for.
    """

    id: int
    subject: str
    kind: str
    key: str
    destination: Destination
    place_id: int | None
    identity_id: int | None
    attempt: int
    in_doubt: bool
    first_try_at: datetime
    ref: MessageRef | None
    wanted_revision: int
    lease_until: datetime
    threads: bool | None = None
    root: MessageRef | None = None
    paused: bool = False
    claimed: float = 0.0
    asked_at: datetime = NEVER

    @property
    def subject_id(self) -> int:
        """The number after the subject's colon: "round:12" is 12."""
        return int(self.subject.partition(":")[2])

    @property
    def card_kind(self) -> str:
        """Which card it has: what stands before the colon of its kind, if there is one."""
        return self.kind.partition(":")[0]


def delivery_key(subject: str, kind: str, destination: str) -> str:
    """The key of a delivery: 24 hexadecimal digits, the same on every attempt."""
    return blake2b(f"{subject}|{kind}|{destination}".encode(), digest_size=12).hexdigest()


async def to_place(
    tx: Transaction, subject: str, kind: str, place_id: int, place: Place, now: datetime, under: str = ""
) -> int | None:
    """Ask for one message in a place; None when it was asked for already.

    ``under`` names the message there in whose thread it may stand: "round:12|question", its subject and kind.
    """
    return await _ask(tx, subject, kind, place.key, place.platform, now, place_id=place_id, under=under)


_STANDS_IN = Statement(
    select(deliveries.c.destination, deliveries.c.platform, deliveries.c.place_id)
    .where(
        deliveries.c.subject == bindparam("its_subject"),
        deliveries.c.kind == bindparam("kind"),
        deliveries.c.place_id.is_not(None),
    )
    .order_by(deliveries.c.id)
)


async def beside(
    tx: Transaction, subject: str, kind: str, another: str, now: datetime, under: str = ""
) -> None:
    """Ask for a message of ``another`` kind wherever one of a subject and kind was asked for; ``under`` as in ``to_place``."""
    for row in (await tx.execute(_STANDS_IN, its_subject=subject, kind=kind)).all():
        await _ask(
            tx, subject, another, row.destination, row.platform, now, place_id=row.place_id, under=under
        )


async def to_person(
    tx: Transaction, subject: str, kind: str, identity_id: int, who: Identity, now: datetime
) -> int | None:
    """Ask for one private message to an account; None when it was asked for already."""
    return await _ask(tx, subject, kind, who.key, who.platform, now, identity_id=identity_id)


async def _ask(
    tx: Transaction,
    subject: str,
    kind: str,
    destination: str,
    platform: str,
    now: datetime,
    place_id: int | None = None,
    identity_id: int | None = None,
    under: str = "",
) -> int | None:
    values = {
        "subject": subject,
        "kind": kind,
        "destination": destination,
        "key": delivery_key(subject, kind, destination),
        "platform": platform,
        "place_id": place_id,
        "identity_id": identity_id,
        "under": under,
        "state": DeliveryState.WAITING,
        "next_at": now,
        "created_at": now,
    }
    return await tx.insert_once(deliveries, values)


_NOW = bindparam("now", type_=Instant)
_STATE, _NEXT_AT = deliveries.c.state, deliveries.c.next_at
_IDLE = and_(_NEXT_AT.is_(None), or_(_STATE == DeliveryState.SENT, _STATE == DeliveryState.DROPPED))

_REFRESH = Statement(
    update(deliveries)
    .where(
        deliveries.c.subject == bindparam("its_subject"),
        any_of(deliveries.c.kind, "kinds"),
        _STATE != DeliveryState.KEPT,  # it is made when it is shown
        deliveries.c.error != GIVEN_UP,
    )
    .values(
        wanted_revision=deliveries.c.wanted_revision + 1,
        next_at=case((_IDLE, _NOW), else_=_NEXT_AT),
        state=case((and_(_IDLE, _STATE == DeliveryState.DROPPED), DeliveryState.WAITING), else_=_STATE),
    )
)


async def refresh(tx: Transaction, subject: str, kinds: tuple[str, ...], now: datetime) -> None:
    """Ask that what was sent (or is being sent) of a subject shows its newest state. Several asks make one edit.

    What was dropped because there was nothing to show is tried again, what was given up is not. A pause that runs already is not cut short.
    """
    await tx.execute(_REFRESH, its_subject=subject, kinds=kinds, now=now)


# Reading deliveries -----------------------------------------------------------------------------------------------------


class _Half(ColumnElement[str]):
    """What stands before (0) or after (1) the bar in "round:12|question"."""

    inherit_cache = False
    type = Text()

    def __init__(self, column: ColumnElement[str], which: int) -> None:
        self.column = column
        self.which = which


@compiles(_Half, "sqlite")
def _half_in_sqlite(element: _Half, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401  (SQLAlchemy's own)
    column = compiler.process(element.column, **more)
    bar = f"instr({column}, '|')"
    return f"substr({column}, {bar} + 1)" if element.which else f"substr({column}, 1, {bar} - 1)"


@compiles(_Half, "postgresql")
def _half_in_postgresql(element: _Half, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401  (SQLAlchemy's own)
    return f"split_part({compiler.process(element.column, **more)}, '|', {element.which + 1})"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where messages go: the room that keeps places and accounts hands it in.

    ``joined`` joins what is known of their destination to some deliveries, ``columns`` are place_tenant, channel,
    place_name, threads, paused_because, identity_tenant, user and identity_name. ``again`` is called when a place that
    was out of reach was reached, ``lost`` when one no longer is, with the reason, ``deleted`` when somebody has
    deleted a message, and ``refused`` when the platform won't take one; each in a transaction.
    """

    joined: Callable[[FromClause, FromClause], FromClause]
    columns: tuple[ColumnElement[Any], ...]
    again: Callable[[Transaction, int, datetime], Awaitable[None]]
    lost: Callable[[Transaction, Delivery, str, datetime], Awaitable[None]]
    deleted: Callable[[Transaction, Delivery, datetime], Awaitable[None]]
    refused: Callable[[Transaction, Delivery, datetime], Awaitable[None]]


def in_full(
    some: FromClause,
    joined: Callable[[FromClause, FromClause], FromClause],
    columns: tuple[ColumnElement[Any], ...],
) -> Select[Any]:
    """The query for all that is needed of some deliveries: their own columns, where they go, and what they follow.

    ``joined`` and ``columns`` are those of ``Reach``.
    """
    root = deliveries.alias("root")
    follows = and_(
        some.c.under != "",
        root.c.subject == _Half(some.c.under, 0),
        root.c.kind == _Half(some.c.under, 1),
        root.c.destination == some.c.destination,
    )
    query = select(some, *columns, root.c.message.label("root_message"))
    return query.select_from(joined(some, some).outerjoin(root, follows))


def read_delivery(row: Row) -> Delivery:
    """A delivery as a row of ``in_full`` has it. One that was never tried has the end of time as its first try."""
    destination: Destination
    if row.place_id is not None:
        destination = Place(row.platform, row.place_tenant, row.channel, row.place_name)
    elif row.identity_id is not None:
        destination = Identity(row.platform, row.identity_tenant, row.user, row.identity_name)
    else:  # of an account that is forgotten
        destination = Identity(*row.destination.split("/", 2))
    return Delivery(
        id=row.id,
        subject=row.subject,
        kind=row.kind,
        key=row.key,
        destination=destination,
        place_id=row.place_id,
        identity_id=row.identity_id,
        attempt=row.attempt,
        in_doubt=row.state == DeliveryState.SENDING,
        first_try_at=row.first_try_at or NEVER,
        ref=MessageRef(**row.message) if row.message else None,
        wanted_revision=row.wanted_revision,
        lease_until=row.lease_until or NEVER,
        threads=row.threads,
        root=MessageRef(**row.root_message) if row.root_message else None,
        paused=bool(row.paused_because),
        asked_at=row.created_at,
    )


# Claiming and recording -------------------------------------------------------------------------------------------------

_ONE_AT_A_TIME = Statement(
    select(func.pg_advisory_xact_lock(func.hashtext(bindparam("platform", type_=Text))))
)
"""Else two claims at the same moment, of which neither sees the other, would share what one destination is told."""

_OTHERS = deliveries.alias("others")
_OF_OTHERS = select(_OTHERS.c.destination).where(
    _OTHERS.c.platform == bindparam("platform"),
    _OTHERS.c.next_at > _NOW,
    _OTHERS.c.next_at <= bindparam("leased_until", type_=Instant),
    _OTHERS.c.state == DeliveryState.SENDING,
    _OTHERS.c.owner != bindparam("by"),
)
"""Where another process is sending, or died while it did: its lease ends within LEASE."""


def _due(reach: Reach, *which: ColumnElement[bool]) -> Select[Any]:
    """What is due, locked within: the rows are then as they stand once they are locked, not as they stood before."""
    due = (
        select(deliveries)
        .where(
            deliveries.c.next_at <= _NOW,
            not_(any_of(deliveries.c.destination, "busy")),
            deliveries.c.destination.not_in(_OF_OTHERS),
            or_(
                _STATE == DeliveryState.WAITING,
                _STATE == DeliveryState.SENT,
                and_(_STATE == DeliveryState.SENDING, deliveries.c.lease_until <= _NOW),
            ),
            *which,
        )
        .order_by(deliveries.c.next_at, deliveries.c.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
        .subquery("due")
    )
    return in_full(due, reach.joined, reach.columns).order_by(due.c.next_at, due.c.id)


@dataclass(frozen=True, slots=True)
class Claiming:
    """The statements by which ``claim`` finds what is due: all but some ("round:12|reminder"), and of some kinds alone.

    ``waited_for`` are the kinds of message for which somebody waits who is there, such as the card of a running quiz.
    """

    all_but: Statement
    of_kinds: Statement
    waited_for: frozenset[str]


@cache
def claiming(reach: Reach, waited_for: frozenset[str] = frozenset()) -> Claiming:
    """The statements of ``claim``; each process composes them once."""
    one = deliveries.c.subject + "|" + deliveries.c.kind
    all_but = (deliveries.c.platform == bindparam("platform"), not_(any_of(one, "but")))
    waiting = deliveries.alias("waiting")
    # Found first, by an index of their own: among thousands that are due, they would be looked for one by one.
    of_kinds = select(waiting.c.id).where(
        waiting.c.platform == bindparam("platform"),
        any_of(waiting.c.kind, "kinds"),
        waiting.c.next_at <= _NOW,
    )
    which = deliveries.c.id.in_(of_kinds)
    return Claiming(
        Statement(partial(_due, reach, *all_but)), Statement(partial(_due, reach, which)), waited_for
    )


_UNTIL = bindparam("until", type_=Instant)
_TAKE = Statement(
    update(deliveries)
    .where(any_of(deliveries.c.id, "ids"))
    .values(
        state=DeliveryState.SENDING,
        owner=bindparam("by"),
        lease_until=_UNTIL,
        next_at=_UNTIL,
        attempt=deliveries.c.attempt + 1,
        first_try_at=case((_STATE == DeliveryState.SENDING, deliveries.c.first_try_at), else_=_NOW),
    )
)


async def claim(
    tx: Transaction,
    due: Claiming,
    platform: str,
    owner: str,
    now: datetime,
    limit: int = 20,
    busy: frozenset[str] = frozenset(),
    lanes: int | None = None,
) -> tuple[Delivery, ...]:
    """Take up to ``limit`` due deliveries of a platform for ``owner``, those due longest first, for LEASE.

    They go to so many destinations (``lanes``; None: any number), at most IN_A_LANE to each, and none to one that is
    ``busy``, nor to one where another process holds a lease. While more is due than can be taken, half is for what somebody
    waits for, and what is many, such as a round's thousand reminders, leaves half to others; the oldest is always taken.
    """
    until = leased_until = now + LEASE
    if tx.dialect == "postgresql":
        await tx.execute(_ONE_AT_A_TIME, platform=platform)
    else:
        leased_until = now  # a file has one process: whoever holds a lease besides is dead
    values = {"platform": platform, "now": now, "busy": busy, "by": owner, "leased_until": leased_until}
    found = (await tx.execute(due.all_but, most=limit, but=(), **values)).all()
    if not found:
        return ()
    if len(found) == limit and limit > 1:
        half = max(1, (lanes or limit) // 2)
        ahead = (await tx.execute(due.of_kinds, most=half, kinds=due.waited_for, **values)).all()
        many = Counter(f"{row.subject}|{row.kind}" for row in found)
        if crowding := [each for each, count in many.items() if count > half]:
            ahead += (await tx.execute(due.all_but, most=half, but=crowding, **values)).all()
        before = found[:1] if lanes != 1 else []
        found = list({row.id: row for row in (*before, *ahead, *found)}.values())
    by_lane: dict[str, list[Row]] = {}
    for row in found:
        by_lane.setdefault(row.destination, []).append(row)
    in_order = (
        sorted(each, key=lambda row: (row.next_at, row.id)) for each in islice(by_lane.values(), lanes)
    )
    rows = [row for lane in in_order for row in lane[:IN_A_LANE]][:limit]
    await tx.execute(_TAKE, ids=[row.id for row in rows], by=owner, until=until, now=now)
    return tuple(
        replace(
            found,
            attempt=found.attempt + 1,
            first_try_at=found.first_try_at if found.in_doubt else now,
            lease_until=until,
        )
        for found in map(read_delivery, rows)
    )


_MINE = and_(
    deliveries.c.id == bindparam("its_id"),
    deliveries.c.key == bindparam("its_key"),  # SQLite gives the id of a row that was deleted to the next one
    _STATE == DeliveryState.SENDING,
    deliveries.c.owner == bindparam("its_owner"),
    deliveries.c.attempt == bindparam("its_attempt"),
)
"""The fence: still claimed by this owner, and for this attempt."""

_SHOWN = bindparam("shown", type_=Integer)
_RECORD = Statement(
    update(deliveries)
    .where(_MINE)
    .values(
        state=DeliveryState.SENT,
        message=bindparam("ref", type_=deliveries.c.message.type),
        sent_at=_NOW,
        revision=_SHOWN,
        next_at=case((deliveries.c.wanted_revision > _SHOWN, _NOW), else_=None),
        error="",
        attempt=0,
    )
)
_AGAIN = bindparam("again", type_=Instant)
_PUT_BACK = Statement(
    update(deliveries)
    .where(_MINE)
    .values(state=bindparam("after"), next_at=_AGAIN, lease_until=_AGAIN, error=bindparam("why"))
)
_SETTLE = Statement(
    update(deliveries)
    .where(_MINE, deliveries.c.wanted_revision == _SHOWN)
    .values(state=bindparam("after"), next_at=None, lease_until=None, error=bindparam("why"))
)


def _fence(delivery: Delivery, owner: str) -> dict[str, Any]:
    return {
        "its_id": delivery.id,
        "its_key": delivery.key,
        "its_owner": owner,
        "its_attempt": delivery.attempt,
    }


_BEGIN_AGAIN = Statement(update(deliveries).where(_MINE).values(first_try_at=_NOW))


async def begin_again(tx: Transaction, delivery: Delivery, owner: str, now: datetime) -> bool:
    """Record that nothing was sent before ``now``; whether this owner's lease is still the current one."""
    return (await tx.execute(_BEGIN_AGAIN, _fence(delivery, owner) | {"now": now})).rowcount == 1


async def record_sent(
    tx: Transaction, delivery: Delivery, owner: str, ref: MessageRef, now: datetime
) -> bool:
    """Record that the message stands, if this owner's lease of this attempt is still the current one.

    A newer face that was asked for meanwhile makes the delivery due again at once, as an edit.
    """
    values = _fence(delivery, owner) | {"ref": asdict(ref), "shown": delivery.wanted_revision, "now": now}
    return (await tx.execute(_RECORD, values)).rowcount == 1


async def put_back(
    tx: Transaction,
    delivery: Delivery,
    owner: str,
    *,
    state: DeliveryState,
    next_at: datetime | None,
    error: str,
) -> bool:
    """Give a claim back: to be tried again at ``next_at``, or settled with None, for example as kept or dropped.

    As SENDING it stays in doubt until ``next_at``. It is not settled where a newer face was asked for meanwhile: then its
    lease runs out, and it is tried again.
    """
    values = _fence(delivery, owner) | {"after": state, "why": error}
    if next_at is None:
        done = await tx.execute(_SETTLE, values | {"shown": delivery.wanted_revision})
    else:
        done = await tx.execute(_PUT_BACK, values | {"again": next_at})
    return done.rowcount == 1


_DROP_CLAIMED = Statement(delete(deliveries).where(_MINE))


async def drop_claimed(tx: Transaction, delivery: Delivery, owner: str) -> None:
    """Forget a delivery, if this owner's lease of this attempt is still the current one."""
    await tx.execute(_DROP_CLAIMED, _fence(delivery, owner))


_KEY_OF_GONE = Statement(
    select(deliveries.c.key).where(
        deliveries.c.id == bindparam("its_id"), deliveries.c.error == GONE, _STATE == DeliveryState.SENT
    )
)
_POST_ANEW = Statement(
    update(deliveries)
    .where(deliveries.c.id == bindparam("its_id"), deliveries.c.key == bindparam("old_key"))
    .values(
        state=DeliveryState.WAITING,
        key=bindparam("new_key"),
        next_at=_NOW,
        message=null(),
        first_try_at=None,
        attempt=0,
        error="",
    )
)


async def post_again(tx: Transaction, delivery_id: int, now: datetime) -> bool:
    """Ask for a message once more that somebody deleted; whether it was deleted, and nobody asked before.

    It gets another key: by its old one a platform would know the message that is no longer there.
    """
    key = await tx.scalar(_KEY_OF_GONE, its_id=delivery_id)
    if key is None:
        return False
    again = delivery_key("again", str(delivery_id), key)
    await tx.execute(_POST_ANEW, its_id=delivery_id, old_key=key, new_key=again, now=now)
    return True


_DROP_UNSENT = Statement(
    delete(deliveries).where(
        deliveries.c.place_id == bindparam("place_id"),
        or_(deliveries.c.state == DeliveryState.WAITING, deliveries.c.state == DeliveryState.DROPPED),
        deliveries.c.message.is_(None),
    )
)


async def drop_unsent(tx: Transaction, place_id: int) -> None:
    """Forget what has never been sent to a place; what stands there goes on being edited."""
    await tx.execute(_DROP_UNSENT, place_id=place_id)


_OF_ACCOUNTS = Statement(
    select(deliveries).where(any_of(deliveries.c.identity_id, "accounts")).order_by(deliveries.c.id)
)
_DROP_OF_ACCOUNTS = Statement(delete(deliveries).where(any_of(deliveries.c.identity_id, "accounts")))


async def messages_to(tx: Transaction, accounts: tuple[int, ...]) -> list[Row]:
    """The private messages to accounts, as their rows, oldest first."""
    return (await tx.execute(_OF_ACCOUNTS, accounts=accounts)).all()


async def drop_messages_to(tx: Transaction, accounts: tuple[int, ...]) -> None:
    """Forget all private messages to accounts."""
    await tx.execute(_DROP_OF_ACCOUNTS, accounts=accounts)


_DROP_ABOUT = Statement(
    delete(deliveries).where(
        deliveries.c.subject == bindparam("its_subject"),
        or_(_STATE == DeliveryState.WAITING, _STATE == DeliveryState.KEPT),
        deliveries.c.message.is_(None),
    )
)


async def drop_about(tx: Transaction, subject: str) -> None:
    """Forget what nobody was told yet of a subject that there is no more."""
    await tx.execute(_DROP_ABOUT, its_subject=subject)


_LET_GO = Statement(
    update(deliveries)
    .where(
        deliveries.c.place_id == bindparam("its_place"),
        deliveries.c.error == NO_ACCESS,
        deliveries.c.next_at > _NOW,
        or_(_STATE == DeliveryState.WAITING, _STATE == DeliveryState.SENT),
    )
    .values(next_at=_NOW)
)


async def let_go(tx: Transaction, place_id: int, now: datetime) -> None:
    """What has waited for access to a place is due now."""
    await tx.execute(_LET_GO, its_place=place_id, now=now)


_BRING_FORWARD = Statement(
    update(deliveries)
    .where(any_of(deliveries.c.platform, "platforms"), bindparam("late", type_=Instant) < _NEXT_AT)
    .values(next_at=_NOW, lease_until=_NOW)
)


async def bring_forward(tx: Transaction, platforms: frozenset[str], late: datetime, now: datetime) -> None:
    """What waits until after ``late`` is due now: no pause is that long, so a clock was wrong when it was put off."""
    await tx.execute(_BRING_FORWARD, platforms=platforms, late=late, now=now)


_SHOW = Statement(
    update(deliveries)
    .where(any_of(deliveries.c.id, "ids"))
    .values(state=DeliveryState.SENT, sent_at=_NOW, error="with a reply")
)


async def record_shown(tx: Transaction, ids: Sequence[int], now: datetime) -> None:
    """Record that kept messages were shown with a reply."""
    await tx.execute(_SHOW, ids=ids, now=now)
