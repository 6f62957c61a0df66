"""A number that is worked out and typed: right within a tolerance. A template draws new numbers each time."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from typing import Any

from bot.chat.cards import Button, Style, TextField
from bot.chat.rendering.said import formulas_in
from bot.chat.words import clean_line
from bot.questions.findings import Flaw, error, warning
from bot.questions.formula import FormulaError, distinct_answers, draws, evaluate, names_in
from bot.questions.kinds.asked import Given, NotForAQuiz, Prepared, asked, corrected
from bot.questions.kinds.kind import (
    HandIn,
    MisreadError,
    Objective,
    QuestionForm,
    Typing,
    UnfitError,
    with_why,
)
from bot.questions.kinds.numbers import NumberError, read_number
from bot.questions.kinds.presses import AskTyped
from bot.questions.model import Item
from bot.questions.seeds import one_of

_PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")
_MOST_DRAWS = 20
_FEWEST_ANSWERS = 8
_ROUNDING = 1e-9
"""Relative; far above the error of floats, far below any tolerance an author writes."""
_NUMBERS = re.compile(r"\d+(?:\.\d+)?")
_WITH_UNIT = re.compile(r"([+\-−]?[\d.,'’ ]*\d(?:[eE][+-]?\d+|/\d+)?)\s*(.*)")
_UNIT = re.compile(r"[^\W_][^\W_ /%°²³·]{0,19}(?:[ /·][^\W_]{1,9}){0,3}|%")


_BARE = frozenset({"fraction", "probability", "proportion", "ratio", "share"})
"""Units that say what a number is, and don't stand behind it."""
_NAME = re.compile(r"(?<![\w.])[A-Za-z][A-Za-z0-9_]*")


def show_number(number: float) -> str:
    """The number as a prompt shows it: whole ones without a point, others with at most ten digits."""
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.10g}"


def number_words(value: float) -> str:
    """A number as people write it: no trailing zeros, no exponent for everyday sizes."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.6g}" if 1e-4 <= abs(value) < 1e9 else f"{value:.6g}"


def _field(question: Prepared) -> TextField:
    return TextField(
        "number",
        f"Your answer{_asked_in(question.unit)}",
        placeholder="such as 1.5 or 2e9",
        most=40,
        help=_hint(question),
    )


def _read(question: Prepared, typed: str) -> Given:
    try:
        return Given(number=read_number(typed, question.unit))
    except NumberError as error_:
        raise MisreadError(str(error_)) from None


def _hint(question: Prepared) -> str:
    near = f" An answer within {number_words(question.tolerance)} counts." if question.tolerance else ""
    return f"Give a number{_asked_in(question.unit)}.{near}"


def _prepare(item: Item, seed: int) -> Prepared:
    if item.answer is None:
        raise NotForAQuiz(f"{item.id} has no answer.")
    numbers: Mapping[str, float] = {}
    value = item.answer.value
    if item.formula is not None:
        numbers, value = _drawn(item, item.formula, seed)
    if value is None:
        raise NotForAQuiz(f"{item.id} has neither a value nor a formula.")
    written = {variable.name: variable.values[0] for variable in item.variables}
    return replace(
        asked(item),
        prompt=_filled(item.prompt, numbers),
        value=value,
        tolerance=item.answer.tolerance,
        unit=item.answer.unit or "",
        redrawn=dict(numbers) != written,
        worked=_worked(item.formula, numbers) if item.formula else "",
    )


def prompt_as_written(item: Item) -> str:
    """The prompt of any kind, with the first of each variable's values in its place: what somebody who keeps a bank reads."""
    return _filled(item.prompt, {variable.name: variable.values[0] for variable in item.variables})


def _drawn(item: Item, formula: str, seed: int) -> tuple[Mapping[str, float], float]:
    """Numbers for the variables and the answer they give. Numbers without an answer are drawn again."""
    tries = (
        {one.name: one_of(one.values, seed, item.id, one.name, attempt) for one in item.variables}
        for attempt in range(_MOST_DRAWS)
    )
    for numbers in chain(tries, draws(item.variables)):
        with suppress(FormulaError):
            return numbers, evaluate(formula, numbers)
    raise NotForAQuiz(f"{item.id} has no numbers for which its formula has a value.")


def _worked(formula: str, numbers: Mapping[str, float]) -> str:
    """The formula with the numbers in place of its variables, as people write it."""

    def number(found: re.Match[str]) -> str:
        if found[0] not in numbers:
            return found[0]
        said = show_number(numbers[found[0]])
        return f"({said})" if said.startswith("-") else said

    return _NAME.sub(number, formula).replace("**", "^").replace("*", "×")


def _filled(prompt: str, numbers: Mapping[str, float]) -> str:
    """The prompt with the numbers in their places; braces around anything else stay as they are, and those of a formula."""
    shown = {name: show_number(number) for name, number in numbers.items()}
    for typed, _ in formulas_in(prompt) if shown else ():
        grouped = _PLACEHOLDER.sub(lambda found: f"{{{shown.get(found[1], found[1])}}}", typed)
        prompt = prompt.replace(typed, grouped, 1)
    return _PLACEHOLDER.sub(lambda found: shown.get(found[1], found[0]), prompt)


def _grade(question: Prepared, given: Given) -> float:
    value, number = question.value, given.number
    if value is None or number is None:
        return 0.0
    rounding = _ROUNDING * max(abs(value), question.tolerance)
    return float(abs(number - value) <= question.tolerance + rounding)


def _tally(_question: Prepared, given: tuple[Given, ...], right: int) -> str:
    said = sorted(each.number for each in given if each.number is not None)
    return f"{right} of {len(given)} got it right. Answers: {', '.join(number_words(n) for n in said[:12])}."


def _asked_in(unit: str) -> str:
    if not unit:
        return ""
    return f", as a {unit}" if unit in _BARE else f" in {unit}"


def _in_unit(number: float, question: Prepared) -> str:
    unit = "" if question.unit in _BARE else question.unit
    return f"{number_words(number)} {unit}".strip()


def _key_words(question: Prepared) -> str:
    assert question.value is not None
    return _in_unit(question.value, question)


def _explained(question: Prepared, given: Given | None) -> tuple[str, ...]:
    own = (
        "" if given is None or given.number is None else f"You said **{_in_unit(given.number, question)}**. "
    )
    worked = f" With the numbers above: `{question.worked}`." if question.worked and question.redrawn else ""
    return (f"{own}It is **{_key_words(question)}**.{worked}",)


def _corrected(shown: Prepared, new: Prepared) -> Prepared | None:
    """The same numbers were shown, in the same unit: else the new value answers another question."""
    same = _NUMBERS.findall(shown.prompt) == _NUMBERS.findall(new.prompt) and shown.unit == new.unit
    return corrected(shown, new) if same else None


_FIELDS = (
    TextField("answer", "The answer, with its unit", placeholder="such as 2.5 or 40 ms", most=80),
    TextField("near", "How far off still counts", placeholder="such as 0.1", required=False, most=40),
)


def _written_as(said: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    written = clean_line(said.get("answer", ""))
    found = _WITH_UNIT.fullmatch(written)
    answer: dict[str, Any] = {}
    for field, words, name in (
        ("answer", found[1] if found else written, "value"),
        ("near", clean_line(said.get("near", "")), "tolerance"),
    ):
        try:
            answer |= {name: read_number(words)} if words or field == "answer" else {}
        except NumberError as error_:
            errors[field] = str(error_)
    if found and found[2]:
        answer["unit"] = found[2]
    return {"answer": answer}


def _values(item: Mapping[str, Any]) -> dict[str, str]:
    answer = item.get("answer", {})
    value, near = answer.get("value"), answer.get("tolerance")
    return {
        "answer": "" if value is None else f"{_written(value)} {answer.get('unit', '')}".strip(),
        "near": _written(near) if near else "",
    }


def _written(number: float) -> str:
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def _fits(item: Item) -> None:
    answer = item.answer
    if answer is None or (answer.value is None and item.formula is None):
        raise UnfitError("It has no number as its answer.")
    if answer.unit and not _UNIT.fullmatch(answer.unit):
        raise UnfitError("Its unit can't be shown. Write it in a few letters, like ms or GB/s.")
    if item.formula is not None:
        if len(item.variables) > 8 or any(not 1 <= len(v.values) <= 1000 for v in item.variables):
            raise UnfitError("Its formula has too many variables or values.")
        try:
            evaluate(item.formula, next(draws(item.variables)))
        except (FormulaError, StopIteration) as error_:
            raise UnfitError(f"Its formula gives no number. {error_}".strip()) from None


def _flaws(item: Item) -> Iterator[Flaw]:
    """There is a value, or a formula whose variables the prompt names and that gives enough answers."""
    if item.formula is None:
        if item.variables:
            message = "There are variables but no formula. Add one, or take them away."
            yield error("template", message, "variables")
        if item.answer is None or item.answer.value is None:
            yield error("template", "There is no answer. Add answer: {value: ...}, or a formula.", "answer")
        return
    try:
        yield from _names(item, names_in(item.formula))
        found = distinct_answers(item.formula, item.variables)
    except FormulaError as problem:
        yield error("template", str(problem), "formula")
        return
    if found < _FEWEST_ANSWERS:
        message = (
            f"The variables give {found} different answers; {_FEWEST_ANSWERS} are the least. Add values."
        )
        yield warning("template", message, "variables")


def _names(item: Item, used: frozenset[str]) -> Iterator[Flaw]:
    known = {variable.name for variable in item.variables}
    shown = set(_PLACEHOLDER.findall(item.prompt))
    for name in sorted(shown - known):
        yield error("template", f"The prompt shows {{{name}}}, which isn't among the variables.", "prompt")
    for name in sorted((used & known) - shown):
        message = f"The formula uses {name}, which the prompt doesn't show. Add {{{name}}}."
        yield error("template", message, "prompt")
    for name in sorted(known - used) if used <= known else ():
        message = f"The variable {name} doesn't change the answer. Use it, or take it away."
        yield warning("template", message, "variables")


NUMERIC = Objective(
    name="number",
    holds="answer",
    edited_in=with_why(QuestionForm(_FIELDS, _written_as, _values)),
    corrected=_corrected,
    fits=_fits,
    flaws=_flaws,
    how="Work it out, then type the number.",
    hand_in=HandIn.EVERY_PRESS,
    effort=2,
    prepare=_prepare,
    prompt=lambda question, _given: (_hint(question),),
    controls=lambda at, _question, _given: ((Button("Type the number", AskTyped(*at), Style.PRIMARY),),),
    typing=Typing("A number", _field, _read),
    tap=lambda _question, given, _index, _on: given,
    grade=_grade,
    said=lambda given: "nothing" if given.number is None else number_words(given.number),
    tally=_tally,
    explained=_explained,
    key_words=_key_words,
)
