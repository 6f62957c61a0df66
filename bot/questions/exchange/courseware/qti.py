"""QTI 1.2, as Canvas, Blackboard and others export quizzes and banks of questions.

Sources: IMS Question & Test Interoperability, version 1.2.1; Canvas's lib/cc/qti/qti_items.rb, which writes its exports.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.questions.exchange.answers import (
    Answer,
    Texts,
    UnreadableError,
    between,
    number_of,
    pairs_of,
    typed_in,
    with_options,
)
from bot.questions.exchange.courseware.tree import Node
from bot.questions.exchange.imported import NOWHERE
from bot.questions.exchange.table import read_number
from bot.questions.model import Item, Kind, NumericAnswer, SourcePlace, Status

BEGINS = r"<(?:[\w.-]+:)?item\s"
_NOT_ASKED = {
    "text_only_question": "This text asks nothing. Take it out.",
    "calculated_question": "Its numbers change each time, by a formula that isn't read.",
    "file_upload_question": "It asks for a file, and files aren't handed in here.",
    "fill_in_multiple_blanks_question": "A text with gaps holds several questions. Ask each by itself.",
    "multiple_dropdowns_question": "A text with gaps holds several questions. Ask each by itself.",
    "categorization_question": "Sorting into groups isn't asked here.",
    "hot_spot_question": "It is asked on a picture, and none is imported.",
}
_MEND = "Look at it where the file was made."
_RESPONSES = ("response_lid", "response_str", "response_num", "response_grp", "response_xy")
_TEXTS = ("mattext", "mat_formattedtext", "matimage", "mataudio", "matvideo", "matapplet", "matbreak")
_BOUNDS = ("vargte", "vargt", "varlte", "varlt")


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a condition on the response brings: each test (response, value) that is to hold, and the points in percent.

    ``doubt`` where it asks for something that is to be absent, or for anything else. ``shows`` names the feedback.
    """

    tests: tuple[tuple[str, str], ...]
    bounds: tuple[tuple[str, str], ...]
    share: float
    doubt: bool
    shows: str


def item_of(node: Node, place: SourcePlace, texts: Texts) -> Item:
    """The item of a question. Raises UnreadableError."""
    kind = _type(node)
    if kind in _NOT_ASKED:
        raise UnreadableError(_NOT_ASKED[kind])
    presentation = node.child("presentation")
    parts = list(presentation.below("material", *_RESPONSES)) if presentation else []
    prompt = texts.asked("<br>".join(_html(part) for part in parts if part.name == "material"))
    if not prompt:
        raise UnreadableError("There is no question in its text.")
    said = {each.get("ident"): texts.told(_html(each)) for each in node.below("itemfeedback")}
    explanation = said.pop("general_fb", "") or said.pop("solution", "")
    item = Item("", NOWHERE, Kind.OPEN, prompt, place, explanation=explanation, status=Status.DRAFT)
    responses = [part for part in parts if part.name != "material"]
    rules = list(_rules(node))
    shown = {rule.tests[0]: said[rule.shows] for rule in reversed(rules) if _feeds_back(rule, said)}
    if set(said.values()) - set(shown.values()):
        texts.lose("What it says to all right or all wrong answers was left out.")
    scored = [rule for rule in rules if rule.share > 0]
    return _answered(item, kind, responses, scored, shown, texts)


def _feeds_back(rule: _Rule, said: dict[str, str]) -> bool:
    return len(rule.tests) == 1 and not rule.doubt and rule.shows in said


def _type(node: Node) -> str:
    """What Canvas calls the kind of a question, or how a Common Cartridge does."""
    fields = {
        (each.child("fieldlabel") or each).text: (each.child("fieldentry") or each).text
        for each in node.below("qtimetadatafield")
    }
    return fields.get("question_type") or fields.get("cc_profile") or ""


def _html(node: Node) -> str:
    """The texts of an element as HTML."""
    return "".join(map(_written, node.below(*_TEXTS)))


def _written(text: Node) -> str:
    if text.name == "matbreak":
        return "<br>"
    if text.name not in {"mattext", "mat_formattedtext"}:
        return "<img>"
    if any(text.children()):
        return text.html()
    form = (text.get("texttype") or text.get("type")).lower()
    is_html = "html" in form or "smart_text" in form
    return text.text if is_html else html.escape(text.text, quote=False).replace("\n", "<br>")


def _rules(node: Node) -> Iterator[_Rule]:
    processing = node.child("resprocessing")
    if processing is None:
        return
    conditions = list(processing.below("respcondition"))
    points = [_points(each) for each in conditions]
    limits = [
        value for each in processing.below("decvar") if (value := _number(each.get("maxvalue"))) is not None
    ]
    most = max([*limits[:1], *(number for number in points if not limits)], default=0) or 100
    for condition, number in zip(conditions, points, strict=True):
        wanted = condition.child("conditionvar") or condition
        tests = tuple((each.get("respident"), each.text) for each in _positive(wanted, "varequal"))
        bounds = tuple((each.name, each.text) for each in _positive(wanted, *_BOUNDS))
        shows = condition.first("displayfeedback")
        doubt = wanted.first("other", "not", "unanswered", "varsubset", "varsubstring") is not None
        yield _Rule(tests, bounds, 100 * number / most, doubt, shows.get("linkrefid") if shows else "")


def _positive(node: Node, *names: str) -> Iterator[Node]:
    """The tests that are to hold: not those within a "not"."""
    for part in node.children():
        if part.name in names:
            yield part
        elif part.name != "not":
            yield from _positive(part, *names)


def _points(condition: Node) -> float:
    """The points that a condition brings. Blackboard writes its most as "SCORE.max"; Brightspace counts wrong choices, too."""
    given = [
        each
        for each in condition.children("setvar")
        if each.get("action").lower() != "subtract"
        and "score" in (each.get("varname") or each.get("variablename") or "score").lower()
    ]
    return sum(100 if each.text == "SCORE.max" else _number(each.text) or 0.0 for each in given)


def _number(word: str) -> float | None:
    try:
        return read_number(word.strip())
    except ValueError:
        return None


def _answered(
    item: Item,
    kind: str,
    responses: list[Node],
    rules: list[_Rule],
    shown: dict[tuple[str, str], str],
    texts: Texts,
) -> Item:
    """The item with its answers. Raises UnreadableError."""
    if len(responses) > 1:
        return _matched(item, kind, responses, rules, texts)
    if not responses:
        raise UnreadableError("Nothing is asked for below its text.")
    (response,) = responses
    if response.name == "response_lid":
        labels = {each.get("ident"): texts.asked(_html(each)) for each in response.below("response_label")}
        if response.get("rcardinality").lower() == "ordered":
            return replace(item, kind=Kind.ORDER, sequence=_ordered(labels, rules))
        several = response.get("rcardinality").lower() == "multiple"
        if not {value for rule in rules for _, value in rule.tests} <= set(labels):
            raise UnreadableError(f"Points are given for an option that isn't there. {_MEND}")
        shares = (_several if several else _one)(rules)
        answers = [
            Answer(words, shares.get(ident, 0), shown.get((response.get("ident"), ident), ""))
            for ident, words in labels.items()
        ]
        item = with_options(item, answers, texts, _MEND, one=not several)
        is_truth = {option.text.casefold() for option in item.options} == {"true", "false"}
        return replace(item, shuffle=not is_truth)
    if response.name not in {"response_str", "response_num"}:
        raise UnreadableError("It is answered on a picture or in parts, which isn't asked here.")
    return _typed(item, kind, response, rules, shown, texts)


def _one(rules: list[_Rule]) -> dict[str, float]:
    """The share of each option where one is to be chosen."""
    shares: dict[str, float] = {}
    for rule in rules:
        if rule.doubt or not rule.tests:
            raise UnreadableError(f"How its options bring points isn't clear. {_MEND}")
        for _, value in rule.tests:
            shares[value] = max(rule.share, shares.get(value, 0))
    return shares


def _several(rules: list[_Rule]) -> dict[str, float]:
    """The share of each option where all right ones are to be chosen: one condition names them, or each has its own."""
    full = {frozenset(value for _, value in rule.tests) for rule in rules if rule.share >= 100}
    if len(full) == 1:
        (right,) = full
        return dict.fromkeys(right, 100 / max(1, len(right)))
    if full or any(len(rule.tests) != 1 for rule in rules):
        raise UnreadableError(f"How its options bring points isn't clear. {_MEND}")
    return {rule.tests[0][1]: rule.share for rule in rules}


def _ordered(labels: dict[str, str], rules: list[_Rule]) -> tuple[str, ...]:
    orders = {tuple(value for _, value in rule.tests) for rule in rules if rule.share >= 100}
    (order, *others) = orders or {()}
    if others or sorted(order) != sorted(labels):
        raise UnreadableError(f"Which order is right isn't clear. {_MEND}")
    return tuple(labels[ident] for ident in order)


def _matched(item: Item, kind: str, responses: list[Node], rules: list[_Rule], texts: Texts) -> Item:
    """The pairs, where each response has a text of its own and all choose among the same."""
    choices = [
        {each.get("ident"): texts.asked(_html(each)) for each in response.below("response_label")}
        for response in responses
    ]
    alike = {tuple(sorted(each.values())) for each in choices}
    if any(each.name != "response_lid" for each in responses) or (
        kind != "matching_question" and len(alike) > 1
    ):
        raise UnreadableError("A text with gaps holds several questions. Ask each by itself.")
    key: dict[str, set[str]] = {}
    for rule in rules:
        for ident, value in rule.tests:
            key.setdefault(ident, set()).add(value)
    pairs = []
    for response, labels in zip(responses, choices, strict=True):
        material = response.child("material")
        left = texts.asked(_html(material)) if material else ""
        right = [labels[value] for value in key.get(response.get("ident"), ()) if value in labels]
        if len(right) != 1 or not left:
            raise UnreadableError(f"What belongs to “{left[:40]}” isn't clear. {_MEND}")
        pairs.append((left, right[0]))
    unused = {words for labels in choices for words in labels.values()} - {right for _, right in pairs}
    return replace(item, kind=Kind.MATCH, pairs=pairs_of((*pairs, *(("", words) for words in unused)), texts))


def _typed(
    item: Item,
    kind: str,
    response: Node,
    rules: list[_Rule],
    shown: Mapping[tuple[str, str], str],
    texts: Texts,
) -> Item:
    field = response.first("render_fib")
    form = (field.get("fibtype") if field else "").lower()
    is_number = kind == "numerical_question" or response.name == "response_num"
    if is_number or form in {"decimal", "integer"}:
        return replace(item, kind=Kind.NUMERIC, answer=number_of(_numbers(rules), texts))
    accepted = [Answer(value.replace("*", r"\*"), rule.share) for rule in rules for _, value in rule.tests]
    if "essay" in kind or not (accepted or kind):
        return item
    if any(rule.doubt for rule in rules):
        raise UnreadableError(f"Which typed answers are right isn't clear. {_MEND}")
    if shown:
        texts.lose("The feedback on its typed answers was left out.")
    return typed_in(item, accepted, texts)


def _numbers(rules: Iterable[_Rule]) -> Iterator[tuple[float, NumericAnswer]]:
    """Each right number with its share. Canvas writes bounds beside a number; they hold what may be wrong, rounded or not."""
    for rule in rules:
        exact = [_number(value) for _, value in rule.tests]
        low = [_number(value) for name, value in rule.bounds if name.startswith("varg")]
        high = [_number(value) for name, value in rule.bounds if name.startswith("varl")]
        found = [*exact[:1], *low, *high]
        if rule.doubt or None in found or len(exact) > 1 or len(low) > 1 or len(low) != len(high):
            raise UnreadableError(f"Which number is right isn't clear. {_MEND}")
        (value, *_) = exact or [None]
        if low and high and low[0] is not None and high[0] is not None:
            yield rule.share, between(low[0], high[0], value)
        elif value is not None:
            yield rule.share, NumericAnswer(value)
