"""What the buttons and lists of a group's own cards do."""

from bot.chat.actions import Action


class Change(Action, tag="gchange"):
    """Choose what to change; the value is one of the editors' names."""

    group_id: int


class PickHour(Action, tag="gclock"):
    """Say which hour it is now; the value is that hour, and the matching cities follow."""

    group_id: int


class Assign(Action, tag="gset"):
    """Give one setting the chosen values."""

    group_id: int
    what: str


class UseZone(Action, tag="gzone"):
    """Take the time zone that the platform knows of the one who presses."""

    group_id: int
    zone: str


class Begin(Action, tag="gbegin"):
    """Start a draft group: with a question at once, or at its next regular time."""

    group_id: int
    at_once: bool


class CheckAgain(Action, tag="gcheck"):
    """Look once more whether the bot may post."""

    group_id: int


class OpenSettings(Action, tag="gsettings"):
    """Show the settings."""

    group_id: int


class OrganiseToo(Action, tag="gorganise"):
    """Make the one who presses an organiser, if they manage the channel."""

    group_id: int


class Pause(Action, tag="gpause"):
    """Ask no new questions until the group is resumed."""

    group_id: int


class AskPause(Action, tag="gaskpause"):
    """Open the form for the day on which a pause ends."""

    group_id: int


class SavePause(Action, tag="gpauseto"):
    """The form with that day was sent."""

    group_id: int


class Resume(Action, tag="gresume"):
    """Go on with the next regular question."""

    group_id: int


class AskConnect(Action, tag="gaskcode"):
    """Open the form for a code that connects this channel to a group."""


class EnterConnect(Action, tag="gcode"):
    """The form with that code was sent."""


class MoveHere(Action, tag="gmove"):
    """Let a group that has lost its channels meet in this one."""

    group_id: int


class Invite(Action, tag="ginvite"):
    """Make a code that lets one person into a group that is by invitation only."""

    group_id: int


class Disconnect(Action, tag="gdiscon"):
    """Take a place out of a group, or leave it there after all."""

    group_id: int
    place_id: int
    sure: bool


class Remove(Action, tag="gremove"):
    """Remove a member from the group, or keep them after all."""

    group_id: int
    member_id: int
    sure: bool


class PostAgain(Action, tag="gpostagain"):
    """Post a message again that somebody deleted."""

    group_id: int
    delivery_id: int
