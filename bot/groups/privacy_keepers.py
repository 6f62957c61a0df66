"""What this room and those below it keep about people: accounts, memberships, private messages, a room's memory."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from html import escape

from sqlalchemy import delete, select, update

from bot.chat.words import clean_line
from bot.groups.codes import export_codes, forget_codes
from bot.groups.joining import join_memberships
from bot.groups.privacy import Keeper, Section, Whose, groups_of, nothing_to_join
from bot.groups.privacy_bars import hold_bars
from bot.store.statements import Row
from bot.store.tables import deliveries, groups, identities, members, people
from bot.store.transaction import Transaction
from bot.store.transcript import blank_private, blank_replies, export_viewer, forget_viewer


def people_keeper() -> Keeper:
    """Accounts and memberships. It forgets last: the others still ask it who somebody is."""
    tables = ("people", "identities", "members", "facts", "codes", "links", "tries")
    return Keeper("person", tables, _export_person, _forget_person, join_memberships)


async def _export_person(tx: Transaction, whose: Whose) -> Section:
    rows = await tx.execute(select(people).where(people.c.id.in_(whose.people)).order_by(people.c.id))
    mine = await tx.execute(
        select(members, groups.c.name.label("group_name"))
        .join(groups, groups.c.id == members.c.group_id)
        .where(members.c.id.in_(whose.members))
        .order_by(members.c.id)
    )
    return {
        "people": [
            {
                "known_since": said(r.created_at),
                "time_zone": r.zone or None,
                "interview_date": said(r.interview_date),
                "group_in_private": r.group_id,
            }
            for r in rows
        ],
        "accounts": [
            {"platform": a.who.platform, "server": a.who.tenant, "user": a.who.user, "name": a.who.name}
            for a in whose.accounts
        ],
        "memberships": [_membership(r) for r in mine],
        **await export_codes(tx, whose.accounts),
    }


def _membership(row: Row) -> Section:
    return {
        "group": row.group_id,
        "group_name": row.group_name,
        "member": row.id,
        "name": row.name,
        "boards_call_me": row.naming or "unnamed",
        "pseudonym": row.pseudonym,
        "last_consent_for_an_answer": row.consent or None,
        "organiser": row.organiser,
        "reminders": row.reminders,
        "goal_days_a_week": row.goal,
        "break_until": said(row.break_until),
        "joined_at": said(row.joined_at),
        "last_seen_at": said(row.seen_at),
        "left_at": said(row.left_at),
        "barred_at": said(row.barred_at),
        "words_blanked_at": said(row.blanked_at),
        "first_steps": row.toured,
        "same_member_as": row.canonical_id,
    }


def said(at: datetime | date | None) -> str | None:
    """An instant or a date as an export writes it."""
    return at.isoformat() if at is not None else None


async def _forget_person(tx: Transaction, whose: Whose, now: datetime) -> None:
    nameless = {"name": "", "pseudonym": "", "naming": "", "consent": ""}
    slots = [f"{card}:{group_id}" for group_id in await groups_of(tx, whose) for card in ("group", "status")]
    await blank_private(tx, slots, now)
    if not whose.whole:
        await tx.execute(
            update(members).where(members.c.id.in_(whose.members)).values(**nameless, blanked_at=now)
        )
        return
    await hold_bars(tx, whose, now)
    await tx.execute(
        update(members)
        .where(members.c.id.in_(whose.members))
        .values(**nameless, organiser=False, reminders=False, break_until=None, toured=0, left_at=now)
    )
    await forget_codes(tx, whose.accounts)
    await tx.execute(delete(identities).where(identities.c.person_id.in_(whose.people)))
    await tx.execute(
        update(people)
        .where(people.c.id.in_(whose.people))
        .values(zone="", interview_date=None, group_id=None, deleted_at=now)
    )


def messages_keeper() -> Keeper:
    """Private messages that were sent or wait to be sent."""
    return Keeper("private_messages", ("deliveries",), _export_messages, _forget_messages, nothing_to_join)


async def _export_messages(tx: Transaction, whose: Whose) -> Section:
    rows = await tx.execute(
        select(deliveries).where(deliveries.c.identity_id.in_(_ids(whose))).order_by(deliveries.c.id)
    )
    return {
        "messages": [
            {
                "about": r.subject,
                "kind": r.kind,
                "to": r.destination,
                "state": r.state,
                "asked_for_at": said(r.created_at),
                "sent_at": said(r.sent_at),
            }
            for r in rows
        ]
    }


async def _forget_messages(tx: Transaction, whose: Whose, now: datetime) -> None:
    del now
    if whose.whole:
        await tx.execute(delete(deliveries).where(deliveries.c.identity_id.in_(_ids(whose))))


def _ids(whose: Whose) -> Sequence[int]:
    return tuple(a.id for a in whose.accounts)


def room_keeper(platform: str) -> Keeper:
    """The memory of a room, for the platform that has none of its own: private cards and half-typed forms."""

    def users(whose: Whose) -> tuple[str, ...]:
        return tuple(a.who.user for a in whose.accounts if a.who.platform == platform)

    async def export(tx: Transaction, whose: Whose) -> Section:
        return await export_viewer(tx, users(whose))

    async def forget(tx: Transaction, whose: Whose, now: datetime) -> None:
        rows = await tx.execute(select(members).where(members.c.id.in_(whose.members)))
        names = {name for row in rows for name in (row.name, row.pseudonym) if name}
        await blank_replies(tx, tuple(_as_in_a_body(name) for name in sorted(names)), now)
        if whose.whole:
            await forget_viewer(tx, users(whose), now)

    return Keeper("room", ("transcript", "typed_forms"), export, forget, nothing_to_join)


def _as_in_a_body(name: str) -> str:
    return json.dumps(escape(clean_line(name)), ensure_ascii=False)[1:-1]
