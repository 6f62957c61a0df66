"""What organisers decided about the group's own questions, put back."""

from collections.abc import Mapping
from typing import Any

from bot.chat.cards import Button
from bot.features.custom_questions.actions import Browse, ReviewAfter
from bot.features.custom_questions.model import Own, OwnState
from bot.features.custom_questions.notices import OUTCOME, show_waiting
from bot.features.custom_questions.queries import load_own, move, undecide
from bot.outbox.queries import refresh
from bot.services import RequestTransaction, Undoing

ACCEPTED, DECLINED, MOVED, IMPORTED = "accept", "decline", "retire", "import"
"""The kinds of acts about a group's own questions; what was built on the first and the last is looked at in corrections."""


def about(own: Own) -> dict[str, Any]:
    """What is kept of a question that is about to be decided on, retired or asked again."""
    return {"own": own.id, "state": own.state.value}


def decline_stands(own: Own | None, me: int | None) -> str:
    """Why a declined suggestion can't wait again, "" where it can; ``me`` is the member who would undo it."""
    if own is None:
        return "Its author deleted it."
    if own.state is not OwnState.DECLINED:
        return "It waits for a decision again, or has been decided since."
    # Its author may have declined it as an organiser: that it was theirs nobody else is to learn.
    return "It was withdrawn." if own.withdrawn and own.member_id != me else ""


def move_stands(own: Own | None, back: Mapping[str, Any]) -> str:
    """Why a question can't go back among those that are asked, or retired; "" where it can."""
    if own is None:
        return "The question is gone."
    if own.state is (OwnState.RETIRED if back["state"] == OwnState.ACCEPTED else OwnState.ACCEPTED):
        return ""
    return "It is asked again." if own.state is OwnState.ACCEPTED else "It is retired."


async def _decline_stands(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    me = tx.known_actor.member.id if tx.known_actor is not None else None
    return decline_stands(await load_own(tx, back["own"]), me)


async def wait_again(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    """Let a suggestion that was decided on wait again, as its author and the organisers then read; what was put back."""
    await undecide(tx, back["own"])
    await refresh(tx, f"own:{back['own']}", (OUTCOME,), tx.request.at)
    await show_waiting(tx, tx.group, tx.request.at)
    return "The suggestion waits for a decision again."


async def _move_stands(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    return move_stands(await load_own(tx, back["own"]), back)


async def _move_back(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    before = OwnState(back["state"])
    now_in = OwnState.RETIRED if before is OwnState.ACCEPTED else OwnState.ACCEPTED
    await move(tx, back["own"], now_in, before, tx.request.at)
    return "The question is asked again." if before is OwnState.ACCEPTED else "The question is retired again."


UNDOING = {
    DECLINED: Undoing(
        _decline_stands, wait_again, lambda group_id: Button("Review", ReviewAfter(group_id, 0))
    ),
    MOVED: Undoing(_move_stands, _move_back, lambda group_id: Button("The bank", Browse(group_id, "", 0))),
}
