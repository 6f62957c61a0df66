"""SQL of rounds and answers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    FromClause,
    Integer,
    Label,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
)

from bot.database.rows import Reader
from bot.database.statements import Statement, any_of, new_row
from bot.database.transaction import Transaction
from bot.features.coming.queries import peeked
from bot.features.daily.ballots.rules import BallotKind
from bot.features.daily.model import (
    Answer,
    AnswerState,
    Question,
    Result,
    Round,
    RoundState,
    RoundView,
    Voting,
)
from bot.features.daily.picking import Asked
from bot.features.daily.tables import answers, ballots, comparisons, reports, rounds, votes
from bot.membership.model import Consent
from bot.membership.tables import groups, members

# Rounds ---------------------------------------------------------------------------------------------------------------

read_round = Reader(
    Round,
    question=Question.from_text,
    state=RoundState,
    ballot=lambda kept: BallotKind(kept or BallotKind.NONE),
    finalists=frozenset,
    result=Result.from_text,
)
"""Reads a round; its ``zone`` is its group's."""


def round_columns(prefix: str = "", table: FromClause = rounds) -> tuple[Label[Any], ...]:
    """What ``read_round`` reads, but for the group's ``zone``; ``prefix`` stands before the names.

    The question and the result come as text: what they hold is read once, not once a click.
    """
    columns = (table.c[name] for name in read_round.names if name != "zone")
    texts = {"question", "result"}
    return tuple((cast(c, Text) if c.name in texts else c).label(prefix + c.name) for c in columns)


_ROUND = select(*round_columns(), groups.c.zone).join(groups, groups.c.id == rounds.c.group_id)
_OF_GROUP = _ROUND.where(rounds.c.group_id == bindparam("group_id"))
_MOST = bindparam("most", type_=Integer)

_BY_ID = Statement(_ROUND.where(rounds.c.id == bindparam("id")))
_IN_STATES = Statement(
    _OF_GROUP.where(any_of(rounds.c.state, "states")).order_by(rounds.c.opened_at, rounds.c.id)
)
_OPEN = _OF_GROUP.where(rounds.c.state == RoundState.OPEN.value).order_by(
    rounds.c.opened_at.desc(), rounds.c.id.desc()
)
_NEWEST_OPEN = Statement(_OPEN.limit(1))
_OLDEST_VOTING = Statement(
    _OF_GROUP.where(rounds.c.state == RoundState.VOTING.value)
    .order_by(rounds.c.opened_at, rounds.c.id)
    .limit(1)
)
_REVEALED = Statement(
    _OF_GROUP.where(rounds.c.state == RoundState.REVEALED.value)
    .order_by(rounds.c.revealed_at.desc(), rounds.c.id.desc())
    .limit(_MOST)
)
_FIRST = Statement(_OF_GROUP.order_by(rounds.c.id).limit(_MOST))
_ASKED = Statement(
    select(rounds.c.item_id, rounds.c.local_date, rounds.c.state)
    .where(rounds.c.group_id == bindparam("group_id"))
    .order_by(rounds.c.id)
)
_ASKED_ON = Statement(
    select(
        exists().where(
            rounds.c.group_id == bindparam("group_id"),
            rounds.c.local_date == bindparam("local_date", type_=Date),
            rounds.c.state != RoundState.CANCELLED.value,
        )
    )
)
_LAST_SLOT = Statement(
    select(func.max(rounds.c.slot)).where(
        rounds.c.group_id == bindparam("group_id"),
        rounds.c.local_date == bindparam("local_date", type_=Date),
    )
)
_NEWEST_ID = Statement(
    select(func.coalesce(func.max(rounds.c.id), 0)).where(rounds.c.group_id == bindparam("group_id"))
)


async def add_round(tx: Transaction, values: Mapping[str, Any]) -> int | None:
    """A new round; None when this group has one on that date and slot already."""
    return await tx.insert_once(rounds, values)


async def load_round(tx: Transaction, round_id: int) -> Round | None:
    """One round."""
    return read_round.first(await tx.execute(_BY_ID, id=round_id))


async def rounds_in(tx: Transaction, group_id: int, *states: RoundState) -> tuple[Round, ...]:
    """A group's rounds in these states, oldest first."""
    return read_round.all(await tx.execute(_IN_STATES, group_id=group_id, states=[s.value for s in states]))


async def newest_open(tx: Transaction, group_id: int) -> Round | None:
    """The round that /answer means."""
    return read_round.first(await tx.execute(_NEWEST_OPEN, group_id=group_id))


async def oldest_voting(tx: Transaction, group_id: int) -> Round | None:
    """The round that /vote means."""
    return read_round.first(await tx.execute(_OLDEST_VOTING, group_id=group_id))


async def revealed_rounds(tx: Transaction, group_id: int, limit: int) -> tuple[Round, ...]:
    """The newest revealed rounds, newest first."""
    return read_round.all(await tx.execute(_REVEALED, group_id=group_id, most=limit))


_OWN_TEXTS = Statement(
    select(answers.c.round_id, answers.c.text).where(
        answers.c.member_id == bindparam("member_id"), answers.c.text != ""
    )
)


async def own_texts(tx: Transaction, member_id: int) -> dict[int, str]:
    """What a member answered, by round."""
    return {row.round_id: row.text for row in await tx.execute(_OWN_TEXTS, member_id=member_id)}


async def first_rounds(tx: Transaction, group_id: int, limit: int) -> tuple[Round, ...]:
    """The rounds a group began with, oldest first."""
    return read_round.all(await tx.execute(_FIRST, group_id=group_id, most=limit))


async def newest_round_id(tx: Transaction, group_id: int) -> int:
    """The id of a group's newest round, 0 before there is one."""
    return int(await tx.scalar(_NEWEST_ID, group_id=group_id))


async def change_round(tx: Transaction, round_id: int, **values: object) -> None:
    """Set columns of a round."""
    await tx.change(rounds, round_id, values)


async def asked_before(tx: Transaction, group_id: int) -> tuple[Asked, ...]:
    """Every question the group was asked, with its day.

    A withdrawn one can be asked again, but not as the very next, which would be the same one.
    """
    rows = (await tx.execute(_ASKED, group_id=group_id)).all()
    counted = [row for row in rows[:-1] if row.state != RoundState.CANCELLED] + rows[-1:]
    return tuple(Asked(row.item_id, row.local_date.toordinal()) for row in counted)


async def asked_on(tx: Transaction, group_id: int, local_date: date) -> bool:
    """Whether a question of a local date was asked and not withdrawn."""
    return bool(await tx.scalar(_ASKED_ON, group_id=group_id, local_date=local_date))


async def next_free_slot(tx: Transaction, group_id: int, local_date: date) -> int:
    """The first slot number of a local date that no round has."""
    taken = await tx.scalar(_LAST_SLOT, group_id=group_id, local_date=local_date)
    return 0 if taken is None else int(taken) + 1


# Answers --------------------------------------------------------------------------------------------------------------


read_answer = Reader(Answer, state=AnswerState, consent=Consent)


_OF_ROUND = answers.c.round_id == bindparam("round_id")
_SEALED = answers.c.state == AnswerState.SEALED.value
_OF_MEMBER = answers.c.member_id == bindparam("member_id")

_ANSWER = select(*read_answer.columns(answers))
_ANSWER_BY_ID = Statement(_ANSWER.where(answers.c.id == bindparam("id")))
_ANSWER_OF = Statement(_ANSWER.where(_OF_ROUND, _OF_MEMBER))
_ONES_OWN = Statement(
    _ANSWER.join(members, members.c.id == answers.c.member_id)
    .where(
        _OF_ROUND,
        or_(members.c.id == bindparam("member_id"), members.c.canonical_id == bindparam("member_id")),
    )
    .order_by(case((members.c.id == bindparam("member_id"), 0), else_=1), members.c.id)
    .limit(1)
)
_IN = Statement(_ANSWER.where(_OF_ROUND, any_of(answers.c.state, "states")).order_by(answers.c.id))
_COUNT = Statement(
    select(func.count()).where(
        _OF_ROUND, _SEALED, answers.c.member_id.is_distinct_from(bindparam("member_id"))
    )
)


_NEW = new_row(answers, ("round_id", "member_id", "state", "text", "consent", "created_at", "updated_at"))


def _saving() -> Statement:
    fresh = {name: _NEW.excluded[name] for name in ("state", "text", "consent", "updated_at")}
    editable = and_(
        answers.c.locked_at.is_(None),
        or_(_SEALED, answers.c.state == AnswerState.LATE.value),
    )
    once = _NEW.on_conflict_do_update(
        index_elements=[answers.c.round_id, answers.c.member_id], set_=fresh, where=editable
    )
    return Statement(once.returning(*read_answer.columns(answers)))


_SAVE = _saving()
_ADD = Statement(_NEW.on_conflict_do_nothing().returning(*read_answer.columns(answers)))


async def find_answer(tx: Transaction, round_id: int, member_id: int) -> Answer | None:
    """What this member wrote in a round, whatever became of it."""
    return read_answer.first(await tx.execute(_ANSWER_OF, round_id=round_id, member_id=member_id))


async def find_own(tx: Transaction, round_id: int, member_id: int) -> Answer | None:
    """The same, in a round of whatever time: one from before two people were joined counts as well."""
    return read_answer.first(await tx.execute(_ONES_OWN, round_id=round_id, member_id=member_id))


async def load_answer(tx: Transaction, answer_id: int) -> Answer | None:
    """One answer."""
    return read_answer.first(await tx.execute(_ANSWER_BY_ID, id=answer_id))


async def answers_in(tx: Transaction, round_id: int, *states: AnswerState) -> tuple[Answer, ...]:
    """The answers of a round in these states, by id."""
    return read_answer.all(await tx.execute(_IN, round_id=round_id, states=[s.value for s in states]))


async def count_sealed(tx: Transaction, round_id: int, *, without: int | None = None) -> int:
    """How many answers are on a round's ballot, for the voter ``without`` their own."""
    return int(await tx.scalar(_COUNT, round_id=round_id, member_id=without))


async def save_answer(
    tx: Transaction,
    round_id: int,
    member_id: int,
    *,
    text: str,
    consent: Consent,
    now: datetime,
) -> Answer | None:
    """Write or overwrite a member's answer; None where theirs can't be changed: locked meanwhile, passed or taken out."""
    return await _write(tx, _SAVE, round_id, member_id, AnswerState.SEALED, text, consent, now)


async def keep_out(
    tx: Transaction, round_id: int, member_id: int, state: AnswerState, text: str, now: datetime
) -> Answer | None:
    """Keep that a member passed, or what came late, outside the round; None where they have an answer already."""
    return await _write(tx, _ADD, round_id, member_id, state, text, Consent.OUT, now)


async def _write(
    tx: Transaction,
    statement: Statement,
    round_id: int,
    member_id: int,
    state: AnswerState,
    text: str,
    consent: Consent,
    now: datetime,
) -> Answer | None:
    values = {
        "round_id": round_id,
        "member_id": member_id,
        "state": state.value,
        "text": text,
        "consent": consent.value,
        "created_at": now,
        "updated_at": now,
    }
    return read_answer.first(await tx.execute(statement, values))


async def change_answer(tx: Transaction, answer_id: int, **values: object) -> None:
    """Set columns of an answer."""
    await tx.change(answers, answer_id, values)


# Where a member stands ------------------------------------------------------------------------------------------------


def _reading(table: FromClause, member_id: Any) -> tuple[Label[int], Label[int]]:  # noqa: ANN401  (a column or bind)
    reported = exists().where(reports.c.answer_id == answers.c.id, reports.c.member_id == member_id)
    judged = exists().where(
        votes.c.answer_id == answers.c.id, votes.c.member_id == member_id, votes.c.helped.is_not(None)
    )
    on_ballot = (
        select(func.count())
        .select_from(answers)
        .where(
            answers.c.round_id == table.c.id,
            _SEALED,
            answers.c.member_id.is_distinct_from(member_id),
            ~reported.correlate_except(reports),
        )
    )
    compared = select(func.count()).where(
        comparisons.c.round_id == table.c.id,
        comparisons.c.member_id == member_id,
        comparisons.c.winner_id.is_not(None),
    )
    read = on_ballot.where(judged.correlate_except(votes)).correlate_except(answers).scalar_subquery()
    pairs = compared.correlate_except(comparisons).scalar_subquery()
    readable = on_ballot.correlate_except(answers).scalar_subquery()
    done = case((table.c.ballot == BallotKind.PAIRS.value, pairs), else_=read)
    return readable.label("readable"), done.label("done")


def waiting_for(table: FromClause, group_id: Any, member_id: Any) -> tuple[Any, Label[int], Label[int]]:  # noqa: ANN401  (columns or binds)
    """(the condition that a round of ``table`` is a ballot that waits for a member, ``readable``, ``done``).

    They may read so many answers, and have judged so many of them, or pairs. It waits as long as they have not finished it and there is something to read. For no member (NULL) all wait.
    """
    readable, done = _reading(table, member_id)
    finished = (
        exists()
        .where(
            ballots.c.round_id == table.c.id,
            ballots.c.member_id == member_id,
            ballots.c.finished_at.is_not(None),
        )
        .correlate_except(ballots)
    )
    waits = and_(
        table.c.group_id == group_id,
        table.c.state == RoundState.VOTING.value,
        table.c.ballot != BallotKind.NONE.value,
        ~finished,
        readable.element > 0,
    )
    return waits, readable, done


def _waiting() -> Select[Any]:
    waits, *counts = waiting_for(rounds, bindparam("group_id"), bindparam("member_id", type_=BigInteger))
    query = select(*round_columns(), groups.c.zone, *counts)
    query = query.join(groups, groups.c.id == rounds.c.group_id).where(waits)
    return query.order_by(rounds.c.opened_at, rounds.c.id).limit(1)


_WAITING = Statement(_waiting)
_READING = Statement(
    lambda: select(*_reading(rounds, bindparam("member_id", type_=BigInteger))).where(
        rounds.c.id == bindparam("round_id")
    )
)
_OPEN_TO = Statement(
    _OPEN.add_columns(
        *read_answer.columns(answers, "own_"),
        peeked(bindparam("member_id"), rounds.c.item_id).label("peeked"),
    )
    .outerjoin(answers, and_(answers.c.round_id == rounds.c.id, _OF_MEMBER))
    .limit(1)
)


async def voting_for(tx: Transaction, group_id: int, member_id: int | None) -> Voting | None:
    """The ballot to point a member to: the oldest they have not finished. ``member_id`` None: the oldest for everyone."""
    row = (await tx.execute(_WAITING, group_id=group_id, member_id=member_id)).first()
    return Voting(read_round(row), row.readable, row.done, for_everyone=member_id is None) if row else None


async def reading_of(tx: Transaction, round_: Round, member_id: int | None) -> Voting:
    """One round's ballot, and how much of it waits for a member; or the one for everyone."""
    readable = done = 0
    if round_.state is RoundState.VOTING and round_.ballot is not BallotKind.NONE:
        readable, done = (await tx.execute(_READING, round_id=round_.id, member_id=member_id)).one()
    return Voting(round_, readable, done, for_everyone=member_id is None)


async def open_to(tx: Transaction, group_id: int, member_id: int) -> RoundView | None:
    """The newest open round, which /answer means, and where a member stands in it; without draft and ballot."""
    row = (await tx.execute(_OPEN_TO, group_id=group_id, member_id=member_id)).first()
    if row is None:
        return None
    return RoundView(read_round(row), read_answer.joined(row, "own_"), bool(row.peeked))
