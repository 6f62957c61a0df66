"""What the tests of undoing share: the log, and what differs from before."""

from datetime import date

from bot.chat.cards import Card, Private, Reply
from bot.features.daily.actions import Report
from bot.features.points.tables import question_days
from tests.features.daily.acting import (
    Rows,
    answer_of,
    changed,
    tables,
    title,
)
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, lists

SHOWN = {"acts", "deliveries", "transcript"}


async def log(v: LocalDriver) -> Card:
    """The log as an organiser sees it."""
    return (await v.command(ORGANISER, "group log")).card  # type: ignore[union-attr]


async def undo_listed(v: LocalDriver, number: int = 0) -> Reply:
    """Undo one of the acts that the log offers, the newest by default."""
    shown = lists(await log(v))[0]
    return await v.act(ORGANISER, shown.action, shown.options[number].value)


async def differs(v: LocalDriver, before: Rows) -> set[str]:
    """The tables that are not as they were, but for what was shown, and noted."""
    return changed(before, await tables(v)) - SHOWN


async def lines_for(v: LocalDriver, user: str) -> list[str]:
    """The titles of what waits for somebody, and is shown with their next private reply."""
    reply = await v.command(user, "my record")
    assert isinstance(reply, Private)
    return [card.title for card in reply.also]


async def question_dates(v: LocalDriver) -> list[date]:
    """The dates that count as question days."""
    return [row.local_date for row in await v.rows(question_days)]


async def reported(v: LocalDriver, reader: str, author: str) -> int:
    """Let a reader report a revealed answer to Monday's question; its id."""
    answer = await answer_of(v, author, 1)
    assert title(await v.act(reader, Report(1, answer.id))) == "Thank you for the report"
    return int(answer.id)
