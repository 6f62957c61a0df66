"""What may become a group's own question: reading the forms, bounds, and what an imported one leaves behind."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from bot.chat.words import clean, clean_line
from bot.questions.formula import FormulaError, draws, evaluate
from bot.questions.model import DISCUSSION_KINDS, Item, Kind, Option
from bot.questions.topics import TopicTree

MOST_WAITING = 10
"""So many suggestions of one member may wait for a decision."""

MOST_OWN = 1000
"""So many questions a group may have of its own."""

MOST_AT_ONCE = 500
"""So many questions one import may bring."""

PROMPT, HINT, POINTS, MODEL, EXPLANATION, LINK, OPTIONS, REASON = 900, 300, 1500, 1800, 1200, 300, 1300, 280
"""The longest texts, in characters; those of a bank's item, so that every card that shows one has room."""

OPTION, POINT, FEEDBACK, CODE, STEP = 180, 300, 300, 2000, 200
FOLLOW_UPS = 5
"""So many follow-up questions an item may have."""

_LEAST_PROMPT = 15
_UNIT = re.compile(r"[^\W_][^\W_ /%°²³·]{0,19}(?:[ /·][^\W_]{1,9}){0,3}|%")
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,24}(?::[0-9]{1,5})?")

FORM_KINDS = (Kind.OPEN, Kind.BEHAVIORAL, Kind.SINGLE)
"""The kinds that fit a form."""


@dataclass(frozen=True, slots=True)
class Written:
    """A form as it was read: the item and its source, or what is wrong by field id."""

    item: Mapping[str, Any]
    source: str
    errors: Mapping[str, str]


def read_form(kind: Kind, topic: str, said: Mapping[str, str]) -> Written:
    """The question that a form's texts make, or everything that is wrong with them."""
    errors: dict[str, str] = {}
    prompt = clean(said.get("prompt", ""))
    if len(prompt) < _LEAST_PROMPT:
        errors["prompt"] = f"A question needs {_LEAST_PROMPT} characters or more. Ask it in a full sentence."
    _bound(errors, "prompt", prompt, PROMPT)
    item: dict[str, Any] = {"topic": topic, "kind": kind.value, "prompt": prompt, "difficulty": 3}
    if kind is Kind.SINGLE:
        explanation = clean(said.get("why", ""))
        if not explanation:
            errors["why"] = "Say in a sentence or two why it is right: that is what others learn from."
        _bound(errors, "why", explanation, EXPLANATION)
        item |= {"options": _options(said.get("options", ""), errors), "explanation": explanation}
    else:
        points = [{"point": point, "weight": 2} for point in _points(said.get("points", ""), errors)]
        item |= {"rubric": points}
        for name, field, most in (("hint", "hint", HINT), ("model_answer", "model", MODEL)):
            words = clean(said.get(field, ""))
            _bound(errors, field, words, most)
            item |= {name: words} if words else {}
    source, wrong = read_link(said.get("link", ""))
    if wrong:
        errors["link"] = wrong
    return Written(item, source, errors)


def _bound(errors: dict[str, str], field: str, words: str, most: int) -> None:
    if len(words) > most:
        errors[field] = f"This is {len(words):,} characters; the most is {most:,}. What you typed is kept."


def _lines(said: str) -> list[str]:
    return [line for each in said.splitlines() if (line := clean_line(each))]


def _points(said: str, errors: dict[str, str]) -> list[str]:
    points = [point.removeprefix("- ").removeprefix("• ").strip() for point in _lines(said)]
    if not 1 <= len(points) <= 6:
        errors["points"] = f"One to six key points, one a line. There are {len(points) or 'none'}."
    elif any(len(point) > POINT for point in points):
        errors["points"] = f"A key point has at most {POINT} characters. Part the long one in two."
    return points


def _options(said: str, errors: dict[str, str]) -> list[dict[str, Any]]:
    lines = _lines(said)
    found = [
        {"text": line.lstrip("*").strip(), "correct": line.startswith("*"), "feedback": ""} for line in lines
    ]
    texts = [str(option["text"]) for option in found]
    right = sum(bool(option["correct"]) for option in found)
    if not 2 <= len(found) <= 6:
        errors["options"] = f"Two to six options, one a line. There are {len(found) or 'none'}."
    elif right != 1:
        errors["options"] = (
            f"Put a * before the right option, and before that one only. There are {right or 'none'}."
        )
    elif len({text.casefold() for text in texts}) < len(texts) or not all(texts):
        errors["options"] = "Every option says something else. Two are the same, or one is empty."
    elif any(len(text) > OPTION for text in texts):
        errors["options"] = f"An option has at most {OPTION} characters. Shorten the long one."
    return found


def read_link(said: str) -> tuple[str, str]:
    """(the address, "") or ("", what is wrong). Only http(s) to a named host, so that a link says where it leads."""
    written = clean_line(said)
    if not written:
        return "", ""
    wrong = "Give one address that begins with https://, or leave this empty."
    if len(written) > LINK or not written.isascii() or re.search(r"[\s<>\\`\"'\[\]{}|^]", written):
        return "", wrong
    try:
        parts = urlsplit(written)
        host = _HOST.fullmatch(parts.netloc.lower())
    except ValueError:
        return "", wrong
    if parts.scheme.lower() not in ("https", "http") or host is None:
        return "", wrong
    return written.replace("(", "%28").replace(")", "%29").replace("*", "%2A"), ""


def form_values(kind: Kind, item: Mapping[str, Any], source: str) -> dict[str, str]:
    """What a form holds that opens on a question: the other way round from read_form."""
    values = {"prompt": str(item.get("prompt", "")), "link": source}
    if kind is Kind.SINGLE:
        lines = [("* " if o.get("correct") else "") + str(o["text"]) for o in item.get("options", ())]
        return values | {"options": "\n".join(lines), "why": str(item.get("explanation", ""))}
    points = "\n".join(str(point["point"]) for point in item.get("rubric", ()))
    return values | {
        "points": points,
        "hint": str(item.get("hint", "")),
        "model": str(item.get("model_answer", "")),
    }


class UnfitError(ValueError):
    """An imported question can't be asked here; the text says why."""


def fitted(
    item: Item, topics: TopicTree, fallback: str, references: Collection[str]
) -> tuple[Item, tuple[str, ...]]:
    """An imported question as a group may have it, and what it left behind.

    Raises:
        UnfitError: it can't be asked.
    """
    losses: list[str] = []
    topic = _topic(item, topics, fallback, losses)
    prompt = clean(item.prompt)
    if item.kind is Kind.MOCK:
        raise UnfitError("Scripts of mock interviews can't be asked in a group.")
    if not 5 <= len(prompt) <= PROMPT:
        raise UnfitError(f"Its prompt has {len(prompt):,} characters; 5 to {PROMPT} can be asked.")
    _check(item)
    cites = tuple(cite for cite in item.references if cite.key in references)
    if len(cites) < len(item.references):
        losses.append("It cites a reference that isn't in the bank.")

    def within(words: str | None, most: int, name: str) -> str:
        kept = clean(words or "")
        if len(kept) > most:
            losses.append(f"Its {name} is longer than {most:,} characters.")
            return ""
        return kept

    options = tuple(
        Option(clean_line(o.text), o.correct, within(o.feedback, FEEDBACK, "feedback")) for o in item.options
    )
    rubric = tuple(replace(p, point=clean_line(p.point)) for p in item.rubric if len(p.point) <= POINT)[:6]
    if len(rubric) < len(item.rubric):
        losses.append(f"Six key points of {POINT} characters are the most.")
    model = within(item.model_answer, MODEL, "model answer")
    if item.kind in DISCUSSION_KINDS and not (rubric or model):
        raise UnfitError("It has neither key points nor a model answer to compare with.")
    kept = replace(
        item,
        topic=topic,
        prompt=prompt,
        options=options,
        rubric=rubric,
        model_answer=model or None,
        hint=within(item.hint, HINT, "hint") or None,
        explanation=within(item.explanation, EXPLANATION, "explanation"),
        starter=_code(item.starter, losses),
        tests=None,
        follow_ups=tuple(clean_line(ask) for ask in item.follow_ups if len(ask) <= POINT)[:FOLLOW_UPS],
        references=cites,
        rounds=(),
        author="",
        reviewed_by=(),
        reviewed=None,
        review_by=None,
        replaced_by=None,
        lint_ok=(),
        tags=(),
        difficulty=min(5, max(1, item.difficulty)),
    )
    return kept, tuple(dict.fromkeys(losses))


def leaf_or_why(topics: TopicTree, topic: str) -> str:
    """What to do about a topic that no question can stand under; an empty text where one can."""
    if topic not in topics:
        near = topics.nearest(topic)
        hint = f" Did you mean {near[0]}?" if near else ""
        return f"There is no topic “{topic[:60]}”.{hint}"
    if not topics.get(topic).is_leaf:
        return f"“{topics.get(topic).title}” has topics below it. Take one of them, such as {topics.leaves(topic)[0]}."
    return ""


def _topic(item: Item, topics: TopicTree, fallback: str, losses: list[str]) -> str:
    if not leaf_or_why(topics, item.topic):
        return item.topic
    if not fallback:
        why = "It names no topic." if item.topic == "imported" else leaf_or_why(topics, item.topic)
        raise UnfitError(f"{why} Choose one in the form for those without.")
    if item.topic != "imported":
        losses.append(f"It stands under {fallback}: there is no topic {item.topic[:60]} to ask it in.")
    return fallback


def _code(code: str | None, losses: list[str]) -> str | None:
    if code is not None and len(code) > CODE:
        losses.append(f"Its code is longer than {CODE:,} characters.")
        return None
    return code


def _check(item: Item) -> None:
    check = _CHECKS.get(item.kind)
    if check is not None:
        check(item)


def _check_options(item: Item) -> None:
    right = sum(option.correct for option in item.options)
    texts = [clean_line(option.text).casefold() for option in item.options]
    if not 2 <= len(texts) <= 6 or len(set(texts)) < len(texts) or not all(texts):
        raise UnfitError("It needs two to six different options.")
    if any(len(text) > OPTION for text in texts):
        raise UnfitError(f"One of its options is longer than {OPTION} characters.")
    if right == 0 or (item.kind is not Kind.MULTI and right > 1):
        raise UnfitError(f"It has {right or 'no'} right options.")
    if item.kind is Kind.TF_REASON and item.statement_is is None:
        raise UnfitError("It doesn't say whether its statement is true.")


def _check_steps(item: Item) -> None:
    texts = [clean_line(step) for step in item.sequence]
    if (
        not 3 <= len(texts) <= 7
        or len(set(texts)) < len(texts)
        or not all(1 <= len(t) <= STEP for t in texts)
    ):
        raise UnfitError(f"It needs three to seven different steps of at most {STEP} characters.")


def _check_pairs(item: Item) -> None:
    texts = [clean_line(side) for pair in item.pairs for side in pair]
    rights = texts[1::2]
    if not 3 <= len(item.pairs) <= 6 or len(set(rights)) < len(rights):
        raise UnfitError("It needs three to six pairs with different right sides.")
    if not all(1 <= len(text) <= STEP for text in texts):
        raise UnfitError(f"One side of a pair is empty, or longer than {STEP} characters.")


def _check_number(item: Item) -> None:
    answer = item.answer
    if answer is None or (answer.value is None and item.formula is None):
        raise UnfitError("It has no number as its answer.")
    if answer.unit and not _UNIT.fullmatch(answer.unit):
        raise UnfitError("Its unit can't be shown. Write it in a few letters, like ms or GB/s.")
    if item.formula is not None:
        if len(item.variables) > 8 or any(not 1 <= len(v.values) <= 1000 for v in item.variables):
            raise UnfitError("Its formula has too many variables or values.")
        try:
            evaluate(item.formula, next(draws(item.variables)))
        except (FormulaError, StopIteration) as error:
            raise UnfitError(f"Its formula gives no number. {error}".strip()) from None


_CHECKS: Mapping[Kind, Callable[[Item], None]] = {
    Kind.SINGLE: _check_options,
    Kind.MULTI: _check_options,
    Kind.TF_REASON: _check_options,
    Kind.ORDER: _check_steps,
    Kind.MATCH: _check_pairs,
    Kind.NUMERIC: _check_number,
}
