"""SQL of links: two accounts that are to become one person's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update

from bot.chat.requests import Identity
from bot.groups.privacy import Account
from bot.store.statements import Row
from bot.store.tables import answers, groups, identities, links, members, rounds
from bot.store.transaction import Transaction

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


async def add_link(tx: Transaction, code_id: int, first_id: int, second_id: int, now: datetime) -> int:
    """A new link, or the one that this code made before."""
    values = {
        "code_id": code_id,
        "first_id": first_id,
        "second_id": second_id,
        "state": LinkState.ASKED.value,
        "asked_at": now,
        "until": now + WAITS,
    }
    made = await tx.insert_once(links, values)
    return made if made is not None else int((await _of_code(tx, code_id, second_id)) or 0)


async def _of_code(tx: Transaction, code_id: int, second_id: int) -> int | None:
    query = select(links.c.id).where(links.c.code_id == code_id, links.c.second_id == second_id)
    found: int | None = (await tx.execute(query)).scalar_one_or_none()
    return found


async def link_of_code(tx: Transaction, code_id: int, second_id: int) -> Link | None:
    """The link that this account made with a code before."""
    found = await _of_code(tx, code_id, second_id)
    return await load_link(tx, found) if found is not None else None


async def load_link(tx: Transaction, link_id: int, *, lock: bool = False) -> Link | None:
    """One link; ``lock`` keeps others from settling it, and its accounts with whom they are, until the transaction ends."""
    query = select(links).where(links.c.id == link_id)
    row = (await tx.execute(query.with_for_update() if lock else query)).first()
    if row is None:
        return None
    both = select(identities).where(identities.c.id.in_((row.first_id, row.second_id)))
    both = both.order_by(identities.c.id)
    sides = await tx.execute(both.with_for_update() if lock else both)
    by_id = {each.id: _side(each) for each in sides}
    return Link(row.id, by_id[row.first_id], by_id[row.second_id], LinkState(row.state), row.until)


def _side(row: Row) -> Side:
    return Side(Account(row.id, Identity(row.platform, row.tenant, row.user, row.name)), row.person_id)


async def set_state(tx: Transaction, link_id: int, state: LinkState, now: datetime) -> None:
    """Move a link on; the end of it is noted with its time."""
    settled = now if state in (LinkState.JOINED, LinkState.REFUSED) else None
    await tx.execute(update(links).where(links.c.id == link_id).values(state=state.value, settled_at=settled))


async def shared_groups(tx: Transaction, one: int, other: int) -> tuple[str, ...]:
    """The names of the groups that two people are both in."""
    theirs = [
        select(members.c.group_id).where(members.c.person_id == each, members.c.canonical_id.is_(None))
        for each in (one, other)
    ]
    query = select(groups.c.name).where(groups.c.id.in_(theirs[0]), groups.c.id.in_(theirs[1]))
    return tuple((await tx.execute(query.order_by(groups.c.id))).scalars())


async def answered_twice(tx: Transaction, one: int, other: int) -> int:
    """In how many rounds that run both of two people have an answer."""
    given = [
        select(answers.c.round_id)
        .join(members, members.c.id == answers.c.member_id)
        .where(members.c.person_id == each)
        for each in (one, other)
    ]
    query = select(rounds.c.id).where(
        rounds.c.state.in_(("open", "voting")), rounds.c.id.in_(given[0]), rounds.c.id.in_(given[1])
    )
    return len((await tx.execute(query)).all())


async def accounts_of(tx: Transaction, person_id: int) -> tuple[Side, ...]:
    """A person's accounts, oldest first."""
    query = select(identities).where(identities.c.person_id == person_id).order_by(identities.c.id)
    return tuple(_side(row) for row in await tx.execute(query))


async def lately_joined(tx: Transaction) -> tuple[int, ...]:
    """The people that somebody was joined to lately: their links are still kept."""
    query = (
        select(identities.c.person_id)
        .join(links, links.c.first_id == identities.c.id)
        .where(links.c.state == LinkState.JOINED.value)
        .distinct()
        .order_by(identities.c.person_id)
    )
    return tuple((await tx.execute(query)).scalars())
