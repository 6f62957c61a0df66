"""HTML, in which learning platforms and Anki keep their texts, as the small markup of ours.

Kept are paragraphs, lines, lists, bold words, code, formulas, and what is raised or lowered. What can't be shown here leaves a mark and is counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

_TAG = re.compile(
    r"""<!--.*?(?:-->|\Z) | <[!?][^<>]*>?
    | <(?P<close>/?)(?P<name>[a-zA-Z][\w:-]*)(?P<more>(?:[^<>"']|"[^"<]*"|'[^'<]*')*+(?=>)|[^<>]*)>""",
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_INLINE = re.compile(r"data:[^\s\"'>]{100,}")
_MOST_ATTRIBUTES = 4000
_PARAGRAPH = frozenset(
    ["p", "ul", "ol", "pre", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "dl", "hr"]
)
_LINE = frozenset(["div", "li", "tr", "dt", "dd", "section", "article", "figcaption"])
_HIDDEN = frozenset({"script", "style", "title", "annotation", "annotation-xml"})
_MISSING = {
    "img": "picture",
    "svg": "picture",
    "object": "picture",
    "video": "video",
    "audio": "sound",
    "iframe": "page",
    "math": "formula",
}
_MARKS = {"b": "**", "strong": "**", "code": "`", "tt": "`", "kbd": "`", "samp": "`"}
_BOLD, _CODE, _END = "\ue000", "\ue001", "\ue002"
_OPENS = {"**": _BOLD, "`": _CODE}
_MARKED = re.compile(rf"([{_BOLD}{_CODE}])([^{_BOLD}{_CODE}{_END}]*){_END}")
_FORMULA = re.compile(r"\\\((.{1,400}?)\\\)|\\\[(.{1,400}?)\\\]|\$\$([^$]{1,400})\$\$")
"""MathJax's signs around a formula, which is written $so$ here."""
_RAISED = {"sup": "^", "sub": "_"}


@dataclass(frozen=True, slots=True)
class Words:
    """A text, and how many things in it can't be shown here (pictures, sounds): “[picture]” stands in their places."""

    text: str
    missing: int = 0


def words_of(html: str) -> Words:
    """The words of an HTML text, in our markup. Whatever it is, it is read once, from its beginning to its end."""
    reader, at = _Reader(), 0
    html = re.sub(f"[{_BOLD}{_CODE}{_END}]", "", html)
    for found in _TAG.finditer(html):
        reader.data(html[at : found.start()])
        at = found.end()
        name = (found["name"] or "").lower()
        if found["close"]:
            reader.end(name)
        elif name:
            reader.start(name, found["more"])
    reader.data(html[at:])
    return Words(_marked(reader.written()), reader.missing)


class _Reader:
    """Collects the words. Ends of lines and paragraphs stand among them as one or two line ends, however many were asked for."""

    def __init__(self) -> None:
        self.missing = 0
        self._out: list[str] = []
        self._lists: list[int] = []
        self._raised: list[int] = []
        self._hidden = 0
        self._pre = 0

    def written(self) -> str:
        """All that was collected."""
        return "".join([*self._out, "\n```" if self._pre else ""])

    def start(self, tag: str, more: str) -> None:
        """An element begins; ``more`` holds its attributes."""
        self._break(tag)
        match tag:
            case _ if tag in _HIDDEN:
                self._hidden += not more.endswith("/")
            case "br":
                self._out.append("\n")
            case "ul" | "ol":
                self._lists.append(0 if tag == "ul" else 1)
            case "li":
                number = self._lists[-1] if self._lists else 0
                self._out.append(f"({number}) " if number else "- ")
                if number:
                    self._lists[-1] += 1
            case "pre":
                self._pre += 1
                self._out.append("```\n" if self._pre == 1 else "")
            case "td" | "th" if self._out and not self._out[-1].endswith("\n"):
                self._out.append(" | ")
            case _ if tag in _MARKS and not self._pre:
                self._out.append(_OPENS[_MARKS[tag]])
            case _ if tag in _RAISED:
                self._raised.append(len(self._out))
            case _ if tag in _MISSING:
                self._put_in_place(tag, more)

    def end(self, tag: str) -> None:
        """An element ends."""
        match tag:
            case _ if tag in _HIDDEN or tag == "math":
                self._hidden = max(0, self._hidden - 1)
            case "ul" | "ol" if self._lists:
                self._lists.pop()
            case "pre" if self._pre:
                self._pre -= 1
                self._out.append("" if self._pre else "\n```")
            case _ if tag in _MARKS and not self._pre:
                self._out.append(_END)
            case _ if tag in _RAISED and self._raised:
                start = self._raised.pop()
                raised = "".join(self._out[start:]).strip()
                self._out[start:] = [_RAISED[tag], raised if len(raised) == 1 else f"({raised})"]
        self._break(tag)

    def data(self, written: str) -> None:
        """Words between two tags."""
        if written and not self._hidden:
            words = unescape(written)
            self._out.append((words if self._pre else re.sub(r"\s+", " ", words)).replace("\xa0", " "))

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPH:
            self._out.append("\n\n")
        elif tag in _LINE and not (self._out and self._out[-1].endswith("\n")):
            self._out.append("\n")

    def _put_in_place(self, tag: str, more: str) -> None:
        """Canvas draws a formula as a picture and keeps its source; MathML may hold it, too."""
        if tag == "math":
            self._hidden += not more.endswith("/")
        found = _ATTRIBUTE.finditer(_INLINE.sub("", more)[:_MOST_ATTRIBUTES])
        attributes = {each[1].lower(): unescape(each[2].strip("\"'")) for each in found}
        source = attributes.get("data-equation-content") or attributes.get("alttext")
        if source:
            self._out.append(f"${source}$")
            return
        self.missing += 1
        alt = attributes.get("alt", "").strip()
        self._out.append(f"[{_MISSING[tag]}: {alt[:200]}]" if alt else f"[{_MISSING[tag]}]")


def _marked(words: str) -> str:
    """The text with its marks, without more blank lines and spaces than are needed."""
    words = _MARKED.sub(_with_marks, words)
    words = re.sub(f"[{_BOLD}{_CODE}{_END}]", "", words)
    parts = re.split(r"(```\n.*?\n```)", words, flags=re.DOTALL)
    parts[1::2] = [part if part.strip("`\n ") else "" for part in parts[1::2]]
    parts[::2] = [re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", part)) for part in parts[::2]]
    parts[::2] = [
        _FORMULA.sub(lambda found: f"${next(filter(None, found.groups())).strip()}$", part)
        for part in parts[::2]
    ]
    lines = re.sub(r"\n{3,}", "\n\n", "".join(parts)).strip()
    # A paragraph that is bold as a whole stresses nothing.
    return re.sub(r"^\*\*([^*\n]+)\*\*$", r"\1", lines, flags=re.MULTILINE)


def _with_marks(found: re.Match[str]) -> str:
    mark, inner = ("**" if found[1] == _BOLD else "`"), found[2]
    bare = inner.strip()
    if not bare or "\n" in bare or mark[0] in bare:
        return inner
    before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    return f"{before}{mark}{bare}{mark}{after}"
