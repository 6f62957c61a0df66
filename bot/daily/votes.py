"""SQL of ballots, votes, comparisons and reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from bot.daily.ranking import Comparison
from bot.daily.rules import Judgement
from bot.store.tables import answers, ballots, comparisons, reports, votes
from bot.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Ballot:
    """One voter's ballot of a round: how many pages or pairs they decided, and whether they are done."""

    id: int
    round_id: int
    member_id: int
    finished_at: datetime | None
    steps: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A page this voter was shown: ``helped`` is None until they decide."""

    answer_id: int
    helped: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair this voter was shown, smaller id first: ``winner_id`` is None until they decide."""

    low_id: int
    high_id: int
    winner_id: int | None


async def open_ballot(tx: Transaction, round_id: int, member_id: int, now: datetime) -> Ballot:
    """This member's ballot, begun now if it was not."""
    found = await find_ballot(tx, round_id, member_id)
    if found is None:
        await tx.insert_once(ballots, {"round_id": round_id, "member_id": member_id, "started_at": now})
        found = await find_ballot(tx, round_id, member_id)
    assert found is not None
    return found


async def find_ballot(tx: Transaction, round_id: int, member_id: int) -> Ballot | None:
    """This member's ballot, if they began one."""
    query = select(ballots).where(ballots.c.round_id == round_id, ballots.c.member_id == member_id)
    row = (await tx.execute(query)).first()
    return Ballot(row.id, row.round_id, row.member_id, row.finished_at, row.steps) if row else None


async def finish_ballot(tx: Transaction, ballot: Ballot, now: datetime) -> None:
    """Mark a ballot finished; a finished one stays so."""
    await tx.execute(
        update(ballots)
        .where(ballots.c.id == ballot.id, ballots.c.finished_at.is_(None))
        .values(finished_at=now)
    )


async def seen_by(tx: Transaction, round_id: int, member_id: int) -> tuple[Seen, ...]:
    """The pages this voter was shown, in that order."""
    rows = await tx.execute(
        select(votes).where(votes.c.round_id == round_id, votes.c.member_id == member_id).order_by(votes.c.id)
    )
    return tuple(Seen(row.answer_id, row.helped, row.note) for row in rows)


async def show_page(tx: Transaction, round_id: int, member_id: int, answer_id: int, now: datetime) -> None:
    """Note that an answer was shown to a voter; its look counts once however often the page is opened."""
    made = await tx.insert_once(
        votes, {"round_id": round_id, "member_id": member_id, "answer_id": answer_id, "shown_at": now}
    )
    if made is not None:
        await _look(tx, (answer_id,))


async def judge(tx: Transaction, member_id: int, answer_id: int, *, helped: bool) -> None:
    """Record what a voter says of an answer they were shown: the state they want, so that a repeat changes nothing."""
    await tx.execute(
        update(votes)
        .where(votes.c.member_id == member_id, votes.c.answer_id == answer_id)
        .values(helped=helped)
    )


async def keep_note(tx: Transaction, round_id: int, member_id: int, answer_id: int, note: str) -> None:
    """Keep a line to the author; "" takes it back."""
    await tx.execute(
        update(votes)
        .where(votes.c.round_id == round_id, votes.c.member_id == member_id, votes.c.answer_id == answer_id)
        .values(note=note)
    )


async def pairs_by(tx: Transaction, round_id: int, member_id: int) -> tuple[Pair, ...]:
    """The pairs this voter was shown, in that order."""
    rows = await tx.execute(
        select(comparisons)
        .where(comparisons.c.round_id == round_id, comparisons.c.member_id == member_id)
        .order_by(comparisons.c.id)
    )
    return tuple(Pair(row.low_id, row.high_id, row.winner_id) for row in rows)


async def show_pair(
    tx: Transaction, round_id: int, member_id: int, pair: tuple[int, int], now: datetime
) -> None:
    """Note that a pair was shown; both answers get a look, once. Each can get a line to its author."""
    low, high = min(pair), max(pair)
    values = {"round_id": round_id, "member_id": member_id, "low_id": low, "high_id": high, "shown_at": now}
    if await tx.insert_once(comparisons, values) is None:
        return
    await _look(tx, (low, high))
    for answer_id in (low, high):
        await tx.insert_once(
            votes,
            {"round_id": round_id, "member_id": member_id, "answer_id": answer_id, "shown_at": now},
        )


async def prefer(tx: Transaction, member_id: int, pair: tuple[int, int], winner_id: int) -> bool:
    """Record which of a shown pair helped more; whether this voter was shown that pair."""
    done = await tx.execute(
        update(comparisons)
        .where(
            comparisons.c.member_id == member_id,
            comparisons.c.low_id == min(pair),
            comparisons.c.high_id == max(pair),
        )
        .values(winner_id=winner_id)
    )
    return done.rowcount == 1


async def _look(tx: Transaction, answer_ids: Iterable[int]) -> None:
    for answer_id in sorted(answer_ids):
        await tx.execute(update(answers).where(answers.c.id == answer_id).values(looks=answers.c.looks + 1))


async def set_steps(tx: Transaction, ballot_id: int, steps: int) -> None:
    """How many pages or pairs were decided."""
    await tx.execute(update(ballots).where(ballots.c.id == ballot_id).values(steps=steps))


async def judgements_of(tx: Transaction, round_id: int) -> tuple[Judgement, ...]:
    """Every decided page of a round."""
    rows = await tx.execute(
        select(votes.c.member_id, votes.c.answer_id, votes.c.helped).where(
            votes.c.round_id == round_id, votes.c.helped.is_not(None)
        )
    )
    return tuple(Judgement(row.member_id, row.answer_id, row.helped) for row in rows)


async def comparisons_of(tx: Transaction, round_id: int) -> tuple[tuple[int, Comparison], ...]:
    """(voter, comparison) for every decided pair of a round."""
    rows = await tx.execute(
        select(comparisons).where(comparisons.c.round_id == round_id, comparisons.c.winner_id.is_not(None))
    )
    return tuple(
        (
            row.member_id,
            Comparison(row.winner_id, row.low_id if row.winner_id == row.high_id else row.high_id),
        )
        for row in rows
    )


async def finished_voters(tx: Transaction, round_id: int) -> frozenset[int]:
    """Who finished their ballot."""
    query = select(ballots.c.member_id).where(
        ballots.c.round_id == round_id, ballots.c.finished_at.is_not(None)
    )
    return frozenset((await tx.execute(query)).scalars())


async def notes_to(tx: Transaction, answer_id: int) -> tuple[str, ...]:
    """The lines readers wrote to this answer's author, in no order that tells who."""
    query = (
        select(votes.c.note).where(votes.c.answer_id == answer_id, votes.c.note != "").order_by(votes.c.note)
    )
    return tuple((await tx.execute(query)).scalars())


async def add_report(tx: Transaction, answer_id: int, member_id: int, now: datetime) -> int:
    """Report an answer (once per reader); how many reports are open on it now."""
    await tx.insert_once(reports, {"answer_id": answer_id, "member_id": member_id, "at": now})
    query = select(func.count()).where(reports.c.answer_id == answer_id, reports.c.outcome == "")
    return int((await tx.execute(query)).scalar_one())


async def settle_reports(tx: Transaction, answer_id: int, outcome: str) -> None:
    """Close an answer's reports as "kept" or "removed"."""
    await tx.execute(
        update(reports)
        .where(reports.c.answer_id == answer_id, reports.c.outcome == "")
        .values(outcome=outcome)
    )


async def reported_by(tx: Transaction, round_id: int, member_id: int) -> frozenset[int]:
    """The answers of a round that this member reported; their ballot shows them no more."""
    query = (
        select(reports.c.answer_id)
        .join(answers, answers.c.id == reports.c.answer_id)
        .where(answers.c.round_id == round_id, reports.c.member_id == member_id)
    )
    return frozenset((await tx.execute(query)).scalars())
