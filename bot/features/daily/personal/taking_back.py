"""Taking back what one gave: an answer, with its place on a ballot or in a reveal, or what one said on a ballot."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, bindparam, case, cast, select, update

from bot.chat.cards import Private, Reply, Slot, Update
from bot.chat.dispatch import Route, UserError
from bot.database.statements import Row, Statement, any_of
from bot.database.transaction import Transaction
from bot.features.coming.queries import has_peeked
from bot.features.daily import answer_cards
from bot.features.daily.actions import AskTakeBack, AskUnvote, TakeBack, Unvote
from bot.features.daily.ballots.cards import unvote_card, unvoted_card
from bot.features.daily.ballots.handlers import must_vote
from bot.features.daily.ballots.queries import find_ballot
from bot.features.daily.ballots.rules import BallotKind
from bot.features.daily.ballots.taking_back import drop_answer, take_back_ballot
from bot.features.daily.model import RESULT_JSON, RUNNING, Answer, AnswerState, Round, RoundState
from bot.features.daily.queries import change_answer, find_own, load_round
from bot.features.daily.rounds import REPORTED, REVEAL, show_changes
from bot.features.daily.subjects import IN_ROUND, VOTES, locked_round, must_not_be_withdrawn, round_of
from bot.features.daily.tables import answers, reports, rounds
from bot.membership.model import Consent
from bot.membership.personal_data.subjects import blank_cards
from bot.membership.queries import ones_members
from bot.membership.tables import members
from bot.outbox.queries import refresh
from bot.services import RequestTransaction

TAKEN_BACK = "taken back"
"""The outcome of reports about an answer whose author took it back first."""

_ON_BALLOT = (AnswerState.SEALED.value, AnswerState.HIDDEN.value)

_WRITTEN = (
    select(
        answers.c.id,
        answers.c.round_id,
        answers.c.state,
        answers.c.consent,
        rounds.c.state.label("stage"),
    )
    .join(rounds, rounds.c.id == answers.c.round_id)
    .where(answers.c.text != "")
    .order_by(answers.c.id)
)
_WRITTEN_BY = Statement(_WRITTEN.where(any_of(answers.c.member_id, "mine")))
_WRITTEN_ONE = Statement(_WRITTEN.where(answers.c.id == bindparam("answer_id")))
_BLANK = Statement(
    update(answers)
    .where(any_of(answers.c.id, "ids"))
    .values(
        text="",
        updated_at=bindparam("now"),
        consent=case(
            (answers.c.consent == Consent.NAMED.value, Consent.UNNAMED.value), else_=answers.c.consent
        ),
    )
)
_REMOVE = Statement(
    update(answers).where(any_of(answers.c.id, "ids")).values(state=AnswerState.REMOVED.value)
)
_SETTLE_REPORTS = Statement(
    update(reports)
    .where(any_of(reports.c.answer_id, "ids"))
    .values(outcome=case((reports.c.outcome == "", TAKEN_BACK), else_=reports.c.outcome))
    .returning(reports.c.answer_id)
)
# Few reveals carry one, and to read all results of a group would take long.
_WITH_LOOK_BACK = Statement(
    select(rounds.c.id, rounds.c.result)
    .where(
        rounds.c.group_id.in_(select(members.c.group_id).where(any_of(members.c.id, "mine"))),
        rounds.c.state == RoundState.REVEALED.value,
        cast(rounds.c.result, Text).like('%"digest"%'),
    )
    .order_by(rounds.c.id)
)


async def written_by(tx: Transaction, mine: Sequence[int]) -> Sequence[Row]:
    """What these members wrote in any round, as far as its words are kept; for ``take_back``."""
    return (await tx.execute(_WRITTEN_BY, mine=mine)).all()


async def take_back(tx: Transaction, taken: Sequence[Row], mine: Sequence[int], now: datetime) -> None:
    """Blank the words of answers, take them off running ballots, and let reveals say so. ``mine`` are their authors."""
    ids = [row.id for row in taken]
    off = [row.id for row in taken if row.stage in RUNNING and row.state in _ON_BALLOT]
    await tx.execute(_BLANK, ids=ids, now=now)
    await tx.execute(_REMOVE, ids=off)
    told = await tx.execute(_SETTLE_REPORTS, ids=ids)
    for answer_id in sorted(set(told.scalars())):
        await refresh(tx, f"answer:{answer_id}", (REPORTED,), now)
    for row in taken:
        if row.stage in RUNNING:
            round_ = await load_round(tx, row.round_id)
            assert round_ is not None
            await show_changes(tx, round_, now)
        elif row.consent != Consent.OUT.value:
            await refresh(tx, f"round:{row.round_id}", (REVEAL,), now)
    await _look_back(tx, mine, frozenset(ids), now)
    slots = [Slot(card, row.round_id) for row in taken for card in ("ballot", "read")]
    await blank_cards(tx, [*slots, *(Slot("reported", i) for i in ids)], now)


async def _look_back(tx: Transaction, mine: Sequence[int], ids: frozenset[int], now: datetime) -> None:
    """Ask for new faces of the reveals whose look back at a week quotes these answers or names these members."""
    for row in await tx.execute(_WITH_LOOK_BACK, mine=mine):
        digest = RESULT_JSON.read(row.result).digest
        if digest is not None and (ids & set(digest.best) or set(mine) & set(digest.leaders)):
            await refresh(tx, f"round:{row.id}", (REVEAL,), now)


# One's own answer -----------------------------------------------------------------------------------------------------


async def _ask(tx: RequestTransaction, _action: AskTakeBack) -> Reply:
    round_ = round_of(tx)
    must_not_be_withdrawn(round_)
    answer = await _own(tx, round_)
    card = answer_cards.take_back_card(round_, compared=await _has_compared(tx, round_, answer))
    return Private(card, _slot(round_))


async def _has_compared(tx: RequestTransaction, round_: Round, answer: Answer) -> bool:
    """Whether its author has seen the model answer."""
    return answer.compared or await has_peeked(tx, tx.actor.member.id, round_.question.item_id)


async def _take_back(tx: RequestTransaction, _action: TakeBack) -> Reply:
    round_ = await locked_round(tx)
    answer, now = await _own(tx, round_), tx.request.at
    running = round_.state is RoundState.OPEN
    compared = await _has_compared(tx, round_, answer)
    if running and not compared:
        await drop_answer(tx, answer.id)
    elif running:  # who has seen the key points can enter no other answer
        values = {
            "state": AnswerState.PASSED.value,
            "text": "",
            "consent": Consent.OUT.value,
            "updated_at": now,
        }
        await change_answer(tx, answer.id, **values)
    else:
        taken = (await tx.execute(_WRITTEN_ONE, answer_id=answer.id)).all()
        await take_back(tx, taken, sorted(await ones_members(tx, tx.actor.member.id)), now)
    tx.wake_after_commit()
    again = running and not compared
    return Private(answer_cards.taken_back_card(round_, again=again), _slot(round_))


async def _own(tx: RequestTransaction, round_: Round) -> Answer:
    answer = await find_own(tx, round_.id, tx.actor.member.id)
    if answer is not None and answer.state in (AnswerState.HIDDEN, AnswerState.REMOVED) and answer.text:
        raise UserError(
            "Your answer was taken out",
            "It was reported or removed. You can write to the organisers about it.",
        )
    if answer is None or answer.state is not AnswerState.SEALED or not answer.text:
        raise UserError("There is nothing to take back", "No answer of yours takes part in this question.")
    return answer


def _slot(round_: Round) -> Slot:
    return Slot("mine" if round_.state is RoundState.REVEALED else "answer", round_.id)


# One's own ballot -----------------------------------------------------------------------------------------------------


async def _ask_unvote(tx: RequestTransaction, _action: AskUnvote) -> Reply:
    round_ = round_of(tx)
    await _must_have_voted(tx, round_)
    return Update(unvote_card(round_), Slot("ballot", round_.id))


async def _unvote(tx: RequestTransaction, _action: Unvote) -> Reply:
    round_ = await locked_round(tx)
    await _must_have_voted(tx, round_)
    paired = round_.ballot is BallotKind.PAIRS
    await take_back_ballot(tx, round_.id, tx.actor.member.id, paired=paired)
    return Update(unvoted_card(round_), Slot("ballot", round_.id))


async def _must_have_voted(tx: RequestTransaction, round_: Round) -> None:
    must_vote(round_)
    if await find_ballot(tx, round_.id, tx.actor.member.id) is None:
        raise UserError("There is nothing to take back", "`/vote` begins your ballot.")


ROUTES = (
    Route(AskTakeBack, _ask, IN_ROUND),
    Route(TakeBack, _take_back, IN_ROUND),
    Route(AskUnvote, _ask_unvote, VOTES),
    Route(Unvote, _unvote, VOTES),
)
