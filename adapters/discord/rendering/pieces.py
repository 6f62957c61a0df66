"""The blocks of a card as pieces of markdown that can be had shorter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from adapters.discord.rendering.limits import TABLE_COLUMNS
from adapters.discord.rendering.markdown import blocks, code_block, escape, is_heading, quote, small_lines
from bot.chat.cards import Fields, Table, Text, Verbatim
from bot.chat.rendering.clipping import clip, fit, share
from bot.chat.rendering.labels import NOTHING
from bot.chat.rendering.markdown import CodeBlock, Node, parse
from bot.chat.rendering.said import tree
from bot.chat.rendering.tables import laid_out
from bot.chat.words import clean_line, cut, isolate, utf16

_NAME_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Piece:
    """Markdown in full, and ``shorten(most)``: the same in at most ``most`` UTF-16 units, "" where nothing fits.

    ``cut`` says that even the full one leaves something out; ``is_section`` that it begins with a heading of its own.
    """

    full: str
    shorten: Callable[[int], str]
    cut: bool = False
    is_section: bool = False

    @property
    def length(self) -> int:
        """The length of the full one in UTF-16 units."""
        return utf16(self.full)

    def within(self, most: int) -> str:
        """The full one where it fits, else a shorter one."""
        return self.full if self.length <= most else self.shorten(most)


def piece(block: Text | Verbatim | Fields | Table) -> Piece:
    """The piece of a block that is words."""
    match block:
        case Text():
            return block_piece(block)
        case Verbatim():
            return verbatim_piece(block)
        case Fields():
            return fields_piece(block)
        case Table():
            return table_piece(block)


# Most of a card is the same for each of its readers.
@lru_cache(maxsize=512)
def block_piece(text: Text) -> Piece:
    """Our own words as a block: a line that is wholly in italics, as where a topic is named, is small print."""
    nodes = parse(text)
    made = _nodes_piece(nodes, small_lines)
    return Piece(made.full, made.shorten, is_section=bool(nodes) and is_heading(nodes[0]))


@lru_cache(maxsize=512)
def text_piece(text: Text) -> Piece:
    """Our own words within something else."""
    return _nodes_piece(parse(text), blocks)


def _nodes_piece(nodes: tuple[Node, ...], make: Callable[[Sequence[Node]], str]) -> Piece:
    return Piece(make(nodes), lambda most: fit(lambda n: make(clip(nodes, n)), most, utf16) or "")


def verbatim_piece(verbatim: Verbatim) -> Piece:
    """Somebody's words as a quotation, below its caption."""
    nodes = tree(verbatim)
    code = bool(nodes) and all(isinstance(node, CodeBlock) for node in nodes)
    caption = text_piece(verbatim.caption) if verbatim.caption else Piece("", lambda _: "")

    def quoted(most: int | None) -> str:
        kept = blocks(nodes if most is None else clip(nodes, most))
        return kept if code else quote(kept or NOTHING)

    def shorten(most: int) -> str:
        above = caption.within(most // 2)
        below = fit(quoted, most - utf16(above) - 1, utf16)
        return _below(above, below) if below else ""

    is_section = verbatim.caption is not None and block_piece(verbatim.caption).is_section
    return Piece(_below(caption.full, quoted(None)), shorten, is_section=is_section)


def _below(above: str, below: str) -> str:
    return f"{above}\n{below}" if above else below


def fields_piece(fields: Fields) -> Piece:
    """Short facts, a line each, the name in bold. Discord has no facts side by side beside other components."""
    names = [f"**{escape(isolate(cut(clean_line(n), _NAME_SHOWN) or NOTHING))}:** " for n, _ in fields.rows]
    values = [text_piece(value) for _, value in fields.rows]
    rows = [name + (value.full or NOTHING) for name, value in zip(names, values, strict=True)]

    def shorten(most: int) -> str:
        given = share([utf16(row) + 1 for row in rows], most, 2 * _NAME_SHOWN + 60)
        made: list[str] = []
        for name, value, room in zip(names, values, given, strict=True):
            left = room - 1 - utf16(name)
            if room and left > 0:
                made.append(name + (value.within(left) or NOTHING))
        return "\n".join(made)

    was_cut = any(len(clean_line(name)) > _NAME_SHOWN for name, _ in fields.rows)
    return Piece("\n".join(rows), shorten, was_cut)


def table_piece(table: Table) -> Piece:
    """A table as a code block."""
    full, shorten, was_cut = laid_out(table, TABLE_COLUMNS, code_block, utf16)
    return Piece(full, lambda most: shorten(most) or "", was_cut)
