"""Putting a question into a group's queue, and taking it out, from wherever an organiser meets it."""

from bot.chat.dispatch import UserError
from bot.features.coming.queries import wish_places
from bot.features.coming.rules import MOST_QUEUED, queue_in, with_first
from bot.features.coming.undoing import queue_by
from bot.membership.queries import lock_group
from bot.questions.kinds import DISCUSSION_KINDS
from bot.questions.model import Bank, Item
from bot.services import RequestTransaction


def can_be_asked(item: Item) -> bool:
    """Whether a daily question can be made of it."""
    return item.is_live and item.kind in DISCUSSION_KINDS


def askable(bank: Bank, item_id: str) -> Item:
    """A question that the daily round can ask. Raises UserError where this id is none, retired, or for quizzes."""
    item = bank.find(item_id)
    if item is None or not can_be_asked(item):
        raise UserError("This question can't be asked", "`/bank browse` shows the bank as it is now.")
    return item


async def put_into_queue(tx: RequestTransaction, item: Item, *, first: bool) -> None:
    """Put a question into the group's queue, at its head or its end; one in it stays unless it is to be first. Raises UserError where it is full."""
    queue = await _locked_queue(tx)
    if len(queue) >= MOST_QUEUED and item.id not in queue:
        raise UserError(
            f"{MOST_QUEUED} questions are queued already", "`/round next` leads to them: take one out first."
        )
    after = queue
    if first:
        after = with_first(queue, item.id)
    elif item.id not in queue:
        after = (*queue, item.id)
    if after != queue:
        await queue_by(tx, f"Queued {item.id}", queue, after)


async def take_out_of_queue(tx: RequestTransaction, item_id: str) -> int | None:
    """Take a question out of the group's queue; the act, None where it does not stand in it."""
    queue = await _locked_queue(tx)
    if item_id not in queue:
        return None
    after = [each for each in queue if each != item_id]
    return await queue_by(tx, f"Took {item_id} out of the queue", queue, after)


async def _locked_queue(tx: RequestTransaction) -> tuple[str, ...]:
    await lock_group(tx, tx.group.id)
    return queue_in(await wish_places(tx, tx.group.id))
