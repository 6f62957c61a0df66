"""One-time codes: their letters, how they are read, and how many wrong tries are borne.

A code is 50 random bits as ten of Crockford's base-32 letters: those who guess five times in ten minutes from each of
a thousand accounts hit one of a thousand valid codes once in four thousand years.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's alphabet: no I, L, O and U, and whoever types an O or an I is read as meaning the digit."""

LENGTH = 10
BITS = 5 * LENGTH
LASTS = timedelta(minutes=10)
"""How long a code is valid, and how long a wrong try counts."""

MOST_WRONG = 5
"""So many wrong tries an account has in that time."""

_MEANT = str.maketrans("OIL", "011")


def spelled(number: int) -> str:
    """The code of a number of 50 bits, in two halves: "K7QM2-XH9PA"."""
    letters = "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"


def read_code(typed: str) -> str:
    """What was typed, as codes are compared: capitals, without hyphens and spaces; "" where it can be no code."""
    letters = "".join(c for c in typed.upper() if c.isalnum()).translate(_MEANT)
    return letters if len(letters) == LENGTH and set(letters) <= set(LETTERS) else ""


def digest(letters: str) -> str:
    """What is kept of a code, or of an account that need not be known again: a fingerprint."""
    return blake2b(letters.encode(), digest_size=16).hexdigest()


def lately(wrong: Sequence[Sequence[str]], now: datetime) -> list[list[str]]:
    """The wrong tries that still count, each with its instant first."""
    return [list(each) for each in wrong if now - datetime.fromisoformat(each[0]) < LASTS]
