"""What the buttons and lists of pairing do. A week is named by the round with whose reveal it began."""

from bot.chat.actions import Action
from bot.features.daily.actions import RoundAction


class FindPartner(Action, tag="mockfind"):
    """Be in this week, from elsewhere than the reveal."""

    group_id: int


class InAsBefore(RoundAction, tag="mockin"):
    """Be in this week, with the hours of last time."""


class ChooseHours(RoundAction, tag="mockwhen"):
    """Show when one can meet, and where one's clock is."""


class PickClock(RoundAction, tag="mockclock"):
    """Show the cities whose clocks show the chosen hour."""


class PickZone(RoundAction, tag="mockzone"):
    """Be where the chosen city is."""


class BeIn(RoundAction, tag="mockjoin"):
    """Be in this week, with these hours."""

    evenings: bool
    weekends: bool


class StayOut(RoundAction, tag="mockout"):
    """Not be in this week."""


class ShowMeeting(Action, tag="mockmeet"):
    """Show whom one meets, and when."""

    signup_id: int


class BeginMeeting(Action, tag="mockbegin"):
    """Begin the mock of one's pair."""

    signup_id: int


class NotHere(Action, tag="mockgone"):
    """Say that the other one did not come."""

    signup_id: int
