"""From what was handed in to questions that a group may take: read, held to the bounds, without those it has."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.chat.words import clean, typed
from bot.features.custom_questions.rules import MOST_AT_ONCE, fitted
from bot.questions.build import build_item, raw_item
from bot.questions.exchange import read_file
from bot.questions.exchange.imported import MOST_ERRORS, NOWHERE, Problem
from bot.questions.kinds.kind import UnfitError
from bot.questions.model import Item, SourcePlace
from bot.questions.topics import TopicTree

MOST_JSON = 30_000
"""The most characters of one question as it is kept."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What an import would bring: items as the table keeps them, and what of the text is not among them.

    Each of its questions is an item, known already, refused (``problems`` say why, with their lines) or unread. ``notes`` are on
    what the others left behind. ``copies``, each with its line, ask what a question of the bank asks, and may say the rest otherwise.
    ``counts`` is what a line's number counts.
    """

    items: tuple[Mapping[str, Any], ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    doubles: int = 0
    refused: int = 0
    unread: int = 0
    copies: tuple[tuple[int, Mapping[str, Any]], ...] = ()
    counts: str = "line"


def key_of(prompt: str) -> str:
    """What two prompts share that ask the same: their words, whatever their case and spaces."""
    return " ".join(clean(prompt).casefold().split())


def take_in(
    data: bytes,
    name: str,
    topics: TopicTree,
    references: Collection[str],
    fallback: str,
    known: Mapping[str, str],
    room: int,
) -> Intake:
    """Read a file of any known format. Never raises for what stands in it.

    Args:
        data: the file's content, or what was pasted.
        name: the file's name, "" for a pasted text.
        topics: the bank's.
        references: the keys of those that a question may cite.
        fallback: the leaf for questions whose topic isn't known, "" for none.
        known: the keys of the prompts that the group has already, each with its topic; "" for a suggestion that waits.
        room: how many more questions the group may have.
    """
    read = read_file(data, name)
    problems, notes = list(read.errors), list(read.losses)
    seen, items, copies = dict[str, int](), list[Mapping[str, Any]](), list[tuple[int, Mapping[str, Any]]]()
    doubles, refused, unread = 0, 0, 0
    most = min(MOST_AT_ONCE, room)
    for number, item in enumerate(read.items):
        line, key = item.place.line, key_of(item.prompt)
        if len(items) >= most or len(read.errors) + refused >= MOST_ERRORS:
            unread = len(read.items) - number
            full = f"{most} questions fit; {unread} from here on were left out."
            why = (
                full if len(items) >= most else f"There are {MOST_ERRORS} errors. What follows was left out."
            )
            problems.append(Problem(line, why))
            break
        there = known.get(key)
        if key in seen or there == "":
            doubles += 1
            where = f"stands at {read.counts} {seen[key]} too" if key in seen else "is suggested already"
            notes.append(Problem(line, f"This question {where}."))
            continue
        if there is not None and item.topic == NOWHERE:
            item = replace(item, topic=there)  # a copy that names no topic stays where it is
        try:
            raw, losses = kept(item, topics, references, fallback)
        except UnfitError as error:
            problems.append(Problem(line, str(error)))
            refused += 1
            continue
        notes += [Problem(line, loss) for loss in losses]
        seen[key] = line
        if there is None:
            items.append(raw)
        else:
            copies.append((line, raw))
    return Intake(
        tuple(items),
        _by_line(read.counts, problems),
        _by_line(read.counts, notes),
        doubles,
        read.refused + refused,
        read.unread + unread,
        tuple(copies),
        read.counts,
    )


def _by_line(counts: str, said: list[Problem]) -> tuple[str, ...]:
    in_order = sorted(said, key=lambda each: each.line)
    return tuple(f"{counts} {each.line}: {each.message}" for each in in_order)


def without_those_known(found: Intake, known: Mapping[str, Mapping[str, Any] | None], room: int) -> Intake:
    """The same, without what the group has got meanwhile, and no more than there is room for now.

    ``known`` is what the group has as the table keeps it, by the keys of its prompts; None for a suggestion that waits. Copies are
    those that say something else than what is there.
    """
    new = tuple(item for item in found.items if _key(item) not in known)
    again = (*found.copies, *((0, item) for item in found.items if _key(item) in known))
    copies = tuple(
        (line, item) for line, item in again if (own := known.get(_key(item))) and _plain(own) != _plain(item)
    )
    same = [line for line, item in again if line and (line, item) not in copies]
    fit = new[: max(0, room)]
    left = len(new) - len(fit)
    why = (f"There is room for {len(fit)} more now; left out: {left}.",) if left else ()
    return replace(
        found,
        items=fit,
        copies=copies,
        problems=(*found.problems, *why),
        notes=(
            *found.notes,
            *(f"{found.counts} {line}: This question is in your bank already." for line in same),
        ),
        doubles=found.doubles + len(again) - len(copies),
        unread=found.unread + left,
    )


def _key(item: Mapping[str, Any]) -> str:
    return key_of(str(item["prompt"]))


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item as an import writes it, however it came."""
    return raw_item(build_item({**item, "id": "", "status": "draft"}, SourcePlace("", 1)))


def kept(
    item: Item, topics: TopicTree, references: Collection[str], fallback: str
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """An item as the table keeps it, and what it left behind.

    Raises:
        UnfitError: a group can't have it.
    """
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
