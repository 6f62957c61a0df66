"""Two members who are one, in the rounds that are not revealed yet: one answer, one ballot, no vote for oneself.

Revealed and cancelled rounds stay as they were; but what an answer or a ballot brought twice counts once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import attrgetter

from sqlalchemy import (
    ColumnElement,
    Executable,
    FromClause,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from bot.database.statements import Row, Statement, any_of
from bot.database.transaction import Transaction
from bot.features.daily.ballots.rules import BallotKind
from bot.features.daily.ballots.taking_back import count_looks, drop_answer
from bot.features.daily.model import AnswerState
from bot.features.daily.queries import load_round
from bot.features.daily.reveal.awarding import BALLOT, OF_AN_ANSWER, award_key
from bot.features.daily.rounds import show_changes
from bot.features.daily.tables import answers, ballots, comparisons, reports, rounds, votes
from bot.features.points.ledger import points_of, reverse
from bot.features.points.rules import POINTS
from bot.membership.drafts import merge_drafts
from bot.membership.personal_data.subjects import Merge
from bot.membership.queries import identities_of_members
from bot.membership.tables import members
from bot.outbox.keeping import keep_for

_FINAL = {AnswerState.REMOVED: 5, AnswerState.HIDDEN: 4, AnswerState.PASSED: 3}

# The rounds that run in a member's group, and where the one who goes has left anything.
_TO_JOIN = Statement(
    select(rounds.c.id, rounds.c.ballot)
    .where(
        rounds.c.group_id
        == select(members.c.group_id).where(members.c.id == bindparam("stays")).scalar_subquery(),
        or_(rounds.c.state == "open", rounds.c.state == "voting"),
        or_(
            *(
                exists().where(t.c.round_id == rounds.c.id, t.c.member_id == bindparam("goes"))
                for t in (answers, ballots, votes, comparisons)
            ),
            exists().where(
                answers.c.round_id == rounds.c.id,
                reports.c.answer_id == answers.c.id,
                reports.c.member_id == bindparam("goes"),
            ),
        ),
    )
    .order_by(rounds.c.id)
)


def _of_both(table: Table, *order: str) -> Statement:
    of_them = and_(table.c.round_id == bindparam("round_id"), any_of(table.c.member_id, "both"))
    return Statement(select(table).where(of_them).order_by(*(table.c[name] for name in (*order, "id"))))


def _dropping(table: Table) -> Statement:
    return Statement(delete(table).where(any_of(table.c.id, "ids")))


def _giving(table: Table) -> Statement:
    of_one = and_(table.c.round_id == bindparam("of_round"), table.c.member_id == bindparam("goes"))
    return Statement(update(table).where(of_one).values(member_id=bindparam("stays")))


_ANSWERS = _of_both(answers)
_GIVE_ANSWER = _giving(answers)
_OWN = select(answers.c.id).where(
    answers.c.round_id == bindparam("round_id"), answers.c.member_id == bindparam("member_id")
)
_VOID = (
    Statement(delete(votes).where(votes.c.member_id == bindparam("member_id"), votes.c.answer_id.in_(_OWN))),
    Statement(
        delete(comparisons).where(
            comparisons.c.member_id == bindparam("member_id"),
            or_(comparisons.c.low_id.in_(_OWN), comparisons.c.high_id.in_(_OWN)),
        )
    ),
    Statement(
        delete(reports).where(reports.c.member_id == bindparam("member_id"), reports.c.answer_id.in_(_OWN))
    ),
)

_OF_ROUND = select(answers.c.id).where(answers.c.round_id == bindparam("of_round"))
_TOLD_TWICE = Statement(
    delete(reports).where(
        reports.c.member_id == bindparam("goes"),
        reports.c.answer_id.in_(_OF_ROUND),
        reports.c.answer_id.in_(select(reports.c.answer_id).where(reports.c.member_id == bindparam("stays"))),
    )
)
_GIVE_REPORTS = Statement(
    update(reports)
    .where(reports.c.member_id == bindparam("goes"), reports.c.answer_id.in_(_OF_ROUND))
    .values(member_id=bindparam("stays"))
)

_BALLOTS = _of_both(ballots)
_DROP_BALLOTS = _dropping(ballots)
_DECIDED = Statement(
    select(
        select(func.count())
        .where(
            votes.c.round_id == bindparam("round_id"),
            votes.c.member_id == bindparam("member_id"),
            votes.c.helped.is_not(None),
        )
        .scalar_subquery()
        .label("pages"),
        select(func.count())
        .where(
            comparisons.c.round_id == bindparam("round_id"),
            comparisons.c.member_id == bindparam("member_id"),
            comparisons.c.winner_id.is_not(None),
        )
        .scalar_subquery()
        .label("pairs"),
    )
)


def _twice(table: Table, *, taking_part: Callable[[FromClause], ColumnElement[bool]]) -> Executable:
    one, other = table.alias("one"), table.alias("other")
    return (
        select(rounds.c.id)
        .join(one, one.c.round_id == rounds.c.id)
        .join(other, other.c.round_id == rounds.c.id)
        .where(
            one.c.member_id == bindparam("goes"),
            other.c.member_id == bindparam("stays"),
            rounds.c.state == "revealed",
            taking_part(one),
            taking_part(other),
        )
        .order_by(rounds.c.id)
    )


_ANSWERED_TWICE = Statement(
    lambda: _twice(answers, taking_part=lambda each: each.c.state == AnswerState.SEALED.value)
)
_VOTED_TWICE = Statement(lambda: _twice(ballots, taking_part=lambda each: each.c.finished_at.is_not(None)))

ONCE = "countedonce"
"""The kind of line: to somebody whose two accounts had both brought points; after a colon, how many are taken back."""

TWICE = "twice"
"""The reason of a reversal in the ledger."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What members say of a round's answers, once for each value of ``keys``: read, dropped, and handed over.

    ``decision`` is the column that is empty as long as something was only shown.
    """

    keys: tuple[str, ...]
    decision: str
    rows: Statement
    drop: Statement
    give: Statement


def _said(table: Table, keys: tuple[str, ...], decision: str) -> _Said:
    return _Said(keys, decision, _of_both(table, *keys), _dropping(table), _giving(table))


_VOTES = _said(votes, ("answer_id",), "helped")
_PAIRS = _said(comparisons, ("low_id", "high_id"), "winner_id")


async def join(tx: Transaction, merge: Merge, now: datetime) -> None:
    """Join what two people have in the rounds that run, group by group."""
    for one, other in merge.members:
        await merge_drafts(tx, one, other)
        await _count_once(tx, one, other, now)
        for row in await tx.execute(_TO_JOIN, goes=one, stays=other):
            await _join_round(tx, row.id, one, other, paired=row.ballot == BallotKind.PAIRS)
            round_ = await load_round(tx, row.id)
            assert round_ is not None
            await show_changes(tx, round_, now)


async def _count_once(tx: Transaction, one: int, other: int, now: datetime) -> None:
    """Of two answers or ballots in a revealed round, let only the one count that brought more."""
    voted = (await tx.execute(_VOTED_TWICE, goes=one, stays=other)).scalars()
    keys = [award_key(round_id, BALLOT, one) for round_id in voted]
    for round_id in (await tx.execute(_ANSWERED_TWICE, goes=one, stays=other)).scalars():
        of_one, of_other = (
            [award_key(round_id, reason, each) for reason in OF_AN_ANSWER] for each in (one, other)
        )
        keys += of_one if await points_of(tx, of_one) <= await points_of(tx, of_other) else of_other
    taken = await reverse(tx, keys, now, TWICE)
    points = -sum(each.points for each in taken if each.board == POINTS)
    if points:
        concerned = await identities_of_members(tx, frozenset({other}))
        await keep_for(tx, f"member:{other}", f"{ONCE}:{points}", concerned, now)


async def _join_round(tx: Transaction, round_id: int, one: int, other: int, *, paired: bool) -> None:
    await _one_answer(tx, round_id, one, other)
    await _move_once(tx, _VOTES, round_id, one, other)
    await _move_once(tx, _PAIRS, round_id, one, other)
    for statement in (_TOLD_TWICE, _GIVE_REPORTS):
        await tx.execute(statement, of_round=round_id, goes=one, stays=other)
    for statement in _VOID:  # what somebody said of their own answer when they seemed to be two
        await tx.execute(statement, round_id=round_id, member_id=other)
    await _one_ballot(tx, round_id, one, other)
    await count_looks(tx, round_id, paired=paired)


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
    found = (await tx.execute(_ANSWERS, round_id=round_id, both=(one, other))).all()
    if len(found) == 2:
        first, second = found
        await drop_answer(tx, (second if keeps(first, second) else first).id)
    await tx.execute(_GIVE_ANSWER, of_round=round_id, goes=one, stays=other)


async def _move_once(tx: Transaction, said: _Said, round_id: int, one: int, other: int) -> None:
    """Give what one said to the other, once for each thing: of two that say something, the better one is kept."""
    spare: list[int] = []
    found = await tx.execute(said.rows, round_id=round_id, both=(one, other))
    for _, rows in groupby(found, key=attrgetter(*said.keys)):
        *less, best = sorted(rows, key=partial(_says_more, said))
        spare += [row.id for row in less]
        lines = [row.note for row in less if row.note] if said is _VOTES else []
        if lines and not best.note:  # a line to an author outlasts the vote it came with
            await tx.change(votes, best.id, {"note": lines[0]})
    await tx.execute(said.drop, ids=spare)
    await tx.execute(said.give, of_round=round_id, goes=one, stays=other)


def _says_more(said: _Said, row: Row) -> tuple[bool, datetime, int]:
    """A decision goes before a page that was only opened, and of two the later one."""
    return getattr(row, said.decision) is not None, row.shown_at, row.id


async def _one_ballot(tx: Transaction, round_id: int, one: int, other: int) -> None:
    found = (await tx.execute(_BALLOTS, round_id=round_id, both=(one, other))).all()
    if not found:
        return
    await tx.execute(_DROP_BALLOTS, ids=[row.id for row in found[1:]])
    decided = (await tx.execute(_DECIDED, round_id=round_id, member_id=other)).one()
    done = [row.finished_at for row in found if row.finished_at is not None]
    values = {
        "member_id": other,
        "started_at": min(row.started_at for row in found),
        "finished_at": min(done, default=None),
        "steps": max(decided),
    }
    await tx.change(ballots, found[0].id, values)
