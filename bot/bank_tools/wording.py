"""Rules on how options are put. Each takes an item and yields its flaws.

Sources of the rules: Haladyna, Downing and Rodriguez 2002 and the NBME item-writing guide (options, absolute and
vague terms, length as a cue); Rodriguez 2005 (three options are enough). The figures are this project's own.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from statistics import fmean

from bot.bank_tools.words import alike, content_words
from bot.questions.findings import Flaw, error, warning
from bot.questions.kinds import WITH_OPTIONS
from bot.questions.model import Item, Option

_ALL_NONE = re.compile(
    r"\b(all|none|both|neither|any|each) of the (above|options|answers|others)\b"
    r"|^\W*(all|none|both|neither)( of (these|them))?\W*$"
    r"|^\W*(both|neither|either) [a-g] (and|or|nor) [a-g]\W*$",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(
    r"\b(always|never|all|only|every|none|completely|entirely|impossible|guarantees?|guaranteed)\b",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"\b(usually|may|might|often|sometimes|generally|typically|tends? to|can be|likely)\b", re.IGNORECASE
)
_ARTICLES = frozenset({"a", "an", "the"})


def options(item: Item) -> Iterator[Flaw]:
    """All rules on the options of an item that has them."""
    if item.kind not in WITH_OPTIONS or not item.options:
        return
    yield from _all_none(item)
    yield from _lengths(item)
    yield from _telling_words(item)
    yield from _feedback(item)
    yield from _same_option(item)


def _split(item: Item) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
    """The right options and the wrong ones."""
    right = tuple(option for option in item.options if option.correct)
    return right, tuple(option for option in item.options if not option.correct)


def _all_none(item: Item) -> Iterator[Flaw]:
    for place, option in enumerate(item.options):
        if _ALL_NONE.search(option.text):
            message = f"“{option.text}” points at other options. Write what it claims instead."
            yield error("all-none", message, "options", place)


def _lengths(item: Item) -> Iterator[Flaw]:
    right, wrong = _split(item)
    if right and wrong:
        key = max(len(option.text) for option in right)
        mean = fmean(len(option.text) for option in wrong)
        if key > 1.3 * mean and key > mean + 12:
            message = (
                f"The right option has {key} characters, the wrong ones {mean:.0f} on average: length gives it away. "
                f"Shorten it to {max(1.3 * mean, mean + 12):.0f}, or lengthen the others."
            )
            yield error("key-longest", message, "options")
    lengths = [len(option.text) for option in item.options]
    if max(lengths) > 2.5 * min(lengths) and max(lengths) - min(lengths) > 12:
        message = (
            f"The options run from {min(lengths)} to {max(lengths)} characters. Bring them nearer together."
        )
        yield warning("option-length", message, "options")


def _telling_words(item: Item) -> Iterator[Flaw]:
    right, wrong = _split(item)
    absolute = sorted({found[0].lower() for option in wrong if (found := _ABSOLUTE.search(option.text))})
    if absolute and right and not any(_ABSOLUTE.search(option.text) for option in right):
        message = f"Only wrong options say “{'”, “'.join(absolute)}”. Readers know that cue: soften them."
        yield warning("absolute", message, "options")
    hedged = sorted({found[0].lower() for option in right if (found := _HEDGED.search(option.text))})
    if hedged and wrong and not any(_HEDGED.search(option.text) for option in wrong):
        message = (
            f"Only the right option says “{'”, “'.join(hedged)}”. State it firmly, or hedge the others too."
        )
        yield warning("hedged-key", message, "options")


def _feedback(item: Item) -> Iterator[Flaw]:
    for place, option in enumerate(item.options):
        words = len(content_words(option.feedback))
        if words < 5:
            message = f"This feedback has {words} words with content; five are the least. Say why."
            yield error("feedback", message, "options", place, "feedback")
    for (first, one), (second, other) in itertools.combinations(enumerate(item.options), 2):
        if alike(one.feedback.casefold(), other.feedback.casefold(), 0.85):
            message = (
                f"Options {first + 1} and {second + 1} have nearly the same feedback. Give each its own."
            )
            yield error("feedback", message, "options", second, "feedback")


def _same_option(item: Item) -> Iterator[Flaw]:
    """Two options that say the same would both be right or both be wrong.

    The same words and signs in the same order, but for articles, are an error. A difference of one word in ten is
    only a warning: it may be the very point ("raises", "lowers").
    """
    for (first, one), (second, other) in itertools.combinations(enumerate(item.options), 2):
        claim, another = _claim(one.text), _claim(other.text)
        where = f"Options {first + 1} and {second + 1}"
        if claim == another:
            yield error("same-option", f"{where} say the same. Replace one.", "options", second)
        elif alike(claim, another, 0.9):
            yield warning(
                "same-option", f"{where} differ in hardly a word. Set them apart.", "options", second
            )


def _claim(text: str) -> tuple[str, ...]:
    """The words and signs of an option in order, without case, articles and the marks between sentences."""
    parts = re.findall(r"\w+(?:[.'’-]\w+)*|[^\w\s.,;:!?]", text.casefold())
    return tuple(part for part in parts if part not in _ARTICLES)
