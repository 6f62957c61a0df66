"""Ranks, the part of a board that is shown, and the calendar of points. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.groups.model import Tone

WEEK, MONTH, ALL = "week", "month", "all"

OPENS_AT = 5
"""Boards stay hidden under this many active members: among fewer, a rank says more about luck."""

SHOWN_AT_TOP = {Tone.FRIENDLY: 3, Tone.COMPETITIVE: 10}
"""How many ranks everyone sees: three by name in a friendly group, a full board in a competitive one."""

NEIGHBOURS = 2
"""How many members above and below oneself are shown, to oneself alone."""


@dataclass(frozen=True, slots=True)
class Score:
    """One member's points on a board."""

    member_id: int
    points: int


@dataclass(frozen=True, slots=True)
class Place:
    """A member's place on a board."""

    rank: int
    member_id: int
    points: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What one member sees of a board: its top, and the places around their own where those lie below the top."""

    top: tuple[Place, ...]
    around: tuple[Place, ...]


def week_bucket(day: date) -> str:
    """The ISO week a date lies in: "2026-W48". The first days of January may belong to the year before."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def month_bucket(day: date) -> str:
    """The month of a date: "2026-11"."""
    return f"{day.year}-{day.month:02d}"


def ranked(scores: Iterable[Score]) -> tuple[Place, ...]:
    """Places as in sport: equal points share a rank and the next one counts on (1, 2, 2, 4).

    Only points above zero have a place. Members who share a rank stand in the order of their ids.
    """
    places: list[Place] = []
    ordered = sorted((s for s in scores if s.points > 0), key=lambda s: (-s.points, s.member_id))
    for index, score in enumerate(ordered, start=1):
        ties = bool(places) and places[-1].points == score.points
        places.append(Place(places[-1].rank if ties else index, score.member_id, score.points))
    return tuple(places)


def shown(places: Sequence[Place], own: int, top: int) -> Shown:
    """The first ``top`` places, and ``own``'s with two neighbours on either side unless all of it stands at the top.

    Those who share the last shown rank are cut by count, never by points: a board has a known length.
    """
    index = next((i for i, place in enumerate(places) if place.member_id == own), None)
    head = tuple(places[:top])
    if index is None or index < top:
        return Shown(head, ())
    return Shown(head, tuple(places[max(index - NEIGHBOURS, top) : index + NEIGHBOURS + 1]))
