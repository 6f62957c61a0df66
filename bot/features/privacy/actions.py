"""What the buttons about one's own data do."""

from bot.chat.actions import Action


class ExportMine(Action, tag="myexport"):
    """Send the one who presses everything about them."""


class ForgetMe(Action, tag="mydelete"):
    """Delete everything about a person, or keep it after all. Only that person's own press counts."""

    person_id: int
    sure: bool
