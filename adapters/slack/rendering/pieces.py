"""The blocks of a card as pieces of rich text that can be had shorter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from adapters.slack.rendering.limits import TABLE_COLUMNS
from adapters.slack.rendering.mrkdwn import Object, read
from adapters.slack.rendering.rich import blocks, flat, preformatted, quoted, section, size, word
from bot.chat.cards import Fields, Table, Text, Verbatim
from bot.chat.rendering.clipping import clip, fit, share
from bot.chat.rendering.labels import NOTHING
from bot.chat.rendering.markdown import Node, Paragraph, Str, words
from bot.chat.rendering.said import tree
from bot.chat.rendering.tables import laid_out
from bot.chat.words import clean_line, cut, isolate

_NAME_SHOWN = 80
_ROW = 400

Elements = list[Object]


@dataclass(frozen=True, slots=True)
class Piece:
    """Elements in full, and ``shorten(most)``: the same of at most this size, none where nothing fits.

    ``said`` is the same in plain words, for notifications and screen readers. ``cut`` says that even the full one
    leaves something out.
    """

    full: Elements
    said: str
    shorten: Callable[[int], Elements]
    cut: bool = False

    @property
    def length(self) -> int:
        """The size of the full one."""
        return size(self.full)

    def within(self, most: int) -> Elements:
        """The full one where it fits, else a shorter one."""
        return self.full if self.length <= most else self.shorten(most)


def piece(block: Text | Verbatim | Fields | Table) -> Piece:
    """The piece of a block that is words."""
    match block:
        case Text():
            return text_piece(block)
        case Verbatim():
            return _verbatim(block)
        case Fields():
            return _fields(block)
        case Table():
            return _table(block)


def text_piece(text: Text) -> Piece:
    """Our own words."""
    nodes = read(text)
    return Piece(blocks(nodes), words(nodes), lambda most: _fit(lambda n: blocks(clip(nodes, n)), most))


def _fit(make: Callable[[int], Elements], most: int) -> Elements:
    return fit(make, most, size) or []


def _verbatim(verbatim: Verbatim) -> Piece:
    """Somebody's words as a quotation, below its caption."""
    nodes = tree(verbatim) or (Paragraph((Str(NOTHING),)),)
    caption = text_piece(verbatim.caption) if verbatim.caption else None

    def shorten(most: int) -> Elements:
        above = caption.within(most // 2) if caption else []
        below = _fit(lambda n: quoted(clip(nodes, n)), most - size(above))
        return [*above, *below] if below else []

    full = [*(caption.full if caption else ()), *quoted(nodes)]
    said = words(nodes)
    return Piece(full, f"{caption.said}\n{said}" if caption else said, shorten)


def _fields(fields: Fields) -> Piece:
    """Short facts, a line each, the name in bold. Slack's own fields know no plain words beside dates."""
    names = [
        word(f"{isolate(cut(clean_line(name), _NAME_SHOWN) or NOTHING)}: ", {"bold": True})
        for name, _ in fields.rows
    ]
    values = [read(value) for _, value in fields.rows]
    rows = [[*name, *(flat(value) or word(NOTHING))] for name, value in zip(names, values, strict=True)]

    def shorten(most: int) -> Elements:
        given = share([size(row) + size(word("\n")) for row in rows], most - size(section(word("\n"))), _ROW)
        kept: list[Elements] = []
        for name, value, row, room in zip(names, values, rows, given, strict=True):
            if room:
                left = room - size(name) - size(word("\n"))
                kept.append(row if size(row) <= room else [*name, *(_shorter(value, left) or word(NOTHING))])
        return section(_lines(kept))

    said = "\n".join(
        f"{clean_line(name)}: {words(value)}" for (name, _), value in zip(fields.rows, values, strict=True)
    )
    was_cut = any(len(clean_line(name)) > _NAME_SHOWN for name, _ in fields.rows)
    return Piece(section(_lines(rows)), said, shorten, was_cut)


def _shorter(value: tuple[Node, ...], most: int) -> Elements:
    return _fit(lambda n: flat(clip(value, n)), most)


def _lines(rows: Sequence[Elements]) -> Elements:
    made: Elements = []
    for number, row in enumerate(rows):
        made += [*word("\n"), *row] if number else row
    return made


def _table(table: Table) -> Piece:
    """A table in a fixed-width font."""
    full, shorten, was_cut = laid_out(table, TABLE_COLUMNS, preformatted, size)
    said = "\n".join(", ".join(clean_line(cell) for cell in row) for row in (table.head, *table.rows))
    return Piece(full, said, lambda most: shorten(most) or [], was_cut)
