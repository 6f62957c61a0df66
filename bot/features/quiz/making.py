"""Putting a quiz together: which questions, in which order, for whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.dispatch import UserError
from bot.chat.requests import Request
from bot.features.custom_questions.model import is_own
from bot.features.custom_questions.view import bank_of
from bot.features.points.streaks import off_for
from bot.features.quiz.choosing import MOST_REVIEWS, Leafed, Past, choose, mix_review
from bot.features.quiz.model import Mode
from bot.features.quiz.queries import KeptReview, kept_questions, out_of_scoring, reviews_of
from bot.features.quiz.reviewing import (
    Interview,
    ReviewState,
    before_interview,
    interview_ahead,
    is_due,
    queue,
    recall,
)
from bot.features.quiz.tables import quizzes
from bot.features.quiz.usage.reading import NO_LEVELS, levels_shown
from bot.membership.calendar.interview import interview_of, phase_of
from bot.questions.kinds import OBJECTIVE_KINDS, prepare
from bot.questions.kinds.asked import Prepared
from bot.questions.model import Bank, Item, Kind
from bot.questions.seeds import lot
from bot.questions.topics import TopicTree
from bot.services import RequestTransaction

NEW_TOGETHER = 0.2
"""So many of ten questions of a group quiz are new; the others are due."""

LEANING = 0.5
"""Before an interview, up to so much of a quiz alone is of its phase of preparation."""


async def items_of(
    tx: RequestTransaction, topics: Sequence[str] = (), kinds: Iterable[Kind] = tuple(OBJECTIVE_KINDS)
) -> tuple[Item, ...]:
    """The quiz items under some topics (all when there are none) that still score in the group, its own among them."""
    gone = await out_of_scoring(tx, tx.group.id)
    bank = await bank_of(tx, tx.services, tx.group.id)
    wanted = {item.id for item in bank.live(kinds)} - gone
    items = bank.under(topics) if topics else bank.items
    return tuple(item for item in items if item.id in wanted)


def leafed(bank: Bank, items: Sequence[Item], levels: Mapping[str, int] = NO_LEVELS) -> tuple[Leafed, ...]:
    """Items as the chooser wants them, at the ``levels`` that answers have shown where they have shown any."""
    return tuple(
        Leafed(
            item.id,
            item.topic,
            bank.root(item).id,
            levels.get(item.id, item.difficulty),
            item.topic.rpartition(".")[0],
            is_own(item.id),
        )
        for item in items
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What a person has learned of what is still asked: as kept, when each comes, and the interview they prepare for."""

    kept: tuple[KeptReview, ...]
    states: dict[str, ReviewState]
    interview: Interview | None


async def known_of(tx: RequestTransaction, items: Sequence[Item]) -> Known:
    """What whoever asks has learned of these items, with their interview in mind."""
    entry, now = tx.actor, tx.request.at
    asked = {item.id for item in items}
    kept = tuple(k for k in await reviews_of(tx, entry.member.person_id) if k.item_id in asked)
    states = {k.item_id: k.state for k in kept}
    on = await interview_of(tx, entry.member.person_id) if states else None
    off = await off_for(tx, entry.group, entry.member.id) if on is not None else frozenset()
    interview = interview_ahead(on, entry.group.rhythm.tz, len(states), now, off)
    if interview is not None:
        states = before_interview(states, interview, now, entry.member.person_id)
    return Known(kept, states, interview)


def past_of(known: Known, now: datetime) -> tuple[Past, ...]:
    """What a person knows, as the chooser wants it."""
    return tuple(
        Past(
            k.item_id, k.seen, k.state.last_review.date().toordinal(), is_due(state, now), recall(state, now)
        )
        for k, state in zip(known.kept, known.states.values(), strict=True)
    )


async def questions_for(
    tx: RequestTransaction, mode: Mode, topics: Sequence[str], count: int, difficulty: int | None
) -> tuple[Prepared, ...]:
    """The questions of a new quiz for whoever asks, prepared; none where there is nothing to ask."""
    entry, bank, now, seed = tx.actor, tx.services.bank, tx.request.at, seed_of(tx.request)
    items = await items_of(tx, topics)
    known = await known_of(tx, items)
    by_id = {item.id: item for item in items}
    if mode is Mode.REVIEW:
        ids = _due(bank, items, known, seed, now)
    elif mode is Mode.MISTAKES:
        ids = tuple(k.item_id for k in known.kept if k.owed)[:MOST_REVIEWS]
    else:
        past = past_of(known, now)
        today = now.astimezone(entry.group.rhythm.tz).date()
        phase = phase_of(await interview_of(tx, entry.member.person_id), today)
        levels = await levels_shown(tx) if difficulty else NO_LEVELS
        first = _of_phase(bank, items, past, phase, levels)
        ids = choose(first, past, round(count * LEANING), seed, difficulty, mixed=not topics)
        rest = leafed(bank, [item for item in items if item.id not in ids], levels)
        ids += choose(rest, past, count - len(ids), seed, difficulty, mixed=not topics)
    return tuple(prepare(by_id[i], seed) for i in ids)


def _of_phase(
    bank: Bank, items: Sequence[Item], past: Sequence[Past], phase: str, levels: Mapping[str, int]
) -> tuple[Leafed, ...]:
    """The items of the phase of preparation one is in that are new or due; none without an interview ahead.

    The group's own have no phase: they fit all of them.
    """
    waiting = {p.item_id for p in past if not p.due}
    fits = [item for item in items if phase and (item.phase == phase or is_own(item.id))]
    return leafed(bank, [item for item in fits if item.id not in waiting], levels)


def _due(bank: Bank, items: Sequence[Item], known: Known, seed: int, now: datetime) -> tuple[str, ...]:
    due = queue(known.states, now, known.interview)
    if not due:
        return ()
    unseen = [item for item in items if item.id not in known.states]
    new = choose(leafed(bank, unseen), (), MOST_REVIEWS, seed, None)
    return mix_review(due, new)


async def next_due(tx: RequestTransaction) -> datetime | None:
    """When the next review comes for whoever asks; what is asked no more does not count."""
    known = await known_of(tx, await items_of(tx))
    return min((state.due for state in known.states.values()), default=None)


async def due_now(tx: RequestTransaction) -> int:
    """How many reviews are due for whoever asks; what is asked no more does not count."""
    known = await known_of(tx, await items_of(tx))
    return sum(is_due(state, tx.request.at) for state in known.states.values())


def seed_of(request: Request) -> int:
    """What decides about a new quiz wherever there is a choice: the same for the same request."""
    return lot(0, request.id) % 2**62


async def begin_quiz(
    tx: RequestTransaction, mode: Mode, topic: str, questions: Iterable[Prepared], **more: object
) -> int | None:
    """A new quiz of whoever asks, with ``more`` columns; None where the same request made one before."""
    group, member, request = tx.group, tx.actor.member, tx.request
    values = {
        "group_id": group.id,
        "member_id": member.id,
        "person_id": member.person_id,
        "request": request.id,
        "mode": mode.value,
        "topic": topic,
        "seed": seed_of(request),
        "questions": kept_questions(questions),
        "created_at": request.at,
    }
    return await tx.insert_once(quizzes, values | more)


def nothing_to_ask() -> UserError:
    """What is said where a topic holds no quiz question."""
    words = "This topic has no quiz questions. Try a wider one, or none at all."
    return UserError("No questions here yet", words)


def asked_as(topics: TopicTree, ids: Sequence[str]) -> str:
    """A name that means just these topics: a title or alias of theirs where there is one; "" for no topics."""
    if not ids:
        return ""
    first = topics.get(ids[0])
    names = (first.title, *first.aliases)
    return next((name for name in names if topics.resolve(name) == tuple(ids)), first.id)
