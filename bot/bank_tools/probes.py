"""Guessing without knowing: how often a reader who looks at the options' form alone would be right.

Balepur and others 2024 show that options alone betray many answers. Three simple readers are tried, and one that
learns from all other topics which words and shapes stand in right options (a conditional logit over each item's
options). It sees neither the question nor the topic, so what it finds is how the options were written.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from bot.bank_tools.words import content_words, words_of
from bot.questions.kinds import SEVERAL_RIGHT, WITH_OPTIONS
from bot.questions.model import Item
from bot.questions.topics import TopicTree

Scores = tuple[float, ...]
Features = Mapping[str, float]

REASON = re.compile(
    r"\b(?:so|since|because|which|thus|therefore|hence|due to|as (?:it|they)|in order)\b", re.IGNORECASE
)
"""How a clause that gives a reason begins."""
_HEDGE = re.compile(
    r"\b(?:may|might|can|could|often|usually|sometimes|some|most|many|few|partly|roughly|about|likely|tends?|mostly|"
    r"largely|nearly|almost|at least|at most)\b",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(
    r"\b(?:always|never|all|only|every|any|none|no|must|cannot|entirely|completely|exactly|alone)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(?:not|no|never|nothing|without|cannot|none|nor)\b|n['’]t\b", re.IGNORECASE)
_COUNTED: Mapping[str, re.Pattern[str]] = {
    "*reasons": REASON,
    "*hedges": _HEDGE,
    "*absolutes": _ABSOLUTE,
    "*negations": _NEGATION,
    "*digits": re.compile(r"\d"),
    "*commas": re.compile(","),
    "*breaks": re.compile(r"[;:(—–]"),
    "*capitals": re.compile(r"(?<=\s)[A-Z]"),
}
_COMMON = 12
"""A word is looked at from this number of options on: the learner should learn habits, not subjects."""
_ROUNDS = 8
_STEP = 0.3
_RIDGE = 10.0


@dataclass(frozen=True, slots=True)
class Guess:
    """How a probe did over `items` items: the shares right, and right by chance; `surplus` is their difference.

    `luck` is how likely chance alone would do at least as well.
    """

    probe: str
    items: int
    right: float
    chance: float
    luck: float

    @property
    def surplus(self) -> float:
        return self.right - self.chance


def _longest(item: Item) -> Scores:
    return tuple(float(len(option.text)) for option in item.options)


def _most_of_the_prompt(item: Item) -> Scores:
    asked = {word[:6] for word in content_words(item.prompt)}
    return tuple(
        float(len(asked & {word[:6] for word in content_words(option.text)})) for option in item.options
    )


def _least_of_the_prompt(item: Item) -> Scores:
    return tuple(-score for score in _most_of_the_prompt(item))


PROBES: Mapping[str, Callable[[Item], Scores]] = {
    "longest": _longest,
    "most-of-the-prompt": _most_of_the_prompt,
    "least-of-the-prompt": _least_of_the_prompt,
}
LEARNT = "learnt-from-other-topics"


def guesses(items: Sequence[Item], topics: TopicTree) -> tuple[Guess, ...]:
    """How each probe does on the items with options, then the learnt one on those with one right option.

    A probe that finds several options equal is right by the share of right ones among them.
    """
    asked = [
        item for item in items if item.kind in WITH_OPTIONS and any(option.correct for option in item.options)
    ]
    if not asked:
        return ()
    found = [
        _judged(name, [(item, hit(item, probe(item))) for item in asked]) for name, probe in PROBES.items()
    ]
    learnt = [(item, hit(item, odds)) for item, odds in learnt_odds(asked, topics)]
    return (*found, _judged(LEARNT, learnt)) if learnt else tuple(found)


def hit(item: Item, values: Scores) -> float:
    """The chance that the option which a probe likes best is right."""
    best = max(values)
    liked = [
        option.correct for option, value in zip(item.options, values, strict=True) if value >= best - 1e-9
    ]
    return sum(liked) / len(liked)


def learnt_odds(items: Sequence[Item], topics: TopicTree) -> tuple[tuple[Item, Scores], ...]:
    """What the learner thinks of each option of the items with one right option: chances that add up to 1.

    It has learnt from the items of all other topics.
    """
    single = [item for item in items if item.kind in WITH_OPTIONS - SEVERAL_RIGHT]
    seen = _features(single)
    roots = [topics.root_of(item.topic).id if item.topic in topics else "" for item in single]
    found: list[tuple[Item, Scores]] = []
    for left_out in sorted(set(roots)):
        inside = [(i, f) for i, f, root in zip(single, seen, roots, strict=True) if root != left_out]
        weights = _fit(inside)
        found += [
            (item, _odds(weights, options))
            for item, options, root in zip(single, seen, roots, strict=True)
            if root == left_out
        ]
    return tuple(found)


def tail(chances: Sequence[float], successes: int) -> float:
    """How likely at least so many successes are, each with its own chance (the exact Poisson binomial).

    It is what shuffling each item's key over its options comes to, without the shuffling.
    """
    spread = [1.0]
    for chance in chances:
        spread = [
            (spread[k] if k < len(spread) else 0.0) * (1 - chance) + (spread[k - 1] * chance if k else 0.0)
            for k in range(len(spread) + 1)
        ]
    return min(1.0, sum(spread[successes:]))


def _judged(probe: str, hits: Sequence[tuple[Item, float]]) -> Guess:
    chances = [sum(option.correct for option in item.options) / len(item.options) for item, _ in hits]
    right = sum(share for _, share in hits)
    luck = tail(chances, math.floor(right + 1e-9))
    return Guess(probe, len(hits), right / len(hits), fmean(chances), luck)


def _features(items: Sequence[Item]) -> list[tuple[Features, ...]]:
    """For each item what is seen of each option: common words and shapes, with mean 0 and spread 1 within the item."""
    words = [[words_of(option.text) for option in item.options] for item in items]
    counted = Counter(word for options in words for option in options for word in set(option))
    common = {word for word, number in counted.items() if number >= _COMMON}
    return [_standard(_raw(item, options, common)) for item, options in zip(items, words, strict=True)]


def _raw(item: Item, words: Sequence[Sequence[str]], common: set[str]) -> list[dict[str, float]]:
    stems = [{word[:5] for word in content_words(option.text)} for option in item.options]
    rows = []
    for here, option in enumerate(item.options):
        row = {name: float(len(form.findall(option.text))) for name, form in _COUNTED.items()}
        row["*letters"] = float(len(option.text))
        row["*words"] = float(len(words[here]))
        row["*shared"] = float(
            sum(len(stems[here] & other) for place, other in enumerate(stems) if place != here)
        )
        row |= dict.fromkeys(common & set(words[here]), 1.0)
        rows.append(row)
    return rows


def _standard(rows: Sequence[Mapping[str, float]]) -> tuple[Features, ...]:
    made: list[dict[str, float]] = [{} for _ in rows]
    for name in sorted(set().union(*rows)):
        values = [row.get(name, 0.0) for row in rows]
        mean = fmean(values)
        spread = math.sqrt(fmean((value - mean) ** 2 for value in values))
        if spread > 1e-9:
            for one, value in zip(made, values, strict=True):
                one[name] = (value - mean) / spread
    return tuple(made)


def _odds(weights: Mapping[str, float], options: Sequence[Features]) -> Scores:
    powers = [
        math.exp(sum(weights.get(name, 0.0) * value for name, value in option.items())) for option in options
    ]
    return tuple(power / sum(powers) for power in powers)


def _fit(rows: Sequence[tuple[Item, tuple[Features, ...]]]) -> Mapping[str, float]:
    """The weights of a conditional logit with a ridge, by a few rounds of AdaGrad (Duchi and others 2011)."""
    weights: dict[str, float] = {}
    squares: dict[str, float] = {}
    for _ in range(_ROUNDS):
        for item, options in rows:
            odds = _odds(weights, options)
            slope: dict[str, float] = {}
            for option, chance, choice in zip(options, odds, item.options, strict=True):
                for name, value in option.items():
                    slope[name] = slope.get(name, 0.0) + (choice.correct - chance) * value
            for name, rise in slope.items():
                weight = weights.get(name, 0.0)
                pull = rise - _RIDGE / len(rows) * weight
                squares[name] = squares.get(name, 0.1) + pull * pull
                weights[name] = weight + _STEP * pull / math.sqrt(squares[name])
    return weights
