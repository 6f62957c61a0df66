"""Rules on what stands behind an item: its sources, its readers, its age."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from bot.questions.findings import Flaw, error
from bot.questions.model import Item, Reference
from bot.questions.topics import Topic

STABLE_DAYS = 365
VOLATILE_DAYS = 90
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


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
