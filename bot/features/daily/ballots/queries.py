"""SQL of ballots, votes and comparisons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, and_, bindparam, exists, func, or_, select, update

from bot.database.rows import Reader
from bot.database.statements import Statement, any_of, insert
from bot.database.transaction import Transaction
from bot.features.daily.ballots.ranking import Comparison
from bot.features.daily.ballots.rules import Exposure
from bot.features.daily.model import AnswerState
from bot.features.daily.rules import Judgement
from bot.features.daily.tables import answers, ballots, comparisons, reports, votes


@dataclass(frozen=True, slots=True)
class Ballot:
    """One voter's ballot of a round: how many pages or pairs they decided, and whether they are done."""

    id: int
    round_id: int
    member_id: int
    finished_at: datetime | None
    steps: int


@dataclass(frozen=True, slots=True)
class Page:
    """An answer as one voter has it: ``place`` orders the pages they were shown, None was not shown yet.

    ``helped`` is None until they decide; ``note`` is their line to the author. ``reported`` says that they did.
    """

    answer_id: int
    author_id: int
    state: AnswerState
    text: str
    looks: int
    reported: bool
    place: int | None
    helped: bool | None
    note: str

    @property
    def readable(self) -> bool:
        """Whether it is on this voter's ballot."""
        return self.state is AnswerState.SEALED and not self.reported

    @property
    def exposure(self) -> Exposure:
        """What the order of pages hangs on."""
        return Exposure(self.answer_id, self.author_id, self.looks)


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair this voter was shown, smaller id first: ``winner_id`` is None until they decide."""

    low_id: int
    high_id: int
    winner_id: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """A reader's line to an author. Who wrote it, no author may learn."""

    id: int
    writer_id: int
    text: str


_MEMBER: BindParameter[int] = bindparam("member_id")
_ROUND: BindParameter[int] = bindparam("round_id")

# Ballots --------------------------------------------------------------------------------------------------------------

read_ballot = Reader(Ballot)

_BALLOT = read_ballot.columns(ballots)
_FIND_BALLOT = Statement(select(*_BALLOT).where(ballots.c.round_id == _ROUND, ballots.c.member_id == _MEMBER))
_BEGIN_BALLOT = Statement(
    insert(ballots)
    .values(
        round_id=_ROUND,
        member_id=_MEMBER,
        started_at=bindparam("started_at", type_=ballots.c.started_at.type),
    )
    .on_conflict_do_nothing()
    .returning(*_BALLOT)
)
_FINISHED_VOTERS = Statement(
    select(ballots.c.member_id).where(ballots.c.round_id == _ROUND, ballots.c.finished_at.is_not(None))
)


async def open_ballot(tx: Transaction, round_id: int, member_id: int, now: datetime) -> Ballot:
    """This member's ballot, begun now if it was not."""
    begun = await tx.execute(_BEGIN_BALLOT, round_id=round_id, member_id=member_id, started_at=now)
    found = read_ballot.first(begun) or await find_ballot(tx, round_id, member_id)
    assert found is not None
    return found


async def find_ballot(tx: Transaction, round_id: int, member_id: int) -> Ballot | None:
    """This member's ballot, if they began one."""
    return read_ballot.first(await tx.execute(_FIND_BALLOT, round_id=round_id, member_id=member_id))


async def keep_ballot(tx: Transaction, ballot: Ballot, steps: int, finished: datetime | None = None) -> None:
    """How many pages or pairs were decided, and that it is ``finished``; a finished one stays so."""
    values: dict[str, object] = {"steps": steps}
    if ballot.finished_at is None and finished is not None:
        values["finished_at"] = finished
    await tx.change(ballots, ballot.id, values)


async def finished_voters(tx: Transaction, round_id: int) -> frozenset[int]:
    """Who finished their ballot."""
    return frozenset((await tx.execute(_FINISHED_VOTERS, round_id=round_id)).scalars())


# Pages ----------------------------------------------------------------------------------------------------------------

_REPORTED = (
    exists()
    .where(reports.c.answer_id == answers.c.id, reports.c.member_id == _MEMBER)
    .correlate(answers)
    .label("reported")
)


_ITS_PAGES = (
    select(
        answers.c.id.label("answer_id"),
        answers.c.member_id.label("author_id"),
        answers.c.state,
        answers.c.text,
        answers.c.looks,
        _REPORTED,
        votes.c.id.label("place"),
        votes.c.helped,
        func.coalesce(votes.c.note, "").label("note"),
    )
    .select_from(answers)
    .outerjoin(votes, and_(votes.c.answer_id == answers.c.id, votes.c.member_id == _MEMBER))
    .where(answers.c.round_id == _ROUND)
)
_PAGES = Statement(
    _ITS_PAGES.where(or_(answers.c.state == AnswerState.SEALED.value, votes.c.id.is_not(None))).order_by(
        answers.c.id
    )
)
_SOME_PAGES = Statement(_ITS_PAGES.where(any_of(answers.c.id, "ids")))
_JUDGE = Statement(
    update(votes)
    .where(votes.c.member_id == _MEMBER, votes.c.answer_id == bindparam("its_answer"))
    .values(helped=bindparam("helped"))
    .inline()
)
_KEEP_NOTE = Statement(
    update(votes)
    .where(
        votes.c.round_id == bindparam("its_round"),
        votes.c.member_id == _MEMBER,
        votes.c.answer_id == bindparam("its_answer"),
    )
    .values(note=bindparam("note"))
    .inline()
)
_LOOK = Statement(
    update(answers)
    .where(
        # In the order of their ids, and no harder than an update locks: else two voters who are shown the same could wait
        # for each other, since what each has just inserted holds its answers by their keys.
        answers.c.id.in_(
            select(answers.c.id)
            .where(any_of(answers.c.id, "ids"))
            .order_by(answers.c.id)
            .with_for_update(key_share=True)
        )
    )
    .values(looks=answers.c.looks + 1)
    .inline()
)


_read_page = Reader(Page, state=AnswerState, reported=bool)


async def pages_of(tx: Transaction, round_id: int, member_id: int) -> tuple[Page, ...]:
    """The answers on a round's ballot, and those this voter was shown before they were taken off it, by id."""
    return _read_page.all(await tx.execute(_PAGES, round_id=round_id, member_id=member_id))


async def some_pages(tx: Transaction, round_id: int, member_id: int, ids: Sequence[int]) -> dict[int, Page]:
    """Answers of a round as this voter has them, by id, whatever became of them; those of other rounds are left out."""
    rows = await tx.execute(_SOME_PAGES, round_id=round_id, member_id=member_id, ids=ids)
    return {row.answer_id: _read_page(row) for row in rows}


async def show_page(tx: Transaction, round_id: int, member_id: int, answer_id: int, now: datetime) -> None:
    """Note that an answer was shown to a voter; its look counts once however often the page is opened."""
    values = {"round_id": round_id, "member_id": member_id, "answer_id": answer_id, "shown_at": now}
    if await tx.insert_once(votes, values) is not None:
        await tx.execute(_LOOK, ids=[answer_id])


async def judge(tx: Transaction, member_id: int, answer_id: int, *, helped: bool) -> None:
    """Record what a voter says of an answer they were shown: the state they want, so that a repeat changes nothing."""
    await tx.execute(_JUDGE, member_id=member_id, its_answer=answer_id, helped=helped)


async def keep_note(tx: Transaction, round_id: int, member_id: int, answer_id: int, note: str) -> None:
    """Keep a line to the author; "" takes it back."""
    values = {"its_round": round_id, "member_id": member_id, "its_answer": answer_id, "note": note}
    await tx.execute(_KEEP_NOTE, values)


# Pairs ----------------------------------------------------------------------------------------------------------------

_EXPOSURES = Statement(
    select(answers.c.id, answers.c.member_id, answers.c.looks, _REPORTED)
    .where(answers.c.round_id == _ROUND, answers.c.state == AnswerState.SEALED.value)
    .order_by(answers.c.id)
)
_PAIRS = Statement(
    select(comparisons.c.low_id, comparisons.c.high_id, comparisons.c.winner_id)
    .where(comparisons.c.round_id == _ROUND, comparisons.c.member_id == _MEMBER)
    .order_by(comparisons.c.id)
)
_SHOW_BOTH = Statement(
    insert(votes)
    .values(
        [
            {
                "round_id": _ROUND,
                "member_id": _MEMBER,
                "answer_id": bindparam(which),
                "shown_at": bindparam("shown_at", type_=votes.c.shown_at.type),
            }
            for which in ("low_id", "high_id")
        ]
    )
    .on_conflict_do_nothing()
    .inline()
)
_PREFER = Statement(
    update(comparisons)
    .where(
        comparisons.c.member_id == _MEMBER,
        comparisons.c.low_id == bindparam("low"),
        comparisons.c.high_id == bindparam("high"),
    )
    .values(winner_id=bindparam("winner"))
    .inline()
)


async def exposures_for(
    tx: Transaction, round_id: int, member_id: int
) -> tuple[dict[int, Exposure], dict[int, Exposure]]:
    """(the answers on a round's ballot, those of them that this voter has not reported), by id; texts stay where they are."""
    rows = (await tx.execute(_EXPOSURES, round_id=round_id, member_id=member_id)).all()
    found = {row.id: Exposure(row.id, row.member_id, row.looks) for row in rows}
    return found, {row.id: found[row.id] for row in rows if not row.reported}


async def pairs_by(tx: Transaction, round_id: int, member_id: int) -> tuple[Pair, ...]:
    """The pairs this voter was shown, in that order."""
    rows = await tx.execute(_PAIRS, round_id=round_id, member_id=member_id)
    return tuple(Pair(*row) for row in rows)


async def show_pair(
    tx: Transaction, round_id: int, member_id: int, pair: tuple[int, int], now: datetime
) -> None:
    """Note that a pair was shown; both answers get a look, once. Each can get a line to its author."""
    low, high = min(pair), max(pair)
    values = {"round_id": round_id, "member_id": member_id, "low_id": low, "high_id": high, "shown_at": now}
    if await tx.insert_once(comparisons, values) is None:
        return
    await tx.execute(_LOOK, ids=[low, high])
    await tx.execute(_SHOW_BOTH, values)


async def prefer(tx: Transaction, member_id: int, pair: tuple[int, int], winner_id: int) -> bool:
    """Record which of a shown pair helped more; whether this voter was shown that pair."""
    values = {"member_id": member_id, "low": min(pair), "high": max(pair), "winner": winner_id}
    return (await tx.execute(_PREFER, values)).rowcount == 1


# Counting -------------------------------------------------------------------------------------------------------------

_JUDGED = Statement(
    select(votes.c.member_id, votes.c.answer_id, votes.c.helped).where(
        votes.c.round_id == _ROUND, votes.c.helped.is_not(None)
    )
)
_COMPARED = Statement(
    select(
        comparisons.c.member_id, comparisons.c.low_id, comparisons.c.high_id, comparisons.c.winner_id
    ).where(comparisons.c.round_id == _ROUND, comparisons.c.winner_id.is_not(None))
)
_LINES_TO = Statement(
    select(votes.c.id, votes.c.member_id, votes.c.note)
    .where(votes.c.answer_id == bindparam("answer_id"), votes.c.note != "")
    .order_by(votes.c.note)
)
_LINES_IN = Statement(
    select(votes.c.answer_id, func.count().label("number"))
    .where(votes.c.round_id == _ROUND, votes.c.note != "")
    .group_by(votes.c.answer_id)
)


async def judgements_of(tx: Transaction, round_id: int) -> tuple[Judgement, ...]:
    """Every decided page of a round."""
    return tuple(Judgement(*row) for row in await tx.execute(_JUDGED, round_id=round_id))


async def comparisons_of(tx: Transaction, round_id: int) -> tuple[tuple[int, Comparison], ...]:
    """(voter, comparison) for every decided pair of a round."""
    return tuple(
        (
            row.member_id,
            Comparison(row.winner_id, row.low_id if row.winner_id == row.high_id else row.high_id),
        )
        for row in await tx.execute(_COMPARED, round_id=round_id)
    )


async def lines_to(tx: Transaction, answer_id: int) -> tuple[Line, ...]:
    """The lines readers wrote to this answer's author, in no order that tells who."""
    return tuple(Line(*row) for row in await tx.execute(_LINES_TO, answer_id=answer_id))


async def lines_in(tx: Transaction, round_id: int) -> dict[int, int]:
    """How many lines the authors of a round received, by answer; those without any are left out."""
    rows = await tx.execute(_LINES_IN, round_id=round_id)
    return {row.answer_id: row.number for row in rows}
