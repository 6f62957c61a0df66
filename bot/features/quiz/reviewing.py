"""When to ask an item again: spaced repetition by FSRS, day by day, and never past the interview."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import ceil, floor

from fsrs import Card, Rating, Scheduler, State

from bot.questions.seeds import one_of

RETENTION = 0.9
"""An item comes back when it would be remembered with this probability (FSRS's own default)."""

LONGEST_DAYS = 180
"""The longest interval without an interview date."""

EARLY = timedelta(hours=4)
"""So much before a full day counts as the day: who studies at the same hour each day is never minutes too early."""

FUZZ = 0.05
FUZZ_ABOVE_DAYS = 3
"""Intervals longer than this vary by up to FUZZ either way, so that items learnt together drift apart."""

WAITED = timedelta(days=14)
"""Longer overdue than this, an item gets a place of its own in the queue."""


@dataclass(frozen=True, slots=True)
class ReviewState:
    """What is known of a person's memory of an item.

    Stability is the days until recall falls to 0.9, difficulty runs from 1 to 10; both instants are aware UTC.
    """

    due: datetime
    stability: float
    difficulty: float
    last_review: datetime


def rate(right: bool, guessed: bool) -> Rating:
    """FSRS's rating of an answer: right is Good, right by a guess is Hard, wrong is Again."""
    if not right:
        return Rating.Again
    return Rating.Hard if guessed else Rating.Good


def review(
    state: ReviewState | None,
    rating: Rating,
    now: datetime,
    card_id: int,
    interview: date | None,
    seed: int,
    today: date | None = None,
) -> ReviewState:
    """The state after an answer; None is an item never answered before.

    Args:
        state: the state before.
        rating: the answer's, from `rate`.
        now: aware UTC.
        card_id: the item's number; with the seed it decides the fuzz.
        interview: nothing is due after this date; once it isn't ahead any more, it doesn't count.
        seed: the person's.
        today: the person's local date, in whose zone the interview is; else that of `now`.
    """
    longest = _longest(interview, today or now.date())
    known = _card(state, card_id, now)
    card, _ = _scheduler(longest).review_card(known, rating, now)
    if card.stability is None or card.difficulty is None:
        raise AssertionError("FSRS gives every reviewed card a stability and a difficulty.")
    days = _fuzzed((card.due - now).days, longest, seed, card_id, now)
    return ReviewState(
        due=now + timedelta(days=days),
        stability=card.stability,
        difficulty=card.difficulty,
        last_review=now,
    )


def recall(state: ReviewState, now: datetime) -> float:
    """The probability, above 0 and up to 1, that the item would be remembered now."""
    return _scheduler(LONGEST_DAYS).get_card_retrievability(_card(state, 0, now), now)


def is_due(state: ReviewState, now: datetime) -> bool:
    """Whether the item should be asked again by now, or will be within EARLY."""
    return state.due <= now + EARLY


def queue(states: Mapping[str, ReviewState], now: datetime, most: int | None = 10) -> tuple[str, ...]:
    """The ids of what is due, likeliest remembered first, at most `most` (None: all).

    Of a backlog the items that are still remembered come first: each is cheap to keep, where one already forgotten has
    little left to lose. So that none waits for ever, every third place is for the one that has waited longest, if that
    is over WAITED. Equals go by due time, then id.
    """
    due = sorted(
        (item_id for item_id, state in states.items() if is_due(state, now)),
        key=lambda item_id: (-recall(states[item_id], now), states[item_id].due, item_id),
    )
    late = sorted(
        (item_id for item_id in due if states[item_id].due < now - WAITED),
        key=lambda item_id: (states[item_id].due, item_id),
    )
    queued: dict[str, None] = {}
    while due:
        longest = next((item_id for item_id in late if item_id not in queued), None)
        first = longest if longest is not None and len(queued) % 3 == 2 else due[0]
        queued[first] = None
        due.remove(first)
    return tuple(queued)[:most]


@lru_cache(1_000)
def _scheduler(longest: int) -> Scheduler:
    # No learning steps: they are minutes long, and a chat's grain is the day. FSRS's own fuzz is not reproducible.
    return Scheduler(
        desired_retention=RETENTION,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=longest,
        enable_fuzzing=False,
    )


def _card(state: ReviewState | None, card_id: int, now: datetime) -> Card:
    if state is None:
        return Card(card_id=card_id, due=now)
    return Card(
        card_id=card_id,
        state=State.Review,
        stability=state.stability,
        difficulty=state.difficulty,
        due=state.due,
        last_review=state.last_review - EARLY,
    )


def _longest(interview: date | None, today: date) -> int:
    """Days that an interval may have: at most LONGEST_DAYS, and up to an interview ahead."""
    left = (interview - today).days if interview is not None else 0
    return min(left, LONGEST_DAYS) if left > 0 else LONGEST_DAYS


def _fuzzed(days: int, longest: int, seed: int, card_id: int, now: datetime) -> int:
    """One of the whole days within FUZZ of the interval, and not past the longest."""
    if days <= FUZZ_ABOVE_DAYS:
        return days
    first, last = ceil(days * (1 - FUZZ)), min(floor(days * (1 + FUZZ)), longest)
    return one_of(range(first, max(first, last) + 1), seed, card_id, now.isoformat())
