"""What the buttons and lists of one's own record and plan do."""

from bot.chat.actions import Action


class ShowRecord(Action, tag="record"):
    """Show one's own record in a group."""

    group_id: int


class ShowHome(Action, tag="home"):
    """Show one's home page in a group."""

    group_id: int


class ShowPlan(Action, tag="plan"):
    """Show what there is to do today before one's interview."""

    group_id: int


class ClearInterview(Action, tag="nointerview"):
    """Forget the date of one's interview."""

    group_id: int


class AskInterview(Action, tag="askinterview"):
    """Open the form for the date of one's interview."""

    group_id: int


class SaveInterview(Action, tag="interview"):
    """The form with that date was sent."""

    group_id: int


class ChooseGoal(Action, tag="mygoal"):
    """Set one's weekly goal; the value is a number of days."""

    group_id: int
