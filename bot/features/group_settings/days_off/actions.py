"""What the button and the form for days off do."""

from bot.access.actions import OfGroup


class AskDaysOff(OfGroup, tag="gaskoff"):
    """Open the form for days off."""


class SaveDaysOff(OfGroup, tag="goff"):
    """The form was sent."""
