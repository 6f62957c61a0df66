"""Somebody else's words where the bank's own stand: written so that no card reads markup in them.

A bank's texts are CommonMark; a question that a member wrote is not. ``literal`` gives a text that shows just the words
that were typed, so that every card can show both kinds of questions alike; ``plainly`` gives any text's words back.
"""

import re
from collections.abc import Iterable, Mapping

from bot.chat.cards import text
from bot.chat.rendering.markdown import MarkdownError, parse, words
from bot.chat.words import clean, clean_line, isolate
from bot.questions.model import Cite, Reference

_PLACEHOLDER = r"\{[A-Za-z][A-Za-z0-9_]*\}"
_MARKS = re.compile(rf"({_PLACEHOLDER})|([\\`*_\[\]<>#+\-.)(!&~=])")
_INDENT = re.compile(r"^[ \t]+")


def literal(said: str) -> str:
    """CommonMark that shows these words: lines stay lines, a blank line parts paragraphs, nothing is markup.

    A seeded question's {names} stay as they are, for the numbers that are put in.
    """
    paragraphs = ([_line(line) for line in part.split("\n")] for part in clean(said).split("\n\n"))
    return "\n\n".join("\\\n".join(line for line in lines if line) for lines in paragraphs)


def literal_line(said: str) -> str:
    """The same on one line: an option, a key point, a name."""
    return _escaped(isolate(clean_line(said)))


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


def _line(said: str) -> str:
    # Code that was typed into a question keeps its shape; spaces of another kind begin no code block.
    indent = _INDENT.match(said)
    wide = indent[0].replace("\t", "    ") if indent else ""
    return "\u00a0" * len(wide) + _escaped(isolate(said.strip().replace("\t", "    ")))


def _escaped(said: str) -> str:
    return _MARKS.sub(lambda found: found[1] or f"\\{found[2]}", said)


def fenced(code: str, language: str = "python") -> str:
    """A code block that nothing in the code can close."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", code)), default=0))
    return f"{fence}{language}\n{code.rstrip()}\n{fence}"
