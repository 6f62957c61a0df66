"""Which messages a group quiz has in its channel, and which of them change with it.

Where the place has threads, or is one conversation, there is a lobby, a message for each question, and the result. Where a
place with threads wants none, one message is all of these, one after the other.
"""

from datetime import datetime

from bot.chat.platform import Platform, Threads
from bot.database.transaction import Transaction
from bot.features.quiz.model import Quiz, QuizState
from bot.outbox.queries import beside, refresh

GROUP_QUIZ = "groupquiz"
"""The kind of delivery that is all of a quiz. Presses of a crowd do not wake the scheduler: one edit a second is enough."""

LOBBY_CARD, ASKED, RESULT = "quizlobby", "quizasked", "quizresult"
"""The kinds that are a part of it; one of ASKED has a question's position after a colon."""

MOST = 20
"""So many questions a quiz may have."""


def in_parts(platform: Platform | None, wants_threads: bool | None) -> bool:
    """Whether each question is a message of its own; ``wants_threads`` is what was set for the place."""
    return platform is not None and (platform.threads is Threads.NONE or wants_threads is not False)


def asked(position: int) -> str:
    """The kind of the message that asks a question, by its position from 0."""
    return f"{ASKED}:{position}"


async def show_step(tx: Transaction, quiz: Quiz, now: datetime) -> None:
    """Let the message that is at hand show what changed: the lobby, or the question that is asked."""
    at_hand = LOBBY_CARD if quiz.state is QuizState.LOBBY else asked(quiz.position)
    await refresh(tx, quiz.subject, (GROUP_QUIZ, at_hand), now)


async def show_move(tx: Transaction, quiz: Quiz, now: datetime, then: str = "") -> None:
    """Let the messages show that a quiz went on from ``quiz``, and post the part that comes ``then``."""
    await refresh(tx, quiz.subject, (GROUP_QUIZ, LOBBY_CARD, asked(quiz.position)), now)
    if then:
        under = "" if then == RESULT else f"{quiz.subject}|{LOBBY_CARD}"
        await beside(tx, quiz.subject, LOBBY_CARD, then, now, under)


async def show_everywhere(tx: Transaction, quiz_id: int, now: datetime) -> None:
    """Let all messages of a quiz show what changed."""
    kinds = (GROUP_QUIZ, LOBBY_CARD, RESULT, *map(asked, range(MOST)))
    await refresh(tx, f"quiz:{quiz_id}", kinds, now)
