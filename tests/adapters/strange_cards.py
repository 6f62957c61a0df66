"""Cards and forms with the longest and strangest content there is, by hand and by chance, for every renderer's tests."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from bot.chat.actions import Action
from bot.chat.cards import (
    Accent,
    Block,
    Button,
    Card,
    Choice,
    Control,
    Divider,
    Field,
    Fields,
    File,
    FileField,
    Form,
    Link,
    Mention,
    Moment,
    OneOf,
    Picture,
    Plain,
    Select,
    SomeOf,
    Style,
    Table,
    Text,
    TextField,
    Verbatim,
    text,
)


class Go(Action, tag="go"):
    """An action of the tests."""

    number: int = 0
    said: str = ""


class ReadAll(Action, tag="readall"):
    """What the "Read all" button does in the tests."""


NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

STRANGE = (
    "x" * 9_000,
    "word " * 20_000,
    "*" * 9_000,
    "\n" * 9_000 + "end",
    "line\n" * 2_000,
    "@everyone @here <@123> <@!1> <@&55> <#77> </vote:123> <t:1:R> <:smile:1> <a:x:2> <id:home>",
    "<!channel> <!here> <!everyone> <@U123> <#C123|general> <https://evil.example|click> &amp; & < >",
    "https://example.org http://a.b/c_d_e discord.gg/abc www.example.org mailto:a@b.c",
    "[click](https://evil.example) ![x](https://evil.example/a.png) <https://evil.example>",
    "```\nfence\n``` ``two`` `one` ````` \\``` \\",
    "# head\n## two\n-# small\n> quote\n>>> all\n- list\n* list\n+ list\n1. one\n  23. two\n---\n===",
    "**bold** *it* _it_ __under__ ~~gone~~ ||spoiler|| :smile: \\* \\\\ \\`",
    "\u202eevil\u202c \u2066\u2067\u2068\u2069 \u200f שלום עולם مرحبا بالعالم (abc) 123",
    "Z" + "\u0301\u0310\u0489" * 900 + "algo",
    "👩‍👩‍👧‍👦" * 900,
    "🇩🇪🇫🇷" * 1500,
    "👍🏽 ❤️ 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 1️⃣",
    "\u200b\u200b\u200d\u2060\ufeff" * 500,
    "a" + "\u200b" * 500 + "b",
    "漢字かな交じり文 " * 600,
    "\x00\x01\x07\x1b[31m\x7f\u2028\u2029\x85\r\n\ud800 end",
    "󰀀 \U000f0001 \ue000",
    "   ",
    ".",
    "-",
    "1",
    ":",
    "@",
)


def every_block(said: str) -> tuple[Block, ...]:
    """One of each block, with these words in every place that holds words; ours are in plain parts and in str parts."""
    when = Moment(NOON, "Europe/Berlin")
    return (
        text(
            "By ",
            Plain(said),
            " at ",
            when,
            ": **",
            Plain(said),
            "**\n\n- ",
            Plain(said),
            "\n- `",
            Plain(said),
            "`",
        ),
        text(
            "> ",
            Plain(said),
            "\n\n```py\n",
            Plain(said),
            "\n```\n\n[",
            Plain(said),
            "](https://example.org/a_(b))",
        ),
        Verbatim(said, text("By ", Plain(said), ":")),
        Verbatim(said, marked=True),
        Fields(((said or "–", text(Plain(said))), ("When", text(when)), ("Nothing", text()))),
        Divider(),
        Divider(),
        Table((said, "Points"), ((said, "3"), ("b", said)), frozenset({1})),
        Picture(said[:300] or "p", b"png", said.strip() or "alt"),
        Picture("p.png", b"png", "alt"),
        File(said[:300], b"data"),
        Divider(),
    )


def full_controls(said: str) -> tuple[tuple[Control, ...], ...]:
    """Five rows of five buttons, some alike, some disabled."""
    rows = [
        tuple(
            Button(said or "–", Go(5 * row + at, "x" * 60), Style.NORMAL, said if at == 3 else None)
            for at in range(5)
        )
        for row in range(5)
    ]
    return tuple(rows)


def lists(said: str) -> tuple[tuple[Control, ...], ...]:
    """Five lists of 25 entries, of one and of several."""
    options = tuple(Choice((said.strip() or "–"), f"{n:02}{'v' * 98}", said) for n in range(25))
    chosen = frozenset(o.value for o in options)
    return tuple(
        (Select(Go(n), options, said, chosen, 0 if n == 4 else 1, 25 if n % 2 else 1),) for n in range(5)
    )


def strange_card(said: str, times: int = 1, controls: tuple[tuple[Control, ...], ...] = ()) -> Card:
    """A card full of these words."""
    title = said if said.strip() else "Title"
    footer = text("By ", Plain(said), " · ", Moment(NOON, style="relative"), " · *", Plain(said), "*")
    return Card(title, every_block(said) * times, controls, footer, Accent.GOLD, ReadAll(), Mention())


def strange_form(said: str) -> Form:
    """A form full of these words."""
    options = tuple(Choice((said.strip() or "–"), f"{n:02}{'v' * 98}", said) for n in range(25))
    fields: tuple[Field, ...] = (
        TextField("short", said, value=said, placeholder=said, help=said),
        TextField("long", said, long=True, value=said, most=100_000, least=2, required=False),
        OneOf("one", said, options, value=options[3].value, help=said),
        SomeOf("some", said, options, frozenset(o.value for o in options)),
        FileField("file", said, (".csv", ".json"), help=said),
    )
    return Form(said, fields, Go(1), said, text(Plain(said), " and **more**"))


_words = st.one_of(
    st.sampled_from(STRANGE),
    st.text(max_size=300),
    st.lists(st.sampled_from(["*", "_", "`", "```", "~~", "||", "\n", "<", ">", "@everyone", ":", "#", "1.", " ", "a", "é", "漢",
                              "\u202e", "\u200b", "👩‍👩‍👧", "ש", "[", "](", ")", "\\", "-", "https://x.y", "|", "&", "$", "**"]),
             max_size=80).map("".join),
)  # fmt: skip
_moments = st.builds(
    Moment,
    st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Tokyo"]),
    st.sampled_from(["time", "day", "daytime", "date", "relative"]),
)
_ours = st.sampled_from(
    [
        "A sentence. ",
        "**bold** ",
        "*it* ",
        "`code` ",
        "[a](https://b.c) ",
        "\n\n- one\n- two\n\n",
        "\n\n> q\n\n",
        "2 \\* 3 ",
        "x < y ",
    ]
)
_texts = st.lists(st.one_of(_ours, _words.map(Plain), _moments), max_size=8).map(
    lambda parts: Text(tuple(parts))
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A table of any shape."""
    columns = draw(st.integers(1, 6))
    row = st.lists(_words, min_size=columns, max_size=columns).map(tuple)
    right = draw(st.frozensets(st.integers(0, columns - 1)))
    return Table(draw(row), tuple(draw(st.lists(row, max_size=6))), right)


_filled = _words.filter(lambda said: bool(said.strip()))
blocks: st.SearchStrategy[Block] = st.one_of(
    _texts,
    st.builds(Verbatim, _words, st.none() | _texts),
    st.lists(st.tuples(_filled, _texts), min_size=1, max_size=12).map(lambda rows: Fields(tuple(rows))),
    tables(),
    st.builds(Picture, _words, st.just(b"png"), _filled),
    st.builds(File, _words, st.just(b"data")),
    st.just(Divider()),
)


@st.composite
def rows(draw: st.DrawFn) -> tuple[Control, ...]:
    """A row of buttons and links, or of one list."""
    if draw(st.booleans()):
        options = draw(st.lists(_filled, min_size=1, max_size=25))
        choices = tuple(Choice(said, f"{n}", said) for n, said in enumerate(options))
        most = draw(st.integers(0, len(choices)))
        return (
            Select(Go(draw(st.integers(0, 9))), choices, draw(_words), frozenset({"0", "1", "7"}), 0, most),
        )
    button = st.builds(
        Button, _words, st.builds(Go, st.integers(0, 9)), st.sampled_from(Style), st.none() | _words
    )
    link = st.builds(Link, _words, st.just("https://example.org/a"))
    return tuple(draw(st.lists(button | link, min_size=1, max_size=5)))


cards: st.SearchStrategy[Card] = st.builds(
    Card,
    _filled,
    st.lists(blocks, max_size=14).map(tuple),
    st.lists(rows(), max_size=5).map(tuple),
    st.none() | _texts,
    st.sampled_from(Accent),
    st.sampled_from([None, ReadAll(), Go(3)]),
)


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """A form of any shape."""
    made: list[Any] = []
    for number in range(draw(st.integers(1, 5))):
        name, label, help_ = f"f{number}", draw(_words), draw(_words)
        choices = tuple(
            Choice(said, f"{n}", said)
            for n, said in enumerate(draw(st.lists(_filled, min_size=1, max_size=25)))
        )
        required = draw(st.booleans())
        kind = draw(st.integers(0, 3))
        if kind == 0:
            most = draw(st.integers(1, 9000))
            made.append(TextField(name, label, draw(st.booleans()), draw(_words), draw(_words), required,
                                  draw(st.integers(0, most)), most, help_))  # fmt: skip
        elif kind == 1:
            made.append(OneOf(name, label, choices, draw(st.sampled_from(["", "0", "9"])), required, help_))
        elif kind == 2:
            made.append(SomeOf(name, label, choices, frozenset({"0", "2"}), required, help_))
        else:
            made.append(FileField(name, label, (".csv",), 5_000_000, required, help_))
    return Form(draw(_words), tuple(made), Go(1), draw(_words), draw(st.none() | _texts))
