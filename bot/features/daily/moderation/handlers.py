"""Reports, and what organisers do about them."""

from datetime import datetime

from bot.chat.cards import Card, Reply, Slot, Update
from bot.chat.dispatch import Route, UserError
from bot.database.transaction import Transaction
from bot.features.acts.keeping import note_act, standing_act
from bot.features.daily.actions import AskReport, Moderate, Report
from bot.features.daily.model import Answer, AnswerState, Round, RoundState
from bot.features.daily.moderation.cards import (
    back_again_card,
    barring_card,
    removed_card,
    report_card,
    reported_card,
    settled_card,
    taken_back_card,
    thanks_card,
)
from bot.features.daily.moderation.queries import (
    add_report,
    open_reports,
    outcome_of,
    settle_reports,
    shown_to,
)
from bot.features.daily.moderation.undoing import (
    BARRED,
    LET_BACK,
    REMOVED,
    TAKEN_BACK,
    as_it_was,
    bar,
    brought,
    lift_bar,
    load_in_round,
)
from bot.features.daily.queries import change_answer, load_answer, load_round
from bot.features.daily.rounds import REPORTED, REVEAL, show_changes
from bot.features.daily.rules import REPORTS_TO_HIDE
from bot.features.daily.subjects import ORGANISES_ROUND, READS_ROUND, round_of
from bot.features.points.ledger import points_of, reverse
from bot.membership.model import Consent
from bot.membership.organisers import tell_organisers
from bot.membership.queries import canonical_of, identities_of_members, load_member
from bot.outbox.keeping import keep_for
from bot.outbox.queries import Delivery, refresh
from bot.services import RequestTransaction, Services

VERDICTS = frozenset({"keep", "remove", "barring", "bar", "unbar"})


async def _ask_report(tx: RequestTransaction, action: AskReport) -> Reply:
    round_ = round_of(tx)
    answer = await _reportable(tx, round_, action.answer_id)
    return Update(report_card(round_, answer), _slot(round_))


async def _report(tx: RequestTransaction, action: Report) -> Reply:
    """Three reports that count, or one organiser's, hide an answer until an organiser decides."""
    round_, member, now = round_of(tx), tx.actor.member, tx.request.at
    answer = await _reportable(tx, round_, action.answer_id)
    count = await add_report(tx, answer, member.id, now)
    if answer.state is AnswerState.SEALED and (count >= REPORTS_TO_HIDE or member.organiser):
        await change_answer(tx, answer.id, state=AnswerState.HIDDEN.value)
        await _show(tx, answer, now)
    author = await canonical_of(tx, answer.member_id)
    await tell_organisers(tx, tx.group.id, f"answer:{answer.id}", REPORTED, now, but=author)
    await refresh(tx, f"answer:{answer.id}", (REPORTED,), now)
    tx.wake_after_commit()
    return Update(thanks_card(round_), _slot(round_))


def _slot(round_: Round) -> Slot:
    return Slot("ballot" if round_.state is RoundState.VOTING else "read", round_.id)


async def _reportable(tx: RequestTransaction, round_: Round, answer_id: int) -> Answer:
    """An answer this member could read: on their ballot, or shown after the reveal. A hidden one was reported already."""
    found = await shown_to(tx, answer_id, tx.actor.member.id)
    readable = False
    if found is not None and found.answer.round_id == round_.id and not found.own:
        on_ballot = round_.state is RoundState.VOTING and found.on_ballot
        shown = round_.state is RoundState.REVEALED and found.answer.consent is not Consent.OUT
        there = found.answer.state in (AnswerState.SEALED, AnswerState.HIDDEN) and bool(found.answer.text)
        readable = there and (on_ballot or shown)
    if found is None or not readable:
        raise UserError("This answer can't be reported", "It is gone, or it is not one you were shown.")
    return found.answer


async def _show(tx: Transaction, answer: Answer, now: datetime) -> None:
    round_ = await load_round(tx, answer.round_id)
    assert round_ is not None
    await show_changes(tx, round_, now)
    await refresh(tx, round_.subject, (REVEAL,), now)


async def _moderate(tx: RequestTransaction, action: Moderate) -> Reply:
    round_, now = round_of(tx), tx.request.at
    answer = await _to_decide(tx, round_, action)
    slot = Slot("reported", answer.id)
    author = await load_member(tx, await canonical_of(tx, answer.member_id))
    if tx.known_actor is not None and tx.known_actor.member.id == author.id:
        raise UserError("This is about your own answer", "Another organiser will decide on it.")
    if action.verdict == "barring":
        return Update(barring_card(round_, answer), slot)
    tx.wake_after_commit()
    if action.verdict == "unbar":
        await lift_bar(tx, answer)
        title = f"Let the author of an answer to {round_.whose} question back in"
        act = await note_act(tx, LET_BACK, title, {"answer": answer.id})
        await refresh(tx, f"answer:{answer.id}", (REPORTED,), now)
        return Update(settled_card(round_, answer.id, "unbar", act), slot)
    if action.verdict == "keep":
        await _keep(tx, answer)
    else:
        await _remove(tx, round_, answer, action.verdict)
    if action.verdict == "bar":
        await bar(tx, author, now)
    await _show(tx, answer, now)
    await refresh(tx, f"answer:{answer.id}", (REPORTED,), now)
    return Update(await _settled(tx, round_, answer, action.verdict), slot)


async def _keep(tx: RequestTransaction, answer: Answer) -> None:
    if answer.state is AnswerState.REMOVED:
        raise UserError("It was already removed", "`/group log` puts it back where that is still possible.")
    await settle_reports(tx, answer.id, "kept")
    if answer.state is AnswerState.HIDDEN:
        await change_answer(tx, answer.id, state=AnswerState.SEALED.value)


async def _remove(tx: RequestTransaction, round_: Round, answer: Answer, verdict: str) -> None:
    await settle_reports(tx, answer.id, BARRED if verdict == "bar" else REMOVED)
    if answer.state is not AnswerState.REMOVED or verdict == "bar":
        title = f"Removed an answer to {round_.whose} question"
        title += " and barred its author" if verdict == "bar" else ""
        await note_act(tx, REMOVED, title, as_it_was(round_, answer, verdict))
    await change_answer(tx, answer.id, state=AnswerState.REMOVED.value)
    if round_.state is RoundState.REVEALED:
        now = tx.request.at
        if await reverse(tx, brought(round_, answer), now, REMOVED):
            author = await canonical_of(tx, answer.member_id)
            concerned = await identities_of_members(tx, frozenset({author}))
            await keep_for(tx, f"answer:{answer.id}", TAKEN_BACK, concerned, now)


async def _settled(tx: Transaction, round_: Round, answer: Answer, verdict: str) -> Card:
    act = await standing_act(tx, round_.group_id, REMOVED, answer=answer.id)
    return settled_card(round_, answer.id, verdict, act)


async def _to_decide(tx: RequestTransaction, round_: Round, action: Moderate) -> Answer:
    answer = await load_answer(tx, action.answer_id)
    if answer is None or answer.round_id != round_.id or action.verdict not in VERDICTS:
        raise UserError("This answer is gone", "There is nothing left to decide.")
    if not answer.text and action.verdict != "unbar":
        raise UserError("This answer was withdrawn", "Its author did so. There is nothing left to decide.")
    return answer


async def reported_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """The card of a notice to an organiser; None once nothing is left to decide."""
    found = await load_in_round(tx, delivery.subject_id)
    if found is None:
        return None
    round_, answer = found
    waiting = await open_reports(tx, answer.id) if answer.text else 0
    if waiting:
        return reported_card(round_, answer, waiting)
    if delivery.ref is None:
        return None
    if not answer.text:
        return taken_back_card(round_)
    return await _settled(tx, round_, answer, await _verdict(tx, answer))


async def taken_back_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """To its author: that an answer was removed after its reveal, with what it had brought."""
    found = await load_in_round(tx, delivery.subject_id)
    if found is None:
        return None
    round_, answer = found
    if answer.state is not AnswerState.REMOVED:
        return back_again_card(round_)
    return removed_card(round_, await points_of(tx, brought(round_, answer), REMOVED))


async def group_of_report(tx: Transaction, delivery: Delivery) -> int | None:
    """The group of the answer that such a notice is about."""
    found = await load_in_round(tx, delivery.subject_id)
    return found[0].group_id if found else None


async def _verdict(tx: Transaction, answer: Answer) -> str:
    if answer.state is not AnswerState.REMOVED:
        return "keep"
    return "bar" if await outcome_of(tx, answer.id) == BARRED else "remove"


ROUTES = (
    Route(AskReport, _ask_report, READS_ROUND),
    Route(Report, _report, READS_ROUND, weight=2),
    Route(Moderate, _moderate, ORGANISES_ROUND),
)
