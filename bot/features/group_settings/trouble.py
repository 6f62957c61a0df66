"""Telling the organisers, privately and once, that a place or a message was lost, and posting that message again."""

from datetime import datetime

from sqlalchemy import bindparam, select

from bot.access.who import ORGANISES_ITS_GROUP
from bot.chat.cards import Accent, Button, Card, Plain, Reply, Slot, Update, text
from bot.chat.dispatch import Route, UserError
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.group_settings.actions import PostAgain
from bot.membership.organisers import tell_organisers
from bot.membership.reach import pause_place
from bot.membership.tables import places
from bot.outbox.queries import Delivery, post_again, refresh
from bot.outbox.tables import deliveries
from bot.services import RequestTransaction, Services

LOST, DELETED, REFUSED = "lost", "deleted", "refused"
WORTH_TELLING = frozenset({"question", "reveal"})
"""Kinds of message whose deletion the organisers hear of: what a group reads together."""


_PLACE = Statement(select(places).where(places.c.id == bindparam("place_id")))
_WHERE_IT_STOOD = Statement(
    select(places.c.group_id, places.c.name, places.c.channel, deliveries.c.key)
    .join(deliveries, deliveries.c.place_id == places.c.id)
    .where(deliveries.c.id == bindparam("delivery_id"))
)


async def place_lost(tx: Transaction, delivery: Delivery, why: str, now: datetime) -> None:
    """A place is out of reach: note it, and tell each organiser once."""
    place_id = delivery.place_id
    if place_id is not None and await pause_place(tx, place_id, why, now):
        await _tell(tx, place_id, f"place:{place_id}", f"{LOST}:{int(now.timestamp())}", now)


async def message_deleted(tx: Transaction, delivery: Delivery, now: datetime) -> None:
    """Somebody deleted a message; of what a group reads together its organisers hear."""
    if delivery.place_id is not None and delivery.kind in WORTH_TELLING:
        await _tell(tx, delivery.place_id, f"delivery:{delivery.id}", f"{DELETED}:{delivery.key}", now)


async def message_refused(tx: Transaction, delivery: Delivery, now: datetime) -> None:
    """A platform won't take a message as it is; of what stands in their channel the organisers hear, once a day."""
    place_id = delivery.place_id
    if place_id is not None:
        await _tell(tx, place_id, f"place:{place_id}", f"{REFUSED}:{now:%Y%m%d}", now)


async def _tell(tx: Transaction, place_id: int, subject: str, kind: str, now: datetime) -> None:
    group_id = (await tx.execute(_PLACE, place_id=place_id)).one().group_id
    if group_id is not None:  # it was not taken out of its group meanwhile
        await tell_organisers(tx, group_id, subject, kind, now)


async def lost_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """That a place is out of reach; None once it is not."""
    row = (await tx.execute(_PLACE, place_id=delivery.subject_id)).first()
    if row is None or not row.paused_because:
        return None
    return lost_card(row.name or row.channel, row.paused_because)


async def deleted_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """That a message was deleted, and after it was asked for again, that too."""
    row = (await tx.execute(_WHERE_IT_STOOD, delivery_id=delivery.subject_id)).first()
    if row is None or row.group_id is None:
        return None
    key, place = delivery.kind.partition(":")[2], row.name or row.channel
    if key and key != row.key:
        return posted_again_card(place)
    return deleted_card(place, PostAgain(row.group_id, delivery.subject_id))


async def refused_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """That a platform won't take a message."""
    row = (await tx.execute(_PLACE, place_id=delivery.subject_id)).first()
    return refused_card(row.name or row.channel) if row else None


async def group_of_place(tx: Transaction, delivery: Delivery) -> int | None:
    """The group of the place that such a notice is about."""
    row = (await tx.execute(_PLACE, place_id=delivery.subject_id)).first()
    return row.group_id if row else None


async def group_of_message(tx: Transaction, delivery: Delivery) -> int | None:
    """The group of the message that such a notice is about."""
    row = (await tx.execute(_WHERE_IT_STOOD, delivery_id=delivery.subject_id)).first()
    return row.group_id if row else None


async def _post_again(tx: RequestTransaction, action: PostAgain) -> Reply:
    row = (await tx.execute(_WHERE_IT_STOOD, delivery_id=action.delivery_id)).first()
    if row is None or row.group_id != tx.group.id:
        raise UserError("This message is gone", "Its channel is no longer one of your group's.")
    now = tx.request.at
    if await post_again(tx, action.delivery_id, now):
        await refresh(tx, f"delivery:{action.delivery_id}", (f"{DELETED}:{row.key}",), now)
        tx.wake_after_commit()
    return Update(posted_again_card(row.name or row.channel), Slot("deleted", action.delivery_id))


def lost_card(place: str, why: str) -> Card:
    """A place is out of reach; ``why`` says what to do about it."""
    return Card(
        "Studyhall can't write to your group's channel",
        (
            text("In **#", Plain(place), "**: ", Plain(why)),
            text(
                "It keeps trying and continues there as soon as it can. Answers, votes and points are safe, "
                "and the group's other channels are not affected. If the channel is gone for good, type `/group connect` in "
                "another one here: the group can move there."
            ),
        ),
        accent=Accent.BAD,
    )


def deleted_card(place: str, again: PostAgain) -> Card:
    """A message that a group reads together was deleted."""
    return Card(
        "One of your group's messages was deleted",
        (
            text("It was in **#", Plain(place), "**. Nothing else is lost: the round continues."),
            text("`/question today` shows what is open, and `/question past` what was revealed."),
        ),
        controls=((Button("Post it again", again),),),
    )


def refused_card(place: str) -> Card:
    """A message that a platform won't take."""
    return Card(
        "Studyhall could not post a message",
        (
            text("A message for **#", Plain(place), "** was refused. The fault is Studyhall's, not yours."),
            text(
                "Please tell whoever runs Studyhall: its log says why. It tries again every hour, and the round continues."
            ),
        ),
        accent=Accent.BAD,
    )


def posted_again_card(place: str) -> Card:
    """It is posted once more, at an organiser's wish."""
    return Card("It will be posted again", (text("Look in **#", Plain(place), "**."),), accent=Accent.GOOD)


ROUTES = (Route(PostAgain, _post_again, ORGANISES_ITS_GROUP),)
