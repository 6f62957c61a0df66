"""A table as lines of a fixed-width font, for platforms that have no tables."""

from collections.abc import Callable
from typing import TypeVar

from bot.chat.cards import Table
from bot.chat.rendering.clipping import fit
from bot.chat.words import clean_line, cut, isolate, width

Made = TypeVar("Made")
_GAP = "  "
_NARROWEST = 6


def laid_out(
    table: Table, columns: int, make: Callable[[str], Made], measure: Callable[[Made], int]
) -> tuple[Made, Callable[[int], Made | None], bool]:
    """A table as ``make`` shows its lines, in full and shortened to a measure; and whether a cell had to be cut.

    A shorter one has fewer rows and says how many are missing; None where not even its head fits.
    """
    lines, was_cut = table_lines(table, columns)

    def first(rows: int) -> Made:
        left = len(table.rows) - rows
        more = (f"… {left} more",) if left > 0 else ()
        return make("\n".join((*lines[: rows + 2], *more)))

    def shorten(most: int) -> Made | None:
        rows = fit(lambda n: first(min(n, len(table.rows))), most, measure)
        return rows or fit(lambda n: make(cut(lines[0], n)), most, measure)

    return first(len(table.rows)), shorten, was_cut


def table_lines(table: Table, most: int) -> tuple[tuple[str, ...], bool]:
    """The head, a rule and the rows, aligned, about ``most`` columns wide; and whether a cell had to be cut.

    The widest columns give way first, down to six columns each; a table of many columns may stay wider than ``most``.
    Wide characters count two columns (UAX #11).
    """
    cells = tuple(tuple(clean_line(cell) for cell in row) for row in (table.head, *table.rows))
    widths = [max(width(row[i]) for row in cells) for i in range(len(table.head))]
    room = _narrowed(widths, most - len(_GAP) * (len(widths) - 1))
    lines = [_line(row, room, table.right) for row in cells]
    lines.insert(1, _GAP.join("─" * columns for columns in room))
    return tuple(lines), room != widths


def _narrowed(widths: list[int], most: int) -> list[int]:
    room = [min(columns, max(most, _NARROWEST)) for columns in widths]
    while sum(room) > most:
        widest = max(range(len(room)), key=room.__getitem__)
        if room[widest] <= _NARROWEST:
            break
        room[widest] -= 1
    return room


def _line(row: tuple[str, ...], room: list[int], right: frozenset[int]) -> str:
    made: list[str] = []
    for index, cell in enumerate(row):
        shown = cut(cell, room[index], width)
        gap = " " * (room[index] - width(shown))
        shown = isolate(shown)
        made.append(gap + shown if index in right else shown + gap)
    return _GAP.join(made).rstrip()
