"""What the buttons and forms about one's own name, breaks and accounts do."""

from bot.access.actions import OfGroup
from bot.chat.actions import Action


class SaveName(OfGroup, tag="myname"):
    """The form about one's name was sent."""


class EndBreak(OfGroup, tag="myback"):
    """Come back from a break now."""


class AskBreak(OfGroup, tag="myaskbreak"):
    """Open the form for a break."""


class SaveBreak(OfGroup, tag="mybreak"):
    """The form with its days was sent."""


class Leave(OfGroup, tag="myleave"):
    """Leave the group, or stay after all."""

    sure: bool


class AskLink(Action, tag="myaskcode"):
    """Open the form for a code of one's other account."""


class EnterLink(Action, tag="mycode"):
    """The form with that code was sent."""


class ConfirmLink(Action, tag="mylink"):
    """Say yes, or no, to joining two accounts. Only the two accounts' own presses count."""

    link_id: int
    sure: bool


class Unlink(Action, tag="myunlink"):
    """Part an account from one's others, or leave it there after all. Only one's own press counts."""

    identity_id: int
    sure: bool
