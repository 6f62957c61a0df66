"""Reports, and what organisers do about them."""

from datetime import datetime
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.cards import Card, Reply, Update
from bot.chat.dispatch import KindError, Route
from bot.chat.requests import Request
from bot.daily.actions import Moderate
from bot.daily.look import come_in
from bot.daily.model import Answer, AnswerState, RoundState
from bot.daily.moderation_cards import reported_card, settled_card
from bot.daily.rounds import QUESTION, REPORTED, REVEAL, tell_organisers
from bot.daily.rules import REPORTS_TO_HIDE
from bot.daily.store import change_answer, load_answer, load_round
from bot.daily.votes import add_report, settle_reports
from bot.groups.entry import require_organiser
from bot.groups.house import House
from bot.groups.model import Entry
from bot.groups.store import change_member, load_group
from bot.outbox.deliveries import Delivery, refresh
from bot.standings.ledger import reverse
from bot.store.tables import reports

VERDICTS = frozenset({"keep", "remove", "bar"})


def routes(house: House) -> tuple[Route, ...]:
    """What can be pressed."""
    return (Route(Moderate, partial(_moderate, house)),)


async def report_answer(conn: AsyncConnection, entry: Entry, answer: Answer, now: datetime) -> None:
    """Report an answer: three reports, or one organiser's, hide it until an organiser decides."""
    count = await add_report(conn, answer.id, entry.member.id, now)
    if answer.state is AnswerState.SEALED and (count >= REPORTS_TO_HIDE or entry.member.organiser):
        await change_answer(conn, answer.id, state=AnswerState.HIDDEN.value)
        await _show(conn, answer, now)
    await tell_organisers(conn, entry.group, f"answer:{answer.id}", REPORTED, now)
    await refresh(conn, f"answer:{answer.id}", (REPORTED,), now)


async def _show(conn: AsyncConnection, answer: Answer, now: datetime) -> None:
    await refresh(conn, f"round:{answer.round_id}", (QUESTION, REVEAL), now)


async def _moderate(house: House, request: Request, action: Moderate) -> Reply:
    async def work(conn: AsyncConnection) -> Reply:
        round_ = await load_round(conn, action.round_id)
        answer = await load_answer(conn, action.answer_id)
        if round_ is None or answer is None or answer.round_id != round_.id or action.verdict not in VERDICTS:
            raise KindError("This answer is gone", "There is nothing left to decide.")
        await require_organiser(conn, request, await load_group(conn, round_.group_id))
        await come_in(conn, request, round_.id)
        if action.verdict == "keep":
            await settle_reports(conn, answer.id, "kept")
            if answer.state is AnswerState.HIDDEN:
                await change_answer(conn, answer.id, state=AnswerState.SEALED.value)
        else:
            await settle_reports(conn, answer.id, "removed")
            await change_answer(conn, answer.id, state=AnswerState.REMOVED.value)
            if round_.state is RoundState.REVEALED:
                for reason in ("answer", "best", "helped"):
                    await reverse(
                        conn, f"round:{round_.id}:{reason}:{answer.member_id}", request.at, "removed"
                    )
        if action.verdict == "bar":
            await change_member(conn, answer.member_id, barred_at=request.at)
        await _show(conn, answer, request.at)
        return Update(settled_card(round_, action.verdict), f"reported:{answer.id}")

    reply = await house.database.write(work)
    house.wake()
    return reply


async def reported_delivery(conn: AsyncConnection, delivery: Delivery) -> Card | None:
    """The card of a notice to an organiser; None once nothing is left to decide."""
    answer = await load_answer(conn, delivery.subject_id)
    round_ = await load_round(conn, answer.round_id) if answer else None
    if answer is None or round_ is None:
        return None
    query = select(func.count()).where(reports.c.answer_id == answer.id, reports.c.outcome == "")
    open_reports = int((await conn.execute(query)).scalar_one())
    if open_reports == 0:
        return (
            None
            if delivery.ref is None
            else settled_card(round_, "remove" if answer.state is AnswerState.REMOVED else "keep")
        )
    return reported_card(round_, answer, open_reports)
