"""Two people who are one: their memberships and accounts come together, and part again."""

from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from bot.database.statements import Row, Statement, any_of
from bot.database.transaction import Transaction
from bot.membership.calendar.interview import date_of_both
from bot.membership.model import Naming
from bot.membership.personal_data.bars import hold_bars
from bot.membership.personal_data.subjects import Account, DataSubject, Merge, PersonalData, data_subject
from bot.membership.tables import groups, identities, members, people
from bot.outbox.queries import drop_messages_to

_THEIRS = any_of(members.c.person_id, "both")
_LOCKS = tuple(
    Statement(query.with_for_update())
    for query in (
        select(groups.c.id)
        .where(groups.c.id.in_(select(members.c.group_id).where(_THEIRS)))
        .order_by(groups.c.id),
        select(people.c.id).where(any_of(people.c.id, "both")).order_by(people.c.id),
        select(identities.c.id).where(any_of(identities.c.person_id, "both")).order_by(identities.c.id),
        select(members.c.id).where(_THEIRS).order_by(members.c.id),
    )
)


async def join_people(
    tx: Transaction, personal_data: tuple[PersonalData, ...], goes: int, stays: int, now: datetime
) -> None:
    """Make one person of two, in one writing transaction; doing it again joins what came since.

    Groups, people, accounts and members are locked first, each in the order of their ids.
    """
    if goes == stays:
        return
    for lock in _LOCKS:
        await tx.execute(lock, both=(goes, stays))
    merge = await merge_of(tx, goes, stays)
    for each in personal_data:
        await each.join(tx, merge, now)


_CANONICAL = members.alias("canonical")
_JOINED_TO = Statement(
    select(members.c.person_id)
    .join(_CANONICAL, _CANONICAL.c.id == members.c.canonical_id)
    .where(_CANONICAL.c.person_id == bindparam("stays"), members.c.person_id != bindparam("stays"))
    .distinct()
    .order_by(members.c.person_id)
)


async def join_again(
    tx: Transaction, personal_data: tuple[PersonalData, ...], stays: int, now: datetime
) -> None:
    """Join whatever is still kept of those who were joined to a person."""
    for goes in (await tx.execute(_JOINED_TO, stays=stays)).scalars():
        await join_people(tx, personal_data, goes, stays, now)


_MEMBERS_OF = Statement(select(members).where(_THEIRS).order_by(members.c.group_id))


async def merge_of(tx: Transaction, goes: int, stays: int) -> Merge:
    """Two people with the groups that both are in, whether or not their members there were joined before."""
    rows = (await tx.execute(_MEMBERS_OF, both=(goes, stays))).all()
    mine = {r.group_id: r.id for r in rows if r.person_id == stays and r.canonical_id is None}
    pairs = [
        (r.id, mine[r.group_id])
        for r in rows
        if r.person_id == goes and r.group_id in mine and r.canonical_id in (None, mine[r.group_id])
    ]
    return Merge(goes, stays, tuple(pairs))


_TAKE_MEMBERS = Statement(
    update(members)
    .where(members.c.person_id == bindparam("goes"), members.c.canonical_id.is_(None))
    .values(person_id=bindparam("stays"))
)
_TAKE_ACCOUNTS = Statement(
    update(identities).where(identities.c.person_id == bindparam("goes")).values(person_id=bindparam("stays"))
)
_PEOPLE = Statement(select(people).where(any_of(people.c.id, "both")))


async def join_memberships(tx: Transaction, merge: Merge, now: datetime) -> None:
    """Point each member to the one who stays, or give it to them; then the accounts and what a person settled.

    Comes last of all personal_data: the others still see two.
    """
    await _join_members(tx, merge)
    await tx.execute(_TAKE_MEMBERS, goes=merge.goes, stays=merge.stays)  # those that were joined to none
    await tx.execute(_TAKE_ACCOUNTS, goes=merge.goes, stays=merge.stays)
    by_id = {row.id: row for row in await tx.execute(_PEOPLE, both=(merge.goes, merge.stays))}
    gone, stays = by_id[merge.goes], by_id[merge.stays]
    kept = {
        "zone": stays.zone or gone.zone,
        "interview_date": date_of_both(stays.interview_date, gone.interview_date, now.date()),
        "group_id": stays.group_id or gone.group_id,
        "created_at": min(gone.created_at, stays.created_at),
    }
    await tx.change(people, merge.stays, kept)
    await tx.change(people, merge.goes, {"zone": "", "interview_date": None, "group_id": None})


_MEMBERS = Statement(select(members).where(any_of(members.c.id, "ids")))
_POINT = Statement(
    update(members).where(members.c.canonical_id == bindparam("goes")).values(canonical_id=bindparam("stays"))
)


async def _join_members(tx: Transaction, merge: Merge) -> None:
    ids = [each for pair in merge.members for each in pair]
    by_id = {row.id: row for row in await tx.execute(_MEMBERS, ids=ids)} if ids else {}
    for goes, stays in merge.members:
        await tx.change(members, stays, _as_one(by_id[goes], by_id[stays]))
        nothing = {
            "organiser": False,
            "reminders": False,
            "break_from": None,
            "break_until": None,
            "barred_at": None,
        }
        await tx.change(members, goes, {"canonical_id": stays, **nothing})
        await tx.execute(_POINT, goes=goes, stays=stays)


def _as_one(one: Row, other: Row) -> dict[str, object]:
    """What the member who stays is from here on: ``other``, joined by ``one``."""
    away = [(row.break_until, row.break_from) for row in (one, other) if row.break_until is not None]
    until, since = max(away, key=lambda each: each[0], default=(None, None))
    out = [row.barred_at for row in (one, other) if row.barred_at is not None]
    # Where one of the two accounts is left out of boards, its owner meant themselves.
    hidden = one.naming == Naming.OUT and one.canonical_id is None
    return {
        "organiser": one.organiser or other.organiser,
        "reminders": one.reminders or other.reminders,
        "naming": Naming.OUT.value if hidden else other.naming,
        "break_from": since,
        "break_until": until,
        "joined_at": min(one.joined_at, other.joined_at),
        "seen_at": max(one.seen_at, other.seen_at),
        "left_at": other.left_at if one.canonical_id else _last(one.left_at, other.left_at),
        "barred_at": min(out, default=None),
        "onboarded": max(one.onboarded, other.onboarded),
    }


def _last(one: datetime | None, other: datetime | None) -> datetime | None:
    """When both have left; None while one of them is there."""
    return max(one, other) if one is not None and other is not None else None


_ACCOUNT = Statement(select(identities).where(identities.c.id == bindparam("id")).with_for_update())
_PERSON = Statement(select(people.c.id).where(people.c.id == bindparam("id")).with_for_update())
_HOW_MANY = Statement(select(func.count()).where(identities.c.person_id == bindparam("person_id")))


async def take_out(tx: Transaction, account: Account, now: datetime) -> bool:
    """Separate one account from its person: it starts again, and everything stays with the others.

    False where it is the only one: there is nothing to part it from. Bars hold for it wherever it goes.
    """
    person_id = (await tx.execute(_ACCOUNT, id=account.id)).one().person_id
    await tx.execute(_PERSON, id=person_id)
    if int(await tx.scalar(_HOW_MANY, person_id=person_id)) < 2:
        return False
    subject = await data_subject(tx, person_id)
    await hold_bars(tx, DataSubject(subject.people, subject.members, (account,)), now)
    new = await tx.insert(people, {"zone": "", "created_at": now})
    await tx.change(identities, account.id, {"person_id": new})
    await drop_messages_to(tx, (account.id,))
    return True
