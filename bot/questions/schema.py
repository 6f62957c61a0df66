"""Holding items to item.schema.json, and saying in plain words what is off."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

_Teller = Callable[[Any, Any], str]  # what is there, what the schema asks for -> what to say

_TYPES = {
    "string": "text (in quotes, where it looks like a number)",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "a group of fields",
}
# What every item needs to be asked at all; a bank without a schema of its own may leave out the editors' fields.
_ESSENTIAL = ("id", "topic", "kind", "prompt")


class SchemaFileError(ValueError):
    """An item.schema.json can't be read, or isn't a JSON Schema of draft 2020-12."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """One departure from the schema: where in the item, and what to do about it."""

    path: tuple[str | int, ...]
    message: str


Misfits = Callable[[object], tuple[Misfit, ...]]
"""Tells an item's misfits in the order of its fields; none for a sound item, and of many the first hundred that are found."""
_MOST_TOLD = 100


def load_schema(path: Path) -> dict[str, Any]:
    """The schema in this file. Raises SchemaFileError."""
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SchemaFileError(f"This file can't be read as JSON ({error}).") from None
    if not isinstance(schema, dict):
        raise SchemaFileError("The schema must be a group of fields: { ... }.")
    try:
        _validator(schema)
    except ValidationError as error:
        raise SchemaFileError(f"This isn't a JSON Schema ({error.message}).") from None
    except ValueError as error:
        raise SchemaFileError(f"This isn't a JSON Schema ({error}).") from None
    return schema


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    """Dates and other formats are held to. A bank is read without a network, so a schema can't refer to another's address."""
    return Draft202012Validator(schema, validate_formats=True, offline=True)


def without_editors_fields(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same schema for a small bank: what an item needs to be asked is required, what editors keep is not.

    Forms and limits stay; the author, status, reviewers, difficulty, phase, explanation and references become
    optional.
    """
    kept = [
        rule for rule in schema.get("allOf", []) if "status" not in rule.get("if", {}).get("properties", {})
    ]
    return {**schema, "required": list(_ESSENTIAL), "allOf": kept}


def item_checker(schema: Mapping[str, Any]) -> Misfits:
    """A function that tells an item's misfits in the order of its fields; none for a sound item."""
    validator = _validator(dict(schema))

    def misfits(item: object) -> tuple[Misfit, ...]:
        told = (one for error in validator.iter_errors(item) for one in _tell(error, schema))
        return tuple(
            sorted(dict.fromkeys(islice(told, _MOST_TOLD)), key=lambda one: [str(part) for part in one.path])
        )

    return misfits


def _tell(error: ValidationError, schema: Mapping[str, Any]) -> Iterator[Misfit]:
    path = tuple(error.instance_path)
    value: Any = error.instance
    limit: Any = error.kind.value
    rule = error.kind.name
    if rule == "additionalProperties":
        known = _fields(schema, error.schema_path[:-1])
        for extra in sorted(limit):
            yield Misfit(
                (*path, extra), f"The field “{extra}” isn't known here.{_did_you_mean(extra, known)}"
            )
    elif rule == "required":
        yield Misfit(path, f"The field “{limit}” is missing. Add it.")
    elif rule == "pattern" and path == ("id",):
        yield Misfit(path, "id must be the topic's id and a number, like optics.lenses.q01.")
    else:
        tell = _TELLERS.get(rule)
        yield Misfit(path, f"{_name(path)} {tell(value, limit) if tell else 'is off: ' + error.message}")


def _fields(schema: Any, path: Sequence[str | int]) -> tuple[str, ...]:  # noqa: ANN401  (any JSON)
    """The fields that the part of a schema at this path knows; none where it stands elsewhere, by $ref."""
    try:
        for step in path:
            schema = schema[step]
        return tuple(schema["properties"])
    except (LookupError, TypeError):
        return ()


def _name(path: Sequence[str | int]) -> str:
    """The field's name as its author knows it: options[2].text (counted from 1)."""
    name = ""
    for part in path:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if name else part
    return name or "The item"


def _did_you_mean(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f" Did you mean {near[0]}?" if near else " Remove it."


def _type(value: object, wanted: list[str] | str) -> str:
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return f"must be {' or '.join(_TYPES.get(name, name) for name in names)}, not {_short(shown)}."


def _enum(value: object, choices: list[object]) -> str:
    words = [str(choice) for choice in choices]
    near = difflib.get_close_matches(str(value), words, n=1, cutoff=0.6)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"must be one of {', '.join(words)}, not {_short(str(value))}.{hint}"


def _at_least(unit: str) -> _Teller:
    return lambda value, limit: f"has {len(value)} {unit}; at least {limit} are needed."


def _at_most(unit: str) -> _Teller:
    return lambda value, limit: (
        f"has {len(value)} {unit}; at most {limit} are allowed. Take away {len(value) - limit}."
    )


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


_TELLERS: dict[str, _Teller] = {
    "type": _type,
    "enum": _enum,
    "pattern": lambda value, form: f"“{_short(value)}” has the wrong form; it must match {form}.",
    "format": lambda value, form: (
        f"must be {'a date like 2026-01-31' if form == 'date' else f'of the form {form}'}, not “{_short(value)}”."
    ),
    "minLength": _at_least("characters"),
    "maxLength": _at_most("characters"),
    "minProperties": _at_least("fields"),
    "minItems": _at_least("entries"),
    "maxItems": _at_most("entries"),
    "minimum": lambda value, limit: f"is {value}; it must be at least {limit}.",
    "maximum": lambda value, limit: f"is {value}; it must be at most {limit}.",
    "exclusiveMinimum": lambda value, limit: f"is {value}; it must be more than {limit}.",
    "oneOf": lambda _value, _limit: "must be a list of numbers, or {min, max, step}.",
}
