"""A break of somebody's own: it holds in all of their groups, and may begin later."""

from datetime import date

from sqlalchemy import and_, bindparam, select, update

from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.membership.model import Member
from bot.membership.queries import read_member
from bot.membership.tables import members

_PRESENT = and_(
    members.c.person_id == bindparam("of_person"),
    members.c.left_at.is_(None),
    members.c.barred_at.is_(None),
    members.c.canonical_id.is_(None),
)
_MEMBERS = Statement(select(members).where(_PRESENT).order_by(members.c.id))
_KEEP = Statement(
    update(members).where(_PRESENT).values(break_from=bindparam("first"), break_until=bindparam("until"))
)


async def keep_break(
    tx: Transaction, person_id: int, first: date | None, until: date | None
) -> tuple[Member, ...]:
    """Set or end (``until`` None) a person's break in each group they are in; the members they are there, as they were.

    ``first`` is None for a break that begins at once.
    """
    found = tuple(read_member(row) for row in await tx.execute(_MEMBERS, of_person=person_id))
    await tx.execute(_KEEP, of_person=person_id, first=first, until=until)
    return found
