"""Excel's workbooks (.xlsx): the first sheet that holds anything, read as a table. Nothing in it is worked out."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from bot.questions.exchange.imported import Imported, Problem, nothing
from bot.questions.exchange.table import Row, read_table
from bot.questions.exchange.zipped import PackedError, opened

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell

_MOST_ROWS = 20_000


def read_workbook(data: bytes, name: str) -> Imported:
    """The questions of the first sheet with rows in it; those of other sheets are counted as unread. Never raises."""
    import openpyxl

    try:
        opened(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [
            (sheet.title, list(_rows(sheet.iter_rows(max_row=_MOST_ROWS, max_col=300))))
            for sheet in book.worksheets
        ]
    except PackedError as error:
        return nothing(f"This is an Excel workbook. {error}")
    except Exception:  # noqa: BLE001  # a damaged workbook fails in any of its readers' ways
        return nothing(
            "This Excel workbook is damaged. Open it in Excel and save it again, or save it as CSV."
        )
    filled = [(title, rows) for title, rows in sheets if rows]
    if not filled:
        return nothing("There is nothing in this workbook.")
    (title, rows), *others = filled
    found = read_table(rows, name, "Move what stands beside the columns below a header.")
    if not others:
        return found
    unread = sum(len(rows) for _, rows in others)
    note = Problem(1, f"Only the sheet “{title[:40]}” was read. Move the rows of the others there.")
    return replace(found, problems=(note, *found.problems), unread=found.unread + unread)


def _rows(rows: Iterable[Sequence[Cell | MergedCell]]) -> Iterator[Row]:
    for number, cells in enumerate(rows, 1):
        flaw = ""
        if any(isinstance(cell.value, date | time | timedelta) for cell in cells):
            flaw = "Excel made a date of a cell in this row. Format the cell as text, and type it again."
        elif any(cell.data_type == "e" for cell in cells):
            flaw = "A formula in this row has failed. Replace it by its words."
        row = Row(number, [_written(cell.value) for cell in cells], flaw=flaw)
        if row.filled:
            yield row


def _written(value: object) -> str:
    """A cell as a person would type it: 2.0 is 2."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
