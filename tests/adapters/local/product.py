"""A small product for the local room's tests: a reading group that uses every element, form field and reply."""

from datetime import UTC, datetime, timedelta

from adapters.local import LocalRoom, RoomMember
from bot.chat.actions import Action
from bot.chat.cards import (
    Accent,
    Ask,
    Button,
    Card,
    Choice,
    Divider,
    Done,
    Fields,
    File,
    FileField,
    Form,
    Link,
    Moment,
    OneOf,
    Picture,
    Plain,
    Private,
    Public,
    Refuse,
    Reply,
    Select,
    Slot,
    SomeOf,
    Style,
    Table,
    TextField,
    Update,
    Verbatim,
    text,
)
from bot.chat.commands import Command, Option, OptionKind, Options, Registry
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Request, Submit, Upload
from bot.chat.transcript import Transcript
from tests.support.responder import FOR_ORGANISERS, SmallResponder

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MEMBERS = (
    RoomMember("you", "You", organiser=True),
    RoomMember("mira", "Mira", sample=True),
    RoomMember("tom", "Tom", sample=True),
    RoomMember("aiko", "Aiko", sample=True),
)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f"
    "00050001ff56c72f0d0000000049454e44ae426082"
)


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def room_over(transcript: Transcript, clock: Clock | None = None) -> LocalRoom:
    """A room of four members, the first an organiser."""
    return LocalRoom(transcript, MEMBERS, clock=clock or Clock(), title="Reading group")


class Write(Action, tag="write"):
    page: int


class Save(Action, tag="save"):
    page: int


class Count(Action, tag="count"):
    seen: int


class Pick(Action, tag="pick"):
    pass


class Share(Action, tag="share"):
    pass


class Quiet(Action, tag="quiet"):
    pass


class Break(Action, tag="break"):
    pass


class Retired(Action, tag="retired"):
    pass


class Product:
    """Handlers that remember what reached them."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.saved: dict[tuple[str, int], str] = {}
        self.uploads: list[Upload] = []

    def dispatcher(self) -> SmallResponder:
        registry = Registry(
            (
                Command(("group", "setup"), "Set the group up.", self.setup, who=FOR_ORGANISERS),
                Command(("group", "status"), "What the group is set to.", self.status),
                Command(
                    ("quiz", "start"),
                    "Start a quiz.",
                    self.quiz,
                    (
                        Option("topic", "What it is about.", complete=self.topics),
                        Option("count", "How many items.", OptionKind.INTEGER, least=1, most=20),
                        Option(
                            "mode",
                            "Alone or together.",
                            choices=(Choice("solo", "solo"), Choice("group", "group")),
                        ),
                    ),
                ),
                Command(("show",), "Show every element.", self.show),
                Command(("everything",), "A form with every field.", self.everything),
                Command(("help",), "All commands.", self.help),
            )
        )
        routes = (
            Route(Write, self.write, opens_form=True),
            Route(Save, self.save),
            Route(Count, self.count),
            Route(Pick, self.pick),
            Route(Share, self.share),
            Route(Quiet, self.quiet),
            Route(Break, self.break_),
        )
        return SmallResponder(registry, routes, self.allow)

    async def allow(self, request: Request) -> bool:
        return bool(request.manages)

    async def setup(self, request: Request, options: Options) -> Reply:
        del options
        self.requests.append(request)
        return Private(Card("Set up", (text("All set."),), accent=Accent.GOOD), slot=Slot("setup"))

    async def status(self, request: Request, options: Options) -> Reply:
        del options
        self.requests.append(request)
        return Private(Card("The group", (text("Mon to Fri, 09:00."),)), slot=Slot("status"))

    async def quiz(self, request: Request, options: Options) -> Reply:
        self.requests.append(request)
        said = ", ".join(f"{name} {value}" for name, value in options.items()) or "everything"
        return Private(Card("A quiz", (text("About ", Plain(said), "."),)), slot=Slot("quiz"))

    async def topics(self, request: Request, prefix: str) -> tuple[Choice, ...]:
        del request
        known = (
            Choice("Attention", "attention"),
            Choice("Alignment", "alignment", "two parts"),
            Choice("Agents", "agents"),
        )
        return tuple(c for c in known if c.value.startswith(prefix.lower()))

    async def show(self, request: Request, options: Options) -> Reply:
        del options
        self.requests.append(request)
        return Public(every_element())

    async def everything(self, request: Request, options: Options) -> Reply:
        del options
        self.requests.append(request)
        return Ask(every_field())

    async def help(self, request: Request, options: Options) -> Reply:
        del options
        self.requests.append(request)
        return Private(Card("Help", (text("Write `/show`."),)), slot=Slot("help"))

    async def write(self, request: Request, action: Write) -> Reply:
        self.requests.append(request)
        return Ask(page_form(action.page, self.saved.get((request.who.user, action.page), "")))

    async def save(self, request: Request, action: Save) -> Reply:
        self.requests.append(request)
        assert isinstance(request.what, Submit)
        upload = request.what.fields.get("file")
        if isinstance(upload, Upload):
            self.uploads.append(upload)
        said = request.what.text("answer")
        if not said.strip():
            return Refuse({"answer": "Write a sentence first."}, page_form(action.page, said))
        if len(said) > 120:
            return Refuse({"answer": f"{len(said)} characters; 120 fit."}, page_form(action.page, said))
        if said == "late":
            raise UserError("This page is closed", "Your text stands below.")
        self.saved[request.who.user, action.page] = said
        words = (text("Saved. You can change it until noon."), Verbatim(said, text("Your note:")))
        return Private(Card("Saved", words, accent=Accent.GOOD), slot=Slot("page", action.page))

    async def count(self, request: Request, action: Count) -> Reply:
        self.requests.append(request)
        return Update(counter(action.seen + 1))

    async def pick(self, request: Request, action: Pick) -> Reply:
        del action
        self.requests.append(request)
        values = getattr(request.what, "values", ())
        return Private(Card("Picked", (text(Plain(", ".join(values)), "."),)), slot=Slot("picked"))

    async def share(self, request: Request, action: Share) -> Reply:
        del action
        self.requests.append(request)
        return Public(Card("Shared with everyone", (text("By ", Plain(request.who.name), "."),)))

    async def quiet(self, request: Request, action: Quiet) -> Reply:
        del action
        self.requests.append(request)
        return Done("Noted.")

    async def break_(self, request: Request, action: Break) -> Reply:
        del action
        self.requests.append(request)
        raise RuntimeError("a bug of the product")


def page_form(page: int, typed: str) -> Form:
    """A short form whose one field has a limit."""
    field = TextField(
        "answer",
        "Your note",
        long=True,
        value=typed,
        placeholder="As you'd say it.",
        most=120,
        shown_as=Verbatim("", marked=True),
    )
    return Form(f"Page {page}", (field,), Save(page), submit_label="Save my note")


def every_field() -> Form:
    """A form with one field of each kind."""
    two = (Choice("Unnamed", "unnamed", "Nobody learns who wrote it."), Choice("Named", "named"))
    many = tuple(Choice(f"Chapter {n}", f"c{n}") for n in range(1, 9))
    return Form(
        "Every field",
        (
            TextField("answer", "Your note", value="A first thought."),
            OneOf("name", "If it is among the best", two, value="unnamed"),
            OneOf("chapter", "Chapter", many),
            SomeOf(
                "days", "Days", (Choice("Monday", "mon"), Choice("Tuesday", "tue"), Choice("Friday", "fri"))
            ),
            FileField("file", "A list of pages", (".csv",), most_bytes=2000, required=False),
        ),
        Save(9),
        intro=text("Closes ", Moment(NOON + timedelta(hours=5), "Europe/Berlin"), "."),
    )


def counter(seen: int) -> Card:
    """A card whose button changes it."""
    return Card("A counter", (text(f"Pressed {seen} times."),), ((Button("Once more", Count(seen)),),))


def question(page: int = 1) -> Card:
    """A card with a button that opens a form."""
    return Card(
        "What did page one say?",
        (text("Write one sentence."),),
        (
            (
                Button("Write", Write(page), Style.PRIMARY),
                Button("Vote", Count(0), disabled_because="Voting opens at noon."),
                Button("Share", Share()),
            ),
        ),
    )


def every_element() -> Card:
    """A card with one block and one control of each kind, and hostile words in it."""
    hostile = '<script>alert(1)</script> @everyone "; DROP TABLE members; -- ```'
    return Card(
        "Every element <b>here</b>",
        (
            text(
                "Some **bold**, *soft* and `code`, a [link](https://example.org/a?b=1&c=2) and ",
                Plain(hostile),
                ".\n\n- one\n- two",
            ),
            text("Opens ", Moment(NOON, "Europe/Berlin", "daytime"), "."),
            Verbatim(hostile + "\nsecond line", text("What ", Plain("<i>Mira</i>"), " wrote:")),
            Fields((("Streak", text("3 days")), ("Next", text(Moment(NOON, "UTC", "date"))))),
            Table(("Name", "Points"), ((hostile, "12"), ("שלום", "7")), right=frozenset({1})),
            Picture("board.png", PIXEL, 'A "board" <of> points'),
            File("pages <1>.csv", b"page,note\n1,yes\n", "text/csv"),
            Divider(),
        ),
        (
            (
                Button("Share <b>", Share(), Style.PRIMARY),
                Button("Old", Retired()),
                Button("Closed", Count(1), disabled_because="It ended <yesterday>."),
                Link("Read", "https://example.org/"),
                Link("Trap", "javascript:alert(1)"),
            ),
            (
                Select(
                    Pick(), tuple(Choice(f"Chapter {n}", f"c{n}") for n in range(1, 4)), "Choose a chapter"
                ),
            ),
            (
                Select(
                    Pick(),
                    tuple(Choice(f"Day {n}", f"d{n}") for n in range(1, 4)),
                    "Choose days",
                    least=1,
                    most=2,
                ),
            ),
        ),
        footer=text("Ends ", Moment(NOON + timedelta(days=1), "Europe/Berlin", "relative"), "."),
        accent=Accent.GOLD,
    )
