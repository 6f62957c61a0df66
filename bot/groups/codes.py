"""SQL of one-time codes: making them, taking them, and counting wrong tries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, insert, or_, select, update

from bot.chat.requests import Identity, Request
from bot.groups.code_rules import LASTS, MOST_WRONG, digest, lately, read_code, spelled
from bot.groups.privacy import Account
from bot.groups.store import person_of
from bot.store.tables import codes, identities, links, tries
from bot.store.transaction import Transaction

KEPT = timedelta(days=2)
"""How long what came of a code is kept: so long a link is looked at again for what came in at the same moment."""


class Purpose(StrEnum):
    """What entering a code does: connects a place to a group, or links two accounts of a person."""

    CONNECT = "connect"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it is kept. ``fresh`` while it can be used; else it was used or is too old."""

    id: int
    group_id: int | None
    identity_id: int
    fresh: bool


async def identity_of(tx: Transaction, who: Identity, now: datetime) -> tuple[int, int]:
    """(identity id, person id) of an account; both are made on the first meeting."""
    person_id = await person_of(tx, who, now)
    query = select(identities.c.id).where(
        identities.c.platform == who.platform,
        identities.c.tenant == who.tenant,
        identities.c.user == who.user,
    )
    return int((await tx.execute(query)).scalar_one()), person_id


async def make_code(
    tx: Transaction,
    number: int,
    purpose: Purpose,
    identity_id: int,
    now: datetime,
    group_id: int | None = None,
) -> str:
    """Keep a new code of 50 random bits; its letters, which nobody can read again. Old ones that nobody used go."""
    await tx.execute(
        delete(codes).where(
            codes.c.identity_id == identity_id, codes.c.used_at.is_(None), codes.c.expires_at <= now
        )
    )
    made = spelled(number)
    values = {
        "digest": digest(read_code(made)),
        "purpose": purpose.value,
        "group_id": group_id,
        "identity_id": identity_id,
        "made_at": now,
        "expires_at": now + LASTS,
    }
    await tx.execute(insert(codes).values(**values))
    return made


async def find_code(tx: Transaction, typed: str, purpose: Purpose, now: datetime) -> Code | None:
    """The code that was typed, locked, so that one of two who enter it at once has it."""
    query = (
        select(codes)
        .where(codes.c.digest == digest(read_code(typed)), codes.c.purpose == purpose.value)
        .with_for_update()
    )
    row = (await tx.execute(query)).first()
    if row is None:
        return None
    return Code(row.id, row.group_id, row.identity_id, row.used_at is None and now < row.expires_at)


async def use_code(tx: Transaction, code: Code, now: datetime) -> None:
    """Spend a code."""
    await tx.execute(update(codes).where(codes.c.id == code.id).values(used_at=now))


def account_scope(who: Identity) -> str:
    """What an account's wrong tries are counted under: a fingerprint."""
    return digest(f"account:{who.key}")


def _scopes(request: Request) -> tuple[str, ...]:
    place = (digest(f"place:{request.place.key}"),) if request.place is not None else ()
    return tuple(sorted((account_scope(request.who), *place)))


async def may_try(tx: Transaction, request: Request) -> bool:
    """Whether this account, in this place, may try a code; those who try at once wait for each other."""
    mark = _mark(request)
    before = [
        [each for each in await _wrong(tx, scope, request) if each[1] != mark] for scope in _scopes(request)
    ]
    return all(len(wrong) < MOST_WRONG for wrong in before)


def _mark(request: Request) -> str:
    return digest(f"request:{request.who.platform}:{request.id}")


async def note_wrong(tx: Transaction, request: Request) -> None:
    """Count a wrong try for the account and the place; one that is delivered again counts once. Follows may_try."""
    mark = _mark(request)
    for scope in _scopes(request):
        wrong = await _wrong(tx, scope, request)
        if all(each[1] != mark for each in wrong):
            wrong.append([request.at.isoformat(), mark])
        await tx.execute(update(tries).where(tries.c.scope == scope).values(wrong=wrong, at=request.at))
    await tx.execute(delete(tries).where(tries.c.at < request.at - LASTS))


async def _wrong(tx: Transaction, scope: str, request: Request) -> list[list[str]]:
    await tx.insert_once(tries, {"scope": scope, "wrong": [], "at": request.at})
    query = select(tries.c.wrong).where(tries.c.scope == scope).with_for_update()
    kept: Sequence[Sequence[str]] = (await tx.execute(query)).scalar_one()
    return lately(kept, request.at)


async def export_codes(tx: Transaction, accounts: Sequence[Account]) -> dict[str, list[dict[str, object]]]:
    """What these accounts made and tried, without what would tell of others."""
    ids = [account.id for account in accounts]
    made = await tx.execute(select(codes).where(codes.c.identity_id.in_(ids)).order_by(codes.c.id))
    asked = await tx.execute(select(links).where(_about(ids)).order_by(links.c.id))
    scopes = [account_scope(account.who) for account in accounts]
    wrong = await tx.execute(select(tries).where(tries.c.scope.in_(scopes)).order_by(tries.c.id))
    return {
        "codes": [
            {
                "for": r.purpose,
                "made_at": _said(r.made_at),
                "until": _said(r.expires_at),
                "used_at": _said(r.used_at),
            }
            for r in made
        ],
        "links": [
            {
                "code_was_yours": r.first_id in ids,
                "state": r.state,
                "asked_at": _said(r.asked_at),
                "settled_at": _said(r.settled_at),
            }
            for r in asked
        ],
        "wrong_codes": [{"at": [each[0] for each in r.wrong]} for r in wrong],
    }


async def forget_codes(tx: Transaction, accounts: Sequence[Account]) -> None:
    """Forget what these accounts made and tried."""
    ids = [account.id for account in accounts]
    await tx.execute(delete(links).where(_about(ids)))
    await tx.execute(delete(codes).where(codes.c.identity_id.in_(ids)))
    scopes = [account_scope(account.who) for account in accounts]
    await tx.execute(delete(tries).where(tries.c.scope.in_(scopes)))


def _about(ids: Sequence[int]) -> ColumnElement[bool]:
    of_codes = select(codes.c.id).where(codes.c.identity_id.in_(ids))
    return or_(links.c.first_id.in_(ids), links.c.second_id.in_(ids), links.c.code_id.in_(of_codes))


async def tidy(tx: Transaction, now: datetime) -> None:
    """Drop what has had its time: wrong tries, codes nobody used, links settled or unanswered for two days."""
    await tx.execute(delete(tries).where(tries.c.at < now - LASTS))
    await tx.execute(delete(codes).where(codes.c.used_at.is_(None), codes.c.expires_at < now - LASTS))
    over = or_(links.c.settled_at < now - KEPT, links.c.until < now - KEPT)
    await tx.execute(delete(links).where(over))
    linked = select(links.c.code_id)
    await tx.execute(delete(codes).where(codes.c.used_at < now - KEPT, codes.c.id.not_in(linked)))


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
