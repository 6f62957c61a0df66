"""What the buttons, lists and forms of mock interviews do."""

from bot.access.actions import OfGroup
from bot.chat.actions import Action


class _OfMock(Action):
    mock_id: int


class AskFor(OfGroup, tag="mockask"):
    """Ask the chosen member for a mock, with a script or, for "", with one that fits."""

    item_id: str


class TakeAlone(OfGroup, tag="mockalone"):
    """Take a script alone: the chosen one, or this."""

    item_id: str


class Agree(_OfMock, tag="mockagree"):
    """Say yes, as the interviewer or as the candidate."""

    interviews: bool


class NotNow(_OfMock, tag="mocknotnow"):
    """Say no to a mock that has not begun, or take one's own question back."""


class NextPart(_OfMock, tag="mocknext"):
    """Ask the part after ``part``; after the last one, the forms follow."""

    part: int


class SkipPart(_OfMock, tag="mockskip"):
    """Leave ``part`` out, and ask the one after it."""

    part: int


class AskStop(_OfMock, tag="mockmaystop"):
    """Ask whether a mock should end for both."""


class KeepGoing(_OfMock, tag="mockkeep"):
    """Leave the question whether to stop."""


class StopMock(_OfMock, tag="mockstop"):
    """End a mock where it stands."""


class OpenForm(_OfMock, tag="mockform"):
    """Open one's form about a mock."""


class SendForm(_OfMock, tag="mocksend"):
    """Hand one's form in."""


class ReleaseMine(_OfMock, tag="mockrelease"):
    """Let the other read one's form without theirs, or keep it to oneself."""

    release: bool


class ShowMock(_OfMock, tag="mockshow"):
    """Show how a mock stands."""


class ShowScores(_OfMock, tag="mockscores"):
    """Show the score sheet that was released."""


class SwapRoles(_OfMock, tag="mockswap"):
    """Go on with the roles swapped, and another script."""


class PickMock(OfGroup, tag="mockpast"):
    """Open one of one's last mocks, chosen from a list."""
