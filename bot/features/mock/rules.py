"""What follows from what, in a mock interview. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.features.mock.model import Form, Mark, Mock, MockState
from bot.questions.model import Item, KeyPoint

OFFER_FOR = timedelta(hours=24)
"""So long somebody who was asked may say yes."""

READY_FOR = timedelta(days=7)
"""So long a mock that was agreed on waits for its first question."""

ABANDONED = timedelta(hours=6)
"""Nobody has asked the next part for so long: what was asked until then is what there was."""

ALONE_AFTER = timedelta(hours=24)
"""So long a form waits for the other; then its writer decides about it."""

ASK_AGAIN = timedelta(hours=24)
"""Who said "not now" is not asked again by the same person before."""

LOOK_EVERY = timedelta(minutes=1)
"""While they talk, so often it is looked whether both are still in the group."""

LOOK_RARELY = timedelta(hours=1)
"""The same, before and after."""

_WORTH = {Mark.SEEN: 2, Mark.PART: 1, Mark.NO: 0}


def points(rubric: Sequence[KeyPoint], scores: Sequence[Mark]) -> tuple[float, int]:
    """(reached, possible) by a score sheet: a point seen in part counts half its weight."""
    halves = sum(point.weight * _WORTH[mark] for point, mark in zip(rubric, scores, strict=True))
    return halves / 2, sum(point.weight for point in rubric)


def pick(scripts: Sequence[Item], new_to: Collection[str], known_by: Collection[str]) -> Item | None:
    """The script for a candidate who has met those of ``new_to`` already; None where none is left.

    One that the interviewer was candidate for (``known_by``) comes first, then the easiest.
    """
    fresh = [each for each in scripts if each.id not in new_to]
    return min(
        fresh, key=lambda item: (item.id not in known_by, item.difficulty, scripts.index(item)), default=None
    )


def lapses_at(mock: Mock) -> datetime | None:
    """When a mock that nobody goes on with comes to an end, or its forms are decided on; None once it is over."""
    match mock.state:
        case MockState.ASKED:
            return mock.created_at + OFFER_FOR
        case MockState.READY:
            return mock.created_at + READY_FOR
        case MockState.RUNNING:
            return mock.until + ABANDONED
        case MockState.FORMS:
            assert mock.ended_at is not None
            return mock.ended_at + ALONE_AFTER
        case _:
            return None


def next_look(mock: Mock, now: datetime) -> datetime | None:
    """When the clock looks at it next: whether its people are still there, and whether it has lapsed."""
    lapses = lapses_at(mock)
    if lapses is None:
        return None
    every = LOOK_EVERY if mock.state is MockState.RUNNING else LOOK_RARELY
    return min(lapses, now + every)


def missing(mock: Mock, forms: Mapping[int, Form]) -> tuple[int, ...]:
    """Whose form is not there yet."""
    return tuple(each for each in mock.people if each not in forms)
