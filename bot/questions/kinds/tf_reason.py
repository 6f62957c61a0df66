"""True or false with a reason: the verdict on a statement, then one of several reasons for it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from bot.chat.cards import Button, Choice, OneOf
from bot.questions.kinds import options
from bot.questions.kinds.asked import Given, NotForAQuiz, Prepared, lettered, letters
from bot.questions.kinds.kind import HandIn, QuestionForm, UnfitError, with_why
from bot.questions.kinds.presses import At, Rows, SayTruth, Undo, taps
from bot.questions.model import Item

TRUTH_ONLY = 0.5
"""What the right verdict earns with a wrong or missing reason."""


def _prepare(item: Item, seed: int) -> Prepared:
    question = options.prepare(item, seed)
    if item.statement_is is None:
        raise NotForAQuiz(f"{item.id} doesn't say whether its statement is true.")
    return replace(question, statement_is=item.statement_is)


def _word(truth: bool | None) -> str:
    return "true" if truth else "false"


def _prompt(question: Prepared, given: Given) -> tuple[str, ...]:
    if given.truth is None:
        return ()
    return (f"You say it is **{_word(given.truth)}**. Because:", lettered(question, given.picks))


def _controls(at: At, question: Prepared, given: Given) -> Rows:
    if given.truth is None:
        return ((Button("True", SayTruth(*at, truth=True)), Button("False", SayTruth(*at, truth=False))),)
    undo = Button("Undo", Undo(*at, max(0, len(given.picks) - 1)))
    return (*taps(at, range(len(question.choices))), (undo,))


def _pick(question: Prepared, given: Given, index: int, on: bool) -> Given:
    """An old button may come before the verdict stands: then there is nothing to give a reason for."""
    return given if given.truth is None else options.pick(question, given, index, on)


def _grade(question: Prepared, given: Given) -> float:
    if given.truth is not question.statement_is:
        return 0.0
    return 1.0 if given.picks == question.key else TRUTH_ONLY


def _explained(question: Prepared, given: Given | None) -> tuple[str, ...]:
    own = f"; you said {_word(given.truth)}" if given else ""
    verdict = f"The statement is **{_word(question.statement_is)}**{own}."
    return (verdict, *options.explained(question, given))


def _key_words(question: Prepared) -> str:
    return f"{_word(question.statement_is).capitalize()}.\n{options.key_words(question)}"


def _fits(item: Item) -> None:
    options.fits(item)
    if item.statement_is is None:
        raise UnfitError("It doesn't say whether its statement is true.")


_TRUTH = OneOf("truth", "The statement is", (Choice("True", "true"), Choice("False", "false")))


def _read(said: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    if said.get("truth") not in ("true", "false"):
        errors["truth"] = "Choose whether the statement is true or false."
    return {"statement_is": said.get("truth") == "true", **options.read_options(said, errors)}


def _values(item: Mapping[str, Any]) -> dict[str, str]:
    return {"truth": _word(item.get("statement_is")), **options.option_values(item)}


TF_REASON = options.chosen(
    name="true or false",
    edited_in=with_why(QuestionForm((_TRUTH, options.OPTION_LINES), _read, _values)),
    fits=_fits,
    flaws=partial(options.flaws, statement=True),
    how="True or false? Then choose the reason.",
    hand_in=HandIn.LAST_PRESS,
    effort=1.5,
    prepare=_prepare,
    prompt=_prompt,
    controls=_controls,
    tap=_pick,
    grade=_grade,
    said=lambda given: f"{_word(given.truth)}, because of {letters(given.picks)}",
    explained=_explained,
    key_words=_key_words,
)
