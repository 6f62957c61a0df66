"""Reports, and what organisers do about them."""

from datetime import datetime
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.cards import Card, Reply, Update
from bot.chat.dispatch import KindError, Route
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
from bot.groups.house import House
from bot.groups.model import Consent, Entry
from bot.groups.store import change_member, load_group, load_member, ones_members
from bot.outbox.deliveries import Delivery, refresh
from bot.standings.ledger import reverse
from bot.store.tables import reports

VERDICTS = frozenset({"keep", "remove", "barring", "bar", "unbar"})


def routes(house: House) -> tuple[Route, ...]:
    """What can be pressed."""
    return (
        Route(AskReport, partial(_ask_report, house)),
        Route(Report, partial(_report, house)),
        Route(Moderate, partial(_moderate, house)),
    )


async def _ask_report(house: House, request: Request, action: AskReport) -> Reply:
    async def work(conn: AsyncConnection) -> Reply:
        entry, round_ = await come_in(conn, request, action.round_id)
        answer = await _reportable(conn, entry, round_, action.answer_id)
        return Update(report_card(round_, answer), _slot(round_))

    return await house.database.write(work)


async def _report(house: House, request: Request, action: Report) -> Reply:
    async def work(conn: AsyncConnection) -> Reply:
        entry, round_ = await come_in(conn, request, action.round_id)
        answer = await _reportable(conn, entry, round_, action.answer_id)
        await report_answer(conn, entry, answer, request.at)
        return Update(thanks_card(round_), _slot(round_))

    reply = await house.database.write(work)
    house.wake()
    return reply


def _slot(round_: Round) -> str:
    return f"ballot:{round_.id}" if round_.state is RoundState.VOTING else f"read:{round_.id}"


async def _reportable(conn: AsyncConnection, entry: Entry, round_: Round, answer_id: int) -> Answer:
    """An answer this member could read: on their ballot, or shown after the reveal. A hidden one was reported already."""
    answer = await load_answer(conn, answer_id)
    readable = False
    mine = await ones_members(conn, entry.member.id)
    if answer is not None and answer.round_id == round_.id and answer.member_id not in mine:
        seen = await seen_by(conn, round_.id, entry.member.id)
        on_ballot = round_.state is RoundState.VOTING and any(s.answer_id == answer.id for s in seen)
        readable = on_ballot or (round_.state is RoundState.REVEALED and answer.consent is not Consent.OUT)
    if (
        answer is None
        or not readable
        or not answer.text
        or answer.state not in (AnswerState.SEALED, AnswerState.HIDDEN)
    ):
        raise KindError("This answer can't be reported", "It is gone, or it is not one you were shown.")
    return answer


async def report_answer(conn: AsyncConnection, entry: Entry, answer: Answer, now: datetime) -> None:
    """Report an answer: three reports, or one organiser's, hide it until an organiser decides."""
    count = await add_report(conn, answer.id, entry.member.id, now)
    if answer.state is AnswerState.SEALED and (count >= REPORTS_TO_HIDE or entry.member.organiser):
        await change_answer(conn, answer.id, state=AnswerState.HIDDEN.value)
        await _show(conn, answer, now)
    await tell_organisers(conn, entry.group, f"answer:{answer.id}", REPORTED, now)
    await refresh(conn, f"answer:{answer.id}", (REPORTED,), now)


async def _show(conn: AsyncConnection, answer: Answer, now: datetime) -> None:
    round_ = await load_round(conn, answer.round_id)
    assert round_ is not None
    await show_changes(conn, round_, now)
    await refresh(conn, round_.subject, (REVEAL,), now)


async def _moderate(house: House, request: Request, action: Moderate) -> Reply:
    async def work(conn: AsyncConnection) -> Reply:
        round_, answer = await _to_decide(conn, action)
        await require_organiser(conn, request, await load_group(conn, round_.group_id))
        await come_in(conn, request, round_.id)
        author = await load_member(conn, answer.member_id)
        if action.verdict in ("barring", "bar") and author.organiser:
            raise KindError(
                "An organiser wrote this", "You can remove the answer. Organisers can't be barred."
            )
        if action.verdict == "barring":
            return Update(barring_card(round_, answer), f"reported:{answer.id}")
        if action.verdict == "unbar":
            await change_member(conn, author.id, barred_at=None)
            await refresh(conn, f"answer:{answer.id}", (REPORTED,), request.at)
            return Update(settled_card(round_, answer.id, "unbar"), f"reported:{answer.id}")
        if action.verdict == "keep":
            if answer.state is AnswerState.REMOVED:
                raise KindError("It was removed already", "What is removed can't be brought back.")
            await settle_reports(conn, answer.id, "kept")
            if answer.state is AnswerState.HIDDEN:
                await change_answer(conn, answer.id, state=AnswerState.SEALED.value)
        else:
            await settle_reports(conn, answer.id, "removed")
            await change_answer(conn, answer.id, state=AnswerState.REMOVED.value)
            if round_.state is RoundState.REVEALED:
                for reason in OF_AN_ANSWER:
                    await reverse(conn, award_key(round_.id, reason, answer.member_id), request.at, "removed")
        if action.verdict == "bar":
            await change_member(conn, author.id, barred_at=request.at)
        await _show(conn, answer, request.at)
        await refresh(conn, f"answer:{answer.id}", (REPORTED,), request.at)
        return Update(settled_card(round_, answer.id, action.verdict), f"reported:{answer.id}")

    reply = await house.database.write(work)
    house.wake()
    return reply


async def _to_decide(conn: AsyncConnection, action: Moderate) -> tuple[Round, Answer]:
    round_ = await load_round(conn, action.round_id)
    answer = await load_answer(conn, action.answer_id)
    if round_ is None or answer is None or answer.round_id != round_.id or action.verdict not in VERDICTS:
        raise KindError("This answer is gone", "There is nothing left to decide.")
    if not answer.text and action.verdict != "unbar":
        raise KindError("This answer was taken back", "Its author did so. There is nothing left to decide.")
    return round_, answer


async def reported_delivery(conn: AsyncConnection, delivery: Delivery) -> Card | None:
    """The card of a notice to an organiser; None once nothing is left to decide."""
    answer = await load_answer(conn, delivery.subject_id)
    round_ = await load_round(conn, answer.round_id) if answer else None
    if answer is None or round_ is None:
        return None
    if not answer.text:
        return None if delivery.ref is None else taken_back_card(round_)
    query = select(func.count()).where(reports.c.answer_id == answer.id, reports.c.outcome == "")
    open_reports = int((await conn.execute(query)).scalar_one())
    if open_reports == 0:
        return None if delivery.ref is None else settled_card(round_, answer.id, await _verdict(conn, answer))
    return reported_card(round_, answer, open_reports)


async def _verdict(conn: AsyncConnection, answer: Answer) -> str:
    if answer.state is not AnswerState.REMOVED:
        return "keep"
    return "bar" if (await load_member(conn, answer.member_id)).barred_at is not None else "remove"
