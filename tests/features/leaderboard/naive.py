"""Slow and plain ways to say what boards must show, to hold the quick ones against."""

from collections.abc import Mapping


def naive_places(scores: Mapping[int, float]) -> list[tuple[int, int]]:
    """(rank, member) of everybody with a score above 0: as in sport, and the newer member first among equals."""
    kept = {member: score for member, score in scores.items() if score > 0}
    ordered = sorted(kept, key=lambda member: (kept[member], member), reverse=True)
    return [(1 + sum(other > kept[m] for other in kept.values()), m) for m in ordered]


def naive_around(scores: Mapping[int, float], member: int) -> list[tuple[int, int]]:
    """A member's place with two neighbours on either side; nothing without one."""
    places = naive_places(scores)
    index = next((i for i, (_, who) in enumerate(places) if who == member), None)
    return [] if index is None else places[max(0, index - 2) : index + 3]
