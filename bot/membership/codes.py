"""SQL of one-time codes: making them, taking them, and counting wrong tries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, delete, or_, select, update

from bot.chat.requests import Identity, Request
from bot.database.statements import Statement, any_of, insert
from bot.database.transaction import Transaction
from bot.membership.code_rules import LASTS, MOST_WRONG, digest, lately, read_code, spelled
from bot.membership.personal_data.subjects import Account, said
from bot.membership.tables import codes, links, tries

KEPT = timedelta(days=2)
"""How long what came of a code is kept: so long a link is looked at again for what came in at the same moment."""


class Purpose(StrEnum):
    """What entering a code does: connects a place to a group, links two accounts of a person, or lets somebody in."""

    CONNECT = "connect"
    LINK = "link"
    INVITE = "invite"


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it is kept. ``fresh`` while it can be used; else it was used or is too old."""

    id: int
    group_id: int | None
    identity_id: int
    fresh: bool


_DROP_UNUSED = Statement(
    delete(codes).where(
        codes.c.identity_id == bindparam("identity_id"),
        codes.c.used_at.is_(None),
        codes.c.expires_at <= bindparam("now"),
    )
)


async def make_code(
    tx: Transaction,
    number: int,
    purpose: Purpose,
    identity_id: int,
    now: datetime,
    group_id: int | None = None,
) -> str:
    """Keep a new code of 50 random bits; its letters, which nobody can read again. Old ones that nobody used go."""
    await tx.execute(_DROP_UNUSED, identity_id=identity_id, now=now)
    made = spelled(number)
    values = {
        "digest": digest(read_code(made)),
        "purpose": purpose.value,
        "group_id": group_id,
        "identity_id": identity_id,
        "made_at": now,
        "expires_at": now + LASTS,
    }
    await tx.insert(codes, values)
    return made


# Locked, so that one of two who enter a code at once has it.
_TYPED = Statement(
    select(codes)
    .where(codes.c.digest == bindparam("digest"), codes.c.purpose == bindparam("purpose"))
    .with_for_update()
)


async def find_code(tx: Transaction, typed: str, purpose: Purpose, now: datetime) -> Code | None:
    """The code that was typed, kept from everybody else who enters it until the transaction ends."""
    row = (await tx.execute(_TYPED, digest=digest(read_code(typed)), purpose=purpose.value)).first()
    if row is None:
        return None
    return Code(row.id, row.group_id, row.identity_id, row.used_at is None and now < row.expires_at)


async def use_code(tx: Transaction, code: Code, now: datetime) -> None:
    """Spend a code."""
    await tx.change(codes, code.id, {"used_at": now})


# Wrong tries ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tries:
    """The wrong tries of an account that count just now: their row's id, and the instant of each.

    They count for nobody else: one member's typing locks no channel out.
    """

    id: int
    wrong: list[list[str]]

    @property
    def too_many(self) -> bool:
        """Whether no code is looked at any more."""
        return len(self.wrong) >= MOST_WRONG


def account_scope(who: Identity) -> str:
    """What an account's wrong tries are counted under: a fingerprint."""
    return digest(f"account:{who.key}")


_ROW = insert(tries).values(scope=bindparam("scope"), wrong=bindparam("none"), at=bindparam("at"))
# The row is written to even where it is there, which locks it: those who try at once wait for each other.
_WRONG = Statement(
    _ROW.on_conflict_do_update(index_elements=[tries.c.scope], set_={"scope": _ROW.excluded.scope}).returning(
        tries.c.id, tries.c.wrong
    )
)


async def tries_of(tx: Transaction, request: Request) -> Tries:
    """The wrong tries of this account, kept from others until the transaction ends."""
    scope = account_scope(request.who)
    row = (await tx.execute(_WRONG, scope=scope, none=[], at=request.at)).one()
    return Tries(row.id, lately(row.wrong, request.at))


async def note_wrong(tx: Transaction, request: Request, before: Tries) -> None:
    """Count one more wrong try for the account."""
    wrong = [*before.wrong, [request.at.isoformat()]]
    await tx.change(tries, before.id, {"wrong": wrong, "at": request.at})


# What is kept of people -----------------------------------------------------------------------------------------------

_ABOUT = or_(any_of(links.c.first_id, "ids"), any_of(links.c.second_id, "ids"))  # the first made the code
_CODES_OF = Statement(select(codes).where(any_of(codes.c.identity_id, "ids")).order_by(codes.c.id))
_LINKS_OF = Statement(select(links).where(_ABOUT).order_by(links.c.id))
_TRIES_OF = Statement(select(tries).where(any_of(tries.c.scope, "scopes")).order_by(tries.c.id))


async def export_codes(tx: Transaction, accounts: Sequence[Account]) -> dict[str, list[dict[str, object]]]:
    """What these accounts made and tried, without what would tell of others."""
    ids = [account.id for account in accounts]
    made = await tx.execute(_CODES_OF, ids=ids)
    asked = await tx.execute(_LINKS_OF, ids=ids)
    wrong = await tx.execute(_TRIES_OF, scopes=[account_scope(account.who) for account in accounts])
    return {
        "codes": [
            {
                "for": r.purpose,
                "made_at": said(r.made_at),
                "until": said(r.expires_at),
                "used_at": said(r.used_at),
            }
            for r in made
        ],
        "links": [
            {
                "code_was_yours": r.first_id in ids,
                "state": r.state,
                "asked_at": said(r.asked_at),
                "settled_at": said(r.settled_at),
            }
            for r in asked
        ],
        "wrong_codes": [{"at": [each[0] for each in r.wrong]} for r in wrong],
    }


_FORGET_LINKS = Statement(delete(links).where(_ABOUT))
_FORGET_CODES = Statement(delete(codes).where(any_of(codes.c.identity_id, "ids")))
_FORGET_TRIES = Statement(delete(tries).where(any_of(tries.c.scope, "scopes")))


async def forget_codes(tx: Transaction, accounts: Sequence[Account]) -> None:
    """Forget what these accounts made and tried."""
    ids = [account.id for account in accounts]
    await tx.execute(_FORGET_LINKS, ids=ids)
    await tx.execute(_FORGET_CODES, ids=ids)
    await tx.execute(_FORGET_TRIES, scopes=[account_scope(account.who) for account in accounts])


_DROP_TRIES = Statement(delete(tries).where(tries.c.at < bindparam("before")))
_DROP_CODES = Statement(
    delete(codes).where(codes.c.used_at.is_(None), codes.c.expires_at < bindparam("before"))
)
_DROP_LINKS = Statement(
    delete(links).where(or_(links.c.settled_at < bindparam("before"), links.c.until < bindparam("before")))
)
_DROP_USED = Statement(
    delete(codes).where(codes.c.used_at < bindparam("before"), codes.c.id.not_in(select(links.c.code_id)))
)


async def tidy(tx: Transaction, now: datetime) -> None:
    """Drop what has had its time: wrong tries, codes nobody used, links settled or unanswered for two days."""
    await tx.execute(_DROP_TRIES, before=now - LASTS)
    await tx.execute(_DROP_CODES, before=now - LASTS)
    await tx.execute(_DROP_LINKS, before=now - KEPT)
    await tx.execute(_DROP_USED, before=now - KEPT)


_END_OF_GROUP = Statement(
    update(codes)
    .where(codes.c.group_id == bindparam("its_group"), codes.c.used_at.is_(None))
    .values(expires_at=bindparam("now"))
)


async def end_codes_of(tx: Transaction, group_id: int, now: datetime) -> None:
    """Let no unused code of a group be good any longer."""
    await tx.execute(_END_OF_GROUP, its_group=group_id, now=now)
