"""What mock interviews keep about people: taking it along, and taking it back."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Executable, and_, bindparam, delete, exists, null, or_, select, update

from bot.database.statements import Row, Statement, any_of
from bot.database.transaction import Transaction
from bot.database.transcript import blank_private
from bot.features.mock.clock import leave
from bot.features.mock.moving import CHOICE, MOCK, RESULT
from bot.features.mock.pairing.model import AGAIN, PAIRED
from bot.features.mock.queries import not_over
from bot.features.mock.tables import mock_forms, mock_pairs, mock_signups, mocks
from bot.membership.personal_data.subjects import (
    DataSubject,
    Merge,
    PersonalData,
    Section,
    belonging,
    handing_over,
    said,
)
from bot.outbox.queries import refresh

_TAKES_PART = (mocks.c.asker_id, mocks.c.candidate_id, mocks.c.interviewer_id, mocks.c.observer_id)
_PAIRED = (mock_pairs.c.interviewer_id, mock_pairs.c.candidate_id, mock_pairs.c.observer_id)

_MOCKS = belonging(*_TAKES_PART)
_WROTE = belonging(mock_forms.c.member_id)
_READ = Statement(
    select(mock_forms)
    .where(any_of(mock_forms.c.mock_id, "ids"), mock_forms.c.released_at.is_not(None))
    .order_by(mock_forms.c.id)
)
_SIGNED_UP = belonging(mock_signups.c.member_id)
_PAIRS = belonging(*_PAIRED)
_BLANK_WORDS = Statement(
    update(mock_forms).where(any_of(mock_forms.c.member_id, "mine")).values(first="", second="")
)
_BLANK_SCORES = Statement(
    update(mock_forms)
    .where(mock_forms.c.mock_id.in_(select(mocks.c.id).where(any_of(mocks.c.candidate_id, "mine"))))
    .values(scores=null())
)
_PARTNERS = Statement(
    select(mock_signups.c.id)
    .join(
        mock_pairs,
        and_(mock_pairs.c.group_id == mock_signups.c.group_id, mock_pairs.c.week == mock_signups.c.week),
    )
    .where(
        or_(*(any_of(each, "mine") for each in _PAIRED)),
        or_(*(each == mock_signups.c.member_id for each in _PAIRED)),
    )
)
_DROP_SIGNUPS = Statement(delete(mock_signups).where(any_of(mock_signups.c.member_id, "mine")))


def personal_data() -> PersonalData:
    """Mock interviews, forms, and signing up to be paired."""
    tables = ("mocks", "mock_forms", "mock_signups", "mock_pairs")
    return PersonalData("mock_interviews", tables, _export, _forget, _join)


async def _export(tx: Transaction, subject: DataSubject) -> Section:
    mine = subject.members
    taken = (await tx.execute(_MOCKS, mine=mine)).all()
    wrote = await tx.execute(_WROTE, mine=mine)
    read = await tx.execute(_READ, ids=[row.id for row in taken])
    signed_up = await tx.execute(_SIGNED_UP, mine=mine)
    pairs = await tx.execute(_PAIRS, mine=mine)
    return {
        "mocks": [_mock(row, frozenset(mine)) for row in taken],
        "written": [_form(row) for row in wrote],
        "received": [_form(row) for row in read if row.member_id not in mine],
        "sign_ups": [
            {
                "group": row.group_id,
                "week": row.week,
                "in": row.wanted,
                "evenings": row.evenings,
                "weekends": row.weekends,
                "missed": row.missed,
                "at": said(row.at),
            }
            for row in signed_up
        ],
        "pairs": [
            {
                "group": row.group_id,
                "week": row.week,
                "role": _role(row, frozenset(mine)),
                "state": row.state,
                "suggested_time": said(row.at),
            }
            for row in pairs
        ],
    }


def _role(row: Row, mine: frozenset[int]) -> str:
    if row.candidate_id in mine:
        return "candidate"
    return "interviewer" if row.interviewer_id in mine else "observer"


def _mock(row: Row, mine: frozenset[int]) -> Section:
    return {
        "mock": row.id,
        "group": row.group_id,
        "script": row.item_id or None,
        "role": _role(row, mine),
        "asked_for_it": row.asker_id in mine,
        "state": row.state,
        "part": row.part,
        "asked_at": said(row.created_at),
        "ended_at": said(row.ended_at),
    }


def _form(row: Row) -> Section:
    return {
        "mock": row.mock_id,
        "scores": row.scores,
        "first": row.first,
        "second": row.second,
        "sent_at": said(row.sent_at),
        "released_at": said(row.released_at),
    }


async def _forget(tx: Transaction, subject: DataSubject, now: datetime) -> None:
    paired = [f"mock-signup:{row.id}" for row in await tx.execute(_PARTNERS, mine=subject.members)]
    for statement in (_BLANK_WORDS, _BLANK_SCORES, _DROP_SIGNUPS):
        await tx.execute(statement, mine=subject.members)
    for mock in await not_over(tx, subject.members):
        await leave(tx, mock, now)
    taken = [f"mock:{row.id}" for row in await tx.execute(_MOCKS, mine=subject.members)]
    for about in taken:
        await refresh(tx, about, (MOCK, RESULT, CHOICE), now)
    for about in paired:
        await refresh(tx, about, (PAIRED, AGAIN), now)
    await blank_private(tx, [*taken, *paired], now)


def _drop_twice(who: Column[Any], *about: str) -> Statement:
    """Drops what both have about the same: of the one who goes."""

    def build() -> Executable:
        table, other = who.table, who.table.alias("other")
        same = (other.c[name] == table.c[name] for name in about)
        twice = exists().where(*same, other.c[who.name] == bindparam("stays"))
        return delete(table).where(who == bindparam("goes"), twice)

    return Statement(build)


_DROP_SIGNED_UP_TWICE = _drop_twice(mock_signups.c.member_id, "group_id", "week")
_DROP_WRITTEN_TWICE = _drop_twice(mock_forms.c.member_id, "mock_id")
_DROP_PAIRED_TWICE = tuple(_drop_twice(each, "group_id", "week") for each in _PAIRED[:2])
_DROP_WITH_ONESELF = Statement(
    delete(mock_pairs).where(
        mock_pairs.c.interviewer_id.in_((bindparam("goes"), bindparam("stays"))),
        mock_pairs.c.candidate_id.in_((bindparam("goes"), bindparam("stays"))),
    )
)
_CHANGE_HANDS = tuple(
    map(handing_over, (*_TAKES_PART, *_PAIRED, mock_forms.c.member_id, mock_signups.c.member_id))
)


async def _join(tx: Transaction, merge: Merge, now: datetime) -> None:
    """What both did is one person's; of what can be there once, what is kept of the one who stays.

    A mock of the two with each other is over: it was somebody's with themselves.
    """
    drops = (_DROP_SIGNED_UP_TWICE, _DROP_WRITTEN_TWICE, _DROP_WITH_ONESELF, *_DROP_PAIRED_TWICE)
    for goes, stays in merge.members:
        for statement in (*drops, *_CHANGE_HANDS):
            await tx.execute(statement, goes=goes, stays=stays)
        for mock in await not_over(tx, (stays,)):
            if len(set(mock.people)) < len(mock.people):
                await leave(tx, mock, now)
