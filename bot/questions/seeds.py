"""Chance from a seed: the same in every process, so that a quiz can be shown again as it was."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

_T = TypeVar("_T")


def lot(seed: int, *parts: int | str) -> int:
    """A number from 0 to 2**64 - 1 drawn for these parts, unrelated to that of any other seed or parts."""
    text = "\x1f".join(map(str, (seed, *parts)))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def one_of(values: Sequence[_T], seed: int, *parts: int | str) -> _T:
    """One of the values, each equally likely.

    Raises:
        IndexError: there are none.
    """
    if not values:
        raise IndexError("There is nothing to draw from.")
    return values[lot(seed, *parts) % len(values)]


def order(length: int, seed: int, *parts: int | str) -> tuple[int, ...]:
    """The numbers 0 to length - 1 in a drawn order, each order equally likely."""
    return tuple(sorted(range(length), key=lambda index: (lot(seed, *parts, index), index)))
