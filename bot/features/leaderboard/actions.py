"""What can be pressed on a board."""

from dataclasses import dataclass
from typing import ClassVar

from bot.chat.actions import Action


@dataclass(frozen=True, slots=True)
class ShowBoard(Action):
    """Show the board of a group; ``span`` is "week", "all", or "" for the week."""

    tag: ClassVar[str] = "board"
    group_id: int
    span: str


@dataclass(frozen=True, slots=True)
class SeeBoard(Action):
    """Show one board, from one of its pages on; ``topic`` is "" for all of them."""

    tag: ClassVar[str] = "board"
    version: ClassVar[int] = 2
    group_id: int
    board: str
    span: str
    topic: str
    page: int


@dataclass(frozen=True, slots=True)
class ChooseBoard(Action):
    """Show another board: the chosen value replaces ``what``, which is "board", "span" or "topic"."""

    tag: ClassVar[str] = "boardpick"
    what: str
    group_id: int
    board: str
    span: str
    topic: str


@dataclass(frozen=True, slots=True)
class ShareBoard(Action):
    """Show a board to the whole channel."""

    tag: ClassVar[str] = "boardshare"
    group_id: int
    board: str
    span: str
    topic: str
