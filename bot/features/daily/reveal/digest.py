"""The week's look back: it rides on the first reveal of a week, and is never a message of its own.

What a reveal keeps of it are counts and ids; names and answers are looked up when the card is made, so that a changed
name, a withdrawn consent or a deletion shows at once.
"""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import and_, bindparam, func, select

from bot.chat.cards import Block, Divider, Moment, Plain, Verbatim, text
from bot.chat.rendering.markdown import words
from bot.chat.rendering.said import read
from bot.chat.words import counted, cut
from bot.database.statements import Row, Statement, any_of
from bot.database.transaction import Transaction
from bot.features.daily.ballots.rules import BallotKind
from bot.features.daily.model import QUESTION_JSON, RESULT_JSON, AnswerState, Digest, Outcome, RoundState
from bot.features.daily.queries import revealed_rounds
from bot.features.daily.rules import best_of
from bot.features.daily.tables import answers, ballots, rounds
from bot.features.points.queries import Which, group_goal, standing
from bot.features.points.rules import ALL_TOPICS, HELPED, WEEK, week_bucket
from bot.membership.calendar.schedule import next_slot
from bot.membership.model import Consent, Group, GroupState, Member
from bot.membership.queries import claim_digest, members_by_id

QUOTED = 2
EXCERPT = 220
"""Characters of a best answer that the look back shows; the whole stands in its own reveal."""

NAMED = 3

LATELY = 40
"""Reveals among which a week's best answers are looked for: some five a day."""


_THOSE = select(rounds.c.id).where(
    rounds.c.group_id == bindparam("group_id"),
    rounds.c.state == RoundState.REVEALED.value,
    rounds.c.revealed_at >= bindparam("first", type_=rounds.c.revealed_at.type),
    rounds.c.revealed_at < bindparam("end", type_=rounds.c.revealed_at.type),
)
_GIVEN = select(answers.c.member_id).where(
    answers.c.round_id.in_(_THOSE), answers.c.state == AnswerState.SEALED.value
)
_FINISHED = select(ballots.c.member_id).where(
    ballots.c.round_id.in_(_THOSE), ballots.c.finished_at.is_not(None)
)
_COUNTS = Statement(
    select(
        select(func.count()).select_from(_THOSE.subquery()).scalar_subquery().label("questions"),
        select(func.count()).select_from(_GIVEN.subquery()).scalar_subquery().label("answers"),
        select(func.count()).select_from(_FINISHED.subquery()).scalar_subquery().label("ballots"),
        select(func.count())
        .select_from(_GIVEN.union(_FINISHED).subquery())
        .scalar_subquery()
        .label("people"),
    )
)
_SHOWN = and_(
    any_of(answers.c.id, "ids"),
    answers.c.state == AnswerState.SEALED.value,
    answers.c.consent != Consent.OUT.value,
)
_MAY_BE_SHOWN = Statement(select(answers.c.id).where(_SHOWN))
_QUOTED = Statement(
    select(
        answers.c.id,
        answers.c.member_id,
        answers.c.text,
        answers.c.consent,
        rounds.c.question,
        rounds.c.ballot,
        rounds.c.result,
    )
    .join(rounds, rounds.c.id == answers.c.round_id)
    .where(_SHOWN, answers.c.text != "")
)


async def take_digest(tx: Transaction, group: Group, now: datetime) -> Digest | None:
    """The look back at the week before, once a week: the first reveal of the week takes it. None when it has none.

    A round belongs to the week of its reveal, as its points do. A group that switched it off, and one where nobody did
    anything, gets none.
    """
    today = now.astimezone(group.rhythm.tz).date()
    week = week_bucket(today)
    if not group.digest or group.digest_week == week:
        return None
    if not await claim_digest(tx, group.id, week):
        return None  # another reveal of the same moment has taken it
    monday = today - timedelta(days=today.isoweekday() - 1)
    first, end = (
        datetime.combine(day, time(), group.rhythm.tz).astimezone(UTC)
        for day in (monday - timedelta(days=7), monday)
    )
    counts = (await tx.execute(_COUNTS, group_id=group.id, first=first, end=end)).one()
    if not counts.people:
        return None
    kept = await group_goal(tx, group, monday - timedelta(days=1)) if group.keeps_score else None
    coming = await group_goal(tx, group, today) if group.keeps_score else None
    return Digest(
        **counts._asdict(),
        goal=(kept.reached, kept.target) if kept else None,
        next_goal=coming.target if coming else 0,
        best=await _best(tx, group.id, first, end),
        leaders=await _leaders(tx, group, monday - timedelta(days=1), now) if group.keeps_score else (),
        next_at=next_slot(group.rhythm, group.last_date, now).at
        if group.state is GroupState.ACTIVE
        else None,
        days=len(group.weekdays),
    )


async def _best(tx: Transaction, group_id: int, first: datetime, end: datetime) -> tuple[int, ...]:
    found = sorted(
        (-o.helped / max(o.looks, 1), o.answer_id)
        for round_ in await revealed_rounds(tx, group_id, LATELY)
        if round_.result is not None and round_.revealed_at is not None and first <= round_.revealed_at < end
        for o in best_of(round_.result)
        if o.helped
    )
    ids = [answer_id for _, answer_id in found]
    may = frozenset((await tx.execute(_MAY_BE_SHOWN, ids=ids)).scalars())
    return tuple(answer_id for answer_id in ids if answer_id in may)[:QUOTED]


async def _leaders(tx: Transaction, group: Group, last_week: date, now: datetime) -> tuple[int, ...]:
    which = Which(group.id, HELPED, ALL_TOPICS, WEEK, last_week)
    found = await standing(tx, which, now - timedelta(days=14), most=NAMED)
    return tuple(place.member_id for place in found.top) if found.is_open else ()


async def _excerpts(tx: Transaction, digest: Digest) -> tuple[Verbatim, ...]:
    """The best answers as they may be shown now; what was taken back or kept out since is missing."""
    rows = {row.id: row for row in await tx.execute(_QUOTED, ids=digest.best)}
    named = frozenset(row.member_id for row in rows.values() if row.consent == Consent.NAMED.value)
    authors = await members_by_id(tx, named) if named else {}
    found: list[Verbatim] = []
    for row in (rows[i] for i in digest.best if i in rows):
        outcome = RESULT_JSON.read(row.result).of(row.member_id) if row.result else None
        if outcome is not None:
            author = authors.get(row.member_id) if row.consent == Consent.NAMED.value else None
            found.append(_quoted(row, outcome, author))
    return tuple(found)


def _quoted(row: Row, outcome: Outcome, author: Member | None) -> Verbatim:
    fared = f"helped {outcome.helped} of {outcome.looks}"
    if row.ballot == BallotKind.PAIRS:
        fared = f"won {outcome.helped} of {outcome.looks} pairs"
    name = author.real_name if author is not None else ""
    caption = text(
        f"*{QUESTION_JSON.read(row.question).topic}* · ", Plain(name) if name else "Unnamed", f" · {fared}"
    )
    return Verbatim(cut(" ".join(words(read(row.text)).split()), EXCERPT), caption)


async def digest_blocks(tx: Transaction, digest: Digest, zone: str) -> tuple[Block, ...]:
    """What the look back says as things stand now, beneath the reveal it rides on."""
    said = text(f"**Last week here**\n\n{_done(digest)}{_goal(digest)}")
    blocks: list[Block] = [Divider(), said, *await _excerpts(tx, digest)]
    members = await members_by_id(tx, frozenset(digest.leaders))
    leaders = [members[i] for i in digest.leaders if i in members]
    names = [member.shown for member in leaders if member.listed and member.shown]
    if names:
        parts: list[str | Plain | Moment] = ["Answers that helped came from "]
        for index, name in enumerate(names):
            joint = "" if index == 0 else " and " if index == len(names) - 1 else ", "
            parts += [joint, Plain(name)]
        blocks.append(text(*parts, ", among others."))
    if digest.next_at is not None:
        pace = counted(digest.days, "question")
        blocks.append(text(f"Coming up: {pace} a week, the next one ", Moment(digest.next_at, zone), "."))
    return tuple(blocks)


def _done(digest: Digest) -> str:
    return (
        f"{counted(digest.people, 'person', 'people')} gave {counted(digest.answers, 'answer')} "
        f"to {counted(digest.questions, 'question')} "
        f"and finished {counted(digest.ballots, 'ballot')}."
    )


def _goal(digest: Digest) -> str:
    said = ""
    if digest.goal is not None:
        reached, target = digest.goal
        met = f"the goal of {target:,} is reached" if reached >= target else f"the goal was {target:,}"
        said = f" Together {reached:,} points: {met}."
    return f"{said} This week's goal: {digest.next_goal:,} points." if digest.next_goal else said
