"""Which items a quiz asks, and in which order: unseen first; of a topic few leaves, neighbours that are easily confused side by side."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.questions.seeds import lot

FEWEST_LEAVES, MOST_LEAVES = 3, 4
"""A quiz keeps to so many leaves where they hold enough items: enough to tell apart, few enough to compare."""

MOST_REVIEWS = 10
"""So many questions a review holds."""


@dataclass(frozen=True, slots=True)
class Leafed:
    """An item that could be asked. Leaf, root and section are topic ids; leaves of one section are easily confused.

    A new one of the group's ``own`` is asked before any other new one.
    """

    item_id: str
    leaf: str
    root: str
    difficulty: int
    section: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """How often and when (a date's ordinal; it only orders) an item was seen, whether it is due, and its recall."""

    item_id: str
    times_seen: int
    last_seen: int
    due: bool = False
    recall: float = 1.0


def choose(
    items: Iterable[Leafed],
    past: Iterable[Past],
    count: int,
    seed: int,
    difficulty: int | None = None,
    new_most: int | None = None,
    *,
    mixed: bool = False,
) -> tuple[str, ...]:
    """The ids of up to `count` items in the order to ask them, each at most once; fewer if there are fewer.

    The seed decides among equals, whatever their order. Of a ``difficulty``, 1 to 5, the nearest ones fill up where there are
    too few. Unseen items beyond ``new_most`` are asked only where there is nothing else. Where it is ``mixed``, as no topic was
    named, they are from as many roots and leaves as there are; else from a few leaves.
    """
    history = {entry.item_id: entry for entry in past if entry.times_seen > 0}
    unique = sorted({item.item_id: item for item in items}.values(), key=lambda item: item.item_id)
    chosen: list[Leafed] = []
    for tier in _tiers(unique, history, difficulty, new_most, seed):
        leaves = (
            _mixed_leaves(tier, seed) if mixed else _leaves(tier, count - len(chosen), count, chosen, seed)
        )
        chosen += _from_tier(tier, count - len(chosen), leaves, chosen)
    return tuple(item.item_id for item in _interleaved(chosen, seed))


def mix_review(due_ids: Iterable[str], new_ids: Iterable[str]) -> tuple[str, ...]:
    """A review: what is due in the given order, at most MOST_REVIEWS, with one new item in its middle.

    None is new while more is due than one review holds, so that a backlog is worked off first. (Simulated: without this
    stop, three reviews of ten a week left items overdue for up to 80 days within a year.)
    """
    due = tuple(dict.fromkeys(due_ids))
    new = next((item_id for item_id in new_ids if item_id not in due), None)
    if new is None or len(due) > MOST_REVIEWS:
        return due[:MOST_REVIEWS]
    due = due[: MOST_REVIEWS - 1]
    middle = round(len(due) / 2)
    return (*due[:middle], new, *due[middle:])


def _tiers(
    items: Sequence[Leafed],
    history: Mapping[str, Past],
    difficulty: int | None,
    new_most: int | None,
    seed: int,
) -> tuple[tuple[Leafed, ...], ...]:
    """The items in classes, each to be used up before the next; within a class the better ones stand first."""
    spare = frozenset[str]()
    if new_most is not None:
        unseen = [item for item in items if item.item_id not in history]
        ranked = sorted(
            unseen,
            key=lambda item: (_distance(item, difficulty), not item.own, lot(seed, "new", item.item_id)),
        )
        spare = frozenset(item.item_id for item in ranked[new_most:])

    def tier(item: Leafed) -> tuple[int, int, bool]:
        known = history.get(item.item_id)
        if known is None:
            return _distance(item, difficulty), 3 if item.item_id in spare else 0, not item.own
        return _distance(item, difficulty), 1 if known.due else 2, False

    def place(item: Leafed) -> tuple[int, int]:
        known = history.get(item.item_id)
        return known.last_seen if known else 0, lot(seed, "item", item.item_id)

    ordered = sorted(items, key=place)
    return tuple(
        tuple(i for i in ordered if tier(i) == wanted) for wanted in sorted({tier(i) for i in items})
    )


def _distance(item: Leafed, difficulty: int | None) -> int:
    return 0 if difficulty is None else abs(item.difficulty - difficulty)


def _from_tier(
    tier: Sequence[Leafed], wanted: int, leaves: Sequence[str], chosen: Sequence[Leafed]
) -> list[Leafed]:
    """Up to `wanted` items of the class from these leaves, evenly, and from the first ones first."""
    if len(tier) <= wanted:
        return list(tier)
    used = Counter(item.leaf for item in chosen)
    waiting = {leaf: [item for item in tier if item.leaf == leaf] for leaf in leaves}
    taken: list[Leafed] = []
    while len(taken) < wanted:
        leaf = min((one for one in leaves if waiting[one]), key=lambda one: (used[one], leaves.index(one)))
        taken.append(waiting[leaf].pop(0))
        used[leaf] += 1
    return taken


def _mixed_leaves(tier: Sequence[Leafed], seed: int) -> list[str]:
    """All leaves, by lot, one of each root before the second one of any."""
    roots = {item.leaf: item.root for item in tier}
    taken: Counter[str] = Counter()
    turn: dict[str, int] = {}
    for leaf in sorted(roots, key=lambda leaf: lot(seed, "leaf", leaf)):
        turn[leaf] = taken[roots[leaf]]
        taken[roots[leaf]] += 1
    return sorted(turn, key=lambda leaf: (turn[leaf], lot(seed, "root", roots[leaf])))


def _leaves(
    tier: Sequence[Leafed], wanted: int, count: int, chosen: Sequence[Leafed], seed: int
) -> list[str]:
    """The leaves to take `wanted` items from: as few as hold them, but three where there are; confusable ones together.

    A leaf that is full enough to carry its share counts as much as any fuller one, so that the lot may decide.
    """
    holds = Counter(item.leaf for item in tier)
    section = {item.leaf: item.section for item in (*tier, *chosen)}
    share = -(-count // MOST_LEAVES)
    leaves = [leaf for leaf in dict.fromkeys(item.leaf for item in chosen) if leaf in holds]
    others = len({item.leaf for item in chosen}) - len(leaves)
    held = sum(holds[leaf] for leaf in leaves)
    while len(leaves) < len(holds) and (held < wanted or len(leaves) + others < min(FEWEST_LEAVES, count)):
        near = {section[leaf] for leaf in leaves}
        best = max(
            (leaf for leaf in holds if leaf not in leaves),
            key=lambda leaf: (min(holds[leaf], share), section[leaf] in near, lot(seed, "leaf", leaf)),
        )
        leaves.append(best)
        held += holds[best]
    return leaves


def _interleaved(items: Sequence[Leafed], seed: int) -> list[Leafed]:
    """The items so that a leaf follows itself only where it must, and is followed by its confusable neighbour if it can."""
    left = list(items)
    arranged: list[Leafed] = []
    while left:
        counts = Counter(item.leaf for item in left)
        last = arranged[-1] if arranged else None
        arranged.append(max(left, key=lambda item: _fit(item, last, counts, seed)))
        left.remove(arranged[-1])
    return arranged


def _fit(
    item: Leafed, last: Leafed | None, counts: Mapping[str, int], seed: int
) -> tuple[bool, bool, bool, int, int]:
    """How well an item follows the last one: another leaf first, then one that would else be left over, then a neighbour."""
    pressing = counts[item.leaf] * 2 > sum(counts.values())
    return (
        last is None or item.leaf != last.leaf,
        pressing,
        last is not None and item.section == last.section,
        counts[item.leaf],
        lot(seed, "turn", item.item_id),
    )
