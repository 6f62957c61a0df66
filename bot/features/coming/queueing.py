"""Putting a question into a group's queue, from wherever an organiser meets it."""

from bot.chat.dispatch import UserError
from bot.database.transaction import Transaction
from bot.features.coming.queries import keep_queue, wish_places
from bot.features.coming.rules import MOST_QUEUED, queue_in, with_first
from bot.membership.queries import lock_group
from bot.questions.kinds import DISCUSSION_KINDS
from bot.questions.model import Bank, Item, UnknownItem


def can_be_asked(item: Item) -> bool:
    """Whether a daily question can be made of it."""
    return item.is_live and item.kind in DISCUSSION_KINDS


def askable(bank: Bank, item_id: str) -> Item:
    """A question that the daily round can ask.

    Raises:
        UserError: there is none of this id, or it is retired, or one for quizzes.
    """
    try:
        item = bank.item(item_id)
    except UnknownItem:
        item = None
    if item is None or not can_be_asked(item):
        raise UserError("This question can't be asked", "`/bank browse` shows the bank as it is now.")
    return item


async def put_into_queue(tx: Transaction, group_id: int, item: Item, *, first: bool) -> None:
    """Put a question into a group's queue, at its head or its end; one that stands in it stays unless it is to be first.

    Raises:
        UserError: the queue is full.
    """
    await lock_group(tx, group_id)
    queue = queue_in(await wish_places(tx, group_id))
    if len(queue) >= MOST_QUEUED and item.id not in queue:
        raise UserError(
            f"{MOST_QUEUED} questions are queued already", "`/round next` leads to them: take one out first."
        )
    if first:
        await keep_queue(tx, group_id, with_first(queue, item.id))
    elif item.id not in queue:
        await keep_queue(tx, group_id, (*queue, item.id))
