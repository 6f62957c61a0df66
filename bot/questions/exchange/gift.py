"""GIFT, the plain-text question format of Moodle: reading it.

Source of the grammar: the Moodle documentation on the GIFT format. Marks in comments above a question
("// [id:...] [tag:...]", also Moodle's) carry what GIFT has no place for: id, kind, difficulty and phase.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from bot.questions.exchange.imported import NOWHERE, TOPIC_ID, Imported, Problem, Reading
from bot.questions.exchange.table import read_number
from bot.questions.kinds import DISCUSSION_KINDS
from bot.questions.model import Item, Kind, NumericAnswer, Option, SourcePlace, Status

_ESCAPED = {"n": "\n"}
_MARK = re.compile(r"\[(id|tag):([^\[\]]+)\]")
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"\s*%(-?[0-9]+(?:\.[0-9]+)?)%")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
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


class _UnreadableError(ValueError):
    """A question that GIFT or this bank can't hold; the text says why."""


def read_gift(text: str, name: str) -> Imported:
    """The questions of a GIFT text: choices, true or false, matching, numbers and essays; words to be typed are refused."""
    read = Reading()
    for block in _blocks(text):
        if read.ends(block.line):
            continue
        try:
            item, losses = _item(block, SourcePlace(name, block.line))
        except _UnreadableError as error:
            read.refuse(Problem(block.line, str(error)))
            continue
        for loss in losses:
            read.lose(block.line, loss)
        read.take(item)
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
            topic = _topic(bare.removeprefix("$CATEGORY:"))
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
    found: dict[str, str] = {}
    for what, value in _MARK.findall(comment):
        name, _, rest = value.partition(".") if what == "tag" else ("id", "", value)
        found[name.strip()] = rest.strip()
    return found


def _topic(path: str) -> str:
    """The last part of a category's path that is a topic's id: "$course$/top/optics.lenses"."""
    parts = [part.strip().lower().replace(" ", "-") for part in path.split("/")]
    return next((part for part in reversed(parts) if TOPIC_ID.fullmatch(part)), NOWHERE)


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


def _plain(text: str, *, is_html: bool = False) -> str:
    words = re.sub(r"\\([~=#{}:\\n])", lambda found: _ESCAPED.get(found[1], found[1]), text.strip())
    return _unmarked(words) if is_html else words.strip()


def _unmarked(words: str) -> str:
    """HTML as plain text: paragraphs and breaks become lines, every other mark goes."""
    return html.unescape(_TAG.sub("", re.sub(r"</p>|<br ?/?>", "\n", words))).strip()


def _item(block: _Block, place: SourcePlace) -> tuple[Item, list[str]]:
    """The item of a block, and what it leaves behind. Raises _UnreadableError."""
    text, title = block.text.strip(), ""
    if text.startswith("::"):
        end = text.find("::", 2)
        if end < 0:
            raise _UnreadableError("The title that begins with :: is never closed. End it with ::.")
        title, text = _plain(text[2:end]), text[end + 2 :]
    form = _FORMAT.match(text)
    is_html = form is not None and form[1] == "html"
    text = text[form.end() :] if form else text
    opening, closing = _places(text, "{"), _places(text, "}")
    if not opening:
        raise _UnreadableError("This text has no {answers}, and asks nothing. Give it some, or take it out.")
    if len(opening) != 1 or len(closing) != 1 or closing[0] < opening[0]:
        raise _UnreadableError("The braces don't match: one { and one } belong around the answers.")
    before, after = text[: opening[0]], text[closing[0] + 1 :].strip()
    prompt = _plain(f"{before.rstrip()} {_BLANK} {after}" if after else before, is_html=is_html)
    if not prompt:
        raise _UnreadableError("There is no question before the answers.")
    body, explanation = _general_feedback(text[opening[0] + 1 : closing[0]])
    losses = ["HTML marks were taken out of its text."] if is_html else []
    item = Item(
        id=block.marks.get("id", title),
        topic=block.topic,
        prompt=prompt,
        place=place,
        difficulty=int(grade) if (grade := block.marks.get("difficulty", "")) in set("12345") else 3,
        phase=block.marks.get("phase"),
        explanation=_plain(explanation, is_html=is_html),
        status=Status.DRAFT,
        kind=Kind.OPEN,
    )
    item, more = _answered(item, body, block.marks)
    return _unmarked_item(item) if is_html else item, losses + more


def _unmarked_item(item: Item) -> Item:
    """The same without HTML in what the braces hold."""
    return replace(
        item,
        options=tuple(
            replace(one, text=_unmarked(one.text), feedback=_unmarked(one.feedback)) for one in item.options
        ),
        sequence=tuple(map(_unmarked, item.sequence)),
        pairs=tuple((_unmarked(left), _unmarked(right)) for left, right in item.pairs),
    )


def _general_feedback(body: str) -> tuple[str, str]:
    found = re.search(r"(?<!\\)####", body)
    return (body, "") if found is None else (body[: found.start()], body[found.end() :])


def _answered(item: Item, body: str, marks: dict[str, str]) -> tuple[Item, list[str]]:
    """The item with what its braces hold, and what that leaves behind. Raises _UnreadableError."""
    body = body.strip()
    if not body:
        kind = marks.get("kind", "")
        return replace(item, kind=Kind(kind)) if kind in DISCUSSION_KINDS else item, []
    if body.startswith("#"):
        return _numeric(item, body[1:])
    first = body.split("#", 1)[0].strip().lower()
    if first in _TRUTHS:
        return _truth(item, _TRUTHS[first], body), []
    if body[0] not in "=~":
        raise _UnreadableError("Answers begin with = (right) or ~ (wrong).")
    starts = _places(body, "=~")
    entries = [body[start:end] for start, end in zip(starts, [*starts[1:], len(body)], strict=True)]
    if all(entry[0] == "=" and "->" in entry for entry in entries):
        return _matching(item, entries, marks), []
    if not any(entry[0] == "~" for entry in entries):
        return _typed(item, entries)
    return _choices(item, entries, marks)


def _numeric(item: Item, body: str) -> tuple[Item, list[str]]:
    starts = _places(body, "=")
    losses = []
    if len(starts) > 1:
        losses.append("Only the first of its numbers was kept.")
        body = body[starts[0] : starts[1]]
    feedback = _places(body, "#")
    if feedback:
        losses.append("The feedback on its number was left out.")
        body = body[: feedback[0]]
    words = _WEIGHT.sub("", body.strip().removeprefix("=")).strip()
    try:
        if ".." in words:
            low, high = (read_number(word.strip()) for word in words.split("..", 1))
            value, tolerance = (low + high) / 2, (high - low) / 2
        else:
            number, _, within = words.partition(":")
            value, tolerance = read_number(number.strip()), read_number(within.strip() or "0")
    except ValueError:
        raise _UnreadableError(f"“{words}” isn't a number. Write {{#3.14:0.01}} or {{#3.1..3.2}}.") from None
    return replace(item, kind=Kind.NUMERIC, answer=NumericAnswer(value, tolerance)), losses


def _typed(item: Item, entries: list[str]) -> tuple[Item, list[str]]:
    try:
        value = read_number(_plain(_split(entries[0])[1]))
    except ValueError:
        message = "An answer typed in words isn't asked here. Offer options with ~."
        raise _UnreadableError(message) from None
    return replace(item, kind=Kind.NUMERIC, answer=NumericAnswer(value)), []


def _split(entry: str, *, weighed: bool = True) -> tuple[float | None, str, str]:
    """An entry's weight in percent, its words and its feedback; a match has no weights."""
    body = entry[1:]
    weight = _WEIGHT.match(body) if weighed else None
    body = body[weight.end() :] if weight else body
    hashes = _places(body, "#")
    words, feedback = (body[: hashes[0]], body[hashes[0] + 1 :]) if hashes else (body, "")
    return (float(weight[1]) if weight else None), words, feedback


def _matching(item: Item, entries: list[str], marks: dict[str, str]) -> Item:
    pairs = []
    for entry in entries:
        left, _, right = _split(entry, weighed=False)[1].partition("->")
        pairs.append((_plain(left), _plain(right)))
    if not all(left and right for left, right in pairs):
        raise _UnreadableError("A match needs both sides: = left -> right.")
    if marks.get("kind") == "order":
        return replace(item, kind=Kind.ORDER, sequence=tuple(right for _, right in pairs))
    return replace(item, kind=Kind.MATCH, pairs=tuple(pairs))


def _truth(item: Item, is_true: bool, body: str) -> Item:
    """A choice of two. The feedback for those who are wrong stands before that for those who are right."""
    places = [*_places(body, "#"), len(body)]
    wrong, right, *_ = (*(_plain(body[a + 1 : b]) for a, b in pairwise(places)), "", "")
    options = tuple(
        Option(word, means is is_true, right if means is is_true else wrong)
        for word, means in (("True", True), ("False", False))
    )
    return replace(item, kind=Kind.SINGLE, options=options, shuffle=False)


def _choices(item: Item, entries: list[str], marks: dict[str, str]) -> tuple[Item, list[str]]:
    """Where an answer begins with =, one is to be chosen, and a share of the points makes no other right.

    Without one, those that bring points are right, and all of them are to be chosen. Source: Moodle's qformat_gift, readquestion.
    """
    one_is_asked = any(entry[0] == "=" for entry in entries)
    options, losses, sum_of_shares = [], [], 0.0
    for entry in entries:
        weight, words, feedback = _split(entry)
        share = weight if weight is not None else 100.0 * (entry[0] == "=")
        sum_of_shares += max(0.0, share)
        right = share >= 100 if one_is_asked else share > 0
        if one_is_asked and 0 < share < 100:
            losses.append(f"“{_plain(words)[:40]}” brings {share:g}% in its file, and nothing here.")
        options.append(Option(_plain(words), right, _plain(feedback)))
    if not all(option.text for option in options):
        raise _UnreadableError("An option has no words. Write them after = or ~.")
    right_ones = sum(option.correct for option in options)
    if not right_ones:
        raise _UnreadableError("No option is right. Begin the right one with =.")
    if one_is_asked and right_ones > 1:
        raise _UnreadableError("Two options begin with =. Begin one with it, or give each its share: ~%50%.")
    if not one_is_asked and abs(sum_of_shares - 100) > 1:
        raise _UnreadableError(
            f"The shares of the right options are {sum_of_shares:g}% together, not 100%. Begin a single right one with =."
        )
    kind = Kind.MULTI if right_ones > 1 or marks.get("kind") == "multi" else Kind.SINGLE
    if marks.get("kind") == "tf_reason" and marks.get("statement") in _TRUTHS:
        item, kind = replace(item, statement_is=_TRUTHS[marks["statement"]]), Kind.TF_REASON
    return replace(item, kind=kind, options=tuple(options)), losses
