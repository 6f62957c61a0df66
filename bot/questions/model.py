"""What the bank holds: items, their parts, references, and the bank itself. Plain frozen data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.questions.topics import Topic, TopicTree


class Kind(StrEnum):
    """How an item is asked and answered; the values are the ones written in the files, what they mean is in kinds/."""

    OPEN = "open"
    BEHAVIORAL = "behavioral"
    CODE = "code"
    MOCK = "mock"
    SINGLE = "single"
    MULTI = "multi"
    TF_REASON = "tf_reason"
    ORDER = "order"
    MATCH = "match"
    NUMERIC = "numeric"
    SHORT = "short"
    RECALL = "recall"


class Status(StrEnum):
    """Where an item stands: only live ones are asked."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    LIVE = "live"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """Where an item is written: the file, relative to the bank's folder, and its first line (from 1)."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a question with options, and what a reader is told who picks it."""

    text: str
    correct: bool
    feedback: str
    misconception: str | None = None


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """One point a good answer makes; weight 1 to 3."""

    point: str
    weight: int


@dataclass(frozen=True, slots=True)
class Cite:
    """A reference's key, and where in the source to look."""

    key: str
    where: str | None = None


@dataclass(frozen=True, slots=True)
class NumericAnswer:
    """The value of a numeric item, None where a formula gives it; right within plus or minus tolerance."""

    value: float | None
    tolerance: float = 0.0
    unit: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """A name in a seeded item's prompt and formula, with the values it may take."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class MockRound:
    """One timed part of a mock interview's script."""

    minutes: int
    ask: str
    follow_ups: tuple[str, ...] = ()
    look_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Excuse:
    """An author's reason why a warning of one rule is fine on this item."""

    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Item:
    """One question with everything known about it; fields that its kind doesn't use are empty."""

    id: str
    topic: str
    kind: Kind
    prompt: str
    place: SourcePlace
    difficulty: int = 3
    phase: str | None = None
    hint: str | None = None
    options: tuple[Option, ...] = ()
    statement_is: bool | None = None
    sequence: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    answer: NumericAnswer | None = None
    variables: tuple[Variable, ...] = ()
    formula: str | None = None
    accepted: tuple[str, ...] = ()
    back: str | None = None
    starter: str | None = None
    tests: str | None = None
    solution: str | None = None
    rubric: tuple[KeyPoint, ...] = ()
    model_answer: str | None = None
    follow_ups: tuple[str, ...] = ()
    rounds: tuple[MockRound, ...] = ()
    explanation: str = ""
    references: tuple[Cite, ...] = ()
    author: str = ""
    reviewed_by: tuple[str, ...] = ()
    reviewed: date | None = None
    review_by: date | None = None
    status: Status = Status.LIVE
    replaced_by: str | None = None
    shuffle: bool = True
    tags: tuple[str, ...] = ()
    lint_ok: tuple[Excuse, ...] = ()

    @property
    def is_live(self) -> bool:
        return self.status is Status.LIVE


@dataclass(frozen=True, slots=True)
class Reference:
    """A source that items cite by key; id_check says how sure its id or address is."""

    key: str
    title: str
    authors: str
    year: int
    url: str
    id_check: str


class UnknownItem(KeyError):  # noqa: N818 - it reads as the sentence it stands for
    """The bank holds no item with this id: it was never there, or its file was taken away."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Bank:
    """All items in file order, the topic tree they hang on, and the references they cite; what shows one shows no item.

    References may be empty: a small bank needs none, so look keys up with `references.get(key)`.
    """

    items: tuple[Item, ...]
    topics: TopicTree
    references: Mapping[str, Reference]
    _by_id: Mapping[str, Item] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {item.id: item for item in self.items})

    def item(self, item_id: str) -> Item:
        """The item of this id, whatever its status. Raises UnknownItem."""
        try:
            return self._by_id[item_id]
        except KeyError:
            raise UnknownItem(item_id) from None

    def find(self, item_id: str) -> Item | None:
        """The same, None where there is no such item."""
        return self._by_id.get(item_id)

    def live(self, kinds: Iterable[Kind] = tuple(Kind)) -> tuple[Item, ...]:
        """Live items of these kinds, in file order."""
        wanted = frozenset(kinds)
        return tuple(item for item in self.items if item.is_live and item.kind in wanted)

    def under(self, topic_ids: Iterable[str]) -> tuple[Item, ...]:
        """All items on or below the given nodes, of any status, each once, in file order.

        Raises UnknownTopic for an id that is not in the tree.
        """
        leaves = frozenset(leaf for topic_id in topic_ids for leaf in self.topics.leaves(topic_id))
        return tuple(item for item in self.items if item.topic in leaves)

    def root(self, item: Item) -> Topic:
        """The topmost topic that the item lies under."""
        return self.topics.root_of(item.topic)
