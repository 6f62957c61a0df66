"""Finding what somebody means: a command by any of its words or by another word for it, any name by its likeness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.chat.commands import Command

_ALIKE = 70.0
"""Per cent of the letters in their order: "qiuz" is "quiz" by 75."""
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


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like this one, "" where none is close."""
    from rapidfuzz import fuzz, process  # loaded only once somebody mistypes

    found = process.extractOne(word.lower(), list(known), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return found[0] if found else ""


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
