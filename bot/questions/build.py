"""From a file's plain values to the bank's types. The values have passed the schema that their bank goes by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.questions.model import (
    Cite,
    Excuse,
    Item,
    KeyPoint,
    Kind,
    MockRound,
    NumericAnswer,
    Option,
    Reference,
    SourcePlace,
    Status,
    Variable,
)

_MOST_VALUES = 1000


def build_item(raw: Mapping[str, Any], place: SourcePlace) -> Item:
    """The item written as `raw`.

    Raises ValueError, TypeError, KeyError or AttributeError where a bank's own schema let a shape pass that
    an item can't have.
    """
    return Item(
        id=_text(raw["id"]),
        topic=_text(raw["topic"]),
        kind=Kind(raw["kind"]),
        prompt=_text(raw["prompt"]),
        place=place,
        difficulty=int(raw.get("difficulty", 3)),
        phase=_maybe(raw.get("phase")),
        hint=_maybe(raw.get("hint")),
        options=tuple(
            Option(
                _text(one["text"]),
                bool(one.get("correct", False)),
                _text(one["feedback"]),
                _maybe(one.get("misconception")),
            )
            for one in raw.get("options", ())
        ),
        statement_is=bool(raw["statement_is"]) if "statement_is" in raw else None,
        sequence=_texts(raw.get("sequence", ())),
        pairs=tuple((_text(one["left"]), _text(one["right"])) for one in raw.get("pairs", ())),
        answer=_answer(raw["answer"]) if "answer" in raw else None,
        variables=tuple(
            Variable(_text(name), _values(spec)) for name, spec in raw.get("variables", {}).items()
        ),
        formula=_maybe(raw.get("formula")),
        accepted=_texts(raw.get("accepted", ())),
        back=_maybe(raw.get("back")),
        starter=_code(raw.get("starter")),
        tests=_code(raw.get("tests")),
        solution=_code(raw.get("solution")),
        rubric=tuple(KeyPoint(_text(one["point"]), int(one["weight"])) for one in raw.get("rubric", ())),
        model_answer=_maybe(raw.get("model_answer")),
        follow_ups=_texts(raw.get("follow_ups", ())),
        rounds=tuple(_round(one) for one in raw.get("rounds", ())),
        explanation=_text(raw.get("explanation", "")),
        references=tuple(
            Cite(_text(one["key"]), _maybe(one.get("where"))) for one in raw.get("references", ())
        ),
        author=_text(raw.get("author", "")),
        reviewed_by=_texts(raw.get("reviewed_by", ())),
        reviewed=_date(raw.get("reviewed")),
        review_by=_date(raw.get("review_by")),
        status=Status(raw.get("status", Status.LIVE)),
        replaced_by=_maybe(raw.get("replaced_by")),
        shuffle=bool(raw.get("shuffle", True)),
        tags=_texts(raw.get("tags", ())),
        lint_ok=tuple(Excuse(_text(one["rule"]), _text(one["why"])) for one in raw.get("lint_ok", ())),
    )


def build_reference(raw: Mapping[str, Any]) -> Reference:
    """The reference written as `raw`. Raises KeyError, TypeError or ValueError for a wrong shape."""
    return Reference(
        key=str(raw["key"]),
        title=str(raw["title"]),
        authors=str(raw["authors"]),
        year=int(raw["year"]),
        url=str(raw["url"]),
        id_check=str(raw["id_check"]),
    )


def _text(value: str) -> str:
    """Text without the line break that a YAML block ends with."""
    return value.strip()


def _texts(values: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return tuple(_text(value) for value in values)


def _maybe(value: str | None) -> str | None:
    return None if value is None else _text(value)


def _code(value: str | None) -> str | None:
    """Code keeps its indentation and loses the blank lines around it."""
    return None if value is None else value.strip("\n").rstrip()


def _date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is not a number")
    return value


def _answer(raw: Mapping[str, Any]) -> NumericAnswer:
    value = raw.get("value")
    return NumericAnswer(
        value=None if value is None else _number(value),
        tolerance=_number(raw.get("tolerance", 0)),
        unit=_maybe(raw.get("unit")),
        text=_maybe(raw.get("text")),
    )


def _round(raw: Mapping[str, Any]) -> MockRound:
    return MockRound(
        int(raw["minutes"]),
        _text(raw["ask"]),
        _texts(raw.get("follow_ups", ())),
        _texts(raw.get("look_for", ())),
    )


def _values(spec: list[float] | Mapping[str, float]) -> tuple[float, ...]:
    """The listed values, or those from min to max in steps, both ends included; at most 1,000."""
    if isinstance(spec, list):
        return tuple(_number(value) for value in spec)
    low, high, step = (_number(spec[name]) for name in ("min", "max", "step"))
    if not (step > 0 and step <= high - low <= step * (_MOST_VALUES - 1)):
        raise ValueError(f"min, max and step must give 2 to {_MOST_VALUES} values")
    return tuple(low + step * place for place in range(int((high - low) / step + 1e-9) + 1))
