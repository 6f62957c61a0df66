"""SQL of groups, places, people and members."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import bindparam, case, delete, exists, func, insert, select, update

from bot.chat.requests import Identity, Place
from bot.groups.model import Consent, Group, GroupState, Member, Naming, Tone
from bot.store.statements import Row, Statement
from bot.store.tables import groups, identities, members, people, places
from bot.store.transaction import Transaction


def weekday_bits(days: frozenset[int]) -> int:
    """Weekdays as the database keeps them: bit 0 is Monday."""
    return sum(1 << day for day in days)


def _value(row: Row, prefix: str, name: str) -> Any:  # noqa: ANN401  (a column's value)
    return getattr(row, prefix + name)


def read_group(row: Row, prefix: str = "") -> Group:
    """A group from its row; ``prefix`` stands before the names of its columns."""
    of = partial(_value, row, prefix)
    return Group(
        id=of("id"),
        name=of("name"),
        zone=of("zone"),
        at_minute=of("at_minute"),
        weekdays=frozenset(day for day in range(7) if of("weekdays") >> day & 1),
        tone=Tone(of("tone")),
        topics=tuple(of("topics")),
        answer_limit=of("answer_limit"),
        answers_minutes=of("answers_minutes"),
        votes_minutes=of("votes_minutes"),
        state=GroupState(of("state")),
        last_date=of("last_date"),
        next_at=of("next_at"),
        warned_at=of("warned_at"),
        quiz_seconds=of("quiz_seconds"),
        retention_days=of("retention_days"),
        digest=of("digest"),
        digest_week=of("digest_week"),
    )


def read_member(row: Row, prefix: str = "") -> Member:
    """A member from its row; ``prefix`` stands before the names of its columns."""
    of = partial(_value, row, prefix)
    return Member(
        id=of("id"),
        group_id=of("group_id"),
        person_id=of("person_id"),
        name=of("name"),
        pseudonym=of("pseudonym"),
        naming=Naming(of("naming") or Naming.UNNAMED),
        consent=Consent(of("consent")) if of("consent") else None,
        organiser=of("organiser"),
        sample=of("sample"),
        reminders=of("reminders"),
        break_until=of("break_until"),
        joined_at=of("joined_at"),
        seen_at=of("seen_at"),
        left_at=of("left_at"),
        barred_at=of("barred_at"),
        toured=of("toured"),
        blanked_at=of("blanked_at"),
    )


async def group_of_place(tx: Transaction, place: Place) -> Group | None:
    """The group that this channel belongs to."""
    query = (
        select(groups)
        .join(places, places.c.group_id == groups.c.id)
        .where(
            places.c.platform == place.platform,
            places.c.tenant == place.tenant,
            places.c.channel == place.channel,
        )
    )
    row = (await tx.execute(query)).first()
    return read_group(row) if row else None


async def groups_of_identity(tx: Transaction, who: Identity) -> tuple[Group, ...]:
    """The groups this account's person is a member of, oldest first; without those they left."""
    query = (
        select(groups)
        .join(members, members.c.group_id == groups.c.id)
        .join(identities, identities.c.person_id == members.c.person_id)
        .where(
            identities.c.platform == who.platform,
            identities.c.tenant == who.tenant,
            identities.c.user == who.user,
            members.c.left_at.is_(None),
            members.c.canonical_id.is_(None),
        )
        .order_by(members.c.id)
    )
    return tuple(read_group(row) for row in await tx.execute(query))


_CHOSEN = Statement(
    select(people.c.group_id)
    .join(identities, identities.c.person_id == people.c.id)
    .where(
        identities.c.platform == bindparam("platform"),
        identities.c.tenant == bindparam("tenant"),
        identities.c.user == bindparam("user"),
    )
)


async def chosen_group(tx: Transaction, who: Identity, mine: tuple[Group, ...]) -> Group | None:
    """The one of a person's groups that they chose for private chats, if they are still in it."""
    chosen = await tx.scalar(_CHOSEN, platform=who.platform, tenant=who.tenant, user=who.user)
    return next((group for group in mine if group.id == chosen), None)


async def load_group(tx: Transaction, group_id: int) -> Group:
    """One group by its id, which must exist."""
    return read_group((await tx.execute(select(groups).where(groups.c.id == group_id))).one())


async def create_group(tx: Transaction, values: Mapping[str, Any]) -> int:
    """A new group; the id."""
    made = await tx.execute(insert(groups).values(**values).returning(groups.c.id))
    return int(made.scalar_one())


async def change_group(tx: Transaction, group_id: int, **values: object) -> None:
    """Set columns of a group."""
    await tx.execute(update(groups).where(groups.c.id == group_id).values(**values))


async def attach_place(tx: Transaction, group_id: int, place: Place, now: datetime) -> int:
    """Make a channel a place of this group; the place's id. A channel that has a group keeps it.

    One that was taken out of its group is as good as new.
    """
    values = {
        "platform": place.platform,
        "tenant": place.tenant,
        "channel": place.channel,
        "name": place.name,
        "group_id": group_id,
        "created_at": now,
    }
    made = await tx.insert_once(places, values)
    if made is not None:
        return made
    query = select(places.c.id).where(
        places.c.platform == place.platform,
        places.c.tenant == place.tenant,
        places.c.channel == place.channel,
    )
    known = int((await tx.execute(query)).scalar_one())
    free = (places.c.id == known, places.c.group_id.is_(None))
    await tx.execute(
        update(places)
        .where(*free)
        .values(group_id=group_id, name=place.name, paused_because="", paused_at=None)
    )
    return known


async def places_of_group(tx: Transaction, group_id: int) -> tuple[tuple[int, Place], ...]:
    """(id, place) of each of the group's places, oldest first."""
    rows = await tx.execute(select(places).where(places.c.group_id == group_id).order_by(places.c.id))
    return tuple((row.id, Place(row.platform, row.tenant, row.channel, row.name)) for row in rows)


async def load_member(tx: Transaction, member_id: int) -> Member:
    """One member by id, which must exist; the canonical one where people were joined."""
    found = (await tx.execute(select(members).where(members.c.id == member_id))).one()
    if found.canonical_id is not None:
        found = (await tx.execute(select(members).where(members.c.id == found.canonical_id))).one()
    return read_member(found)


async def ones_members(tx: Transaction, member_id: int) -> tuple[int, ...]:
    """A canonical member's id, and the ids of those that were joined to it: theirs are the rounds of before."""
    query = select(members.c.id).where(members.c.canonical_id == member_id).order_by(members.c.id)
    return (member_id, *(await tx.execute(query)).scalars())


async def find_member(tx: Transaction, group_id: int, who: Identity) -> Member | None:
    """The member this account is in a group, if it ever was one; the canonical one where people were merged."""
    query = (
        select(members)
        .join(identities, identities.c.person_id == members.c.person_id)
        .where(
            members.c.group_id == group_id,
            identities.c.platform == who.platform,
            identities.c.tenant == who.tenant,
            identities.c.user == who.user,
        )
    )
    row = (await tx.execute(query)).first()
    if row is None:
        return None
    return read_member(row) if row.canonical_id is None else await load_member(tx, row.canonical_id)


async def members_of_group(tx: Transaction, group_id: int) -> tuple[Member, ...]:
    """All members that did not leave, oldest first."""
    query = (
        select(members)
        .where(members.c.group_id == group_id, members.c.left_at.is_(None), members.c.canonical_id.is_(None))
        .order_by(members.c.id)
    )
    return tuple(read_member(row) for row in await tx.execute(query))


async def members_by_id(tx: Transaction, ids: frozenset[int]) -> Mapping[int, Member]:
    """Members by id; unknown ids are left out.

    One who was joined to another keeps the name that a reveal may have shown; how boards may call them, and whether
    they are there, is as of the canonical one.
    """
    rows = list(await tx.execute(select(members).where(members.c.id.in_(ids))))
    others = {row.canonical_id for row in rows if row.canonical_id is not None}
    now = {row.id: row for row in await tx.execute(select(members).where(members.c.id.in_(others)))}
    found = {row.id: read_member(row) for row in rows}
    for row in rows:
        if row.canonical_id is not None:
            one = read_member(now[row.canonical_id])
            found[row.id] = replace(
                found[row.id],
                naming=one.naming,
                pseudonym=one.pseudonym,
                left_at=one.left_at,
                barred_at=one.barred_at,
            )
    return found


async def change_member(tx: Transaction, member_id: int, **values: object) -> None:
    """Set columns of a member."""
    await tx.execute(update(members).where(members.c.id == member_id).values(**values))


async def active_members(tx: Transaction, group_id: int, since: datetime) -> int:
    """How many members did something at or after an instant."""
    query = select(func.count()).where(
        members.c.group_id == group_id,
        members.c.left_at.is_(None),
        members.c.canonical_id.is_(None),
        members.c.seen_at >= since,
    )
    return int((await tx.execute(query)).scalar_one())


async def identities_of_members(
    tx: Transaction, member_ids: frozenset[int]
) -> tuple[tuple[int, Identity], ...]:
    """(identity id, identity) of the accounts behind these members, one for each person.

    It is the oldest of those where the group meets; the oldest of all where it meets nowhere that they are.
    """
    meets = exists().where(
        places.c.group_id == members.c.group_id,
        places.c.platform == identities.c.platform,
        places.c.tenant == identities.c.tenant,
    )
    rows = await tx.execute(
        select(identities)
        .join(members, members.c.person_id == identities.c.person_id)
        .where(members.c.id.in_(member_ids))
        .order_by(case((meets, 0), else_=1), identities.c.id)
    )
    first: dict[int, Row] = {}
    for row in rows:
        first.setdefault(row.person_id, row)
    found = sorted(first.values(), key=lambda row: row.id)
    return tuple((row.id, Identity(row.platform, row.tenant, row.user, row.name)) for row in found)


async def organisers_of_group(tx: Transaction, group_id: int) -> tuple[Member, ...]:
    """The members who organise the group, oldest first."""
    return tuple(m for m in await members_of_group(tx, group_id) if m.organiser)


async def person_of(tx: Transaction, who: Identity, now: datetime) -> int:
    """The person behind an account; both are made on the first meeting. The account's name is kept up to date."""
    query = select(identities.c.id, identities.c.person_id, identities.c.name).where(
        identities.c.platform == who.platform,
        identities.c.tenant == who.tenant,
        identities.c.user == who.user,
    )
    # Locked, so that two people are not joined while one of them becomes a member somewhere.
    row = (await tx.execute(query.with_for_update())).first()
    if row is None:
        made = await tx.execute(insert(people).values(zone="", created_at=now).returning(people.c.id))
        person_id = int(made.scalar_one())
        values = {
            "platform": who.platform,
            "tenant": who.tenant,
            "user": who.user,
            "name": who.name,
            "person_id": person_id,
        }
        if await tx.insert_once(identities, values) is not None:
            return person_id
        row = (await tx.execute(query)).one()
    if who.name and row.name != who.name:
        await tx.execute(update(identities).where(identities.c.id == row.id).values(name=who.name))
    return int(row.person_id)


async def find_group(tx: Transaction, group_id: int, *, lock: bool = False) -> Group | None:
    """One group by its id, if there is one; ``lock`` keeps other writers from it until the transaction ends."""
    query = select(groups).where(groups.c.id == group_id)
    row = (await tx.execute(query.with_for_update() if lock else query)).first()
    return read_group(row) if row else None


async def drop_empty_group(tx: Transaction, group_id: int) -> None:
    """Remove a group that was made a moment ago and lost the race for its place."""
    await tx.execute(delete(groups).where(groups.c.id == group_id))
