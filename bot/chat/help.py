"""The help card: the commands there are, one head at a time, made from the registry."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol, TypeAlias

from bot.chat.access import Who
from bot.chat.actions import Action
from bot.chat.cards import (
    MAX_CHOICES,
    Accent,
    Button,
    Card,
    Choice,
    Cmd,
    Control,
    Plain,
    Private,
    Reply,
    Select,
    Slot,
    Update,
    text,
)
from bot.chat.commands import Command, Option, Options, Registry, buttons_for
from bot.chat.dispatch import Route
from bot.chat.finding import find
from bot.chat.requests import Press, Request

SLOT = Slot("help")
_MOST_FOUND = 5
_INTRO = "The buttons on each card do what these commands do, so there is nothing to memorise."


class HelpOn(Action, tag="hpon"):
    """Show the help on the chosen command."""


Organises: TypeAlias = Callable[[Any], Awaitable[bool]]
"""Whether the one whose transaction it is may use the organisers' commands here."""


def help_card(registry: Registry, command: str | None = None, *, organiser: bool = False) -> Card:
    """All commands in short, or one of them (or all of one first word) in full; those for organisers are marked.

    Each can be pressed where it needs no value, by an ``organiser`` also theirs. An unknown word gets the nearest commands.
    """
    shown = tuple(registry)

    def run(several: Sequence[Command]) -> tuple[tuple[Button, ...], ...]:
        open_to = [c.name for c in several if (organiser or not c.organisers) and c.path != ("help",)]
        buttons = buttons_for(open_to, registry)
        return tuple(buttons[at : at + 5] for at in range(0, len(buttons), 5))

    if command is None or not command.strip("/ "):
        return _overview(shown)
    said = " ".join(command.strip("/ ").lower().split())
    exact = next((c for c in shown if c.name == said), None)
    if exact is not None:
        return _with(run((exact,)), _one(exact, shown))
    under = tuple(c for c in shown if c.path[0] == said)
    if under:
        return _with(run(under), _several(said, under, shown))
    found = find(said, shown)[:_MOST_FOUND]
    return _with(run(found), _found(said, found, shown))


def _with(rows: tuple[tuple[Control, ...], ...], card: Card) -> Card:
    return replace(card, controls=(*rows, *card.controls))


def _overview(shown: tuple[Command, ...]) -> Card:
    lines: list[str] = []
    for head in dict.fromkeys(c.path[0] for c in shown):
        under = [c for c in shown if c.path[0] == head]
        if len(under) == 1:
            lines.append(f"- `/{under[0].name}` {under[0].description}")
        else:
            lines.append(f"- `/{head}` " + " · ".join(_marked(c) for c in under))
    note = ("\n\n\\* for organisers",) if any(c.organisers for c in shown) else ()
    return Card("What you can do", (text(_INTRO), text("\n".join(lines), *note)), _more(shown))


def _marked(command: Command) -> str:
    return command.path[-1] + ("\\*" if command.organisers else "")


def _one(command: Command, shown: tuple[Command, ...]) -> Card:
    blocks = [text("**", Cmd(command.usage.removeprefix("/")), f"**\n\n{command.description}.")]
    if command.help:
        blocks.append(text(command.help))
    if command.options:
        blocks.append(text("\n".join(_option_line(o) for o in command.options)))
    if command.example:
        blocks.append(text(f"For example: `{command.example}`"))
    if command.organisers:
        blocks.append(text("For organisers."))
    return Card(f"Help: {command.name}", tuple(blocks), _more(shown, command.path[0]))


def _option_line(option: Option) -> str:
    values = " or ".join(c.value for c in option.choices) if 0 < len(option.choices) <= 4 else ""
    tail = f" ({values})" if values and values not in option.description else ""
    needed = "" if option.required else " Optional."
    return f"- `{option.name}`: {option.description.rstrip('.')}{tail}.{needed}"


def _several(head: str, under: tuple[Command, ...], shown: tuple[Command, ...]) -> Card:
    return Card(f"Help: {head}", (text("\n".join(map(_line, under))),), _more(shown, head))


def _line(command: Command) -> str:
    return f"- `{command.usage}` {command.description}{' (organisers)' if command.organisers else ''}"


def _found(said: str, found: tuple[Command, ...], shown: tuple[Command, ...]) -> Card:
    """What a word that is no command may mean."""
    if not found:
        words = text("There is no command “", Plain(said[:60]), "”. Choose one below to read more.")
        return Card("No such command", (words,), _more(shown), accent=Accent.BAD)
    asked = text("“", Plain(said[:60]), "” is no command of its own.")
    return Card("Did you mean one of these?", (asked, text("\n".join(map(_line, found)))), _more(shown))


def _more(shown: tuple[Command, ...], chosen: str = "") -> tuple[tuple[Select], ...]:
    heads = dict.fromkeys(c.path[0] for c in shown)
    choices = tuple(Choice(head, head, _about(head, shown)) for head in heads)[:MAX_CHOICES]
    if not choices:
        return ()
    picked = frozenset({chosen} & set(heads))
    return ((Select(HelpOn(), choices, "More about ...", picked),),)


def _about(head: str, shown: tuple[Command, ...]) -> str:
    under = [c for c in shown if c.path[0] == head]
    return under[0].description if len(under) == 1 else ", ".join(c.path[-1] for c in under)


class Asking(Protocol):
    """What a handler needs of its transaction here."""

    request: Request


def help_command(registry: Callable[[], Registry], who: Who, organises: Organises) -> Command:
    """The command ``/help [command]``. ``registry`` is asked when it runs, so that it may hold this command too."""
    about = Option("command", "The command to read about", complete=partial(_complete, registry))
    return Command(
        ("help",),
        "What you can do, and how a command is used",
        partial(_help, registry, organises),
        (about,),
        who=who,
        reads=True,
        example="/help group settings",
    )


def help_routes(registry: Callable[[], Registry], who: Who, organises: Organises) -> tuple[Route, ...]:
    """The list on the help card."""
    return (Route(HelpOn, partial(_help_on, registry, organises), who, reads=True),)


async def _help(
    registry: Callable[[], Registry], organises: Organises, tx: Asking, options: Options
) -> Reply:
    said = options.get("command")
    known = None if said is None else str(said)
    return Private(help_card(registry(), known, organiser=await organises(tx)), SLOT)


async def _help_on(
    registry: Callable[[], Registry], organises: Organises, tx: Asking, _action: HelpOn
) -> Reply:
    chosen = tx.request.what.values[:1] if isinstance(tx.request.what, Press) else ()
    known = chosen[0] if chosen else None
    return Update(help_card(registry(), known, organiser=await organises(tx)), SLOT)


async def _complete(registry: Callable[[], Registry], _tx: Asking, prefix: str) -> tuple[Choice, ...]:
    found = find(prefix, registry()) if prefix.strip("/ ") else tuple(registry())
    return tuple(Choice(c.name, c.name, c.description) for c in found)[:MAX_CHOICES]
