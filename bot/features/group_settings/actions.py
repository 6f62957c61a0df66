"""What the buttons and lists of a group's own cards do."""

from bot.access.actions import OfGroup
from bot.chat.actions import Action


class Change(OfGroup, tag="gchange"):
    """Choose what to change; the value is one of the editors' names."""


class PickHour(OfGroup, tag="gclock"):
    """Say which hour it is now; the value is that hour, and the matching cities follow."""


class Assign(OfGroup, tag="gset"):
    """Give one setting the chosen values."""

    what: str


class UseZone(OfGroup, tag="gzone"):
    """Take the time zone that the platform knows of the one who presses."""

    zone: str


class Begin(OfGroup, tag="gbegin"):
    """Start a draft group: with a question at once, or at its next regular time."""

    at_once: bool


class CheckAgain(OfGroup, tag="gcheck"):
    """Look once more whether the bot may post."""


class OpenSettings(OfGroup, tag="gsettings"):
    """Show the settings."""


class OrganiseToo(OfGroup, tag="gorganise"):
    """Make the one who presses an organiser, if they manage the channel."""


class Pause(OfGroup, tag="gpause"):
    """Ask no new questions until the group is resumed."""


class AskPause(OfGroup, tag="gaskpause"):
    """Open the form for the day on which a pause ends."""


class SavePause(OfGroup, tag="gpauseto"):
    """The form with that day was sent."""


class Resume(OfGroup, tag="gresume"):
    """Go on with the next regular question."""


class AskConnect(Action, tag="gaskcode"):
    """Open the form for a code that connects this channel to a group."""


class EnterConnect(Action, tag="gcode"):
    """The form with that code was sent."""


class MoveHere(OfGroup, tag="gmove"):
    """Let a group that has lost its channels meet in this one."""


class Invite(OfGroup, tag="ginvite"):
    """Make a code that lets one person into a group that is by invitation only."""


class Disconnect(OfGroup, tag="gdiscon"):
    """Take a place out of a group, or leave it there after all."""

    place_id: int
    sure: bool


class Remove(OfGroup, tag="gremove"):
    """Remove a member from the group, or keep them after all."""

    member_id: int
    sure: bool


class PostAgain(OfGroup, tag="gpostagain"):
    """Post a message again that somebody deleted."""

    delivery_id: int
