"""What can be pressed on a board."""

from bot.chat.actions import Action


class ShowBoard(Action, tag="board"):
    """Show the board of a group; ``span`` is "week", "all", or "" for the week."""

    group_id: int
    span: str


class OnBoard(Action):
    """Base of what is about one board; ``topic`` is "" for all of them."""

    group_id: int
    board: str
    span: str
    topic: str


class SeeBoard(OnBoard, tag="board", version=2):
    """Show one board, from one of its pages on."""

    page: int


class ChooseBoard(Action, tag="boardpick"):
    """Show another board: the chosen value replaces ``what``, which is "board", "span" or "topic"."""

    what: str
    group_id: int
    board: str
    span: str
    topic: str


class ShareBoard(OnBoard, tag="boardshare"):
    """Show a board to the whole channel."""
