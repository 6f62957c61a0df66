"""What may become a group's own question: reading the forms, bounds, and what an imported one leaves behind."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from bot.chat.requests import Submit
from bot.chat.words import clean, clean_line
from bot.questions.bounds import CODE, EXPLANATION, FEEDBACK, FOLLOW_UPS, HINT, MODEL, POINT, PROMPT
from bot.questions.kinds import FORM_KINDS, KINDS
from bot.questions.kinds.kind import UnfitError, bounded
from bot.questions.model import Item, Kind, Option
from bot.questions.topics import TopicTree

MOST_WAITING = 10
"""So many suggestions of one member may wait for a decision."""

MOST_A_DAY = 20
"""So many questions a member may suggest to a group in 24 hours, decided or not."""

MOST_OWN = 1000
"""So many questions a group may have of its own."""

MOST_AT_ONCE = 500
"""So many questions one import may bring."""

LINK, REASON = 300, 280
"""The longest texts, in characters."""

_LEAST_PROMPT = 15
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,24}(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Written:
    """A form as it was read: the item and its source, or what is wrong by field id."""

    item: Mapping[str, Any]
    source: str
    errors: Mapping[str, str]


def typed_in(kind: Kind, sent: Submit) -> dict[str, str]:
    """What was typed into the form of a kind, without what was left empty."""
    names = ("prompt", *(field.id for field in FORM_KINDS[kind].fields), "link")
    return {name: words for name in names if (words := sent.text(name))}


def read_form(kind: Kind, topic: str, said: Mapping[str, str]) -> Written:
    """The question that a form's texts make, or everything that is wrong with them."""
    errors: dict[str, str] = {}
    prompt = bounded(said, "prompt", PROMPT, errors)
    if not prompt:
        errors["prompt"] = "Write the question."
    elif len(prompt) < _LEAST_PROMPT and KINDS[kind].least > 1:
        errors["prompt"] = f"A question needs at least {_LEAST_PROMPT} characters. Ask it in a full sentence."
    item: dict[str, Any] = {"topic": topic, "kind": kind.value, "prompt": prompt, "difficulty": 3}
    item |= {name: found for name, found in FORM_KINDS[kind].read(said, errors).items() if found != ""}
    return Written(item, read_link(said, errors), errors)


def read_link(said: Mapping[str, str], errors: dict[str, str]) -> str:
    """The address that was typed as a link, "" where it is none, which is an error."""
    written = clean_line(said.get("link", ""))
    if written and not _is_address(written):
        errors["link"] = "Give one address that begins with https://, or leave this empty."
        return ""
    return written.replace("(", "%28").replace(")", "%29").replace("*", "%2A")


def _is_address(written: str) -> bool:
    """Whether it is http(s) to a named host, so that a link says where it leads."""
    if len(written) > LINK or not written.isascii() or re.search(r"[\s<>\\`\"'\[\]{}|^]", written):
        return False
    try:
        parts = urlsplit(written)
    except ValueError:
        return False
    return parts.scheme.lower() in {"https", "http"} and bool(_HOST.fullmatch(parts.netloc.lower()))


def form_values(kind: Kind, item: Mapping[str, Any], source: str) -> dict[str, str]:
    """What a form holds that opens on a question: the other way round from read_form."""
    return {"prompt": str(item.get("prompt", "")), "link": source, **FORM_KINDS[kind].values(item)}


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
    least = KINDS[item.kind].least
    if not least <= len(prompt) <= PROMPT:
        raise UnfitError(f"Its prompt has {len(prompt):,} characters; {least} to {PROMPT} are allowed.")
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
        losses.append(f"The limit is six key points of {POINT} characters.")
    if item.tests or item.solution:
        losses.append("Its tests and solution: files to run come from the bank alone.")
    model = within(item.model_answer, MODEL, "model answer")
    kept = replace(
        item,
        topic=topic,
        prompt=prompt,
        options=options,
        rubric=rubric,
        accepted=tuple(map(clean_line, item.accepted)),
        back=clean(item.back) if item.back else None,
        model_answer=model or None,
        hint=within(item.hint, HINT, "hint") or None,
        explanation=within(item.explanation, EXPLANATION, "explanation"),
        starter=_code(item.starter, losses),
        tests=None,
        solution=None,
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
    KINDS[kept.kind].fits(kept)
    return kept, tuple(dict.fromkeys(losses))


def leaf_or_why(topics: TopicTree, topic: str) -> str:
    """What to do about a topic that no question can stand under; an empty text where one can."""
    if topic not in topics:
        near = topics.nearest(topic)
        hint = f" Did you mean {near[0]}?" if near else ""
        return f"There is no topic “{topic[:60]}”.{hint}"
    if not topics.get(topic).is_leaf:
        return f"“{topics.get(topic).title}” has topics below it. Choose one of them, such as {topics.leaves(topic)[0]}."
    return ""


def _topic(item: Item, topics: TopicTree, fallback: str, losses: list[str]) -> str:
    if not leaf_or_why(topics, item.topic):
        return item.topic
    if not fallback:
        why = "It names no topic." if item.topic == "imported" else leaf_or_why(topics, item.topic)
        raise UnfitError(f"{why} Choose one in the form, for questions without one.")
    if item.topic != "imported":
        losses.append(f"It was put under {fallback}: there is no topic {item.topic[:60]} to ask it in.")
    return fallback


def _code(code: str | None, losses: list[str]) -> str | None:
    if code is not None and len(code) > CODE:
        losses.append(f"Its code is longer than {CODE:,} characters.")
        return None
    return code
