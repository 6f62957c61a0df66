"""Words as the rules count them."""

from __future__ import annotations

import difflib
import re

_SMALL_WORDS = """
    a an the and or but if then than that this these those it its is are was were be been being as at by for from in
    into of on onto out over to up with within about so such also just here there what which who whose how why when
    where has have had do does did you your we our they their he she his her i me my one would will
"""
STOP_WORDS = frozenset(_SMALL_WORDS.split())
_WORD = re.compile(r"\w+(?:[.'’-]\w+)*")


def words_of(text: str) -> tuple[str, ...]:
    """All words in order, without case; hyphens, points and apostrophes inside a word belong to it."""
    return tuple(_WORD.findall(text.casefold()))


def content_words(text: str) -> tuple[str, ...]:
    """The words that carry meaning: lowercase, without small words and punctuation."""
    return tuple(word for word in words_of(text) if word not in STOP_WORDS)


def alike(one: str | tuple[str, ...], other: str | tuple[str, ...], bar: float) -> bool:
    """Whether twice the common part is at least `bar` of both together (Ratcliff and Obershelp's measure)."""
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= bar and matcher.quick_ratio() >= bar and matcher.ratio() >= bar
