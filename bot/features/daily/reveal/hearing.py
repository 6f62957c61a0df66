"""How an answer did, for its author with their next private reply; and that a line was useful, for its writer with theirs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from bot.chat.cards import Accent, Button, Card, Style, text
from bot.chat.words import counted
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.daily.actions import MyResult
from bot.features.daily.ballots.queries import lines_in, lines_to
from bot.features.daily.ballots.rules import BallotKind
from bot.features.daily.model import Answer, AnswerState, Outcome, Result, Round
from bot.features.daily.queries import load_round, read_answer
from bot.features.daily.tables import answers, votes
from bot.membership.queries import canonical_of, identities_of_members
from bot.membership.tables import identities, members
from bot.outbox.keeping import keep_for, kept_once, take_out_kept
from bot.outbox.queries import Delivery
from bot.services import Services

HEARD, USEFUL = "heard", "useful"
"""The kinds of line: to an author after a reveal; to a reader whose line its author found useful."""

_own = members.alias("own")
_OF_ACCOUNT = Statement(
    select(*read_answer.columns(answers))
    .join(members, members.c.id == answers.c.member_id)
    .join(_own, _own.c.id == func.coalesce(members.c.canonical_id, members.c.id))
    .join(identities, identities.c.person_id == _own.c.person_id)
    .where(answers.c.round_id == bindparam("round_id"), identities.c.id == bindparam("identity_id"))
    .order_by(answers.c.id.desc())
    .limit(1)
)
_LINE = Statement(select(votes.c.round_id).where(votes.c.id == bindparam("id"), votes.c.note != ""))


@dataclass(frozen=True, slots=True)
class Received:
    """A line that an answer's author received, and whether they said that it was useful."""

    id: int
    text: str
    useful: bool


async def keep_results(tx: Transaction, round_: Round, result: Result, now: datetime) -> None:
    """Keep for authors how their answer did; nobody is sent to an answer that helped nobody and has no line."""
    lines = await lines_in(tx, round_.id)
    authors = frozenset(o.member_id for o in result.outcomes if o.helped or lines.get(o.answer_id))
    await keep_for(tx, round_.subject, HEARD, await identities_of_members(tx, authors), now)


async def has_looked(tx: Transaction, round_: Round, member_id: int) -> None:
    """Let an author who looks at their result themselves not be told of it as well."""
    await take_out_kept(tx, round_.subject, HEARD, await identities_of_members(tx, frozenset({member_id})))


async def received_by(tx: Transaction, answer: Answer) -> tuple[Received, ...]:
    """The lines that readers wrote to an answer's author, in no order that tells who."""
    found = await lines_to(tx, answer.id)
    known = await kept_once(tx, USEFUL, [_subject(line.id) for line in found]) if found else frozenset()
    return tuple(Received(line.id, line.text, _subject(line.id) in known) for line in found)


async def thank(tx: Transaction, answer: Answer, line_id: int, now: datetime) -> bool:
    """Keep for a line's writer that it was useful; once, however often it is said. False where there is no such line."""
    line = next((each for each in await lines_to(tx, answer.id) if each.id == line_id), None)
    if line is None:
        return False
    if not await kept_once(tx, USEFUL, [_subject(line_id)]):
        writer = frozenset({await canonical_of(tx, line.writer_id)})
        await keep_for(tx, _subject(line_id), USEFUL, await identities_of_members(tx, writer), now)
    return True


def _subject(line_id: int) -> str:
    return f"vote:{line_id}"


async def heard_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """How an author's answer did; None where it was taken out or back since, or its lines were."""
    round_ = await load_round(tx, delivery.subject_id)
    if round_ is None or round_.result is None:
        return None
    found = (await tx.execute(_OF_ACCOUNT, round_id=round_.id, identity_id=delivery.identity_id)).first()
    answer = read_answer(found) if found else None
    if answer is None or answer.state is not AnswerState.SEALED or not answer.text:
        return None
    outcome = round_.result.of(answer.member_id)
    return heard_card(round_, outcome, len(await lines_to(tx, answer.id))) if outcome is not None else None


async def useful_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """That a line was useful; None where its writer took it back since."""
    round_id = await tx.scalar(_LINE, id=delivery.subject_id)
    round_ = await load_round(tx, round_id) if round_id is not None else None
    return useful_card(round_) if round_ is not None else None


def how_it_fared(outcome: Outcome, *, paired: bool) -> str:
    """What readers made of an answer: "helped 2 of 3 readers", "was preferred in 2 of 3 pairs"."""
    if paired:
        return f"was preferred in {outcome.helped} of {counted(outcome.looks, 'pair')}"
    return f"helped {outcome.helped} of {counted(outcome.looks, 'reader')}"


def heard_card(round_: Round, outcome: Outcome, lines: int) -> Card | None:
    """How an answer did, in one sentence; None where it helped nobody and there is no line."""
    there = f"there {'is' if lines == 1 else 'are'} {counted(lines, 'line')} for you"
    if outcome.helped:
        words = f"{round_.whose} answer {how_it_fared(outcome, paired=round_.ballot is BallotKind.PAIRS)}"
    elif lines:
        words = f"{there.capitalize()} on {round_.whose} answer"
    else:
        return None
    if outcome.helped and lines:
        words += f", and {there}"
    row = (Button("Read", MyResult(round_.id), Style.PRIMARY),)
    return Card("How your answer did", (text(f"{words}."),), (row,), accent=Accent.GOOD)


def useful_card(round_: Round) -> Card:
    """To a reader: their line was useful; whose answer it was on stays unsaid."""
    words = f"You left a line on an answer to {round_.whose} question. Its author marked it as useful."
    return Card("Your line was useful", (text(words),), accent=Accent.GOOD)
