"""Activity and streaks: noted when a member acts, settled when the next question opens.

A kept streak always equals a replay of all question days. It changes in two places alone: when its member acts, and when
a question opens, which ends the question day before. So boards and records read it as it stands.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from bot.database.transaction import Transaction
from bot.features.points.streak_queries import (
    acts_of,
    add_act,
    behind,
    breaks_of,
    days_asked,
    days_since,
    drop_question_day,
    keep_streak,
    keep_streaks,
    move_days,
    newest_question_days,
    note_question_day,
    recalled_by,
    start_streak,
)
from bot.features.points.streak_rules import RETRIEVAL, Act, Streak, caught_up, goal_in_week, week_of
from bot.membership.model import Group


async def acted(
    tx: Transaction, group: Group, member_id: int, act: Act, now: datetime, *, on: date | None = None
) -> None:
    """Note what a member did, once per date and act, and count it.

    It counts for the group's local date, or for ``on``: an answer belongs to its question's day, even when it comes on
    the next morning, just before the close.
    """
    day = on or now.astimezone(group.rhythm.tz).date()
    new = await add_act(tx, member_id, day, act)
    if not new:
        return
    streak = await start_streak(tx, group.id, member_id)
    if streak.through is not None and day <= streak.through:
        streak = Streak()  # the day was judged without this: all days are gone through again
    await _catch_up(tx, group.id, member_id, streak)


async def rebuilt(tx: Transaction, group_id: int, member_id: int) -> Streak:
    """Count a member's streak again from what is kept of each day, and keep it: after activity was moved or deleted."""
    return await _catch_up(tx, group_id, member_id, Streak())


async def move_activity(tx: Transaction, group_id: int, from_member: int, to_member: int) -> Streak:
    """Give everything that one member did, and their breaks, to another who is the same person; the streak that makes."""
    await move_days(tx, from_member, to_member)
    return await rebuilt(tx, group_id, to_member)


async def _catch_up(tx: Transaction, group_id: int, member_id: int, streak: Streak) -> Streak:
    days, active, taken = await days_since(tx, group_id, member_id, streak.through)
    now = caught_up(streak, days, active, taken)
    await keep_streak(tx, group_id, member_id, now)
    return now


async def question_opened(tx: Transaction, group_id: int, day: date) -> int:
    """Keep the question day that a new question has just begun, and settle the one before; how many streaks changed.

    Only those whose member missed the day, or was early for the new one, are looked at. Runs in the transaction that
    opened the question.
    """
    await note_question_day(tx, group_id, day)
    newest, previous = await newest_question_days(tx, group_id)
    if newest is None:
        return 0
    waiting = await behind(tx, group_id, newest, previous)
    if not waiting:
        return 0
    since = _since(waiting)
    days = await days_asked(tx, group_id, since)
    taken = await breaks_of(tx, waiting)
    active = await recalled_by(tx, waiting, since or days[0])
    changed: dict[int, Streak] = {}
    for member, before in waiting.items():
        after = caught_up(before, days, active.get(member, ()), taken.get(member, ()))
        if after != before:
            changed[member] = after
    await keep_streaks(tx, changed)
    return len(changed)


async def question_moved(tx: Transaction, group_id: int, before: date, day: date) -> None:
    """Let the newest question belong to another date than the one it was opened on, when nobody could answer it."""
    for member_id in await drop_question_day(tx, group_id, before):
        await rebuilt(tx, group_id, member_id)
    await question_opened(tx, group_id, day)


async def question_withdrawn(tx: Transaction, group_id: int, day: date) -> None:
    """Let a date be none of the question days: it counted for nobody, and nobody missed it."""
    newest, previous = await newest_question_days(tx, group_id)
    # Without the newest day the one before is not over any more: who missed it has time again.
    since = previous if newest == day and previous is not None else day
    for member_id in await drop_question_day(tx, group_id, day, since):
        await rebuilt(tx, group_id, member_id)


def _since(waiting: Mapping[int, Streak]) -> date | None:
    # The earliest day that any of them is counted through; None where one was never counted.
    known = [streak.through for streak in waiting.values() if streak.through is not None]
    return min(known) if len(known) == len(waiting) else None


async def off_for(tx: Transaction, group: Group, member_id: int) -> frozenset[date]:
    """The dates that are off for a member: the group's days off, and those of their own breaks."""
    taken = (await breaks_of(tx, (member_id,))).get(member_id, ())
    return group.rhythm.off | {span.first + timedelta(days=n) for span in taken for n in range(span.days)}


async def goal_this_week(tx: Transaction, group: Group, member_id: int, goal: int, now: datetime) -> int:
    """How many days a member's weekly goal means in the group's week: 0 where all of it is off."""
    monday, _ = week_of(now.astimezone(group.rhythm.tz).date())
    return goal_in_week(goal, monday, await off_for(tx, group, member_id))


async def days_this_week(tx: Transaction, group: Group, member_id: int, now: datetime) -> int:
    """On how many dates of the group's week, Monday to Sunday, a member recalled something."""
    monday, sunday = week_of(now.astimezone(group.rhythm.tz).date())
    acts = await acts_of(tx, member_id, monday, sunday)
    return sum(bool(done & RETRIEVAL) for done in acts.values())
