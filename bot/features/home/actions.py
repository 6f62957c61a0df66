"""What the buttons and lists of one's own record and plan do."""

from dataclasses import dataclass
from typing import ClassVar

from bot.chat.actions import Action


@dataclass(frozen=True, slots=True)
class ShowRecord(Action):
    """Show one's own record in a group."""

    tag: ClassVar[str] = "record"
    group_id: int


@dataclass(frozen=True, slots=True)
class ShowHome(Action):
    """Show one's home page in a group."""

    tag: ClassVar[str] = "home"
    group_id: int


@dataclass(frozen=True, slots=True)
class ShowPlan(Action):
    """Show what there is to do today before one's interview."""

    tag: ClassVar[str] = "plan"
    group_id: int


@dataclass(frozen=True, slots=True)
class ClearInterview(Action):
    """Forget the date of one's interview."""

    tag: ClassVar[str] = "nointerview"
    group_id: int


@dataclass(frozen=True, slots=True)
class ChooseGoal(Action):
    """Set one's weekly goal; the value is a number of days."""

    tag: ClassVar[str] = "mygoal"
    group_id: int
