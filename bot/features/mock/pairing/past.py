"""What earlier weeks mean for the next pairs. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.features.mock.pairing.model import Meeting, MeetingState
from bot.features.mock.pairing.rules import key

WEAK_UNDER, STRONG_FROM = 0.6, 0.85
"""The share of right quiz answers in a topic that makes it a weak one, or a strong one."""

FROM_ANSWERS = 4
"""With fewer answers in a topic nothing is known about it."""


@dataclass(frozen=True, slots=True)
class Past:
    """How often two have met, by `key`; how many times more each was interviewer than candidate."""

    met: Counter[tuple[int, int]]
    lead: Counter[int]


def past_of(meetings: Iterable[Meeting]) -> Past:
    """What a group's meetings add up to. One that did not come about counts for nothing."""
    met, lead = Counter[tuple[int, int]](), Counter[int]()
    for each in meetings:
        if each.state is MeetingState.MISSED:
            continue
        met[key(*each.two)] += 1
        lead[each.interviewer_id] += not each.swap
        lead[each.candidate_id] -= not each.swap
    return Past(met, lead)


def waited(weeks: Iterable[tuple[int, bool]]) -> Counter[int]:
    """For how many weeks in a row, up to the last, each had no partner: from (member, met), newest first."""
    found, ended = Counter[int](), set[int]()
    for member_id, met in weeks:
        if met:
            ended.add(member_id)
        found[member_id] += member_id not in ended
    return found


def topics_of(
    shares: Iterable[tuple[int, str, float, float]],
) -> tuple[dict[int, frozenset[str]], dict[int, frozenset[str]]]:
    """(the weak topics of each, the strong ones), from (member, topic, right answers, answers)."""
    weak, strong = dict[int, frozenset[str]](), dict[int, frozenset[str]]()
    for member_id, topic, right, answers in shares:
        if answers < FROM_ANSWERS:
            continue
        for topics, fits in ((weak, right / answers < WEAK_UNDER), (strong, right / answers >= STRONG_FROM)):
            if fits:
                topics[member_id] = topics.get(member_id, frozenset()) | {topic}
    return weak, strong
