"""Ranking answers from blind votes: a Wilson bound for ballots, Bradley-Terry for pairs.

Equal results share a rank. The order among them is drawn by lot and never follows who answered first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

from bot.questions.seeds import lot

WILSON_Z = 1.28
"""One-sided 90 %: inside one round all answers have nearly equal exposure, so a mild bound is enough."""

PSEUDO_WIN = 0.5
"""Every answer starts with half a win and half a loss against a virtual opponent of middling strength."""

FIRM_FROM_VOTERS = 5
"""Fewer voters than this make a result provisional."""

_SAME = 1e-6
"""Strengths closer than this are equal: far above the solver's error, far below what one vote changes."""

_PRECISION = 1e-9
_MOST_SWEEPS = 2_000


@dataclass(frozen=True, slots=True)
class Tally:
    """How often an answer was read by a voter, and how often it helped. `0 <= helped <= looks`, else ValueError."""

    answer_id: int
    helped: int
    looks: int

    def __post_init__(self) -> None:
        if not 0 <= self.helped <= self.looks:
            raise ValueError(f"Answer {self.answer_id}: helped {self.helped} of {self.looks} is no tally.")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One voter's choice between two answers. An answer compared with itself raises ValueError."""

    winner_id: int
    loser_id: int

    def __post_init__(self) -> None:
        if self.winner_id == self.loser_id:
            raise ValueError(f"Answer {self.winner_id} was compared with itself.")


@dataclass(frozen=True, slots=True)
class Ranked:
    """An answer's place: rank 1 is the best, equals share a rank and the next one counts on (1, 2, 2, 4)."""

    answer_id: int
    rank: int
    score: float


def wilson_lower(helped: int, looks: int, z: float = WILSON_Z) -> float:
    """Lower bound of the share of readers helped, 0 to 1 (Wilson's score interval, 1927); 0.0 without a look."""
    if looks == 0:
        return 0.0
    share, spread = helped / looks, z * z / looks
    centre = share + spread / 2
    margin = z * sqrt((share * (1 - share) + spread / 4) / looks)
    # Rounding makes bounds that are equal on paper equal as numbers: none of 3 and none of 5 are both 0.
    return round(max(0.0, (centre - margin) / (1 + spread)), 12)


def rank_approval(tallies: Iterable[Tally], seed: int) -> tuple[Ranked, ...]:
    """Ranks answers by the Wilson bound of helped among looks, best first; ties are ordered by lot."""
    return _ranked({tally.answer_id: wilson_lower(tally.helped, tally.looks) for tally in tallies}, seed)


def rank_pairs(answer_ids: Iterable[int], comparisons: Iterable[Comparison], seed: int) -> tuple[Ranked, ...]:
    """Ranks answers by Bradley-Terry strength (the score is its logarithm), best first; ties are ordered by lot.

    Comparisons with an answer outside `answer_ids`, such as a hidden one, are left out. An answer without any stands at 0.
    """
    return _ranked(strengths(answer_ids, comparisons), seed)


def strengths(answer_ids: Iterable[int], comparisons: Iterable[Comparison]) -> Mapping[int, float]:
    """Logarithmic Bradley-Terry strengths, 0.0 is the virtual opponent's.

    The most probable ones given half a win and half a loss each against that opponent, which ties groups that were never
    compared to one scale. Found by the minorisation steps of Hunter (2004), one answer at a time.
    """
    ids = sorted(set(answer_ids))
    wins: dict[int, float] = dict.fromkeys(ids, PSEUDO_WIN)
    met: dict[int, dict[int, int]] = {answer_id: defaultdict(int) for answer_id in ids}
    for comparison in comparisons:
        winner, loser = comparison.winner_id, comparison.loser_id
        if winner in met and loser in met:
            wins[winner] += 1
            met[winner][loser] += 1
            met[loser][winner] += 1
    rivals = {answer_id: sorted(counts.items()) for answer_id, counts in met.items()}
    power = dict.fromkeys(ids, 1.0)
    for _ in range(_MOST_SWEEPS):
        moved = 0.0
        for answer_id in ids:
            old = power[answer_id]
            load = sum(count / (old + power[rival]) for rival, count in rivals[answer_id])
            new = wins[answer_id] / (load + 2 * PSEUDO_WIN / (old + 1))
            power[answer_id] = new
            moved = max(moved, abs(new / old - 1))
        if moved < _PRECISION:
            break
        _centre(power)
    return {answer_id: log(value) for answer_id, value in power.items()}


def _centre(power: dict[int, float]) -> None:
    # Comparisons fix only ratios; the common factor hangs on the weak virtual opponent alone and would converge slowly by
    # itself. One Newton step on its logarithm per sweep is enough.
    slope = sum(0.5 - value / (1 + value) for value in power.values())
    bend = sum(value / (1 + value) ** 2 for value in power.values())
    factor = exp(max(-1.0, min(1.0, slope / bend)))
    for answer_id in power:
        power[answer_id] *= factor


def provisional(voters: int) -> bool:
    """Whether so few voted that the result is called provisional."""
    return voters < FIRM_FROM_VOTERS


def _ranked(scores: Mapping[int, float], seed: int) -> tuple[Ranked, ...]:
    by_score = sorted(scores.items(), key=lambda pair: (-pair[1], lot(seed, "rank", pair[0])))
    places: list[tuple[int, float, int]] = []
    rank, level = 0, float("inf")
    for position, (answer_id, score) in enumerate(by_score, start=1):
        if level - score > _SAME:
            rank, level = position, score
        places.append((rank, level, answer_id))
    places.sort(key=lambda place: (place[0], lot(seed, "rank", place[2])))
    return tuple(Ranked(answer_id, rank, level) for rank, level, answer_id in places)
