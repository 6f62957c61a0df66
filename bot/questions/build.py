"""From a file's plain values, which have passed the schema that their bank goes by, to the bank's types; and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from sys import intern
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
        topic=_name(raw["topic"]),
        kind=Kind(raw["kind"]),
        prompt=_text(raw["prompt"]),
        place=place,
        difficulty=int(raw.get("difficulty", 3)),
        phase=_name(raw["phase"]) if raw.get("phase") is not None else None,
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
            Cite(_name(one["key"]), _maybe(one.get("where"))) for one in raw.get("references", ())
        ),
        author=_name(raw.get("author", "")),
        reviewed_by=tuple(map(_name, raw.get("reviewed_by", ()))),
        reviewed=_date(raw.get("reviewed")),
        review_by=_date(raw.get("review_by")),
        status=Status(raw.get("status", Status.LIVE)),
        replaced_by=_maybe(raw.get("replaced_by")),
        shuffle=bool(raw.get("shuffle", True)),
        tags=tuple(map(_name, raw.get("tags", ()))),
        lint_ok=tuple(Excuse(_name(one["rule"]), _text(one["why"])) for one in raw.get("lint_ok", ())),
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


def _name(value: str) -> str:
    """Text that many items have, which is kept once for all of them."""
    return intern(value.strip())


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


def raw_item(item: Item) -> dict[str, Any]:
    """The item's plain values as a file holds them, without what is empty; build_item gives the item back."""
    return {name: value for name, value in _fields(item) if value not in (None, (), [], {}, "")}


def _fields(item: Item) -> Iterator[tuple[str, Any]]:
    yield "id", item.id
    yield "topic", item.topic
    yield "kind", item.kind.value
    yield "difficulty", item.difficulty
    yield "phase", item.phase
    yield "prompt", item.prompt
    yield "hint", item.hint
    yield "statement_is", item.statement_is
    yield "options", [_raw_option(option) for option in item.options]
    yield "sequence", list(item.sequence)
    yield "pairs", [{"left": left, "right": right} for left, right in item.pairs]
    yield "answer", None if item.answer is None else _raw_answer(item.answer)
    yield "variables", {variable.name: list(variable.values) for variable in item.variables}
    yield "formula", item.formula
    yield "accepted", list(item.accepted)
    yield "back", item.back
    yield "starter", item.starter
    yield "tests", item.tests
    yield "solution", item.solution
    yield "rounds", [_raw_round(one) for one in item.rounds]
    yield "rubric", [{"point": point.point, "weight": point.weight} for point in item.rubric]
    yield "model_answer", item.model_answer
    yield "follow_ups", list(item.follow_ups)
    yield "explanation", item.explanation
    yield (
        "references",
        [{"key": cite.key} | ({"where": cite.where} if cite.where else {}) for cite in item.references],
    )
    yield "author", item.author
    yield "reviewed_by", list(item.reviewed_by)
    yield "reviewed", item.reviewed and item.reviewed.isoformat()
    yield "review_by", item.review_by and item.review_by.isoformat()
    yield "status", item.status.value
    yield "replaced_by", item.replaced_by
    yield "shuffle", None if item.shuffle else False
    yield "tags", list(item.tags)
    yield "lint_ok", [{"rule": excuse.rule, "why": excuse.why} for excuse in item.lint_ok]


def _raw_option(option: Option) -> dict[str, Any]:
    parts = {"text": option.text, "correct": option.correct, "feedback": option.feedback}
    return parts | ({"misconception": option.misconception} if option.misconception else {})


def _raw_answer(answer: NumericAnswer) -> dict[str, Any]:
    parts = {
        "value": answer.value,
        "tolerance": answer.tolerance or None,
        "unit": answer.unit,
        "text": answer.text,
    }
    return {name: part for name, part in parts.items() if part is not None} or {"tolerance": 0}


def _raw_round(one: MockRound) -> dict[str, Any]:
    parts: Mapping[str, Any] = {
        "minutes": one.minutes,
        "ask": one.ask,
        "follow_ups": list(one.follow_ups),
        "look_for": list(one.look_for),
    }
    return {name: part for name, part in parts.items() if part not in ("", [])}
