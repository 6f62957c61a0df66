"""GIFT, the plain-text question format of Moodle: writing it. The marks in comments are told of in gift.py."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from bot.questions.exchange.answers import marks_for
from bot.questions.exchange.imported import Exported, held
from bot.questions.kinds import KINDS, SCRIPT_KINDS, SEVERAL_RIGHT
from bot.questions.model import Item, Option

_ARROW = "->"
_WEIGHT = re.compile(r"%-?[0-9.]+%")
"""A text that begins like a weight would be read as one: then the weight is written out before it."""


def write_gift(items: Iterable[Item]) -> Exported:
    """The items that GIFT can hold, under their topics; the losses say what it can't."""
    kept, losses, topic = list[str](), list[str](), None
    for item in held(items, losses, _why_not, left_behind):
        head = "" if item.topic == topic else f"$CATEGORY: {item.topic}\n\n"
        topic = item.topic
        kept.append(head + _question(item))
    return Exported("\n".join(kept).encode("utf-8"), len(kept), tuple(losses))


def _why_not(item: Item) -> str:
    if any(_ARROW in part for part in (*chain(*item.pairs), *item.sequence, *item.accepted)):
        return f"the sign {_ARROW} can't stand in an answer"
    return unfit(item)


def unfit(item: Item) -> str:
    """Why Moodle's formats can't hold an item, "" where they can."""
    if item.kind in SCRIPT_KINDS:
        return "it has no form for the rounds of a mock script"
    if item.back is not None:
        return f"it has no form for a {KINDS[item.kind].name}"
    if item.formula is not None:
        return "it has no form for numbers that change"
    if KINDS[item.kind].holds == "answer" and (item.answer is None or item.answer.value is None):
        return "it has no answer"
    return ""


def left_behind(item: Item) -> list[str]:
    """What an item has for which GIFT has no place."""
    said = {
        "hint": item.hint,
        "misconceptions": any(option.misconception for option in item.options),
        "unit": item.answer and item.answer.unit,
        "the answer's text": item.answer and item.answer.text,
        "starter": item.starter,
        "tests and solution": item.tests or item.solution,
        "key points": item.rubric,
        "model answer": item.model_answer,
        "follow-ups": item.follow_ups,
        "references": item.references,
        "the record of author and readers": item.author or item.reviewed_by,
        "tags": item.tags,
    }
    return [name for name, there in said.items() if there]


def _question(item: Item) -> str:
    marks = [f"[id:{item.id}]", *(f"[tag:{mark}]" for mark in marks_for(item))]
    body = "\n".join(_body(item))
    general = f"\t####{_escaped(item.explanation)}\n" if item.explanation else ""
    return (
        f"// {' '.join(marks)}\n::{_escaped(item.id)}::[markdown]{_escaped(item.prompt)} {{\n"
        f"{body}{chr(10) if body else ''}{general}}}\n"
    )


def _body(item: Item) -> Iterator[str]:
    for option in item.options:
        if item.kind in SEVERAL_RIGHT:
            sign = f"~%{share_of(item, option)}%"
        else:
            sign = "=" if option.correct else "~"
            if _WEIGHT.match(option.text):
                sign = "=%100%" if option.correct else "~%0%"
        feedback = f"#{_escaped(option.feedback)}" if option.feedback else ""
        yield f"\t{sign}{_escaped(option.text)}{feedback}"
    for words in item.accepted:
        sign = "=%100%" if _WEIGHT.match(words) else "="
        yield f"\t{sign}{_escaped(words.replace('*', chr(92) + '*'))}"
    for place, step in enumerate(item.sequence, 1):
        yield f"\t={place} {_ARROW} {_escaped(step)}"
    for left, other in item.pairs:
        yield f"\t={_escaped(left)} {_ARROW} {_escaped(other)}"
    if item.answer is not None and KINDS[item.kind].holds == "answer":
        within = f":{item.answer.tolerance!r}" if item.answer.tolerance else ""
        yield f"\t#{item.answer.value!r}{within}"


def share_of(item: Item, option: Option) -> str:
    """What an option brings or takes where several are right, in percent with the five decimals that Moodle knows fractions by."""
    alike = sum(each.correct is option.correct for each in item.options)
    share = f"{100 / alike:.5f}".rstrip("0").rstrip(".")
    return share if option.correct else f"-{share}"


def _escaped(text: str) -> str:
    return re.sub(r"([~=#{}:\\])", r"\\\1", text).replace("\n", "\\n")
