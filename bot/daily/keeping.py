"""What the daily round keeps about people: taking it along, and taking it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, select, update

from bot.daily.joining import join
from bot.daily.model import AnswerState, Result, RoundState
from bot.daily.rounds import REPORTED, REVEAL, show_changes
from bot.daily.store import load_round
from bot.daily.votes import notes_to
from bot.groups.model import Consent
from bot.groups.privacy import Keeper, Section, Whose, groups_of
from bot.outbox.deliveries import refresh
from bot.store.statements import Row
from bot.store.tables import answers, ballots, comparisons, drafts, members, reports, rounds, votes
from bot.store.transaction import Transaction
from bot.store.transcript import blank_private

TAKEN_BACK = "taken back"
"""The outcome of reports about an answer whose author took it back first."""

_RUNNING = (RoundState.OPEN.value, RoundState.VOTING.value)
_ON_BALLOT = (AnswerState.SEALED.value, AnswerState.HIDDEN.value)


def keeper() -> Keeper:
    """Answers, drafts, ballots, votes with their lines, pairs and reports."""
    tables = ("answers", "drafts", "ballots", "votes", "comparisons", "reports")
    return Keeper("daily", tables, _export, _forget, join)


async def _export(tx: Transaction, whose: Whose) -> Section:
    mine = whose.members
    asked = {r.id: r for r in await tx.execute(_asked(mine))}
    given = await tx.execute(select(answers).where(answers.c.member_id.in_(mine)).order_by(answers.c.id))
    kept = await tx.execute(select(drafts).where(drafts.c.member_id.in_(mine)).order_by(drafts.c.id))
    cast = await tx.execute(select(ballots).where(ballots.c.member_id.in_(mine)).order_by(ballots.c.id))
    judged = await tx.execute(select(votes).where(votes.c.member_id.in_(mine)).order_by(votes.c.id))
    pairs = await tx.execute(
        select(comparisons).where(comparisons.c.member_id.in_(mine)).order_by(comparisons.c.id)
    )
    told = await tx.execute(
        select(reports, answers.c.round_id)
        .join(answers, answers.c.id == reports.c.answer_id)
        .where(reports.c.member_id.in_(mine))
        .order_by(reports.c.id)
    )
    return {
        "answers": [await _answer(tx, asked[r.round_id], r) for r in list(given)],
        "drafts": [{"about": r.subject, "text": r.text, "at": r.updated_at.isoformat()} for r in kept],
        "ballots": [
            {
                **_of(asked[r.round_id]),
                "began_at": _said(r.started_at),
                "finished_at": _said(r.finished_at),
                "decided": r.steps,
            }
            for r in cast
        ],
        "votes": [
            {**_of(asked[r.round_id]), "shown_at": _said(r.shown_at), "helped": r.helped, "line": r.note}
            for r in judged
        ],
        "pairs": [
            {**_of(asked[r.round_id]), "shown_at": _said(r.shown_at), "decided": r.winner_id is not None}
            for r in pairs
        ],
        "reports": [
            {**_of(asked[r.round_id]), "at": _said(r.at), "outcome": r.outcome or None} for r in told
        ],
    }


def _asked(mine: Sequence[int]) -> Select[Any]:
    seen = [
        select(t.c.round_id).where(t.c.member_id.in_(mine)) for t in (answers, ballots, votes, comparisons)
    ]
    told = (
        select(answers.c.round_id)
        .join(reports, reports.c.answer_id == answers.c.id)
        .where(reports.c.member_id.in_(mine))
    )
    ids = seen[0].union(*seen[1:], told)
    return select(rounds).where(rounds.c.id.in_(ids))


def _of(asked: Row) -> dict[str, object]:
    return {"group": asked.group_id, "round": asked.id, "day": asked.local_date.isoformat()}


async def _answer(tx: Transaction, asked: Row, row: Row) -> Section:
    about: dict[str, object] = {
        **_of(asked),
        "question": asked.question.get("prompt", ""),
        "text": row.text,
        "state": row.state,
        "shown": row.consent,
        "written_at": _said(row.created_at),
        "changed_at": _said(row.updated_at),
        "locked_at": _said(row.locked_at),
    }
    # Nobody knows before the reveal how an answer does, its author neither.
    if asked.state == RoundState.REVEALED.value and asked.result:
        found = Result.from_json(asked.result).of(row.member_id)
        about["result"] = (
            {"rank": found.rank, "helped": found.helped, "looks": found.looks} if found else None
        )
        about["lines_from_readers"] = list(await notes_to(tx, row.id)) if found else []
    return about


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


async def _forget(tx: Transaction, whose: Whose, now: datetime) -> None:
    await _take_back_answers(tx, whose.members, now)
    await blank_private(tx, [f"best:{group_id}" for group_id in await groups_of(tx, whose)], now)
    await _take_back_lines(tx, whose.members, now)
    await tx.execute(delete(drafts).where(drafts.c.member_id.in_(whose.members)))


async def _take_back_answers(tx: Transaction, mine: Sequence[int], now: datetime) -> None:
    query = (
        select(
            answers.c.id,
            answers.c.round_id,
            answers.c.state,
            answers.c.consent,
            rounds.c.state.label("stage"),
        )
        .join(rounds, rounds.c.id == answers.c.round_id)
        .where(answers.c.member_id.in_(mine), answers.c.text != "")
        .order_by(answers.c.id)
    )
    taken = list(await tx.execute(query))
    ids = [row.id for row in taken]
    off = [row.id for row in taken if row.stage in _RUNNING and row.state in _ON_BALLOT]
    named = and_(answers.c.id.in_(ids), answers.c.consent == Consent.NAMED.value)
    await tx.execute(update(answers).where(named).values(consent=Consent.UNNAMED.value))
    await tx.execute(update(answers).where(answers.c.id.in_(ids)).values(text="", updated_at=now))
    await tx.execute(update(answers).where(answers.c.id.in_(off)).values(state=AnswerState.REMOVED.value))
    await tx.execute(
        update(reports)
        .where(reports.c.answer_id.in_(ids), reports.c.outcome == "")
        .values(outcome=TAKEN_BACK)
    )
    told = await tx.execute(select(reports.c.answer_id).where(reports.c.answer_id.in_(ids)).distinct())
    for answer_id in sorted(told.scalars()):
        await refresh(tx, f"answer:{answer_id}", (REPORTED,), now)
    for row in taken:
        if row.stage in _RUNNING:
            round_ = await load_round(tx, row.round_id)
            assert round_ is not None
            await show_changes(tx, round_, now)
        elif row.consent != Consent.OUT.value:
            await refresh(tx, f"round:{row.round_id}", (REVEAL,), now)
    await _look_back(tx, mine, frozenset(ids), now)
    slots = [f"{card}:{row.round_id}" for row in taken for card in ("ballot", "read")]
    await blank_private(tx, [*slots, *(f"reported:{i}" for i in ids)], now)


async def _look_back(tx: Transaction, mine: Sequence[int], ids: frozenset[int], now: datetime) -> None:
    """Ask for new faces of the reveals whose look back at a week quotes these answers or names these members."""
    groups = select(members.c.group_id).where(members.c.id.in_(mine))
    query = select(rounds.c.id, rounds.c.result).where(
        rounds.c.group_id.in_(groups), rounds.c.state == RoundState.REVEALED.value
    )
    for row in list(await tx.execute(query.order_by(rounds.c.id))):
        digest = Result.from_json(row.result).digest if row.result else None
        if digest is not None and (ids & set(digest.best) or set(mine) & set(digest.leaders)):
            await refresh(tx, f"round:{row.id}", (REVEAL,), now)


async def _take_back_lines(tx: Transaction, mine: Sequence[int], now: datetime) -> None:
    done = await tx.execute(
        update(votes)
        .where(votes.c.member_id.in_(mine), votes.c.note != "")
        .values(note="")
        .returning(votes.c.round_id)
    )
    await blank_private(tx, [f"mine:{round_id}" for round_id in sorted(set(done.scalars()))], now)
