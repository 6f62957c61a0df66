"""The week's look back: it rides on the first reveal of a week, and is never a message of its own.

What a reveal keeps of it are counts and ids; names and answers are looked up when the card is made, so that a changed
name, a withdrawn consent or a deletion shows at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import distinct, func, select

from bot.chat.cards import Block, Divider, Moment, Plain, Verbatim, text
from bot.chat.words import cut
from bot.daily.ballots import BallotKind
from bot.daily.model import Answer, AnswerState, Digest, Result, Round, RoundState
from bot.daily.rules import best_of
from bot.daily.store import answers_in, load_answer, load_round, revealed_rounds
from bot.groups.model import Consent, Group, GroupState, Member
from bot.groups.schedule import next_slot
from bot.groups.store import change_group, members_by_id
from bot.groups.words import count_words
from bot.standings.rules import ALL_TOPICS, HELPED, WEEK, week_bucket
from bot.standings.store import Which, group_goal, standing
from bot.store.tables import answers, ballots, rounds
from bot.store.transaction import Transaction

QUOTED = 2
EXCERPT = 220
"""Characters of a best answer that the look back shows; the whole stands in its own reveal."""

NAMED = 3


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One of the week's best answers with its round, and its author where they let themselves be named."""

    answer: Answer
    round: Round
    helped: int
    looks: int
    author: Member | None


async def take_digest(tx: Transaction, group: Group, now: datetime) -> Digest | None:
    """The look back at the week before, once a week: the first reveal of the week takes it. None when it has none.

    A group that switched it off, and one where nobody did anything, gets none.
    """
    today = now.astimezone(group.rhythm.tz).date()
    week = week_bucket(today)
    if not group.digest or group.digest_week == week:
        return None
    await change_group(tx, group.id, digest_week=week)
    monday = today - timedelta(days=today.isoweekday() - 1)
    asked, given, finished, people = await _counts(tx, group.id, monday - timedelta(days=7), monday)
    if not people:
        return None
    kept = await group_goal(tx, group.id, monday - timedelta(days=1)) if group.keeps_score else None
    coming = await group_goal(tx, group.id, today) if group.keeps_score else None
    return Digest(
        questions=asked,
        answers=given,
        ballots=finished,
        people=people,
        goal=(kept.reached, kept.target) if kept else None,
        next_goal=coming.target if coming else 0,
        best=await _best(tx, group.id, now - timedelta(days=7)),
        leaders=await _leaders(tx, group, monday - timedelta(days=1), now) if group.keeps_score else (),
        next_at=next_slot(group.rhythm, group.last_date, now).at
        if group.state is GroupState.ACTIVE
        else None,
        days=len(group.weekdays),
    )


async def _counts(tx: Transaction, group_id: int, first: date, end: date) -> tuple[int, int, int, int]:
    """(questions, answers, finished ballots, people) of the rounds of the dates from ``first`` to before ``end``."""
    those = select(rounds.c.id).where(
        rounds.c.group_id == group_id,
        rounds.c.local_date >= first,
        rounds.c.local_date < end,
        rounds.c.state != RoundState.CANCELLED.value,
    )
    ids = list((await tx.execute(those)).scalars())
    given = select(answers.c.member_id).where(
        answers.c.round_id.in_(ids), answers.c.state == AnswerState.SEALED.value
    )
    voted = select(ballots.c.member_id).where(ballots.c.round_id.in_(ids), ballots.c.finished_at.is_not(None))
    counted = [
        int((await tx.execute(select(func.count()).select_from(part.subquery()))).scalar_one())
        for part in (given, voted)
    ]
    everyone = select(func.count(distinct(given.union_all(voted).subquery().c.member_id)))
    return len(ids), counted[0], counted[1], int((await tx.execute(everyone)).scalar_one())


async def _best(tx: Transaction, group_id: int, since: datetime) -> tuple[int, ...]:
    found: list[tuple[float, int]] = []
    for round_ in await revealed_rounds(tx, group_id, 7):
        if round_.result is None or round_.revealed_at is None or round_.revealed_at < since:
            continue
        may = {
            a.id for a in await answers_in(tx, round_.id, AnswerState.SEALED) if a.consent is not Consent.OUT
        }
        found += [
            (-o.helped / max(o.looks, 1), o.answer_id)
            for o in best_of(round_.result)
            if o.helped and o.answer_id in may
        ]
    return tuple(answer_id for _, answer_id in sorted(found)[:QUOTED])


async def _leaders(tx: Transaction, group: Group, last_week: date, now: datetime) -> tuple[int, ...]:
    which = Which(group.id, HELPED, ALL_TOPICS, WEEK, last_week)
    found = await standing(tx, which, now - timedelta(days=14), most=NAMED)
    return tuple(place.member_id for place in found.top) if found.is_open else ()


async def load_excerpts(tx: Transaction, digest: Digest) -> tuple[Excerpt, ...]:
    """The best answers as they may be shown now; what was taken back or kept out since is missing."""
    found: list[Excerpt] = []
    for answer_id in digest.best:
        answer = await load_answer(tx, answer_id)
        if (
            answer is None
            or answer.state is not AnswerState.SEALED
            or answer.consent is Consent.OUT
            or not answer.text
        ):
            continue
        round_ = await load_round(tx, answer.round_id)
        if round_ is None or round_.result is None or (outcome := round_.result.of(answer.member_id)) is None:
            continue
        authors = await members_by_id(tx, frozenset({answer.member_id}))
        named = answer.consent is Consent.NAMED
        author = authors.get(answer.member_id) if named else None
        found.append(Excerpt(answer, round_, outcome.helped, outcome.looks, author))
    return tuple(found)


def digest_blocks(
    digest: Digest, excerpts: Sequence[Excerpt], members: Mapping[int, Member], zone: str
) -> tuple[Block, ...]:
    """What the look back says, beneath the reveal it rides on."""
    blocks: list[Block] = [Divider(), text(f"**Last week here**\n\n{_done(digest)}{_goal(digest)}")]
    blocks += [_quoted(each) for each in excerpts]
    names = [
        members[i].shown for i in digest.leaders if i in members and members[i].listed and members[i].shown
    ]
    if names:
        parts: list[str | Plain | Moment] = ["Answers that helped came from "]
        for index, name in enumerate(names):
            joint = "" if index == 0 else " and " if index == len(names) - 1 else ", "
            parts += [joint, Plain(name)]
        blocks.append(text(*parts, ", among others."))
    if digest.next_at is not None:
        pace = count_words(digest.days, "question", "questions")
        blocks.append(text(f"Coming: {pace} a week, the next one ", Moment(digest.next_at, zone), "."))
    return tuple(blocks)


def _done(digest: Digest) -> str:
    return (
        f"{count_words(digest.people, 'person', 'people')} gave {count_words(digest.answers, 'answer', 'answers')} "
        f"to {count_words(digest.questions, 'question', 'questions')} "
        f"and finished {count_words(digest.ballots, 'ballot', 'ballots')}."
    )


def _goal(digest: Digest) -> str:
    said = ""
    if digest.goal is not None:
        reached, target = digest.goal
        met = f"the goal of {target:,} is reached" if reached >= target else f"the goal was {target:,}"
        said = f" Together {reached:,} points: {met}."
    return f"{said} This week's goal: {digest.next_goal:,} points." if digest.next_goal else said


def _quoted(each: Excerpt) -> Verbatim:
    won = each.round.ballot is BallotKind.PAIRS
    fared = f"won {each.helped} of {each.looks} pairs" if won else f"helped {each.helped} of {each.looks}"
    name = each.author.real_name if each.author is not None else ""
    who: Plain | str = Plain(name) if name else "Unnamed"
    return Verbatim(
        cut(" ".join(each.answer.text.split()), EXCERPT),
        text(f"*{each.round.question.topic}* · ", who, f" · {fared}"),
    )


def result_with(result: Result, digest: Digest | None) -> Result:
    """A reveal's result with the look back that rides on it."""
    return Result(result.kind, result.outcomes, result.voters, result.participants, digest)
