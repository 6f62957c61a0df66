"""SQL of links: two accounts that are to become one person's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, bindparam, select

from bot.chat.requests import Identity
from bot.database.statements import Row, Statement
from bot.database.transaction import Transaction
from bot.membership.personal_data.subjects import Account
from bot.membership.queries import BY_ACCOUNT, by_account, read_identity
from bot.membership.tables import groups, identities, links, members

WAITS = timedelta(days=1)
"""So long the two have to say yes, each on their own account."""


class LinkState(StrEnum):
    """asked: the second account has entered the code. accepted: it said yes. Then the first one joins or refuses."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    JOINED = "joined"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two accounts, and whose it is now."""

    account: Account
    person_id: int

    @property
    def name(self) -> str:
        """How the account is told from the other: "Room: Mira"."""
        who = self.account.who
        return f"{who.platform.capitalize()}: {who.name or who.user}"


@dataclass(frozen=True, slots=True)
class Link:
    """Two accounts on their way to one person: ``first`` made the code and stays, ``second`` entered it."""

    id: int
    first: Side
    second: Side
    state: LinkState
    until: datetime

    def waits(self, now: datetime) -> bool:
        """Whether anybody may still say yes."""
        return self.state in (LinkState.ASKED, LinkState.ACCEPTED) and now < self.until


_FIRST, _SECOND = identities.alias("first"), identities.alias("second")


def _link() -> Select[Any]:
    first = (each.label(f"first__{each.name}") for each in _FIRST.c)
    second = (each.label(f"second__{each.name}") for each in _SECOND.c)
    query = select(links, *first, *second).join(_FIRST, _FIRST.c.id == links.c.first_id)
    return query.join(_SECOND, _SECOND.c.id == links.c.second_id)


_BY_ID = Statement(lambda: _link().where(links.c.id == bindparam("id")))
_BY_ID_LOCKED = Statement(lambda: _link().where(links.c.id == bindparam("id")).with_for_update())
_BY_CODE = Statement(
    lambda: _link().where(
        links.c.code_id == bindparam("code_id"), links.c.second_id == bindparam("second_id")
    )
)


async def add_link(tx: Transaction, code_id: int, first_id: int, second_id: int, now: datetime) -> Link:
    """A new link, or the one that this code made before."""
    values = {
        "code_id": code_id,
        "first_id": first_id,
        "second_id": second_id,
        "state": LinkState.ASKED.value,
        "asked_at": now,
        "until": now + WAITS,
    }
    await tx.insert_once(links, values)
    found = await link_of_code(tx, code_id, second_id)
    assert found is not None
    return found


async def link_of_code(tx: Transaction, code_id: int, second_id: int) -> Link | None:
    """The link that this account made with a code before."""
    row = (await tx.execute(_BY_CODE, code_id=code_id, second_id=second_id)).first()
    return _read_link(row) if row is not None else None


async def load_link(tx: Transaction, link_id: int, *, lock: bool = False) -> Link | None:
    """One link; ``lock`` keeps others from settling it, and its accounts with whom they are, until the transaction ends."""
    row = (await tx.execute(_BY_ID_LOCKED if lock else _BY_ID, id=link_id)).first()
    return _read_link(row) if row is not None else None


def _read_link(row: Row) -> Link:
    return Link(row.id, _side_of(row, "first__"), _side_of(row, "second__"), LinkState(row.state), row.until)


def _side_of(row: Row, prefix: str = "") -> Side:
    account = Account(getattr(row, f"{prefix}id"), read_identity(row, prefix))
    return Side(account, getattr(row, f"{prefix}person_id"))


async def set_state(tx: Transaction, link_id: int, state: LinkState, now: datetime) -> None:
    """Move a link on; the end of it is noted with its time."""
    settled = now if state in (LinkState.JOINED, LinkState.REFUSED) else None
    await tx.change(links, link_id, {"state": state.value, "settled_at": settled})


_ONE, _OTHER = members.alias("one"), members.alias("other")
_SHARED = Statement(
    select(groups.c.name)
    .join(_ONE, _ONE.c.group_id == groups.c.id)
    .join(_OTHER, _OTHER.c.group_id == groups.c.id)
    .where(
        _ONE.c.person_id == bindparam("one"),
        _ONE.c.canonical_id.is_(None),
        _OTHER.c.person_id == bindparam("other"),
        _OTHER.c.canonical_id.is_(None),
    )
    .order_by(groups.c.id)
)


async def shared_groups(tx: Transaction, one: int, other: int) -> tuple[str, ...]:
    """The names of the groups that two people are both in."""
    return tuple((await tx.execute(_SHARED, one=one, other=other)).scalars())


_OF_PERSON = Statement(
    select(identities).where(identities.c.person_id == bindparam("person_id")).order_by(identities.c.id)
)
_MINE = identities.alias("mine")
_OF_ONE = Statement(
    select(_MINE)
    .join(identities, identities.c.person_id == _MINE.c.person_id)
    .where(BY_ACCOUNT)
    .order_by(_MINE.c.id)
)


async def accounts_of(tx: Transaction, person_id: int) -> tuple[Side, ...]:
    """A person's accounts, oldest first."""
    return tuple(_side_of(row) for row in await tx.execute(_OF_PERSON, person_id=person_id))


async def accounts_with(tx: Transaction, who: Identity) -> tuple[Side, ...]:
    """The accounts of the person who one of them is, oldest first; none where nothing is kept about it."""
    return tuple(_side_of(row) for row in await tx.execute(_OF_ONE, by_account(who)))


_LATELY = Statement(
    select(identities.c.person_id)
    .join(links, links.c.first_id == identities.c.id)
    .where(links.c.state == "joined")
    .distinct()
    .order_by(identities.c.person_id)
)


async def lately_joined(tx: Transaction) -> tuple[int, ...]:
    """The people that somebody was joined to lately: their links are still kept."""
    return tuple((await tx.execute(_LATELY)).scalars())
