"""What the buttons and the list about organisers' acts do."""

from bot.chat.actions import Action


class Undo(Action, tag="undo"):
    """Undo an act, from the card that confirmed it."""

    act_id: int


class UndoListed(Action, tag="undolisted"):
    """Undo an act chosen from the log; the value is its id."""

    group_id: int
