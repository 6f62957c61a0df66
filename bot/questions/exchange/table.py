"""A table's rows as questions, whatever file it was in: each row is taken, or refused with its line and a reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.questions.exchange.headers import COLUMNS, SLOTS, columns_of, flaw_of, kind_of
from bot.questions.exchange.imported import NOWHERE, Imported, Problem, Reading
from bot.questions.kinds import KINDS, SCRIPT_KINDS, SEVERAL_RIGHT
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

MAYBE = ("phase", "hint", "formula", "back", "starter", "tests", "solution", "model_answer", "replaced_by")
LISTS = ("accepted", "follow_ups", "reviewed_by", "tags")
"""Fields that are cells as they stand, and lists that are a line an entry."""
FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0", ""})
_ABOVE = 20
"""So many rows may stand above the headers, as templates have them."""
_LETTERS = "ABCDEFG"
_KIND_BY_CELL = {"value": Kind.NUMERIC, "formula": Kind.NUMERIC, "accepted": Kind.SHORT, "back": Kind.RECALL}


@dataclass(frozen=True, slots=True)
class Row:
    """A row's cells and first line; ``spaced`` of the cells after the first begin with a space. A flawed row holds no question."""

    line: int
    cells: Sequence[str]
    spaced: int = 0
    flaw: str = ""

    @property
    def filled(self) -> int:
        return sum(bool(cell.strip()) for cell in self.cells)


def read_table(rows: Iterable[Row], name: str, too_many: str) -> Imported:
    """The rows' questions. ``too_many`` tells what to do about a row with more cells than there are columns."""
    read = Reading()
    kept = [row for row in rows if row.flaw or row.filled]
    head = next((at for at, row in enumerate(kept[:_ABOVE]) if "prompt" in columns_of(row.cells)), 0)
    above, below = kept[:head], kept[head + 1 :]
    header = columns_of(kept[head].cells)
    if flaw := flaw_of(header, kept[head].cells):
        read.fault(kept[head].line, flaw)
        read.unread = len(below)
        return read.done()
    for row in above:
        if row.flaw or row.filled > 2:
            read.refuse(
                Problem(row.line, row.flaw or "This row stands above the one that names the columns.")
            )
    if above and not read.refused:
        read.lose(above[0].line, "What stands above the headers was left out.")
    _tell_unknown(header, kept[head].line, read)
    for row in below:
        if read.ends(row.line):
            continue
        try:
            _sound(row, header, too_many, spaced=bool(kept[head].spaced))
            cells = zip(header, (_bare(cell.strip()) for cell in row.cells), strict=False)
            read.take(item_of(dict.fromkeys(header, "") | dict(cells), SourcePlace(name, row.line)))
        except ValueError as error:
            read.refuse(Problem(row.line, str(error)))
    return read.done()


def _tell_unknown(header: Sequence[str], line: int, read: Reading) -> None:
    unknown = [column for column in header if column and column not in (*COLUMNS, "key")]
    if unknown:
        read.lose(line, f"These columns aren't known here and were left out: {', '.join(unknown)}.")


def _sound(row: Row, header: Sequence[str], too_many: str, *, spaced: bool) -> None:
    """Raise ValueError where a row's cells may not stand under their headers."""
    if row.flaw:
        raise ValueError(row.flaw)
    cells = [cell.strip() for cell in row.cells]
    if any(cells[len(header) :]):
        last = max(place for place, cell in enumerate(cells, 1) if cell)
        raise ValueError(f"There are {last} cells in this row, and {len(header)} columns. {too_many}")
    if any(cell and not column and not cell.isdecimal() for column, cell in zip(header, cells, strict=False)):
        raise ValueError("A cell in this row stands in a column without a name. Give it one.")
    if any(
        cell and re.fullmatch(r"option_([89]|\d\d)", column)
        for column, cell in zip(header, cells, strict=False)
    ):
        raise ValueError(f"There are more than {len(SLOTS)} options in this row.")
    after = sum(bool(cell) for cell in cells[1:])
    if row.spaced and (row.spaced < after or (after == 1 and not spaced)):
        raise ValueError(
            f"A cell in this row begins with a space: does it continue a text? {too_many} If not, take the space away."
        )


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def item_of(row: Mapping[str, str], place: SourcePlace) -> Item:
    """The item of a row. Raises ValueError, in words for its author."""
    if not row.get("prompt"):
        raise ValueError("There is no prompt in this row. Write the question there.")
    kind = _kind(row)
    if kind in SCRIPT_KINDS:
        raise ValueError("A mock script's rounds don't fit in a row. Write it in YAML.")
    slots = [row.get(f"option_{slot}", "") for slot in SLOTS]
    while slots and not slots[-1]:
        slots.pop()
    holds = KINDS[kind].holds
    status = row.get("status") or Status.DRAFT
    plain: dict[str, Any] = {name: row.get(name) or None for name in MAYBE}
    plain |= {name: _lines(row, name) for name in LISTS}
    if holds in ("accepted", "back") and not plain[holds]:
        plain |= _under_answer(row, slots, holds)
    return Item(
        id=row.get("id", ""),
        topic=row.get("topic") or NOWHERE,
        kind=kind,
        prompt=row["prompt"],
        place=place,
        difficulty=_grade(row.get("difficulty", "")),
        options=_options(row, slots, kind) if holds == "options" else (),
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
    if word := row.get("kind", ""):
        kind = kind_of(word)
        if kind is None:
            raise ValueError(f"“{word[:40]}” isn't a kind that is asked here. Known are {', '.join(Kind)}.")
        return kind
    if row.get("match_1"):
        return Kind.MATCH
    if row.get("option_1"):
        return Kind.MULTI if len(_right(row)) > 1 else Kind.SINGLE
    if found := next((kind for column, kind in _KIND_BY_CELL.items() if row.get(column)), None):
        return found
    if "option_1" in row and not (row.get("model_answer") or row.get("point_1")):
        raise ValueError("There are no options in this row. Fill them, or name its kind.")
    return Kind.OPEN


def _right(row: Mapping[str, str]) -> frozenset[int]:
    """The numbers of the right options. The cell holds numbers or letters, and under some headers an option's own words."""
    said = row.get("correct") or row.get("key", "")
    is_by_number = all(_place(mark) for mark in re.split(r"[\s,;]+", said.strip()) if mark)
    words: dict[str, int] = {}
    if not (is_by_number and "correct" in row):
        for slot in SLOTS:
            text = row.get(f"option_{slot}", "").casefold()
            words[text] = 0 if text in words else slot
    marks = (
        [said]
        if words.get(said.casefold())
        else re.split(r"[\s,;]+" if is_by_number else r"\s*[,;|\n]\s*", said)
    )
    return frozenset(_option_of(mark, words) for mark in marks if mark)


def _place(mark: str) -> int:
    """The number of an option that a mark names, 0 for none."""
    if mark.isdecimal() and 1 <= int(mark) <= len(SLOTS):
        return int(mark)
    return _LETTERS.index(mark.upper()) + 1 if len(mark) == 1 and mark.upper() in _LETTERS else 0


def _option_of(mark: str, words: Mapping[str, int]) -> int:
    """The number of the option with this number, letter or words. Raises ValueError where it is none, or not one alone."""
    place, slot = _place(mark), words.get(mark.casefold(), 0)
    if place and slot and place != slot:
        raise ValueError(
            f"“{mark}” is the number or letter of option {place} and the text of option {slot}. "
            "Name the column “correct”, and write numbers there."
        )
    if not place and not slot:
        raise ValueError(f"“{mark[:40]}” isn't an option's number. Write correct as 2, or 1;3 for several.")
    return slot or place


def _options(row: Mapping[str, str], slots: list[str], kind: Kind) -> tuple[Option, ...]:
    right = _right(row)
    if not all(slots):
        raise ValueError("There is a gap between the options. Fill option_1, option_2, ... in order.")
    if not right:
        raise ValueError("No option is marked right. Write its number under correct.")
    if max(right) > len(slots):
        raise ValueError(f"correct names option {max(right)}, but there are {len(slots)}.")
    if len(right) > 1 and kind not in SEVERAL_RIGHT:
        raise ValueError(f"{len(right)} options are marked right; a question of this kind has one.")
    return tuple(
        Option(
            words, place in right, row.get(f"feedback_{place}", ""), row.get(f"misconception_{place}") or None
        )
        for place, words in enumerate(slots, 1)
    )


def _pairs(row: Mapping[str, str], slots: list[str]) -> tuple[tuple[str, str], ...]:
    pairs = tuple((left, row.get(f"match_{place}", "")) for place, left in enumerate(slots, 1))
    if not all(left and right for left, right in pairs):
        raise ValueError("A match needs both sides: option_1 with match_1, and so on.")
    return pairs


def _under_answer(row: Mapping[str, str], slots: list[str], holds: str) -> dict[str, Any]:
    """A typed answer or the back of a card as other makers' tables have it: as the answer, or under their options."""
    answer = row.get("model_answer") or ("" if any(slots) else row.get("key", ""))
    if not (answer or (holds == "accepted" and any(slots))):
        raise ValueError(f"There is no answer in this row. Write it under {holds}.")
    if holds == "back":
        return {"back": answer, "model_answer": None}
    if answer:
        return {"accepted": tuple(answer.splitlines()), "model_answer": None}
    right = _right(row) or frozenset(SLOTS)
    return {"accepted": tuple(words for place, words in enumerate(slots, 1) if words and place in right)}


def _points(row: Mapping[str, str]) -> tuple[KeyPoint, ...]:
    found = []
    for slot in SLOTS:
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
