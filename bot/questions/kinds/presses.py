"""What the buttons and the form of a question do."""

from collections.abc import Iterable
from typing import TypeAlias

from bot.chat.actions import Action
from bot.chat.cards import Button, Control, Style
from bot.questions.kinds.asked import LETTERS

At: TypeAlias = tuple[int, int]
"""Which question: the id of its quiz, and its place there from 0."""

Rows: TypeAlias = tuple[tuple[Control, ...], ...]


class OfQuiz(Action):
    """A press that is about a quiz."""

    quiz_id: int


class OfQuestion(OfQuiz):
    """A press that is about one of its questions: ``position``, from 0, tells old ones apart."""

    position: int


class Tap(OfQuestion, tag="qtap"):
    """Choose one of the lettered choices, or where several can be right, take it back: the state that is wanted."""

    index: int
    on: bool


class SayTruth(OfQuestion, tag="qtruth"):
    """Say whether a statement is true; the reasons follow."""

    truth: bool


class Undo(OfQuestion, tag="qundo"):
    """Take choices back until only so many are left."""

    left: int


class Seal(OfQuestion, tag="qseal"):
    """Hand in what was chosen."""


class AskTyped(OfQuestion, tag="qnumber"):
    """Open the form for an answer that is typed."""


class SendTyped(OfQuestion, tag="qnumsend"):
    """Hand in what was typed."""


class Show(OfQuestion, tag="qshow"):
    """Turn a card over."""


class Rate(OfQuestion, tag="qrate"):
    """Say how well one knew a card, from 1 to 4, and go on."""

    rating: int


def taps(at: At, left: Iterable[int], marked: tuple[int, ...] = ()) -> Rows:
    """A button for each of the choices that are left, five a row; where several count, the marked ones take themselves back."""
    made = [
        Button(f"{LETTERS[i]} ✓" if i in marked else LETTERS[i], Tap(*at, i, i not in marked)) for i in left
    ]
    return tuple(tuple(made[i : i + 5]) for i in range(0, len(made), 5))


def check(at: At, because: str | None = None) -> Button:
    """Hands in what was chosen; ``because`` says why it can't yet."""
    return Button("Check", Seal(*at), Style.PRIMARY, because)
