"""What sample members of a demonstration do: answer when a prepared question opens, vote when it closes."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily.model import AnswerState, Round
from bot.daily.store import answers_in, save_answer
from bot.daily.votes import finish_ballot, judge, keep_note, open_ballot, show_page
from bot.groups.house import SampleAnswer
from bot.groups.model import Consent
from bot.store.tables import identities, members


async def _samples(conn: AsyncConnection, group_id: int) -> dict[str, int]:
    rows = await conn.execute(
        select(identities.c.user, members.c.id)
        .join(members, members.c.person_id == identities.c.person_id)
        .where(members.c.group_id == group_id, members.c.sample)
        .order_by(members.c.id)
    )
    return {row.user: row.id for row in rows}


async def answer_as_samples(
    conn: AsyncConnection, group_id: int, round_id: int, prepared: tuple[SampleAnswer, ...], now: datetime
) -> None:
    """Let a group's sample members answer a round, as far as it has any."""
    known = await _samples(conn, group_id)
    for answer in prepared:
        if answer.user in known:
            await save_answer(
                conn,
                round_id,
                known[answer.user],
                state=AnswerState.SEALED,
                text=answer.text,
                consent=Consent(answer.consent),
                now=now,
            )


async def vote_as_samples(
    conn: AsyncConnection, round_: Round, prepared: tuple[SampleAnswer, ...], now: datetime
) -> None:
    """Let sample members vote on each other's prepared answers; what others wrote they leave alone."""
    known = await _samples(conn, round_.group_id)
    by_author = {known[p.user]: p for p in prepared if p.user in known}
    sealed = await answers_in(conn, round_.id, AnswerState.SEALED)
    for user, voter in known.items():
        for answer in sealed:
            said = by_author.get(answer.member_id)
            if said is None or answer.member_id == voter or answer.text != said.text:
                continue
            await show_page(conn, round_.id, voter, answer.id, now)
            await judge(conn, voter, answer.id, helped=user in said.helped)
            if said.note and said.note_from == user:
                await keep_note(conn, round_.id, voter, answer.id, said.note)
        if by_author:
            await finish_ballot(conn, await open_ballot(conn, round_.id, voter, now), now)
