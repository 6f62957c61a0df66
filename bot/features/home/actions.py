"""What the buttons and lists of one's own record and plan do."""

from bot.access.actions import OfGroup


class ShowRecord(OfGroup, tag="record"):
    """Show one's own record in a group."""


class ShowHome(OfGroup, tag="home"):
    """Show one's home page in a group."""


class ShowPlan(OfGroup, tag="plan"):
    """Show what there is to do today before one's interview."""


class ClearInterview(OfGroup, tag="nointerview"):
    """Forget the date of one's interview."""


class AskInterview(OfGroup, tag="askinterview"):
    """Open the form for the date of one's interview."""


class SaveInterview(OfGroup, tag="interview"):
    """The form with that date was sent."""


class ChooseGoal(OfGroup, tag="mygoal"):
    """Set one's weekly goal; the value is a number of days."""
