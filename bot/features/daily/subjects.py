"""Looks that several handlers share: the round a button means, where one stands in it, and the ballot a card may point to."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, and_, bindparam, cast, exists, select
from sqlalchemy.sql.expression import literal_column

from bot.access.actions import OfGroup
from bot.access.presence import Outside
from bot.access.who import ASKS, Found, Who, asker, gate, gated, read_found
from bot.chat.access import Level
from bot.chat.dispatch import UserError
from bot.database.statements import Row, Statement
from bot.features.coming.queries import peeked
from bot.features.daily.actions import OfRound
from bot.features.daily.ballots.queries import Ballot, read_ballot
from bot.features.daily.model import Round, RoundState, RoundView, Voting
from bot.features.daily.queries import load_round, read_answer, read_round, round_columns, waiting_for
from bot.features.daily.tables import answers, ballots, rounds
from bot.membership.queries import lock_group
from bot.membership.tables import drafts, groups
from bot.services import RequestTransaction

# The round a button means ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Voter:
    """A round, and the ballot of whoever asks, if they began one."""

    round: Round
    ballot: Ballot | None


_ITS_COLUMNS = (*round_columns("round_"), groups.c.zone.label("round_zone"))


def _in_round(query: Select[Any]) -> Select[Any]:
    return query.join(rounds, rounds.c.group_id == groups.c.id).where(rounds.c.id == bindparam("round_id"))


def _with_ballot() -> Select[Any]:
    own = and_(ballots.c.round_id == rounds.c.id, ballots.c.member_id == ASKS.c.id)
    return gated(
        *_ITS_COLUMNS,
        *read_ballot.columns(ballots, "ballot_"),
        joined=lambda query: _in_round(query).outerjoin(ballots, own),
    )


def _with_standing() -> Select[Any]:
    own = and_(answers.c.round_id == rounds.c.id, answers.c.member_id == ASKS.c.id)
    subject = literal_column("'round:'", String) + cast(rounds.c.id, String)
    typed = and_(drafts.c.member_id == ASKS.c.id, drafts.c.subject == subject)
    other, voting = rounds.alias("other"), rounds.alias("voting")
    waits, *_ = waiting_for(other, groups.c.id, ASKS.c.id)
    oldest = select(other.c.id).where(waits).order_by(other.c.opened_at, other.c.id).limit(1)
    oldest_id = oldest.correlate(groups, ASKS).scalar_subquery()
    _, *counts = waiting_for(voting, groups.c.id, ASKS.c.id)
    earlier = rounds.alias("earlier")
    first_days = ~exists().where(
        earlier.c.group_id == groups.c.id, earlier.c.state == RoundState.REVEALED.value
    ).correlate(groups)
    return gated(
        *_ITS_COLUMNS,
        *read_answer.columns(answers, "answer_"),
        drafts.c.text.label("draft"),
        peeked(ASKS.c.id, rounds.c.item_id).label("peeked"),
        first_days.label("first_days"),
        *round_columns("voting_", voting),
        groups.c.zone.label("voting_zone"),
        *counts,
        joined=lambda query: (
            _in_round(query)
            .outerjoin(answers, own)
            .outerjoin(drafts, typed)
            .outerjoin(voting, voting.c.id == oldest_id)
        ),
    )


_BY_ROUND = gate(*_ITS_COLUMNS, joined=_in_round)
_WITH_BALLOT = Statement(_with_ballot)
_WITH_STANDING = Statement(_with_standing)


async def _found(tx: RequestTransaction, statement: Statement, round_id: int) -> Row:
    row = (await tx.execute(statement, round_id=round_id, **asker(tx.request))).first()
    if row is None:
        raise UserError("This question is gone", "`/question today` shows what is open now.")
    return row


async def of_round(tx: RequestTransaction, action: OfRound) -> Found:
    """The round of a card's ``round_id``, its group, and whoever asks in it. Raises UserError where it is gone."""
    row = await _found(tx, _BY_ROUND, action.round_id)
    return read_found(row, read_round(row, "round_"))


async def _of_chosen_round(tx: RequestTransaction, action: OfGroup) -> Found:
    row = (await tx.execute(_BY_ROUND, round_id=tx.request.pressed.number, **asker(tx.request))).first()
    if row is None or row.group_id != action.group_id:
        raise UserError("This question is gone", "`/question past` shows the list as it is now.")
    return read_found(row, read_round(row, "round_"))


async def _of_voter(tx: RequestTransaction, action: OfRound) -> Found:
    row = await _found(tx, _WITH_BALLOT, action.round_id)
    return read_found(row, Voter(read_round(row, "round_"), read_ballot.joined(row, "ballot_")))


async def _of_standing(tx: RequestTransaction, action: OfRound) -> Found:
    row = await _found(tx, _WITH_STANDING, action.round_id)
    waiting = read_round.joined(row, "voting_")
    view = RoundView(
        read_round(row, "round_"),
        read_answer.joined(row, "answer_"),
        bool(row.peeked),
        row.draft or "",
        Voting(waiting, row.readable, row.done) if waiting else None,
        bool(row.first_days),
    )
    return read_found(row, view)


IN_ROUND = Who(Level.PARTICIPANT, of_round, Outside.NOT_GONE)
"""Whoever may take part in a round."""

READS_ROUND = Who(Level.PARTICIPANT, of_round)
"""The same, for what others wrote in it."""

READS_CHOSEN_ROUND = Who(Level.PARTICIPANT, _of_chosen_round)
"""Whoever may read what others wrote in the round they chose from a list."""

VOTES = Who(Level.PARTICIPANT, _of_voter)
"""Whoever may read what others wrote in a round, with their ballot."""

ANSWERS = Who(Level.PARTICIPANT, _of_standing, Outside.NOT_GONE)
"""Whoever may take part in a round, with what they wrote there, and the ballot that waits for them."""

LOOKS = Who(Level.PARTICIPANT, _of_standing)
"""The same, for what others wrote in it."""

ORGANISES_ROUND = Who(Level.ORGANISER, of_round)
"""Who organises a round's group."""


def round_of(tx: RequestTransaction) -> Round:
    """The round that a press is about, as the gate has found it."""
    if isinstance(tx.subject, Voter | RoundView):
        return tx.subject.round
    assert isinstance(tx.subject, Round)
    return tx.subject


def must_not_be_withdrawn(round_: Round) -> None:
    """Refuse what can't be done in a round that was withdrawn. Raises UserError where it was."""
    if round_.state is RoundState.CANCELLED:
        raise UserError("This question was withdrawn", "`/question today` shows what is open now.")


async def locked_round(tx: RequestTransaction) -> Round:
    """A press's round as it is now, kept from organisers and the clock until the transaction ends. Raises UserError where it was withdrawn."""
    await lock_group(tx, tx.group.id)
    round_ = await load_round(tx, round_of(tx).id)
    assert round_ is not None
    must_not_be_withdrawn(round_)
    return round_


def round_view(tx: RequestTransaction) -> RoundView:
    """Where whoever asks stands in the round, as the gate has found it."""
    assert isinstance(tx.subject, RoundView)
    return tx.subject


def ballot_of(tx: RequestTransaction) -> Ballot | None:
    """The ballot of whoever asks, as the gate has found it; None before they began one."""
    assert isinstance(tx.subject, Voter)
    return tx.subject.ballot
