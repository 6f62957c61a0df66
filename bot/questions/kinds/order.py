"""Ordering: steps are brought into their right order."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from bot.chat.cards import TextField
from bot.chat.words import clean_line, clean_lines
from bot.questions.bounds import STEP
from bot.questions.kinds import placing
from bot.questions.kinds.asked import LETTERS, Given, Prepared, lettered
from bot.questions.kinds.kind import QuestionForm, UnfitError, with_why
from bot.questions.model import Item


def _so_far(given: Given) -> str:
    return " → ".join(LETTERS[i] for i in given.picks)


def _prompt(question: Prepared, given: Given) -> tuple[str, ...]:
    so_far = (f"Your order so far: **{_so_far(given)}**",) if given.picks else ()
    return (lettered(question), *so_far)


def _grade(question: Prepared, given: Given) -> float:
    """Kendall's tau where it is above 0; its mean over all orders is 0. Steps not placed count as misplaced."""
    rank = {index: place for place, index in enumerate(question.key)}
    agreed = sum(rank[one] < rank[other] for one, other in combinations(given.picks, 2))
    pairs = len(rank) * (len(rank) - 1) // 2
    return max(0.0, 2 * agreed / pairs - 1)


def _explained(question: Prepared, given: Given | None) -> tuple[str, ...]:
    steps = [
        f"**{LETTERS[i]}**  {question.choices[i]}" if given else question.choices[i] for i in question.key
    ]
    own = (f"Your order: {_so_far(given)}",) if given else ()
    return (*own, "**The right order**\n\n" + "\n".join(f"- {step}" for step in steps))


def _key_words(question: Prepared) -> str:
    return "\n".join(f"{n}. {step}" for n, step in enumerate(placing.plain_choices(question), 1))


def _fits(item: Item) -> None:
    texts = {clean_line(step) for step in item.sequence}
    if not 3 <= len(texts) == len(item.sequence) <= 7 or not all(1 <= len(t) <= STEP for t in texts):
        raise UnfitError(f"It needs three to seven different steps of at most {STEP} characters.")


_STEPS = TextField(
    "steps",
    "The steps in the right order, one per line",
    long=True,
    placeholder="The first step\nThe second one\nThe last one",
    most=1500,
)


def _read(said: Mapping[str, str], _errors: dict[str, str]) -> dict[str, Any]:
    return {"sequence": clean_lines(said.get("steps", ""))}


def _values(item: Mapping[str, Any]) -> dict[str, str]:
    return {"steps": "\n".join(item.get("sequence", ()))}


ORDER = placing.placed(
    name="ordering",
    holds="sequence",
    edited_in=with_why(QuestionForm((_STEPS,), _read, _values)),
    fits=_fits,
    flaws=lambda item: placing.distinct("sequence", item.sequence),
    how="Tap the steps in the right order.",
    prepare=lambda item, seed: placing.shuffled(item, item.sequence, seed),
    prompt=_prompt,
    grade=_grade,
    explained=_explained,
    key_words=_key_words,
)
