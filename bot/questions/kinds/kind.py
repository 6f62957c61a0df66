"""What the house needs of a kind of question, as data: each kind's module fills one of these in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from bot.chat.cards import MARKED, Form, OneOf, TextField, text
from bot.chat.words import clean, too_long
from bot.questions.bounds import EXPLANATION
from bot.questions.findings import Flaw
from bot.questions.kinds.asked import Given, Prepared, answered, corrected, letters
from bot.questions.kinds.presses import At, Rows, SendTyped
from bot.questions.model import Item


class UnfitError(ValueError):
    """A group can't ask this question of its own; the text says why."""


class MisreadError(ValueError):
    """What was typed is no answer to the question; the text is a sentence for whoever typed it."""


class HandIn(Enum):
    """When an answer is handed in: with every press, with the press that completes it, or by a button of its own."""

    EVERY_PRESS = "every press"
    LAST_PRESS = "last press"
    BUTTON = "button"


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """What is particular to a kind in the form on which a member writes a question, between its prompt and its link.

    ``read`` makes fields of an item from what was typed by field id, empty ones of what was left empty, and puts what is wrong
    with a field into the errors. ``values`` is the other way round. ``keeps`` joins what was read to the item before, which may
    hold what the form has no field for.
    """

    fields: tuple[TextField | OneOf, ...]
    read: Callable[[Mapping[str, str], dict[str, str]], dict[str, Any]]
    values: Callable[[Mapping[str, Any]], dict[str, str]]
    keeps: Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]] = lambda before, read: {
        **before,
        **read,
    }


_WHY = TextField(
    "why",
    "Why is it right?",
    long=True,
    placeholder="What others should take away from it.",
    most=EXPLANATION,
    shown_as=MARKED,
)


@dataclass(frozen=True, slots=True)
class Typing:
    """How an answer is typed: ``field`` asks for it in a form of this title.

    ``read`` makes a response of what was typed. It raises MisreadError.
    """

    title: str
    field: Callable[[Prepared], TextField]
    read: Callable[[Prepared, str], Given]

    def form(self, at: At, question: Prepared, typed: str = "") -> Form:
        """The form, with what was typed before."""
        field = replace(self.field(question), value=typed)
        return Form(self.title, (field,), SendTyped(*at), "Check", text(question.prompt))


def bounded(said: Mapping[str, str], field: str, most: int, errors: dict[str, str]) -> str:
    """The words of a field; more than so many characters are an error."""
    words = clean(said.get(field, ""))
    if error := too_long(words, most):
        errors[field] = error
    return words


def with_why(form: QuestionForm, *, required: bool = False) -> QuestionForm:
    """The form with a last field for a question's explanation."""

    def read(said: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
        found = {**form.read(said, errors), "explanation": bounded(said, "why", EXPLANATION, errors)}
        if required and not found["explanation"]:
            errors["why"] = "Say in a sentence or two why it is right: that is what others learn from."
        return found

    def values(item: Mapping[str, Any]) -> dict[str, str]:
        return {**form.values(item), "why": str(item.get("explanation", ""))}

    fields = (*form.fields, replace(_WHY, required=required))
    return replace(form, fields=fields, read=read, values=values)


def _in_full(_question: Prepared, given: tuple[Given, ...], right: int) -> str:
    return f"{right} of {len(given)} got it all right."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Common:
    """What every kind has.

    ``name`` is what members read. ``holds`` names the field of an item that the answer stands in, and ``fits`` raises
    UnfitError for an item that a group can't have of its own; its prompt has ``least`` characters at least. ``flaws`` are an
    editor's rules on items of the bank, beyond the schema. Kinds with a ``form`` can be suggested. ``edited_in`` is the form
    for a question that a group has, where that is another one or the kind can't be suggested; a kind without either is edited
    as YAML.
    """

    name: str
    holds: str
    fits: Callable[[Item], None]
    flaws: Callable[[Item], Iterator[Flaw]]
    form: QuestionForm | None = None
    least: int = 5
    edited_in: QuestionForm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discussion(_Common):
    """Answered in words and compared with key points: the daily round asks it.

    ``share`` is about how many of five rounds ask it. Answers to a ``personal`` one stay out of the channel unless their
    author says otherwise. One ``in_code`` is answered with a program.
    """

    share: int
    personal: bool = False
    in_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Script(_Common):
    """For two people and an hour: neither rounds nor quizzes ask it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective(_Common):
    """Has an answer that can be checked: quizzes ask it.

    Asking. ``prepare`` shows an item as a seed has it, always the same for the same seed, and raises NotForAQuiz.
    ``how`` tells members what to do. ``prompt`` gives the paragraphs below the prompt, with what was chosen marked, and
    ``controls`` the buttons that put a response together. ``several`` choices may be right at once. ``effort`` is how many times as
    long as one choice it takes.

    Answering. ``tap`` is the response after a choice was pressed to be on or off, ``undo`` the one with so many choices left;
    what can't count changes nothing. A ``complete`` response can be handed in, at the time that ``hand_in`` tells. ``grade``
    is from 0 to 1, and 1 for the full answer alone; an unfinished one earns what it holds. Partial credit is corrected for
    guessing: blind marking earns little. An answer that is typed has a ``typing``. One that may be right though the
    key doesn't hold it has ``alike``: whether two responses are the same one. What isn't ``checked`` is rated by whoever answers, from 1 to 4 as FSRS has it: it is asked alone only,
    and earns nothing.

    Telling. ``said`` is a response in few words, and ``tally`` what came of many, so many of them right. ``explained`` gives
    the right answer and its reasons as paragraphs, beside a response or for everyone, ``key_words`` the right answer in plain
    words.

    Correcting. ``corrected`` is a question as it was shown with the answer of a new version, None where that one's answer was
    not among what was shown.
    """

    how: str
    hand_in: HandIn
    effort: float = 1
    several: bool = False
    checked: bool = True
    alike: Callable[[Given, Given], bool] | None = None
    typing: Typing | None = None
    prepare: Callable[[Item, int], Prepared]
    prompt: Callable[[Prepared, Given], tuple[str, ...]]
    controls: Callable[[At, Prepared, Given], Rows]
    tap: Callable[[Prepared, Given, int, bool], Given]
    undo: Callable[[Prepared, Given, int], Given] = lambda _question, given, left: given if left else Given()
    complete: Callable[[Prepared, Given], bool] = answered
    grade: Callable[[Prepared, Given], float]
    said: Callable[[Given], str] = lambda given: letters(given.picks)
    tally: Callable[[Prepared, tuple[Given, ...], int], str] = _in_full
    explained: Callable[[Prepared, Given | None], tuple[str, ...]]
    key_words: Callable[[Prepared], str]
    corrected: Callable[[Prepared, Prepared], Prepared | None] = corrected
