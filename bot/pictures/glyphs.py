"""Which characters the shipped font can draw well, read from the font itself."""

import struct
import unicodedata
from functools import cache
from pathlib import Path

from bot.chat.words import clean_line

FONTS = Path(__file__).with_name("fonts")
REGULAR = FONTS / "DejaVuSans.ttf"
BOLD = FONTS / "DejaVuSans-Bold.ttf"

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_PICTOGRAPHS = range(0x1F000, 0x20000)
_FIRST_SYMBOL = 0x2190  # before it stand ©, ° and ™, which are words
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")


def drawable(said: str) -> str:
    """The words as a picture can show them, "" where it should not try.

    Emoji are left out where other words remain. What the font lacks, what runs right to left and what needs its marks
    set by a shaping engine (such as stacks of them) would come out wrong or as boxes: the text beside the picture has it.
    """
    kept = "".join(c for c in unicodedata.normalize("NFC", clean_line(said)) if not _is_emoji(c))
    kept = " ".join(kept.split())
    if not any(c.isalnum() for c in kept):
        return ""
    return kept if all(map(_draws, kept)) else ""


def _is_emoji(char: str) -> bool:
    symbol = unicodedata.category(char) == "So" and ord(char) >= _FIRST_SYMBOL
    return ord(char) in _PICTOGRAPHS or char in _JOINERS or symbol


def _draws(char: str) -> bool:
    return (
        ord(char) in covered(REGULAR)
        and ord(char) in covered(BOLD)
        and unicodedata.bidirectional(char) not in _RIGHT_TO_LEFT
        and unicodedata.category(char)[0] not in "MC"
    )


@cache
def covered(font: Path) -> frozenset[int]:
    """The code points a TrueType font has glyphs for: its ``cmap`` table, formats 4 and 12 (OpenType 1.9).

    Raises:
        ValueError: the file has no such table.
    """
    data = font.read_bytes()
    (tables,) = struct.unpack_from(">H", data, 4)
    for index in range(tables):
        name, _, start, _ = struct.unpack_from(">4sIII", data, 12 + 16 * index)
        if name == b"cmap":
            return frozenset(_mapped(data, start))
    raise ValueError(f"{font.name} has no character map.")


def _mapped(data: bytes, start: int) -> set[int]:
    (count,) = struct.unpack_from(">H", data, start + 2)
    found: set[int] = set()
    for index in range(count):
        _, _, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * index)
        (kind,) = struct.unpack_from(">H", data, start + offset)
        if kind == 4:
            found |= _segments(data, start + offset)
        elif kind == 12:
            found |= _groups(data, start + offset)
    return found


def _segments(data: bytes, at: int) -> set[int]:
    """Format 4: ranges of the basic plane, each with a shift or a list of glyphs; glyph 0 means none."""
    (doubled,) = struct.unpack_from(">H", data, at + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts = struct.unpack_from(f">{count}H", data, at + 16 + doubled)
    shifts = struct.unpack_from(f">{count}H", data, at + 16 + 2 * doubled)
    offsets_at = at + 16 + 3 * doubled
    offsets = struct.unpack_from(f">{count}H", data, offsets_at)
    found: set[int] = set()
    for index, (first, final, shift, offset) in enumerate(zip(starts, ends, shifts, offsets, strict=True)):
        for code in range(first, min(final, 0xFFFE) + 1):
            if offset:
                (glyph,) = struct.unpack_from(
                    ">H", data, offsets_at + 2 * index + offset + 2 * (code - first)
                )
            else:
                glyph = (code + shift) & 0xFFFF
            if glyph:
                found.add(code)
    return found


def _groups(data: bytes, at: int) -> set[int]:
    """Format 12: ranges of every plane, each glyph after the one before."""
    (count,) = struct.unpack_from(">I", data, at + 12)
    found: set[int] = set()
    for index in range(count):
        first, final, _ = struct.unpack_from(">III", data, at + 16 + 12 * index)
        found.update(range(first, final + 1))
    return found
