"""What answers say of the questions: how hard each is, and whether those who know more get it right more often.

A question's level follows Elo ratings with a floor for guessing and a step that shrinks with the answers that were seen
(Pelánek 2016, "Applications of the Elo rating system in adaptive educational systems"). Discrimination is the
correlation of an answer with the same person's share right elsewhere, the question itself left out.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import StatisticsError, correlation, median

FEWEST_RATED = 30
"""From so many answers on a question is picked by the level that they show."""

FEWEST_JUDGED = 50
"""From so many answers on a negative discrimination is looked at: simulated, it finds 112 of 120 wrong keys, and 2 in 100 sound ones."""

FEWEST_ELSEWHERE = 5
"""Whoever answered fewer other questions says nothing about who knows more."""

LEVEL_STEP = 0.7
"""Logits between two levels: one is hard for those who find half of the one below easy."""

_MIDDLE, _LEAST_LEVEL, _MOST_LEVEL = 3, 1, 5
_STEP, _SHRINKS = 1.0, 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """What somebody's first answer to an item came to. ``seconds`` is 0 where nobody counted them."""

    person: int
    item_id: str
    right: bool
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Shipped:
    """What the bank says of an item: its level, 1 to 5, and the chance to guess it."""

    level: int
    floor: float


@dataclass(frozen=True, slots=True)
class Usage:
    """What was learned of an item.

    ``right`` is a share, ``discrimination`` from -1 to 1 and None where too few can be compared, ``seconds`` the median and
    None where nobody counted, ``level`` None below FEWEST_RATED answers.
    """

    item_id: str
    answers: int
    right: float
    discrimination: float | None
    seconds: float | None
    level: int | None

    @property
    def doubtful(self) -> bool:
        """Whether those who know more get it wrong more often."""
        return self.discrimination is not None and self.discrimination < 0 and self.answers >= FEWEST_JUDGED


def usages(outcomes: Iterable[Outcome], bank: Mapping[str, Shipped]) -> tuple[Usage, ...]:
    """What first answers say of each item of the bank that was answered, by item id.

    Args:
        outcomes: in the order in which they were given; a person's later ones to the same item are passed over.
        bank: the items to be judged; answers to others still say who knows more.
    """
    first: dict[tuple[int, str], Outcome] = {}
    for outcome in outcomes:
        first.setdefault((outcome.person, outcome.item_id), outcome)
    of_item: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in first.values():
        of_item[outcome.item_id].append(outcome)
    answered = Counter(outcome.person for outcome in first.values())
    right = Counter(outcome.person for outcome in first.values() if outcome.right)
    levels = _levels(first.values(), bank)
    return tuple(
        Usage(
            item_id,
            len(found),
            sum(outcome.right for outcome in found) / len(found),
            _discrimination(found, answered, right),
            median(seconds) if (seconds := [one.seconds for one in found if one.seconds > 0]) else None,
            levels[item_id] if len(found) >= FEWEST_RATED else None,
        )
        for item_id, found in sorted(of_item.items())
        if item_id in bank
    )


def _discrimination(
    found: Iterable[Outcome], answered: Mapping[int, int], right: Mapping[int, int]
) -> float | None:
    pairs = [
        (float(one.right), (right.get(one.person, 0) - one.right) / elsewhere)
        for one in found
        if (elsewhere := answered[one.person] - 1) >= FEWEST_ELSEWHERE
    ]
    try:
        return correlation(*zip(*pairs, strict=True)) if len(pairs) > 1 else None
    except StatisticsError:  # all alike
        return None


def _levels(outcomes: Iterable[Outcome], bank: Mapping[str, Shipped]) -> Mapping[str, int]:
    skills: defaultdict[int, float] = defaultdict(float)
    hardness = {item_id: (shipped.level - _MIDDLE) * LEVEL_STEP for item_id, shipped in bank.items()}
    seen: Counter[object] = Counter()
    for one in outcomes:
        if one.item_id not in bank:
            continue
        floor = bank[one.item_id].floor
        known = 1 / (1 + math.exp(hardness[one.item_id] - skills[one.person]))
        miss = one.right - (floor + (1 - floor) * known)
        skills[one.person] += _step(seen[one.person]) * miss
        hardness[one.item_id] -= _step(seen[one.item_id]) * miss
        seen.update((one.person, one.item_id))
    return {
        item_id: min(_MOST_LEVEL, max(_LEAST_LEVEL, round(_MIDDLE + value / LEVEL_STEP)))
        for item_id, value in hardness.items()
    }


def _step(seen: int) -> float:
    return _STEP / (1 + _SHRINKS * seen)
