"""Which answer, or which pair, a voter reads next.

Exposure is kept even by showing the least looked-at answers first; among equals every voter has an order of their own, so
that neither the place on a page nor the time of submission helps an answer. Hidden answers are simply not passed in.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.features.daily.ballots.ranking import Ranked
from bot.questions.seeds import lot

PAIRS_FROM = 7
"""From this many answers on the ballot shows pairs."""

PAIRS_TO_FINISH = 3
"""So many pairs finish a ballot; more are welcome."""

TWO_STAGES_ABOVE = 24
"""With more answers than this, the second half of the window compares only the provisional best."""

SECOND_STAGE_ANSWERS = 12
"""How many of the provisional best go on to the second stage."""


class BallotKind(StrEnum):
    """How a round's answers are judged."""

    NONE = "none"
    APPROVAL = "approval"
    PAIRS = "pairs"


@dataclass(frozen=True, slots=True)
class Exposure:
    """An answer on the ballot, its author, and how many looks it has had so far (pages or pairs shown and judged)."""

    answer_id: int
    author_id: int
    looks: int


def ballot_kind(answers: int) -> BallotKind:
    """The kind of ballot for so many answers: none for 0, one answer a page up to 6, pairs from 7."""
    if answers < 1:
        return BallotKind.NONE
    return BallotKind.APPROVAL if answers < PAIRS_FROM else BallotKind.PAIRS


def in_second_stage(answers: int, opened_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Whether only the provisional best are compared now: above 24 answers, from the middle of the window on."""
    return answers > TWO_STAGES_ABOVE and now - opened_at >= (closes_at - opened_at) / 2


def second_stage_pool(ranked: Sequence[Ranked]) -> frozenset[int]:
    """The answers that go on to the second stage: the first twelve of the provisional ranking."""
    return frozenset(place.answer_id for place in ranked[:SECOND_STAGE_ANSWERS])


def next_answer(voter_id: int, answers: Iterable[Exposure], judged: Collection[int], seed: int) -> int | None:
    """The next page of an approval ballot, or None when this voter has judged all they may."""
    order = own_order(voter_id, (e for e in answers if e.answer_id not in judged), seed)
    return order[0].answer_id if order else None


def next_pair(
    voter_id: int,
    exposures: Iterable[Exposure],
    pairs_done: Iterable[tuple[int, int]],
    seed: int,
    pool: Collection[int] | None = None,
) -> tuple[int, int] | None:
    """The next two answers to compare, left and right, or None when this voter has compared all they may.

    Their own answer and the ``pairs_done``, in either order, are never shown. ``pool`` is what is still compared in the
    second stage (`second_stage_pool`).
    """
    order = own_order(voter_id, (e for e in exposures if pool is None or e.answer_id in pool), seed)
    done = {frozenset(pair) for pair in pairs_done}
    # The two least looked-at are level or nearly so: taking them together is what keeps exposure even.
    for index, first in enumerate(order):
        for second in order[index + 1 :]:
            if frozenset((first.answer_id, second.answer_id)) not in done:
                return sides(voter_id, first.answer_id, second.answer_id, seed)
    return None


def pairs_to_finish(voter_id: int, exposures: Iterable[Exposure]) -> int:
    """How many pairs finish this voter's ballot: three, or all there are when the voter may read fewer."""
    return pairs_that_finish(sum(exposure.author_id != voter_id for exposure in exposures))


def pairs_that_finish(answers: int) -> int:
    """How many pairs finish a ballot on which a voter may read so many answers."""
    return min(PAIRS_TO_FINISH, answers * (answers - 1) // 2)


def own_order(voter_id: int, answers: Iterable[Exposure], seed: int) -> list[Exposure]:
    """What a voter may read, in their order: fewest looks first, equals in an order of the voter's own."""
    others = (exposure for exposure in answers if exposure.author_id != voter_id)
    return sorted(others, key=lambda e: (e.looks, lot(seed, "ballot", voter_id, e.answer_id)))


def sides(voter_id: int, first: int, second: int, seed: int) -> tuple[int, int]:
    """Left and right of two answers: by lot, and the same whenever this voter sees them."""
    low, high = min(first, second), max(first, second)
    return (low, high) if lot(seed, "sides", voter_id, low, high) % 2 else (high, low)
