"""Formulas: TeX read once into a small tree of known parts, and said in words where a platform has no formulas.

latex2mathml reads the TeX, and is loaded with the first formula. Its answer is data to be judged: only parts and looks that
are listed here come through, so that what a member wrote can bring neither an address nor a style.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any

MOST_CHARACTERS = 400
"""Of a formula's TeX: one that fills a line has about 60."""

MOST_DEPTH = 8
"""Braces within braces."""

_MOST_NESTED = 40
_LEAVES = frozenset({"mi", "mn", "mo", "mtext", "mspace"})
_ROWS = frozenset({"math", "mrow", "mstyle", "mtd", "msqrt"})
_CHILDREN = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3}
_CHILDREN |= {"munder": 2, "mover": 2, "munderover": 3}
_GRIDS = frozenset({"mtable", "mtr"})
_SAME = {"menclose": "mrow", "mpadded": "mrow"}
_LOOKS = {
    ("mfrac", "linethickness"): frozenset({"0"}),
    ("mi", "mathvariant"): frozenset({"normal"}),
    ("mo", "stretchy"): frozenset({"true", "false"}),
    ("mover", "accent"): frozenset({"true"}),
    ("mspace", "width"): frozenset({"0.167em", "0.222em", "0.278em", "1em", "2em"}),
    ("mstyle", "displaystyle"): frozenset({"true", "false"}),
}
# What defines words of its own, hides some, or is for pages alone: shown as it was typed.
_REFUSED = re.compile(r"(?<!\\)%|\\(?:def|newcommand|renewcommand|href|class|style|verb|phantom)\b")


@dataclass(frozen=True, slots=True)
class Part:
    """An element of MathML Core: ``said`` in a leaf, ``parts`` in any other; ``looks`` are attributes."""

    tag: str
    said: str = ""
    parts: "tuple[Part, ...]" = ()
    looks: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=1024)
def read(tex: str) -> Part | None:
    """The tree of a formula; None where it is malformed, too long or too deep, or holds what formulas here don't."""
    if not tex.strip() or len(tex) > MOST_CHARACTERS or _REFUSED.search(tex) or _depth(tex) > MOST_DEPTH:
        return None
    from latex2mathml.converter import Converter  # loaded with the first formula

    try:
        return _part(Converter(xmlns="").convert_to_element(tex), 0)
    except Exception:  # noqa: BLE001  # the library raises whatever its own code stumbles over
        return None


def _depth(tex: str) -> int:
    depth = most = 0
    for brace in re.findall(r"\\.|[{}]|\\begin|\\left", tex):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        most = max(most, depth)
    return most if depth == 0 else MOST_DEPTH + 1


def _part(element: Any, nested: int) -> Part | None:  # noqa: ANN401  # an Element, whose types the library leaves open
    tag = _SAME.get(element.tag, element.tag)
    if nested > _MOST_NESTED:
        return None
    looks = tuple((k, v) for k, v in element.attrib.items() if v in _LOOKS.get((tag, k), ()))
    if tag in _LEAVES:
        said = unescape(element.text or "")
        if said == "~":  # what the library makes of \sim
            tag, said = "mo", "∼"
        # An unknown command comes back as an identifier, and so does a mark that has nothing to part here.
        wrong = len(element) or (
            tag != "mtext" and (said in ("&", "#") or (said[:1] == "\\" and said != "\\"))
        )
        return None if wrong else Part(tag, said, looks=looks)
    if (element.text or "").strip() or not (
        tag in _ROWS or tag in _GRIDS or _CHILDREN.get(tag) == len(element)
    ):
        return None
    parts = tuple(_part(each, nested + 1) for each in element)
    known = tuple(each for each in parts if each is not None)
    return Part(tag, parts=known, looks=looks) if len(known) == len(parts) else None


_BETWEEN = frozenset("+-−±∓×÷∗*⋅·=≠<>≤≥≪≫≈∼~≃≅≡∝∈∉⊂⊆∪∩∧∨∣→←↔⇒⇔↦≔∥⊕⊗⊙∘")
_AFTER = frozenset(",;:")
_OPEN = frozenset("([{⟨⌊⌈|∥‖¬")
_CLOSE = frozenset(")]}⟩⌋⌉|∥‖!′/…⋯")
_BIG = frozenset("∑∏∫∬∮⋃⋂⨁")
_PREFIX = frozenset("∂∇Δ√d")
_RAISED_ALREADY = frozenset("*′″‴†°")
_ACCENTS = {"^": "\u0302", "¯": "\u0304", "‾": "\u0304", "_": "\u0304", "―": "\u0305", "~": "\u0303"}
_ACCENTS |= {"˜": "\u0303", "˙": "\u0307", "¨": "\u0308", "→": "\u20d7", "⃗": "\u20d7"}
_TURNED = {"∗": "*", "⊤": "T", "-": "−", "ϵ": "ε"}


@lru_cache(maxsize=1024)
def spelled(tex: str) -> str:
    """A formula in one line of words: ``r d²``, ``(a + b)/√dₖ``; as it was typed where it isn't known."""
    tree = read(tex)
    return unicodedata.normalize("NFC", " ".join(_said(tree).split())) if tree is not None else f"${tex}$"


def _said(part: Part, *, tight: bool = False) -> str:  # noqa: PLR0911  # one return for each kind of part
    match part.tag, part.parts:
        case "mspace", _:
            return " "
        case (("mi" | "mn" | "mo" | "mtext"), _):
            return "".join(char for char in part.said if not "\u2061" <= char <= "\u2064")
        case "mfrac", (above, below):
            over, under = _said(above, tight=tight), _said(below, tight=tight)
            return f"{over} choose {under}" if part.looks else f"{_bracketed(over)}/{_bracketed(under)}"
        case "msqrt", parts:
            return f"√{_bracketed(_row(parts, tight=tight), '/(')}"
        case "mroot", (of, index):
            return f"{_script(index, '^')}√{_bracketed(_said(of, tight=tight), '/(')}"
        case "mover", (base, mark) if mark.said in _ACCENTS:
            return "".join(f"{char}{_ACCENTS[mark.said]}" for char in _said(base, tight=True))
        case (("msub" | "munder"), (base, below)):
            return _base(base, tight=tight) + _script(below, "_")
        case (("msup" | "mover"), (base, above)):
            return _base(base, tight=tight) + _script(above, "^")
        case (("msubsup" | "munderover"), (base, below, above)):
            return _base(base, tight=tight) + _script(below, "_") + _script(above, "^")
        case "mtable", rows:
            return "; ".join(_said(row) for row in rows)
        case "mtr", cells:
            return ", ".join(_said(cell) for cell in cells)
    return _row(part.parts, tight=tight)


def _row(parts: Sequence[Part], *, tight: bool) -> str:
    if tight:
        return "".join(_said(each, tight=True) for each in parts).replace(" ", "")
    made = ""
    before: Part | None = None  # None where nothing stands before that could be operated on
    bars = 0
    for part in parts:
        said = _said(part)
        core = _core(part)
        if core == "|":
            bars += 1
        closes = core in _CLOSE and not (core == "|" and bars % 2)
        if part.said in _BETWEEN and before is not None:
            made, before = f"{made} {said} ", None
        elif part.tag == "mrow" and said.strip() in _AFTER:  # in braces it is part of a number
            made, before = f"{made}{said.strip()}", None
        elif core in _AFTER:
            made, before = f"{made}{said} ", None
        else:
            made += f" {said}" if before is not None and not closes and _parted(before, part) else said
            opens = core in _OPEN and not closes
            before = None if opens or part.said in _BETWEEN or core == "/" else part
    return made


def _parted(before: Part, part: Part) -> bool:
    """Whether two parts that stand side by side are written with a space between them."""
    left, right = _core(before), _core(part)
    if "mspace" in (before.tag, part.tag) or right in _OPEN or left in _CLOSE:
        return left in _BIG
    if left in _PREFIX and before.tag == "mi":
        return False
    upright = ("mathvariant", "normal")
    if upright in before.looks and upright in part.looks:
        return False
    return not (before.tag == "mn" and len(right) == 1 and part.tag != "mn")


def _core(part: Part) -> str:
    """The words of what stands at a part's beginning, without its scripts."""
    while part.parts and part.tag in _CHILDREN and part.tag not in ("mfrac", "mroot"):
        part = part.parts[0]
    return part.said if part.tag in _LEAVES else ""


def _base(part: Part, *, tight: bool) -> str:
    return part.said if part.tag in _LEAVES else _bracketed(_said(part, tight=tight), "/")


def _bracketed(said: str, also: str = "") -> str:
    inner = said.removeprefix("√")
    whole = inner[:1] == "(" and inner[-1:] == ")" and ")" not in inner[1:-1]
    apart = any(char == " " or char in _BETWEEN or char in also for char in said)
    return f"({said})" if apart and not whole else said


def _script(part: Part, mark: str) -> str:
    said = "".join(_TURNED.get(char, char) for char in _said(part, tight=True))
    small = _small(mark)
    if all(char in small or (mark == "^" and char in _RAISED_ALREADY) for char in said):
        return "".join(small.get(char, char) for char in said)
    plain = len(said) == 1 or (said.isascii() and said.isalnum())
    return f"{mark}{said}" if plain else f"{mark}({said})"


@lru_cache(maxsize=2)
def _small(mark: str) -> Mapping[str, str]:
    """The letters that Unicode has as small ones, raised or lowered (Unicode Character Database, decompositions)."""
    kind = "<super> " if mark == "^" else "<sub> "
    found: dict[str, str] = {}
    for code in (*range(0xAA, 0xBB), *range(0x1D2C, 0x1DC0), *range(0x2070, 0x20A0), *range(0x2C7C, 0x2C7E)):
        made = unicodedata.decomposition(chr(code))
        if made.startswith(kind):
            found.setdefault(chr(int(made.removeprefix(kind), 16)), chr(code))
    return found
