"""Our own words as a small tree: ``parse`` reads a ``Text``, every adapter turns the nodes into its platform's markup.

The parts of a text are joined before parsing, with one private-use character for every moment and every name. These
are put in after parsing: what a member wrote can never become markup.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from bot.chat.cards import Cmd, Day, Moment, Person, Plain, Role, Text
from bot.chat.rendering import formulas
from bot.chat.words import clean_line, day_words, moment_words


class MarkdownError(ValueError):
    """A text of ours uses an element that cards do not have; ``args[0]`` names it."""


@dataclass(frozen=True, slots=True)
class Str:
    """Words of ours, to be escaped like any others: what was markup in them is gone."""

    text: str


@dataclass(frozen=True, slots=True)
class PlainNode:
    """Somebody else's words, cleaned and on one line: to be escaped, and isolated where they run right to left."""

    text: str


@dataclass(frozen=True, slots=True)
class RoleNode(PlainNode):
    """A role by its id; ``text`` is what a platform without roles writes."""

    id: str


@dataclass(frozen=True, slots=True)
class PersonNode(PlainNode):
    """An account by its id; ``text`` is their name."""

    id: str


@dataclass(frozen=True, slots=True)
class MomentNode:
    """An instant."""

    moment: Moment


@dataclass(frozen=True, slots=True)
class Code:
    """Inline code; may hold somebody else's words."""

    text: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in TeX, well formed (``formulas.read``); one of ``block`` has a line of its own where there are formulas."""

    tex: str
    block: bool = False


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A line end that was asked for (two spaces or a backslash before it)."""


@dataclass(frozen=True, slots=True)
class Strong:
    """Bold."""

    children: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Italic."""

    children: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True)
class LinkNode:
    """A link; ``url`` is http or https."""

    url: str
    children: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; never empty."""

    children: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines of code without a line end after the last; ``language`` may be ""."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class BulletList:
    """A list; each item is a run of blocks (a paragraph, perhaps a list below it), perhaps none."""

    items: "tuple[tuple[Node, ...], ...]"


@dataclass(frozen=True, slots=True)
class QuoteNode:
    """A quotation."""

    children: "tuple[Node, ...]"


_Put: TypeAlias = Moment | Plain | Cmd | Day | Role | Person
Inline: TypeAlias = Str | PlainNode | MomentNode | Code | Formula | LineBreak | Strong | Emphasis | LinkNode
Node: TypeAlias = Paragraph | CodeBlock | BulletList | QuoteNode

# A dollar that is money opens or closes nothing: what is in dollars touches both and has no digit or letter outside,
# and what begins with a number holds no words.
_DOLLARS = re.compile(
    r"(?<![\w$\\])(?:\$\$(?P<block>(?:[^$\\]|\\.)+?)\$\$|\$(?P<line>(?=[^\s$])(?:[^$\\]|\\.)*?(?<=\S))\$)(?![\w$])",
    re.DOTALL,
)
_MONEY = re.compile(r"\d[^\\{]*?(?<![A-Za-z\\])[A-Za-z]{2,}")


def dollars(said: str, at: int = 0) -> tuple[Formula | Code, int] | None:
    """The formula that begins at a dollar, and where it ends; as code where it is malformed. None where a dollar is a dollar."""
    found = _DOLLARS.match(said, at)
    if found is None or "\n\n" in found[0]:
        return None
    tex = " ".join((found["block"] or found["line"]).split())
    if _MONEY.match(tex):
        return None
    known = formulas.read(tex) is not None
    return Formula(tex, found["block"] is not None) if known else Code(
        " ".join(found[0].split())
    ), found.end()


def _formula_rule(state: StateInline, silent: bool) -> bool:  # as the library calls it
    found = dollars(state.src, state.pos) if state.src[state.pos] == "$" else None
    if found is None or _PLACE.search(state.src, state.pos, found[1]):
        return False
    if not silent:
        state.push("formula", "", 0).meta = {"made": found[0]}
    state.pos = found[1]
    return True


# Tags in angle brackets and "[name]: value" lines are words to us; everything else that CommonMark knows is seen,
# so that what cards do not have is refused instead of shown with its marks.
_COMMONMARK = MarkdownIt("commonmark", {"html": False}).disable(["reference", "html_block", "html_inline"])
_COMMONMARK.inline.ruler.before("escape", "formula", _formula_rule)
_FIRST = 0xF0000
_MOST_PARTS = 0xFFFD
_PLACE = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + _MOST_PARTS)}]")
_ENCODED_PLACE = re.compile("%F3%B[0-9A-F]%", re.IGNORECASE)
_NAMES = {
    "heading_open": "a heading",
    "ordered_list_open": "a numbered list",
    "hr": "a line (use Divider)",
    "image": "an image (use Picture)",
}


# A question's card is drawn for each of its readers, and most of it is the same for all.
@lru_cache(maxsize=512)
def parse(text: Text, slash: str = "/") -> tuple[Node, ...]:
    """The tree of a text; an empty text has no nodes. ``slash`` is what a platform writes before a command.

    A single line end is a space, as in CommonMark; bare addresses are words, ``<https://…>`` is a link.

    Raises:
        MarkdownError: a heading, a numbered list, a line, an image, a link that is not http(s), or a moment or name
            where only our own words can stand (moments and commands in code, anything in an address).
    """
    put: list[_Put] = []
    joined: list[str] = []
    for part in text.parts:
        if isinstance(part, str):
            joined.append(_PLACE.sub("\ufffd", part))
        else:
            joined.append(chr(_FIRST + len(put)))
            put.append(part)
    if len(put) > _MOST_PARTS:
        raise MarkdownError(f"A text has at most {_MOST_PARTS} moments and names.")
    return _Reader(put, slash).blocks(iter(_COMMONMARK.parse("".join(joined))), "")


class _Reader:
    """Turns the library's flat tokens into nodes and puts the moments and names in."""

    def __init__(self, put: Sequence[_Put], slash: str) -> None:
        self._put = put
        self._slash = slash

    def blocks(self, tokens: Iterator[Token], end: str) -> tuple[Node, ...]:
        found: list[Node] = []
        for token in tokens:
            if token.type == end:
                break
            node = self._block(token, tokens)
            if node is not None:
                found.append(node)
        return tuple(found)

    def _block(self, token: Token, tokens: Iterator[Token]) -> Node | None:
        match token.type:
            case "paragraph_open":
                children = self._inline(iter(next(tokens).children or ()), "")
                next(tokens)
                return Paragraph(children) if children else None
            case "fence" | "code_block":
                return CodeBlock(self._code(token.content).rstrip("\n"), token.info.strip())
            case "bullet_list_open":
                items: list[tuple[Node, ...]] = []
                for each in tokens:
                    if each.type == "bullet_list_close":
                        break
                    items.append(self.blocks(tokens, "list_item_close"))
                return BulletList(tuple(items))
            case "blockquote_open":
                return QuoteNode(self.blocks(tokens, "blockquote_close"))
        raise MarkdownError(f"Cards have no {token.type}: use something other than {_name(token)}.")

    def _inline(self, tokens: Iterator[Token], end: str) -> tuple[Inline, ...]:
        found: list[Inline] = []
        for token in tokens:
            match token.type:
                case "text":
                    found.extend(self._words(token.content))
                case "softbreak":
                    found.append(Str(" "))
                case "hardbreak":
                    found.append(LineBreak())
                case "formula":
                    found.append(token.meta["made"])
                case "code_inline":
                    found.append(Code(self._code(token.content)))
                case "strong_open":
                    found.append(Strong(self._inline(tokens, "strong_close")))
                case "em_open":
                    found.append(Emphasis(self._inline(tokens, "em_close")))
                case "link_open":
                    url = _address(str(token.attrs.get("href", "")))
                    found.append(LinkNode(url, self._inline(tokens, "link_close")))
                case kind if kind == end:
                    break
                case _:
                    raise MarkdownError(
                        f"Cards have no {token.type}: use something other than {_name(token)}."
                    )
        return joined(found)

    def _words(self, said: str) -> Iterator[Inline]:
        at = 0
        for place in _PLACE.finditer(said):
            if place.start() > at:
                yield Str(said[at : place.start()])
            yield self._node(self._put[ord(place[0]) - _FIRST])
            at = place.end()
        if at < len(said):
            yield Str(said[at:])

    def _node(self, part: _Put) -> Inline:
        match part:
            case Moment():
                return MomentNode(part)
            case Plain(said):
                return PlainNode(clean_line(said))
            case Cmd(line):
                return Code(f"{self._slash}{line}")
            case Day(on, style):
                return Str(day_words(on, style))
            case Role(role):
                return RoleNode("that was chosen", role)
            case Person(account, name):
                return PersonNode(clean_line(name), account)

    def _code(self, said: str) -> str:
        def put_in(place: re.Match[str]) -> str:
            part = self._put[ord(place[0]) - _FIRST]
            if not isinstance(part, Plain):
                raise MarkdownError("A moment cannot be in code: take it out of the backticks.")
            return clean_line(part.text)

        return _PLACE.sub(put_in, said)


def _name(token: Token) -> str:
    return _NAMES.get(token.type, token.type)


def _address(url: str) -> str:
    if not url.lower().startswith(("https://", "http://")):
        raise MarkdownError(f"A link needs an http or https address, not {url[:60]!r}.")
    if _ENCODED_PLACE.search(url):
        raise MarkdownError("A name or a moment cannot be in a link's address.")
    return url


def joined(found: Iterable[Inline]) -> tuple[Inline, ...]:
    """A run whose neighbouring words are one, and whose formulas of ``block`` stand on lines of their own."""
    made: list[Inline] = []
    for node in found:
        last = made[-1] if made else None
        own = any(isinstance(each, Formula) and each.block for each in (last, node))
        if own and isinstance(last, Str):
            last = made[-1] = Str(last.text.rstrip())
        if own and isinstance(node, Str):
            node = Str(node.text.lstrip())
        if node == Str(""):
            continue
        if own and last is not None and LineBreak not in (type(last), type(node)):
            made.append(LineBreak())
        if isinstance(node, Str) and isinstance(last, Str):
            made[-1] = Str(last.text + node.text)
        else:
            made.append(node)
    return tuple(made)


def words(nodes: Sequence[Node | Inline]) -> str:
    """The tree as plain words, moments in the group's zone; blocks stand on lines of their own."""
    said: list[str] = []
    for node in nodes:
        match node:
            case Str(text) | PlainNode(text) | Code(text):
                said.append(text)
            case MomentNode(moment):
                said.append(moment_words(moment))
            case Formula(tex):
                said.append(formulas.spelled(tex))
            case LineBreak():
                said.append("\n")
            case Strong(children) | Emphasis(children) | LinkNode(_, children):
                said.append(words(children))
            case Paragraph(inner):
                said.append(words(inner) + "\n")
            case CodeBlock(code):
                said.append(code + "\n")
            case QuoteNode(below):
                said.append(words(below) + "\n")
            case BulletList(items):
                said.extend(f"• {words(item)}\n" for item in items)
    return "".join(said).rstrip("\n") if nodes and isinstance(nodes[0], Node) else "".join(said)
