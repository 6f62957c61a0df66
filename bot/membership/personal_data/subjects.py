"""What is kept of a person: who that is, the personal_data that each room hands in, exporting, forgetting and joining.

A room that keeps something about people makes a ``PersonalData``; the composition root hands all of them to the services in one
explicit tuple, so that no room needs to know the others. Everything of one person is exported from one state of the
data, and forgotten in one transaction.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import Column, bindparam, or_, select, update

from bot.chat.cards import Slot
from bot.chat.requests import Identity
from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.database.transcript import blank_private
from bot.membership.queries import BY_ACCOUNT, by_account, read_identity
from bot.membership.tables import groups, identities, members


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a person, with its row's id."""

    id: int
    who: Identity


@dataclass(frozen=True, slots=True)
class DataSubject:
    """Whom something is about: the person (several where people were merged), their memberships and accounts.

    ``whole`` is False where only the words in these memberships go and the person stays: they left a group that keeps
    such words for a time only.
    """

    people: tuple[int, ...]
    members: tuple[int, ...]
    accounts: tuple[Account, ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Merge:
    """Two people who turned out to be one: what is kept of ``goes`` becomes part of ``stays``, by their ids.

    ``members`` are (goes, stays) of each group that both are in, by the group's id; where only the first one is a
    member, that member simply changes hands.
    """

    goes: int
    stays: int
    members: tuple[tuple[int, int], ...]


def belonging(*columns: Column[Any], to: str = "mine") -> Statement:
    """The rows of a table in which one of these columns names somebody of the list ``to``, by id."""
    table = columns[0].table
    return Statement(select(table).where(or_(*(any_of(each, to) for each in columns))).order_by(table.c.id))


def handing_over(column: Column[Any]) -> Statement:
    """Gives all that is the member's, or the person's, who ``goes`` to the one who ``stays``."""
    return Statement(
        update(column.table).where(column == bindparam("goes")).values({column.name: bindparam("stays")})
    )


Section: TypeAlias = Mapping[str, object]
"""A part of an export: what ``json`` can write, by name."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One room's duty to the people it keeps something about.

    ``tables`` are those of its tables that a row of may be about somebody. ``export`` gives all of it that is the
    person's own and nothing of others. ``forget`` blanks words and names, takes running things to an end, asks for new
    faces of what was posted, and leaves what others' results rest on; doing it twice is doing it once. ``join`` makes one
    of what is kept of two people who are one; doing it again joins what came since.
    """

    name: str
    tables: tuple[str, ...]
    export: Callable[[Transaction, DataSubject], Awaitable[Section]]
    forget: Callable[[Transaction, DataSubject, datetime], Awaitable[None]]
    join: Callable[[Transaction, Merge, datetime], Awaitable[None]]


async def nothing_to_join(_tx: Transaction, _merge: Merge, _now: datetime) -> None:
    """What is kept by account needs no joining: the accounts change hands."""


_PERSON = Statement(select(identities.c.person_id).where(BY_ACCOUNT))
_MEMBERS = Statement(
    select(members.c.id, members.c.person_id, members.c.canonical_id).where(
        or_(
            any_of(members.c.person_id, "people"),
            any_of(members.c.canonical_id, "mine"),
            any_of(members.c.id, "mine"),
        )
    )
)
_ACCOUNTS = belonging(identities.c.person_id, to="people")
_GROUPS = Statement(select(members.c.group_id).where(any_of(members.c.id, "mine")).distinct())
_LOCK_GROUPS = Statement(
    select(groups.c.id).where(any_of(groups.c.id, "ids")).order_by(groups.c.id).with_for_update()
)


async def person_behind(tx: Transaction, who: Identity) -> int | None:
    """The person of an account, None where nothing is kept about it. Makes nobody."""
    found: int | None = await tx.scalar(_PERSON, by_account(who))
    return found


async def data_subject(tx: Transaction, person_id: int) -> DataSubject:
    """Everything that is one person: with those they were merged with, all memberships and all accounts."""
    people, mine = {person_id}, set[int]()
    while True:
        found = (await tx.execute(_MEMBERS, people=sorted(people), mine=sorted(mine))).all()
        more = {r.id for r in found} | {r.canonical_id for r in found if r.canonical_id is not None}
        if more == mine and {r.person_id for r in found} <= people:
            break
        mine, people = mine | more, people | {r.person_id for r in found}
    rows = await tx.execute(_ACCOUNTS, people=sorted(people))
    accounts = tuple(Account(r.id, read_identity(r)) for r in rows)
    return DataSubject(tuple(sorted(people)), tuple(sorted(mine)), accounts)


async def groups_of(tx: Transaction, subject: DataSubject) -> tuple[int, ...]:
    """The groups that this is about, by id."""
    return tuple(sorted((await tx.execute(_GROUPS, mine=subject.members)).scalars()))


async def blank_cards(tx: Transaction, slots: Iterable[Slot], at: datetime) -> None:
    """Blank everyone's private cards of these slots: they quote what its author has taken back."""
    await blank_private(tx, [slot.key for slot in slots], at)


def said(at: datetime | date | None) -> str | None:
    """An instant or a date as an export writes it."""
    return at.isoformat() if at is not None else None


async def export_all(
    tx: Transaction, personal_data: tuple[PersonalData, ...], subject: DataSubject, now: datetime
) -> dict[str, object]:
    """Everything about a person, one section for each part; docs/privacy.md describes the fields."""
    sections = {each.name: await each.export(tx, subject) for each in personal_data}
    return {"format": 1, "made_at": now.isoformat(), **sections}


async def forget_all(
    tx: Transaction, personal_data: tuple[PersonalData, ...], subject: DataSubject, now: datetime
) -> None:
    """Forget a person, or what they wrote in some memberships. Runs in one writing transaction.

    The groups are locked first, in the order of their ids: a round that is being moved is moved before or after it.
    """
    await tx.execute(_LOCK_GROUPS, ids=await groups_of(tx, subject))
    for each in personal_data:
        await each.forget(tx, subject, now)
