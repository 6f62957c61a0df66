"""What whoever sets Studyhall up on a platform does there and is asked for: the steps of `studyhall setup`, as data."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.chat.commands import Registry


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the platform. ``filled`` is its address with everything filled in already.

    ``paste`` is what goes into the page where it was opened by its bare ``url``.
    """

    url: str
    filled: str = ""
    paste: str = ""


PageMaker: TypeAlias = Callable[[Callable[[], Awaitable[Registry]], Mapping[str, str]], Awaitable[Page]]
"""``(the commands, the answers so far by their variables) -> the page``."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question for one variable's value; a ``secret`` is not shown while it is typed."""

    name: str
    words: str
    secret: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """What is done on the platform, on which page, and what is asked for afterwards."""

    words: str
    asks: tuple[Ask, ...] = ()
    page: PageMaker | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One way to be connected; ``title`` tells it from the platform's others. ``then`` is done once Studyhall runs."""

    title: str
    steps: tuple[Step, ...]
    then: str

    @property
    def names(self) -> frozenset[str]:
        """The variables that it asks for."""
        return frozenset(ask.name for step in self.steps for ask in step.asks)
