"""SQL of reports."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, bindparam, exists, func, or_, select, update

from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.daily.model import Answer
from bot.features.daily.queries import read_answer
from bot.features.daily.tables import answers, ballots, reports, votes
from bot.membership.tables import members

_ITS = reports.c.answer_id == bindparam("its_answer")
_OUTCOME = reports.c.outcome

_OPEN = Statement(select(func.count()).where(_ITS, _OUTCOME == ""))
_EARLIER = bindparam("round_id", type_=Integer)
_HIDING = Statement(
    select(func.count()).where(
        _ITS,
        _OUTCOME == "",
        or_(
            exists().where(answers.c.member_id == reports.c.member_id, answers.c.round_id < _EARLIER),
            exists().where(
                ballots.c.member_id == reports.c.member_id,
                ballots.c.round_id < _EARLIER,
                ballots.c.finished_at.is_not(None),
            ),
        ),
    )
)
_DECIDED = Statement(select(_OUTCOME).where(_ITS, _OUTCOME != "").order_by(reports.c.id.desc()).limit(1))
_LET_BACK = Statement(update(reports).where(_ITS, _OUTCOME == "barred").values(outcome="removed"))
_SETTLE = Statement(
    update(reports)
    .where(_ITS, or_(_OUTCOME == "", _OUTCOME == "removed"))
    .values(outcome=bindparam("as"))
    .inline()
)
_OPEN_AGAIN = Statement(
    update(reports).where(_ITS, or_(_OUTCOME == "removed", _OUTCOME == "barred")).values(outcome="")
)
_author = members.alias("author")
_SHOWN_TO = Statement(
    select(
        *read_answer.columns(answers),
        func.coalesce(_author.c.canonical_id, _author.c.id).label("author_id"),
        exists()
        .where(votes.c.answer_id == answers.c.id, votes.c.member_id == bindparam("member_id"))
        .correlate(answers)
        .label("shown"),
    )
    .join(_author, _author.c.id == answers.c.member_id)
    .where(answers.c.id == bindparam("answer_id"))
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer, whether a reader was shown it on their ballot, and whether it is theirs, now or before people were joined."""

    answer: Answer
    on_ballot: bool
    own: bool


async def shown_to(tx: Transaction, answer_id: int, member_id: int) -> Shown | None:
    """An answer and what a reader has to do with it."""
    row = (await tx.execute(_SHOWN_TO, answer_id=answer_id, member_id=member_id)).first()
    return Shown(read_answer(row), bool(row.shown), row.author_id == member_id) if row else None


async def add_report(tx: Transaction, answer: Answer, member_id: int, now: datetime) -> int:
    """Report an answer (once per reader); how many open reports count towards hiding it.

    Those of members who took part in an earlier round do: an answer must not be hidden by accounts made for that.
    """
    await tx.insert_once(reports, {"answer_id": answer.id, "member_id": member_id, "at": now})
    return int(await tx.scalar(_HIDING, its_answer=answer.id, round_id=answer.round_id))


async def open_reports(tx: Transaction, answer_id: int) -> int:
    """How many reports of an answer nobody has decided yet."""
    return int(await tx.scalar(_OPEN, its_answer=answer_id))


async def settle_reports(tx: Transaction, answer_id: int, outcome: str) -> None:
    """Close an answer's reports as "kept", "removed" or, with its author, "barred"."""
    await tx.execute(_SETTLE, {"its_answer": answer_id, "as": outcome})


async def open_again(tx: Transaction, answer_id: int) -> None:
    """Let the reports that an answer was removed for wait for a decision again."""
    await tx.execute(_OPEN_AGAIN, its_answer=answer_id)


async def outcome_of(tx: Transaction, answer_id: int) -> str:
    """What became of an answer's newest report that was decided; "" where none was."""
    return await tx.scalar(_DECIDED, its_answer=answer_id) or ""


async def let_back(tx: Transaction, answer_id: int) -> None:
    """Keep that the author of a removed answer may take part again."""
    await tx.execute(_LET_BACK, its_answer=answer_id)
