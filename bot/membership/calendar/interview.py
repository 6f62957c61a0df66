"""Preparing for an interview: its date, and the phase of preparation that it puts one in."""

from datetime import date

from sqlalchemy import bindparam, select

from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.membership.tables import people

EARLY, MIDDLE, FINAL = "3plus-months", "1-2-months", "final-weeks"
"""The phases, as items of the bank name them."""

FINAL_DAYS = 21
"""The final weeks: three of them."""

MIDDLE_DAYS = 75
"""From here on it is one to two months, not three and more: the middle between two and three."""


def phase_of(interview: date | None, today: date) -> str:
    """The phase of preparation on a date; "" without an interview ahead. The day itself still is the final phase."""
    if interview is None or interview < today:
        return ""
    days = (interview - today).days
    if days <= FINAL_DAYS:
        return FINAL
    return MIDDLE if days <= MIDDLE_DAYS else EARLY


def date_of_both(stays: date | None, goes: date | None, today: date) -> date | None:
    """The interview of two people who are one: the date of the one who stays, unless only the other's lies ahead."""
    ahead = [on for on in (stays, goes) if on is not None and on >= today]
    return ahead[0] if ahead else stays or goes


_INTERVIEW = Statement(select(people.c.interview_date).where(people.c.id == bindparam("person_id")))


async def interview_of(tx: Transaction, person_id: int) -> date | None:
    """The date of a person's interview, if they said one."""
    found: date | None = await tx.scalar(_INTERVIEW, person_id=person_id)
    return found


async def set_interview(tx: Transaction, person_id: int, on: date | None) -> None:
    """Keep the date of a person's interview, or forget it."""
    await tx.change(people, person_id, {"interview_date": on})
