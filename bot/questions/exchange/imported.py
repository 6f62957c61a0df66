"""What reading or writing a foreign format comes to: items, and what is to be said about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.chat.words import counted
from bot.questions.model import Item

KNOWN = "CSV, .xlsx, GIFT, Moodle XML, QTI, Anki, Aiken, JSONL and our YAML"
"""The formats that are read, in the words of a sentence."""
NOWHERE = "imported"
"""The topic of an item whose file doesn't name one; its ids run imported.q01, imported.q02, ..."""
TOPIC_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*){0,4}")
ITEM_ID = re.compile(TOPIC_ID.pattern + r"\.q[0-9]{2,3}")
MOST = 999
"""So many questions one text may hold: as many as one topic has numbers for."""
MOST_CHARACTERS = 2_000_000
"""A longer text is not read."""
MOST_ERRORS = 100
"""After so many errors a text is read no further: it is another format, or made to be slow."""
_FIRST = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*+<(?:[\w.-]+:)?([\w.-]+)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to know about a text: an error kept a question from being read; else something was left behind.

    line counts from 1; in a report on writing it is the item's own line.
    """

    line: int
    message: str
    is_error: bool = True


@dataclass(frozen=True, slots=True)
class Imported:
    """The questions of a text in its order, its problems in the order of lines, and how many rows were not taken.

    Each row or question of the text is taken, refused with an error on its line, or unread: none is left out of these numbers.

    Items that a format can't hold in full have gaps: options without feedback hold "", a missing topic is
    "imported", a missing status is draft. Ids are unique within the text. ``counts`` is what a place's number counts.
    """

    items: tuple[Item, ...]
    problems: tuple[Problem, ...]
    refused: int = 0
    unread: int = 0
    counts: str = "line"

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.is_error)

    @property
    def losses(self) -> tuple[Problem, ...]:
        """What could not be carried over from questions that were read."""
        return tuple(problem for problem in self.problems if not problem.is_error)


@dataclass(frozen=True, slots=True)
class Exported:
    """A text (bytes for a packed format), how many items stand in it, and what it leaves behind, with their ids."""

    content: bytes
    items: int
    losses: tuple[str, ...]


def held(
    items: Iterable[Item],
    losses: list[str],
    why_not: Callable[[Item], str],
    without: Callable[[Item], Sequence[str]],
) -> Iterator[Item]:
    """The items that a format can hold. To the losses is added which it can't and why, and what the others go ``without``."""
    for item in items:
        if reason := why_not(item):
            losses.append(f"{item.id}: left out; {reason}.")
            continue
        if missing := without(item):
            losses.append(f"{item.id}: without {', '.join(missing)}.")
        yield item


def nothing(why: str) -> Imported:
    """What a text comes to of which nothing can be read."""
    return Imported((), (Problem(1, why),))


def numbered(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items with sound ids, each once: an id that is missing, odd or taken becomes the next number of its topic."""
    kept = list(items)
    taken = {item.id for item in kept if ITEM_ID.fullmatch(item.id)}
    seen: set[str] = set()
    for place, item in enumerate(kept):
        topic = item.topic if TOPIC_ID.fullmatch(item.topic) else NOWHERE
        name = item.id
        if not ITEM_ID.fullmatch(name) or name in seen:
            name = next(one for number in range(1, MOST + 1) if (one := f"{topic}.q{number:02}") not in taken)
        seen.add(name)
        taken.add(name)
        kept[place] = replace(item, id=name, topic=topic)
    return tuple(kept)


@dataclass(slots=True)
class Reading:
    """What a text has brought so far: a reader asks ``ends`` of each of its questions, and takes or refuses it if not.

    Where a package holds several files, ``inside`` is the name of the one that is read.
    """

    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: int = 0
    errors: int = 0
    unread: int = 0
    inside: str = ""

    def take(self, item: Item) -> None:
        """A question was read."""
        self.items.append(item)
        bare = sum(not option.feedback for option in item.options)
        if bare:
            what = counted(bare, "option has", "options have")
            self.lose(item.place.line, f"{what} no feedback. Say of each why it is right or wrong.")

    def lose(self, line: int, message: str) -> None:
        """Something that a read question leaves behind, or still needs."""
        self.problems.append(self._placed(Problem(line, message, is_error=False)))

    def fault(self, line: int, message: str) -> None:
        """What keeps a whole text, and none of its questions alone, from being read."""
        self.problems.append(self._placed(Problem(line, message)))
        self.errors += 1

    def refuse(self, *problems: Problem) -> None:
        """A question could not be read, or was left out."""
        self.problems += map(self._placed, problems)
        self.refused += 1
        self.errors += sum(problem.is_error for problem in problems)

    def ends(self, line: int) -> bool:
        """Whether the question on this line is not read any more: then it is counted, and said of the first of them."""
        if not self.unread:
            if len(self.items) + self.refused >= MOST:
                why = f"{MOST} questions in one text are the most. Split it."
            elif self.errors >= MOST_ERRORS:
                why = f"there are {MOST_ERRORS} errors above. Mend them first."
            else:
                return False
            self.problems.append(self._placed(Problem(line, f"From here on nothing was read: {why}")))
        self.unread += 1
        return True

    def _placed(self, problem: Problem) -> Problem:
        return replace(problem, message=f"In {self.inside}: {problem.message}") if self.inside else problem

    def done(self) -> Imported:
        """The questions, with sound ids, and the problems."""
        return Imported(numbered(self.items), tuple(self.problems), self.refused, self.unread)


def root_name(text: str) -> str:
    """The name of an XML text's first element, without a prefix; "" where the text doesn't begin as XML."""
    found = _FIRST.match(text[:4000])
    return found[1] if found else ""
