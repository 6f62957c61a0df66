"""Putting a quiz together: which questions, in which order, for whom."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.database.transaction import Transaction
from bot.features.custom_questions.model import is_own
from bot.features.custom_questions.view import bank_of
from bot.features.quiz.choosing import Leafed, Past, choose, mix_review
from bot.features.quiz.model import STATE_JSON, Mode
from bot.features.quiz.queries import KeptReview, out_of_scoring, reviews_of
from bot.features.quiz.reviewing import is_due, queue, recall
from bot.membership.interview import interview_of, phase_of
from bot.membership.model import Actor
from bot.questions.kinds import OBJECTIVE_KINDS, prepare
from bot.questions.kinds.asked import Prepared
from bot.questions.model import Bank, Item
from bot.questions.topics import TopicTree
from bot.services import Services

MOST_REVIEWS = 10
NEW_ALONE = 0.1
NEW_TOGETHER = 0.2
"""So many of ten questions are new: one alone, two in a group quiz; the others are due."""

LEANING = 0.5
"""Before an interview, up to so much of a quiz alone is of its phase of preparation."""


async def items_of(
    tx: Transaction, services: Services, group_id: int, topics: Sequence[str]
) -> tuple[Item, ...]:
    """The quiz items under some topics (all when there are none) that still score in a group, its own among them."""
    gone = await out_of_scoring(tx, group_id)
    bank = await bank_of(tx, services, group_id)
    wanted = {item.id for item in bank.live(OBJECTIVE_KINDS)} - gone
    items = bank.under(topics) if topics else bank.items
    return tuple(item for item in items if item.id in wanted)


def leafed(bank: Bank, items: Sequence[Item]) -> tuple[Leafed, ...]:
    """Items as the chooser wants them."""
    return tuple(
        Leafed(
            item.id,
            item.topic,
            bank.root(item).id,
            item.difficulty,
            item.topic.rpartition(".")[0],
            is_own(item.id),
        )
        for item in items
    )


def past_of(kept: Sequence[KeptReview], now: datetime) -> tuple[Past, ...]:
    """What a person knows, as the chooser wants it."""
    states = [(k, STATE_JSON.read(k.state)) for k in kept]
    return tuple(
        Past(k.item_id, k.seen, k.last_at.date().toordinal(), is_due(state, now), recall(state, now))
        for k, state in states
    )


async def questions_for(
    tx: Transaction,
    services: Services,
    entry: Actor,
    mode: Mode,
    *,
    topics: Sequence[str],
    count: int,
    difficulty: int | None,
    seed: int,
    now: datetime,
) -> tuple[Prepared, ...]:
    """The questions of a new quiz, prepared; none where there is nothing to ask."""
    items = await items_of(tx, services, entry.group.id, topics)
    kept = await reviews_of(tx, entry.member.person_id)
    by_id = {item.id: item for item in items}
    if mode is Mode.REVIEW:
        ids = _due(services, items, kept, seed, now)
    elif mode is Mode.MISTAKES:
        ids = tuple(k.item_id for k in kept if k.owed and k.item_id in by_id)[:MOST_REVIEWS]
    else:
        past = past_of([k for k in kept if k.item_id in by_id], now)
        phase = phase_of(await interview_of(tx, entry.member.person_id), _today(entry, now))
        first = _of_phase(services.bank, items, past, phase)
        ids = choose(first, past, round(count * LEANING), seed, difficulty)
        rest = leafed(services.bank, [item for item in items if item.id not in ids])
        ids += choose(rest, past, count - len(ids), seed, difficulty)
    return tuple(prepare(by_id[i], seed) for i in ids)


def _today(entry: Actor, now: datetime) -> date:
    return now.astimezone(entry.group.rhythm.tz).date()


def _of_phase(bank: Bank, items: Sequence[Item], past: Sequence[Past], phase: str) -> tuple[Leafed, ...]:
    """The items of the phase of preparation one is in that are new or due; none without an interview ahead.

    The group's own have no phase: they fit all of them.
    """
    waiting = {p.item_id for p in past if not p.due}
    fits = [item for item in items if phase and (item.phase == phase or is_own(item.id))]
    return leafed(bank, [item for item in fits if item.id not in waiting])


def _due(
    services: Services, items: Sequence[Item], kept: Sequence[KeptReview], seed: int, now: datetime
) -> tuple[str, ...]:
    known = {item.id for item in items}
    states = {k.item_id: STATE_JSON.read(k.state) for k in kept if k.item_id in known}
    due = queue(states, now, None)
    if not due:
        return ()
    seen = {k.item_id for k in kept}
    new = choose(leafed(services.bank, [i for i in items if i.id not in seen]), (), MOST_REVIEWS, seed, None)
    return mix_review(due, new, most=MOST_REVIEWS, new_share=NEW_ALONE)


async def next_due(tx: Transaction, services: Services, entry: Actor) -> datetime | None:
    """When the next review comes; what is asked no more does not count."""
    asked = {item.id for item in await items_of(tx, services, entry.group.id, ())}
    kept = await reviews_of(tx, entry.member.person_id)
    return min((k.due_at for k in kept if k.item_id in asked), default=None)


async def due_now(tx: Transaction, services: Services, entry: Actor, now: datetime) -> int:
    """How many reviews are due for a member; what is asked no more does not count."""
    asked = {item.id for item in await items_of(tx, services, entry.group.id, ())}
    kept = await reviews_of(tx, entry.member.person_id)
    return sum(k.item_id in asked and is_due(STATE_JSON.read(k.state), now) for k in kept)


def asked_as(topics: TopicTree, ids: Sequence[str]) -> str:
    """A name that means just these topics: a title or alias of theirs where there is one; "" for no topics."""
    if not ids:
        return ""
    first = topics.get(ids[0])
    names = (first.title, *first.aliases)
    return next((name for name in names if topics.resolve(name) == tuple(ids)), first.id)
