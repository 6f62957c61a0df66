"""Moodle XML: writing it. Tags say what the format has no place for: kind, difficulty and phase."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from bot.questions.exchange.answers import marks_for
from bot.questions.exchange.gift_out import left_behind, share_of, unfit
from bot.questions.exchange.imported import Exported, held
from bot.questions.kinds import DISCUSSION_KINDS, SEVERAL_RIGHT
from bot.questions.model import Item, Kind

_KEPT = frozenset({"hint", "unit", "model answer", "starter", "tags"})
_TYPES = {
    Kind.ORDER: "ordering",
    Kind.MATCH: "matching",
    Kind.NUMERIC: "numerical",
    Kind.SHORT: "shortanswer",
} | dict.fromkeys(DISCUSSION_KINDS, "essay")


def write_moodle(items: Iterable[Item]) -> Exported:
    """The items that Moodle can hold, under their topics; the losses say what it can't."""
    kept = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    written, losses, topic = 0, list[str](), None
    for item in held(items, losses, unfit, _lost):
        if item.topic != topic:
            topic = item.topic
            kept.append(f'<question type="category"><category>{_text(topic)}</category></question>')
        kept.append("\n".join(_question(item)))
        written += 1
    return Exported("\n".join([*kept, "</quiz>", ""]).encode("utf-8"), written, tuple(losses))


def _lost(item: Item) -> list[str]:
    return [name for name in left_behind(item) if not _keeps(item, name)]


def _keeps(item: Item, name: str) -> bool:
    if name == "model answer":
        return item.kind in DISCUSSION_KINDS
    return name in _KEPT and (name != "starter" or item.kind is Kind.CODE)


def _text(words: str) -> str:
    return f"<text>{escape(words)}</text>"


def _marked(name: str, words: str) -> str:
    """An element with a text in our markup."""
    return f'<{name} format="markdown">{_text(words)}</{name}>'


def _question(item: Item) -> Iterator[str]:
    yield f'<question type="{_TYPES.get(item.kind, "multichoice")}">'
    yield f"<name>{_text(item.id)}</name>"
    yield _marked("questiontext", item.prompt)
    yield _marked("generalfeedback", item.explanation)
    yield f"<idnumber>{escape(item.id)}</idnumber>"
    yield from _answers(item)
    if item.hint:
        yield _marked("hint", item.hint)
    tags = "".join(f"<tag>{_text(tag)}</tag>" for tag in (*marks_for(item), *item.tags))
    yield f"<tags>{tags}</tags>"
    yield "</question>"


def _answers(item: Item) -> Iterator[str]:
    if item.options:
        yield f"<single>{str(item.kind not in SEVERAL_RIGHT).lower()}</single>"
        yield f"<shuffleanswers>{str(item.shuffle).lower()}</shuffleanswers>"
    for option in item.options:
        share = "100" if option.correct else "0"
        if item.kind in SEVERAL_RIGHT:
            share = share_of(item, option)
        yield (
            f'<answer fraction="{share}" format="markdown">{_text(option.text)}'
            f"{_marked('feedback', option.feedback)}</answer>"
        )
    for words in item.accepted:
        yield f'<answer fraction="100">{_text(words.replace("*", chr(92) + "*"))}</answer>'
    if item.sequence:
        yield "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><gradingtype>ABSOLUTE_POSITION</gradingtype>"
    for place, step in enumerate(item.sequence, 1):
        yield f'<answer fraction="{place}" format="markdown">{_text(step)}</answer>'
    for left, other in item.pairs:
        yield f'<subquestion format="markdown">{_text(left)}<answer>{_text(other)}</answer></subquestion>'
    if item.answer is not None and item.kind is Kind.NUMERIC:
        within = f"<tolerance>{item.answer.tolerance!r}</tolerance>"
        yield f'<answer fraction="100">{_text(repr(item.answer.value))}{within}</answer>'
        if item.answer.unit:
            name = f"<unit_name>{escape(item.answer.unit)}</unit_name>"
            yield f"<units><unit><multiplier>1</multiplier>{name}</unit></units>"
    if item.kind in DISCUSSION_KINDS:
        yield _marked("graderinfo", item.model_answer or "")
    if item.kind is Kind.CODE and item.starter:
        yield f'<responsetemplate format="plain">{_text(item.starter)}</responsetemplate>'
