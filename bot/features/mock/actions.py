"""What the buttons, lists and forms of mock interviews do."""

from bot.chat.actions import Action


class AskFor(Action, tag="mockask"):
    """Ask the chosen member for a mock, with a script or, for "", with one that fits."""

    group_id: int
    item_id: str


class TakeAlone(Action, tag="mockalone"):
    """Take a script alone: the chosen one, or this."""

    group_id: int
    item_id: str


class Agree(Action, tag="mockagree"):
    """Say yes, as the interviewer or as the candidate."""

    mock_id: int
    interviews: bool


class NotNow(Action, tag="mocknotnow"):
    """Say no to a mock that has not begun, or take one's own question back."""

    mock_id: int


class NextPart(Action, tag="mocknext"):
    """Ask the part after ``part``; after the last one, the forms follow."""

    mock_id: int
    part: int


class SkipPart(Action, tag="mockskip"):
    """Leave ``part`` out, and ask the one after it."""

    mock_id: int
    part: int


class AskStop(Action, tag="mockmaystop"):
    """Ask whether a mock should end for both."""

    mock_id: int


class KeepGoing(Action, tag="mockkeep"):
    """Leave the question whether to stop."""

    mock_id: int


class StopMock(Action, tag="mockstop"):
    """End a mock where it stands."""

    mock_id: int


class OpenForm(Action, tag="mockform"):
    """Open one's form about a mock."""

    mock_id: int


class SendForm(Action, tag="mocksend"):
    """Hand one's form in."""

    mock_id: int


class ReleaseMine(Action, tag="mockrelease"):
    """Let the other read one's form without theirs, or keep it to oneself."""

    mock_id: int
    release: bool


class ShowMock(Action, tag="mockshow"):
    """Show how a mock stands."""

    mock_id: int


class ShowScores(Action, tag="mockscores"):
    """Show the score sheet that was released."""

    mock_id: int


class SwapRoles(Action, tag="mockswap"):
    """Go on with the roles swapped, and another script."""

    mock_id: int


class PickMock(Action, tag="mockpast"):
    """Open one of one's last mocks, chosen from a list."""

    group_id: int
