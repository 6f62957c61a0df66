"""What organisers want asked: a queue, questions that are never asked, and a plan by weekday or for one week. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.chat.words import WEEKDAYS, short_day
from bot.questions.kinds import DISCUSSION_KINDS
from bot.questions.topics import TopicTree

MOST_QUEUED = 15
"""Three weeks of questions, and as many as one card shows on every platform."""

KIND = "kind:"
"""Begins what a plan wants where that is a kind of question and no topic."""

Wanted = tuple[str, ...]
"""What a plan wants: ids of topics with all below them, or kinds. One of them is enough."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What counts on one day: the queue in order, what is never asked, this week's plan, and the weekday's."""

    queue: tuple[str, ...] = ()
    never: frozenset[str] = frozenset()
    week: Wanted = ()
    weekday: Wanted = ()


def queue_in(places: Mapping[str, int]) -> tuple[str, ...]:
    """The queue among the places of a group's questions, in order."""
    return tuple(item_id for item_id, place in places.items() if place)


def never_in(places: Mapping[str, int]) -> tuple[str, ...]:
    """What is never asked among the places of a group's questions."""
    return tuple(item_id for item_id, place in places.items() if not place)


def with_first(queue: Sequence[str], item_id: str) -> tuple[str, ...]:
    """The queue with a question at its head."""
    return (item_id, *(each for each in queue if each != item_id))


def moved(queue: Sequence[str], item_id: str, to: int) -> tuple[str, ...]:
    """The queue with a question at another place, from 0; one that isn't in it moves nothing."""
    if item_id not in queue:
        return tuple(queue)
    rest = [each for each in queue if each != item_id]
    rest.insert(max(0, to), item_id)
    return tuple(rest)


def monday_of(day: date) -> date:
    """The first day of a date's week."""
    return day - timedelta(days=day.weekday())


def days_of(day: date) -> tuple[str, str]:
    """(this week's, the weekday's): the keys of the plans that count on a date."""
    return monday_of(day).isoformat(), str(day.weekday())


def day_words(key: str) -> str:
    """When a plan counts: "Mondays", or "The week from 30 Nov"."""
    if key.isdecimal():
        return f"{WEEKDAYS[int(key)]}s"
    return f"The week from {short_day(date.fromisoformat(key))}"


def fits(wanted: Wanted, kind: str, leaf: str) -> bool:
    """Whether a question of this kind, on this leaf of the topics, is one that a plan wants."""
    return any(each == KIND + kind or leaf == each or leaf.startswith(each + ".") for each in wanted)


def read_wanted(topics: TopicTree, said: str) -> Wanted:
    """What somebody means who types a topic at any level, or the name of a kind.

    Raises:
        UnknownTopic: neither is called that.
    """
    kinds = {each.name: kind.value for kind, each in DISCUSSION_KINDS.items()}
    name = said.strip().casefold()
    if name in kinds and name not in topics:
        return (KIND + kinds[name],)
    return topics.resolve(said)


def wanted_words(topics: TopicTree, wanted: Wanted) -> str:
    """What a plan wants, for people: "ML coding"."""
    names: Mapping[str, str] = {
        KIND + kind.value: f"{each.name} questions" for kind, each in DISCUSSION_KINDS.items()
    }
    return " or ".join(names.get(each) or topics.title(each) for each in wanted)
