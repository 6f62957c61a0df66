"""Finding what somebody means: a command by any of its words or by another word for it, any name by its likeness."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from bot.chat.commands import Command

K = TypeVar("K")

_ALIKE = 70.0
"""Per cent of the letters in their order: "qiuz" is "quiz" by 75."""
_A_SLIP = 80.0
"""The same where a word is one of thousands: a slip in five letters, two in ten."""
_SHORTEST = 3
"""Shorter words are looked for in names alone: they begin too many others."""


def find(said: str, among: Iterable[Command]) -> tuple[Command, ...]:
    """All that fit what was typed, best first: by the whole, by the names' words, by other words for them, by what they do.

    Only where nothing fits is anything found by its likeness.
    """
    return tuple(each for _, each in _ranked(said, among))


def best(said: str, among: Iterable[Command], most: int = 2) -> tuple[Command, ...]:
    """Those of them that fit equally well and best, at most so many."""
    ranked = _ranked(said, among)
    return tuple(each for rank, each in ranked if rank == ranked[0][0])[:most]


def nearest(word: str, known: Iterable[str], least: float = _ALIKE) -> str:
    """The known word that looks most like this one, "" where none is alike by so many per cent."""
    from rapidfuzz import fuzz, process  # loaded only once somebody mistypes

    found = process.extractOne(word.lower(), list(known), scorer=fuzz.ratio, score_cutoff=least)
    return found[0] if found else ""


def search(said: str, texts: Mapping[K, str]) -> tuple[str, frozenset[K]]:
    """(what was looked for, the keys of the texts that hold all its words); case doesn't matter.

    A word that stands in no text at all is taken for the one there that looks most like it, where one is close.
    """
    folded = {key: text.casefold() for key, text in texts.items()}
    terms = said.casefold().split()
    lost = {t for t in terms if t.isalpha() and not any(t in text for text in folded.values())}
    if lost:
        known = sorted({word for text in folded.values() for word in re.findall(r"\w+", text)})
        terms = [(nearest(t, known, _A_SLIP) or t) if t in lost else t for t in terms]
        said = " ".join(terms)
    return said, frozenset(key for key, text in folded.items() if all(t in text for t in terms))


def _ranked(said: str, among: Iterable[Command]) -> list[tuple[float, Command]]:
    words = said.lower().replace("/", " ").split()
    known = tuple(among)
    fitting: list[tuple[float, Command]] = [
        (rank, each) for each in known if (rank := _rank(words, each)) is not None
    ]
    if not fitting and words:
        fitting = [(-likeness, each) for each in known if (likeness := _likeness(words, each)) >= _ALIKE]
    return sorted(fitting, key=lambda found: found[0])


def _rank(words: Sequence[str], command: Command) -> int | None:
    said, own = " ".join(words), command.name.split()
    if said == command.name or said in command.also:
        return 0
    if command.name.startswith(said):
        return 1
    also = [part for word in command.also for part in word.split()]
    does = [part.strip(",;") for part in command.description.lower().split()]
    for rank, place in enumerate((own, own + also), 2):
        if _begin(words, place):
            return rank
    return 4 if len(said) >= _SHORTEST and _begin(words, own + also + does) else None


def _begin(words: Sequence[str], place: Sequence[str]) -> bool:
    return all(any(each.startswith(word) for each in place) for word in words)


def _likeness(words: Sequence[str], command: Command) -> float:
    from rapidfuzz import fuzz

    if len(" ".join(words)) < _SHORTEST:
        return 0.0
    place = (*command.name.split(), *command.also)
    return min(max(fuzz.ratio(word, each) for each in place) for word in words)
