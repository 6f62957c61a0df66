"""A day that somebody typed."""

from datetime import date, timedelta

from bot.chat.cards import Day, text
from bot.chat.dispatch import UserError


def read_day(said: str) -> date:
    """The day of "2027-02-01".

    Raises:
        UserError: it is none.
    """
    try:
        return date.fromisoformat(said.strip())
    except ValueError:
        raise UserError("Give the day like this: 2027-02-01", "Year, month and day.") from None


def day_ahead(said: str, today: date, most: timedelta) -> date:
    """A typed day that is still to come, and no further away than ``most``.

    Raises:
        UserError: it is no such day.
    """
    on = read_day(said)
    if on <= today:
        raise UserError(
            "That day is not in the future",
            text("Today is ", Day(today), ". Give a day that is still to come."),
        )
    if on - today > most:
        raise UserError("That is too far away", f"Give a day within {most.days} days.")
    return on
