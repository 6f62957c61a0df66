"""SQL of rounds and answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update

from bot.daily.ballots import BallotKind, Exposure
from bot.daily.model import Answer, AnswerState, Question, Result, Round, RoundState
from bot.daily.picking import Asked
from bot.daily.rules import Earned
from bot.groups.model import Consent
from bot.groups.store import ones_members
from bot.standings.rules import POINTS
from bot.store.statements import Row
from bot.store.tables import answers, groups, ledger, rounds
from bot.store.transaction import Transaction

_ROUND = select(rounds, groups.c.zone).join(groups, groups.c.id == rounds.c.group_id)


def read_round(row: Row, prefix: str = "") -> Round:
    """A round from its row; ``prefix`` stands before the names of its columns. ``zone`` is its group's."""

    def of(name: str) -> Any:  # noqa: ANN401  (a column's value)
        return getattr(row, prefix + name)

    finalists, result = of("finalists"), of("result")
    return Round(
        id=of("id"),
        group_id=of("group_id"),
        zone=of("zone"),
        local_date=of("local_date"),
        slot=of("slot"),
        root=of("root"),
        question=Question.from_json(of("question")),
        state=RoundState(of("state")),
        opened_at=of("opened_at"),
        closes_at=of("closes_at"),
        voting_at=of("voting_at"),
        votes_close_at=of("votes_close_at"),
        revealed_at=of("revealed_at"),
        reminded_at=of("reminded_at"),
        ballot=BallotKind(of("ballot") or BallotKind.NONE),
        finalists=None if finalists is None else frozenset(finalists),
        result=Result.from_json(result) if result else None,
    )


def _read_answer(row: Row) -> Answer:
    return Answer(
        id=row.id,
        round_id=row.round_id,
        member_id=row.member_id,
        state=AnswerState(row.state),
        text=row.text,
        consent=Consent(row.consent),
        created_at=row.created_at,
        updated_at=row.updated_at,
        locked_at=row.locked_at,
        looks=row.looks,
    )


async def add_round(tx: Transaction, values: Mapping[str, Any]) -> int | None:
    """A new round; None when this group has one on that date and slot already."""
    return await tx.insert_once(rounds, values)


async def load_round(tx: Transaction, round_id: int) -> Round | None:
    """One round."""
    row = (await tx.execute(_ROUND.where(rounds.c.id == round_id))).first()
    return read_round(row) if row else None


async def rounds_in(tx: Transaction, group_id: int, *states: RoundState) -> tuple[Round, ...]:
    """A group's rounds in these states, oldest first."""
    query = _ROUND.where(
        rounds.c.group_id == group_id, rounds.c.state.in_([s.value for s in states])
    ).order_by(rounds.c.opened_at, rounds.c.id)
    return tuple(read_round(row) for row in await tx.execute(query))


async def newest_open(tx: Transaction, group_id: int) -> Round | None:
    """The round that /answer means."""
    found = await rounds_in(tx, group_id, RoundState.OPEN)
    return found[-1] if found else None


async def oldest_voting(tx: Transaction, group_id: int) -> Round | None:
    """The round that /vote means."""
    found = await rounds_in(tx, group_id, RoundState.VOTING)
    return found[0] if found else None


async def revealed_rounds(tx: Transaction, group_id: int, limit: int) -> tuple[Round, ...]:
    """The newest revealed rounds, newest first."""
    query = (
        _ROUND.where(rounds.c.group_id == group_id, rounds.c.state == RoundState.REVEALED.value)
        .order_by(rounds.c.revealed_at.desc(), rounds.c.id.desc())
        .limit(limit)
    )
    return tuple(read_round(row) for row in await tx.execute(query))


async def change_round(tx: Transaction, round_id: int, **values: object) -> None:
    """Set columns of a round."""
    await tx.execute(update(rounds).where(rounds.c.id == round_id).values(**values))


async def asked_before(tx: Transaction, group_id: int) -> tuple[Asked, ...]:
    """Every question the group was asked, with its day; cancelled ones were seen too."""
    rows = await tx.execute(
        select(rounds.c.item_id, rounds.c.local_date)
        .where(rounds.c.group_id == group_id)
        .order_by(rounds.c.id)
    )
    return tuple(Asked(row.item_id, row.local_date.toordinal()) for row in rows)


async def next_free_slot(tx: Transaction, group_id: int, local_date: object) -> int:
    """The first slot number of a local date that no round has."""
    query = select(func.max(rounds.c.slot)).where(
        rounds.c.group_id == group_id, rounds.c.local_date == local_date
    )
    taken = (await tx.execute(query)).scalar_one()
    return 0 if taken is None else int(taken) + 1


async def find_answer(tx: Transaction, round_id: int, member_id: int) -> Answer | None:
    """What this member wrote in a round, whatever became of it."""
    query = select(answers).where(answers.c.round_id == round_id, answers.c.member_id == member_id)
    row = (await tx.execute(query)).first()
    return _read_answer(row) if row else None


async def find_own(tx: Transaction, round_id: int, member_id: int) -> Answer | None:
    """The same, in a round of whatever time: one from before two people were joined counts as well."""
    mine = await ones_members(tx, member_id)
    found = [await find_answer(tx, round_id, each) for each in mine]
    return next((answer for answer in found if answer is not None), None)


async def load_answer(tx: Transaction, answer_id: int) -> Answer | None:
    """One answer."""
    row = (await tx.execute(select(answers).where(answers.c.id == answer_id))).first()
    return _read_answer(row) if row else None


async def answers_in(
    tx: Transaction, round_id: int, *states: AnswerState, for_update: bool = False
) -> tuple[Answer, ...]:
    """The answers of a round in these states, by id."""
    query = (
        select(answers)
        .where(answers.c.round_id == round_id, answers.c.state.in_([s.value for s in states]))
        .order_by(answers.c.id)
    )
    return tuple(
        _read_answer(row) for row in await tx.execute(query.with_for_update() if for_update else query)
    )


async def count_sealed(tx: Transaction, round_id: int, *, without: int | None = None) -> int:
    """How many answers are on a round's ballot, for the voter ``without`` their own."""
    query = select(func.count()).where(
        answers.c.round_id == round_id, answers.c.state == AnswerState.SEALED.value
    )
    if without is not None:
        query = query.where(answers.c.member_id != without)
    return int((await tx.execute(query)).scalar_one())


async def exposures_in(tx: Transaction, round_id: int) -> tuple[Exposure, ...]:
    """The answers on a round's ballot, by id, with their authors and looks; their texts stay where they are."""
    query = (
        select(answers.c.id, answers.c.member_id, answers.c.looks)
        .where(answers.c.round_id == round_id, answers.c.state == AnswerState.SEALED.value)
        .order_by(answers.c.id)
    )
    return tuple(Exposure(row.id, row.member_id, row.looks) for row in await tx.execute(query))


async def save_answer(
    tx: Transaction,
    round_id: int,
    member_id: int,
    *,
    state: AnswerState,
    text: str,
    consent: Consent,
    now: datetime,
) -> None:
    """Write or overwrite a member's answer."""
    kept = {"state": state.value, "text": text, "consent": consent.value, "updated_at": now}
    made = await tx.insert_once(
        answers, {"round_id": round_id, "member_id": member_id, "created_at": now, **kept}
    )
    if made is None:
        await tx.execute(
            update(answers)
            .where(answers.c.round_id == round_id, answers.c.member_id == member_id)
            .values(**kept)
        )


async def change_answer(tx: Transaction, answer_id: int, **values: object) -> None:
    """Set columns of an answer."""
    await tx.execute(update(answers).where(answers.c.id == answer_id).values(**values))


async def earned_in(tx: Transaction, round_id: int, member_id: int) -> tuple[Earned, ...]:
    """What a round brought a member, as the ledger has it; without what was taken back."""
    taken_back = select(ledger.c.reverses).where(ledger.c.reverses.is_not(None))
    query = (
        select(ledger.c.reason, ledger.c.points)
        .where(
            ledger.c.member_id == member_id,
            ledger.c.board == POINTS,
            or_(ledger.c.key.like(f"round:{round_id}:%"), ledger.c.key.like(f"move:%round:{round_id}:%")),
            ledger.c.id.not_in(taken_back),
        )
        .order_by(ledger.c.reason)
    )
    return tuple(Earned(member_id, row.reason, row.points) for row in await tx.execute(query))
