"""Whose week a button means."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.access.presence import Outside
from bot.access.who import Found, Who, asker, by_row, gate, read_found
from bot.chat.access import Level
from bot.chat.zones import zone_of
from bot.database.statements import Row
from bot.database.transaction import Transaction
from bot.features.mock.pairing.model import SignUp, read_sign_up
from bot.features.mock.pairing.queries import first_revealed, revealed_here
from bot.features.mock.tables import mock_signups
from bot.features.points.rules import week_bucket
from bot.services import RequestTransaction

_BY_SIGN_UP = gate(*read_sign_up.columns(mock_signups, "signup_"), joined=by_row(mock_signups, "signup_id"))


async def _of_sign_up(tx: RequestTransaction, action: Any) -> Found | None:  # noqa: ANN401  (any action with a signup_id)
    row = (await tx.execute(_BY_SIGN_UP, signup_id=action.signup_id, **asker(tx.request))).first()
    if row is None:
        return None
    found = read_sign_up(row, "signup_")
    return read_found(row, found, (found.member_id,))


ITS_MEMBER = Who(Level.OWNER, _of_sign_up, Outside.NOT_GONE)
"""Who has said that they are in a week."""


def sign_up_of(tx: RequestTransaction) -> SignUp:
    """The sign-up that a press is about, as the gate has found it."""
    assert isinstance(tx.subject, SignUp)
    return tx.subject


async def first_of_week(tx: Transaction, round_id: int) -> tuple[Row, str] | None:
    """(the round, its week) where its reveal is the week's first, in a group that pairs its members; else None."""
    round_ = await revealed_here(tx, round_id)
    if round_ is None:
        return None
    monday, week = week_of(round_.revealed_at, round_.zone)
    return (round_, week) if await first_revealed(tx, round_.group_id, monday) == round_id else None


def week_of(moment: datetime, zone: str) -> tuple[datetime, str]:
    """(when it began, its name) of the week that a moment lies in, by the clock of a zone."""
    day = moment.astimezone(zone_of(zone)).date()
    monday = datetime.combine(day - timedelta(days=day.weekday()), time(), zone_of(zone))
    return monday.astimezone(UTC), week_bucket(day)
