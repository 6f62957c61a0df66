"""What the daily round keeps about people: taking it along, and taking it back."""

from datetime import datetime

from sqlalchemy import select, union, update

from bot.chat.cards import Slot
from bot.database.statements import Row, Statement, any_of
from bot.database.transaction import Transaction
from bot.features.daily.model import RESULT_JSON, RoundState
from bot.features.daily.personal.merging import join
from bot.features.daily.personal.taking_back import take_back, written_by
from bot.features.daily.tables import answers, ballots, comparisons, reports, rounds, votes
from bot.membership.drafts import drafts_of, drop_drafts
from bot.membership.personal_data.subjects import (
    DataSubject,
    PersonalData,
    Section,
    blank_cards,
    groups_of,
    said,
)

_ASKED = Statement(
    select(rounds).where(
        rounds.c.id.in_(
            union(
                *(
                    select(t.c.round_id).where(any_of(t.c.member_id, "mine"))
                    for t in (answers, ballots, votes, comparisons)
                ),
                select(answers.c.round_id)
                .join(reports, reports.c.answer_id == answers.c.id)
                .where(any_of(reports.c.member_id, "mine")),
            )
        )
    )
)
_ANSWERS, _BALLOTS, _VOTES, _PAIRS = (
    Statement(select(t).where(any_of(t.c.member_id, "mine")).order_by(t.c.id))
    for t in (answers, ballots, votes, comparisons)
)
_LINES_TO = Statement(
    select(votes.c.answer_id, votes.c.note)
    .where(any_of(votes.c.answer_id, "ids"), votes.c.note != "")
    .order_by(votes.c.answer_id, votes.c.note)  # in no order that tells whose they are
)
_REPORTS = Statement(
    select(reports, answers.c.round_id)
    .join(answers, answers.c.id == reports.c.answer_id)
    .where(any_of(reports.c.member_id, "mine"))
    .order_by(reports.c.id)
)

_TAKE_BACK_LINES = Statement(
    update(votes)
    .where(any_of(votes.c.member_id, "mine"), votes.c.note != "")
    .values(note="")
    .returning(votes.c.round_id)
)


def personal_data() -> PersonalData:
    """Answers, drafts, ballots, votes with their lines, pairs and reports."""
    tables = ("answers", "drafts", "ballots", "votes", "comparisons", "reports")
    return PersonalData("daily", tables, _export, _forget, join)


async def _export(tx: Transaction, subject: DataSubject) -> Section:
    mine = subject.members
    asked = {r.id: r for r in await tx.execute(_ASKED, mine=mine)}
    given = (await tx.execute(_ANSWERS, mine=mine)).all()
    lines: dict[int, list[str]] = {}
    for r in await tx.execute(_LINES_TO, ids=[each.id for each in given]):
        lines.setdefault(r.answer_id, []).append(r.note)
    return {
        "answers": [_answer(asked[r.round_id], r, lines.get(r.id, [])) for r in given],
        "drafts": [
            {"about": r.subject, "text": r.text, "at": r.updated_at.isoformat()}
            for r in await drafts_of(tx, mine)
        ],
        "ballots": [
            {
                **_of(asked[r.round_id]),
                "began_at": said(r.started_at),
                "finished_at": said(r.finished_at),
                "decided": r.steps,
            }
            for r in await tx.execute(_BALLOTS, mine=mine)
        ],
        "votes": [
            {**_of(asked[r.round_id]), "shown_at": said(r.shown_at), "helped": r.helped, "line": r.note}
            for r in await tx.execute(_VOTES, mine=mine)
        ],
        "pairs": [
            {**_of(asked[r.round_id]), "shown_at": said(r.shown_at), "decided": r.winner_id is not None}
            for r in await tx.execute(_PAIRS, mine=mine)
        ],
        "reports": [
            {**_of(asked[r.round_id]), "at": said(r.at), "outcome": r.outcome or None}
            for r in await tx.execute(_REPORTS, mine=mine)
        ],
    }


def _of(asked: Row) -> dict[str, object]:
    return {"group": asked.group_id, "round": asked.id, "day": asked.local_date.isoformat()}


def _answer(asked: Row, row: Row, lines: list[str]) -> Section:
    about: dict[str, object] = {
        **_of(asked),
        "question": asked.question.get("prompt", ""),
        "text": row.text,
        "state": row.state,
        "shown": row.consent,
        "written_at": said(row.created_at),
        "changed_at": said(row.updated_at),
        "locked_at": said(row.locked_at),
    }
    # Nobody knows before the reveal how an answer does, its author neither.
    if asked.state == RoundState.REVEALED.value and asked.result:
        found = RESULT_JSON.read(asked.result).of(row.member_id)
        about["result"] = (
            {"rank": found.rank, "helped": found.helped, "looks": found.looks} if found else None
        )
        about["lines_from_readers"] = lines if found else []
    return about


async def _forget(tx: Transaction, subject: DataSubject, now: datetime) -> None:
    await take_back(tx, await written_by(tx, subject.members), subject.members, now)
    await blank_cards(tx, [Slot("best", group_id) for group_id in await groups_of(tx, subject)], now)
    done = await tx.execute(_TAKE_BACK_LINES, mine=subject.members)
    await blank_cards(tx, [Slot("mine", round_id) for round_id in sorted(set(done.scalars()))], now)
    await drop_drafts(tx, subject.members)
