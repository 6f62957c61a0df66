"""What is said of the work for whoever operates it: to a log, where no member's word may stand, and to who counts."""

from collections.abc import Callable
from typing import TypeAlias

Observe: TypeAlias = Callable[[str, str, float], None]
"""Is told of a request, or of a try to send: its platform, what came of it, and how many seconds that took."""


def unobserved(_platform: str, _outcome: str, _seconds: float) -> None:
    """Nobody counts."""


class Said(str):
    """Words for a log that no member wrote and nobody is called by: ours, or the name of an error, a platform, a method.

    Whatever else is handed to a logger as text is left out of the log.
    """

    __slots__ = ()


def name_of(error: BaseException) -> Said:
    """What kind of error it is, without its words: they may quote what a member wrote."""
    return Said(type(error).__name__)
