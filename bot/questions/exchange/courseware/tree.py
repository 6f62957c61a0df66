"""An XML text as a tree that knows its lines; a text that breaks off gives what stands above."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from bot.questions.exchange.answers import Texts, take_or_refuse
from bot.questions.exchange.imported import Problem, Reading
from bot.questions.model import Item, SourcePlace

_DEEPEST = 100
_FAULTS = {
    "not well-formed (invalid token)": "a < in a text is written &lt;, and a & is &amp;",
    "mismatched tag": "another element is to be closed first",
    "no element found": "the text ends too early",
    "unclosed token": "the text ends too early",
}
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[<>]*>")


@dataclass(slots=True)
class Node:
    """An element: its name without a prefix, its first line, and its texts and elements in their order. ``whole`` if it was closed."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    parts: list[str | Node] = field(default_factory=list)
    whole: bool = False

    def get(self, name: str) -> str:
        """An attribute, "" where there is none."""
        return self.attributes.get(name, "").strip()

    def children(self, *names: str) -> Iterator[Node]:
        """The elements right below it with one of these names; all without one."""
        return (part for part in self.parts if isinstance(part, Node) and (not names or part.name in names))

    def child(self, *path: str) -> Node | None:
        """The first element down this path."""
        found: Node | None = self
        for name in path:
            found = next(found.children(name), None) if found else None
        return found

    def below(self, *names: str) -> Iterator[Node]:
        """All elements below it with one of these names, in the order of the text; not those within one of them."""
        for part in self.children():
            if part.name in names:
                yield part
            else:
                yield from part.below(*names)

    def first(self, *names: str) -> Node | None:
        """The first of those below it."""
        return next(self.below(*names), None)

    @property
    def text(self) -> str:
        """All words in it, as they are written."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts).strip()

    def html(self, *without: str) -> str:
        """What stands in it as HTML, leaving out elements with these names."""
        return "".join(
            html.escape(part, quote=False) if isinstance(part, str) else part.outer(*without)
            for part in self.parts
            if isinstance(part, str) or part.name not in without
        )

    def outer(self, *without: str) -> str:
        """The element itself as HTML."""
        written = "".join(f' {name}="{html.escape(value)}"' for name, value in self.attributes.items())
        end = "" if self.name in {"br", "img", "hr"} else f"</{self.name}>"
        return f"<{self.name}{written}>{self.html(*without)}{end}"


@dataclass(frozen=True, slots=True)
class Tree:
    """What was read; where it breaks off, the line and the reason, and the text from there on."""

    root: Node
    line: int = 0
    fault: str = ""
    unread: str = ""


Made = Callable[[Node, SourcePlace, Texts], Item]
"""What makes an item of an element, with its place, and tells what is left behind. Raises UnreadableError."""


def take_each(read: Reading, tree: Tree, nodes: Iterable[Node], made: Made, file: str, begins: str) -> None:
    """Take or refuse each of the nodes. Where the text breaks off, questions below are counted: what ``begins`` matches."""
    for node in nodes:
        if read.ends(node.line):
            continue
        if not node.whole:
            read.refuse(Problem(node.line, f"{tree.fault} Mend line {tree.line}."))
            continue
        take_or_refuse(read, node.line, partial(made, node, SourcePlace(file, node.line)))
    if tree.fault:
        read.unread += len(re.findall(begins, tree.unread))
        read.fault(tree.line, tree.fault)


def read_tree(text: str) -> Tree:
    """The text as a tree, below a node without a name. Nothing outside it is fetched, and no entity of its own is known."""
    parser, reader = make_parser(), _Reader()
    parser.setContentHandler(reader)
    reader.parser = parser
    # A document type that only names a file elsewhere says nothing about the questions.
    text = _DOCTYPE.sub(lambda found: "\n" * found[0].count("\n"), text, count=1)
    try:
        parser.feed(text)
        parser.close()
    except SAXParseException as error:
        why = _FAULTS.get(error.getMessage(), error.getMessage())
        fault = f"The XML breaks off here: {why}."
    except DefusedXmlException:
        fault = "The XML defines words of its own, which aren't read."
    except RecursionError:
        fault = f"The XML is nested more than {_DEEPEST} deep."
    else:
        return Tree(reader.root)
    line, column = parser.getLineNumber() or 1, parser.getColumnNumber() or 0
    start = sum(len(each) for each in text.split("\n")[: line - 1]) + line - 1 + column
    return Tree(reader.root, line, fault, text[start:])


class _Reader(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("", 1)
        self.parser = make_parser()
        self._open = [self.root]

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802  (the library's name)
        """An element begins. Raises RecursionError where it stands too deep for those who read the tree."""
        if len(self._open) > _DEEPEST:
            raise RecursionError
        bare = {key.rpartition(":")[2]: value for key, value in attrs.items()}
        node = Node(name.rpartition(":")[2], self.parser.getLineNumber(), bare)
        self._open[-1].parts.append(node)
        self._open.append(node)

    def endElement(self, _name: str) -> None:  # noqa: N802
        self._open.pop().whole = True

    def characters(self, content: str) -> None:
        self._open[-1].parts.append(content)
