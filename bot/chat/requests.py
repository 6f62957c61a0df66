"""What comes in: who asks, where, and what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot.chat.actions import ActionError


@dataclass(frozen=True, slots=True)
class Identity:
    """An account: unique by (platform, tenant, user). ``name`` is what others call it there, at most 80 characters."""

    platform: str
    tenant: str
    user: str
    name: str = ""

    @property
    def key(self) -> str:
        """A stable text for this account."""
        return f"{self.platform}/{self.tenant}/{self.user}"


@dataclass(frozen=True, slots=True)
class Place:
    """A channel: unique by (platform, tenant, channel). A thread resolves to its parent; ``thread`` is only for replies."""

    platform: str
    tenant: str
    channel: str
    name: str = ""
    thread: str | None = None

    @property
    def key(self) -> str:
        """A stable text for this channel."""
        return f"{self.platform}/{self.tenant}/{self.channel}"


Destination: TypeAlias = Place | Identity


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message that was sent: where it stands and its id there."""

    platform: str
    tenant: str
    channel: str
    message: str


Value: TypeAlias = str | int | bool


@dataclass(frozen=True, slots=True)
class Invoke:
    """A command with its options, already read and of the declared types. ``path`` is "quiz start"."""

    path: str
    options: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Press:
    """A button or a list: the action's id and the values chosen."""

    action: str
    values: tuple[str, ...] = ()

    @property
    def chosen(self) -> str:
        """The first value that was chosen, "" where none was."""
        return self.values[0] if self.values else ""

    @property
    def number(self) -> int:
        """What was chosen as the number of something of ours, which has fewer than 18 digits; 0 where it is none."""
        return int(self.chosen) if self.chosen.isdecimal() and len(self.chosen) < 18 else 0


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form."""

    name: str
    data: bytes


FieldValue: TypeAlias = str | tuple[str, ...] | Upload


_LONGEST_VALUE = 40


@dataclass(frozen=True, slots=True)
class Submit:
    """A form that was sent: its submit action's id and the values by field id.

    ``written`` names the fields that somebody typed into, None where the platform does not tell them from lists.
    """

    action: str
    fields: Mapping[str, FieldValue]
    written: frozenset[str] | None = field(default=None, compare=False)

    def text(self, field: str) -> str:
        """The text of a field, "" where it is missing or no text."""
        value = self.fields.get(field, "")
        return value if isinstance(value, str) else ""

    @property
    def typed(self) -> tuple[str, ...]:
        """What was typed, so that it can be given back. Where that is not known, values of lists are single short words."""
        texts = {
            name: value for name, value in self.fields.items() if isinstance(value, str) and value.strip()
        }
        if self.written is not None:
            return tuple(value for name, value in texts.items() if name in self.written)
        return tuple(each for each in texts.values() if len(each) > _LONGEST_VALUE or len(each.split()) > 1)


What: TypeAlias = Invoke | Press | Submit


@dataclass(frozen=True, slots=True)
class Request:
    """One thing somebody did.

    ``id`` is unique per platform and the same when the platform delivers the thing again. ``at`` is aware UTC, set by
    the composition root's clock. ``place`` is None in a private chat. ``manages`` is True when the platform says this
    person may manage the server or channel, None where it could not be asked just now; ``roles`` are the ids of the
    roles they hold there. ``zone`` is the IANA zone the platform knows of the person, if any.
    ``message`` is the message whose control was pressed.
    """

    id: str
    at: datetime
    who: Identity
    place: Place | None
    what: What
    manages: bool | None = False
    zone: str | None = None
    message: MessageRef | None = None
    roles: frozenset[str] = frozenset()

    @property
    def pressed(self) -> Press:
        """What was pressed, with the values chosen.

        Raises:
            ActionError: it came as a form, or as a command.
        """
        if not isinstance(self.what, Press):
            raise ActionError("not pressed")
        return self.what

    @property
    def submitted(self) -> Submit:
        """The form that was sent.

        Raises:
            ActionError: it came as a press, or as a command.
        """
        if not isinstance(self.what, Submit):
            raise ActionError("not sent as a form")
        return self.what
