"""What somebody may be called: names made safe to show, and refused where they could be mistaken for another's."""

import unicodedata
from collections.abc import Iterable

from bot.chat.words import too_long

LONGEST = 32
"""Characters of a pseudonym: what fits a board's column on every platform."""

RESERVED = frozenset({"someone", "you", "studyhall", "everyone", "here", "channel", "organiser", "admin"})
"""What the bot itself calls people, and what could pass for a mention or an office."""

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BLANKS = frozenset({"Zl", "Zp", "Zs"})
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f")
# As which Latin letters Cyrillic and Greek ones are read, large or small. Source: Unicode's confusables (UTS #39).
_LOOKS = str.maketrans(
    "авекмнорстухіјѕһԁԛԝαβεζηικμνορτυχ", "abekmhopctyxijshdqwabezhikmnoptyx", "".join(_BLANK_LETTERS)
)
_MOST_MARKS = 2
"""Accents on one letter; more of them stack up over the neighbouring lines."""


def clean_name(said: str) -> str:
    """A name without control, zero-width, bidirectional and other invisible characters, with single blanks."""
    seen = "".join(_seen(char) for char in said)
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", seen):
        marks = marks + 1 if unicodedata.category(char).startswith("M") else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def _seen(char: str) -> str:
    category = unicodedata.category(char)
    if category in _BLANKS or char in "\t\n\r\v\f":
        return " "
    hidden = category in _HIDDEN_CATEGORIES or char in _BLANK_LETTERS or _is_variation(char)
    return "" if hidden else char


def name_problem(name: str, taken: Iterable[str]) -> str:
    """Why a cleaned name cannot be used, told to the one who chose it; "" when it can.

    ``taken`` are the real names and pseudonyms of the other members.
    """
    if not any(char.isalnum() for char in name):
        return "Choose a name with at least one letter or digit."
    if error := too_long(name, LONGEST):
        return error
    own = _likeness(name)
    if own in RESERVED:
        return "This name could be mistaken for something else. Please choose another."
    if any(own == _likeness(other) for other in taken):
        return "Someone in this group already goes by that name. Please choose another."
    return ""


def _likeness(name: str) -> str:
    """What two names must not share: their letters and digits by their looks, without accents, widths and cases.

    Whatever else stands in a name is no letter, so that it needs no cleaning first: a group has thousands of names.
    """
    folded = name.casefold()
    if not name.isascii():
        folded = unicodedata.normalize("NFKD", folded).translate(_LOOKS)
    return "".join(filter(str.isalnum, folded))


def _is_variation(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
