"""The cards of what the daily round sends by itself."""

from dataclasses import replace

from bot.chat.cards import Card
from bot.database.transaction import Transaction
from bot.features.daily.cards import once_card, question_card, reminder_card
from bot.features.daily.model import RoundState
from bot.features.daily.organising.cards import lost_zone_card, low_card
from bot.features.daily.queries import load_round, reading_of, voting_for
from bot.features.daily.reveal.cards import reveal_card
from bot.features.daily.reveal.digest import digest_blocks
from bot.features.daily.reveal.handlers import load_revealed
from bot.features.daily.rounds import runway_of
from bot.membership.place_settings import mention_in
from bot.membership.queries import load_group
from bot.outbox.queries import Delivery
from bot.services import Services


async def question_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """A round's question, as it stands, with whom it notifies while it is open; None where it is over before it could be posted."""
    round_ = await load_round(tx, delivery.subject_id)
    if round_ is None:
        return None
    if delivery.ref is None and round_.state is RoundState.REVEALED and delivery.attempt > 1:
        return None  # a place that was out of reach all the while is spared questions that are over
    if delivery.ref is None and round_.state is RoundState.CANCELLED and not delivery.in_doubt:
        return None  # where it may stand after all, it is looked for, and says that it was withdrawn
    if round_.state is RoundState.VOTING:
        return question_card(round_, await reading_of(tx, round_, None))
    voting_now = await voting_for(tx, round_.group_id, None)
    seen = await load_revealed(tx, round_)
    card = question_card(round_, voting_now, len(seen.shown) if seen else 0)
    if round_.state is RoundState.OPEN:
        card = replace(card, mention=await mention_in(tx, delivery.place_id))
    return card


async def reveal_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """The reveal, with the look back at the week where it rides on this one.

    None for a place that is out of reach and never saw the question: it would get them all at once when it is back.
    """
    if delivery.ref is None and delivery.paused and delivery.root is None:
        return None
    round_ = await load_round(tx, delivery.subject_id)
    seen = await load_revealed(tx, round_) if round_ else None
    if seen is None:
        return None
    card, digest = reveal_card(seen), seen.result.digest
    if digest is None:
        return card
    return replace(card, blocks=(*card.blocks, *await digest_blocks(tx, digest, seen.round.zone)))


async def reminder_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """That answers close soon; None once they have."""
    round_ = await load_round(tx, delivery.subject_id)
    if round_ is None or round_.state is not RoundState.OPEN:
        return None
    return reminder_card(round_, await voting_for(tx, round_.group_id, None))


async def once_delivery(_services: Services, _tx: Transaction, delivery: Delivery) -> Card | None:
    """To somebody whose two accounts had both brought points for the same."""
    return once_card(int(delivery.kind.partition(":")[2]))


async def low_delivery(services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """That the questions run low."""
    questions, weeks = await runway_of(tx, services, await load_group(tx, delivery.subject_id))
    return low_card(questions, weeks)


async def lost_zone_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """That a group's time zone is no longer known."""
    group = await load_group(tx, delivery.subject_id)
    return lost_zone_card(delivery.kind.partition(":")[2], group.zone)
