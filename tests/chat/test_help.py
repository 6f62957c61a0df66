"""The help card, made from the registry."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.chat.access import Level
from bot.chat.actions import encode
from bot.chat.cards import Card, Choice, Part, Plain, Private, Reply, Select, Text, Update
from bot.chat.commands import Command, Option, OptionKind, Options, Registry
from bot.chat.help import HelpOn, help_card, help_command, help_routes
from bot.chat.requests import Identity, Invoke, Place, Press, Request
from tests.support.local_driver import plain
from tests.support.responder import FOR_ORGANISERS, Declared


async def nothing(_request: Request, _options: Options) -> Reply:
    return Private(Card("Nothing"))


TONES = (Choice("Soft", "soft"), Choice("Loud", "loud"))
COMMANDS = (
    Command(
        ("sing",),
        "Sing a song",
        nothing,
        (Option("song", "Which one", required=True),),
        example="/sing song:aria",
    ),
    Command(
        ("room", "light"),
        "Turn the light on",
        nothing,
        (Option("on", "yes or no", OptionKind.BOOLEAN),),
        also=("lamp",),
    ),
    Command(
        ("room", "tone"),
        "Set the tone",
        nothing,
        (Option("tone", "How loud", choices=TONES),),
        who=FOR_ORGANISERS,
    ),
    Command(("key",), "Hand out keys", nothing, who=FOR_ORGANISERS, help="Keys open doors."),
)
REGISTRY = Registry(COMMANDS)


def words(card: Card) -> str:
    return "\n".join([card.title, *(plain(b) for b in card.blocks if isinstance(b, Text))])


def parts(card: Card) -> list[Part]:
    return [p for b in card.blocks if isinstance(b, Text) for p in b.parts]


def heads(card: Card) -> list[str]:
    (choice,) = card.controls[-1]
    assert isinstance(choice, Select)
    return [o.value for o in choice.options]


def test_the_overview_has_a_line_for_each_first_word() -> None:
    card = help_card(REGISTRY)
    assert "- `/sing` Sing a song" in words(card)
    assert "- `/room` light · tone\\*" in words(card)
    assert "for organisers" in words(card)
    assert heads(card) == ["sing", "room", "key"]


def test_what_is_for_organisers_is_marked_for_everyone() -> None:
    assert "Keys open doors." in words(help_card(REGISTRY, command="key"))
    assert "For organisers." in words(help_card(REGISTRY, command="key"))


def test_one_command_is_told_with_its_options_and_an_example() -> None:
    card = help_card(REGISTRY, command="/Sing ")
    assert card.title == "Help: sing"
    assert "- `song`: Which one." in words(card)
    assert "`/sing song:aria`" in words(card)
    tone = help_card(REGISTRY, command="room  tone")
    assert "- `tone`: How loud (soft or loud). Optional." in words(tone)


def test_a_first_word_alone_lists_what_goes_with_it() -> None:
    card = help_card(REGISTRY, command="room")
    assert card.title == "Help: room"
    assert "`/room tone [tone]` Set the tone (organisers)" in words(card)


def labels(card: Card) -> list[str]:
    return [each.label for each in card.buttons()]


def test_an_unknown_word_gets_the_nearest_command_and_is_never_markup() -> None:
    card = help_card(REGISTRY, command="lamp")
    assert "`/room light [on]` Turn the light on" in words(card)
    assert labels(card) == ["Room light"]
    strange = help_card(REGISTRY, command="**" + "x" * 500)
    assert any(isinstance(p, Plain) and p.text.startswith("**xxx") for p in parts(strange))
    assert "x" * 61 not in words(strange)


WHO = Identity("test", "t", "u")


def asking(what: Invoke | Press, *, manages: bool = False) -> Request:
    return Request("r1", datetime(2026, 1, 1, tzinfo=UTC), WHO, Place("test", "t", "c"), what, manages)


@dataclass(frozen=True)
class Asked:
    """What a handler needs of its transaction here."""

    request: Request


def everything() -> Registry:
    return Registry((*COMMANDS, help_command(everything, ANYONE, organises)))


async def organises(tx: Asked) -> bool:
    return bool(tx.request.manages)


ANYONE = Declared(Level.ANYONE)


def test_what_is_named_can_be_pressed_where_it_needs_no_value_by_those_who_may() -> None:
    assert labels(help_card(REGISTRY, command="room")) == ["Room light"]
    assert labels(help_card(REGISTRY, command="room", organiser=True)) == ["Room light", "Room tone"]
    assert labels(help_card(REGISTRY, command="sing", organiser=True)) == []


async def test_help_is_a_command_that_knows_itself() -> None:
    reply = await help_command(everything, ANYONE, organises).handler(Asked(asking(Invoke("help", {}))), {})
    assert isinstance(reply, Private)
    assert heads(reply.card) == ["sing", "room", "key", "help"]


async def test_the_list_on_the_card_turns_to_the_chosen_command() -> None:
    (route,) = help_routes(everything, ANYONE, organises)
    reply = await route.handler(Asked(asking(Press(encode(HelpOn()), ("sing",)))), HelpOn())
    assert isinstance(reply, Update)
    assert reply.card.title == "Help: sing"


async def test_the_command_to_read_about_is_completed() -> None:
    option = help_command(everything, ANYONE, organises).option("command")
    assert option is not None
    assert option.complete is not None
    found = await option.complete(Asked(asking(Invoke("help", {}))), "/ro")
    assert [c.value for c in found] == ["room light", "room tone"]
