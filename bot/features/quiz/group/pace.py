"""How long each step of a group quiz takes."""

from datetime import timedelta

from bot.features.quiz.model import Quiz
from bot.questions.kinds import OBJECTIVE_KINDS
from bot.questions.kinds.asked import Prepared

LOBBY = timedelta(seconds=60)

LEAST_READ, MOST_READ = 15, 90
"""Seconds for which an answer is shown."""

WORDS_A_SECOND = 4
"""Adults read 238 words of English a minute (Brysbaert 2019, doi 10.1016/j.jml.2019.104047)."""

LOOKING = 5
"""Seconds to find oneself among the answers before one reads on."""


def seconds_for(question: Prepared, group_seconds: int) -> int:
    """How long a question runs where one with a single choice runs for ``group_seconds``."""
    return round(group_seconds * OBJECTIVE_KINDS[question.kind].effort)


def times_of(quiz: Quiz, group_seconds: int) -> str:
    """How long the questions of a quiz run: "45 to 90 seconds each"."""
    found = sorted({seconds_for(each, group_seconds) for each in quiz.questions})
    return f"{found[0]} to {found[-1]} seconds each" if len(found) > 1 else f"{found[0]} seconds each"


def reading_time(question: Prepared) -> timedelta:
    """How long the answer to a question is shown: as long as its reasons take to be read."""
    reasons = (*OBJECTIVE_KINDS[question.kind].explained(question, None), question.explanation or "")
    words = sum(len(each.split()) for each in reasons)
    return timedelta(seconds=min(max(LOOKING + round(words / WORDS_A_SECOND), LEAST_READ), MOST_READ))
