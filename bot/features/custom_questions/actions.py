"""What the buttons, lists and forms about a group's own questions do."""

from dataclasses import dataclass
from typing import ClassVar

from bot.chat.actions import Action


@dataclass(frozen=True, slots=True)
class PickTopic(Action):
    """Choose where a suggestion belongs; the value is a topic's id."""

    tag: ClassVar[str] = "sugtopic"
    group_id: int


@dataclass(frozen=True, slots=True)
class OpenSuggestion(Action):
    """Open the form of a suggestion of this topic and kind."""

    tag: ClassVar[str] = "sugopen"
    group_id: int
    topic: str
    kind: str


@dataclass(frozen=True, slots=True)
class SendSuggestion(Action):
    """The form of a suggestion was sent."""

    tag: ClassVar[str] = "sugsend"
    group_id: int
    topic: str
    kind: str


@dataclass(frozen=True, slots=True)
class ReviewAfter(Action):
    """Show the first suggestion that waits after this number; 0 shows the first."""

    tag: ClassVar[str] = "sugnext"
    group_id: int
    after: int


@dataclass(frozen=True, slots=True)
class AcceptSuggestion(Action):
    """Take a suggestion into the group's bank."""

    tag: ClassVar[str] = "sugyes"
    own_id: int


@dataclass(frozen=True, slots=True)
class OpenDecline(Action):
    """Open the form to decline a suggestion."""

    tag: ClassVar[str] = "sugnoform"
    own_id: int


@dataclass(frozen=True, slots=True)
class SendDecline(Action):
    """Decline a suggestion, with a line to its author or without."""

    tag: ClassVar[str] = "sugno"
    own_id: int


@dataclass(frozen=True, slots=True)
class OpenEdit(Action):
    """Open a waiting suggestion in its form."""

    tag: ClassVar[str] = "sugedit"
    own_id: int


@dataclass(frozen=True, slots=True)
class SaveEdit(Action):
    """Keep what an organiser changed in a waiting suggestion."""

    tag: ClassVar[str] = "sugsave"
    own_id: int


@dataclass(frozen=True, slots=True)
class OpenImport(Action):
    """Open the form of an import."""

    tag: ClassVar[str] = "impopen"
    group_id: int


@dataclass(frozen=True, slots=True)
class SendImport(Action):
    """A text or a file was handed in."""

    tag: ClassVar[str] = "impsend"
    group_id: int


@dataclass(frozen=True, slots=True)
class AddImport(Action):
    """Take the questions of an import into the bank, or (not ``keep``) forget them. ``first`` is one of them."""

    tag: ClassVar[str] = "impadd"
    group_id: int
    first: int
    keep: bool


@dataclass(frozen=True, slots=True)
class Browse(Action):
    """Show a page of a group's bank under a topic, "" for all."""

    tag: ClassVar[str] = "bkbrowse"
    group_id: int
    topic: str
    page: int


@dataclass(frozen=True, slots=True)
class OpenItem(Action):
    """Open one item of a page; the value is its id."""

    tag: ClassVar[str] = "bkopen"
    group_id: int
    topic: str
    page: int


@dataclass(frozen=True, slots=True)
class ReadItem(Action):
    """Read an item of the bank or a suggestion in parts."""

    tag: ClassVar[str] = "bkread"
    group_id: int
    item_id: str
    part: int


@dataclass(frozen=True, slots=True)
class Retire(Action):
    """Ask one of the group's own questions no more, or (not ``away``) again."""

    tag: ClassVar[str] = "bkretire"
    own_id: int
    away: bool
