"""What the buttons about one's own data do."""

from dataclasses import dataclass
from typing import ClassVar

from bot.chat.actions import Action


@dataclass(frozen=True, slots=True)
class ExportMine(Action):
    """Send the one who presses everything about them."""

    tag: ClassVar[str] = "myexport"


@dataclass(frozen=True, slots=True)
class ForgetMe(Action):
    """Delete everything about a person, or keep it after all. Only that person's own press counts."""

    tag: ClassVar[str] = "mydelete"
    person_id: int
    sure: bool
