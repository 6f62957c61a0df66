"""What kinds share whose choices are placed one after another, each once: order and match."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from bot.chat.cards import Button
from bot.questions.findings import Flaw, error
from bot.questions.kinds.asked import Given, Prepared, answered, asked, corrected
from bot.questions.kinds.kind import HandIn, Objective
from bot.questions.kinds.presses import At, Rows, Undo, check, taps
from bot.questions.literal import plainly
from bot.questions.model import Item
from bot.questions.seeds import order


def shuffled(item: Item, texts: tuple[str, ...], seed: int) -> Prepared:
    """The texts in an order that doesn't show them as they are written, unless all are alike."""
    shown = order(len(texts), seed, item.id)
    attempt = 0
    while tuple(texts[index] for index in shown) == texts and len(set(texts)) > 1:
        attempt += 1
        shown = order(len(texts), seed, item.id, "again", attempt)
    return replace(
        asked(item),
        choices=tuple(texts[index] for index in shown),
        feedback=("",) * len(shown),
        key=tuple(shown.index(index) for index in range(len(shown))),
    )


def _controls(at: At, question: Prepared, given: Given) -> Rows:
    """The choices that are not placed yet, and the way back."""
    if answered(question, given):
        return ((check(at), Button("Undo", Undo(*at, len(given.picks) - 2))),)
    undo = Button("Undo", Undo(*at, len(given.picks) - 1))
    left = taps(at, (i for i in range(len(question.choices)) if i not in given.picks))
    return (*left, (undo,)) if given.picks else left


def _place(question: Prepared, given: Given, index: int, _on: bool) -> Given:
    """A choice comes next, and the last one with it; one that is placed stays where it is."""
    if index in given.picks:
        return given
    picks = (*given.picks, index)
    left = [i for i in range(len(question.choices)) if i not in picks]
    return replace(given, picks=(*picks, *left) if len(left) == 1 else picks)


def _take_back(_question: Prepared, given: Given, left: int) -> Given:
    """The first so many choices stay."""
    return replace(given, picks=given.picks[: max(0, left)])


def distinct(name: str, parts: Iterable[str]) -> Iterator[Flaw]:
    """The parts in a field of an item differ, so that there is one right answer."""
    seen: dict[str, int] = {}
    for here, part in enumerate(parts):
        first = seen.setdefault(" ".join(part.casefold().split()), here)
        if first != here:
            message = f"“{part}” stands at {first + 1} and at {here + 1}. Make them differ."
            yield error("keys", message, name, here)


def plain_choices(question: Prepared) -> list[str]:
    """The choices in the right order, in plain words."""
    return [plainly(question.choices[i]) for i in question.key]


def _corrected(shown: Prepared, new: Prepared) -> Prepared | None:
    """Every choice has a place: with more or fewer of them it is another question."""
    return corrected(shown, new) if len(shown.choices) == len(new.choices) else None


placed = partial(
    Objective,
    hand_in=HandIn.BUTTON,
    effort=2,
    controls=_controls,
    tap=_place,
    undo=_take_back,
    corrected=_corrected,
)
"""A kind whose choices are placed."""
