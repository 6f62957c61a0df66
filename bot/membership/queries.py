"""SQL of groups, places, people and members."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, case, delete, func, select, update

from bot.chat.requests import Identity, Place
from bot.database.rows import Reader
from bot.database.statements import Row, Statement, any_of
from bot.database.transaction import Transaction
from bot.membership.calendar.days_off import read_days_off
from bot.membership.model import Consent, Group, GroupState, Member, Naming, Tone
from bot.membership.tables import groups, identities, members, people, places


def weekday_bits(days: frozenset[int]) -> int:
    """Weekdays as the database keeps them: bit 0 is Monday."""
    return sum(1 << day for day in days)


def _weekdays(bits: int) -> frozenset[int]:
    return frozenset(day for day in range(7) if bits >> day & 1)


read_group = Reader(
    Group, weekdays=_weekdays, tone=Tone, topics=tuple, state=GroupState, days_off=read_days_off
)
read_member = Reader(
    Member,
    naming=lambda kept: Naming(kept or Naming.UNNAMED),
    consent=lambda kept: Consent(kept) if kept else None,
)
read_identity = Reader(Identity)


_PRESENT = and_(members.c.left_at.is_(None), members.c.canonical_id.is_(None))


def is_at(some: FromClause) -> ColumnElement[bool]:
    """Whether a row of ``places`` is the place of the values that ``at_place`` gives."""
    return and_(*(some.c[name] == bindparam(f"at_{name}") for name in ("platform", "tenant", "channel")))


def at_place(place: Place | None) -> dict[str, str]:
    """What a place is found by; for None, what finds none."""
    place = place or Place("", "", "")
    return {"at_platform": place.platform, "at_tenant": place.tenant, "at_channel": place.channel}


def is_account(some: FromClause) -> ColumnElement[bool]:
    """Whether a row of ``identities`` is the account of the values that ``by_account`` gives."""
    return and_(*(some.c[name] == bindparam(f"by_{name}") for name in ("platform", "tenant", "user")))


def by_account(who: Identity) -> dict[str, str]:
    """What an account is found by."""
    return {"by_platform": who.platform, "by_tenant": who.tenant, "by_user": who.user}


AT_PLACE, BY_ACCOUNT = is_at(places), is_account(identities)


# Groups and places ----------------------------------------------------------------------------------------------------

_OF_PLACE = Statement(select(groups).join(places, places.c.group_id == groups.c.id).where(AT_PLACE))


async def group_of_place(tx: Transaction, place: Place) -> Group | None:
    """The group that this channel belongs to."""
    return read_group.first(await tx.execute(_OF_PLACE, at_place(place)))


_OF_IDENTITY = Statement(
    select(groups)
    .join(members, members.c.group_id == groups.c.id)
    .join(identities, identities.c.person_id == members.c.person_id)
    .where(BY_ACCOUNT, _PRESENT)
    .order_by(members.c.id)
)


async def groups_of_identity(tx: Transaction, who: Identity) -> tuple[Group, ...]:
    """The groups this account's person is a member of, oldest first; without those they left."""
    return tuple(read_group(row) for row in await tx.execute(_OF_IDENTITY, by_account(who)))


_GROUP = select(groups).where(groups.c.id == bindparam("id"))
_BY_ID = Statement(_GROUP)
_BY_ID_LOCKED = Statement(_GROUP.with_for_update())


async def load_group(tx: Transaction, group_id: int) -> Group:
    """One group by its id, which must exist."""
    return read_group((await tx.execute(_BY_ID, id=group_id)).one())


async def lock_group(tx: Transaction, group_id: int) -> Group:
    """The same, kept from other writers until the transaction ends."""
    return read_group((await tx.execute(_BY_ID_LOCKED, id=group_id)).one())


async def create_group(tx: Transaction, values: Mapping[str, Any]) -> int:
    """A new group; the id."""
    return await tx.insert(groups, values)


async def change_group(tx: Transaction, group_id: int, **values: object) -> None:
    """Set columns of a group."""
    await tx.change(groups, group_id, values)


_DROP = Statement(delete(groups).where(groups.c.id == bindparam("id")))


async def drop_empty_group(tx: Transaction, group_id: int) -> None:
    """Remove a group that was made a moment ago and lost the race for its place."""
    await tx.execute(_DROP, id=group_id)


_PLACE = Statement(select(places.c.id, places.c.group_id).where(AT_PLACE))
_TAKE_FREE = Statement(
    update(places)
    .where(places.c.id == bindparam("its_id"), places.c.group_id.is_(None))
    .values(group_id=bindparam("group_id"), name=bindparam("name"), paused_because="", paused_at=None)
)


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
    known = (await tx.execute(_PLACE, at_place(place))).one()
    if known.group_id is None:
        await tx.execute(_TAKE_FREE, its_id=known.id, group_id=group_id, name=place.name)
    return int(known.id)


_PLACES_OF = Statement(select(places).where(places.c.group_id == bindparam("group_id")).order_by(places.c.id))


def read_place(row: Row) -> Place:
    """A place from its row."""
    return Place(row.platform, row.tenant, row.channel, row.name)


async def place_rows(tx: Transaction, group_id: int) -> list[Row]:
    """The rows of a group's places, oldest first."""
    return (await tx.execute(_PLACES_OF, group_id=group_id)).all()


async def places_of_group(tx: Transaction, group_id: int) -> tuple[tuple[int, Place], ...]:
    """(id, place) of each of the group's places, oldest first."""
    return tuple((row.id, read_place(row)) for row in await place_rows(tx, group_id))


# Members and accounts -------------------------------------------------------------------------------------------------

_OWN = members.alias("own")
_ONE = select(members).join(_OWN, members.c.id == func.coalesce(_OWN.c.canonical_id, _OWN.c.id))
_MEMBER = Statement(_ONE.where(_OWN.c.id == bindparam("id")))
_MEMBER_OF = Statement(
    _ONE.join(identities, identities.c.person_id == _OWN.c.person_id).where(
        _OWN.c.group_id == bindparam("group_id"), BY_ACCOUNT
    )
)


async def load_member(tx: Transaction, member_id: int) -> Member:
    """One member by id, which must exist; the canonical one where people were joined."""
    return read_member((await tx.execute(_MEMBER, id=member_id)).one())


async def find_member(tx: Transaction, group_id: int, who: Identity) -> Member | None:
    """The member this account is in a group, if it ever was one; the canonical one where people were merged."""
    return read_member.first(await tx.execute(_MEMBER_OF, {"group_id": group_id, **by_account(who)}))


_JOINED_TO = Statement(
    select(members.c.id).where(members.c.canonical_id == bindparam("member_id")).order_by(members.c.id)
)


async def ones_members(tx: Transaction, member_id: int) -> tuple[int, ...]:
    """A canonical member's id, and the ids of those that were joined to it: theirs are the rounds of before."""
    return (member_id, *(await tx.execute(_JOINED_TO, member_id=member_id)).scalars())


_MEMBERS_OF = select(members).where(members.c.group_id == bindparam("group_id"), _PRESENT)
_PRESENT_MEMBERS = Statement(_MEMBERS_OF.order_by(members.c.id))
_ORGANISERS = Statement(_MEMBERS_OF.where(members.c.organiser).order_by(members.c.id))


async def members_of_group(tx: Transaction, group_id: int) -> tuple[Member, ...]:
    """All members that did not leave, oldest first."""
    return tuple(read_member(row) for row in await tx.execute(_PRESENT_MEMBERS, group_id=group_id))


async def organisers_of_group(tx: Transaction, group_id: int) -> tuple[Member, ...]:
    """The members who organise the group, oldest first."""
    return tuple(read_member(row) for row in await tx.execute(_ORGANISERS, group_id=group_id))


_CANONICAL = members.alias("canonical")
_AS_OF_CANONICAL = ("naming", "pseudonym", "left_at", "barred_at")
_MEMBERS = Statement(
    select(members, *(_CANONICAL.c[name].label(f"now_{name}") for name in _AS_OF_CANONICAL))
    .join(_CANONICAL, _CANONICAL.c.id == func.coalesce(members.c.canonical_id, members.c.id))
    .where(any_of(members.c.id, "ids"))
)


async def members_by_id(tx: Transaction, ids: frozenset[int]) -> Mapping[int, Member]:
    """Members by id; unknown ids are left out.

    One who was joined to another keeps the name that a reveal may have shown; how boards may call them, and whether
    they are there, is as of the canonical one.
    """
    if not ids:
        return {}
    return {row.id: _as_of_canonical(row) for row in await tx.execute(_MEMBERS, ids=ids)}


def _as_of_canonical(row: Row) -> Member:
    member = read_member(row)
    if row.canonical_id is None:
        return member
    return replace(
        member,
        naming=Naming(row.now_naming or Naming.UNNAMED),
        pseudonym=row.now_pseudonym,
        left_at=row.now_left_at,
        barred_at=row.now_barred_at,
    )


async def change_member(tx: Transaction, member_id: int, **values: object) -> None:
    """Set columns of a member."""
    await tx.change(members, member_id, values)


_ACTIVE = Statement(
    select(func.count()).where(
        members.c.group_id == bindparam("group_id"), _PRESENT, members.c.seen_at >= bindparam("since")
    )
)


async def active_members(tx: Transaction, group_id: int, since: datetime) -> int:
    """How many members did something at or after an instant."""
    return int(await tx.scalar(_ACTIVE, group_id=group_id, since=since))


# A minimum, not "exists": PostgreSQL would answer that for all members at once, by reading every place.
_MEETS_IN = (
    select(func.min(places.c.id))
    .where(
        places.c.group_id == members.c.group_id,
        places.c.platform == identities.c.platform,
        places.c.tenant == identities.c.tenant,
    )
    .scalar_subquery()
)
_BEHIND = Statement(
    select(identities)
    .join(members, members.c.person_id == identities.c.person_id)
    .where(any_of(members.c.id, "ids"))
    .order_by(case((_MEETS_IN.is_not(None), 0), else_=1), identities.c.id)
)


async def identities_of_members(
    tx: Transaction, member_ids: frozenset[int]
) -> tuple[tuple[int, Identity], ...]:
    """(identity id, identity) of the accounts behind these members, one for each person.

    It is the oldest of those where the group meets; the oldest of all where it meets nowhere that they are.
    """
    if not member_ids:
        return ()
    first: dict[int, Row] = {}
    for row in await tx.execute(_BEHIND, ids=member_ids):
        first.setdefault(row.person_id, row)
    found = sorted(first.values(), key=lambda row: row.id)
    return tuple((row.id, read_identity(row)) for row in found)


_BESIDE = Statement(
    select(identities.c.user)
    .join(members, members.c.person_id == identities.c.person_id)
    .where(
        members.c.id == bindparam("member_id"),
        identities.c.platform == bindparam("platform"),
        identities.c.tenant == bindparam("tenant"),
    )
    .order_by(identities.c.id)
    .limit(1)
)


async def account_beside(tx: Transaction, member_id: int, who: Identity) -> str:
    """The account of a member where another one has theirs, by the platform's id; "" where they have none there."""
    found = await tx.scalar(_BESIDE, member_id=member_id, platform=who.platform, tenant=who.tenant)
    return str(found or "")


_IDENTITY = select(identities.c.id, identities.c.person_id, identities.c.name).where(BY_ACCOUNT)
_KNOWN = Statement(_IDENTITY)
# Locked, so that two people are not joined while one of them becomes a member somewhere.
_KNOWN_LOCKED = Statement(_IDENTITY.with_for_update())


async def person_of(tx: Transaction, who: Identity, now: datetime) -> int:
    """The person behind an account; both are made on the first meeting. The account's name is kept up to date."""
    return (await identity_of(tx, who, now))[1]


async def identity_of(tx: Transaction, who: Identity, now: datetime) -> tuple[int, int]:
    """(identity id, person id) of an account; both are made on the first meeting, and its name is kept up to date."""
    row = (await tx.execute(_KNOWN_LOCKED, by_account(who))).first()
    if row is None:
        person_id = await tx.insert(people, {"zone": "", "created_at": now})
        made = await tx.insert_once(identities, {**asdict(who), "person_id": person_id})
        if made is not None:
            return made, person_id
        row = (await tx.execute(_KNOWN, by_account(who))).one()
    if who.name and row.name != who.name:
        await tx.change(identities, row.id, {"name": who.name})
    return int(row.id), int(row.person_id)


_SHARED_AT = Statement(select(groups.c.shared_at).where(groups.c.id == bindparam("group_id")))


_CLAIM_SHARE = Statement(
    update(groups)
    .where(
        groups.c.id == bindparam("group_id"),
        groups.c.shared_at.is_(None)
        | (groups.c.shared_at <= bindparam("no_later", type_=groups.c.shared_at.type)),
    )
    .values(shared_at=bindparam("now", type_=groups.c.shared_at.type))
)


async def shared_at(tx: Transaction, group_id: int) -> datetime | None:
    """When a group's board was shared in its channel before."""
    found: datetime | None = await tx.scalar(_SHARED_AT, group_id=group_id)
    return found


async def claim_share(tx: Transaction, group_id: int, now: datetime, again: timedelta) -> bool:
    """Note that a group's board is shared now, unless the last time is less than ``again`` ago; whether it may be."""
    done = await tx.execute(_CLAIM_SHARE, group_id=group_id, no_later=now - again, now=now)
    return done.rowcount == 1


_CLAIM_DIGEST = Statement(
    update(groups)
    .where(groups.c.id == bindparam("its_id"), groups.c.digest_week != bindparam("week"))
    .values(digest_week=bindparam("week"))
)


async def claim_digest(tx: Transaction, group_id: int, week: str) -> bool:
    """Note that a group has had its look back in a week; whether nobody noted it before."""
    return (await tx.execute(_CLAIM_DIGEST, its_id=group_id, week=week)).rowcount == 1


_CHOOSE = Statement(
    update(people).where(people.c.id == bindparam("its_id")).values(group_id=bindparam("its_group"))
)


async def choose_group(tx: Transaction, person_id: int, group_id: int) -> None:
    """Let a person's private chat be about one of their groups."""
    await tx.execute(_CHOOSE, its_id=person_id, its_group=group_id)


_FREE_PLACE = Statement(
    update(places)
    .where(places.c.group_id == bindparam("its_group"), AT_PLACE)
    .values(group_id=None, organiser_role="", door_role="", threads=None, pinged="")
)


async def free_place(tx: Transaction, group_id: int, place: Place) -> None:
    """Take a place out of a group, with what was set for it."""
    await tx.execute(_FREE_PLACE, its_group=group_id, **at_place(place))


_ALL_LEAVE = Statement(
    update(members)
    .where(members.c.group_id == bindparam("its_group"))
    .values(left_at=bindparam("now"), organiser=False, reminders=False)
)


async def all_leave(tx: Transaction, group_id: int, now: datetime) -> None:
    """Let every member leave a group that has ended."""
    await tx.execute(_ALL_LEAVE, its_group=group_id, now=now)


_CANONICAL_OF = Statement(
    select(func.coalesce(members.c.canonical_id, members.c.id)).where(members.c.id == bindparam("id"))
)


async def canonical_of(tx: Transaction, member_id: int) -> int:
    """The member that one was joined to; the member itself where it was joined to none."""
    return int(await tx.scalar(_CANONICAL_OF, id=member_id))
