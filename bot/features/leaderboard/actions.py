"""What can be pressed on a board."""

from bot.chat.actions import Action


class ShowBoard(Action, tag="board"):
    """Show the board of a group; ``span`` is "week", "all", or "" for the week."""

    group_id: int
    span: str


class SeeBoard(Action, tag="board", version=2):
    """Show one board, from one of its pages on; ``topic`` is "" for all of them."""

    group_id: int
    board: str
    span: str
    topic: str
    page: int


class ChooseBoard(Action, tag="boardpick"):
    """Show another board: the chosen value replaces ``what``, which is "board", "span" or "topic"."""

    what: str
    group_id: int
    board: str
    span: str
    topic: str


class ShareBoard(Action, tag="boardshare"):
    """Show a board to the whole channel."""

    group_id: int
    board: str
    span: str
    topic: str
