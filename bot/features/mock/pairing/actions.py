"""What the buttons and lists of pairing do. A week is named by the round with whose reveal it began."""

from bot.access.actions import OfGroup
from bot.chat.actions import Action
from bot.features.daily.actions import OfRound


class _OfSignUp(Action):
    signup_id: int


class FindPartner(OfGroup, tag="mockfind"):
    """Be in this week, from elsewhere than the reveal."""


class InAsBefore(OfRound, tag="mockin"):
    """Be in this week, with the hours of last time."""


class ChooseHours(OfRound, tag="mockwhen"):
    """Show when one can meet, and where one's clock is."""


class PickClock(OfRound, tag="mockclock"):
    """Show the cities whose clocks show the chosen hour."""


class PickZone(OfRound, tag="mockzone"):
    """Be where the chosen city is."""


class BeIn(OfRound, tag="mockjoin"):
    """Be in this week, with these hours."""

    evenings: bool
    weekends: bool


class StayOut(OfRound, tag="mockout"):
    """Not be in this week."""


class ShowMeeting(_OfSignUp, tag="mockmeet"):
    """Show whom one meets, and when."""


class BeginMeeting(_OfSignUp, tag="mockbegin"):
    """Begin the mock of one's pair."""


class NotHere(_OfSignUp, tag="mockgone"):
    """Say that the other one did not come."""
