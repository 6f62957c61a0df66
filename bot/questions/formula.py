"""Formulas of seeded numeric items: arithmetic over named numbers, read from text and never run as Python.

A formula may use + - * / // % **, parentheses, the item's variables, pi and e, and the functions below.
"""

from __future__ import annotations

import ast
import itertools
import math
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from bot.questions.model import Variable

_MOST_CHOSEN_FROM = 1000


def _comb(n: float, k: float) -> float:
    """The number of ways to choose k of n, n at most 1,000: larger ones take too long. Raises FormulaError."""
    if n > _MOST_CHOSEN_FROM:
        raise FormulaError(f"comb takes at most {_MOST_CHOSEN_FROM} to choose from.")
    if n != int(n) or k != int(k):
        raise FormulaError("comb takes whole numbers.")
    return math.comb(int(n), int(k))


FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "abs": abs,
    "ceil": math.ceil,
    "comb": _comb,
    "exp": math.exp,
    "floor": math.floor,
    "log": math.log,
    "log10": math.log10,
    "log2": math.log2,
    "max": max,
    "min": min,
    "round": round,
    "sqrt": math.sqrt,
}
CONSTANTS: Mapping[str, float] = {"pi": math.pi, "e": math.e}
_OPERATORS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_LONGEST = 300
_LARGEST = 1e30
_MOST_TRIED = 2000


class FormulaError(ValueError):
    """A formula can't be read, uses a name it may not, or has no value for these numbers; the text says which."""


def names_in(formula: str) -> frozenset[str]:
    """The variables that a formula uses. Raises FormulaError where it can't be read."""
    tree = _parse(formula)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return frozenset(
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and id(node) not in called and node.id not in CONSTANTS
    )


def evaluate(formula: str, values: Mapping[str, float]) -> float:
    """The formula's value for these numbers, finite and at most 1e30 either way. Raises FormulaError."""
    try:
        number = _value(_parse(formula).body, values)
    except (ArithmeticError, TypeError, ValueError) as error:
        if isinstance(error, FormulaError):
            raise
        shown = ", ".join(f"{name} = {value:g}" for name, value in values.items())
        raise FormulaError(f"There is no value for {shown or 'these numbers'} ({error}).") from None
    return number


def draws(variables: Sequence[Variable]) -> Iterator[dict[str, float]]:
    """Every combination of the variables' values, the last variable changing fastest."""
    names = [variable.name for variable in variables]
    for values in itertools.product(*(variable.values for variable in variables)):
        yield dict(zip(names, values, strict=True))


def distinct_answers(formula: str, variables: Sequence[Variable]) -> int:
    """How many different answers the first 2,000 combinations give, to nine digits. Raises FormulaError."""
    some: Iterable[dict[str, float]] = itertools.islice(draws(variables), _MOST_TRIED)
    return len({f"{evaluate(formula, values):.9g}" for values in some})


def _parse(formula: str) -> ast.Expression:
    if len(formula) > _LONGEST:
        raise FormulaError(f"The formula is longer than {_LONGEST} characters.")
    try:
        return ast.parse(formula.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError(
            "The formula can't be read. Write it like 2 * n * sqrt(d), with ** for powers."
        ) from None


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
        return _bounded(node.value)
    if isinstance(node, ast.Name):
        return _named(node.id, values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        number = _value(node.operand, values)
        return -number if isinstance(node.op, ast.USub) else number
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, values), _value(node.right, values)
        if isinstance(node.op, ast.Pow):
            return _bounded(math.pow(left, right))
        if type(node.op) in _OPERATORS:
            return _bounded(_OPERATORS[type(node.op)](left, right))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        if node.func.id not in FUNCTIONS:
            raise FormulaError(f"The function {node.func.id} isn't known. Known are {', '.join(FUNCTIONS)}.")
        return _bounded(FUNCTIONS[node.func.id](*(_value(argument, values) for argument in node.args)))
    raise FormulaError(f"“{ast.unparse(node)}” isn't arithmetic. Use + - * / // % **, names and functions.")


def _named(name: str, values: Mapping[str, float]) -> float:
    if name in values:
        return values[name]
    if name in CONSTANTS:
        return CONSTANTS[name]
    raise FormulaError(f"The name {name} isn't among the variables. Add it there, or mend the formula.")


def _bounded(number: object) -> float:
    """The number, if it is one of reasonable size: so no formula can grow without end. Raises FormulaError."""
    if not isinstance(number, int | float) or not abs(number) <= _LARGEST:
        raise FormulaError("The formula's value is too large, or isn't a number.")
    return number
