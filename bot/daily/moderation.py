"""Reports, and what organisers do about them."""

from datetime import datetime
from functools import partial

from sqlalchemy import func, select

from bot.chat.cards import Card, Reply, Update
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Request
from bot.daily.actions import AskReport, Moderate, Report
from bot.daily.awarding import OF_AN_ANSWER, award_key
from bot.daily.look import come_in
from bot.daily.model import Answer, AnswerState, Round, RoundState
from bot.daily.moderation_cards import (
    barring_card,
    report_card,
    reported_card,
    settled_card,
    taken_back_card,
    thanks_card,
)
from bot.daily.rounds import REPORTED, REVEAL, show_changes, tell_organisers
from bot.daily.rules import REPORTS_TO_HIDE
from bot.daily.store import change_answer, load_answer, load_round
from bot.daily.votes import add_report, seen_by, settle_reports
from bot.groups.entry import require_organiser
from bot.groups.model import Consent, Entry
from bot.groups.services import Services
from bot.groups.store import change_member, load_group, load_member, ones_members
from bot.outbox.deliveries import Delivery, refresh
from bot.standings.ledger import reverse
from bot.store.tables import reports
from bot.store.transaction import Transaction

VERDICTS = frozenset({"keep", "remove", "barring", "bar", "unbar"})


def routes(services: Services) -> tuple[Route, ...]:
    """What can be pressed."""
    return (
        Route(AskReport, partial(_ask_report, services)),
        Route(Report, partial(_report, services)),
        Route(Moderate, partial(_moderate, services)),
    )


async def _ask_report(services: Services, request: Request, action: AskReport) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        answer = await _reportable(tx, entry, round_, action.answer_id)
        return Update(report_card(round_, answer), _slot(round_))

    return await services.database.write(work)


async def _report(services: Services, request: Request, action: Report) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        answer = await _reportable(tx, entry, round_, action.answer_id)
        await report_answer(tx, entry, answer, request.at)
        return Update(thanks_card(round_), _slot(round_))

    reply = await services.database.write(work)
    services.wake()
    return reply


def _slot(round_: Round) -> str:
    return f"ballot:{round_.id}" if round_.state is RoundState.VOTING else f"read:{round_.id}"


async def _reportable(tx: Transaction, entry: Entry, round_: Round, answer_id: int) -> Answer:
    """An answer this member could read: on their ballot, or shown after the reveal. A hidden one was reported already."""
    answer = await load_answer(tx, answer_id)
    readable = False
    mine = await ones_members(tx, entry.member.id)
    if answer is not None and answer.round_id == round_.id and answer.member_id not in mine:
        seen = await seen_by(tx, round_.id, entry.member.id)
        on_ballot = round_.state is RoundState.VOTING and any(s.answer_id == answer.id for s in seen)
        readable = on_ballot or (round_.state is RoundState.REVEALED and answer.consent is not Consent.OUT)
    if (
        answer is None
        or not readable
        or not answer.text
        or answer.state not in (AnswerState.SEALED, AnswerState.HIDDEN)
    ):
        raise UserError("This answer can't be reported", "It is gone, or it is not one you were shown.")
    return answer


async def report_answer(tx: Transaction, entry: Entry, answer: Answer, now: datetime) -> None:
    """Report an answer: three reports, or one organiser's, hide it until an organiser decides."""
    count = await add_report(tx, answer.id, entry.member.id, now)
    if answer.state is AnswerState.SEALED and (count >= REPORTS_TO_HIDE or entry.member.organiser):
        await change_answer(tx, answer.id, state=AnswerState.HIDDEN.value)
        await _show(tx, answer, now)
    await tell_organisers(tx, entry.group, f"answer:{answer.id}", REPORTED, now)
    await refresh(tx, f"answer:{answer.id}", (REPORTED,), now)


async def _show(tx: Transaction, answer: Answer, now: datetime) -> None:
    round_ = await load_round(tx, answer.round_id)
    assert round_ is not None
    await show_changes(tx, round_, now)
    await refresh(tx, round_.subject, (REVEAL,), now)


async def _moderate(services: Services, request: Request, action: Moderate) -> Reply:
    async def work(tx: Transaction) -> Reply:
        round_, answer = await _to_decide(tx, action)
        await require_organiser(tx, request, await load_group(tx, round_.group_id))
        await come_in(tx, request, round_.id)
        author = await load_member(tx, answer.member_id)
        if action.verdict in ("barring", "bar") and author.organiser:
            raise UserError(
                "An organiser wrote this", "You can remove the answer. Organisers can't be barred."
            )
        if action.verdict == "barring":
            return Update(barring_card(round_, answer), f"reported:{answer.id}")
        if action.verdict == "unbar":
            await change_member(tx, author.id, barred_at=None)
            await refresh(tx, f"answer:{answer.id}", (REPORTED,), request.at)
            return Update(settled_card(round_, answer.id, "unbar"), f"reported:{answer.id}")
        if action.verdict == "keep":
            if answer.state is AnswerState.REMOVED:
                raise UserError("It was removed already", "What is removed can't be brought back.")
            await settle_reports(tx, answer.id, "kept")
            if answer.state is AnswerState.HIDDEN:
                await change_answer(tx, answer.id, state=AnswerState.SEALED.value)
        else:
            await settle_reports(tx, answer.id, "removed")
            await change_answer(tx, answer.id, state=AnswerState.REMOVED.value)
            if round_.state is RoundState.REVEALED:
                for reason in OF_AN_ANSWER:
                    await reverse(tx, award_key(round_.id, reason, answer.member_id), request.at, "removed")
        if action.verdict == "bar":
            await change_member(tx, author.id, barred_at=request.at)
        await _show(tx, answer, request.at)
        await refresh(tx, f"answer:{answer.id}", (REPORTED,), request.at)
        return Update(settled_card(round_, answer.id, action.verdict), f"reported:{answer.id}")

    reply = await services.database.write(work)
    services.wake()
    return reply


async def _to_decide(tx: Transaction, action: Moderate) -> tuple[Round, Answer]:
    round_ = await load_round(tx, action.round_id)
    answer = await load_answer(tx, action.answer_id)
    if round_ is None or answer is None or answer.round_id != round_.id or action.verdict not in VERDICTS:
        raise UserError("This answer is gone", "There is nothing left to decide.")
    if not answer.text and action.verdict != "unbar":
        raise UserError("This answer was taken back", "Its author did so. There is nothing left to decide.")
    return round_, answer


async def reported_delivery(tx: Transaction, delivery: Delivery) -> Card | None:
    """The card of a notice to an organiser; None once nothing is left to decide."""
    answer = await load_answer(tx, delivery.subject_id)
    round_ = await load_round(tx, answer.round_id) if answer else None
    if answer is None or round_ is None:
        return None
    if not answer.text:
        return None if delivery.ref is None else taken_back_card(round_)
    query = select(func.count()).where(reports.c.answer_id == answer.id, reports.c.outcome == "")
    open_reports = int((await tx.execute(query)).scalar_one())
    if open_reports == 0:
        return None if delivery.ref is None else settled_card(round_, answer.id, await _verdict(tx, answer))
    return reported_card(round_, answer, open_reports)


async def _verdict(tx: Transaction, answer: Answer) -> str:
    if answer.state is not AnswerState.REMOVED:
        return "keep"
    return "bar" if (await load_member(tx, answer.member_id)).barred_at is not None else "remove"
