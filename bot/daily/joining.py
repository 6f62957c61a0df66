"""Two members who are one, in the rounds that are not revealed yet: one answer, one ballot, no vote for oneself.

Revealed and cancelled rounds stay as they were.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, or_, select, update

from bot.daily.model import AnswerState, RoundState
from bot.daily.rounds import show_changes
from bot.daily.store import load_round
from bot.groups.privacy import Two
from bot.store.statements import Row
from bot.store.tables import answers, ballots, comparisons, drafts, members, reports, rounds, votes
from bot.store.transaction import Transaction

_FINAL = {AnswerState.REMOVED: 5, AnswerState.HIDDEN: 4, AnswerState.PASSED: 3}


async def join(tx: Transaction, two: Two, now: datetime) -> None:
    """Join what two people have in the rounds that run, group by group."""
    for one, other in two.members:
        await _join_drafts(tx, one, other)
        group = select(members.c.group_id).where(members.c.id == other).scalar_subquery()
        running = (RoundState.OPEN.value, RoundState.VOTING.value)
        query = select(rounds.c.id).where(rounds.c.group_id == group, rounds.c.state.in_(running))
        for round_id in list((await tx.execute(query.order_by(rounds.c.id))).scalars()):
            if await _join_round(tx, round_id, one, other):
                round_ = await load_round(tx, round_id)
                assert round_ is not None
                await show_changes(tx, round_, now)


async def _join_round(tx: Transaction, round_id: int, one: int, other: int) -> bool:
    """Whether the two had anything to join in a round."""
    tables = (answers, ballots, votes, comparisons)
    seen = [
        (await tx.execute(select(t.c.id).where(t.c.round_id == round_id, t.c.member_id == one))).first()
        for t in tables
    ]
    told = select(reports.c.id).join(answers, answers.c.id == reports.c.answer_id)
    told = told.where(answers.c.round_id == round_id, reports.c.member_id == one)
    if not any(seen) and (await tx.execute(told)).first() is None:
        return False
    await _one_answer(tx, round_id, one, other)
    await _move_once(tx, votes, round_id, one, other, ("answer_id",), _better_vote)
    await _move_once(tx, comparisons, round_id, one, other, ("low_id", "high_id"), _better_pair)
    await _join_reports(tx, round_id, one, other)
    await _void(tx, round_id, other)
    await _one_ballot(tx, round_id, one, other)
    await _count_looks(tx, round_id)
    return True


def keeps(one: Row, other: Row) -> bool:
    """Whether of two answers of one person the first one is kept: what was final goes before what came later.

    Final is what organisers or readers took out, then a pass, then a lock: who has seen the key points can enter no
    other answer. What came after the close takes part only where nothing else does.
    """
    return _weight(one) > _weight(other)


def _weight(answer: Row) -> tuple[int, datetime, int]:
    state = AnswerState(answer.state)
    final = _FINAL.get(state, 2 if answer.locked_at is not None else 0 if state is AnswerState.LATE else 1)
    return final, answer.updated_at, answer.id


async def _one_answer(tx: Transaction, round_id: int, one: int, other: int) -> None:
    mine = answers.c.member_id.in_((one, other))
    found = list(await tx.execute(select(answers).where(answers.c.round_id == round_id, mine)))
    if len(found) == 2:
        first, second = found
        await _drop(tx, (second if keeps(first, second) else first).id)
    await tx.execute(
        update(answers)
        .where(answers.c.round_id == round_id, answers.c.member_id == one)
        .values(member_id=other)
    )


async def _drop(tx: Transaction, answer_id: int) -> None:
    """Remove an answer with all that readers said of it."""
    for rows in (
        delete(votes).where(votes.c.answer_id == answer_id),
        delete(comparisons).where(or_(comparisons.c.low_id == answer_id, comparisons.c.high_id == answer_id)),
        delete(reports).where(reports.c.answer_id == answer_id),
        delete(answers).where(answers.c.id == answer_id),
    ):
        await tx.execute(rows)


async def _void(tx: Transaction, round_id: int, member_id: int) -> None:
    """Remove what somebody said of their own answer when they seemed to be two."""
    own = select(answers.c.id).where(answers.c.round_id == round_id, answers.c.member_id == member_id)
    pairs = or_(comparisons.c.low_id.in_(own), comparisons.c.high_id.in_(own))
    await tx.execute(delete(votes).where(votes.c.member_id == member_id, votes.c.answer_id.in_(own)))
    await tx.execute(delete(comparisons).where(comparisons.c.member_id == member_id, pairs))
    await tx.execute(delete(reports).where(reports.c.member_id == member_id, reports.c.answer_id.in_(own)))


def _better_vote(one: Row, other: Row) -> bool:
    return _said(one, one.helped) > _said(other, other.helped)


def _better_pair(one: Row, other: Row) -> bool:
    return _said(one, one.winner_id) > _said(other, other.winner_id)


def _said(row: Row, decided: object) -> tuple[bool, datetime, int]:
    """A decision goes before a page that was only opened, and of two the later one."""
    return decided is not None, row.shown_at, row.id


async def _move_once(
    tx: Transaction,
    table: Table,
    round_id: int,
    one: int,
    other: int,
    keys: Sequence[str],
    better: Callable[[Row, Row], bool],
) -> None:
    """Give what one said to the other, once for each thing: of two that say something, the better one is kept."""
    columns = [table.c[key] for key in keys]
    rows = select(table).where(table.c.round_id == round_id, table.c.member_id.in_((one, other)))
    by_key: dict[tuple[Any, ...], Row] = {}
    spare: list[int] = []
    for row in list(await tx.execute(rows.order_by(*columns, table.c.id))):
        key = tuple(getattr(row, name) for name in keys)
        before = by_key.get(key)
        if before is None or better(row, before):
            by_key[key] = row
        if before is not None:
            spare.append(before.id if by_key[key] is row else row.id)
    await _keep_lines(tx, table, by_key, spare)
    await tx.execute(delete(table).where(table.c.id.in_(spare)))
    await tx.execute(
        update(table).where(table.c.round_id == round_id, table.c.member_id == one).values(member_id=other)
    )


async def _keep_lines(
    tx: Transaction, table: Table, kept: dict[tuple[Any, ...], Row], spare: Sequence[int]
) -> None:
    """A line to an author outlasts the vote it came with, where the other one has none."""
    if table is not votes:
        return
    for row in list(await tx.execute(select(votes).where(votes.c.id.in_(spare), votes.c.note != ""))):
        into = kept[(row.answer_id,)]
        if not into.note:
            await tx.execute(update(votes).where(votes.c.id == into.id).values(note=row.note))


async def _join_reports(tx: Transaction, round_id: int, one: int, other: int) -> None:
    here = reports.c.answer_id.in_(select(answers.c.id).where(answers.c.round_id == round_id))
    twice = select(reports.c.answer_id).where(reports.c.member_id == other)
    await tx.execute(delete(reports).where(reports.c.member_id == one, here, reports.c.answer_id.in_(twice)))
    await tx.execute(update(reports).where(reports.c.member_id == one, here).values(member_id=other))


async def _one_ballot(tx: Transaction, round_id: int, one: int, other: int) -> None:
    mine = ballots.c.member_id.in_((one, other))
    query = select(ballots).where(ballots.c.round_id == round_id, mine).order_by(ballots.c.id)
    found = list(await tx.execute(query))
    if not found:
        return
    await tx.execute(delete(ballots).where(ballots.c.id.in_([row.id for row in found[1:]])))
    pages = select(func.count()).where(
        votes.c.round_id == round_id, votes.c.member_id == other, votes.c.helped.is_not(None)
    )
    pairs = select(func.count()).where(
        comparisons.c.round_id == round_id,
        comparisons.c.member_id == other,
        comparisons.c.winner_id.is_not(None),
    )
    decided = [int((await tx.execute(query)).scalar_one()) for query in (pages, pairs)]
    done = [row.finished_at for row in found if row.finished_at is not None]
    values = {
        "member_id": other,
        "started_at": min(row.started_at for row in found),
        "finished_at": min(done, default=None),
        "steps": max(decided),
    }
    await tx.execute(update(ballots).where(ballots.c.id == found[0].id).values(**values))


async def _count_looks(tx: Transaction, round_id: int) -> None:
    """Count anew how often each answer was shown: pages, or pairs, whichever the ballot shows."""
    paired = select(rounds.c.ballot).where(rounds.c.id == round_id)
    if (await tx.execute(paired)).scalar_one() == "pairs":
        shown = select(func.count()).where(
            or_(comparisons.c.low_id == answers.c.id, comparisons.c.high_id == answers.c.id)
        )
    else:
        shown = select(func.count()).where(votes.c.answer_id == answers.c.id)
    await tx.execute(
        update(answers).where(answers.c.round_id == round_id).values(looks=shown.scalar_subquery())
    )


async def _join_drafts(tx: Transaction, one: int, other: int) -> None:
    rows = select(drafts).where(drafts.c.member_id.in_((one, other)))
    newest: dict[str, Row] = {}
    spare: list[int] = []
    for row in list(await tx.execute(rows.order_by(drafts.c.subject, drafts.c.updated_at, drafts.c.id))):
        if row.subject in newest:
            spare.append(newest[row.subject].id)
        newest[row.subject] = row
    await tx.execute(delete(drafts).where(drafts.c.id.in_(spare)))
    await tx.execute(update(drafts).where(drafts.c.member_id == one).values(member_id=other))
