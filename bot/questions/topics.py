"""The topic tree: nodes in reading order, and finding them by whatever name someone types."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

SEPARATOR = " › "


@dataclass(frozen=True, slots=True)
class Topic:
    """One node of the tree; items belong to leaves.

    review_every_days and targets (wanted items by kind) are editors' data and may be absent.
    """

    id: str
    title: str
    parent: str | None
    phase: str | None
    aliases: tuple[str, ...]
    volatile: bool
    is_leaf: bool
    review_every_days: int | None = None
    targets: tuple[tuple[str, int], ...] = ()


class UnknownTopic(ValueError):  # noqa: N818 - it reads as the sentence it stands for
    """No topic has this id, title or alias; `nearest` are the names that look most like it, best first."""

    def __init__(self, text: str, nearest: tuple[str, ...]) -> None:
        hint = f" Did you mean {' or '.join(nearest)}?" if nearest else ""
        super().__init__(f"There is no topic “{text}”.{hint}")
        self.text = text
        self.nearest = nearest


def name_key(text: str) -> str:
    """What counts of a name: its letters and digits, whatever their case ("Mech. Interp" = "mech-interp")."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())


class TopicTree:
    """The nodes in reading order, each parent before its children, with unique ids.

    Built from such a sequence; raises ValueError for a second node of one id or an unknown parent.
    """

    __slots__ = ("_by_id", "_children", "_names", "_order", "_spelling")

    def __init__(self, topics: Iterable[Topic]) -> None:
        self._by_id: dict[str, Topic] = {}
        self._children: dict[str | None, list[str]] = {None: []}
        for topic in topics:
            if topic.id in self._by_id or topic.parent not in self._children:
                raise ValueError(f"The topic {topic.id} stands twice, or before its parent.")
            self._by_id[topic.id] = topic
            self._children[topic.id] = []
            self._children[topic.parent].append(topic.id)
        self._order = {topic_id: place for place, topic_id in enumerate(self._by_id)}
        self._names: dict[str, list[str]] = {}
        self._spelling: dict[str, str] = {}
        for topic in self:
            for name in (topic.title, *topic.aliases):
                key = name_key(name)
                self._spelling.setdefault(key, name)
                if topic.id not in self._names.setdefault(key, []):
                    self._names[key].append(topic.id)

    def __iter__(self) -> Iterator[Topic]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, topic_id: object) -> bool:
        return topic_id in self._by_id

    @property
    def roots(self) -> tuple[Topic, ...]:
        return self.children(None)

    def children(self, topic_id: str | None) -> tuple[Topic, ...]:
        """The nodes directly under one (None: the roots), in reading order. Raises UnknownTopic."""
        if topic_id not in self._children:
            raise self._unknown(str(topic_id))
        return tuple(self._by_id[child] for child in self._children[topic_id])

    def get(self, topic_id: str) -> Topic:
        """The node of exactly this id. Raises UnknownTopic."""
        try:
            return self._by_id[topic_id]
        except KeyError:
            raise self._unknown(topic_id) from None

    def leaves(self, topic_id: str | None = None) -> tuple[str, ...]:
        """Ids of the leaves under a node in reading order; a leaf's own id; for None all. Raises UnknownTopic."""
        if topic_id is not None and self.get(topic_id).is_leaf:
            return (topic_id,)
        return tuple(leaf for child in self.children(topic_id) for leaf in self.leaves(child.id))

    def lineage(self, topic_id: str) -> tuple[Topic, ...]:
        """The nodes from the root down to this one. Raises UnknownTopic."""
        topic = self.get(topic_id)
        return (topic,) if topic.parent is None else (*self.lineage(topic.parent), topic)

    def root_of(self, topic_id: str) -> Topic:
        """The topmost node above this one. Raises UnknownTopic."""
        return self.lineage(topic_id)[0]

    def path(self, topic_id: str) -> str:
        """The titles from the root down, for people: "Constitutional AI › Training pipeline › ..."; or as `title`."""
        known = topic_id in self
        return SEPARATOR.join(topic.title for topic in self.lineage(topic_id)) if known else topic_id

    def title(self, topic_id: str) -> str:
        """What a node is called; an id that is no longer one stands for itself."""
        return self._by_id[topic_id].title if topic_id in self else topic_id

    def order(self, topic_id: str) -> int:
        """The node's place in reading order, so that neighbours have near numbers. Raises UnknownTopic."""
        return self._order[self.get(topic_id).id]

    def resolve(self, text: str) -> tuple[str, ...]:
        """Ids of the nodes that a typed name means, in reading order; none lies under another of them.

        An id means its node alone. A title or alias may mean several nodes. Failing both, the last part of
        an id is taken as a name. Case, blanks and punctuation don't count. Raises UnknownTopic.
        """
        typed = text.strip()
        if typed.casefold() in self._by_id:
            return (typed.casefold(),)
        key = name_key(typed)
        found = self._names.get(key) or [
            topic.id
            for topic in self
            if key and key in {name_key(topic.id), name_key(topic.id.split(".")[-1])}
        ]
        if not found:
            raise self._unknown(text)
        return tuple(one for one in found if not any(one.startswith(other + ".") for other in found))

    def search(self, prefix: str, limit: int = 25) -> tuple[Topic, ...]:
        """Nodes that fit what has been typed so far, best first: for completion.

        A whole name stands before the beginning of one, that before the beginning of a later word, that before
        a part of a word; equals stand from the top of the tree down. An empty prefix gives the roots.
        """
        key = name_key(prefix)
        if not key:
            return self.roots[:limit]
        ranked = sorted(
            (rank, topic.id.count("."), self._order[topic.id])
            for topic in self
            if (rank := _fit(key, topic)) is not None
        )
        ids = tuple(self._by_id)
        return tuple(self._by_id[ids[place]] for _, _, place in ranked[:limit])

    def nearest(self, text: str) -> tuple[str, ...]:
        """Up to three ids, titles or aliases that look most like the text, best first."""
        import difflib  # names that nobody knows are rare

        known = self._spelling | {name_key(topic_id): topic_id for topic_id in self._by_id}
        near = difflib.get_close_matches(name_key(text), known, n=3, cutoff=0.6)
        return tuple(known[key] for key in near)

    def _unknown(self, text: str) -> UnknownTopic:
        return UnknownTopic(text, self.nearest(text))


@dataclass(frozen=True, slots=True)
class _Name:
    """A name prepared for completion: all of it, what begins at each later word, and its words."""

    whole: str
    tails: tuple[str, ...]
    words: tuple[str, ...]


@lru_cache(4096)
def _prepared(name: str) -> _Name:
    words = tuple(name_key(word) for word in re.split(r"[\W_]+", name) if word)
    return _Name("".join(words), tuple("".join(words[place:]) for place in range(1, len(words))), words)


def _fit(key: str, topic: Topic) -> int | None:
    """How well a typed beginning fits the best of a node's names: 0 is whole, 3 inside a word, None not at all."""
    names = [_prepared(name) for name in (topic.title, topic.id, topic.id.split(".")[-1], *topic.aliases)]
    fits = (
        any(name.whole == key for name in names),
        any(name.whole.startswith(key) for name in names),
        any(tail.startswith(key) for name in names for tail in name.tails),
        any(key in word for name in names for word in name.words),
    )
    return fits.index(True) if True in fits else None
