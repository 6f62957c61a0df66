"""Typed command lines: whatever is typed is understood, or the wrong word is named."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.cards import Card, Choice, Private, Reply
from bot.chat.commands import Command, Option, OptionKind, Options, Registry
from bot.chat.requests import Invoke, Value
from bot.chat.typed import MAX_LINE, LineError, parse, split, suggest
from tests.support.responder import FOR_ORGANISERS


async def nothing(_tx: object, _options: Options) -> Reply:
    return Private(Card("Nothing"))


async def towns(_tx: object, prefix: str) -> tuple[Choice, ...]:
    known = ("Accra", "New York", "Nuuk")
    return tuple(Choice(t, t) for t in known if t.lower().startswith(prefix.lower()))


SPEEDS = (Choice("Slowly", "slow"), Choice("As fast as it goes", "fast"))
REGISTRY = Registry(
    (
        Command(
            ("quiz", "start"),
            "Start a quiz",
            nothing,
            (
                Option("topic", "What about", complete=towns),
                Option("count", "How many", OptionKind.INTEGER, least=1, most=20),
                Option("speed", "How fast", choices=SPEEDS),
                Option("solo", "Alone?", OptionKind.BOOLEAN),
            ),
        ),
        Command(("quiz", "stop"), "Stop the quiz", nothing),
        Command(("help",), "Help", nothing, (Option("command", "Which one"),)),
        Command(("sing",), "Sing", nothing, (Option("song", "Which one", required=True),)),
        Command(
            ("wake",),
            "Be woken",
            nothing,
            (Option("on", "yes or no", OptionKind.BOOLEAN, required=True),),
            example="/wake on:yes",
        ),
        Command(
            ("goal",), "Set a date", nothing, (Option("on", "When", OptionKind.DATE),), who=FOR_ORGANISERS
        ),
        Command(("vote",), "Vote", nothing),
    )
)


async def propose(command: str, option: str, prefix: str) -> tuple[Choice, ...]:
    found = REGISTRY.get(command).option(option)
    assert found is not None
    assert found.complete is not None
    return await found.complete(None, prefix)


def complaint(line: str) -> LineError:
    with pytest.raises(LineError) as caught:
        parse(line, REGISTRY)
    return caught.value


def marked(line: str) -> str:
    """The part of a line that its error points to."""
    error = complaint(line)
    return line[error.start : error.end]


# Any line -----------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    (
        *(
            "/",
            "quiz",
            "start",
            "stop",
            "/quiz start",
            "/help",
            "/sing",
            "/goal",
            "/vote",
            "topic:",
            "count:",
            "speed:",
            "solo:",
        ),
        *(
            "on:",
            "song:",
            '"',
            ":",
            " ",
            "\t",
            "\n",
            "\u00a0",
            "5",
            "-1",
            "99",
            "yes",
            "slow",
            "2027-02-01",
            "20270201",
            "é",
        ),
        *("a b", '"a b"', "x:y", "https://example.org", "😀", "\u202e", "\x1c", "\x00", "٣", "topic:topic:"),
    )
)
LINES = (
    st.text(max_size=60)
    | st.lists(PIECES, max_size=12).map("".join)
    | st.lists(PIECES, max_size=8).map(" ".join)
)


def read(line: str) -> Invoke | LineError:
    try:
        return parse(line, REGISTRY)
    except LineError as error:
        return error


@given(LINES)
@example("")
@example("   ")
@example("/")
@example('"')
@example('/sing "')
@example("/" + "x" * 3000)
@example("/quiz start count:" + "9" * 3000)
def test_any_line_is_understood_or_its_wrong_part_is_marked(line: str) -> None:
    found = read(line)
    if isinstance(found, LineError):
        assert 0 <= found.start <= found.end <= len(line)
        assert 0 < len(found.message) < 250
        return
    assert REGISTRY.get(found.path).name == found.path
    assert set(found.options) <= {o.name for o in REGISTRY.get(found.path).options}


@given(LINES)
def test_words_stand_where_they_say_and_nothing_but_space_lies_between_them(line: str) -> None:
    try:
        words = split(line)
    except LineError:
        return
    at = 0
    for word in words:
        assert line[at : word.start].strip() == ""
        assert word.start < word.end <= len(line)
        assert word.text in line[word.start : word.end]
        at = word.end
    assert line[at:].strip() == ""


@given(LINES)
async def test_every_line_can_be_completed_to_lines_that_begin_alike(line: str) -> None:
    found = await suggest(line, REGISTRY, propose, organiser=True)
    assert len(found) <= 25
    assert all(s.line.startswith("/") and s.line.endswith((" ", ":")) for s in found)


# Lines that are right -------------------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_characters='"'), min_size=1, max_size=30).map(str.strip)
VALUES: Mapping[str, st.SearchStrategy[Value]] = {
    "topic": TEXTS.filter(bool),
    "count": st.integers(1, 20),
    "speed": st.sampled_from(("slow", "fast")),
    "solo": st.booleans(),
}


def typed(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f'"{value}"' if isinstance(value, str) else str(value)


@given(
    st.fixed_dictionaries({}, optional=VALUES), st.permutations(tuple(VALUES)), st.sampled_from(("", "  "))
)
def test_options_are_read_as_they_were_typed_in_any_order(
    values: dict[str, Value], order: list[str], gap: str
) -> None:
    names = [name for name in order if name in values]
    line = gap + " ".join(("/quiz", "start", *(f"{n}:{typed(values[n])}" for n in names))) + gap
    assert parse(line, REGISTRY) == Invoke("quiz start", values)


@given(st.dates())
def test_a_date_stays_the_date_it_was(day: date) -> None:
    assert parse(f"/goal on:{day.isoformat()}", REGISTRY).options == {"on": day.isoformat()}


@pytest.mark.parametrize(
    ("line", "path", "options"),
    [
        ("/quiz start topic:rlhf count:5", "quiz start", {"topic": "rlhf", "count": 5}),
        ("quiz start rlhf 5", "quiz start", {"topic": "rlhf", "count": 5}),
        ("/QUIZ Start COUNT:5 rlhf", "quiz start", {"count": 5, "topic": "rlhf"}),
        (
            '/quiz start "new york" 5 fast yes',
            "quiz start",
            {"topic": "new york", "count": 5, "speed": "fast", "solo": True},
        ),
        ('/quiz start speed:"as fast as it goes"', "quiz start", {"speed": "fast"}),
        ('/quiz start topic:"a: b" solo:off', "quiz start", {"topic": "a: b", "solo": False}),
        ("/sing a song of sixpence", "sing", {"song": "a song of sixpence"}),
        ("/sing https://example.org/song", "sing", {"song": "https://example.org/song"}),
        ("/sing note: this", "sing", {"song": "note: this"}),
        ("/vote", "vote", {}),
        ("/goal on:in 3 weeks", "goal", {"on": "in 3 weeks"}),
        ("/goal the 31st of December 2026", "goal", {"on": "the 31st of December 2026"}),
        ("  /help   quiz  ", "help", {"command": "quiz"}),
    ],
)
def test_lines_as_people_type_them(line: str, path: str, options: Mapping[str, Value]) -> None:
    assert parse(line, REGISTRY) == Invoke(path, options)


# Lines that are wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "wrong", "says"),
    [
        ("/qiuz start", "/qiuz", "There is no command /qiuz. Did you mean /quiz start?"),
        ("/zzzzzz", "/zzzzzz", "There is no command /zzzzzz. /help shows them all."),
        ("/quiz strat", "strat", "There is no /quiz strat. Did you mean /quiz start?"),
        ("/quiz", "", "After /quiz type one of: start, stop."),
        ("/quiz start count:many", "count:many", "count must be a whole number, not “many”."),
        ("/quiz start count:21", "count:21", "count must be 1 to 20, not 21."),
        ("/quiz start speed:fats", "speed:fats", "speed cannot be “fats”. Did you mean fast?"),
        ("/quiz start solo:perhaps", "solo:perhaps", "solo must be yes or no, not “perhaps”."),
        ("/quiz start count:1 count:2", "count:2", "count is given twice."),
        (
            "/quiz start rlhf 5 fast yes more",
            "more",
            "/quiz start takes no more words: “more” is one too many.",
        ),
        ("/vote now", "now", "/vote takes no options: “now” is one too many."),
        ("/vote when:now", "when:now", "/vote has no option when. It takes no options."),
        ("/goal onn:2027-02-01", "onn:2027-02-01", "/goal has no option onn. Did you mean on:?"),
        ("/goal on:soon", "on:soon", "on must be a day like 2027-02-01 or “in 3 weeks”, not “soon”."),
        (
            "/goal on:2027-02-30",
            "on:2027-02-30",
            "on must be a day like 2027-02-01 or “in 3 weeks”, not “2027-02-30”.",
        ),
        ("/sing", "", "/sing needs song: Which one."),
        ("/wake", "", "/wake needs on: yes or no. For example: /wake on:yes"),
        ("/sing song:", "song:", "song is empty: Which one"),
        ('/sing "la la', '"la la', 'The quotation mark is not closed: add " at the end.'),
        ("", "", "Type a command, such as /help."),
    ],
)
def test_the_wrong_word_is_marked_and_the_nearest_right_one_named(line: str, wrong: str, says: str) -> None:
    assert complaint(line).message == says
    assert marked(line) == wrong


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("hello everybody", "hello"),
        ("  thanks, all", "thanks,"),
        ("note: this is new", "note:"),
        ('"so it is" said she', '"so it is"'),
        ("anwser", "anwser"),
    ],
)
def test_words_that_are_no_command_are_told_what_the_box_is_for(line: str, word: str) -> None:
    assert complaint(line).message == "This box takes only commands; they begin with /, such as /help."
    assert marked(line) == word


@pytest.mark.parametrize(
    "line", ["vote", "VOTE", "help quiz", "quiz start topic:rlhf", "sing hello everybody"]
)
def test_a_command_is_understood_without_its_slash(line: str) -> None:
    assert parse(line, REGISTRY) == parse(f"/{line}", REGISTRY)


def test_a_line_without_an_end_is_refused_from_where_it_is_too_long() -> None:
    line = "/sing " + "la " * 5000
    error = complaint(line)
    assert (error.start, error.end) == (MAX_LINE, len(line))
    assert "4000" in error.message


def test_a_long_wrong_word_is_not_said_back_in_full() -> None:
    assert len(complaint("/" + "x" * 2000).message) < 100


# Completion -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "organiser", "lines"),
    [
        ("/qu", False, ["/quiz start ", "/quiz stop "]),
        ("quiz st", False, ["/quiz start ", "/quiz stop "]),
        ("/quiz start c", False, ["/quiz start count:"]),
        ("/quiz start count:3 s", False, ["/quiz start count:3 speed:", "/quiz start count:3 solo:"]),
        ("/quiz start speed:f", False, ["/quiz start speed:fast "]),
        ("/wake ", False, ["/wake on:yes ", "/wake on:no "]),
        ("/quiz start solo:", False, ["/quiz start solo:yes ", "/quiz start solo:no "]),
        ("/quiz start topic:n", False, ['/quiz start topic:"New York" ', "/quiz start topic:Nuuk "]),
        ("/g", False, []),
        ("/g", True, ["/goal "]),
        ("/stop", False, ["/quiz stop "]),
        ("/date", True, ["/goal "]),
        ("/", False, ["/help ", "/sing ", "/wake ", "/vote ", "/quiz start ", "/quiz stop "]),
    ],
)
async def test_a_line_goes_on_with_what_fits(line: str, organiser: bool, lines: list[str]) -> None:
    assert [s.line for s in await suggest(line, REGISTRY, propose, organiser=organiser)] == lines


async def test_a_proposed_value_is_understood_as_it_was_meant() -> None:
    for start in ("/quiz start topic:", "/quiz start speed:", "/quiz start solo:"):
        for found in await suggest(start, REGISTRY, propose, organiser=False):
            assert len(parse(found.line, REGISTRY).options) == 1
