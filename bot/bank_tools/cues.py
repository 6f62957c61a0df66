"""Rules on what gives an answer away, or stands in the way of a question: each takes an item and yields its flaws.

Sources: the NBME item-writing guide (clang, convergence, grammatical cues, negative stems); Haladyna, Downing and
Rodriguez 2002; Schmucker and Moore 2025 on how much negative wording harms. Readability is the Automated Readability
Index of Smith and Senter 1967. The bars are this project's own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bot.bank_tools.words import content_words
from bot.questions.findings import Flaw, error, warning
from bot.questions.kinds import WITH_OPTIONS
from bot.questions.model import Item, Option

HARDEST_ARI = 18.0
_SHOUTED = re.compile(r"\b(NOT|EXCEPT|NEVER|LEAST|FALSE)\b")
# The one asked for is the odd one out: "which of these is not", "which would not", "all but one", "except".
_NEGATIVE = re.compile(
    r"(?:^|[.?!:;]\s+)(?:which|what)\b(?:\s+(?!(?:why|when|how|that|which|if|because|where|who|you)\b)[\w-]+){0,5}?\s+"
    r"(?:(?:is|are|was|were|do|does|did|would|will|can|could|should|has|have)\s+(?:not|never)\b|\w+n['’]t\b|cannot\b)"
    r"|\bexcept(?:\s+(?:one|which|for))?\s*[?:.]|\ball\s+but\s+one\b|\bleast\s+likely\b",
    re.IGNORECASE,
)
# Words that two texts share without meaning the same by them.
_WEAK_WORDS = """
    each every some any more most less least few many much same other another first second last next
    during after before while until between both all no not only even still very than their them
"""
_WEAK = frozenset(_WEAK_WORDS.split())
_OPEN_END = re.compile(r"\b(an?|the)\s*[:.…]*$", re.IGNORECASE)
_CODE = re.compile(r"```.*?```|`[^`]*`|\$[^$]*\$", re.DOTALL)
_CLASSES = (
    ("to", re.compile(r"to\b", re.IGNORECASE)),
    ("by", re.compile(r"by\b", re.IGNORECASE)),
    ("because", re.compile(r"(because|since|so that|as it|in order)\b", re.IGNORECASE)),
    ("when", re.compile(r"(when|if|after|before|while|until|once)\b", re.IGNORECASE)),
    (
        "a word in -ing",
        re.compile(r"(?!(?:\w*thing|string|king|ring|spring|during)\b)[a-z]{2,}ing\b", re.IGNORECASE),
    ),
    ("a figure", re.compile(r"[-+]?[$€]?\d")),
)


def cues(item: Item) -> Iterator[Flaw]:
    """All rules of this file on an item."""
    yield from _readability(item)
    if _is_choice(item):
        yield from _negative(item)
        yield from _whole_question(item)
    if item.kind in WITH_OPTIONS and item.options:
        yield from _first_words(item)
        if sum(option.correct for option in item.options) == 1:
            yield from _clang(item)
            yield from _convergence(item)


def _is_choice(item: Item) -> bool:
    """Whether the prompt asks which option is right; a statement asks nothing."""
    return item.kind in WITH_OPTIONS and item.statement_is is None


def is_negative(item: Item) -> bool:
    """Whether a choice asks for what is not so."""
    return _is_choice(item) and bool(_NEGATIVE.search(item.prompt) or _SHOUTED.search(item.prompt))


def ari(text: str) -> float:
    """The Automated Readability Index: about the school year that reads the text; code and formulas don't count."""
    plain = _CODE.sub(" x ", text)
    words = re.findall(r"[^\W_]+(?:[.'’-][^\W_]+)*", plain)
    if not words:
        return 0.0
    letters = sum(sum(char.isalnum() for char in word) for word in words)
    sentences = max(1, len(re.findall(r"[.?!:](?:\s|$)", plain)))
    return 4.71 * letters / len(words) + 0.5 * len(words) / sentences - 21.43


def _readability(item: Item) -> Iterator[Flaw]:
    index = ari(item.prompt)
    if index > HARDEST_ARI and len(item.prompt.split()) >= 8:
        message = f"The prompt reads at ARI {index:.0f}; {HARDEST_ARI:.0f} is the most. Shorten its sentences or its words."
        yield warning("readability", message, "prompt")


def _negative(item: Item) -> Iterator[Flaw]:
    if _SHOUTED.search(item.prompt):
        yield warning("negative-stem", "The prompt asks for what is NOT so. Ask for what is.", "prompt")
    elif _NEGATIVE.search(item.prompt):
        message = "The prompt asks for what is not so, and readers miss that. Ask for what is, or write NOT in capitals."
        yield error("negative-stem", message, "prompt")


def _whole_question(item: Item) -> Iterator[Flaw]:
    if _OPEN_END.search(item.prompt):
        message = "The prompt ends in an article, which tells how the option goes on. Ask a whole question."
        yield error("grammar-cue", message, "prompt")
    elif not re.search(r"[?.!:)`*]\W*$", item.prompt):
        yield error(
            "grammar-cue", "The prompt breaks off. Ask a whole question, and end it with a mark.", "prompt"
        )


def _first_words(item: Item) -> Iterator[Flaw]:
    """A right option that begins unlike all others, which begin alike, is told by its grammar."""
    classes = [_class(option) for option in item.options]
    usual = Counter(classes).most_common(1)[0][0]
    odd = [place for place, one in enumerate(classes) if one != usual]
    # Beginning in no way of its own is none that a reader could miss on the odd one, unless it is the letter's size.
    telling = usual or "small" in classes
    if len(odd) == 1 and telling and item.options[odd[0]].correct:
        usual_words, odd_words = (_described(name) for name in (usual, classes[odd[0]]))
        message = (
            f"The right option alone begins {odd_words}, the others {usual_words}. Begin all of them alike."
        )
        yield warning("grammar-cue", message, "options", odd[0])


def _class(option: Option) -> str:
    for name, form in _CLASSES:
        if form.match(option.text):
            return name
    return "small" if option.text[:1].islower() else ""


def _described(name: str) -> str:
    plain = {"": "with a capital word", "small": "with a small letter"}
    return plain.get(name, f"with {name}" if " " in name else f"with “{name}”")


def _clang(item: Item) -> Iterator[Flaw]:
    """Only the right option repeats the prompt's words."""
    asked = _telling(item.prompt)
    shared = [(asked & _telling(option.text), option.correct) for option in item.options]
    right = max((words for words, good in shared if good), key=len, default=set())
    wrong = max((len(words) for words, good in shared if not good), default=0)
    if len(right) >= 2 and len(right) > wrong:
        message = (
            f"The right option repeats the prompt's {_quoted(right)}, the wrong ones less. Say it in other words, or "
            "let a wrong one repeat them too."
        )
        yield warning("clang", message, "options")


def _convergence(item: Item) -> Iterator[Flaw]:
    """The right option shares far more words with the others than any of them does: made by varying it."""
    words = [_telling(option.text) for option in item.options]
    shared = [
        sum(len(one & other) for place, other in enumerate(words) if place != here)
        for here, one in enumerate(words)
    ]
    right = [count for count, option in zip(shared, item.options, strict=True) if option.correct]
    wrong = [count for count, option in zip(shared, item.options, strict=True) if not option.correct]
    if right and wrong and max(right) >= 1.5 * max(wrong) + 1:
        message = (
            f"The right option shares {max(right)} words with the others, the next one {max(wrong)}: readers guess the "
            "one in the middle. Vary the wrong ones from each other too."
        )
        yield warning("convergence", message, "options")


def _telling(text: str) -> set[str]:
    return set(content_words(text)) - _WEAK


def _quoted(words: set[str]) -> str:
    return ", ".join(f"“{word}”" for word in sorted(words)[:4])
