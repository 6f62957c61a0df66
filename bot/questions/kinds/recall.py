"""A flash card: its front, then its back, then how well one knew it on FSRS's own scale. Nobody checks it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.chat.cards import MARKED, Button, Style, TextField
from bot.questions.bounds import BACK
from bot.questions.findings import Flaw, warning
from bot.questions.kinds.asked import Given, NotForAQuiz, Prepared, asked
from bot.questions.kinds.kind import HandIn, Objective, QuestionForm, UnfitError, bounded
from bot.questions.kinds.presses import At, Rate, Rows, Show
from bot.questions.literal import plainly
from bot.questions.model import Item

RATINGS = ("Again", "Hard", "Good", "Easy")
"""FSRS's ratings, from 1 to 4. Again is a mistake, the others are right."""

_LONG_FRONT = 300


def _prepare(item: Item, _seed: int) -> Prepared:
    if not item.back:
        raise NotForAQuiz(f"{item.id} has no back.")
    return replace(asked(item), back=item.back)


def _prompt(question: Prepared, given: Given) -> tuple[str, ...]:
    """The front alone; with the back comes all that there is to read, since the next card follows the rating."""
    if not given.shown:
        return ()
    return (f"**Answer**\n\n{question.back}", *([question.explanation] if question.explanation else ()))


def _controls(at: At, _question: Prepared, given: Given) -> Rows:
    if not given.shown:
        return ((Button("Show the answer", Show(*at), Style.PRIMARY),),)
    return (tuple(Button(name, Rate(*at, rating)) for rating, name in enumerate(RATINGS, 1)),)


def _said(given: Given) -> str:
    return "nothing" if given.rating is None else RATINGS[given.rating - 1]


def _explained(question: Prepared, given: Given | None) -> tuple[str, ...]:
    own = () if given is None or given.rating is None else (f"You rated it **{_said(given)}**.",)
    return (question.back, *own)


def _fits(item: Item) -> None:
    if not item.back:
        raise UnfitError("Its back is empty.")
    if len(item.back) > BACK:
        raise UnfitError(f"Its back has {len(item.back):,} characters; {BACK} are the most.")


def _flaws(item: Item) -> Iterator[Flaw]:
    """A card asks one thing: a front of a paragraph is read, and not recalled."""
    if len(item.prompt) > _LONG_FRONT:
        message = f"The front has {len(item.prompt)} characters; {_LONG_FRONT} are enough. Ask one thing."
        yield warning("card-length", message, "prompt")


def _read(said: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    back = bounded(said, "back", BACK, errors)
    if not back:
        errors["back"] = "Write what the back of the card says."
    return {"back": back}


RECALL = Objective(
    name="flash card",
    holds="back",
    fits=_fits,
    flaws=_flaws,
    least=1,
    form=QuestionForm(
        (
            TextField(
                "back",
                "The back of the card",
                long=True,
                placeholder="One fact, in a line or two.",
                most=BACK,
                shown_as=MARKED,
            ),
        ),
        _read,
        lambda item: {"back": str(item.get("back", ""))},
    ),
    how="Recall the answer, turn the card over, and rate how well you knew it.",
    hand_in=HandIn.LAST_PRESS,
    checked=False,
    prepare=_prepare,
    prompt=_prompt,
    controls=_controls,
    tap=lambda _question, given, _index, _on: given,
    complete=lambda _question, given: given.shown and given.rating is not None,
    grade=lambda _question, given: float((given.rating or 1) > 1),
    said=_said,
    explained=_explained,
    key_words=lambda question: plainly(question.back),
)
