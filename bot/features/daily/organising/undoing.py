"""What organisers did with rounds, put back: for as long as nobody has done anything that rests on it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, exists, not_, or_, select

from bot.chat.words import weekday
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.acts.keeping import final
from bot.features.daily.model import AnswerState, Round, RoundState
from bot.features.daily.queries import change_round, load_round, newest_round_id
from bot.features.daily.rounds import show_changes
from bot.features.daily.rules import reminder_at
from bot.features.daily.tables import answers, ballots
from bot.features.points.streaks import question_opened
from bot.membership.calendar.schedule import due_slot, next_slot
from bot.membership.model import Group, GroupState
from bot.membership.queries import change_group
from bot.membership.tables import members
from bot.services import RequestTransaction, Undoing

SKIPPED, CLOSED, WITHDRAWN, POSTED, EARLY = "skip", "close", "withdraw", "post", "reveal"
"""The kinds of acts about rounds."""

_BEGUN = Statement(
    select(
        or_(
            exists()
            .where(ballots.c.round_id == bindparam("round_id"), ballots.c.member_id == members.c.id)
            .where(not_(members.c.sample)),
            exists().where(
                answers.c.round_id == bindparam("round_id"), answers.c.state == AnswerState.LATE.value
            ),
        )
    )
)


# A day that was skipped ------------------------------------------------------------------------------------------------


def skipped(group: Group, day: date, newest: int) -> dict[str, Any]:
    """What is kept of a group whose ``day`` is about to be skipped; ``newest`` is its newest round."""
    before = group.last_date.toordinal() if group.last_date else day.toordinal() - 1
    return {"day": day.toordinal(), "before": before, "newest": newest}


def comes_back(group: Group, back: Mapping[str, Any], now: datetime) -> datetime | None:
    """When the question of a skipped day is due again, which may be past; None where it can't come any more."""
    day, before = date.fromordinal(back["day"]), date.fromordinal(back["before"])
    if now.astimezone(group.rhythm.tz).date() > day:
        return None
    for slot in (due_slot(group.rhythm, before, now), next_slot(group.rhythm, before, now)):
        if slot is not None and slot.local_date == day:
            return slot.at
    return None


def skip_stands(group: Group, back: Mapping[str, Any], newest: int, now: datetime) -> str:
    """Why a skipped day can't come back, "" where it can."""
    if newest != back["newest"]:
        return "Another question has been asked since."
    if group.state is not GroupState.ACTIVE:
        return "The group is paused."
    if group.last_date is None or group.last_date.toordinal() != back["day"]:
        return "Another day has been skipped since."
    return "" if comes_back(group, back, now) else "The time of its question has passed."


async def _skip_stands(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    return skip_stands(tx.group, back, await newest_round_id(tx, tx.group.id), tx.request.at)


async def _unskip(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    at = comes_back(tx.group, back, tx.request.at)
    await change_group(tx, tx.group.id, last_date=date.fromordinal(back["before"]), next_at=at)
    when = "now" if at is not None and at <= tx.request.at else "at its usual time"
    return f"{weekday(date.fromordinal(back['day']))}'s question comes {when}."


# A round that was closed or withdrawn ----------------------------------------------------------------------------------


def as_it_was(round_: Round) -> dict[str, Any]:
    """What is kept of a running round that is about to be closed or withdrawn."""
    ends = round_.closes_at if round_.state is RoundState.OPEN else round_.votes_close_at
    return {"round": round_.id, "state": round_.state.value, "ends": ends.isoformat() if ends else None}


def _since(round_: Round) -> str:
    if round_.state is RoundState.CANCELLED:
        return "The question has been withdrawn since."
    return (
        "The question has been revealed since." if round_.state is RoundState.REVEALED else "It runs again."
    )


def _over(back: Mapping[str, Any], now: datetime) -> bool:
    return back["ends"] is None or datetime.fromisoformat(back["ends"]) <= now


async def _round_of(tx: Transaction, back: Mapping[str, Any]) -> Round:
    round_ = await load_round(tx, back["round"])
    assert round_ is not None  # rounds are never deleted
    return round_


async def _close_stands(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    round_ = await _round_of(tx, back)
    if round_.state is not RoundState.VOTING:
        return _since(round_)
    if _over(back, tx.request.at):
        return "Answers would be closed by now."
    begun = await tx.scalar(_BEGUN, round_id=round_.id)
    return "Members have begun to vote, or kept a late answer." if begun else ""


async def _withdrawal_stands(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    round_ = await _round_of(tx, back)
    if round_.state is not RoundState.CANCELLED:
        return _since(round_)
    if await newest_round_id(tx, tx.group.id) != round_.id:
        return "A newer question has been asked."
    return "It would have moved on by now." if _over(back, tx.request.at) else ""


async def _reopen(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    round_ = await _run_on(tx, back)
    return f"Answers to {round_.whose} question are open again, until the time that was planned."


async def _run_on(tx: RequestTransaction, back: Mapping[str, Any]) -> Round:
    round_, ends = await _round_of(tx, back), datetime.fromisoformat(back["ends"])
    if back["state"] == RoundState.OPEN:
        due = reminder_at(round_.opened_at, ends, round_.reminded_at) or ends
        no_ballot = {"voting_at": None, "votes_close_at": None, "ballot": ""}
        await change_round(tx, round_.id, state=back["state"], closes_at=ends, next_at=due, **no_ballot)
    else:
        await change_round(tx, round_.id, state=back["state"], next_at=ends)
    await show_changes(tx, round_, tx.request.at)
    return round_


async def _bring_back(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    round_ = await _run_on(tx, back)
    await question_opened(tx, round_.group_id, round_.local_date)
    return f"{round_.whose} question runs again, with its answers, and its post says so."


UNDOING = {
    SKIPPED: Undoing(_skip_stands, _unskip),
    CLOSED: Undoing(_close_stands, _reopen),
    WITHDRAWN: Undoing(_withdrawal_stands, _bring_back),
    POSTED: final("A question that has been posted can be withdrawn with `/round manage`."),
    EARLY: final("The reveal is in the channel, where everyone could read it."),
}
