"""GIFT, the plain-text question format of Moodle: reading it.

Source of the grammar: the Moodle documentation on the GIFT format. Marks in comments above a question
("// [id:...] [tag:...]", also Moodle's) carry what GIFT has no place for: id, kind, difficulty and phase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise

from bot.questions.exchange.answers import (
    Answer,
    Texts,
    UnreadableError,
    between,
    marked,
    marks_of,
    number_of,
    pairs_of,
    take_or_refuse,
    topic_of,
    true_or_false,
    typed_in,
    with_options,
)
from bot.questions.exchange.imported import NOWHERE, Imported, Reading
from bot.questions.exchange.table import read_number
from bot.questions.model import Item, Kind, NumericAnswer, SourcePlace, Status

_ESCAPED = {"n": "\n"}
_MARK = re.compile(r"\[(id|tag):([^\[\]]+)\]")
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"\s*%(-?[0-9]+(?:\.[0-9]+)?)%")
_TRUTHS = {"t": True, "true": True, "f": False, "false": False}
_BLANK = "_____"


@dataclass(slots=True)
class _Block:
    """The lines of one question, with the category and the marks above it, and where blank lines stood among them."""

    line: int
    topic: str
    marks: dict[str, str]
    lines: list[str] = field(default_factory=list)
    parts: list[tuple[int, int]] = field(default_factory=list)
    depth: int = 0

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def add(self, line: str) -> None:
        """Take one more line, and count its braces: a long text is not looked through again at each blank line."""
        self.lines.append(line)
        self.depth += len(_places(line, "{")) - len(_places(line, "}"))

    def mended(self) -> Iterator[_Block]:
        """Itself; where a brace is missing, each of its parts, so that only the one that lacks it is refused."""
        if self.depth == 0 or not self.parts:
            yield self
            return
        starts = [(0, self.line), *self.parts]
        ends = [*(place for place, _ in self.parts), len(self.lines)]
        for (start, line), end in zip(starts, ends, strict=True):
            yield _Block(line, self.topic, {} if start else self.marks, self.lines[start:end])


def read_gift(text: str, name: str) -> Imported:
    """The questions of a GIFT text: choices, true or false, matching, numbers, typed answers and essays."""
    read = Reading()
    for block in _blocks(text):
        if read.ends(block.line):
            continue
        take_or_refuse(read, block.line, partial(_item, block, SourcePlace(name, block.line)))
    return read.done()


def _blocks(text: str) -> Iterator[_Block]:
    """Questions end at a blank line, if their braces are closed or a title begins below."""
    topic = NOWHERE
    marks: dict[str, str] = {}
    block: _Block | None = None
    lines = text.split("\n")
    coming = _coming(lines)
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if block is None and bare.startswith("//"):
            marks |= _marks(bare)
        elif block is None and bare.startswith("$CATEGORY:"):
            topic = topic_of(bare.removeprefix("$CATEGORY:"))
            marks = {}
        elif bare and not (bare.startswith("//") and block is not None):
            if block is None:
                block = _Block(number, topic, marks)
                marks = {}
            if not lines[number - 2].strip() and block.lines:
                block.parts.append((len(block.lines), number))
            block.add(line)
        elif block is not None and not bare and _ends(block, coming[number - 1]):
            yield from block.mended()
            block = None
    if block is not None:
        yield from block.mended()


def _marks(comment: str) -> dict[str, str]:
    found = _MARK.findall(comment)
    return marks_of(value if what == "tag" else f"id.{value}" for what, value in found)


def _ends(block: _Block, coming: str) -> bool:
    return block.depth <= 0 or coming.startswith(("::", "//", "$CATEGORY:"))


def _coming(lines: list[str]) -> list[str]:
    """For each line the next one below that is not blank; "::" where there is none."""
    found, below = ["::"] * len(lines), "::"
    for place in range(len(lines) - 1, -1, -1):
        found[place] = below
        below = lines[place].strip() or below
    return found


def _places(text: str, signs: str) -> list[int]:
    """Where the signs stand unescaped."""
    found, skip = [], False
    for place, sign in enumerate(text):
        if skip:
            skip = False
        elif sign == "\\":
            skip = True
        elif sign in signs:
            found.append(place)
    return found


def _plain(text: str) -> str:
    return re.sub(r"\\([~=#{}:\\n])", lambda found: _ESCAPED.get(found[1], found[1]), text.strip()).strip()


@dataclass(slots=True)
class _Texts(Texts):
    """A question's texts, which are HTML where it says so."""

    is_html: bool = False

    def asked(self, html: str) -> str:
        # Zero arguments to super() don't work in a class with slots.
        return Texts.asked(self, _plain(html)) if self.is_html else _plain(html)

    def told(self, html: str) -> str:
        return Texts.told(self, _plain(html)) if self.is_html else _plain(html)


def _item(block: _Block, place: SourcePlace, said: Texts) -> Item:
    """The item of a block. Raises UnreadableError."""
    text, title = block.text.strip(), ""
    if text.startswith("::"):
        end = text.find("::", 2)
        if end < 0:
            raise UnreadableError("The title that begins with :: is never closed. End it with ::.")
        title, text = _plain(text[2:end]), text[end + 2 :]
    form = _FORMAT.match(text)
    texts = _Texts(said.losses, is_html=form is not None and form[1] == "html")
    text = text[form.end() :] if form else text
    opening, closing = _places(text, "{"), _places(text, "}")
    if not opening:
        raise UnreadableError("This text has no {answers}, and asks nothing. Give it some, or take it out.")
    if len(opening) != 1 or len(closing) != 1 or closing[0] < opening[0]:
        raise UnreadableError("The braces don't match: one { and one } belong around the answers.")
    before, after = text[: opening[0]], text[closing[0] + 1 :].strip()
    gap = f" {_BLANK}" + " " * (after[:1] not in ".,;:!?)")
    prompt = texts.asked(f"{before.rstrip()}{gap}{after}" if after else before)
    if not prompt:
        raise UnreadableError("There is no question before the answers.")
    body, explanation = _general_feedback(text[opening[0] + 1 : closing[0]])
    item = Item(
        id=block.marks.get("id", title),
        topic=block.topic,
        prompt=prompt,
        place=place,
        explanation=texts.told(explanation),
        status=Status.DRAFT,
        kind=Kind.OPEN,
    )
    item = _answered(item, body, texts)
    item = item if block.marks.get("kind") == Kind.SHORT else _as_number(item)
    return marked(item, block.marks)


def _general_feedback(body: str) -> tuple[str, str]:
    found = re.search(r"(?<!\\)####", body)
    return (body, "") if found is None else (body[: found.start()], body[found.end() :])


def _answered(item: Item, body: str, texts: _Texts) -> Item:
    """The item with what its braces hold. Raises UnreadableError."""
    body = body.strip()
    if not body:
        return item
    if body.startswith("#"):
        return replace(item, kind=Kind.NUMERIC, answer=_number(body[1:], texts))
    first = body.split("#", 1)[0].strip().lower()
    if first in _TRUTHS:
        return _truth(item, _TRUTHS[first], body, texts)
    if body[0] not in "=~":
        raise UnreadableError("Answers begin with = (right) or ~ (wrong).")
    entries = _entries(body)
    if all(entry[0] == "=" and "->" in entry for entry in entries):
        pairs = (_split(entry, weighed=False)[1].partition("->")[::2] for entry in entries)
        return replace(
            item,
            kind=Kind.MATCH,
            pairs=pairs_of(((texts.asked(left), texts.asked(right)) for left, right in pairs), texts),
        )
    if not any(entry[0] == "~" for entry in entries):
        return _typed(item, entries, texts)
    return _choices(item, entries, texts)


def _entries(body: str) -> list[str]:
    """What stands at each = and ~, with it, up to the next."""
    starts = _places(body, "=~")
    return [body[start:end] for start, end in zip(starts, [*starts[1:], len(body)], strict=True)]


def _number(body: str, texts: _Texts) -> NumericAnswer:
    numbers = []
    body = body.strip()
    for entry in _entries(body if body.startswith("=") else f"={body}"):
        share, words, feedback = _split(entry)
        if feedback.strip():
            texts.lose("The feedback on its number was left out.")
        if entry[0] == "=":
            numbers.append((100.0 if share is None else share, _within(words.strip())))
    return number_of(numbers, texts)


def _within(words: str) -> NumericAnswer:
    is_range = ".." in words
    first, _, second = words.partition(".." if is_range else ":")
    try:
        one, other = read_number(first.strip()), read_number(second.strip() or "0")
    except ValueError:
        raise UnreadableError(f"“{words}” isn't a number. Write {{#3.14:0.01}} or {{#3.1..3.2}}.") from None
    return between(one, other) if is_range else NumericAnswer(one, other)


def _typed(item: Item, entries: list[str], texts: _Texts) -> Item:
    answers = []
    for share, words, feedback in map(_split, entries):
        answers.append(Answer(texts.asked(words), 100.0 if share is None else share, texts.told(feedback)))
    return typed_in(item, answers, texts)


def _as_number(item: Item) -> Item:
    """A typed answer that is one number is right however the number is written."""
    try:
        (words,) = item.accepted
        value = read_number(words)
    except ValueError:
        return item
    return replace(item, kind=Kind.NUMERIC, answer=NumericAnswer(value), accepted=())


def _split(entry: str, *, weighed: bool = True) -> tuple[float | None, str, str]:
    """An entry's weight in percent, its words and its feedback; a match has no weights."""
    body = entry[1:]
    weight = _WEIGHT.match(body) if weighed else None
    body = body[weight.end() :] if weight else body
    hashes = _places(body, "#")
    words, feedback = (body[: hashes[0]], body[hashes[0] + 1 :]) if hashes else (body, "")
    return (float(weight[1]) if weight else None), words, feedback


def _truth(item: Item, is_true: bool, body: str, texts: _Texts) -> Item:
    """The feedback for those who are wrong stands before that for those who are right."""
    places = [*_places(body, "#"), len(body)]
    wrong, right, *_ = (*(texts.told(body[a + 1 : b]) for a, b in pairwise(places)), "", "")
    return true_or_false(item, is_true, *((right, wrong) if is_true else (wrong, right)))


def _choices(item: Item, entries: list[str], texts: _Texts) -> Item:
    """Where an answer begins with =, one is to be chosen; without one, all that bring points. Source: Moodle's qformat_gift."""
    one = any(entry[0] == "=" for entry in entries)
    answers = []
    for entry in entries:
        weight, words, feedback = _split(entry)
        share = weight if weight is not None else 100.0 * (entry[0] == "=")
        answers.append(Answer(texts.asked(words), share, texts.told(feedback)))
    return with_options(item, answers, texts, "Begin a single right one with =.", one=one)
