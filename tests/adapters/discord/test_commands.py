import pytest

from adapters.discord.commands import commands, fingerprint, text_length
from bot.chat.cards import Choice, Done, Reply
from bot.chat.commands import Command, Option, OptionKind, Options, Registry
from bot.chat.requests import Request
from tests.adapters.discord.support.limits import check_discord_commands


async def nothing(_request: Request, _options: Options) -> Reply:
    return Done()


async def none(_request: Request, _prefix: str) -> tuple[Choice, ...]:
    return ()


QUIZ = Command(
    ("quiz", "start"),
    "Start a quiz",
    nothing,
    (
        Option("topic", "Which topic", required=True, complete=none),
        Option("count", "How many", OptionKind.INTEGER, least=1, most=20),
        Option("mode", "Alone or together", choices=(Choice("Alone", "solo"), Choice("Together", "group"))),
        Option("until", "The last day", OptionKind.DATE),
        Option("hints", "With hints", OptionKind.BOOLEAN),
        Option("title", "A title", least=2, most=80),
        Option("size", "How large", OptionKind.INTEGER, choices=(Choice("Small", "5"),)),
    ),
    anywhere=False,
)
STOP = Command(("quiz", "stop"), "Stop the quiz", nothing, anywhere=False)
ANSWER = Command(("answer",), "Answer today's question", nothing)


def test_commands_and_subcommands_are_declared_with_their_options() -> None:
    quiz, answer = made = commands(Registry((QUIZ, STOP, ANSWER)))
    check_discord_commands(made)
    assert (quiz["name"], quiz["description"], quiz["contexts"]) == ("quiz", "start, stop", [0])
    assert [(each["type"], each["name"]) for each in quiz["options"]] == [(1, "start"), (1, "stop")]
    topic, count, mode, until, hints, title, size = quiz["options"][0]["options"]
    assert topic == {
        "type": 3,
        "name": "topic",
        "description": "Which topic",
        "required": True,
        "autocomplete": True,
    }
    assert (count["type"], count["min_value"], count["max_value"]) == (4, 1, 20)
    assert mode["choices"] == [{"name": "Alone", "value": "solo"}, {"name": "Together", "value": "group"}]
    assert (until["type"], hints["type"]) == (3, 5)
    assert (title["min_length"], title["max_length"]) == (2, 80)
    assert size["choices"] == [{"name": "Small", "value": 5}]
    assert (answer["name"], answer["options"], answer["contexts"]) == ("answer", [], [0, 1])


def test_the_fingerprint_changes_with_the_commands_alone() -> None:
    one, same, other = (commands(Registry(r)) for r in ((QUIZ,), (QUIZ,), (QUIZ, STOP)))
    assert fingerprint(one) == fingerprint(same)
    assert fingerprint(one) != fingerprint(other)


def test_more_than_discord_takes_is_an_error_of_ours() -> None:
    many = tuple(Command((f"c{n}",), "A command", nothing) for n in range(101))
    with pytest.raises(ValueError, match="100 commands"):
        commands(Registry(many))
    subs = tuple(Command(("head", f"c{n}"), "A command", nothing) for n in range(26))
    with pytest.raises(ValueError, match="25 subcommands"):
        commands(Registry(subs))
    choices = tuple(Choice("x" * 100, f"{n:0100}") for n in range(25))
    wordy = tuple(Option(f"o{n}", "x" * 100, choices=choices) for n in range(2))
    with pytest.raises(ValueError, match="8000 characters"):
        commands(Registry((Command(("long",), "Long", nothing, wordy),)))


def test_every_text_of_a_command_counts() -> None:
    (made,) = commands(Registry((ANSWER,)))
    assert text_length(made) == len("answer") + len("Answer today's question")
