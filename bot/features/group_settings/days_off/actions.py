"""What the button and the form for days off do."""

from bot.chat.actions import Action


class AskDaysOff(Action, tag="gaskoff"):
    """Open the form for days off."""

    group_id: int


class SaveDaysOff(Action, tag="goff"):
    """The form was sent."""

    group_id: int
