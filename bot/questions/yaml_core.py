"""Reading YAML without its traps: the core schema of YAML 1.2, with the line of every value kept.

Only true and false are booleans (yes, no, on and off are words), 12:30 and 2026-11-23 are text, a key may stand
once, and anchors, aliases and tags are refused. Text comes out in Unicode normal form C.
Source of the scalar forms: YAML 1.2.2, section 10.3.2 (tag resolution of the core schema).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

_TEXT = re.compile(r"[^-+.0-9~nNtTfF]")  # how none of the others begins
_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]{1,300}")
_OCTAL = re.compile(r"0o[0-7]{1,300}")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_A_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_DEEPEST = 40


class YamlError(ValueError):
    """The text is not YAML as the bank uses it; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Document:
    """A document's value (mappings, lists, text, numbers, booleans, None) and the line of each part by its path."""

    value: object
    lines: Mapping[tuple[str | int, ...], int]

    def line(self, path: tuple[str | int, ...] = ()) -> int:
        """The line of the part at this path, or of the nearest part above it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse_yaml(content: bytes) -> Document:
    """The only document of a UTF-8 text. Raises YamlError at the first thing that is wrong."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise YamlError(line, "This line isn't UTF-8 text. Save the file as UTF-8.") from None
    return _Builder(text).document()


class _Builder:
    """Builds one document from the parser's events, which still know anchors, tags and lines."""

    def __init__(self, text: str) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=loader)
        self._lines: dict[tuple[str | int, ...], int] = {}

    def document(self) -> Document:
        """The only document, with the line of each of its values.

        Raises:
            YamlError: it is no YAML, or there are two.
        """
        try:
            self._next()
            event = self._next()
            if isinstance(event, yaml.StreamEndEvent):
                return Document(None, {(): 1})
            value = self._value(self._next(), ())
            self._next()
            end = self._next()
        except yaml.YAMLError as error:
            raise _readable(error) from None
        if not isinstance(end, yaml.StreamEndEvent):
            raise YamlError(_line(end), "A second document begins here (---). Keep one document in a file.")
        return Document(value, self._lines)

    def _next(self) -> yaml.Event:
        return next(self._events)

    def _value(self, event: yaml.Event, path: tuple[str | int, ...]) -> object:
        self._refuse(event, path)
        if path not in self._lines:
            self._lines[path] = _line(event)
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            entries: list[object] = []
            while not isinstance(event := self._next(), yaml.SequenceEndEvent):
                entries.append(self._value(event, (*path, len(entries))))
            return entries
        return self._mapping(path)

    def _mapping(self, path: tuple[str | int, ...]) -> dict[str, object]:
        mapping: dict[str, object] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            self._refuse(event, path)
            key = _scalar(event) if isinstance(event, yaml.ScalarEvent) else None
            if not isinstance(key, str):
                raise YamlError(_line(event), "A field's name must be text. Put it in quotes.")
            if key in mapping:
                first = self._lines[(*path, key)]
                raise YamlError(
                    _line(event), f"The field “{key}” stands twice (first on line {first}). Keep one of them."
                )
            self._lines[(*path, key)] = _line(event)
            mapping[key] = self._value(self._next(), (*path, key))
        return mapping

    def _refuse(self, event: yaml.Event, path: tuple[str | int, ...]) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise YamlError(
                _line(event),
                "Anchors (&name) and aliases (*name) aren't used here. Write the value out, or quote it.",
            )
        if getattr(event, "tag", None) is not None:
            raise YamlError(
                _line(event), "Tags (!name) aren't used here. Write the plain value, or quote it."
            )
        if len(path) > _DEEPEST:
            raise YamlError(
                _line(event), "This is nested too deeply. Check the brackets and the indentation."
            )


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return 1 if mark is None else mark.line + 1


def _scalar(event: yaml.ScalarEvent) -> object:
    """A plain word by the core schema; anything quoted, folded or in a block is text."""
    word: str = event.value
    if not event.implicit[0] or _TEXT.match(word):
        return unicodedata.normalize("NFC", word)
    if _NULL.fullmatch(word):
        return None
    if _TRUE.fullmatch(word) or _FALSE.fullmatch(word):
        return bool(_TRUE.fullmatch(word))
    number = _number(word, _line(event))
    return unicodedata.normalize("NFC", word) if number is None else number


def _number(word: str, line: int) -> float | None:
    """The number that a plain word writes, whole ones exactly; None for other words."""
    if _INT.fullmatch(word):
        return int(word)
    if _OCTAL.fullmatch(word) or _HEX.fullmatch(word):
        return int(word, 0)
    number = float(word) if _FLOAT.fullmatch(word) else None
    if _NOT_A_NUMBER.fullmatch(word) or (number is not None and math.isinf(number)):
        raise YamlError(line, f"{word[:60]} isn't a number to reckon with. Write a finite one, or quote it.")
    return number


def _readable(error: yaml.YAMLError) -> YamlError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = int(mark.line) + 1 if mark is not None else 1
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable text"
    return YamlError(
        line,
        f"This isn't valid YAML ({problem}). Check the indentation, and quote text that contains “: ” or “#”.",
    )
