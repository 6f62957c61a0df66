"""A day that somebody typed, as a date or in words."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from bot.chat.cards import Choice, Day, TextField, text
from bot.chat.dispatch import UserError
from bot.chat.words import WEEKDAYS

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = {"today": 0, "tomorrow": 1, "day after tomorrow": 2}
_PROPOSED = ("tomorrow", "in 1 week", "in 2 weeks", "in 1 month", "in 3 months")
_NUMBERS: Mapping[str, int] = {"next": 1, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4}
_MONTH = f"(?P<month>{'|'.join(_MONTHS)})[a-z]*\\.?"
_ORDINAL = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_YEAR = r"(?:[ ,]+(?P<year>\d{4}))?"
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.?(?P<year>\d{4})?",
        r"(?P<year>\d{4})[./](?P<month>\d{1,2})[./](?P<day>\d{1,2})",
        rf"(?:the )?{_ORDINAL} (?:of )?{_MONTH}{_YEAR}",
        rf"{_MONTH} {_ORDINAL}{_YEAR}",
    )
)
_AHEAD = re.compile(r"(?:in )?(?P<many>\d{1,3}|[a-z]+) (?P<unit>day|week|month|year)s?")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_MOST = 40
_ANY_DAY = date(2000, 1, 1)


def day_in(said: str, today: date) -> date | None:
    """The day that is meant: "2026-12-31", "31.12.2026", "31 Dec", "tomorrow", "Friday", "in 3 weeks"; None for no such day.

    A day without its year is the next one from ``today`` on, a weekday the next one after it. With slashes, 12/31/2026 can only be one day;
    1/2/2026 could be two, and is none.
    """
    said = " ".join(said.lower().split()).removeprefix("on ")
    try:
        return date.fromisoformat(said.upper())
    except ValueError:
        pass
    try:
        return _in_words(said, today) or _written(said, today)
    except (ValueError, OverflowError):
        return None


def _in_words(said: str, today: date) -> date | None:
    if said in _NAMED:
        return today + timedelta(days=_NAMED[said])
    weekdays = [name.lower() for name in WEEKDAYS]
    short = next((n for n, name in enumerate(weekdays) if said in (name, name[:3])), None)
    if short is not None:
        return today + timedelta(days=(short - today.weekday()) % 7 or 7)
    found = _AHEAD.fullmatch(said)
    if found is None:
        return None
    many = int(found["many"]) if found["many"].isdigit() else _NUMBERS.get(found["many"])
    if many is None:
        return None
    if found["unit"] in ("day", "week"):
        return today + timedelta(days=many * (7 if found["unit"] == "week" else 1))
    return _months_on(today, many * (12 if found["unit"] == "year" else 1))


def _months_on(today: date, many: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + many, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _written(said: str, today: date) -> date | None:
    slashed = _SLASHED.fullmatch(said)
    if slashed is not None:
        first, second, year = (int(part) for part in slashed.groups())
        one_way = first == second or (first <= 12) != (second <= 12)
        return date(year, min(first, second), max(first, second)) if one_way else None
    found = next((match for form in _FORMS if (match := form.fullmatch(said))), None)
    if found is None:
        return None
    month = int(found["month"]) if found["month"].isdigit() else _MONTHS.index(found["month"]) + 1
    day = int(found["day"])
    if found["year"]:
        return date(int(found["year"]), month, day)
    years = range(today.year, today.year + 9)  # the 29th of February may be eight years away
    days = (date(year, month, day) for year in years if day <= monthrange(year, month)[1])
    return next((on for on in days if on >= today), None)


def shown_day(said: str) -> str:
    """What a field for dates can show of what was typed: it as YYYY-MM-DD, "" where it isn't written so."""
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        return ""


def is_day(said: str) -> bool:
    """Whether a day can be read from this, whichever day it is now."""
    return day_in(said, _ANY_DAY) is not None


async def propose_days(_tx: object, prefix: str) -> tuple[Choice, ...]:
    """Completes an option that takes a day: what was typed, if it is one, and days in words."""
    said = prefix.strip()
    known = (said,) if is_day(said) and len(said) <= _MOST else ()
    words = (each for each in _PROPOSED if each.startswith(said.lower()) and each != said)
    return tuple(Choice(each, each) for each in (*known, *words))


def day_field(name: str, label: str, said: str, *, required: bool = True) -> TextField:
    """A field of a form for a day; ``said`` is what was typed before."""
    hint = "like 31.12.2026, tomorrow or in 3 weeks"
    return TextField(
        name, label, value=said[:_MOST], placeholder=hint, required=required, most=_MOST, day=True
    )


def read_day(said: str, today: date) -> date:
    """The day of "2027-02-01", "31.12.2026" or "in 3 weeks".

    Raises:
        UserError: it is none.
    """
    found = day_in(said, today)
    if found is None:
        more = "Or like 31.12.2026, 31 Dec, tomorrow or in 3 weeks."
        raise UserError("Give the day like this: 2027-02-01", more)
    return found


def day_ahead(said: str, today: date, most: timedelta) -> date:
    """A typed day that is still to come, and no further away than ``most``.

    Raises:
        UserError: it is no such day.
    """
    on = read_day(said, today)
    if on <= today:
        raise UserError(
            "That day is not in the future",
            text("Today is ", Day(today), ". Give a day that is still to come."),
        )
    if on - today > most:
        raise UserError("That is too far away", f"Give a day within {most.days} days.")
    return on
