"""Matching: each left item gets the right side that belongs to it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.chat.cards import TextField
from bot.chat.words import clean_line, clean_lines
from bot.questions.bounds import STEP
from bot.questions.findings import Flaw
from bot.questions.kinds import placing
from bot.questions.kinds.asked import LETTERS, Given, Prepared, lettered
from bot.questions.kinds.kind import QuestionForm, UnfitError, with_why
from bot.questions.literal import plainly
from bot.questions.model import Item


def _prepare(item: Item, seed: int) -> Prepared:
    question = placing.shuffled(item, tuple(right for _, right in item.pairs), seed)
    return replace(question, lefts=tuple(left for left, _ in item.pairs))


def _prompt(question: Prepared, given: Given) -> tuple[str, ...]:
    placed = [f"- {left}: **{LETTERS[i]}**" for left, i in zip(question.lefts, given.picks, strict=False)]
    waiting = question.lefts[len(placed) :]
    following = [f"- **{left}: ?**" if place == 0 else f"- {left}" for place, left in enumerate(waiting)]
    return ("\n".join([*placed, *following]), lettered(question))


def _grade(question: Prepared, given: Given) -> float:
    """Share of right pairs beyond the one that blind matching gets on average, however many pairs there are."""
    hits = sum(one == wanted for one, wanted in zip(given.picks, question.key, strict=False))
    return max(0.0, (hits - 1) / (len(question.key) - 1))


def _explained(question: Prepared, given: Given | None) -> tuple[str, ...]:
    lines = []
    for place, (left, wanted) in enumerate(zip(question.lefts, question.key, strict=True)):
        pair = f"{left}: {question.choices[wanted]}"
        own = given.picks[place : place + 1] if given else ()
        chose = f" (you chose: {question.choices[own[0]]})" if own not in {(), (wanted,)} else ""
        mark = "" if given is None else "✓ " if own == (wanted,) else "✗ "
        lines.append(f"- {mark}{pair}{chose}")
    return ("**What belongs together**\n\n" + "\n".join(lines),)


def _key_words(question: Prepared) -> str:
    pairs = zip(question.lefts, placing.plain_choices(question), strict=True)
    return "\n".join(f"{plainly(left)}: {right}" for left, right in pairs)


def _fits(item: Item) -> None:
    texts = [clean_line(side) for pair in item.pairs for side in pair]
    rights = texts[1::2]
    if not 3 <= len(item.pairs) <= 6 or len(set(rights)) < len(rights):
        raise UnfitError("It needs three to six pairs with different right sides.")
    if not all(1 <= len(text) <= STEP for text in texts):
        raise UnfitError(f"One side of a pair is empty, or longer than {STEP} characters.")


def _flaws(item: Item) -> Iterator[Flaw]:
    for side in (0, 1):
        yield from placing.distinct("pairs", (pair[side] for pair in item.pairs))


_PAIRS = TextField(
    "pairs",
    "What belongs together, one pair per line",
    long=True,
    placeholder="a left side = the right side that belongs to it",
    most=2500,
)


def _read(said: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    parted = [line.partition(" = ") for line in clean_lines(said.get("pairs", ""))]
    alone = next((line for line, mark, _ in parted if not mark), "")
    if alone:
        errors["pairs"] = f"Separate the two sides with “ = ”. It is missing in “{alone[:40]}”."
    pairs = [{"left": left.strip(), "right": right.strip()} for left, _, right in parted]
    return {"pairs": pairs}


def _values(item: Mapping[str, Any]) -> dict[str, str]:
    lines = (f"{pair['left']} = {pair['right']}" for pair in item.get("pairs", ()))
    return {"pairs": "\n".join(lines)}


MATCH = placing.placed(
    name="matching",
    holds="pairs",
    edited_in=with_why(QuestionForm((_PAIRS,), _read, _values)),
    fits=_fits,
    flaws=_flaws,
    how="Choose what belongs to each.",
    prepare=_prepare,
    prompt=_prompt,
    grade=_grade,
    explained=_explained,
    key_words=_key_words,
)
