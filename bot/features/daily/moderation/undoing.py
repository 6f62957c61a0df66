"""A removed answer, put back as it was: with its reports, its place and its points; and a bar that is lifted with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.database.transaction import Transaction
from bot.features.daily.model import Answer, AnswerState, Round, RoundState
from bot.features.daily.moderation.queries import let_back, open_again, outcome_of, settle_reports
from bot.features.daily.queries import change_answer, load_answer, load_round
from bot.features.daily.reveal.awarding import OF_AN_ANSWER, award_key
from bot.features.daily.rounds import REPORTED, REVEAL, show_changes
from bot.features.points.ledger import reinstate
from bot.membership.model import Member
from bot.membership.queries import canonical_of, change_member, load_member
from bot.outbox.keeping import take_back_kept
from bot.outbox.queries import refresh
from bot.services import RequestTransaction, Undoing

TAKEN_BACK = "takenback"
"""The kind of line: to the author of an answer that was removed after it had brought something."""

REMOVED = "removed"
"""The reason of a reversal in the ledger, and the kind of the act."""

LET_BACK = "letback"
"""The kind of the act that lifted a bar."""

BARRED = "barred"
"""What became of the reports of an answer whose author was barred with it."""


def brought(round_: Round, answer: Answer) -> list[str]:
    """The keys of what an answer may have brought its author."""
    return [award_key(round_.id, reason, answer.member_id) for reason in OF_AN_ANSWER]


def as_it_was(round_: Round, answer: Answer, verdict: str) -> dict[str, Any]:
    """What is kept of an answer that is about to be removed; with its author barred, or only removed."""
    revealed, barred = round_.state is RoundState.REVEALED, verdict == "bar"
    return {"answer": answer.id, "state": answer.state.value, "revealed": revealed, "barred": barred}


def removal_stands(round_: Round, answer: Answer, back: Mapping[str, Any]) -> str:
    """Why a removed answer can't be put back, "" where it can."""
    if not answer.text:
        return "Its author has deleted it."
    if answer.state is not AnswerState.REMOVED:
        return "It is back already."
    if back["state"] == AnswerState.REMOVED:
        return "It had been removed before."
    if round_.state is RoundState.REVEALED and not back["revealed"]:
        return "The question has been revealed without it."
    return ""


async def load_in_round(tx: Transaction, answer_id: int) -> tuple[Round, Answer] | None:
    """An answer, after the round it belongs to; None once it is deleted."""
    answer = await load_answer(tx, answer_id)
    round_ = await load_round(tx, answer.round_id) if answer else None
    return (round_, answer) if round_ and answer else None


async def _about(tx: Transaction, back: Mapping[str, Any]) -> tuple[Round, Answer]:
    found = await load_in_round(tx, back["answer"])
    assert found is not None  # what is in the way was asked first
    return found


async def _is_barred(tx: Transaction, back: Mapping[str, Any]) -> bool:
    # By what became of the reports: an organiser is never barred, and that must tell nobody whose the answer is.
    return bool(back["barred"]) and await outcome_of(tx, back["answer"]) == BARRED


async def _not_theirs(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    """Why whoever asks can't decide about the answer at all, "" where they can."""
    found = await load_in_round(tx, back["answer"])
    if found is None:  # of two in one round, joined accounts keep one
        return "The answer is no longer kept."
    author = await canonical_of(tx, found[1].member_id)
    mine = tx.known_actor is not None and tx.known_actor.member.id == author
    return "It is about your own answer: another organiser can decide." if mine else ""


async def _in_the_way(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    if why := await _not_theirs(tx, back):
        return why
    round_, answer = await _about(tx, back)
    why = removal_stands(round_, answer, back)
    return "" if why and await _is_barred(tx, back) else why


async def _put_back(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    round_, answer = await _about(tx, back)
    said, now = [], tx.request.at
    why = removal_stands(round_, answer, back)
    if await _is_barred(tx, back):
        await lift_bar(tx, answer)
        said.append("Its author can take part again.")
    if why:
        said.append(f"The answer stays removed. {why}")
    else:
        await open_again(tx, answer.id)
        await change_answer(tx, answer.id, state=back["state"])
        if back["revealed"]:
            await reinstate(tx, brought(round_, answer), now, REMOVED)
        said.insert(0, "The answer is where it was, and its reports wait for a decision again.")
    await show_changes(tx, round_, now)
    await refresh(tx, round_.subject, (REVEAL,), now)
    await refresh(tx, f"answer:{answer.id}", (REPORTED,), now)
    if not why:
        await take_back_kept(tx, f"answer:{answer.id}", TAKEN_BACK)
    return " ".join(said)


async def _stays_in(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    if not back:  # as it was noted once
        return "Removing the answer again can bar them."
    if why := await _not_theirs(tx, back):
        return why
    return "" if await outcome_of(tx, back["answer"]) == REMOVED else "It has been decided otherwise since."


async def _bar_again(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    _, answer = await _about(tx, back)
    await settle_reports(tx, answer.id, BARRED)
    await bar(tx, await load_member(tx, await canonical_of(tx, answer.member_id)), tx.request.at)
    await refresh(tx, f"answer:{answer.id}", (REPORTED,), tx.request.at)
    return "Its author can't take part again, unless they are an organiser."


async def bar(tx: Transaction, author: Member, now: datetime) -> None:
    """Let an author take part no more, but for an organiser: which of the two it is would say whose the answer is."""
    if not author.organiser:
        await change_member(tx, author.id, barred_at=now)


async def lift_bar(tx: Transaction, answer: Answer) -> None:
    """Let the author of a removed answer take part again."""
    await change_member(tx, await canonical_of(tx, answer.member_id), barred_at=None)
    await let_back(tx, answer.id)


UNDOING = {
    REMOVED: Undoing(_in_the_way, _put_back),
    LET_BACK: Undoing(_stays_in, _bar_again),
}
