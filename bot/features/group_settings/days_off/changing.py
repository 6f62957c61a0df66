"""Days off are added to a group and taken out of it; what is planned and what is open follows at once."""

from datetime import date, datetime

from bot.database.transaction import Transaction
from bot.features.daily.queries import asked_on
from bot.features.group_settings.rhythm import keep_settings
from bot.features.points.streaks import question_opened, question_withdrawn
from bot.membership.calendar.days_off import DayOff, without
from bot.membership.model import Group
from bot.membership.rules import WrongChoiceError

DAYS_OFF = "daysoff"


def today_of(group: Group, now: datetime) -> date:
    """The group's date today."""
    return now.astimezone(group.rhythm.tz).date()


async def keep_days_off(tx: Transaction, group: Group, spans: tuple[DayOff, ...], now: datetime) -> Group:
    """Let these be a group's days off."""
    moved = await keep_settings(tx, group, {"days_off": spans}, now, moves=True)
    await heed_today(tx, group, moved, now)
    return moved


async def heed_today(tx: Transaction, before: Group, after: Group, now: datetime) -> None:
    """Let today be no question day where it became a day off after its question came, or be one again."""
    today = today_of(after, now)
    was, is_off = today in before.rhythm.off, today in after.rhythm.off
    if was is not is_off and await asked_on(tx, after.id, today):
        await (question_withdrawn if is_off else question_opened)(tx, after.id, today)


async def take_out(tx: Transaction, group: Group, values: tuple[str, ...], now: datetime) -> Group:
    """Take a span out, by its value on the list.

    Raises:
        WrongChoiceError: it is not on the list.
    """
    span = next((each for each in group.days_off if values[:1] == (value_of(each),)), None)
    if span is None:
        raise WrongChoiceError(DAYS_OFF)
    return await keep_days_off(tx, group, without(group.days_off, span, today_of(group, now)), now)


def value_of(span: DayOff) -> str:
    """A span as a value of a list."""
    return f"{span.first}:{span.last}"
