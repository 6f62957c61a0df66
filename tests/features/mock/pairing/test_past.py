from dataclasses import replace
from datetime import UTC, datetime

from bot.features.mock.pairing.model import Meeting, MeetingState
from bot.features.mock.pairing.past import past_of, topics_of, waited

NOON = datetime(2026, 3, 27, 12, tzinfo=UTC)
MET = Meeting(1, 1, "2026-W13", 1, 2, None, None, MeetingState.MADE, False, NOON, None, None, NOON)


def test_meetings_add_up_without_those_that_did_not_come_about_and_roles_that_were_swapped() -> None:
    past = past_of(
        [
            MET,
            replace(MET, interviewer_id=2, candidate_id=1, swap=True),
            replace(MET, interviewer_id=1, candidate_id=3, observer_id=2),
            replace(MET, interviewer_id=3, candidate_id=2, state=MeetingState.MISSED),
        ]
    )
    assert past.met == {(1, 2): 2, (1, 3): 1}
    assert (past.lead[1], past.lead[2], past.lead[3]) == (2, -1, -1)


def test_waiting_counts_the_last_weeks_in_a_row() -> None:
    found = waited([(1, False), (2, True), (3, False), (1, False), (2, False), (3, True)])
    assert (found[1], found[2], found[3], found[4]) == (2, 0, 1, 0)


def test_a_topic_is_weak_or_strong_from_enough_quiz_answers() -> None:
    shares = [
        (1, "rlhf", 1, 4),
        (1, "evals", 4, 4),
        (1, "scaling", 0, 3),
        (1, "probes", 3, 4),
        (2, "rlhf", 9, 9),
    ]
    weak, strong = topics_of(shares)
    assert weak == {1: frozenset({"rlhf"})}
    assert strong == {1: frozenset({"evals"}), 2: frozenset({"rlhf"})}
