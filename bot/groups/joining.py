"""Two people who are one: their memberships and accounts come together, and part again."""

from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from bot.groups.model import Naming
from bot.groups.preparing import date_of_both
from bot.groups.privacy import Account, Keeper, Two, Whose, whose_is
from bot.groups.privacy_bars import hold_bars
from bot.store.statements import Row
from bot.store.tables import deliveries, groups, identities, members, people
from bot.store.transaction import Transaction


async def join_people(
    tx: Transaction, keepers: tuple[Keeper, ...], goes: int, stays: int, now: datetime
) -> None:
    """Make one person of two, in one writing transaction; doing it again joins what came since.

    Groups, people, accounts and members are locked first, each in the order of their ids.
    """
    if goes == stays:
        return
    both = (goes, stays)
    theirs = select(members.c.group_id).where(members.c.person_id.in_(both))
    for query in (
        select(groups.c.id).where(groups.c.id.in_(theirs)).order_by(groups.c.id),
        select(people.c.id).where(people.c.id.in_(both)).order_by(people.c.id),
        select(identities.c.id).where(identities.c.person_id.in_(both)).order_by(identities.c.id),
        select(members.c.id).where(members.c.person_id.in_(both)).order_by(members.c.id),
    ):
        await tx.execute(query.with_for_update())
    two = await two_of(tx, goes, stays)
    for keeper in keepers:
        await keeper.join(tx, two, now)


async def join_again(tx: Transaction, keepers: tuple[Keeper, ...], stays: int, now: datetime) -> None:
    """Join whatever is still kept of those who were joined to a person."""
    canonical = members.alias()
    query = (
        select(members.c.person_id)
        .join(canonical, canonical.c.id == members.c.canonical_id)
        .where(canonical.c.person_id == stays, members.c.person_id != stays)
        .distinct()
    )
    for goes in sorted((await tx.execute(query)).scalars()):
        await join_people(tx, keepers, goes, stays, now)


async def two_of(tx: Transaction, goes: int, stays: int) -> Two:
    """Two people with the groups that both are in, whether or not their members there were joined before."""
    mine = {r.group_id: r.id for r in await _members_of(tx, stays) if r.canonical_id is None}
    pairs = [
        (r.id, mine[r.group_id])
        for r in await _members_of(tx, goes)
        if r.group_id in mine and r.canonical_id in (None, mine[r.group_id])
    ]
    return Two(goes, stays, tuple(pairs))


async def _members_of(tx: Transaction, person_id: int) -> list[Row]:
    query = select(members).where(members.c.person_id == person_id).order_by(members.c.group_id)
    return list(await tx.execute(query))


async def join_memberships(tx: Transaction, two: Two, now: datetime) -> None:
    """Point each member to the one who stays, or give it to them; then the accounts and what a person settled.

    Comes last of all keepers: the others still see two.
    """
    for one, other in two.members:
        await _join_members(tx, one, other)
    joined = [one for one, _ in two.members]
    alone = (members.c.person_id == two.goes, members.c.canonical_id.is_(None), members.c.id.not_in(joined))
    await tx.execute(update(members).where(*alone).values(person_id=two.stays))
    await tx.execute(update(identities).where(identities.c.person_id == two.goes).values(person_id=two.stays))
    both = await tx.execute(select(people).where(people.c.id.in_((two.goes, two.stays))))
    by_id = {row.id: row for row in both}
    gone, stays = by_id[two.goes], by_id[two.stays]
    kept = {
        "zone": stays.zone or gone.zone,
        "interview_date": date_of_both(stays.interview_date, gone.interview_date, now.date()),
        "group_id": stays.group_id or gone.group_id,
        "created_at": min(gone.created_at, stays.created_at),
    }
    await tx.execute(update(people).where(people.c.id == two.stays).values(**kept))
    nothing = {"zone": "", "interview_date": None, "group_id": None}
    await tx.execute(update(people).where(people.c.id == two.goes).values(**nothing))


async def _join_members(tx: Transaction, goes: int, stays: int) -> None:
    rows = await tx.execute(select(members).where(members.c.id.in_((goes, stays))))
    by_id = {row.id: row for row in rows}
    one, other = by_id[goes], by_id[stays]
    away = [row.break_until for row in (one, other) if row.break_until is not None]
    out = [row.barred_at for row in (one, other) if row.barred_at is not None]
    # Where one of the two accounts is left out of boards, its owner meant themselves.
    hidden = one.naming == Naming.OUT and one.canonical_id is None
    kept = {
        "organiser": one.organiser or other.organiser,
        "reminders": one.reminders or other.reminders,
        "naming": Naming.OUT.value if hidden else other.naming,
        "break_until": max(away, default=None),
        "joined_at": min(one.joined_at, other.joined_at),
        "seen_at": max(one.seen_at, other.seen_at),
        "left_at": other.left_at if one.canonical_id else _last(one.left_at, other.left_at),
        "barred_at": min(out, default=None),
        "toured": max(one.toured, other.toured),
    }
    await tx.execute(update(members).where(members.c.id == stays).values(**kept))
    nothing = {"organiser": False, "reminders": False, "break_until": None, "barred_at": None}
    await tx.execute(update(members).where(members.c.id == goes).values(canonical_id=stays, **nothing))
    await tx.execute(update(members).where(members.c.canonical_id == goes).values(canonical_id=stays))


def _last(one: datetime | None, other: datetime | None) -> datetime | None:
    """When both have left; None while one of them is there."""
    return max(one, other) if one is not None and other is not None else None


async def take_out(tx: Transaction, account: Account, now: datetime) -> bool:
    """Part one account from its person: it begins anew, and everything stays with the others.

    False where it is the only one: there is nothing to part it from. Bars hold for it wherever it goes.
    """
    row = (await tx.execute(select(identities).where(identities.c.id == account.id).with_for_update())).one()
    await tx.execute(select(people.c.id).where(people.c.id == row.person_id).with_for_update())
    query = select(func.count()).where(identities.c.person_id == row.person_id)
    if int((await tx.execute(query)).scalar_one()) < 2:
        return False
    whose = await whose_is(tx, row.person_id)
    await hold_bars(tx, Whose(whose.people, whose.members, (account,)), now)
    made = await tx.execute(insert(people).values(zone="", created_at=now).returning(people.c.id))
    new = int(made.scalar_one())
    await tx.execute(update(identities).where(identities.c.id == account.id).values(person_id=new))
    await tx.execute(delete(deliveries).where(deliveries.c.identity_id == account.id))
    return True
