"""Deliveries: messages that must arrive once, however often the process dies on the way.

A delivery is written in the transaction that makes it due. It is claimed with a lease, sent with a key that is the same
on every attempt, and recorded with a fence: only the owner of the lease can record. A lease that ran out means nobody
knows whether the message was sent; it is looked up by its key before it is sent again.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from sqlalchemy import ColumnElement, and_, case, or_, select, update

from bot.chat.requests import Destination, Identity, MessageRef, Place
from bot.store.database import for_update_skip_locked
from bot.store.tables import deliveries, identities, places
from bot.store.transaction import Transaction

LEASE = timedelta(seconds=60)
"""How long a claim holds; longer than SEND_TIMEOUT, so that a send never outlives its lease."""

SEND_TIMEOUT = timedelta(seconds=20)

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One claimed delivery.

    ``ref`` is the message that exists already, ``in_doubt`` that an earlier try ended unknown. From ``lease_until`` on
    others may claim it. ``root`` is the message that it follows there, ``threads`` whether the place wants it in that
    one's thread; None means as its platform prefers. ``paused`` says that the last try in its place had no access.
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
    wanted_face: int
    lease_until: datetime
    threads: bool | None = None
    root: MessageRef | None = None
    paused: bool = False

    @property
    def subject_id(self) -> int:
        """The number after the subject's colon: "round:12" is 12."""
        return int(self.subject.partition(":")[2])


def delivery_key(subject: str, kind: str, destination: str) -> str:
    """The key of a delivery: 24 hexadecimal digits, the same on every attempt."""
    return blake2b(f"{subject}|{kind}|{destination}".encode(), digest_size=12).hexdigest()


async def to_place(
    tx: Transaction,
    subject: str,
    kind: str,
    place_id: int,
    place: Place,
    now: datetime,
    under: str = "",
) -> int | None:
    """Ask for one message in a place; None when it was asked for already.

    ``under`` names the message there in whose thread it may stand: "round:12|question", its subject and kind.
    """
    return await _ask(tx, subject, kind, place, now, place_id=place_id, under=under)


async def to_person(
    tx: Transaction, subject: str, kind: str, identity_id: int, who: Identity, now: datetime
) -> int | None:
    """Ask for one private message to an account; None when it was asked for already."""
    return await _ask(tx, subject, kind, who, now, identity_id=identity_id)


async def _ask(
    tx: Transaction,
    subject: str,
    kind: str,
    destination: Destination,
    now: datetime,
    place_id: int | None = None,
    identity_id: int | None = None,
    under: str = "",
) -> int | None:
    values = {
        "subject": subject,
        "kind": kind,
        "destination": destination.key,
        "key": delivery_key(subject, kind, destination.key),
        "platform": destination.platform,
        "place_id": place_id,
        "identity_id": identity_id,
        "under": under,
        "state": "waiting",
        "next_at": now,
        "created_at": now,
    }
    return await tx.insert_once(deliveries, values)


async def refresh(tx: Transaction, subject: str, kinds: tuple[str, ...], now: datetime) -> None:
    """Ask that what was sent (or is being sent) of a subject shows its newest state. Several asks make one edit.

    What was dropped because there was nothing to show is tried anew. A pause that runs already is not cut short.
    """
    mine = and_(deliveries.c.subject == subject, deliveries.c.kind.in_(kinds))
    state, next_at = deliveries.c.state, deliveries.c.next_at
    idle = and_(next_at.is_(None), state.in_(("sent", "dropped")))
    await tx.execute(
        update(deliveries)
        .where(mine, state.in_(("sent", "sending", "waiting", "dropped")))
        .values(
            wanted_face=deliveries.c.wanted_face + 1,
            next_at=case((idle, now), else_=next_at),
            state=case((and_(idle, state == "dropped"), "waiting"), else_=state),
        )
    )


async def claim(
    tx: Transaction, platforms: frozenset[str], owner: str, now: datetime, limit: int = 20
) -> tuple[Delivery, ...]:
    """Take up to ``limit`` due deliveries of these platforms for ``owner``, oldest first, for LEASE."""
    due = (
        select(deliveries.c.id)
        .where(
            deliveries.c.next_at <= now,
            deliveries.c.platform.in_(platforms),
            or_(
                deliveries.c.state.in_(("waiting", "sent")),
                and_(deliveries.c.state == "sending", deliveries.c.lease_until <= now),
            ),
        )
        .order_by(deliveries.c.id)
        .limit(limit)
    )
    ids = [row.id for row in await tx.execute(for_update_skip_locked(due))]
    return tuple([await _take(tx, each, owner, now) for each in ids])


async def _take(tx: Transaction, delivery_id: int, owner: str, now: datetime) -> Delivery:
    found = await delivery_of(tx, delivery_id)
    taken = replace(
        found,
        attempt=found.attempt + 1,
        first_try_at=min(found.first_try_at, now),
        lease_until=now + LEASE,
    )
    await tx.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(
            state="sending",
            owner=owner,
            lease_until=taken.lease_until,
            next_at=taken.lease_until,
            attempt=taken.attempt,
            first_try_at=taken.first_try_at,
        )
    )
    return taken


async def delivery_of(tx: Transaction, delivery_id: int) -> Delivery:
    """A delivery as it stands. One that was never tried has the end of time as its first try and its lease."""
    query = (
        select(
            deliveries,
            places.c.tenant.label("place_tenant"),
            places.c.channel,
            places.c.name.label("place_name"),
            places.c.threads,
            places.c.paused_because,
            identities.c.tenant.label("identity_tenant"),
            identities.c.user,
            identities.c.name.label("identity_name"),
        )
        .outerjoin(places, places.c.id == deliveries.c.place_id)
        .outerjoin(identities, identities.c.id == deliveries.c.identity_id)
        .where(deliveries.c.id == delivery_id)
    )
    row = (await tx.execute(query)).one()
    destination: Destination
    if row.place_id is not None:
        destination = Place(row.platform, row.place_tenant, row.channel, row.place_name)
    else:
        destination = Identity(row.platform, row.identity_tenant, row.user, row.identity_name)
    return Delivery(
        id=row.id,
        subject=row.subject,
        kind=row.kind,
        key=row.key,
        destination=destination,
        place_id=row.place_id,
        identity_id=row.identity_id,
        attempt=row.attempt,
        in_doubt=row.state == "sending",
        first_try_at=row.first_try_at or NEVER,
        ref=MessageRef(**row.message) if row.message else None,
        wanted_face=row.wanted_face,
        lease_until=row.lease_until or NEVER,
        threads=row.threads,
        root=await _message_of(tx, row.under, row.destination) if row.under else None,
        paused=bool(row.paused_because),
    )


async def _message_of(tx: Transaction, under: str, destination: str) -> MessageRef | None:
    subject, _, kind = under.partition("|")
    found = await tx.execute(
        select(deliveries.c.message).where(
            deliveries.c.subject == subject,
            deliveries.c.kind == kind,
            deliveries.c.destination == destination,
        )
    )
    message = found.scalar_one_or_none()
    return MessageRef(**message) if message else None


async def record_sent(
    tx: Transaction, delivery: Delivery, owner: str, ref: MessageRef, now: datetime
) -> bool:
    """Record that the message stands, if this owner's lease of this attempt is still the current one.

    A newer face that was asked for meanwhile makes the delivery due again at once, as an edit.
    """
    message = {
        "platform": ref.platform,
        "tenant": ref.tenant,
        "channel": ref.channel,
        "message": ref.message,
    }
    done = await tx.execute(
        update(deliveries)
        .where(_mine(delivery, owner))
        .values(
            state="sent",
            message=message,
            sent_at=now,
            face=delivery.wanted_face,
            next_at=None,
            error="",
            attempt=0,
        )
    )
    await tx.execute(
        update(deliveries)
        .where(
            deliveries.c.id == delivery.id,
            deliveries.c.state == "sent",
            deliveries.c.wanted_face > deliveries.c.face,
            deliveries.c.next_at.is_(None),
        )
        .values(next_at=now)
    )
    return done.rowcount == 1


async def put_back(
    tx: Transaction, delivery: Delivery, owner: str, *, state: str, next_at: datetime | None, error: str
) -> bool:
    """Give a claim back: to be tried again at ``next_at``, or settled with None, for example as "kept" or "dropped".

    With the state "sending" it stays in doubt until ``next_at``. It is not settled where a newer face was asked for
    meanwhile: then its lease runs out, and it is tried again.
    """
    mine = _mine(delivery, owner)
    if next_at is None:
        mine = and_(mine, deliveries.c.wanted_face == delivery.wanted_face)
    done = await tx.execute(
        update(deliveries).where(mine).values(state=state, next_at=next_at, lease_until=next_at, error=error)
    )
    return done.rowcount == 1


def _mine(delivery: Delivery, owner: str) -> ColumnElement[bool]:
    return and_(
        deliveries.c.id == delivery.id,
        deliveries.c.state == "sending",
        deliveries.c.owner == owner,
        deliveries.c.attempt == delivery.attempt,
    )
