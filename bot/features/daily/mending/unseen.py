"""A group that can be reached nowhere: its question waits for the first place that opens, and none is asked after it.

The delivery of that question is tried again and again (see bot/outbox/send.py), so it is also what finds out that a place
has opened.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import bindparam, select

from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.daily.model import AnswerState, Round, RoundState
from bot.features.daily.queries import answers_in, change_round, next_free_slot
from bot.features.daily.rounds import QUESTION
from bot.features.points.streaks import question_moved, question_opened
from bot.membership.calendar.schedule import answers_close, next_slot
from bot.membership.model import Group
from bot.membership.reach import out_of_reach
from bot.outbox.tables import deliveries

_STANDS = Statement(
    select(deliveries.c.id)
    .where(
        deliveries.c.subject == bindparam("its_subject"),
        deliveries.c.kind == QUESTION,
        deliveries.c.message.is_not(None),
    )
    .limit(1)
)


async def unseen_round(tx: Transaction, group: Group, running: Iterable[Round]) -> Round | None:
    """The open round among ``running`` whose question stands nowhere because its group can't be reached; None for none."""
    opened = [round_ for round_ in running if round_.state is RoundState.OPEN]
    if not opened or not await out_of_reach(tx, group.id):
        return None
    for round_ in reversed(opened):
        if await tx.scalar(_STANDS, its_subject=round_.subject) is None:
            return round_
    return None


async def keep_waiting(tx: Transaction, group: Group, round_: Round, day: date | None, now: datetime) -> None:
    """Leave an unseen round open until the next question moment; on ``day`` it stands for that date's question.

    One that somebody has answered meanwhile, in private, keeps its date.
    """
    moved: dict[str, object] = {}
    if day is not None and day != round_.local_date and not await answers_in(tx, round_.id, *AnswerState):
        slot = await next_free_slot(tx, group.id, day)
        moved = {"local_date": day, "slot": slot}
        if round_.slot == 0:
            await question_moved(tx, group.id, round_.local_date, day)
        elif slot == 0:
            await question_opened(tx, group.id, day)
    closes_at = answers_close(group.rhythm, now, next_slot(group.rhythm, group.last_date, now).at)
    await change_round(tx, round_.id, **moved, opened_at=now, closes_at=closes_at, next_at=closes_at)
