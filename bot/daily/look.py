"""Looks that several handlers share: the round a button means, and the ballot a card may point to."""

from typing import Any

from sqlalchemy import bindparam

from bot.chat.access import Level
from bot.chat.cards import Card
from bot.chat.dispatch import UserError
from bot.chat.requests import Request
from bot.daily.ballots import BallotKind
from bot.daily.cards import Voting
from bot.daily.model import Round, RoundState
from bot.daily.store import count_sealed, load_round, read_round, rounds_in
from bot.daily.votes import find_ballot
from bot.groups.entry import enter
from bot.groups.entry import welcomed as greeted
from bot.groups.model import Entry
from bot.groups.services import RequestTransaction
from bot.groups.who import Found, Who, asker, gate, read_found
from bot.store.tables import groups, rounds
from bot.store.transaction import Transaction

_BY_ROUND = gate(
    *(each.label(f"round_{each.name}") for each in rounds.c),
    groups.c.zone.label("round_zone"),
    joined=lambda query: query.join(rounds, rounds.c.group_id == groups.c.id).where(
        rounds.c.id == bindparam("round_id")
    ),
)


async def of_round(tx: RequestTransaction, action: Any) -> Found | None:  # noqa: ANN401  (any action with a round_id)
    """The round of a card's ``round_id``, its group, and whoever asks in it.

    Raises:
        UserError: there is no such round any more.
    """
    row = (await tx.execute(_BY_ROUND, round_id=action.round_id, **asker(tx.request))).first()
    if row is None:
        raise UserError("This question is gone", "`/question today` shows what is open now.")
    return read_found(row, read_round(row, "round_"))


IN_ROUND = Who(Level.PARTICIPANT, of_round)
"""Whoever may take part in a round."""


def round_of(tx: RequestTransaction) -> Round:
    """The round that a press is about, as the gate has found it."""
    assert isinstance(tx.subject, Round)
    return tx.subject


async def come_in(tx: Transaction, request: Request, round_id: int) -> tuple[Entry, Round]:
    """Who presses, as a member of the round's group, and the round.

    Raises:
        UserError: there is no such round any more, or this member was barred.
    """
    round_ = await load_round(tx, round_id)
    if round_ is None:
        raise UserError("This question is gone", "`/question today` shows what is open now.")
    return await enter(tx, request, round_.group_id), round_


async def voting_for(tx: Transaction, group_id: int, member_id: int | None) -> Voting | None:
    """The ballot to point a member to: the oldest they have not finished. ``member_id`` None: the oldest for everyone."""
    for round_ in await rounds_in(tx, group_id, RoundState.VOTING):
        if not await _finished(tx, round_, member_id):
            found = await reading_of(tx, round_, member_id)
            if found.to_read:
                return found
    return None


async def reading_of(tx: Transaction, round_: Round, member_id: int | None) -> Voting:
    """One round's ballot, and how many answers there are to read for a member, or for everyone."""
    count = 0
    if round_.state is RoundState.VOTING and round_.ballot is not BallotKind.NONE:
        count = await count_sealed(tx, round_.id, without=member_id)
    return Voting(round_, count)


async def _finished(tx: Transaction, round_: Round, member_id: int | None) -> bool:
    ballot = await find_ballot(tx, round_.id, member_id) if member_id is not None else None
    return ballot is not None and ballot.finished_at is not None


def welcomed(entry: Entry, card: Card) -> Card:
    """The card, with a word of welcome above it for someone who is here for the first time."""
    return greeted(card, entry)
