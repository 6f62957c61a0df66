"""QTI 2.0 to 2.2: one question a file, whose key stands apart from how it is asked.

Source: IMS Question & Test Interoperability, Assessment Test, Section, and Item Information Model, version 2.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

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

BEGINS = r"<(?:[\w.-]+:)?assessmentItem\s"
_MEND = "Look at it where the file was made."
_BLANK = "_____"
_ASIDE = ("feedbackInline", "feedbackBlock", "rubricBlock", "stylesheet", "templateInline", "templateBlock")
_NO_KEY = f"The file doesn't say what is right. {_MEND}"


def item_of(node: Node, place: SourcePlace, texts: Texts) -> Item:
    """The item of a question. Raises UnreadableError."""
    body = node.child("itemBody")
    asked = list(_interactions(body)) if body else []
    if body is None or not asked:
        raise UnreadableError("This text asks nothing. Take it out.")
    if len(asked) > 1:
        raise UnreadableError("It holds several questions. Ask each by itself.")
    (interaction,) = asked
    kind, leading = interaction.name, interaction.child("prompt")
    declared = next(
        (
            each
            for each in node.children("responseDeclaration")
            if each.get("identifier") == interaction.get("responseIdentifier")
        ),
        Node("responseDeclaration", node.line),
    )
    if kind == "textEntryInteraction":
        interaction.name, interaction.parts = "span", [_BLANK]
    around = texts.asked(body.html(kind, *_ASIDE))
    prompt = "\n\n".join(filter(None, (around, texts.asked(leading.html(*_ASIDE) if leading else ""))))
    if not prompt.removesuffix(_BLANK):
        raise UnreadableError("There is no question in its text.")
    if any(texts.told(each.html()) for each in node.below("modalFeedback", "feedbackBlock")):
        texts.lose("What it says to all right or all wrong answers was left out.")
    prompt = prompt.removesuffix(_BLANK).strip()
    item = Item("", NOWHERE, Kind.OPEN, prompt, place, status=Status.DRAFT)
    match kind:
        case "choiceInteraction":
            return _choice(item, interaction, declared, texts)
        case "orderInteraction":
            choices = _texts(interaction, texts, "simpleChoice")
            order = _correct(declared)
            if sorted(order) != sorted(choices):
                raise UnreadableError(_NO_KEY)
            return replace(item, kind=Kind.ORDER, sequence=tuple(choices[ident] for ident in order))
        case "matchInteraction":
            return _matched(item, interaction, declared, texts)
        case "textEntryInteraction":
            return _typed(item, node, declared, texts)
        case "extendedTextInteraction":
            return replace(item, model_answer="\n".join(_correct(declared)) or None)
        case _:
            raise UnreadableError(f"Questions of the type “{kind[:40]}” aren't asked here.")


def _interactions(node: Node) -> Iterator[Node]:
    for part in node.children():
        if part.name.endswith("Interaction"):
            yield part
        else:
            yield from _interactions(part)


def _texts(node: Node, texts: Texts, name: str) -> dict[str, str]:
    return {each.get("identifier"): texts.asked(each.html(*_ASIDE)) for each in node.below(name)}


def _correct(declared: Node) -> list[str]:
    right = declared.child("correctResponse")
    return [each.text for each in right.children("value")] if right else []


def _shares(declared: Node, *, one: bool) -> dict[str, float]:
    """What each response brings, in percent: all that is said to be right, or else what is worth points."""
    if right := _correct(declared):
        return dict.fromkeys(right, 100 if one else 100 / len(right))
    worth = _mapped(declared)
    if not worth:
        raise UnreadableError(_NO_KEY)
    most = max(worth.values()) if one else sum(worth.values())
    return {key: 100 * number / most for key, number in worth.items()}


def _mapped(declared: Node) -> dict[str, float]:
    """The responses that are worth points. Raises UnreadableError."""
    try:
        points = {
            each.get("mapKey"): float(read_number(each.get("mappedValue")))
            for each in declared.below("mapEntry")
        }
    except ValueError:
        raise UnreadableError(_NO_KEY) from None
    return {key: number for key, number in points.items() if number > 0}


def _choice(item: Item, interaction: Node, declared: Node, texts: Texts) -> Item:
    one = declared.get("cardinality") != "multiple"
    shares = _shares(declared, one=one)
    words = _texts(interaction, texts, "simpleChoice")
    if not set(shares) <= set(words):
        raise UnreadableError(f"What is right isn't among its options. {_MEND}")
    said = {
        each.get("identifier"): " ".join(texts.told(aside.html()) for aside in each.below("feedbackInline"))
        for each in interaction.below("simpleChoice")
    }
    answers = [Answer(text, shares.get(ident, 0), said[ident]) for ident, text in words.items()]
    item = replace(item, shuffle=interaction.get("shuffle") != "false")
    return with_options(item, answers, texts, _MEND, one=one)


def _matched(item: Item, interaction: Node, declared: Node, texts: Texts) -> Item:
    sets = [_texts(each, texts, "simpleAssociableChoice") for each in interaction.children("simpleMatchSet")]
    found = [tuple(each.split()) for each in _correct(declared)]
    key = {pair[0]: pair[1] for pair in found if len(pair) == 2}
    if (
        len(sets) != 2
        or set(key) != set(sets[0])
        or len(key) != len(found)
        or not set(key.values()) <= set(sets[1])
    ):
        raise UnreadableError(f"What belongs together isn't clear. {_MEND}")
    pairs = [(left, sets[1][key[ident]]) for ident, left in sets[0].items()]
    unused = [("", words) for ident, words in sets[1].items() if ident not in key.values()]
    return replace(item, kind=Kind.MATCH, pairs=pairs_of((*pairs, *unused), texts))


def _typed(item: Item, node: Node, declared: Node, texts: Texts) -> Item:
    shares = _shares(declared, one=True)
    if declared.get("baseType") not in {"float", "integer"}:
        worth = _mapped(declared)
        most = max(worth.values(), default=0)
        shares = {key: 100 * number / most for key, number in worth.items()} | shares
        return typed_in(item, (Answer(key.replace("*", r"\*"), part) for key, part in shares.items()), texts)
    equal = node.first("equal")
    if equal is None and node.first("gt", "gte", "lt", "lte"):
        raise UnreadableError(f"How far off a number may be isn't clear. {_MEND}")
    numbers = ((share, _number(said, equal)) for said, share in shares.items())
    return replace(item, kind=Kind.NUMERIC, answer=number_of(numbers, texts))


def _number(said: str, equal: Node | None) -> NumericAnswer:
    """The number, and what is right around it: in its own unit, or in percent of it."""
    mode = equal.get("toleranceMode") if equal else ""
    within = equal.get("tolerance").split() if equal and mode in {"absolute", "relative"} else ["0"]
    try:
        value, below, above = read_number(said), read_number(within[0]), read_number(within[-1])
    except (ValueError, IndexError):
        raise UnreadableError(f"“{said[:40]}” or its tolerance isn't a number.") from None
    part = abs(value) / 100 if mode == "relative" else 1
    return between(value - below * part, value + above * part, value)
