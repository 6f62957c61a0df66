"""From a handed-in text to questions that a group may take: read, held to the bounds, without those it has."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.chat.words import clean, typed
from bot.features.custom_questions.rules import MOST_AT_ONCE, fitted
from bot.questions.exchange import read_any
from bot.questions.exchange.imported import MOST_ERRORS
from bot.questions.exchange.yaml_ import raw_item
from bot.questions.kinds.kind import UnfitError
from bot.questions.model import Item
from bot.questions.topics import TopicTree

MOST_JSON = 30_000
"""The most characters of one question as it is kept."""


class UnreadableError(ValueError):
    """A file is no text; the message tells a member what to do."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What an import would bring: items as the table keeps them, problems with their lines, and how many were known."""

    items: tuple[Mapping[str, Any], ...]
    problems: tuple[str, ...]
    doubles: int


NOTHING = Intake((), (), 0)


def text_of(data: bytes) -> str:
    """A file's text: UTF-8, or UTF-16 where it says so.

    Raises:
        UnreadableError: it is neither.
    """
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError("This file is not UTF-8 text. Save it as UTF-8 and attach it again.") from None


def key_of(prompt: str) -> str:
    """What two prompts share that ask the same: their words, whatever their case and spaces."""
    return " ".join(clean(prompt).casefold().split())


def take_in(
    text: str,
    name: str,
    topics: TopicTree,
    references: Collection[str],
    fallback: str,
    known: Collection[str],
    room: int,
) -> Intake:
    """Read a text of any known format. Never raises for what stands in it.

    Args:
        text: what was pasted, or a file's content.
        name: the file's name, "" for a pasted text.
        topics: the bank's.
        references: the keys of those that a question may cite.
        fallback: the leaf for questions whose topic isn't known, "" for none.
        known: the keys of the prompts that the group has already.
        room: how many more questions the group may have.
    """
    read = read_any(typed(text), name)
    problems = [(p.line, str(p)) for p in read.problems]
    seen, items, doubles, errors = set(known), list[Mapping[str, Any]](), 0, len(read.errors)
    most = min(MOST_AT_ONCE, room)
    for number, item in enumerate(read.items):
        line = item.place.line
        if len(items) >= most:
            left = len(read.items) - number
            problems.append((line, f"line {line}: {most} questions fit; {left} from here on were left out."))
            break
        if errors >= MOST_ERRORS:
            why = f"line {line}: There are {MOST_ERRORS} errors above. What follows was left out."
            problems.append((line, why))
            break
        if key_of(item.prompt) in seen:
            doubles += 1
            continue
        try:
            raw, losses = _kept(item, topics, references, fallback)
        except UnfitError as error:
            problems.append((line, f"line {line}: {error}"))
            errors += 1
            continue
        problems += [(line, f"line {line}: {loss}") for loss in losses]
        seen.add(key_of(item.prompt))
        items.append(raw)
    problems.sort(key=lambda problem: problem[0])
    return Intake(tuple(items), tuple(words for _, words in problems), doubles)


def without_those_known(found: Intake, known: Collection[str], room: int) -> Intake:
    """The same, without what the group has got meanwhile, and no more than there is room for now."""
    new = tuple(item for item in found.items if key_of(str(item["prompt"])) not in known)
    doubles = found.doubles + len(found.items) - len(new)
    fit = new[: max(0, room)]
    if len(fit) == len(new):
        return Intake(fit, found.problems, doubles)
    left = f"There is room for {len(fit)} more now; left out: {len(new) - len(fit)}."
    return Intake(fit, (*found.problems, left), doubles)


def _kept(
    item: Item, topics: TopicTree, references: Collection[str], fallback: str
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    fit, losses = fitted(item, topics, fallback, references)
    raw = _sound({key: value for key, value in raw_item(fit).items() if key not in ("id", "status")})
    if len(json.dumps(raw)) > MOST_JSON:
        raise UnfitError("It is too long to keep.")
    return raw, losses


def _sound(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """The same without characters that a database refuses: a YAML escape can bring them back."""
    if isinstance(value, str):
        return typed(value)
    if isinstance(value, Mapping):
        return {typed(str(key)): _sound(each) for key, each in value.items()}
    return [_sound(each) for each in value] if isinstance(value, list | tuple) else value
