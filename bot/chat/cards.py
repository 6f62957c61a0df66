"""What the bot says: cards, forms and replies as plain data.

The set of elements is closed: an adapter renders every one of them and owns its platform's limits. What is too
long for a platform is cut at a word by its renderer, which then shows a "Read all" button with the card's
``read_all`` action; a card that can grow long must set it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from bot.chat.actions import Action


class Accent(StrEnum):
    """The colour of a card's edge: what it means, never which colour it is."""

    NEUTRAL = "neutral"
    GOOD = "good"
    BAD = "bad"
    GOLD = "gold"


class Style(StrEnum):
    """How much a button asks for attention; at most one on a card is primary."""

    PRIMARY = "primary"
    NORMAL = "normal"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, shown in the reader's own zone where the platform can.

    ``at`` is aware and in UTC. ``zone`` is the group's IANA zone: it is shown on hover, and used where a platform
    cannot know the reader's. ``style``: "time" is 09:00, "day" is Wednesday, "daytime" is Wed 09:00, "date" is
    4 March 2026, "relative" is in 3 hours, "countdown" is in 42 seconds, or at 09:00:42 where a platform can't count.
    """

    at: datetime
    zone: str = "UTC"
    style: Literal["time", "day", "daytime", "date", "relative", "countdown"] = "daytime"


@dataclass(frozen=True, slots=True)
class Plain:
    """A piece of a sentence that somebody else wrote (a name, a channel): never parsed, always escaped."""

    text: str


@dataclass(frozen=True, slots=True)
class Cmd:
    """A command in a sentence, as it is typed after the slash: "quiz start topic:rlhf". Each platform writes it its way."""

    line: str


@dataclass(frozen=True, slots=True)
class Day:
    """A date in a sentence. ``style``: "weekday" is Wednesday, "date" is Wednesday 4 March, "full" has the year too."""

    on: date
    style: Literal["weekday", "date", "full"] = "full"


@dataclass(frozen=True, slots=True)
class Role:
    """A role in a sentence, by the platform's id: its name as it is there now, and nobody is notified."""

    id: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a private card, by the platform's id of their account there: as they are called now, a press away.

    ``name`` is what a platform without such links writes. Nobody is notified.
    """

    id: str
    name: str


Part: TypeAlias = str | Moment | Plain | Cmd | Day | Role | Person


@dataclass(frozen=True, slots=True)
class Text:
    """Our own words: a small CommonMark subset, with moments and verbatim names between them.

    The subset: paragraphs, bold, italic, inline code, code block, link, bullet list, quote. The parts are joined
    before parsing; all but our words are put in afterwards, so that they can never become markup.
    """

    parts: tuple[Part, ...]


_COMMAND = re.compile(r"`/([a-z][a-z-]*(?: [^`/]*)?)`")


def text(*parts: Part) -> Text:
    """A paragraph (or several, parted by blank lines) from our own words, moments and names.

    A command in backticks, such as `/quiz start`, becomes a ``Cmd``.
    """
    return Text(tuple(made for part in parts for made in _typed(part)))


def _typed(part: Part) -> Iterator[Part]:
    if not isinstance(part, str) or "`/" not in part:
        yield part
        return
    for number, piece in enumerate(_COMMAND.split(part)):
        if piece:
            yield Cmd(piece) if number % 2 else piece


@dataclass(frozen=True, slots=True)
class Verbatim:
    """What a member wrote, shown as a quotation: always escaped. ``caption`` stands above it.

    ``marked``: it may hold what members may mark (``bot.chat.rendering.said``); else it is never parsed. ``code``: it is shown
    in a fixed-width font and keeps its indentation, unless its code is marked as such.
    """

    text: str
    caption: Text | None = None
    code: bool = False
    marked: bool = False


MARKED = Verbatim("", marked=True)
"""How a field's words are shown where members may mark them."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Short facts side by side: (name, value) pairs; no value is empty."""

    rows: tuple[tuple[str, Text], ...]

    def __post_init__(self) -> None:
        if not self.rows or any(not name for name, _ in self.rows):
            raise ValueError("Fields need at least one row, and every row a name.")


@dataclass(frozen=True, slots=True)
class Table:
    """A small table of plain cells (escaped, never parsed); ``right`` holds the indices of right-aligned columns."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.head) for row in self.rows):
            raise ValueError("Every row of a table has as many cells as its head.")


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG with words for those who cannot see it; a text of the same content stands beside it in the card.

    A reply's picture comes without ``data``, and with what it is drawn from: ``layout`` is called off the event loop, once
    everything is committed.
    """

    name: str
    data: bytes
    alt: str
    layout: Callable[[], Any] | None = None

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("A picture needs alt text.")


@dataclass(frozen=True, slots=True)
class File:
    """A file to download."""

    name: str
    data: bytes
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Divider:
    """A thin line between two parts of a card."""


Block: TypeAlias = Text | Verbatim | Fields | Table | Picture | File | Divider


@dataclass(frozen=True, slots=True)
class Button:
    """A button that says what happens. A disabled one says why in ``disabled_because``."""

    label: str
    action: Action
    style: Style = Style.NORMAL
    disabled_because: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens a page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list: what is shown, and the value that comes back (at most 100 characters)."""

    label: str
    value: str
    note: str = ""


MAX_CHOICES = 25
"""The most entries one list may have: the smallest of the platforms' limits. Longer lists take two steps."""


@dataclass(frozen=True, slots=True)
class Select:
    """A list to choose from; the chosen values come with the press of ``action``."""

    action: Action
    options: tuple[Choice, ...]
    placeholder: str
    chosen: frozenset[str] = frozenset()
    least: int = 1
    most: int = 1

    def __post_init__(self) -> None:
        _check_choices(self.options)
        if not 0 <= self.least <= self.most <= len(self.options):
            raise ValueError("A list's least and most must fit its options.")


@dataclass(frozen=True, slots=True)
class RoleSelect:
    """The list of a place's roles, which the platform itself fills: there may be hundreds.

    It stands only in private replies within the place, where the platform has roles. The id of the role comes with the
    press of ``action``; nothing comes where nobody can be given that role.
    """

    action: Action
    placeholder: str
    chosen: str = ""


Control: TypeAlias = Button | Link | Select | RoleSelect


@dataclass(frozen=True, slots=True)
class Mention:
    """Whom a message notifies: whoever is online in its place, or with ``role``, by the platform's id, whoever holds that."""

    role: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One message. ``controls`` are rows: of up to five buttons and links, or of one list alone.

    ``mention`` stands above it, and notifies once: when it is posted in a place. Nothing else in a card notifies anybody.
    Whoever has a private card in the slot that it ``renews`` gets the newest face of that one by the action: where a platform
    shows both side by side, it presses by itself.
    """

    title: str
    blocks: tuple[Block, ...] = ()
    controls: tuple[tuple[Control, ...], ...] = ()
    footer: Text | None = None
    accent: Accent = Accent.NEUTRAL
    read_all: Action | None = None
    mention: Mention | None = None
    renews: "tuple[Slot, Action] | None" = None

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise ValueError("A card needs a title.")
        for row in self.controls:
            selects = sum(isinstance(control, Select | RoleSelect) for control in row)
            if not row or len(row) > 5 or (selects and len(row) > 1):
                raise ValueError("A row holds one to five buttons, or one list alone.")
        if len(self.controls) > 5:
            raise ValueError("A card holds at most five rows of controls.")

    def buttons(self) -> tuple[Button, ...]:
        """All buttons of the card, in reading order."""
        return tuple(c for row in self.controls for c in row if isinstance(c, Button))


@dataclass(frozen=True, slots=True)
class TextField:
    """A text to type. ``most`` counts characters; ``value`` is what stands in it when the form opens.

    ``day``: it takes a day. A platform that has a field for dates shows that, and sends YYYY-MM-DD.
    ``shown_as`` is how it will be shown, without words, where it may hold marks: a platform that can offers a preview.
    """

    id: str
    label: str
    long: bool = False
    value: str = ""
    placeholder: str = ""
    required: bool = True
    least: int = 0
    most: int = 3000
    help: str = ""
    day: bool = False
    shown_as: Verbatim | None = None


@dataclass(frozen=True, slots=True)
class OneOf:
    """One entry to choose; ``value`` is the one chosen when the form opens ("" for none)."""

    id: str
    label: str
    options: tuple[Choice, ...]
    value: str = ""
    required: bool = True
    help: str = ""

    def __post_init__(self) -> None:
        _check_choices(self.options)


@dataclass(frozen=True, slots=True)
class SomeOf:
    """Any number of entries to choose."""

    id: str
    label: str
    options: tuple[Choice, ...]
    values: frozenset[str] = frozenset()
    required: bool = False
    help: str = ""

    def __post_init__(self) -> None:
        _check_choices(self.options)


@dataclass(frozen=True, slots=True)
class FileField:
    """A file to hand in; ``most_bytes`` bounds it, ``endings`` names what is taken (".csv")."""

    id: str
    label: str
    endings: tuple[str, ...] = ()
    most_bytes: int = 1_000_000
    required: bool = True
    help: str = ""


Field: TypeAlias = TextField | OneOf | SomeOf | FileField


@dataclass(frozen=True, slots=True)
class Form:
    """One to five fields and where they go. ``intro`` stands above them where the platform has room."""

    title: str
    fields: tuple[Field, ...]
    submit: Action
    submit_label: str = "Save"
    intro: Text | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.fields) <= 5:
            raise ValueError("A form has one to five fields.")
        if len({f.id for f in self.fields}) != len(self.fields):
            raise ValueError("A form's fields have different ids.")


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a private card stands: a new one of the same slot takes the earlier one's place. ``number`` is an id."""

    kind: str
    number: int | None = None

    @property
    def key(self) -> str:
        """The slot as text: "ballot:12"."""
        return self.kind if self.number is None else f"{self.kind}:{self.number}"


def slot_key(slot: Slot | None) -> str:
    """The slot as text, "" for none."""
    return slot.key if slot is not None else ""


@dataclass(frozen=True, slots=True)
class Private:
    """A card that only the one who asked sees, in its ``slot`` where it has one.

    ``also`` are further private cards to be shown after it: what could not be told this person out of the blue.
    ``unkept``: nothing can be kept just now, and what was asked for was not; a platform that keeps its messages with us shows
    this one without.
    """

    card: Card
    slot: Slot | None = None
    also: tuple[Card, ...] = ()
    unkept: bool = False


@dataclass(frozen=True, slots=True)
class Public:
    """A card for everyone in the place where the request came from."""

    card: Card


@dataclass(frozen=True, slots=True)
class Update:
    """A new face for the message that was clicked; sent again, privately, where that cannot be done."""

    card: Card
    slot: Slot | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A form to fill in; it must be the first response."""

    form: Form


@dataclass(frozen=True, slots=True)
class Refuse:
    """A form that was not accepted: an error by field id ("" for the whole form).

    ``form`` is the same form with what was typed, so that nothing is lost where a form closes on submit.
    """

    errors: Mapping[str, str]
    form: Form


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing more to show: what was asked is visible already."""

    note: str = field(default="")


Reply: TypeAlias = Private | Public | Update | Ask | Refuse | Done


def _check_choices(options: tuple[Choice, ...]) -> None:
    if not 1 <= len(options) <= MAX_CHOICES:
        raise ValueError(f"A list has 1 to {MAX_CHOICES} entries, not {len(options)}.")
    if len({o.value for o in options}) != len(options):
        raise ValueError("The values of a list differ.")
    if any(not o.label.strip() or not 1 <= len(o.value) <= 100 for o in options):
        raise ValueError("Every entry of a list has a label, and a value of 1 to 100 characters.")
