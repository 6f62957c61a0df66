"""Picking the question of the day.

What organisers have queued comes first, then what they planned for the week, then for the weekday, then the ordinary turn: new
before known, so that nothing comes back until all is asked, and then the one seen longest ago. Among new ones the group's own come
first, and among the first few those that are easy to begin with; kinds and topics take turns by their shares, and neighbours are
kept apart.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.features.coming.rules import Wishes, fits
from bot.questions.kinds import DISCUSSION_KINDS
from bot.questions.seeds import lot

WEEK_MIX: Mapping[str, float] = {kind.value: each.share for kind, each in DISCUSSION_KINDS.items()}
"""In five question days about so many of each kind. Other kinds belong to quizzes and are never picked."""

FIRST_EASY = 3
"""So many questions of a new group are easy to begin with, as long as there are such."""

EASY_TO = 2
"""The highest level (of five) of a question that is easy to begin with."""

_NAMES_A_SOURCE = re.compile(r"\b(?:(?:19|20)\d\d|papers?|articles?|blog|posts?(?!-))\b", re.IGNORECASE)
"""A question about a paper, a post or a policy says so, and from which year it is: the bank's rules ask for the date."""

WARN_DAYS = 14
"""Organisers are warned when the unasked questions last no longer than this."""

_KIND_MEMORY = 9
_TOPIC_MEMORY = 20
"""How many of the latest questions count towards shares: enough to balance, few enough to forget old settings."""

_KIND_WEIGHT = 3.0
"""A kind that is owed a question outweighs a topic that is, and waits a day rather than repeat a leaf."""

_NEAR_LEAF = 4
_SAME_LEAF_COST = 2.0
_SAME_TOPIC_COST = (2.0, 0.5)
"""What it costs, in questions owed, to stay in the leaf of the last four, or the topic of the last and last but one.

So a topic follows itself only where little else is left.
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that could be asked: `own` if the group added it, `easy` to begin with. `root_topic` and `leaf` are topic ids."""

    item_id: str
    kind: str
    root_topic: str
    leaf: str
    own: bool = False
    easy: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked. `day` only orders: a local date's ordinal or a running number."""

    item_id: str
    day: int


class Why(StrEnum):
    """What brought a question: the queue, the plan of the week or of the weekday, or its ordinary turn."""

    QUEUE = "queue"
    WEEK = "week"
    WEEKDAY = "weekday"
    TURN = "turn"


@dataclass(frozen=True, slots=True)
class Pick:
    """The choice. `last_asked` is the day it was asked before, None for a new one.

    `spent` are the plans that would have come before `why`, and have nothing new left.
    """

    item_id: str
    last_asked: int | None
    why: Why = Why.TURN
    spent: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True)
class Runway:
    """How far the unasked questions reach."""

    questions_left: int
    per_week: int

    @property
    def weeks(self) -> int:
        """Whole weeks: 18 questions at 2 a week are 9."""
        return self.questions_left // self.per_week

    @property
    def days(self) -> int:
        """Whole calendar days, about."""
        return self.questions_left * 7 // self.per_week

    @property
    def is_short(self) -> bool:
        """Whether organisers should be warned."""
        return self.days <= WARN_DAYS


def is_easy(difficulty: int, prompt: str, sources: Iterable[str] = ()) -> bool:
    """Whether newcomers can answer a question right away: levels 1 and 2, about no paper or other dated source.

    `sources` are the titles of what it cites: one that stands in the prompt has to be read first.
    """
    if difficulty > EASY_TO or _NAMES_A_SOURCE.search(prompt):
        return False
    said = prompt.casefold()
    return not any(title.casefold() in said for title in sources)


def eligible(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates that may be picked: those of a kind that is asked daily."""
    return [each for each in candidates if each.kind in WEEK_MIX]


def pick(candidates: Iterable[Candidate], history: Iterable[Asked], seed: int) -> Pick | None:
    """Chooses the next of the live questions in the group's topics, None where there are none; in whatever order they come.

    ``history`` may hold what is no candidate any more. The group's ``seed`` decides among equals.
    """
    choices = eligible(candidates)
    asked = sorted(history, key=lambda entry: entry.day)
    last = {entry.item_id: entry.day for entry in asked}
    unseen = [choice for choice in choices if choice.item_id not in last]
    if not unseen:
        # Strictly the oldest: the first time round was mixed and spread out, so the next one is as well.
        oldest = min(choices, key=lambda c: (last[c.item_id], lot(seed, "pick", c.item_id)), default=None)
        return None if oldest is None else Pick(oldest.item_id, last[oldest.item_id])
    known = {choice.item_id: choice for choice in choices}
    recent = [known[entry.item_id] for entry in reversed(asked) if entry.item_id in known]
    pool = [choice for choice in unseen if choice.own] or unseen
    if len(asked) < FIRST_EASY:
        pool = [choice for choice in pool if choice.easy] or pool
    kinds = _owed({c.kind: WEEK_MIX[c.kind] for c in pool}, [c.kind for c in recent[:_KIND_MEMORY]])
    topics = _owed({c.root_topic: 1.0 for c in pool}, [c.root_topic for c in recent[:_TOPIC_MEMORY]])

    def merit(choice: Candidate) -> float:
        owed = _KIND_WEIGHT * kinds[choice.kind] + topics[choice.root_topic]
        return round(owed - _closeness(choice, recent), 6)

    best = max(pool, key=lambda c: (merit(c), lot(seed, "pick", c.item_id)))
    return Pick(best.item_id, None)


def pick_wished(
    bank: Iterable[Candidate],
    pool: Iterable[Candidate],
    history: Sequence[Asked],
    wishes: Wishes,
    seed: int,
) -> Pick | None:
    """Chooses the next question by what organisers want on that day, or None if there is none.

    What is queued or planned may be any of the ``bank``; the ``pool`` in the group's topics is for the ordinary turn. What
    is queued may have been asked before; what is never asked is neither queued nor planned.
    """
    plans = [
        (why, wanted) for why, wanted in ((Why.WEEK, wishes.week), (Why.WEEKDAY, wishes.weekday)) if wanted
    ]
    if wishes.queue or plans:
        askable = {c.item_id: c for c in eligible(bank) if c.item_id not in wishes.never}
        last = {entry.item_id: entry.day for entry in sorted(history, key=lambda entry: entry.day)}
    for item_id in wishes.queue:
        if item_id in askable:
            return Pick(item_id, last.get(item_id), Why.QUEUE)
    spent: tuple[Why, ...] = ()
    for why, wanted in plans:
        new = [c for c in askable.values() if fits(wanted, c.kind, c.leaf) and c.item_id not in last]
        found = pick(new, history, seed)
        if found is not None:
            return replace(found, why=why, spent=spent)
        spent += (why,)
    found = pick((c for c in pool if c.item_id not in wishes.never), history, seed)
    return replace(found, spent=spent) if found is not None else None


def runway(candidates: Iterable[Candidate], history: Iterable[Asked], per_week: int) -> Runway:
    """How many questions were never asked, and how long they last at so many a week. Raises ValueError for fewer than one."""
    if per_week < 1:
        raise ValueError("A group with questions has at least one a week.")
    asked = {entry.item_id for entry in history}
    return Runway(sum(choice.item_id not in asked for choice in eligible(candidates)), per_week)


def _owed(shares: Mapping[str, float], recent: Sequence[str]) -> Mapping[str, float]:
    # How many questions each kind or topic is behind its share, at most one: what was just added to the settings then
    # gets its turns, and no flood to make up for the time before.
    had = Counter(recent)
    total = sum(shares[name] for name in sorted(shares))
    turns = sum(had[name] for name in shares) + 1
    return {name: min(1.0, share / total * turns - had[name]) for name, share in shares.items()}


def _closeness(choice: Candidate, recent: Sequence[Candidate]) -> float:
    cost = sum(
        price
        for price, before in zip(_SAME_TOPIC_COST, recent, strict=False)
        if before.root_topic == choice.root_topic
    )
    if any(before.leaf == choice.leaf for before in recent[:_NEAR_LEAF]):
        cost += _SAME_LEAF_COST
    return cost
