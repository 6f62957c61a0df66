"""The bank's own YAML, as a text: reading a list of items, and writing one that reads back the same."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import yaml

from bot.questions.build import build_item, raw_item
from bot.questions.exchange.imported import NOWHERE, Exported, Imported, Problem, Reading
from bot.questions.folder import SCHEMA, SHIPPED
from bot.questions.model import Item, SourcePlace
from bot.questions.yaml_core import Document, YamlError, parse_yaml

if TYPE_CHECKING:
    from bot.questions.schema import Misfits

_WIDTH = 112
_LONG = 88


def read_yaml(text: str, name: str) -> Imported:
    """The items of a list in the bank's YAML; id and topic may be missing. Others' misfits are told with lines.

    Of a text that is no YAML, each part that begins with “- ” is read by itself.
    """
    read = Reading()
    try:
        _take(read, parse_yaml(text.encode("utf-8")), 1, name)
    except YamlError as whole:
        for line, part in _parts(text, whole.line):
            if read.ends(line):
                continue
            try:
                _take(read, parse_yaml(part.encode("utf-8")), line, name)
            except YamlError as error:
                read.refuse(Problem(line, error.message))
    return read.done()


def _take(read: Reading, document: Document, first: int, name: str) -> None:
    """Take or refuse each entry of a document that begins on the line ``first``."""
    if not isinstance(document.value, list):
        why = "Begin each question with “- id: ...” or “- kind: ...”: this isn't a list."
        read.refuse(Problem(first + document.line() - 1, why))
        return
    for index in range(len(document.value)):
        line = first + document.line((index,)) - 1
        if not read.ends(line):
            take_raw(read, document, index, line, name)


def _parts(text: str, flawed: int) -> Iterator[tuple[int, str]]:
    """Each entry of a text that is no YAML, and what stands above the first; all of it where it is no list."""
    starts = [found.start() for found in re.finditer(r"^- ", text, re.MULTILINE)]
    if len(starts) < 2:
        yield flawed, text
        return
    if any(row.strip() and not row.startswith(("#", "---")) for row in text[: starts[0]].split("\n")):
        yield 1, text[: starts[0]]
    line = 1 + text.count("\n", 0, starts[0])
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield line, text[start:end]
        line += text.count("\n", start, end)


def take_raw(read: Reading, document: Document, index: int, line: int, name: str) -> None:
    """Take the entry of a document that begins on this line, or refuse it with what doesn't fit."""
    assert isinstance(document.value, list)
    raw, shift = document.value[index], line - document.line((index,))
    if isinstance(raw, dict):
        number = len(read.items) + read.refused + 1
        raw = {"id": f"{raw.get('topic', NOWHERE)}.q{number:02}", "topic": NOWHERE, "status": "draft", **raw}
    flaws = _misfits()(raw)
    if flaws:
        read.refuse(*(Problem(document.line((index, *flaw.path)) + shift, flaw.message) for flaw in flaws))
        return
    try:
        read.take(build_item(raw, SourcePlace(name, line)))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        read.refuse(Problem(line, f"This question can't be used ({error})."))


@lru_cache(1)
def _misfits() -> Misfits:
    # Whoever imports nothing from YAML needs no schema.
    from bot.questions.schema import item_checker, load_schema, without_editors_fields

    return item_checker(without_editors_fields(load_schema(SHIPPED / SCHEMA)))


def write_yaml(items: Iterable[Item]) -> Exported:
    """The items as a question file; everything known about them is in it."""
    kept = tuple(items)
    text = "\n".join(_dump([raw_item(item)]) for item in kept)
    return Exported(text.encode("utf-8"), len(kept), ())


class _Writer(yaml.SafeDumper):
    """YAML as the bank's files have it: blocks for long texts, quotes where a word could be read as something else."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  (the library's signature)
        return True

    def text(self, words: str) -> yaml.ScalarNode:
        style = None
        if "\n" in words:
            style = "|"
        elif len(words) > _LONG:
            style = ">"
        elif _reads_otherwise(words):
            style = '"'
        return self.represent_scalar("tag:yaml.org,2002:str", words, style=style)

    def real(self, number: float) -> yaml.ScalarNode:
        if math.isfinite(number) and number == int(number) and abs(number) < 1e15:
            return self.represent_scalar("tag:yaml.org,2002:int", str(int(number)))
        word = repr(number)
        # YAML 1.1, by which the library writes, asks for a point in a number with an exponent.
        word = word if "." in word else word.replace("e", ".0e")
        return self.represent_scalar("tag:yaml.org,2002:float", word)


_Writer.add_representer(str, _Writer.text)
_Writer.add_representer(float, _Writer.real)


def _reads_otherwise(words: str) -> bool:
    """Whether the bank's reader would take the bare word for a number, a truth value or nothing."""
    try:
        return parse_yaml(words.encode("utf-8")).value != words
    except YamlError:
        return True


def _dump(value: object) -> str:
    return yaml.dump(value, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=_WIDTH, indent=2)
