"""Answers as other formats have them, as ours: one rule for all of these on what counts as right, which is never guessed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.questions.exchange.html_text import words_of
from bot.questions.exchange.imported import NOWHERE, TOPIC_ID, Problem, Reading
from bot.questions.kinds import DISCUSSION_KINDS
from bot.questions.model import Item, Kind, NumericAnswer, Option

NO_PICTURES = "It has a picture or a sound, and none is imported. Say in words what is to be seen or heard."


class UnreadableError(ValueError):
    """A question that its file or this bank can't hold; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One of a file's answers: the share of the points that it brings, in percent, and what is said to whoever gives it."""

    words: str
    share: float
    feedback: str = ""


@dataclass(slots=True)
class Texts:
    """The texts of one question, and what it leaves behind."""

    losses: list[str] = field(default_factory=list)

    def asked(self, html: str) -> str:
        """A text that the answer hangs on. Raises UnreadableError where something in it can't be shown."""
        words = words_of(html)
        if words.missing:
            raise UnreadableError(NO_PICTURES)
        return words.text

    def told(self, html: str) -> str:
        """A text that is read after the answer: what can't be shown is missing."""
        words = words_of(html)
        if words.missing:
            self.lose("A picture or sound in its feedback or explanation is missing.")
        return words.text

    def lose(self, message: str) -> None:
        """Something that the question leaves behind, said once."""
        if message not in self.losses:
            self.losses.append(message)


def take_or_refuse(read: Reading, line: int, made: Callable[[Texts], Item]) -> None:
    """Take the question that is made, with what it leaves behind; refuse it where that raises UnreadableError."""
    texts = Texts()
    try:
        item = made(texts)
    except UnreadableError as error:
        read.refuse(Problem(line, str(error)))
        return
    for loss in texts.losses:
        read.lose(line, loss)
    read.take(item)


def with_options(item: Item, answers: Sequence[Answer], texts: Texts, mend: str, *, one: bool) -> Item:
    """The item as a choice. Where ``one`` may be chosen, a share of the points makes no other right; else all with points are.

    Raises:
        UnreadableError: which of them are right isn't sure, and ``mend`` says what to do.
    """
    if not all(answer.words for answer in answers):
        raise UnreadableError("An option has no words.")
    right = [answer.share >= 100 if one else answer.share > 0 for answer in answers]
    if not any(right):
        raise UnreadableError(f"No option is right. {mend}")
    if one and sum(right) > 1:
        raise UnreadableError(f"Two options are right, and one may be chosen. {mend}")
    total = sum(max(0.0, answer.share) for answer in answers)
    if not one and abs(total - 100) > 1:
        raise UnreadableError(f"The shares of the right options are {total:g}% together, not 100%. {mend}")
    for answer in answers:
        if one and 0 < answer.share < 100:
            texts.lose(f"“{answer.words[:40]}” brings {answer.share:g}% in its file, and nothing here.")
    kind = Kind.MULTI if sum(right) > 1 else Kind.SINGLE
    options = (Option(each.words, good, each.feedback) for each, good in zip(answers, right, strict=True))
    return replace(item, kind=kind, options=tuple(options))


def true_or_false(item: Item, is_true: bool, on_true: str, on_false: str) -> Item:
    """The item as a choice of two, with what is said to whoever chooses each."""
    options = (Option("True", is_true, on_true), Option("False", not is_true, on_false))
    return replace(item, kind=Kind.SINGLE, options=options, shuffle=False)


def number_of(numbers: Iterable[tuple[float, NumericAnswer]], texts: Texts) -> NumericAnswer:
    """The one number that brings all points, from each one's share in percent. Raises UnreadableError where it isn't one."""
    kept = list(numbers)
    full = list(dict.fromkeys(number for share, number in kept if share >= 100))
    if len(full) != 1:
        raise UnreadableError(f"{len(full) or 'None'} of its numbers bring all points; one can be asked for.")
    if len(kept) > 1:
        texts.lose("Only the number that brings all points was kept.")
    return full[0]


def between(low: float, high: float, value: float | None = None) -> NumericAnswer:
    """The number in the middle of two bounds, which is the value itself where only its last digits were rounded.

    Raises:
        UnreadableError: there is nothing between the bounds.
    """
    if high < low or not math.isfinite(high - low):
        raise UnreadableError(f"No number lies between {low:g} and {high:g}.")
    middle, within = float(f"{low / 2 + high / 2:.12g}"), float(f"{(high - low) / 2:.12g}")
    is_it = value is not None and math.isclose(value, middle, rel_tol=1e-9, abs_tol=1e-12)
    return NumericAnswer(value if is_it else middle, within)


def typed_in(item: Item, answers: Iterable[Answer], texts: Texts) -> Item:
    """The item with the typed answers that bring all points. In Moodle's a star stands for any words, and one after a backslash for itself.

    Raises:
        UnreadableError: none brings all points, or words that aren't written down do.
    """
    accepted = []
    for answer in answers:
        if answer.feedback:
            texts.lose("The feedback on its typed answers was left out.")
        if answer.share >= 100 and re.search(r"(?<!\\)\*", answer.words):
            raise UnreadableError(
                "It accepts any words where “*” stands. Write down each answer that is right."
            )
        if answer.share >= 100:
            accepted.append(answer.words.replace(r"\*", "*"))
        elif answer.share > 0:
            texts.lose(f"“{answer.words[:40]}” brings {answer.share:g}% in its file, and nothing here.")
    if not any(accepted):
        raise UnreadableError("No typed answer brings all points.")
    return replace(item, kind=Kind.SHORT, accepted=tuple(dict.fromkeys(filter(None, accepted))))


def pairs_of(pairs: Iterable[tuple[str, str]], texts: Texts) -> tuple[tuple[str, str], ...]:
    """The pairs; a right side without a left one is a wrong one to choose from, and is left out. Raises UnreadableError."""
    kept = list(pairs)
    if not all(right for _, right in kept):
        raise UnreadableError("A match needs both sides.")
    if any(not left for left, _ in kept):
        texts.lose("Right sides that belong to nothing were left out.")
    return tuple((left, right) for left, right in kept if left)


def topic_of(path: str) -> str:
    """The last part of a category's path that is a topic's id: "$course$/top/optics.lenses"."""
    parts = [re.sub(r"[\s_]+", "-", part.strip().lower()) for part in path.split("/")]
    return next((part for part in reversed(parts) if TOPIC_ID.fullmatch(part)), NOWHERE)


def marks_for(item: Item) -> list[str]:
    """What our exports write as tags where a format has no place for it: "kind.order", "difficulty.4"."""
    marks = [f"kind.{item.kind}", f"difficulty.{item.difficulty}"]
    if item.phase:
        marks.append(f"phase.{item.phase}")
    if item.statement_is is not None:
        marks.append(f"statement.{str(item.statement_is).lower()}")
    return marks


def marks_of(tags: Iterable[str]) -> dict[str, str]:
    """What such tags say, by name."""
    return {name.strip(): rest.strip() for name, _, rest in (tag.partition(".") for tag in tags)}


def marked(item: Item, marks: Mapping[str, str]) -> Item:
    """The item with what its marks say of it, as far as it fits."""
    kind = marks.get("kind", "")
    grade = marks.get("difficulty", "")
    item = replace(
        item, difficulty=int(grade) if grade in set("12345") else item.difficulty, phase=marks.get("phase")
    )
    match item.kind, kind:
        case Kind.OPEN, _ if kind in DISCUSSION_KINDS:
            return replace(item, kind=Kind(kind))
        case Kind.SINGLE, "multi":
            return replace(item, kind=Kind.MULTI)
        case Kind.MATCH, "order":
            return replace(item, kind=Kind.ORDER, sequence=tuple(right for _, right in item.pairs), pairs=())
        case Kind.SINGLE, "tf_reason" if marks.get("statement") in {"true", "false"}:
            return replace(item, kind=Kind.TF_REASON, statement_is=marks["statement"] == "true")
    return item


def slugs(tags: Iterable[str]) -> tuple[str, ...]:
    """Other formats' tags as ours are written; those without a letter of ours are left out."""
    found = (re.sub(r"[^a-z0-9]+", "-", tag.lower()).strip("-") for tag in tags)
    return tuple(dict.fromkeys(filter(None, found)))
