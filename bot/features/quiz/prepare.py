"""From an item of the bank to one question as a member sees it: shuffled, with its numbers drawn, from a seed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.questions.formula import FormulaError, draws, evaluate
from bot.questions.model import OBJECTIVE_KINDS, Cite, Item, Kind
from bot.questions.seeds import one_of, order

_PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")
_MOST_DRAWS = 20


class NotForAQuiz(ValueError):  # noqa: N818 - it reads as the sentence it stands for
    """The item has no answer that can be checked: it is of another kind, or parts of it are missing."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One question as it is shown, and its right answer.

    Choices are option texts, steps or right sides in shown order, lettered A to G by index; `feedback` has one text
    for each, "" where there is none. What `key` holds depends on the kind:

    - single, tf_reason: the index of the right choice;
    - multi: the indices of all right choices, ascending;
    - order: the indices in the right order;
    - match: for each of `lefts` the index of its right side;
    - numeric: nothing; the answer is `value` plus or minus `tolerance`, in `unit` ("" for a bare number).

    `redrawn` says that the numbers are others than those that the explanation works with.
    """

    item_id: str
    kind: Kind
    topic: str
    root: str
    difficulty: int
    prompt: str
    choices: tuple[str, ...] = ()
    lefts: tuple[str, ...] = ()
    feedback: tuple[str, ...] = ()
    key: tuple[int, ...] = ()
    statement_is: bool | None = None
    value: float | None = None
    tolerance: float = 0.0
    unit: str = ""
    explanation: str = ""
    references: tuple[Cite, ...] = ()
    redrawn: bool = False


def prepare(item: Item, seed: int) -> Prepared:
    """The item as this seed shows it: the same seed always gives the same.

    Options keep their written order where the item says so. Steps and right sides are always shuffled, and never stand
    in the right order already where their texts differ. Raises NotForAQuiz.
    """
    if item.kind not in OBJECTIVE_KINDS:
        raise NotForAQuiz(f"{item.id} is of the kind {item.kind}, which has no answer to check.")
    if item.kind is Kind.NUMERIC:
        return _numeric(item, seed)
    if item.kind is Kind.ORDER:
        return _ordering(item, seed)
    if item.kind is Kind.MATCH:
        return _matching(item, seed)
    return _choosing(item, seed)


def show_number(number: float) -> str:
    """The number as a prompt shows it: whole ones without a point, others with at most ten digits."""
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.10g}"


def _choosing(item: Item, seed: int) -> Prepared:
    count = len(item.options)
    shown = order(count, seed, item.id) if item.shuffle else tuple(range(count))
    options = tuple(item.options[index] for index in shown)
    key = tuple(place for place, option in enumerate(options) if option.correct)
    if not key or (item.kind is not Kind.MULTI and len(key) > 1):
        raise NotForAQuiz(f"{item.id} has {len(key)} right options.")
    if item.kind is Kind.TF_REASON and item.statement_is is None:
        raise NotForAQuiz(f"{item.id} doesn't say whether its statement is true.")
    return _prepared(
        item,
        choices=tuple(option.text for option in options),
        feedback=tuple(option.feedback for option in options),
        key=key,
        statement_is=item.statement_is if item.kind is Kind.TF_REASON else None,
    )


def _ordering(item: Item, seed: int) -> Prepared:
    shown = _disordered(item.sequence, seed, item.id)
    return _prepared(
        item,
        choices=tuple(item.sequence[index] for index in shown),
        feedback=("",) * len(shown),
        key=_inverse(shown),
    )


def _matching(item: Item, seed: int) -> Prepared:
    rights = tuple(right for _, right in item.pairs)
    shown = _disordered(rights, seed, item.id)
    return _prepared(
        item,
        choices=tuple(rights[index] for index in shown),
        lefts=tuple(left for left, _ in item.pairs),
        feedback=("",) * len(shown),
        key=_inverse(shown),
    )


def _numeric(item: Item, seed: int) -> Prepared:
    if item.answer is None:
        raise NotForAQuiz(f"{item.id} has no answer.")
    numbers: Mapping[str, float] = {}
    value = item.answer.value
    if item.formula is not None:
        numbers, value = _drawn(item, item.formula, seed)
    if value is None:
        raise NotForAQuiz(f"{item.id} has neither a value nor a formula.")
    written = {variable.name: variable.values[0] for variable in item.variables}
    return _prepared(
        item,
        prompt=_filled(item.prompt, numbers),
        value=value,
        tolerance=item.answer.tolerance,
        unit=item.answer.unit or "",
        redrawn=dict(numbers) != written,
    )


def _drawn(item: Item, formula: str, seed: int) -> tuple[Mapping[str, float], float]:
    """Numbers for the variables and the answer they give. Numbers without an answer are drawn again."""
    for attempt in range(_MOST_DRAWS):
        numbers = {one.name: one_of(one.values, seed, item.id, one.name, attempt) for one in item.variables}
        try:
            return numbers, evaluate(formula, numbers)
        except FormulaError:
            continue
    for numbers in draws(item.variables):
        try:
            return numbers, evaluate(formula, numbers)
        except FormulaError:
            continue
    raise NotForAQuiz(f"{item.id} has no numbers for which its formula has a value.")


def _filled(prompt: str, numbers: Mapping[str, float]) -> str:
    """The prompt with the numbers in their places; braces around anything else stay as they are."""

    def fill(found: re.Match[str]) -> str:
        name = found.group(1)
        return show_number(numbers[name]) if name in numbers else found.group(0)

    return _PLACEHOLDER.sub(fill, prompt)


def _disordered(texts: tuple[str, ...], seed: int, item_id: str) -> tuple[int, ...]:
    """An order that doesn't show the texts as they are written, unless all are alike."""
    shown = order(len(texts), seed, item_id)
    attempt = 0
    while tuple(texts[index] for index in shown) == texts and len(set(texts)) > 1:
        attempt += 1
        shown = order(len(texts), seed, item_id, "again", attempt)
    return shown


def _inverse(shown: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(shown.index(index) for index in range(len(shown)))


def _prepared(
    item: Item,
    *,
    prompt: str | None = None,
    choices: tuple[str, ...] = (),
    lefts: tuple[str, ...] = (),
    feedback: tuple[str, ...] = (),
    key: tuple[int, ...] = (),
    statement_is: bool | None = None,
    value: float | None = None,
    tolerance: float = 0.0,
    unit: str = "",
    redrawn: bool = False,
) -> Prepared:
    return Prepared(
        item_id=item.id,
        kind=item.kind,
        topic=item.topic,
        root=item.topic.partition(".")[0],
        difficulty=item.difficulty,
        prompt=item.prompt if prompt is None else prompt,
        choices=choices,
        lefts=lefts,
        feedback=feedback,
        key=key,
        statement_is=statement_is,
        value=value,
        tolerance=tolerance,
        unit=unit,
        explanation=item.explanation,
        references=item.references,
        redrawn=redrawn,
    )
