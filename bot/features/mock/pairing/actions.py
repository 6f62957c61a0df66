"""What the buttons and lists of pairing do. A week is named by the round with whose reveal it began."""

from bot.chat.actions import Action


class FindPartner(Action, tag="mockfind"):
    """Be in this week, from elsewhere than the reveal."""

    group_id: int


class InAsBefore(Action, tag="mockin"):
    """Be in this week, with the hours of last time."""

    round_id: int


class ChooseHours(Action, tag="mockwhen"):
    """Show when one can meet, and where one's clock is."""

    round_id: int


class PickClock(Action, tag="mockclock"):
    """Show the cities whose clocks show the chosen hour."""

    round_id: int


class PickZone(Action, tag="mockzone"):
    """Be where the chosen city is."""

    round_id: int


class BeIn(Action, tag="mockjoin"):
    """Be in this week, with these hours."""

    round_id: int
    evenings: bool
    weekends: bool


class StayOut(Action, tag="mockout"):
    """Not be in this week."""

    round_id: int


class ShowMeeting(Action, tag="mockmeet"):
    """Show whom one meets, and when."""

    signup_id: int


class BeginMeeting(Action, tag="mockbegin"):
    """Begin the mock of one's pair."""

    signup_id: int


class NotHere(Action, tag="mockgone"):
    """Say that the other one did not come."""

    signup_id: int
