"""What the buttons and forms about one's own name, breaks and accounts do."""

from dataclasses import dataclass
from typing import ClassVar

from bot.chat.actions import Action


@dataclass(frozen=True, slots=True)
class SaveName(Action):
    """The form about one's name was sent."""

    tag: ClassVar[str] = "myname"
    group_id: int


@dataclass(frozen=True, slots=True)
class EndBreak(Action):
    """Come back from a break now."""

    tag: ClassVar[str] = "myback"
    group_id: int


@dataclass(frozen=True, slots=True)
class Leave(Action):
    """Leave the group, or stay after all."""

    tag: ClassVar[str] = "myleave"
    group_id: int
    sure: bool


@dataclass(frozen=True, slots=True)
class AskLink(Action):
    """Open the form for a code of one's other account."""

    tag: ClassVar[str] = "myaskcode"


@dataclass(frozen=True, slots=True)
class EnterLink(Action):
    """The form with that code was sent."""

    tag: ClassVar[str] = "mycode"


@dataclass(frozen=True, slots=True)
class ConfirmLink(Action):
    """Say yes, or no, to joining two accounts. Only the two accounts' own presses count."""

    tag: ClassVar[str] = "mylink"
    link_id: int
    sure: bool


@dataclass(frozen=True, slots=True)
class Unlink(Action):
    """Part an account from one's others, or leave it there after all. Only one's own press counts."""

    tag: ClassVar[str] = "myunlink"
    identity_id: int
    sure: bool
