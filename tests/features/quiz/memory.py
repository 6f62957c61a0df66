"""Members whose memory is known: what they remember follows a true forgetting curve that the bot can't see."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp
from random import Random
from zoneinfo import ZoneInfo

from fsrs import Card, Rating, Scheduler, State
from fsrs.scheduler import DEFAULT_PARAMETERS

from bot.features.quiz.choosing import mix_review
from bot.features.quiz.reviewing import ReviewState, before_interview, interview_ahead, queue, rate, review

BERLIN = ZoneInfo("Europe/Berlin")
QUIZ_WEEKDAYS = (0, 2, 4)
LUCK = 0.2
"""How often a forgotten answer is hit by chance."""

OWNS_UP = 0.5
"""How often "I guessed" is pressed then."""

KNOWN_BEFORE = 0.5
"""How often an unseen item is answered right from what one knows anyway."""


@dataclass
class Learner:
    """A person with a memory of their own: FSRS's curve, with parameters and items drawn around the defaults."""

    chance: Random
    truth: Scheduler = field(init=False)
    cards: dict[str, Card] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parameters = list(DEFAULT_PARAMETERS)
        strength = exp(self.chance.gauss(0, 0.25))
        for index in range(4):
            parameters[index] *= strength
        parameters[8] += self.chance.gauss(0, 0.12)
        parameters[11] *= exp(self.chance.gauss(0, 0.15))
        self.truth = Scheduler(parameters, learning_steps=(), relearning_steps=(), enable_fuzzing=False)

    def remembers(self, item_id: str, now: datetime) -> bool:
        card = self.cards.get(item_id)
        known = KNOWN_BEFORE if card is None else self.truth.get_card_retrievability(card, now)
        return self.chance.random() < known

    def learn(self, item_id: str, remembered: bool, now: datetime) -> None:
        """What the answer and its explanation leave behind; items differ in how well they stick."""
        card = self.cards.get(item_id) or Card(card_id=1, due=now)
        after, _ = self.truth.review_card(card, Rating.Good if remembered else Rating.Again, now)
        if item_id not in self.cards:
            assert after.stability is not None
            assert after.difficulty is not None
            after.stability *= exp(self.chance.gauss(0, 0.4))
            after.difficulty = min(10.0, max(1.0, after.difficulty + self.chance.gauss(0, 1)))
            after.state = State.Review
        self.cards[item_id] = after


@dataclass
class Year:
    """What came of a year of quizzes."""

    reviews: int = 0
    right: int = 0
    remembered: int = 0
    learnt: int = 0
    longest_overdue: float = 0.0
    due_on: dict[int, int] = field(default_factory=dict)
    states: dict[str, ReviewState] = field(default_factory=dict)

    @property
    def accuracy(self) -> float:
        return self.right / self.reviews


@dataclass
class Preparation:
    """What came of the days before an interview: what was due on each, and how long before it each item came last."""

    due_on: dict[int, int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)


def live_a_year(
    seed: int, start: datetime, *, items: int = 400, skips: float = 0.0, away: range = range(0)
) -> Year:
    """Three quizzes a week for 52 weeks: what is due first, new items rationed. None on the days `away`."""
    chance = Random(seed)
    learner, year = Learner(chance), Year()
    unseen = [f"item-{number}" for number in range(items)]
    for day in range(364):
        now = start + timedelta(days=day, minutes=chance.uniform(-60, 60))
        for state in year.states.values():
            year.longest_overdue = max(year.longest_overdue, (now - state.due).total_seconds() / 86_400)
        if now.weekday() not in QUIZ_WEEKDAYS or day in away or chance.random() < skips:
            continue
        due = queue(year.states, now)
        year.due_on[day] = len(due)
        for item_id in mix_review(due, unseen):
            _answer(learner, year, item_id, now, seed)
        unseen = [item_id for item_id in unseen if item_id not in year.states]
    year.learnt = len(year.states)
    return year


def prepare(seed: int, start: datetime, *, items: int = 300, days: int = 90, a_day: int = 30) -> Preparation:
    """Days before an interview with so many questions on each: what is due first, then new ones."""
    learner, lived = Learner(Random(seed)), Year()
    found = Preparation()
    unseen = [f"item-{number}" for number in range(items)]
    on = (start + timedelta(days=days)).date()
    for day in range(days + 1):
        now = start + timedelta(days=day)
        interview = interview_ahead(on, BERLIN, len(lived.states), now)
        assert interview is not None
        planned = before_interview(lived.states, interview, now, seed)
        due = queue(planned, now, interview)
        found.due_on[day] = len(due)
        if day == days:
            break
        for item_id in (*due, *unseen)[:a_day]:
            _answer(learner, lived, item_id, now, seed)
        unseen = [item_id for item_id in unseen if item_id not in lived.states]
    found.last = {item_id: (on - state.last_review.date()).days for item_id, state in lived.states.items()}
    return found


def _answer(learner: Learner, year: Year, item_id: str, now: datetime, seed: int) -> None:
    remembered = learner.remembers(item_id, now)
    lucky = not remembered and learner.chance.random() < LUCK
    guessed = lucky and learner.chance.random() < OWNS_UP
    right = remembered or lucky
    known = year.states.get(item_id)
    if known is not None:
        year.reviews += 1
        year.right += right
        year.remembered += remembered
    number = int(item_id.removeprefix("item-"))
    year.states[item_id] = review(known, rate(right, guessed), now, number, seed)
    learner.learn(item_id, remembered, now)
