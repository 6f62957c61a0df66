"""Texts that are too near to others: copied from a source that must not be, or asked twice.

A source's fingerprint holds the hash of each run of eight of its words and none of its text: so a bank can be held
against it, and nobody can read the source out of it. It lies beside the bank as fingerprints.txt, one hash a line.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

from bot.bank_tools.words import content_words, words_of
from bot.questions.findings import Flaw, error, warning
from bot.questions.model import Item

FINGERPRINTS = "fingerprints.txt"
RUN = 8
_FEW_WORDS = 4
SAME, NEAR = 0.85, 0.70
"""Likeness of two prompts from which they count as one question, and from which a reason is asked for."""


def fingerprint(text: str) -> frozenset[str]:
    """The hashes (16 hex digits) of all runs of eight words; case, punctuation and line ends don't count."""
    return frozenset(_hash(run) for run in _runs(words_of(text)))


def read_fingerprint(folder: Path) -> frozenset[str]:
    """The fingerprint that lies in a bank's folder; empty where there is none."""
    path = folder / FINGERPRINTS
    if not path.is_file():
        return frozenset()
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in map(str.strip, lines) if line and not line.startswith("#"))


def _runs(words: Sequence[str]) -> Iterator[str]:
    for place in range(len(words) - RUN + 1):
        yield " ".join(words[place : place + RUN])


def _hash(run: str) -> str:
    return hashlib.blake2b(run.encode("utf-8"), digest_size=8).hexdigest()


def copied(item: Item, source: frozenset[str]) -> Iterator[Flaw]:
    """Every field of an item that shares eight words in a row with the source."""
    for path, text in texts(item):
        run = next((run for run in _runs(words_of(text)) if _hash(run) in source), None)
        if run is not None:
            yield error(
                "copied-text",
                f"“{run}” stands so in a source that may not be copied. Say it in your own words.",
                *path,
            )


def texts(item: Item) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Each text of an item with the path to it."""
    yield ("prompt",), item.prompt
    yield ("explanation",), item.explanation
    for name, value in (("hint", item.hint), ("model_answer", item.model_answer)):
        yield (name,), value or ""
    for place, option in enumerate(item.options):
        yield ("options", place), option.text
        yield ("options", place, "feedback"), option.feedback
    for place, step in enumerate(item.sequence):
        yield ("sequence", place), step
    for place, (left, right) in enumerate(item.pairs):
        yield ("pairs", place), left
        yield ("pairs", place), right
    for place, point in enumerate(item.rubric):
        yield ("rubric", place), point.point
    for place, ask in enumerate(item.follow_ups):
        yield ("follow_ups", place), ask
    for place, one in enumerate(item.rounds):
        for words in (one.ask, *one.follow_ups, *one.look_for):
            yield ("rounds", place), words


def near_duplicates(items: Sequence[Item]) -> Iterator[tuple[Item, Flaw]]:
    """Of two items that ask the same, the later one with what is to be said of it.

    Likeness is the cosine of the prompts' content words, rare words weighing more; no measure of words finds
    every paraphrase, so a reader still looks.
    """
    for one, other, likeness in pairs_alike(items, NEAR):
        if likeness >= SAME:
            message = f"It asks nearly what {one.id} asks (likeness {likeness:.2f}). Retire one, or ask something else."
            yield other, error("near-duplicate", message, "prompt")
        elif one.topic == other.topic:
            message = f"It is close to {one.id} (likeness {likeness:.2f}). Set it apart, or say in lint_ok why both stay."
            yield other, warning("near-duplicate", message, "prompt")


def pairs_alike(items: Sequence[Item], least: float) -> Iterator[tuple[Item, Item, float]]:
    """Pairs of items, the earlier first, whose likeness is at least `least`."""
    vectors = _vectors([_asked(item) for item in items])
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for place, vector in enumerate(vectors):
        for word in vector:
            holders[word].append(place)
    products: defaultdict[tuple[int, int], float] = defaultdict(float)
    for word, places in holders.items():
        for first, second in combinations(places, 2):
            products[first, second] += vectors[first][word] * vectors[second][word]
    for (first, second), likeness in sorted(products.items()):
        if likeness >= least:
            yield items[first], items[second], likeness


def _asked(item: Item) -> Counter[str]:
    """What an item asks: its prompt's words, and its answers' where the prompt says little ("Which is true?")."""
    asked = Counter(content_words(item.prompt))
    if len(asked) < _FEW_WORDS:
        answers = (
            *(option.text for option in item.options),
            *item.sequence,
            *(left for left, _ in item.pairs),
        )
        asked.update(word for answer in answers for word in content_words(answer))
    return asked


def _vectors(counts: Sequence[Counter[str]]) -> list[dict[str, float]]:
    """Unit vectors of word weights: (1 + log count) times log(1 + items / items with the word)."""
    spread = Counter(word for count in counts for word in count)
    vectors = []
    for count in counts:
        raw = {
            word: (1 + math.log(number)) * math.log(1 + len(counts) / spread[word])
            for word, number in count.items()
        }
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        vectors.append({word: weight / length for word, weight in raw.items()})
    return vectors
