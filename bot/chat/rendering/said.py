"""What members may mark in their own words: code, bold, lists, quotes and formulas. Everything else stays words.

``read`` gives the same tree that our own texts have, so that each platform shows both alike; but there is never a link, a
mention, a heading or a picture in it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.chat.cards import Verbatim
from bot.chat.rendering import markdown as md
from bot.chat.words import ELLIPSIS, clean, cut

MOST_NESTED = 3
"""Quotes within quotes, and lists within lists; what is deeper stays words."""

_FENCE = re.compile(r"[ \t]*(?P<fence>```+|~~~+)[ \t]*(?P<language>[A-Za-z0-9+#.-]{0,20})[ \t]*")
_QUOTED = re.compile(r"[ ]{0,3}>[ ]?")
_BULLET = re.compile(r"(?P<indent>[ \t]*)[-*][ \t]+(?=\S)")
# What may touch bold from outside, so that powers such as x**2 are none, and CommonMark reads it the same way.
_BESIDE = r"()\[\]{}\"'.,;:!?/\-–—“”‘’„"
_SPAN = r"(?<!`)(?P<ticks>`{1,3})(?!`)(?P<code>[^\n]*?[^`\n])(?P=ticks)(?!`)"
_CODE_OR_DOLLAR = re.compile(rf"```[\s\S]*?```|{_SPAN}|\$")
_MARK = re.compile(
    rf"{_SPAN}"
    rf"|(?<![^\s{_BESIDE}])\*\*(?P<bold>(?=[^\s*])[^*\n]*?(?<=[^\s*]))\*\*(?![^\s{_BESIDE}])"
    r"|(?P<dollar>\$)|(?P<end>\n)"
)
_INDENT = re.compile(r"^[ \t]+")


@lru_cache(maxsize=512)
def read(said: str) -> tuple[md.Node, ...]:
    """The tree of a member's words, cleaned; lines stay lines. No words have no nodes."""
    return _blocks(clean(said).split("\n"), 0)


def tree(verbatim: Verbatim) -> tuple[md.Node, ...]:
    """How somebody's words are shown: as they may mark them, as code as a whole, or as words alone."""
    nodes = read(verbatim.text) if verbatim.marked else ()
    if verbatim.code and not any(isinstance(node, md.CodeBlock) for node in nodes):
        whole = clean(verbatim.text)
        return (md.CodeBlock(whole),) if whole else ()
    if verbatim.marked:
        return nodes
    plain = clean(verbatim.text)
    return (md.Paragraph((md.Str(plain),)),) if plain else ()


def excerpt(said: str, most: int) -> str:
    """A member's words cut to so many characters: at a word, and before a formula or code that would be cut in two."""
    kept = cut(said, most)
    if kept == said:
        return said
    for found in _MARK.finditer(said):
        formula = md.dollars(said, found.start()) if found["dollar"] else None
        end = formula[1] if formula else found.end() if found["code"] else 0
        if found.start() < len(kept) - 1 < end:
            return said[: found.start()].rstrip() + ELLIPSIS
    return kept


def formulas_in(said: str) -> Iterator[tuple[str, md.Formula | md.Code]]:
    """Each formula of a text, outside its code, as it was typed and as it was read: as code where it is malformed."""
    at = 0
    while found := _CODE_OR_DOLLAR.search(said, at):
        made = md.dollars(said, found.start()) if found[0] == "$" else None
        at = made[1] if made else found.end()
        if made:
            yield said[found.start() : at], made[0]


def inline(said: str) -> tuple[md.Inline, ...]:
    """The same of words that stand in a line of ours."""
    return md.joined(_inline(said))


def _blocks(lines: Sequence[str], nested: int) -> tuple[md.Node, ...]:
    made: list[md.Node] = []
    at = 0
    while at < len(lines):
        node, at = _block(lines, at, nested)
        if node is not None:
            made.append(node)
    return tuple(made)


def _block(lines: Sequence[str], at: int, nested: int) -> tuple[md.Node | None, int]:
    kind = _begins(lines[at], nested)
    end = at + 1
    if kind == "code":
        opened = _FENCE.fullmatch(lines[at])
        assert opened is not None  # _begins found it
        while end < len(lines) and not _closes(lines[end], opened["fence"]):
            end += 1
        code = "\n".join(lines[at + 1 : end])
        return (md.CodeBlock(code, opened["language"]) if code.strip() else None), end + 1
    if kind == "quote":
        while end < len(lines) and _QUOTED.match(lines[end]):
            end += 1
        below = _blocks([_QUOTED.sub("", line, count=1) for line in lines[at:end]], nested + 1)
        return (md.QuoteNode(below) if below else None), end
    if kind == "list":
        while end < len(lines) and (
            _BULLET.match(lines[end]) or (_INDENT.match(lines[end]) and lines[end].strip())
        ):
            end += 1
        return _list(lines[at:end], nested), end
    if not lines[at].strip():
        return None, end
    while end < len(lines) and lines[end].strip() and not _begins(lines[end], nested):
        end += 1
    return md.Paragraph(inline("\n".join(lines[at:end]))), end


def _begins(line: str, nested: int) -> str:
    """Which block a line begins, "" for words."""
    if _FENCE.fullmatch(line):
        return "code"
    if nested < MOST_NESTED and _QUOTED.match(line):
        return "quote"
    return "list" if nested < MOST_NESTED and _BULLET.match(line) else ""


def _closes(line: str, fence: str) -> bool:
    return line.strip().startswith(fence) and not line.strip().strip(fence[0])


def _list(lines: Sequence[str], nested: int) -> md.BulletList:
    """A list: lines that are further in than the first entry belong to the entry above them."""
    first = _width(lines[0])
    entries: list[tuple[str, list[str]]] = []
    for line in lines:
        bullet = _BULLET.match(line)
        if bullet and (not entries or _width(line) < first + 2):
            entries.append((line[bullet.end() :], []))
        else:
            entries[-1][1].append(line)
    items: list[tuple[md.Node, ...]] = []
    for own, below in entries:
        words = [own]
        while below and not (nested + 1 < MOST_NESTED and _BULLET.match(below[0])):
            words.append(below.pop(0).strip())
        inner = (_list(below, nested + 1),) if below else ()
        items.append((md.Paragraph(inline("\n".join(words))), *inner))
    return md.BulletList(tuple(items))


def _width(line: str) -> int:
    indent = _INDENT.match(line)
    return len(indent[0].expandtabs(4)) if indent else 0


def _inline(said: str) -> Iterator[md.Inline]:
    at = start = 0
    while found := _MARK.search(said, at):
        at = found.end()
        made: md.Inline | None = None
        if found["code"]:
            made = md.Code(found["code"].strip() or found["code"])
        elif found["bold"]:
            made = md.Strong(inline(found["bold"]))
        elif found["end"]:
            made = md.LineBreak()
        elif formula := md.dollars(said, found.start()):
            made, at = formula
        if made is not None:
            if found.start() > start:
                yield md.Str(said[start : found.start()])
            yield made
            start = at
    if start < len(said):
        yield md.Str(said[start:])
