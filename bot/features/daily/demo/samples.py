"""What sample members of a demonstration do: answer when a prepared question opens, vote when it closes."""

from datetime import datetime

from sqlalchemy import bindparam, select

from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.daily.ballots.queries import judge, keep_ballot, keep_note, open_ballot, show_page
from bot.features.daily.model import AnswerState, Round
from bot.features.daily.queries import answers_in, save_answer
from bot.membership.model import Consent
from bot.membership.tables import identities, members
from bot.services import SampleAnswer

_SAMPLES = Statement(
    select(identities.c.user, members.c.id)
    .join(members, members.c.person_id == identities.c.person_id)
    .where(members.c.group_id == bindparam("group_id"), members.c.sample)
    .order_by(members.c.id)
)


async def _samples(tx: Transaction, group_id: int) -> dict[str, int]:
    return {row.user: row.id for row in await tx.execute(_SAMPLES, group_id=group_id)}


async def answer_as_samples(
    tx: Transaction, group_id: int, round_id: int, prepared: tuple[SampleAnswer, ...], now: datetime
) -> None:
    """Let a group's sample members answer a round, as far as it has any."""
    known = await _samples(tx, group_id) if prepared else {}
    for answer in prepared:
        if answer.user in known:
            consent = Consent(answer.consent)
            await save_answer(tx, round_id, known[answer.user], text=answer.text, consent=consent, now=now)


async def vote_as_samples(
    tx: Transaction, round_: Round, prepared: tuple[SampleAnswer, ...], now: datetime
) -> None:
    """Let sample members vote on each other's prepared answers; what others wrote they leave alone."""
    if not prepared:
        return
    known = await _samples(tx, round_.group_id)
    by_author = {known[p.user]: p for p in prepared if p.user in known}
    sealed = await answers_in(tx, round_.id, AnswerState.SEALED)
    for user, voter in known.items():
        for answer in sealed:
            said = by_author.get(answer.member_id)
            if said is None or answer.member_id == voter or answer.text != said.text:
                continue
            await show_page(tx, round_.id, voter, answer.id, now)
            await judge(tx, voter, answer.id, helped=user in said.helped)
            if said.note and said.note_from == user:
                await keep_note(tx, round_.id, voter, answer.id, said.note)
        if by_author:
            await keep_ballot(tx, await open_ballot(tx, round_.id, voter, now), 0, now)
