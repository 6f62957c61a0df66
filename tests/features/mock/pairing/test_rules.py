"""Who meets whom, held against every other way of pairing, and over half a year of weeks."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import pytest
import rustworkx
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.features.mock.pairing.rules import LEAD_AT_MOST, PART, TOGETHER, Pairing, Seeker, key, make_pairs

TOPICS = [f"topic-{n}" for n in range(8)]
Met = Mapping[tuple[int, int], int]


def _people(size: int, chance: random.Random) -> list[Seeker]:
    """People with all sorts of hours, topics and pasts."""
    return [
        Seeker(
            n,
            chance.choice([0b0011, 0b0110, 0b1100, 0b1111, 0b0001]),
            frozenset(chance.sample(TOPICS, 2)),
            frozenset(chance.sample(TOPICS, 2)),
            chance.randint(-2, 2),
            chance.choice([0, 0, 0, 1, 2]),
        )
        for n in range(size)
    ]


def _past(people: Sequence[Seeker], chance: random.Random, share: float) -> dict[tuple[int, int], int]:
    return {
        key(one.member_id, other.member_id): chance.randint(1, 3)
        for n, one in enumerate(people)
        for other in people[:n]
        if chance.random() < share
    }


def _twos(pairing: Pairing) -> list[tuple[int, int]]:
    return [key(pair.interviewer, pair.candidate) for pair in pairing.pairs]


def _ways(people: Sequence[Seeker]) -> Iterator[tuple[tuple[Seeker, Seeker], ...]]:
    """Every way to pair some of these, everybody once."""
    if not people:
        yield ()
        return
    first, *rest = people
    yield from _ways(rest)
    for n, other in enumerate(rest):
        if first.hours & other.hours:
            for more in _ways(rest[:n] + rest[n + 1 :]):
                yield ((first, other), *more)


def _worth(way: Sequence[tuple[Seeker, Seeker]], met: Met) -> tuple[int, int, int]:
    """How many meet, for how long those had waited, and how many of the pairs are new."""
    return (
        len(way),
        sum(one.waited + other.waited for one, other in way),
        sum(key(one.member_id, other.member_id) not in met for one, other in way),
    )


@settings(max_examples=40)
@given(st.integers(2, 7), st.integers(0, 10**6))
def test_no_other_way_pairs_more_people_or_avoids_a_repeat(size: int, seed: int) -> None:
    chance = random.Random(seed)
    people = _people(size, chance)
    met = _past(people, chance, 0.5)
    by_id = dict(enumerate(people))
    made = [(by_id[one], by_id[other]) for one, other in _twos(make_pairs(people, met, chance))]
    assert _worth(made, met) == max(_worth(way, met) for way in _ways(people))


@settings(max_examples=25)
@given(st.integers(2, 60), st.integers(0, 10**6))
@example(199, 1)
def test_nobody_is_left_out_who_could_be_paired(size: int, seed: int) -> None:
    chance = random.Random(seed)
    people = _people(size, chance)
    hours = [each.hours for each in people]
    pairing = make_pairs(people, _past(people, chance, 0.2), chance)
    graph: rustworkx.PyGraph[None, None] = rustworkx.PyGraph()
    graph.add_nodes_from([None] * size)
    graph.add_edges_from([(n, m, None) for n in range(size) for m in range(n) if hours[n] & hours[m]])
    assert len(pairing.pairs) == len(rustworkx.max_weight_matching(graph, max_cardinality=True))
    there = [pair.interviewer for pair in pairing.pairs] + [pair.candidate for pair in pairing.pairs]
    watching = [pair.observer for pair in pairing.pairs if pair.observer is not None]
    assert sorted([*there, *watching, *pairing.left]) == list(range(size))
    for pair in pairing.pairs:
        suits = hours[pair.interviewer] & hours[pair.candidate]
        assert (suits if pair.observer is None else suits & hours[pair.observer]) >> pair.start & 1
        assert not any(
            hours[over] & suits for over in pairing.left if pair.observer is None
        )  # whoever could watch does


def test_more_than_can_be_paired_at_once_are_paired_in_parts_and_the_rest_once_more() -> None:
    people = [Seeker(n, 1) for n in range(2 * TOGETHER + PART + 3)]
    pairing = make_pairs(people, {}, random.Random(1))
    assert len(pairing.pairs) == len(people) // 2
    assert sum(pair.observer is not None for pair in pairing.pairs) == 1
    assert pairing.left == ()


def test_the_same_chance_makes_the_same_pairs() -> None:
    people = _people(30, random.Random(3))
    assert make_pairs(people, {}, random.Random(1)) == make_pairs(people, {}, random.Random(1))
    assert make_pairs(people, {}, random.Random(1)) != make_pairs(people, {}, random.Random(2))


@pytest.mark.parametrize(
    ("people", "met", "twos"),
    [
        pytest.param(
            [
                Seeker(0, 1, weak=frozenset({"rlhf"})),
                Seeker(1, 1, weak=frozenset({"rlhf"})),
                Seeker(2, 1, strong=frozenset({"rlhf"})),
                Seeker(3, 1),
            ],
            {(0, 2): 1},
            {(1, 2), (0, 3)},
            id="someone who is strong where the other is weak, but not one met before",
        ),
        pytest.param(
            [Seeker(0, 0b001), Seeker(1, 0b011), Seeker(2, 0b110), Seeker(3, 0b100)],
            {(0, 1): 1, (2, 3): 1},
            {(0, 1), (2, 3)},
            id="rather two pairs that met before than a new one and two who are left out",
        ),
        pytest.param(
            [Seeker(n, 1) for n in range(4)],
            {(0, 1): 2, (2, 3): 1, (0, 2): 1, (1, 3): 1, (0, 3): 2, (1, 2): 1},
            {(0, 2), (1, 3)},
            id="once everybody was met, the one met least",
        ),
        pytest.param(
            [Seeker(0, 1, lead=1), Seeker(1, 1, lead=1), Seeker(2, 1, lead=-1), Seeker(3, 1, lead=-1)],
            {(0, 2): 1, (1, 3): 1},
            {(0, 3), (1, 2)},
            id="who asked more with who answered more",
        ),
        pytest.param(
            [Seeker(0, 1), Seeker(1, 1), Seeker(2, 1, waited=1)],
            {(0, 2): 1, (1, 2): 2},
            {(0, 2)},
            id="whoever was left out comes first",
        ),
    ],
)
def test_pairs(people: list[Seeker], met: Met, twos: set[tuple[int, int]]) -> None:
    assert {two for seed in range(5) for two in _twos(make_pairs(people, met, random.Random(seed)))} == twos


def test_two_who_both_asked_often_take_both_roles() -> None:
    (pair,) = make_pairs([Seeker(0, 1, lead=2), Seeker(1, 1, lead=2)], {}, random.Random(1)).pairs
    assert pair.swap
    (pair,) = make_pairs([Seeker(0, 1, lead=2), Seeker(1, 1, lead=1)], {}, random.Random(1)).pairs
    assert (pair.swap, pair.candidate) == (False, 0)


def _without_repeats(seekers: Sequence[Seeker], met: Met, pairs: int, waited: int) -> bool:
    """Whether so many could have been paired, with as many weeks of waiting among them, and all with somebody new."""
    new: rustworkx.PyGraph[None, int] = rustworkx.PyGraph()
    new.add_nodes_from([None] * len(seekers))
    new.add_edges_from(
        [
            (n, m, one.waited + other.waited)
            for n, one in enumerate(seekers)
            for m, other in enumerate(seekers[:n])
            if one.hours & other.hours and key(one.member_id, other.member_id) not in met
        ]
    )
    found = rustworkx.max_weight_matching(new, max_cardinality=True, weight_fn=int)
    return len(found) == pairs and sum(seekers[n].waited for two in found for n in two) == waited


@pytest.mark.parametrize("size", [2, 3, 5, 8, 15, 40, pytest.param(200, marks=pytest.mark.slow)])
def test_half_a_year_in_which_people_come_and_go(size: int) -> None:
    chance = random.Random(size)
    everyone = {each.member_id: each for each in _people(size * 3, chance)}
    here = set(range(size))
    lead, waited, met = Counter[int](), Counter[int](), Counter[tuple[int, int]]()
    for _ in range(26):
        here = {n if chance.random() < 0.95 else chance.choice([*everyone]) for n in here}
        seekers = [
            Seeker(n, everyone[n].hours, everyone[n].weak, everyone[n].strong, lead[n], waited[n])
            for n in sorted(here)
            if chance.random() < 0.85
        ]
        pairing = make_pairs(seekers, met, chance)
        twos = _twos(pairing)
        over = [each.hours for each in seekers if each.member_id not in {n for two in twos for n in two}]
        assert not any(one & other for n, one in enumerate(over) for other in over[:n])
        if any(two in met for two in twos):
            assert not _without_repeats(seekers, met, len(twos), sum(waited[n] for two in twos for n in two))
        met.update(twos)
        for pair in pairing.pairs:
            lead[pair.interviewer] += not pair.swap
            lead[pair.candidate] -= not pair.swap
        waited.update(each.member_id for each in seekers)
        waited.subtract({n: waited[n] for two in twos for n in two})
        assert max(map(abs, lead.values()), default=0) <= LEAD_AT_MOST
