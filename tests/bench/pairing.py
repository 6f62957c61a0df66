"""A week's pairs for mock interviews among 200 people who can all meet each other: what a week costs at most."""

import random
from pathlib import Path

from bot.features.mock.pairing.rules import Seeker, key, make_pairs
from tests.bench.rows import Row, at_most
from tests.bench.timing import Times

PEOPLE, WEEKS, PAST = 200, 5, 3000


async def measure(folder: Path, quick: bool) -> list[Row]:
    """The pairs of a week, with half a year behind them."""
    del folder
    chance = random.Random(1)
    topics = [f"topic-{n}" for n in range(20)]
    people = [
        Seeker(
            n,
            1,
            frozenset(chance.sample(topics, 3)),
            frozenset(chance.sample(topics, 3)),
            chance.randint(-1, 1),
        )
        for n in range(PEOPLE)
    ]
    met = {key(*chance.sample(range(PEOPLE), 2)): 1 for _ in range(PAST)}
    took = Times()
    for _ in range(1 if quick else WEEKS):
        assert len(took.each(lambda: make_pairs(people, met, chance)).pairs) == PEOPLE // 2
    return [Row(f"pairs of a week, {PEOPLE} people", took.wall_ms, "ms", None, at_most(1000, "value"))]
