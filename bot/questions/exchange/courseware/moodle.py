"""Moodle XML: reading it. Sources: Moodle's documentation of the format, and its question/format/xml/format.php."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bot.questions.exchange.answers import (
    NO_PICTURES,
    Answer,
    Texts,
    UnreadableError,
    marked,
    marks_of,
    number_of,
    pairs_of,
    slugs,
    topic_of,
    true_or_false,
    typed_in,
    with_options,
)
from bot.questions.exchange.courseware.tree import Node, read_tree, take_each
from bot.questions.exchange.imported import NOWHERE, Imported, Reading
from bot.questions.exchange.table import read_number
from bot.questions.model import Item, Kind, NumericAnswer, SourcePlace, Status

_NOT_ASKED = {
    "description": "This text asks nothing. Take it out.",
    "cloze": "A text with gaps holds several questions. Ask each by itself.",
}
_MEND = "Look at the grade of each of its answers in Moodle."
_STANDARD = re.compile(r"(Your answer is (partially )?(in)?correct\.)?")
_QUESTION = r"<question\s(?![^>]*\btype\s*=\s*[\"']category)"
_MARKS = ("kind.", "difficulty.", "phase.", "statement.")


def read_moodle(text: str, name: str) -> Imported:
    """The questions of a Moodle XML text."""
    tree, read, topic = read_tree(text), Reading(), NOWHERE

    def questions() -> Iterator[Node]:
        nonlocal topic
        for node in tree.root.below("question"):
            if node.get("type") == "category":
                topic = topic_of(_plain(node.child("category")))
            else:
                yield node

    take_each(read, tree, questions(), lambda *given: _item(topic, *given), name, _QUESTION)
    return read.done()


def _plain(node: Node | None) -> str:
    """The words of an element as they are written; those in its <text>, where it has one."""
    if node is None:
        return ""
    inner = node.child("text")
    return (node if inner is None else inner).text


@dataclass(frozen=True, slots=True)
class _Said:
    """The texts of a question. Each may say how it is written; the others are written as the question itself."""

    texts: Texts
    form: str

    def ask(self, node: Node | None) -> str:
        """A text that the answer hangs on. Raises UnreadableError."""
        return self._words(node, self.texts.asked)

    def tell(self, node: Node | None) -> str:
        """A text that is read after the answer."""
        return self._words(node, self.texts.told)

    def _words(self, node: Node | None, read: Callable[[str], str]) -> str:
        said, form = _plain(node), (node.get("format") if node else "") or self.form
        if form in {"plain_text", "markdown", "wiki_like"}:
            return said
        return read(said.replace("\n", "<br>") if form == "moodle_auto_format" else said)


def _item(topic: str, node: Node, place: SourcePlace, texts: Texts) -> Item:
    """The item of a question. Raises UnreadableError."""
    question = node.child("questiontext")
    said = _Said(texts, (question.get("format") if question else "") or "html")
    prompt = said.ask(question)
    if not prompt:
        raise UnreadableError("There is no question in its text.")
    if _plain(node.child("image_base64")):
        raise UnreadableError(NO_PICTURES)
    tags = [_plain(tag) for tag in node.below("tag")]
    hints = [words for hint in node.children("hint") if (words := said.tell(hint))]
    item = Item(
        id=_plain(node.child("idnumber")) or _plain(node.child("name")),
        topic=topic,
        kind=Kind.OPEN,
        prompt=prompt,
        place=place,
        hint=hints[0] if hints else None,
        explanation=said.tell(node.child("generalfeedback")),
        status=Status.DRAFT,
        tags=slugs(tag for tag in tags if not tag.startswith(_MARKS)),
    )
    if len(hints) > 1:
        texts.lose("Only the first of its hints was kept.")
    common = node.children("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
    if not all(_STANDARD.fullmatch(said.tell(each)) for each in common):
        texts.lose("What it says to all right or all wrong answers was left out.")
    item = marked(_answered(item, node, said), marks_of(tags))
    if item.kind is Kind.CODE:
        item = replace(item, starter=_plain(node.child("responsetemplate")) or None)
    return item


def _answered(item: Item, node: Node, said: _Said) -> Item:
    """The item with its answers. Raises UnreadableError."""
    answers = list(node.children("answer"))
    match kind := node.get("type"):
        case "multichoice":
            one = _plain(node.child("single")) not in {"false", "0"}
            found = [Answer(said.ask(each), _share(each), _feedback(each, said)) for each in answers]
            shuffle = _plain(node.child("shuffleanswers")) not in {"false", "0"}
            item = with_options(replace(item, shuffle=shuffle), found, said.texts, _MEND, one=one)
        case "truefalse":
            item = _truth(item, answers, said)
        case "matching" | "match":
            sides = [(said.ask(each), _plain(each.child("answer"))) for each in node.children("subquestion")]
            item = replace(item, kind=Kind.MATCH, pairs=pairs_of(sides, said.texts))
        case "ordering":
            steps = sorted(answers, key=_share)
            item = replace(item, kind=Kind.ORDER, sequence=tuple(said.ask(step) for step in steps))
        case "shortanswer":
            if _plain(node.child("usecase")) == "1":
                said.texts.lose("Capitals matter in its file, and not here.")
            found = [Answer(_plain(each), _share(each), _feedback(each, said)) for each in answers]
            item = typed_in(item, found, said.texts)
        case "numerical":
            item = replace(item, kind=Kind.NUMERIC, answer=_number(node, answers, said))
        case "essay":
            item = replace(item, model_answer=said.tell(node.child("graderinfo")) or None)
        case _:
            raise UnreadableError(
                _NOT_ASKED.get(kind, f"Questions of the type “{kind[:40]}” aren't asked here.")
            )
    return item


def _share(answer: Node) -> float:
    """How much of the points an answer brings, in percent. Raises UnreadableError."""
    said = _plain(answer.child("fraction")) or answer.get("fraction") or "0"
    try:
        return float(read_number(said))
    except ValueError:
        raise UnreadableError(f"“{said[:40]}” isn't a share of the points.") from None


def _feedback(answer: Node, said: _Said) -> str:
    return said.tell(answer.child("feedback"))


def _truth(item: Item, answers: list[Node], said: _Said) -> Item:
    two = {_plain(each).lower(): each for each in answers}
    if set(two) != {"true", "false"}:
        raise UnreadableError("Its two answers aren't “true” and “false”: which is which isn't clear.")
    is_true = _share(two["true"]) >= 100
    if is_true is (_share(two["false"]) >= 100):
        raise UnreadableError(f"Whether it is true isn't clear. {_MEND}")
    return true_or_false(item, is_true, _feedback(two["true"], said), _feedback(two["false"], said))


def _number(node: Node, answers: list[Node], said: _Said) -> NumericAnswer:
    if any(_feedback(each, said) for each in answers):
        said.texts.lose("The feedback on its number was left out.")
    numbers = []
    for each in answers:
        written, within = _plain(each), _plain(each.child("tolerance")) or "0"
        if written != "*" or _share(each) > 0:
            try:
                numbers.append((_share(each), NumericAnswer(read_number(written), read_number(within))))
            except ValueError:
                raise UnreadableError(f"“{written[:40]}” or its tolerance isn't a number.") from None
    units = [
        (_plain(unit.child("multiplier")), _plain(unit.child("unit_name"))) for unit in node.below("unit")
    ]
    base = [name for multiplier, name in units if multiplier in {"", "1", "1.0"} and name]
    if len(units) > len(base[:1]):
        said.texts.lose("Only the first of its units was kept.")
    return replace(number_of(numbers, said.texts), unit=base[0] if base else None)
