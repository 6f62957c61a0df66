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
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from bot.questions.exchange.imported import NOWHERE, Exported, Imported, Problem, Reading
from bot.questions.kinds import KINDS, SCRIPT_KINDS
from bot.questions.model import (
    Cite,
    Item,
    KeyPoint,
    Kind,
    NumericAnswer,
    Option,
    SourcePlace,
    Status,
    Variable,
)

_SLOTS = range(1, 8)
_BEGIN = "id topic kind difficulty phase prompt hint statement_is correct"
_END = """
    value tolerance unit answer_text variables formula starter tests solution model_answer follow_ups explanation references
    author reviewed_by reviewed review_by status replaced_by shuffle tags
"""
COLUMNS = (
    *_BEGIN.split(),
    *(f"{name}_{slot}" for slot in _SLOTS for name in ("option", "match", "feedback", "misconception")),
    *(f"{name}_{slot}" for slot in _SLOTS for name in ("point", "weight")),
    *_END.split(),
)
_MAYBE = ("phase", "hint", "formula", "starter", "tests", "solution", "model_answer", "replaced_by")
_LISTS = ("follow_ups", "reviewed_by", "tags")
"""Fields that are cells as they stand, and lists that are a line an entry."""
_ALIASES = {
    "question": "prompt",
    "questiontext": "prompt",
    "key": "correct",
    "type": "kind",
    "category": "topic",
}
_MOST_COLUMNS = 200
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0", ""})


def read_csv(text: str, name: str) -> Imported:
    """The rows' questions; a row that doesn't hold one is told with its line, and unknown columns are too."""
    rows = csv.reader(
        io.StringIO(text, newline=""), delimiter=_delimiter(text.split("\n", 1)[0]), strict=True
    )
    read = Reading()
    header: list[str] = []
    line = 1
    try:
        for cells in rows:
            here, line = line, rows.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [_column(cell) for cell in cells]
                if not _is_sound(header, here, read):
                    break
                continue
            if read.ends(here):
                break
            row = {column: _bare(cell.strip()) for column, cell in zip(header, cells, strict=False)}
            try:
                read.take(_item(row, SourcePlace(name, here)))
            except ValueError as error:
                read.refuse(Problem(here, str(error)))
    except csv.Error as error:
        read.refuse(Problem(rows.line_num, f"This isn't sound CSV ({error}). Check the quotes around texts."))
    return read.done()


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _harmless(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula. Numbers are no formulas."""
    written = str(cell)
    if not _FORMULA.match(written):
        return written
    try:
        read_number(written)
    except ValueError:
        return f"'{written}"
    return written


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _column(cell: str) -> str:
    column = re.sub(r"\W+", "_", cell.strip().lower()).strip("_")
    return _ALIASES.get(column, column)


def _is_sound(header: list[str], line: int, read: Reading) -> bool:
    """Whether rows can be read under this header; what is to be said about it is told."""
    if len(header) > _MOST_COLUMNS:
        read.refuse(Problem(line, f"There are {len(header):,} columns; {_MOST_COLUMNS} are the most."))
        return False
    if "prompt" not in header:
        read.refuse(Problem(line, "The first row must name the columns; one of them is “prompt”."))
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if twice:
        read.refuse(Problem(line, f"The column “{twice[0]}” stands twice. Keep one of them."))
    unknown = [column for column in header if column and column not in COLUMNS]
    if unknown:
        read.lose(line, f"These columns aren't known here and were left out: {', '.join(unknown)}.")
    return not read.errors


def _item(row: Mapping[str, str], place: SourcePlace) -> Item:
    """The item of a row. Raises ValueError, in words for its author."""
    if not row.get("prompt"):
        raise ValueError("There is no prompt in this row. Write the question there.")
    kind = _kind(row)
    if kind in SCRIPT_KINDS:
        raise ValueError("A mock script's rounds don't fit in a row. Write it in YAML.")
    slots = [row.get(f"option_{slot}", "") for slot in _SLOTS]
    while slots and not slots[-1]:
        slots.pop()
    holds = KINDS[kind].holds
    status = row.get("status") or Status.DRAFT
    plain: dict[str, Any] = {name: row.get(name) or None for name in _MAYBE}
    plain |= {name: _lines(row, name) for name in _LISTS}
    return Item(
        id=row.get("id", ""),
        topic=row.get("topic") or NOWHERE,
        kind=kind,
        prompt=row["prompt"],
        place=place,
        difficulty=_grade(row.get("difficulty", "")),
        options=_options(row, slots) if holds == "options" else (),
        statement_is=_truth(row, "statement_is") if row.get("statement_is") else None,
        sequence=tuple(slots) if holds == "sequence" else (),
        pairs=_pairs(row, slots) if holds == "pairs" else (),
        answer=_answer(row) if holds == "answer" else None,
        variables=tuple(_variable(one) for one in _lines(row, "variables")),
        rubric=_points(row),
        explanation=row.get("explanation", ""),
        references=tuple(_cite(one) for one in _lines(row, "references")),
        author=row.get("author", ""),
        reviewed=_date(row, "reviewed"),
        review_by=_date(row, "review_by"),
        status=_status(status),
        shuffle=_truth(row, "shuffle") if row.get("shuffle") else True,
        **plain,
    )


def _kind(row: Mapping[str, str]) -> Kind:
    """The kind that the row names; else what its cells look like."""
    word = row.get("kind", "").lower()
    if word:
        if word not in set(Kind):
            raise ValueError(f"“{word}” isn't a kind. Known are {', '.join(Kind)}.")
        return Kind(word)
    if row.get("match_1"):
        return Kind.MATCH
    if row.get("option_1"):
        return Kind.MULTI if len(_right(row)) > 1 else Kind.SINGLE
    return Kind.NUMERIC if row.get("value") or row.get("formula") else Kind.OPEN


def _right(row: Mapping[str, str]) -> frozenset[int]:
    """The numbers of the right options: "2", "1;3", or letters."""
    found = set()
    for word in re.split(r"[\s,;]+", row.get("correct", "").strip()):
        if word.isdecimal() and 1 <= int(word) <= len(_SLOTS):
            found.add(int(word))
        elif len(word) == 1 and word.upper() in "ABCDEFG":
            found.add("ABCDEFG".index(word.upper()) + 1)
        elif word:
            raise ValueError(f"“{word}” isn't an option's number. Write correct as 2, or 1;3 for several.")
    return frozenset(found)


def _options(row: Mapping[str, str], slots: list[str]) -> tuple[Option, ...]:
    right = _right(row)
    if not all(slots):
        raise ValueError("There is a gap between the options. Fill option_1, option_2, ... in order.")
    if not right:
        raise ValueError("No option is marked right. Write its number under correct.")
    if max(right) > len(slots):
        raise ValueError(f"correct names option {max(right)}, but there are {len(slots)}.")
    return tuple(
        Option(
            words,
            place in right,
            row.get(f"feedback_{place}", ""),
            row.get(f"misconception_{place}") or None,
        )
        for place, words in enumerate(slots, 1)
    )


def _pairs(row: Mapping[str, str], slots: list[str]) -> tuple[tuple[str, str], ...]:
    pairs = tuple((left, row.get(f"match_{place}", "")) for place, left in enumerate(slots, 1))
    if not all(left and right for left, right in pairs):
        raise ValueError("A match needs both sides: option_1 with match_1, and so on.")
    return pairs


def _points(row: Mapping[str, str]) -> tuple[KeyPoint, ...]:
    found = []
    for slot in _SLOTS:
        if point := row.get(f"point_{slot}", ""):
            weight = row.get(f"weight_{slot}") or "1"
            if weight not in {"1", "2", "3"}:
                raise ValueError(f"weight_{slot} is “{weight}”; it must be 1, 2 or 3.")
            found.append(KeyPoint(point, int(weight)))
    return tuple(found)


def _answer(row: Mapping[str, str]) -> NumericAnswer:
    value = _number(row, "value") if row.get("value") else None
    if value is None and not row.get("formula"):
        raise ValueError("A numeric question needs its answer under value.")
    tolerance = _number(row, "tolerance") if row.get("tolerance") else 0.0
    return NumericAnswer(value, tolerance, row.get("unit") or None, row.get("answer_text") or None)


def _number(row: Mapping[str, str], column: str) -> float:
    try:
        return read_number(row[column])
    except ValueError:
        raise ValueError(f"{column} is “{row[column]}”; write a number with a point, like 2.5.") from None


def read_number(word: str) -> float:
    """A finite number, whole ones exactly. Raises ValueError."""
    if re.fullmatch(r"[-+]?[0-9]{1,300}", word):
        return int(word)
    if not re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?", word):
        raise ValueError(word)
    number = float(word)
    if number in (float("inf"), float("-inf")):
        raise ValueError(word)
    return number


def _variable(line: str) -> Variable:
    name, _, values = line.partition("=")
    try:
        found = tuple(read_number(word) for word in values.split())
    except ValueError:
        found = ()
    if not name.strip() or not found:
        raise ValueError(f"“{line}” isn't a variable. Write its name and values: n = 2 4 8.")
    return Variable(name.strip(), found)


def _grade(word: str) -> int:
    if word not in {"", "1", "2", "3", "4", "5"}:
        raise ValueError(f"difficulty is “{word}”; it must be 1 to 5.")
    return int(word or 3)


def _truth(row: Mapping[str, str], column: str) -> bool:
    word = row.get(column, "").lower()
    if word not in _YES | _NO:
        raise ValueError(f"{column} is “{word}”; it must be true or false.")
    return word in _YES


def _status(word: str) -> Status:
    if word not in set(Status):
        raise ValueError(f"“{word}” isn't a status. Known are {', '.join(Status)}.")
    return Status(word)


def _date(row: Mapping[str, str], column: str) -> date | None:
    try:
        return date.fromisoformat(row[column]) if row.get(column) else None
    except ValueError:
        raise ValueError(f"{column} is “{row[column]}”; write a date like 2026-01-31.") from None


def _lines(row: Mapping[str, str], column: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in row.get(column, "").splitlines() if line.strip())


def _cite(line: str) -> Cite:
    key, _, where = line.partition(":")
    return Cite(key.strip(), where.strip() or None)


def write_csv(items: Iterable[Item]) -> Exported:
    """The items as rows under one header; mock scripts are left out, and excuses (lint_ok) are not carried."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    losses: list[str] = []
    written = 0
    for item in items:
        if item.kind in SCRIPT_KINDS:
            losses.append(f"{item.id}: left out; a mock script's rounds don't fit in a row.")
            continue
        if item.lint_ok:
            losses.append(f"{item.id}: without lint_ok.")
        writer.writerow({column: _harmless(cell) for column, cell in _row(item)})
        written += 1
    return Exported(out.getvalue().encode("utf-8"), written, tuple(losses))


def _row(item: Item) -> Iterator[tuple[str, object]]:
    for name in ("id", "topic", "kind", "difficulty", "prompt", "author", "explanation", "status"):
        yield name, getattr(item, name)
    for name in (*_MAYBE, "reviewed", "review_by"):
        yield name, getattr(item, name) or ""
    for name in _LISTS:
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
