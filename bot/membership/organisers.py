"""Who organises: the list to choose from, the choice, and what organisers are told."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from bot.chat.requests import Identity
from bot.database.statements import Statement, any_of
from bot.database.transaction import Transaction
from bot.membership.model import Group, Member
from bot.membership.queries import identities_of_members, members_of_group, organisers_of_group, read_identity
from bot.membership.rules import WrongChoiceError
from bot.membership.tables import identities, members
from bot.outbox.queries import to_person

_NAME = Statement(update(members).where(any_of(members.c.id, "ids")).values(organiser=bindparam("organiser")))

_OWN = members.alias("own")
_ACCOUNTS = Statement(
    select(members.c.id.label("member_id"), identities)
    .join(identities, identities.c.person_id == members.c.person_id)
    .where(any_of(members.c.id, "ids"))
    .order_by(identities.c.id.desc())
)


async def accounts_of(tx: Transaction, member_ids: tuple[int, ...]) -> Mapping[int, Identity]:
    """The oldest account of each of these members, by the member's id."""
    return {row.member_id: read_identity(row) for row in await tx.execute(_ACCOUNTS, ids=member_ids)}


_ORGANISES = Statement(
    select(members.c.id)
    .join(_OWN, members.c.id == func.coalesce(_OWN.c.canonical_id, _OWN.c.id))
    .join(identities, identities.c.person_id == _OWN.c.person_id)
    .where(
        identities.c.id == bindparam("identity_id"),
        _OWN.c.group_id == bindparam("group_id"),
        members.c.organiser,
        members.c.left_at.is_(None),
        members.c.barred_at.is_(None),
    )
)


async def organiser_of(tx: Transaction, group_id: int, identity_id: int | None) -> int | None:
    """The member of an account's person who organises a group; None where they don't, or no more."""
    found: int | None = await tx.scalar(_ORGANISES, group_id=group_id, identity_id=identity_id)
    return found


LISTED = 25
"""The longest list a platform shows."""


async def name_organisers(tx: Transaction, group: Group, values: tuple[str, ...]) -> None:
    """Make exactly the chosen ones, of those on the list, organisers. ``values`` are member ids.

    Raises:
        WrongChoiceError: none was chosen, or one who is not on the list.
    """
    listed = {str(m.id): m for m in candidates(await members_of_group(tx, group.id))}
    if not values or not set(values) <= set(listed):
        raise WrongChoiceError("organisers")
    for named in (True, False):
        wrong = [m.id for key, m in listed.items() if (key in values) is named and m.organiser is not named]
        if wrong:
            await tx.execute(_NAME, ids=wrong, organiser=named)


def candidates(present: tuple[Member, ...]) -> tuple[Member, ...]:
    """Who may be named an organiser: organisers first, then those seen last, at most 25; nobody made up or barred."""
    real = [m for m in present if not m.sample and m.barred_at is None]
    return tuple(sorted(real, key=lambda m: (not m.organiser, -m.seen_at.timestamp(), m.id))[:LISTED])


async def tell_organisers(
    tx: Transaction, group_id: int, subject: str, kind: str, now: datetime, but: int | None = None
) -> None:
    """Write a private message to each organiser of a group, ``but`` for one member; none where it was written already.

    Only the part of ``kind`` before a colon names the card.
    """
    ids = frozenset(m.id for m in await organisers_of_group(tx, group_id) if not m.sample and m.id != but)
    for identity_id, who in await identities_of_members(tx, ids):
        await to_person(tx, subject, kind, identity_id, who, now)
