"""Guessing without the question: how often a reader who sees the options alone would be right.

Balepur and others 2024 show that options alone betray many answers. Five simple readers are tried, and a sixth that
has learnt from all other topics how to weigh them (a conditional logit). A sound bank gives none of them more than
five points above chance.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from bot.bank_tools.words import content_words
from bot.questions.kinds import SEVERAL_RIGHT, WITH_OPTIONS
from bot.questions.model import Item
from bot.questions.topics import TopicTree

Scores = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """How a probe did over `items` items: the shares right, and right by chance; `surplus` is their difference."""

    probe: str
    items: int
    right: float
    chance: float

    @property
    def surplus(self) -> float:
        return self.right - self.chance


def _longest(texts: Sequence[str], _label: frozenset[str]) -> Scores:
    return tuple(float(len(text)) for text in texts)


def _most_shared(texts: Sequence[str], _label: frozenset[str]) -> Scores:
    words = [set(content_words(text)) for text in texts]
    return tuple(
        float(sum(len(one & other) for place, other in enumerate(words) if place != here))
        for here, one in enumerate(words)
    )


def _most_specific(texts: Sequence[str], _label: frozenset[str]) -> Scores:
    """Digits, and capitals that don't begin the option."""
    return tuple(float(len(re.findall(r"\d+|(?<=[\s(“\"'-])[A-Z]\w*", text))) for text in texts)


def _nearest_label(texts: Sequence[str], label: frozenset[str]) -> Scores:
    return tuple(float(sum(word[:6] in label for word in set(content_words(text)))) for text in texts)


def _nearest_centre(texts: Sequence[str], _label: frozenset[str]) -> Scores:
    vectors = [Counter(content_words(text)) for text in texts]
    centre: defaultdict[str, float] = defaultdict(float)
    for vector in vectors:
        length = math.sqrt(sum(number * number for number in vector.values())) or 1.0
        for word, number in vector.items():
            centre[word] += number / length
    scores = []
    for vector in vectors:
        length = math.sqrt(sum(number * number for number in vector.values())) or 1.0
        scores.append(sum(centre[word] * number for word, number in vector.items()) / length)
    return tuple(scores)


PROBES: Mapping[str, Callable[[Sequence[str], frozenset[str]], Scores]] = {
    "longest": _longest,
    "most-shared-words": _most_shared,
    "most-specific": _most_specific,
    "nearest-topic-label": _nearest_label,
    "nearest-centre": _nearest_centre,
}
LEARNT = "learnt-from-other-topics"


def scores(item: Item, topics: TopicTree) -> tuple[Scores, ...]:
    """What each probe thinks of each option, in the order of PROBES."""
    texts = [option.text for option in item.options]
    label = frozenset(word[:6] for name in _names(item, topics) for word in content_words(name))
    return tuple(probe(texts, label) for probe in PROBES.values())


def _names(item: Item, topics: TopicTree) -> tuple[str, ...]:
    if item.topic not in topics:
        return ()
    topic = topics.get(item.topic)
    return (topic.title, *topic.aliases)


def guesses(items: Sequence[Item], topics: TopicTree) -> tuple[Guess, ...]:
    """How each probe does on the items with options, then the learnt one on those with one right option.

    A probe that finds several options equal is right by the share of right ones among them.
    """
    asked = [
        item for item in items if item.kind in WITH_OPTIONS and any(option.correct for option in item.options)
    ]
    if not asked:
        return ()
    chance = fmean(_chance(item) for item in asked)
    seen = [scores(item, topics) for item in asked]
    found = [
        Guess(
            name,
            len(asked),
            fmean(hit(item, one[place]) for item, one in zip(asked, seen, strict=True)),
            chance,
        )
        for place, name in enumerate(PROBES)
    ]
    single = [(item, one) for item, one in zip(asked, seen, strict=True) if item.kind not in SEVERAL_RIGHT]
    return (*found, _learnt(single, topics)) if single else tuple(found)


def hit(item: Item, values: Scores) -> float:
    """The chance that the option which a probe likes best is right."""
    best = max(values)
    liked = [
        option.correct for option, value in zip(item.options, values, strict=True) if value >= best - 1e-9
    ]
    return sum(liked) / len(liked)


def seen_through(items: Sequence[Item], topics: TopicTree) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The ids of items whose right option probes find alone, with those probes; most of them first."""
    found = []
    for item in items:
        if item.kind in WITH_OPTIONS and any(option.correct for option in item.options):
            values = scores(item, topics)
            names = tuple(
                name
                for name, one in zip(PROBES, values, strict=True)
                if max(one) > min(one) and hit(item, one) == 1
            )
            found.append((item.id, names))
    return tuple(sorted(found, key=lambda one: (-len(one[1]), one[0])))


def betrayed(item: Item, topics: TopicTree) -> bool:
    """Whether all five probes point at right options alone."""
    return all(max(one) > min(one) and hit(item, one) == 1 for one in scores(item, topics))


def _chance(item: Item) -> float:
    return sum(option.correct for option in item.options) / len(item.options)


def _learnt(single: Sequence[tuple[Item, tuple[Scores, ...]]], topics: TopicTree) -> Guess:
    """Weights learnt on all topics but one, tried on that one; each in its turn."""
    rows = [(item, _standard(one)) for item, one in single]
    roots = [topics.root_of(item.topic).id if item.topic in topics else "" for item, _ in rows]
    right = 0.0
    for left_out in sorted(set(roots)):
        inside = [row for row, root in zip(rows, roots, strict=True) if root != left_out]
        weights = _fit(inside)
        for (item, options), root in zip(rows, roots, strict=True):
            if root == left_out:
                right += hit(item, tuple(_dot(weights, option) for option in options))
    return Guess(LEARNT, len(rows), right / len(rows), fmean(_chance(item) for item, _ in rows))


def _standard(one: tuple[Scores, ...]) -> tuple[Scores, ...]:
    """Per option its features, each with mean 0 and spread 1 within the item (0 where all options are equal)."""
    columns = []
    for values in one:
        mean = fmean(values)
        spread = math.sqrt(fmean((value - mean) ** 2 for value in values))
        columns.append([(value - mean) / spread if spread > 1e-9 else 0.0 for value in values])
    return tuple(zip(*columns, strict=True))


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _fit(rows: Sequence[tuple[Item, tuple[Scores, ...]]]) -> list[float]:
    """The weights of a conditional logit with a small ridge (1.0), by gradient ascent in 30 steps."""
    weights = [0.0] * len(PROBES)
    if not rows:
        return weights
    for _ in range(30):
        slope = [-weight for weight in weights]
        for item, options in rows:
            powers = [math.exp(_dot(weights, option)) for option in options]
            total = sum(powers)
            for option, power, choice in zip(options, powers, item.options, strict=True):
                pull = choice.correct - power / total
                for place, value in enumerate(option):
                    slope[place] += pull * value
        weights = [weight + 1.5 * gain / len(rows) for weight, gain in zip(weights, slope, strict=True)]
    return weights
