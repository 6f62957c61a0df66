"""A group that is paused until a date goes on by itself, and says so where it meets."""

from dataclasses import replace
from datetime import datetime

from bot.chat.cards import Accent, Card, text
from bot.database.transaction import Transaction
from bot.membership.model import Group, GroupState
from bot.membership.queries import change_group, load_group, places_of_group
from bot.membership.texts import rhythm_words
from bot.outbox.queries import Delivery, to_place
from bot.services import Services

RESUMED = "resumed"


async def resumed(tx: Transaction, group: Group, now: datetime) -> Group:
    """The group, active again where its pause is over: its question is due. Any other stays as it is."""
    if group.state is not GroupState.PAUSED or group.next_at is None or group.next_at > now:
        return group
    await change_group(tx, group.id, state=GroupState.ACTIVE.value)
    kind = f"{RESUMED}:{group.next_at:%Y%m%d}"
    for place_id, place in await places_of_group(tx, group.id):
        await to_place(tx, f"group:{group.id}", kind, place_id, place, now)
    return replace(group, state=GroupState.ACTIVE)


async def resumed_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """That the pause is over; None where the group was paused again before it could be said."""
    group = await load_group(tx, delivery.subject_id)
    return over_card(group) if group.state is GroupState.ACTIVE else None


def over_card(group: Group) -> Card:
    """The pause is over, for everyone."""
    words = f"Questions come again: {rhythm_words(group)}. Nothing is overdue."
    return Card("The pause is over", (text(words),), accent=Accent.GOOD)
