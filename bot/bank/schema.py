"""Holding items to item.schema.json, and saying in plain words what is off."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError

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
"""Tells an item's misfits in the order of its fields; none for a sound item."""


def load_schema(path: Path) -> dict[str, Any]:
    """The schema in this file. Raises SchemaFileError."""
    try:
        schema = _sound(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SchemaFileError(f"This file can't be read as JSON ({error}).") from None
    except SchemaError as error:
        raise SchemaFileError(f"This isn't a JSON Schema ({error.message}).") from None
    if not isinstance(schema, dict):
        raise SchemaFileError("The schema must be a group of fields: { ... }.")
    return schema


@lru_cache(8)
def _sound(text: str) -> Any:  # noqa: ANN401  (any JSON)
    # Holding the shipped schema to its own schema takes longer than reading every item: once a process is enough.
    schema = json.loads(text)
    Draft202012Validator.check_schema(schema)
    return schema


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
    validator = Draft202012Validator(dict(schema), format_checker=FormatChecker(("date",)))

    def misfits(item: object) -> tuple[Misfit, ...]:
        found = dict.fromkeys(one for error in validator.iter_errors(item) for one in _tell(error))
        return tuple(sorted(found, key=lambda one: [str(part) for part in one.path]))

    return misfits


def _tell(error: ValidationError) -> Iterator[Misfit]:
    path = tuple(error.absolute_path)
    value: Any = error.instance
    limit: Any = error.validator_value
    rule = str(error.validator)
    if rule == "additionalProperties" and limit is False:
        schema: Any = error.schema
        known = tuple(schema.get("properties", {}))
        for extra in sorted(set(value) - set(known)):
            yield Misfit(
                (*path, extra), f"The field “{extra}” isn't known here.{_did_you_mean(extra, known)}"
            )
    elif rule == "required":
        for missing in limit:
            if missing not in value:
                yield Misfit(path, f"The field “{missing}” is missing. Add it.")
    elif rule == "pattern" and path == ("id",):
        yield Misfit(path, "id must be the topic's id and a number, like optics.lenses.q01.")
    else:
        tell = _TELLERS.get(rule)
        yield Misfit(path, f"{_name(path)} {tell(value, limit) if tell else 'is off: ' + error.message}")


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
    "format": lambda value, _: f"must be a date like 2026-01-31, not “{_short(str(value))}”.",
    "minLength": _at_least("characters"),
    "maxLength": _at_most("characters"),
    "minItems": _at_least("entries"),
    "maxItems": _at_most("entries"),
    "minimum": lambda value, limit: f"is {value}; it must be at least {limit}.",
    "maximum": lambda value, limit: f"is {value}; it must be at most {limit}.",
    "oneOf": lambda _value, _limit: "must be a list of numbers, or {min, max, step}.",
}
