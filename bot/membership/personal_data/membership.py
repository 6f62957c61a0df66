"""What this room and those below it keep about people: accounts, memberships, private messages, a room's memory."""

import json
from datetime import datetime
from html import escape

from sqlalchemy import bindparam, delete, select, update

from bot.chat.cards import Slot
from bot.chat.words import clean_line
from bot.database.statements import Row, Statement, any_of
from bot.database.transaction import Transaction
from bot.database.transcript import blank_replies, export_viewer, forget_viewer
from bot.membership.codes import export_codes, forget_codes
from bot.membership.personal_data.bars import hold_bars
from bot.membership.personal_data.merging import join_memberships
from bot.membership.personal_data.subjects import (
    DataSubject,
    PersonalData,
    Section,
    blank_cards,
    groups_of,
    nothing_to_join,
    said,
)
from bot.membership.tables import groups, identities, members, people
from bot.outbox.erasing import ask_to_erase
from bot.outbox.queries import drop_messages_to, messages_to

_PEOPLE = Statement(select(people).where(any_of(people.c.id, "people")).order_by(people.c.id))
_MEMBERSHIPS = Statement(
    select(members, groups.c.name.label("group_name"))
    .join(groups, groups.c.id == members.c.group_id)
    .where(any_of(members.c.id, "mine"))
    .order_by(members.c.id)
)
_NAMELESS = {"name": "", "pseudonym": "", "naming": "", "consent": ""}
_UNNAME = Statement(
    update(members).where(any_of(members.c.id, "mine")).values(**_NAMELESS, blanked_at=bindparam("now"))
)
_LEAVE = Statement(
    update(members)
    .where(any_of(members.c.id, "mine"))
    .values(
        **_NAMELESS,
        organiser=False,
        reminders=False,
        break_from=None,
        break_until=None,
        onboarded=0,
        left_at=bindparam("now"),
    )
)
_DROP_ACCOUNTS = Statement(delete(identities).where(any_of(identities.c.person_id, "people")))
_FORGET_PEOPLE = Statement(
    update(people)
    .where(any_of(people.c.id, "people"))
    .values(zone="", interview_date=None, group_id=None, deleted_at=bindparam("now"))
)
_NAMES = Statement(select(members.c.name, members.c.pseudonym).where(any_of(members.c.id, "mine")))


def people_data() -> PersonalData:
    """Accounts and memberships. It forgets last: the others still ask it who somebody is."""
    tables = ("people", "identities", "members", "facts", "codes", "links", "tries")
    return PersonalData("person", tables, _export_person, _forget_person, join_memberships)


async def _export_person(tx: Transaction, subject: DataSubject) -> Section:
    rows = await tx.execute(_PEOPLE, people=subject.people)
    mine = await tx.execute(_MEMBERSHIPS, mine=subject.members)
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
            for a in subject.accounts
        ],
        "memberships": [_membership(r) for r in mine],
        **await export_codes(tx, subject.accounts),
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
        "break_from": said(row.break_from),
        "break_until": said(row.break_until),
        "joined_at": said(row.joined_at),
        "last_seen_at": said(row.seen_at),
        "left_at": said(row.left_at),
        "barred_at": said(row.barred_at),
        "words_blanked_at": said(row.blanked_at),
        "first_steps": row.onboarded,
        "same_member_as": row.canonical_id,
    }


async def _forget_person(tx: Transaction, subject: DataSubject, now: datetime) -> None:
    shown = ("group", "status")
    await blank_cards(
        tx, [Slot(card, group) for group in await groups_of(tx, subject) for card in shown], now
    )
    if not subject.whole:
        await tx.execute(_UNNAME, mine=subject.members, now=now)
        return
    await hold_bars(tx, subject, now)
    await tx.execute(_LEAVE, mine=subject.members, now=now)
    await forget_codes(tx, subject.accounts)
    await tx.execute(_DROP_ACCOUNTS, people=subject.people)
    await tx.execute(_FORGET_PEOPLE, people=subject.people, now=now)


def messages_data() -> PersonalData:
    """Private messages that were sent or wait to be sent."""
    return PersonalData(
        "private_messages", ("deliveries",), _export_messages, _forget_messages, nothing_to_join
    )


async def _export_messages(tx: Transaction, subject: DataSubject) -> Section:
    rows = await messages_to(tx, _ids(subject))
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


async def _forget_messages(tx: Transaction, subject: DataSubject, now: datetime) -> None:
    if not subject.whole:
        return
    await drop_messages_to(tx, _ids(subject))
    for who in sorted((a.who for a in subject.accounts), key=lambda who: who.key):
        await ask_to_erase(tx, who, now)


def _ids(subject: DataSubject) -> tuple[int, ...]:
    return tuple(a.id for a in subject.accounts)


def room_data(platform: str) -> PersonalData:
    """The memory of a room, for the platform that has none of its own: private cards and half-typed forms."""

    def users(subject: DataSubject) -> tuple[str, ...]:
        return tuple(a.who.user for a in subject.accounts if a.who.platform == platform)

    async def export(tx: Transaction, subject: DataSubject) -> Section:
        return await export_viewer(tx, users(subject))

    async def forget(tx: Transaction, subject: DataSubject, now: datetime) -> None:
        rows = await tx.execute(_NAMES, mine=subject.members)
        names = {name for row in rows for name in (row.name, row.pseudonym) if name}
        await blank_replies(tx, tuple(_as_in_a_body(name) for name in sorted(names)), now)
        if subject.whole:
            await forget_viewer(tx, users(subject), now)

    return PersonalData("room", ("transcript", "typed_forms"), export, forget, nothing_to_join)


def _as_in_a_body(name: str) -> str:
    return json.dumps(escape(clean_line(name)), ensure_ascii=False)[1:-1]
