"""SQL of pairing."""

from datetime import datetime

from sqlalchemy import Integer, and_, bindparam, delete, exists, not_, or_, select, update

from bot.database.statements import Row, Statement, any_of
from bot.database.transaction import Transaction
from bot.features.daily.tables import rounds
from bot.features.mock.model import MockState
from bot.features.mock.pairing.model import (
    MEETS_FOR,
    Meeting,
    SignUp,
    Week,
    read_meeting,
    read_sign_up,
    read_week,
)
from bot.features.mock.tables import mock_pairs, mock_signups, mock_weeks, mocks
from bot.features.points.rules import ALL, ALL_TOPICS, QUIZ
from bot.features.points.tables import standings
from bot.membership.tables import groups

_W, _S, _P = mock_weeks.c, mock_signups.c, mock_pairs.c
_WEEK_OF = and_(_W.group_id == bindparam("group_id"), _W.week == bindparam("week"))

# Weeks ----------------------------------------------------------------------------------------------------------------

_REVEALED = Statement(
    select(rounds.c.id, rounds.c.revealed_at, rounds.c.group_id, groups.c.zone)
    .join(groups, groups.c.id == rounds.c.group_id)
    .where(rounds.c.id == bindparam("round_id"), rounds.c.revealed_at.is_not(None), groups.c.pairs_mocks)
)


async def revealed_here(tx: Transaction, round_id: int) -> Row | None:
    """(id, revealed_at, group_id, zone) of a revealed round whose group pairs its members; None for any other."""
    return (await tx.execute(_REVEALED, round_id=round_id)).first()


_FIRST = Statement(
    select(rounds.c.id)
    .where(
        rounds.c.group_id == bindparam("group_id"),
        rounds.c.state == "revealed",
        rounds.c.revealed_at >= bindparam("monday"),
    )
    .order_by(rounds.c.revealed_at, rounds.c.id)
    .limit(1)
)


async def first_revealed(tx: Transaction, group_id: int, monday: datetime) -> int | None:
    """The round of a group that was the first to be revealed since ``monday``."""
    found: int | None = await tx.scalar(_FIRST, group_id=group_id, monday=monday)
    return found


_LOCKED_WEEK = Statement(select(mock_weeks).where(_WEEK_OF).with_for_update())


async def locked_week(tx: Transaction, group_id: int, week: str) -> Week | None:
    """A group's week, kept from others until the transaction ends."""
    return read_week.first(await tx.execute(_LOCKED_WEEK, group_id=group_id, week=week))


async def open_week(
    tx: Transaction, group_id: int, week: str, opened_at: datetime, closes_at: datetime
) -> Week:
    """A group's week, begun where nobody was in yet; kept from others until the transaction ends."""
    values = {"opened_at": opened_at, "closes_at": closes_at, "next_at": closes_at}
    await tx.insert_once(mock_weeks, {"group_id": group_id, "week": week, **values})
    found = await locked_week(tx, group_id, week)
    assert found is not None
    return found


_WEEK = Statement(select(mock_weeks).where(_W.id == bindparam("week_id")))


async def load_week(tx: Transaction, week_id: int) -> Week:
    """One week by its number, which must exist."""
    return read_week((await tx.execute(_WEEK, week_id=week_id)).one())


_DUE = Statement(
    select(_W.id)
    .where(_W.next_at <= bindparam("now"), not_(any_of(_W.id, "left_alone")))
    .order_by(_W.next_at)
    .limit(100)
)
_DUE_ONE = Statement(
    select(mock_weeks)
    .where(_W.id == bindparam("week_id"), _W.next_at <= bindparam("now"))
    .with_for_update(skip_locked=True)
)


async def due_weeks(tx: Transaction, now: datetime, left_alone: list[int]) -> list[int]:
    """The weeks whose pairs are to be made, those due longest first."""
    return (await tx.execute(_DUE, now=now, left_alone=left_alone)).scalars()


async def due_week(tx: Transaction, week_id: int, now: datetime) -> Week | None:
    """A week whose pairs are still to be made, kept from others until the transaction ends."""
    return read_week.first(await tx.execute(_DUE_ONE, week_id=week_id, now=now))


# Sign-ups -------------------------------------------------------------------------------------------------------------

_SIGN_UP = Statement(select(mock_signups).where(_S.id == bindparam("signup_id")))
_IN_WEEK = Statement(
    select(mock_signups)
    .where(_S.group_id == bindparam("group_id"), _S.week == bindparam("week"), _S.wanted)
    .order_by(_S.id)
)
_OF_MEMBER = Statement(
    select(mock_signups)
    .where(_S.member_id == bindparam("member_id"), _S.wanted)
    .order_by(_S.id.desc())
    .limit(bindparam("most", type_=Integer))
)


async def load_sign_up(tx: Transaction, signup_id: int) -> SignUp | None:
    """One sign-up by its number."""
    return read_sign_up.first(await tx.execute(_SIGN_UP, signup_id=signup_id))


async def signed_up(tx: Transaction, group_id: int, week: str) -> tuple[SignUp, ...]:
    """Who is in a week."""
    return read_sign_up.all(await tx.execute(_IN_WEEK, group_id=group_id, week=week))


async def last_sign_ups(tx: Transaction, member_id: int, most: int) -> tuple[SignUp, ...]:
    """The weeks that a member was in last, newest first."""
    return read_sign_up.all(await tx.execute(_OF_MEMBER, member_id=member_id, most=most))


async def keep_sign_up(tx: Transaction, week: Week, member_id: int, **said: object) -> None:
    """Keep what a member says about a week; what they said before is replaced."""
    keys = {"group_id": week.group_id, "week": week.week, "member_id": member_id}
    await tx.upsert(mock_signups, keys, said)


_MISSED = Statement(
    update(mock_signups)
    .where(
        _S.group_id == bindparam("its_group"),
        _S.week == bindparam("its_week"),
        _S.member_id == bindparam("who"),
    )
    .values(missed=bindparam("came_not", type_=_S.missed.type))
)


async def note_missed(tx: Transaction, week: Week, member_id: int, *, missed: bool) -> None:
    """Note that a member did not come to their meeting of a week, or that they did."""
    await tx.execute(_MISSED, its_group=week.group_id, its_week=week.week, who=member_id, came_not=missed)


# Meetings -------------------------------------------------------------------------------------------------------------

_THEIRS = bindparam("member_id", type_=_P.candidate_id.type)
_MEETING = Statement(
    select(mock_pairs).where(
        _P.group_id == bindparam("group_id"),
        _P.week == bindparam("week"),
        or_(_P.interviewer_id == _THEIRS, _P.candidate_id == _THEIRS, _P.observer_id == _THEIRS),
    )
)
_ALL = Statement(select(mock_pairs).where(_P.group_id == bindparam("group_id")).order_by(_P.id))
_PAST = Statement(
    select(
        _S.member_id,
        _S.week,
        exists()
        .where(
            _P.group_id == _S.group_id,
            _P.week == _S.week,
            or_(_P.interviewer_id == _S.member_id, _P.candidate_id == _S.member_id),
        )
        .label("met"),
    )
    .where(
        _S.group_id == bindparam("group_id"),
        _S.week < bindparam("week"),
        _S.week >= bindparam("since"),
        _S.wanted,
        not_(_S.missed),
    )
    .order_by(_S.week.desc())
)
_WAITING = Statement(
    select(mock_pairs)
    .where(
        _P.group_id == bindparam("group_id"),
        _P.week == bindparam("week"),
        not_(exists().where(mocks.c.id == _P.mock_id, mocks.c.part > 0)),
        or_(_P.interviewer_waits_at >= bindparam("since"), _P.candidate_waits_at >= bindparam("since")),
    )
    .order_by(_P.id)
)
_NEXT = Statement(
    select(_P.at, _S.id)
    .join(mock_signups, and_(_S.group_id == _P.group_id, _S.week == _P.week, _S.member_id == _THEIRS))
    .where(
        or_(_P.interviewer_id == _THEIRS, _P.candidate_id == _THEIRS, _P.observer_id == _THEIRS),
        _P.at >= bindparam("since"),
        not_(_S.missed),
        not_(exists().where(mocks.c.id == _P.mock_id, mocks.c.state != MockState.READY.value)),
    )
    .order_by(_P.at)
    .limit(1)
)
_DROP = Statement(delete(mock_pairs).where(_P.id == bindparam("pair_id")))


async def meeting_of(tx: Transaction, sign_up: SignUp) -> Meeting | None:
    """The meeting that somebody has in a week, in any role."""
    values = {"group_id": sign_up.group_id, "week": sign_up.week, "member_id": sign_up.member_id}
    return read_meeting.first(await tx.execute(_MEETING, values))


async def next_meeting(tx: Transaction, member_id: int, now: datetime) -> tuple[datetime, int] | None:
    """When a member's next meeting is, and their sign-up for it: one that has not begun, and whose time is not long past."""
    row = (await tx.execute(_NEXT, member_id=member_id, since=now - MEETS_FOR)).first()
    return (row.at, row.id) if row else None


async def all_meetings(tx: Transaction, group_id: int) -> tuple[Meeting, ...]:
    """Every pair that a group has had, oldest first."""
    return read_meeting.all(await tx.execute(_ALL, group_id=group_id))


async def weeks_in(tx: Transaction, group_id: int, since: str, week: str) -> list[Row]:
    """(member_id, week, met) of who was in a week from ``since`` to before ``week``, newest first; not of who missed it."""
    return (await tx.execute(_PAST, group_id=group_id, since=since, week=week)).all()


async def waiting(tx: Transaction, week: Week, since: datetime) -> tuple[Meeting, ...]:
    """The meetings of a week in which somebody has waited for the other since an instant."""
    return read_meeting.all(await tx.execute(_WAITING, group_id=week.group_id, week=week.week, since=since))


async def change_meeting(tx: Transaction, meeting_id: int, **values: object) -> None:
    """Set columns of a pair."""
    await tx.change(mock_pairs, meeting_id, values)


async def drop_meeting(tx: Transaction, meeting_id: int) -> None:
    """Forget a pair that did not meet: whoever came has somebody else now."""
    await tx.execute(_DROP, pair_id=meeting_id)


# What they know -------------------------------------------------------------------------------------------------------

_KNOWN = Statement(
    select(standings.c.member_id, standings.c.topic, standings.c.numerator, standings.c.denominator).where(
        standings.c.group_id == bindparam("group_id"),
        standings.c.board == QUIZ,
        standings.c.span == ALL,
        any_of(standings.c.member_id, "ids"),
        standings.c.topic != ALL_TOPICS,
        standings.c.denominator > 0,
    )
)


async def quiz_shares(tx: Transaction, group_id: int, member_ids: frozenset[int]) -> list[Row]:
    """(member_id, topic, numerator, denominator): how many of their quiz answers in a topic were right."""
    return (await tx.execute(_KNOWN, group_id=group_id, ids=member_ids)).all()
