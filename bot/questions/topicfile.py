"""Reading topics.yaml: a list of nodes in reading order, whose dotted ids say what lies under what."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.questions.model import Kind
from bot.questions.topics import Topic
from bot.questions.yaml_core import Document

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*")
_FIELDS = {"id", "title", "phase", "aliases", "volatile", "review_every_days", "targets"}
_LONGEST_TITLE = 60


class TopicsError(ValueError):
    """topics.yaml doesn't describe a tree; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def read_topics(document: Document) -> tuple[Topic, ...]:
    """The nodes of a topics.yaml, parents before children. Raises TopicsError at the first that is wrong."""
    top = document.value if isinstance(document.value, dict) else {}
    entries = top.get("topics")
    if not isinstance(entries, list) or not entries:
        raise TopicsError(1, "Begin this file with “topics:” and a list of them below.")
    raws: dict[str, Mapping[str, object]] = {}
    for index, raw in enumerate(entries):
        line = document.line(("topics", index))
        topic_id = _sound(raw, line)
        if topic_id in raws:
            raise TopicsError(line, f"The topic “{topic_id}” stands twice. Keep one of them.")
        if later := next((known for known in raws if known.startswith(topic_id + ".")), None):
            raise TopicsError(
                line, f"The topic “{topic_id}” must stand before “{later}”, which lies under it."
            )
        raws[topic_id] = raw
    parents = {topic_id: _parent(topic_id, raws) for topic_id in raws}
    built: dict[str, Topic] = {}
    for topic_id, raw in raws.items():
        parent = parents[topic_id]
        above = built[parent] if parent is not None else None
        built[topic_id] = _topic(topic_id, raw, above, is_leaf=topic_id not in parents.values())
    return tuple(built.values())


def _sound(raw: object, line: int) -> str:
    """The id of a node whose fields have the right form. Raises TopicsError."""
    if (
        not isinstance(raw, dict)
        or not isinstance(raw.get("id"), str)
        or not isinstance(raw.get("title"), str)
    ):
        raise TopicsError(line, "A topic needs an id and a title.")
    topic_id: str = raw["id"]
    if not _ID.fullmatch(topic_id):
        raise TopicsError(
            line, f"The id “{topic_id}” must be lowercase words with dots between, like optics.lenses."
        )
    if unknown := sorted(set(raw) - _FIELDS):
        raise TopicsError(
            line, f"The field “{unknown[0]}” isn't known here. Known are {', '.join(sorted(_FIELDS))}."
        )
    if not 0 < len(raw["title"]) <= _LONGEST_TITLE:
        raise TopicsError(line, f"The title of “{topic_id}” must have 1 to {_LONGEST_TITLE} characters.")
    aliases = raw.get("aliases", [])
    if not isinstance(aliases, list) or not all(
        isinstance(alias, str) and alias.strip() for alias in aliases
    ):
        raise TopicsError(
            line, f"The aliases of “{topic_id}” must be a list of names: [RLHF, human feedback]."
        )
    if not isinstance(raw.get("volatile", False), bool) or not isinstance(raw.get("phase", ""), str):
        raise TopicsError(line, f"In “{topic_id}”, volatile must be true or false, and phase a name.")
    days = raw.get("review_every_days", 1)
    if isinstance(days, bool) or not isinstance(days, int) or days < 1:
        raise TopicsError(line, f"review_every_days of “{topic_id}” must be a whole number of days.")
    _check_targets(topic_id, raw.get("targets", {}), line)
    return topic_id


def _check_targets(topic_id: str, targets: object, line: int) -> None:
    kinds = set(Kind)
    if not isinstance(targets, dict) or not all(
        kind in kinds and isinstance(count, int) and count >= 0 for kind, count in targets.items()
    ):
        raise TopicsError(
            line, f"targets of “{topic_id}” must be counts by kind, like {{open: 3, single: 5}}."
        )


def _parent(topic_id: str, known: Mapping[str, object]) -> str | None:
    """The longest id that starts this one at a dot."""
    while "." in topic_id:
        topic_id = topic_id.rpartition(".")[0]
        if topic_id in known:
            return topic_id
    return None


def _topic(topic_id: str, raw: Mapping[str, object], above: Topic | None, *, is_leaf: bool) -> Topic:
    phase, days = raw.get("phase"), raw.get("review_every_days")
    aliases, targets = raw.get("aliases", []), raw.get("targets", {})
    assert isinstance(aliases, list)
    assert isinstance(targets, dict)
    return Topic(
        id=topic_id,
        title=str(raw["title"]),
        parent=above.id if above else None,
        phase=str(phase) if phase is not None else above.phase if above else None,
        aliases=tuple(aliases),
        volatile=bool(raw.get("volatile", False)),
        is_leaf=is_leaf,
        review_every_days=days if isinstance(days, int) else None,
        targets=tuple(targets.items()),
    )
