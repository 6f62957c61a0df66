"""What the buttons and lists of a group's own cards do."""

from dataclasses import dataclass
from typing import ClassVar

from bot.chat.actions import Action


@dataclass(frozen=True, slots=True)
class Change(Action):
    """Choose what to change; the value is one of the editors' names."""

    tag: ClassVar[str] = "gchange"
    group_id: int


@dataclass(frozen=True, slots=True)
class PickHour(Action):
    """Say which hour it is now; the value is that hour, and the matching cities follow."""

    tag: ClassVar[str] = "gclock"
    group_id: int


@dataclass(frozen=True, slots=True)
class Assign(Action):
    """Give one setting the chosen values."""

    tag: ClassVar[str] = "gset"
    group_id: int
    what: str


@dataclass(frozen=True, slots=True)
class UseZone(Action):
    """Take the time zone that the platform knows of the one who presses."""

    tag: ClassVar[str] = "gzone"
    group_id: int
    zone: str


@dataclass(frozen=True, slots=True)
class Begin(Action):
    """Start a draft group: with a question at once, or at its next regular time."""

    tag: ClassVar[str] = "gbegin"
    group_id: int
    at_once: bool


@dataclass(frozen=True, slots=True)
class CheckAgain(Action):
    """Look once more whether the bot may post."""

    tag: ClassVar[str] = "gcheck"
    group_id: int


@dataclass(frozen=True, slots=True)
class OpenSettings(Action):
    """Show the settings."""

    tag: ClassVar[str] = "gsettings"
    group_id: int


@dataclass(frozen=True, slots=True)
class OrganiseToo(Action):
    """Make the one who presses an organiser, if they manage the channel."""

    tag: ClassVar[str] = "gorganise"
    group_id: int


@dataclass(frozen=True, slots=True)
class Pause(Action):
    """Ask no new questions until the group is resumed."""

    tag: ClassVar[str] = "gpause"
    group_id: int


@dataclass(frozen=True, slots=True)
class Resume(Action):
    """Go on with the next regular question."""

    tag: ClassVar[str] = "gresume"
    group_id: int


@dataclass(frozen=True, slots=True)
class AskConnect(Action):
    """Open the form for a code that connects this channel to a group."""

    tag: ClassVar[str] = "gaskcode"


@dataclass(frozen=True, slots=True)
class EnterConnect(Action):
    """The form with that code was sent."""

    tag: ClassVar[str] = "gcode"


@dataclass(frozen=True, slots=True)
class Disconnect(Action):
    """Take a place out of a group, or leave it there after all."""

    tag: ClassVar[str] = "gdiscon"
    group_id: int
    place_id: int
    sure: bool
