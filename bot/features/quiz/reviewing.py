"""When to ask an item again: spaced repetition by FSRS, day by day, and once more before an interview."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from math import ceil, floor
from zoneinfo import ZoneInfo

from fsrs import Card, Rating, Scheduler, State

from bot.membership.calendar.schedule import slot_instant
from bot.questions.seeds import lot, one_of

RETENTION = 0.9
"""An item comes back when it would be remembered with this probability (FSRS's own default)."""

LONGEST_DAYS = 180
"""The longest interval."""

LAST_DAYS = 7
"""The last days before an interview, in which each item comes once more: so many at least."""

ONCE_MORE_A_DAY = 15
"""So many items come once more on each of them; where there are more items, the last days are more."""

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


def rate(right: bool, guessed: bool, rating: int | None = None) -> Rating:
    """FSRS's rating of an answer: right is Good, right by a guess is Hard, wrong is Again; or as it was rated, from 1 to 4."""
    if rating is not None:
        return Rating(rating)
    if not right:
        return Rating.Again
    return Rating.Hard if guessed else Rating.Good


def review(state: ReviewState | None, rating: Rating, now: datetime, card_id: int, seed: int) -> ReviewState:
    """The state after an answer (None: never answered before), rated by `rate`; the last two arguments decide the fuzz."""
    card, _ = _scheduler().review_card(_card(state, card_id, now), rating, now)
    if card.stability is None or card.difficulty is None:
        raise AssertionError("FSRS gives every reviewed card a stability and a difficulty.")
    days = _fuzzed((card.due - now).days, seed, card_id, now)
    return ReviewState(
        due=now + timedelta(days=days), stability=card.stability, difficulty=card.difficulty, last_review=now
    )


@dataclass(frozen=True, slots=True)
class Interview:
    """An interview ahead, and the last days before it, in which everything learned comes once more.

    All are dates in the zone of whoever has it; ``days`` are the last ones without those that are off.
    """

    on: date
    days: tuple[date, ...]
    zone: ZoneInfo

    @property
    def first(self) -> date:
        """The first of the last days."""
        return self.days[0]

    def begins(self, day: date) -> datetime:
        """The instant from which on what is due then is asked all day, and not the evening before (EARLY)."""
        return slot_instant(self.zone, day, time.min) + EARLY

    def waits(self, state: ReviewState, now: datetime) -> bool:
        """Whether the last days have begun, and the item has not come in them yet."""
        begins = self.begins(self.first) - EARLY
        return state.last_review < begins <= now


def interview_ahead(
    on: date | None, zone: ZoneInfo, learned: int, now: datetime, off: frozenset[date] = frozenset()
) -> Interview | None:
    """The interview of someone who has learned so many items; None without one, or once its day has passed.

    ``off`` are dates on which nothing is planned: the last days are as many, and begin as much sooner.
    """
    if on is None or on < now.astimezone(zone).date():
        return None
    most = max(LAST_DAYS, ceil(learned / ONCE_MORE_A_DAY))
    before = (on - timedelta(days=n) for n in range(1, most + len(off) + 1))
    last = tuple(islice((day for day in before if day not in off), most))
    return Interview(on, last[::-1], zone)


def before_interview(
    states: Mapping[str, ReviewState], interview: Interview, now: datetime, seed: int
) -> dict[str, ReviewState]:
    """When everything a person has learned comes with their interview in mind.

    What would come within the last days or later comes on one of them, as many on each, at the latest; which is drawn
    by the seed. What has come in them goes by FSRS again. Nothing is due on the day itself.
    """
    planned: dict[str, ReviewState] = {}
    last_days = interview.begins(interview.first) - EARLY
    begins, over = interview.begins(interview.on), interview.begins(interview.on + timedelta(days=1))
    is_today = now.astimezone(interview.zone).date() == interview.on
    for place, item_id in enumerate(sorted(states, key=lambda item_id: (lot(seed, item_id), item_id))):
        state = states[item_id]
        due = state.due
        if state.last_review < last_days:
            day = interview.days[place * len(interview.days) // len(states)]
            due = min(due, interview.begins(day))
        if is_today or begins <= due:
            due = max(due, over)
        planned[item_id] = replace(state, due=due)
    return planned


def recall(state: ReviewState, now: datetime) -> float:
    """The probability, above 0 and up to 1, that the item would be remembered now."""
    return _scheduler().get_card_retrievability(_card(state, 0, now), now)


def is_due(state: ReviewState, now: datetime) -> bool:
    """Whether the item should be asked again by now, or will be within EARLY."""
    return state.due <= now + EARLY


def queue(
    states: Mapping[str, ReviewState], now: datetime, interview: Interview | None = None
) -> tuple[str, ...]:
    """The ids of what is due, likeliest remembered first.

    Of a backlog the items that are still remembered come first: each is cheap to keep, where one already forgotten has
    little left to lose. So that none waits for ever, every third place is for the one that has waited longest, if that
    is over WAITED. Equals go by due time, then id. In the last days before an interview, what hasn't come in them yet
    goes before everything else, the weakest first.
    """

    def place(item_id: str) -> tuple[bool, float, datetime, str]:
        state = states[item_id]
        waits = interview is not None and interview.waits(state, now)
        known = recall(state, now)
        return not waits, known if waits else -known, state.due, item_id

    due = sorted((item_id for item_id, state in states.items() if is_due(state, now)), key=place)
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
    return tuple(queued)


@lru_cache(1)
def _scheduler() -> Scheduler:
    # No learning steps: they are minutes long, and a chat's grain is the day. FSRS's own fuzz is not reproducible.
    return Scheduler(
        desired_retention=RETENTION,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST_DAYS,
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


def _fuzzed(days: int, seed: int, card_id: int, now: datetime) -> int:
    """One of the whole days within FUZZ of the interval, and not past the longest."""
    if days <= FUZZ_ABOVE_DAYS:
        return days
    first, last = ceil(days * (1 - FUZZ)), min(floor(days * (1 + FUZZ)), LONGEST_DAYS)
    return one_of(range(first, max(first, last) + 1), seed, card_id, now.isoformat())
