"""What is told privately: organisers that suggestions wait, authors what came of theirs."""

from datetime import datetime

from bot.chat.cards import Card
from bot.database.transaction import Transaction
from bot.features.custom_questions import cards
from bot.features.custom_questions.model import Own, OwnState
from bot.features.custom_questions.queries import count_of, load_own
from bot.membership.model import Group
from bot.membership.organisers import tell_organisers
from bot.membership.queries import identities_of_members, load_member
from bot.outbox.queries import Delivery, refresh, to_person
from bot.services import Services

SUGGESTED, OUTCOME = "suggested", "ownoutcome"
"""The kinds of delivery: to organisers, and to an author."""


def _of_the_day(group: Group, now: datetime) -> tuple[str, str]:
    # One notice for each local day: a second suggestion changes the card of the first.
    return f"group:{group.id}", f"{SUGGESTED}:{now.astimezone(group.rhythm.tz):%Y-%m-%d}"


async def tell_of_suggestions(tx: Transaction, group: Group, now: datetime) -> None:
    """Let each organiser know, once a day, that suggestions wait."""
    subject, kind = _of_the_day(group, now)
    await tell_organisers(tx, group.id, subject, kind, now)
    await show_waiting(tx, group, now)


async def show_waiting(tx: Transaction, group: Group, now: datetime) -> None:
    """Let today's notices say how many wait now."""
    subject, kind = _of_the_day(group, now)
    await refresh(tx, subject, (kind,), now)


async def tell_author(tx: Transaction, own: Own, now: datetime) -> None:
    """Let the author know what came of a suggestion, unless they left or decided it themselves."""
    if own.member_id is None or own.member_id == own.decided_by:
        return
    author = await load_member(tx, own.member_id)
    if author.left_at is not None or author.sample:
        return
    for identity_id, who in await identities_of_members(tx, frozenset({author.id})):
        await to_person(tx, f"own:{own.id}", OUTCOME, identity_id, who, now)
    await refresh(tx, f"own:{own.id}", (OUTCOME,), now)  # one that was decided before has its notice already


async def suggested_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """The notice to an organiser; None where nothing waits any more and nothing was sent."""
    waiting = await count_of(tx, delivery.subject_id, OwnState.SUGGESTED)
    if not waiting and delivery.ref is None:
        return None
    return cards.waiting_card(delivery.subject_id, waiting)


async def outcome_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """The notice to an author."""
    own = await load_own(tx, delivery.subject_id)
    if own is not None and own.state is OwnState.SUGGESTED and delivery.ref is not None:
        return cards.looked_at_again_card(own)
    if own is None or own.state not in (OwnState.ACCEPTED, OwnState.RETIRED, OwnState.DECLINED):
        return None
    return cards.outcome_card(own)
