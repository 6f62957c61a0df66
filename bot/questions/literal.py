"""Somebody else's words where the bank's own stand: written so that no card reads more markup in them than members have.

A bank's texts are CommonMark; a question that a member wrote is not. ``literal`` gives a text that shows just the words
that were typed, so that every card can show both kinds of questions alike; ``plainly`` gives any text's words back.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from bot.chat.cards import text
from bot.chat.rendering import said
from bot.chat.rendering.markdown import (
    BulletList,
    Code,
    CodeBlock,
    Formula,
    Inline,
    LineBreak,
    MarkdownError,
    Node,
    Paragraph,
    QuoteNode,
    Strong,
    parse,
    words,
)
from bot.chat.words import clean_line, isolate
from bot.questions.model import Cite, Reference

_PLACEHOLDER = r"\{[A-Za-z][A-Za-z0-9_]*\}"
_SYMBOLS = re.compile(rf"({_PLACEHOLDER})|([\\`*_\[\]<>#+\-.)(!&~=$])")
_INDENT = re.compile(r"^[ \t]+")


def literal(typed: str) -> str:
    """CommonMark that shows these words: lines stay lines, a blank line parts paragraphs.

    What members may mark (``bot.chat.rendering.said``) is marked; nothing else is markup. A seeded question's {names} stay as
    they are, for the numbers that are put in.
    """
    return _marked(said.read(typed))


def literal_line(typed: str) -> str:
    """The same on one line: an option, a key point, a name."""
    return _line(said.inline(clean_line(typed)))


def _marked(nodes: Iterable[Node]) -> str:
    return "\n\n".join(filter(None, map(_block, nodes)))


def _block(node: Node) -> str:
    match node:
        case Paragraph(children):
            breaks = [
                -1,
                *(at for at, each in enumerate(children) if isinstance(each, LineBreak)),
                len(children),
            ]
            lines = (_line(children[a + 1 : b]) for a, b in pairwise(breaks))
            return "\\\n".join(filter(None, lines))
        case CodeBlock(code, language):
            return fenced(code, language)
        case QuoteNode(children):
            return "\n".join(f"> {line}".rstrip() for line in _marked(children).split("\n"))
        case BulletList(items):
            entries = ("\n".join(filter(None, map(_block, item))).replace("\n", "\n  ") for item in items)
            return "\n".join(f"- {entry}" for entry in entries)


def _line(nodes: Sequence[Inline]) -> str:
    shown = words(nodes)
    made = "".join(map(_piece, nodes)).strip(" \t\n")
    made = made if isolate(shown) == shown else f"\u2068{made}\u2069"
    # Code that was typed into a question keeps its shape; spaces of another kind begin no code block.
    indent = _INDENT.match(shown)
    return "\u00a0" * len(indent[0].replace("\t", "    ")) + made if indent else made


def _piece(node: Inline) -> str:
    match node:
        case Code(code):
            ticks = "`" * (1 + max((len(run) for run in re.findall("`+", code)), default=0))
            beside = " " if code[:1] == "`" or code[-1:] == "`" else ""
            return f"{ticks}{beside}{code}{beside}{ticks}"
        case Strong(children):
            return f"**{''.join(map(_piece, children))}**"
        case Formula(tex, block):
            return f"$${tex}$$" if block else f"${tex}$"
    return _escaped(words([node]).replace("\t", "    "))


def _escaped(plain: str) -> str:
    return _SYMBOLS.sub(lambda found: found[1] or f"\\{found[2]}", plain)


def plainly(marked: str) -> str:
    """The words of a bank's text without its marks, for a list's label or a quotation."""
    try:
        return words(parse(text(marked)))
    except MarkdownError:
        return marked


def cited(cites: Iterable[Cite], references: Mapping[str, Reference]) -> list[str]:
    """A line of a list for each source that is known: its title, linked where it has an address, and where to look."""
    lines = []
    for cite, found in ((cite, references.get(cite.key)) for cite in cites):
        if found is not None:
            title = found.title.replace("[", "(").replace("]", ")")
            linked = f"[{title}]({found.url})" if found.url else title
            lines.append(f"- {linked}, {cite.where}" if cite.where else f"- {linked}")
    return lines


def fenced(code: str, language: str = "python") -> str:
    """A code block that nothing in the code can close."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", code)), default=0))
    return f"{fence}{language}\n{code.rstrip()}\n{fence}"
