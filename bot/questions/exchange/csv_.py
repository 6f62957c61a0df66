"""CSV: one question a row, as spreadsheets keep them.

Columns are known by their headers, in any order: prompt (or question) is needed; option_1 ... option_7 with
feedback_1 ... and misconception_1 ..., and correct, which numbers the right ones ("2" or "1;3"). Steps of an ordering
and the left sides of a matching stand in the option columns, right sides in match_1 .... Key points stand in
point_1 ... with weight_1 .... References ("key: where"), tags and the like stand one a line in their cell.

A spreadsheet takes a cell that begins with = + - or @ for a formula, and works it out. Such a cell is written with an apostrophe before it,
which is taken away again where it is read. Source: OWASP, CSV Injection.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from bot.questions.exchange.headers import COLUMNS, columns_of, signs_of
from bot.questions.exchange.imported import MOST_ERRORS, Exported, Imported, held
from bot.questions.exchange.table import FORMULA, LISTS, MAYBE, Row, read_number, read_table
from bot.questions.kinds import SCRIPT_KINDS
from bot.questions.model import Item

_SIGNS = {",": "comma", ";": "semicolon", "\t": "tab"}
_STRAY = "A quote opens in this line and isn't closed where its cell ends. Double a quote inside a text, and put it between quotes."
_AFTER = "A quote above isn't closed, and this line has not one cell for each column. Mend that quote."
_NEAR = 5000
"""Behind a stray quote a cell of several lines is no longer than so many characters, and behind many of them there is none."""


def read_csv(text: str, name: str) -> Imported:
    """The rows' questions; a row that doesn't hold one is told with its line, and unknown columns are too."""
    sign = _sign(text)
    hint = f"Put a text that holds a {_SIGNS[sign]} between quotes."
    return read_table(rows(text, sign), name, hint)


def _sign(text: str) -> str:
    """What parts the cells: the sign that makes a known header of one of the first lines, or else the most frequent."""
    lines = text.split("\n", 20)[:20]
    for line in lines:
        if signs := signs_of(line):
            return max(signs, key=line.count)
        if "prompt" in columns_of([line.strip(' "')]):  # a lone column, whose cells may hold any of the signs
            return ","
    return max(_SIGNS, key=lines[0].count)


@lru_cache(3)
def _cells(sign: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A cell between quotes and one without, each with what ends it."""
    end = rf"({sign}|\n|\Z)"
    return re.compile(rf' *"([^"]*+(?:""[^"]*+)*+)" *{end}'), re.compile(rf"([^{sign}\n]*){end}")


def _cut(text: str, start: int, sign: str, limit: int) -> tuple[list[str], int, int] | None:
    """The cells of the row that begins here, how many are spaced, and where it ends; None where a quote in it is stray."""
    end = text.find("\n", start) + 1 or len(text)
    if '"' not in text[start:end]:
        plain = text[start:end].removesuffix("\n").split(sign)
        return plain, sum(cell.startswith(" ") and bool(cell.strip()) for cell in plain[1:]), end
    quoted, bare = _cells(sign)
    cells, spaced, at = list[str](), 0, start
    while True:
        opens = text[at : at + 50].lstrip(" ").startswith('"')
        found = (quoted if opens else bare).match(text, at, limit if opens else len(text))
        if found is None or (opens and not found[2] and limit < len(text)):
            return None
        cells.append(found[1].replace('""', '"') if opens else found[1])
        spaced += at > start and text.startswith(" ", at) and bool(found[1].strip())
        at = found.end()
        if found[2] != sign:
            return cells, spaced, at


def rows(text: str, sign: str) -> Iterator[Row]:
    """The rows. Where a quote is stray only its line is flawed: those below are read, if each has a cell for every column."""
    at, line = 0, 1
    width, doubtful, strays = 0, 0, 0
    while at < len(text):
        first_end = text.find("\n", at) + 1 or len(text)
        limit = len(text)
        if at < doubtful:
            limit = min(limit, max(first_end, at + (_NEAR if strays < MOST_ERRORS else 0)))
        found = _cut(text, at, sign, limit)
        if found is None or (width and _swallows(text[at : found[2]], found[0], sign, width)):
            if at >= doubtful:
                doubtful = _reach(text, at, sign) if found is None else found[2]
            yield Row(line, (), flaw=_STRAY)
            at, line, strays = first_end, line + 1, strays + 1
            continue
        cells, spaced, end = found
        here, line = line, line + text.count("\n", at, end)
        if not width and "prompt" in (header := columns_of(cells)):
            width = len(header)
        is_whole = (
            not width or at >= doubtful or not any(cells) or (len(cells) >= width and not any(cells[width:]))
        )
        yield Row(here, cells, spaced, "" if is_whole else _AFTER)
        at = end


def _swallows(row: str, cells: list[str], sign: str, width: int) -> bool:
    """Whether a cell of several lines holds rows: then a quote opens above them that doesn't belong there."""
    lines = row.rstrip("\n").split("\n")
    if len(lines) == 1:
        return False
    fits = len(cells) >= width and not any(cells[width:])
    return not fits or (width > 2 and all(one.count(sign) == width - 1 for one in lines))


def _reach(text: str, at: int, sign: str) -> int:
    """Where the cell ends in which a quote is stray: up to there lines may be rows or parts of a text."""
    quoted, bare = _cells(sign)
    while True:
        opens = text[at : at + 50].lstrip(" ").startswith('"')
        found = (quoted if opens else bare).match(text, at)
        if found is None:
            stray = re.compile(r' *"[^"]*+(?:""[^"]*+)*+"?').match(text, at)
            return stray.end() if stray else len(text)
        at = found.end()


def _harmless(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula. Numbers are no formulas."""
    written = str(cell).lstrip(" ")
    if not FORMULA.match(written):
        return written
    try:
        read_number(written)
    except ValueError:
        return f"'{written}"
    return written


def write_csv(items: Iterable[Item]) -> Exported:
    """The items as rows under one header; mock scripts are left out, and excuses (lint_ok) are not carried."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    losses: list[str] = []
    kept = tuple(held(items, losses, _why_not, lambda item: ["lint_ok"] if item.lint_ok else []))
    writer.writerows({column: _harmless(cell) for column, cell in _row(item)} for item in kept)
    return Exported(out.getvalue().encode("utf-8"), len(kept), tuple(losses))


def _why_not(item: Item) -> str:
    return "a mock script's rounds don't fit in a row" if item.kind in SCRIPT_KINDS else ""


def _row(item: Item) -> Iterator[tuple[str, object]]:
    for name in ("id", "topic", "kind", "difficulty", "prompt", "author", "explanation", "status"):
        yield name, getattr(item, name)
    for name in (*MAYBE, "reviewed", "review_by"):
        yield name, getattr(item, name) or ""
    for name in LISTS:
        yield name, "\n".join(getattr(item, name))
    yield "shuffle", "" if item.shuffle else "false"
    if item.statement_is is not None:
        yield "statement_is", str(item.statement_is).lower()
    yield from _slots(item)
    yield (
        "references",
        "\n".join(f"{one.key}: {one.where}" if one.where else one.key for one in item.references),
    )
    yield "variables", "\n".join(f"{one.name} = {' '.join(map(repr, one.values))}" for one in item.variables)
    if item.answer is not None:
        value = item.answer.value
        yield "value", "" if value is None else repr(value)
        yield "tolerance", repr(item.answer.tolerance) if item.answer.tolerance else ""
        yield "unit", item.answer.unit or ""
        yield "answer_text", item.answer.text or ""


def _slots(item: Item) -> Iterator[tuple[str, object]]:
    for place, option in enumerate(item.options, 1):
        yield f"option_{place}", option.text
        yield f"feedback_{place}", option.feedback
        yield f"misconception_{place}", option.misconception or ""
    yield "correct", ";".join(str(place) for place, option in enumerate(item.options, 1) if option.correct)
    for place, step in enumerate(item.sequence, 1):
        yield f"option_{place}", step
    for place, (left, right) in enumerate(item.pairs, 1):
        yield f"option_{place}", left
        yield f"match_{place}", right
    for place, point in enumerate(item.rubric, 1):
        yield f"point_{place}", point.point
        yield f"weight_{place}", point.weight
