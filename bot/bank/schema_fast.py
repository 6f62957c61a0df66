"""A quick yes or no to whether an item keeps to a schema: sound items, which are nearly all, need no more.

A schema is turned into a function once. It knows the keywords that the bank's schema uses and refuses the whole
schema for any other; what to say about an item that fails is left to the jsonschema library (schema.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sized
from datetime import date
from typing import Any

Test = Callable[[Any], bool]
_SILENT = frozenset({"$schema", "$comment", "title", "description", "default"})
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class UnknownKeywordError(ValueError):
    """The schema uses a keyword, or a value of one, that isn't known here."""


def compiled(schema: object) -> Test | None:
    """The test that a schema of draft 2020-12 stands for; None where it uses what isn't known here."""
    try:
        return _all_of(schema)
    except (UnknownKeywordError, re.error):
        return None


def _all_of(schema: object) -> Test:
    if schema is True:
        return lambda _value: True
    if not isinstance(schema, dict) or not schema.keys() <= _KNOWN:
        raise UnknownKeywordError(str(schema))
    tests = [_KEYWORDS[word](value) for word, value in schema.items() if word in _KEYWORDS]
    if "properties" in schema:
        tests.append(_properties(schema["properties"]))
    if "additionalProperties" in schema:
        tests.append(_additional(schema["additionalProperties"], frozenset(schema.get("properties", {}))))
    if "if" in schema:
        tests.append(_condition(schema["if"], schema.get("then", True)))
    return _together(tests)


def _properties(schemas: Mapping[str, object]) -> Test:
    tests = {name: _all_of(schema) for name, schema in schemas.items()}

    def holds(value: object) -> bool:
        if isinstance(value, dict):
            for name, part in value.items():
                if name in tests and not tests[name](part):
                    return False
        return True

    return holds


def _additional(schema: object, known: frozenset[str]) -> Test:
    if schema is False:
        return lambda value: not isinstance(value, dict) or value.keys() <= known
    rest = _all_of(schema)
    return lambda value: (
        not isinstance(value, dict) or all(rest(part) for name, part in value.items() if name not in known)
    )


def _condition(condition: object, consequence: object) -> Test:
    applies, then = _all_of(condition), _all_of(consequence)
    return lambda value: not applies(value) or then(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: Mapping[str, Test] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and (isinstance(value, int) or value.is_integer()),
    "number": _is_number,
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def _type(name: object) -> Test:
    if not isinstance(name, str) or name not in _TYPES:
        raise UnknownKeywordError(f"type {name}")
    return _TYPES[name]


def _one_of_texts(choices: list[object]) -> Test:
    if not all(isinstance(choice, str) for choice in choices):
        raise UnknownKeywordError("a choice that isn't text")
    known = frozenset(choices)
    return lambda value: isinstance(value, str) and value in known


def _required(names: list[str]) -> Test:
    return lambda value: not isinstance(value, dict) or all(name in value for name in names)


def _length(form: type[Sized], fits: Callable[[int], bool]) -> Test:
    return lambda value: not isinstance(value, form) or fits(len(value))


def _amount(fits: Test) -> Test:
    return lambda value: not _is_number(value) or fits(value)


def _pattern(form: str) -> Test:
    search = re.compile(form).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _format(name: str) -> Test:
    if name != "date":
        raise UnknownKeywordError(f"format {name}")
    return lambda value: not isinstance(value, str) or _is_date(value)


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _items(schema: object) -> Test:
    test = _all_of(schema)
    return lambda value: not isinstance(value, list) or all(map(test, value))


def _names(schema: object) -> Test:
    test = _all_of(schema)
    return lambda value: not isinstance(value, dict) or all(map(test, value))


def _together(tests: Iterable[Test]) -> Test:
    kept = tuple(tests)
    return lambda value: all(test(value) for test in kept)


def _exactly_one(schemas: list[object]) -> Test:
    tests = tuple(_all_of(schema) for schema in schemas)
    return lambda value: sum(test(value) for test in tests) == 1


_KEYWORDS: Mapping[str, Callable[[Any], Test]] = {
    "type": _type,
    "enum": _one_of_texts,
    "const": lambda value: _one_of_texts([value]),
    "required": _required,
    "minLength": lambda least: _length(str, lambda size: size >= least),
    "maxLength": lambda most: _length(str, lambda size: size <= most),
    "minItems": lambda least: _length(list, lambda size: size >= least),
    "maxItems": lambda most: _length(list, lambda size: size <= most),
    "minProperties": lambda least: _length(dict, lambda size: size >= least),
    "minimum": lambda least: _amount(lambda value: value >= least),
    "maximum": lambda most: _amount(lambda value: value <= most),
    "exclusiveMinimum": lambda least: _amount(lambda value: value > least),
    "pattern": _pattern,
    "format": _format,
    "items": _items,
    "propertyNames": _names,
    "allOf": lambda schemas: _together(map(_all_of, schemas)),
    "oneOf": _exactly_one,
}
_KNOWN = _KEYWORDS.keys() | _SILENT | {"properties", "additionalProperties", "if", "then"}
