"""Who meets whom for a mock interview this week. Pure; chance is handed in.

A maximum-weight matching over all who are in. Two can be paired where some half-hour suits both. In this order it holds that

1. nobody is left out who could be paired: there are as many pairs as there can be;
2. whoever was left out before is paired first;
3. nobody meets the same person again while there is a way around it;
4. roles stay even: whoever was interviewer more often meets one who was candidate more often;
5. of those who have met, the ones who met least meet again;
6. two who can teach each other something come together: one is weak where the other is strong;
7. chance decides.

Each is a digit of one number, the pair's weight, and a digit is so wide that the sum over all pairs never carries into the next.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

LEAD_AT_MOST = 2
"""By how much one may have been interviewer more often than candidate, or the other way round. Two who both are at the same
end, and have nobody else to meet, take both roles each."""

TOGETHER, PART = 200, 100
"""So many people are paired as a whole. The time it takes grows with the third power, so that more are paired in parts, drawn
by lot, and whoever is over in their part once more with those of the others."""

_DIGIT = 16
"""Each digit of a weight is below this."""


@dataclass(frozen=True, slots=True)
class Seeker:
    """What pairing knows of one who is in this week.

    ``hours`` are the half-hours of the week in which they could begin, as bits from the week's first one on. ``lead`` is how many
    times more they were interviewer than candidate, ``waited`` for how many weeks in a row they were left without a partner.
    """

    member_id: int
    hours: int
    weak: frozenset[str] = frozenset()
    strong: frozenset[str] = frozenset()
    lead: int = 0
    waited: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two who meet, in their roles, and who watches with the score sheet; ``start`` is the half-hour that suits all of them.

    Where they are to ``swap`` after the first script, each has both roles, and the week counts as neither.
    """

    interviewer: int
    candidate: int
    start: int
    swap: bool = False
    observer: int | None = None


@dataclass(frozen=True, slots=True)
class Pairing:
    """A week's pairs, and who has neither a partner nor a pair to watch: they come first next week."""

    pairs: tuple[Pair, ...]
    left: tuple[int, ...]


def key(one: int, other: int) -> tuple[int, int]:
    """Two members, the smaller id first: how a history names them."""
    return (one, other) if one < other else (other, one)


def make_pairs(
    seekers: Sequence[Seeker], met: Mapping[tuple[int, int], int], chance: random.Random
) -> Pairing:
    """The pairs of a week, in an order of chance. ``met`` says how often two have met so far, by `key`."""
    order = list(seekers)
    chance.shuffle(order)
    pairs: list[Pair] = []
    over = order
    for _ in range(2):
        found = [two for part in _parts(over) for two in _matched(part, met, chance)]
        pairs += [_in_roles(one, other, chance) for one, other in found]
        matched = {seeker.member_id for two in found for seeker in two}
        over = [seeker for seeker in over if seeker.member_id not in matched]
    return _with_observers(pairs, over, {seeker.member_id: seeker.hours for seeker in seekers})


def first_hour(hours: int) -> int:
    """The first of these half-hours; there has to be one."""
    return (hours & -hours).bit_length() - 1


def _parts(order: Sequence[Seeker]) -> Iterator[Sequence[Seeker]]:
    size = TOGETHER if len(order) <= TOGETHER else PART
    return (order[start : start + size] for start in range(0, len(order), size))


def _matched(
    order: Sequence[Seeker], met: Mapping[tuple[int, int], int], chance: random.Random
) -> list[tuple[Seeker, Seeker]]:
    import rustworkx  # once a week

    base = _DIGIT * (len(order) // 2 + 1)
    graph: rustworkx.PyGraph[None, int] = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from([None] * len(order))
    graph.add_edges_from(
        [
            (n, m, _weight(one, other, met.get(key(one.member_id, other.member_id), 0), base, chance))
            for n, one in enumerate(order)
            for m, other in enumerate(order[:n])
            if one.hours & other.hours
        ]
    )
    found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    return [(order[n], order[m]) for n, m in sorted((max(two), min(two)) for two in found)]


def _weight(one: Seeker, other: Seeker, met: int, base: int, chance: random.Random) -> int:
    """Higher is better: the digits from the one that counts most."""
    uneven = max(_unevenness(one, other) - 1, 0) ** 3
    teaches = len(one.weak & other.strong) + len(other.weak & one.strong)
    top = _DIGIT - 1
    weight = 0
    for digit in (
        min(one.waited, 7) + min(other.waited, 7),
        int(not met),
        top - min(uneven, top),
        top - min(met, top),
        min(teaches, top),
        chance.randrange(_DIGIT),
    ):
        weight = weight * base + digit
    return weight


def _in_roles(one: Seeker, other: Seeker, chance: random.Random) -> Pair:
    """Whoever was interviewer less is it now."""
    if one.lead > other.lead or (one.lead == other.lead and chance.random() < 0.5):
        one, other = other, one
    return Pair(
        one.member_id,
        other.member_id,
        first_hour(one.hours & other.hours),
        swap=_unevenness(one, other) > LEAD_AT_MOST,
    )


def _unevenness(one: Seeker, other: Seeker) -> int:
    """The larger lead of the two, either way, once whoever was interviewer less has been it."""
    return max(abs(min(one.lead, other.lead) + 1), abs(max(one.lead, other.lead) - 1))


def _with_observers(pairs: list[Pair], over: Sequence[Seeker], hours: Mapping[int, int]) -> Pairing:
    """Let each who is over watch a pair at a time that suits all three, one a pair, where there is such a pair."""
    left: list[int] = []
    for seeker in over:
        for n, pair in enumerate(pairs):
            common = hours[pair.interviewer] & hours[pair.candidate] & seeker.hours
            if pair.observer is None and common:
                pairs[n] = replace(pair, observer=seeker.member_id, start=first_hour(common))
                break
        else:
            left.append(seeker.member_id)
    return Pairing(tuple(pairs), tuple(left))
