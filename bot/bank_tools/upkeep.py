"""Rules on what stands behind an item: its sources, its readers, its age, and a seeded item's formula."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from bot.bank_tools.flaws import Flaw, error, warning
from bot.questions.formula import FormulaError, distinct_answers, names_in
from bot.questions.model import DISCUSSION_KINDS, Item, Kind, Reference
from bot.questions.topics import Topic

STABLE_DAYS = 365
VOLATILE_DAYS = 90
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")
_FEWEST_ANSWERS = 8


def naming(item: Item) -> Iterator[Flaw]:
    """An id is its topic's id and a number, so that one can be found from the other."""
    if item.id.rpartition(".")[0] != item.topic:
        message = f"The id must be the topic's id and a number: {item.topic}.q01."
        yield error("id", message, "id")


def references(item: Item, known: Mapping[str, Reference] | None) -> Iterator[Flaw]:
    """Keys exist, and a live item's papers have confirmed ids; without a list of references only keys' form counts.

    A paper is a reference whose address is arXiv's; any other is a web document, whose check is a note.
    """
    for place, cite in enumerate(item.references):
        if known is None:
            if not _KEY.fullmatch(cite.key):
                message = f"“{cite.key}” isn't a key. Use lowercase words with hyphens, like hooke-1665."
                yield error("reference", message, "references", place)
        elif cite.key not in known:
            message = f"There is no reference “{cite.key}” in references.yaml. Add it there, or cite one that exists."
            yield error("reference", message, "references", place)
        elif (
            item.is_live and known[cite.key].id_check != "title+id" and "//arxiv.org/" in known[cite.key].url
        ):
            message = f"The id of “{cite.key}” isn't confirmed. Confirm it in references.yaml, or cite another source."
            yield error("reference", message, "references", place)


def readers(item: Item, topic: Topic) -> Iterator[Flaw]:
    """A live item was read by someone besides its author; on a volatile topic by two."""
    own = item.author.strip().casefold()
    others = {name.strip().casefold() for name in item.reviewed_by if name.strip()} - {own}
    needed = 2 if topic.volatile else 1
    if item.is_live and len(others) < needed:
        message = f"{len(others)} besides its author have read it; a live item here needs {needed}. Add to reviewed_by."
        yield error("two-reader", message, "reviewed_by")


def freshness(item: Item, topic: Topic, today: date) -> Iterator[Flaw]:
    """A live item is read again in time: within 90 days (or as the topic says) where it is volatile, else 365."""
    if not item.is_live:
        return
    days = topic.review_every_days or (VOLATILE_DAYS if topic.volatile else STABLE_DAYS)
    latest = item.reviewed + timedelta(days=days) if item.reviewed else None
    if item.review_by is None and topic.volatile:
        by = f"{latest or today + timedelta(days=days)}"
        yield error("stale", f"This topic still changes. Add review_by, at the latest {by}.", "review_by")
    elif item.review_by and latest and item.review_by > latest:
        message = f"review_by is later than {days} days after the last review. Set it to {latest} or before."
        yield error("stale", message, "review_by")
    due = item.review_by or latest
    if due is not None and due < today:
        yield error(
            "stale", f"It was due to be read again by {due}. Read it, then renew reviewed.", "review_by"
        )


def completeness(item: Item) -> Iterator[Flaw]:
    """What a member meets around a discussion item: a hint, and key points to compare with."""
    if item.is_live and item.kind in DISCUSSION_KINDS:
        if item.hint is None:
            yield warning("hint", "There is no hint. Add one that points the way and gives nothing away.")
        if not item.rubric:
            yield warning(
                "key-points", "There is no rubric, so nothing to compare with. Add three to six points."
            )


def template(item: Item) -> Iterator[Flaw]:
    """A numeric item has a value, or a formula whose variables the prompt names and that gives enough answers."""
    if item.kind is not Kind.NUMERIC:
        return
    if item.formula is None:
        if item.variables:
            yield error(
                "template", "There are variables but no formula. Add one, or take them away.", "variables"
            )
        if item.answer is None or item.answer.value is None:
            yield error("template", "There is no answer. Add answer: {value: ...}, or a formula.", "answer")
        return
    try:
        used = names_in(item.formula)
        yield from _names(item, used)
        found = distinct_answers(item.formula, item.variables)
    except FormulaError as problem:
        yield error("template", str(problem), "formula")
        return
    if found < _FEWEST_ANSWERS:
        message = (
            f"The variables give {found} different answers; {_FEWEST_ANSWERS} are the least. Add values."
        )
        yield warning("template", message, "variables")


def _names(item: Item, used: frozenset[str]) -> Iterator[Flaw]:
    known = {variable.name for variable in item.variables}
    shown = set(_PLACEHOLDER.findall(item.prompt))
    for name in sorted(shown - known):
        yield error("template", f"The prompt shows {{{name}}}, which isn't among the variables.", "prompt")
    for name in sorted((used & known) - shown):
        yield error(
            "template", f"The formula uses {name}, which the prompt doesn't show. Add {{{name}}}.", "prompt"
        )
    for name in sorted(known - used) if used <= known else ():
        yield warning(
            "template",
            f"The variable {name} doesn't change the answer. Use it, or take it away.",
            "variables",
        )
