"""The help card: the commands there are, one head at a time, made from the registry."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Protocol, TypeAlias

from bot.chat.access import Who
from bot.chat.actions import Action
from bot.chat.cards import (
    MAX_CHOICES,
    Accent,
    Card,
    Choice,
    Cmd,
    Control,
    Plain,
    Private,
    Reply,
    Select,
    Slot,
    Text,
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
    said = " ".join((command or "").strip("/ ").lower().split())
    if not said:
        return Card("What you can do", _overview(registry), _more(registry))
    exact = tuple(c for c in registry if c.name == said)
    known = exact or registry.under(said)
    shown = known or find(said, registry)[:_MOST_FOUND]
    open_to = [c.name for c in shown if (organiser or not c.organisers) and c.path != ("help",)]
    buttons = buttons_for(open_to, registry)
    rows = (buttons[at : at + 5] for at in range(0, len(buttons), 5))
    controls: tuple[tuple[Control, ...], ...] = (*rows, *_more(registry, known[0].path[0] if known else ""))
    lines = text("\n".join(map(_line, shown)))
    if known:
        return Card(f"Help: {said}", _one(exact[0]) if exact else (lines,), controls)
    if shown:
        asked = text("“", Plain(said[:60]), "” is no command of its own.")
        return Card("Did you mean one of these?", (asked, lines), controls)
    words = text("There is no command “", Plain(said[:60]), "”. Choose one below to read more.")
    return Card("No such command", (words,), controls, accent=Accent.BAD)


def _overview(registry: Registry) -> tuple[Text, ...]:
    lines: list[str] = []
    for head in registry.heads:
        under = registry.under(head)
        if len(under) == 1:
            lines.append(f"- `/{under[0].name}` {under[0].description}")
        else:
            lines.append(f"- `/{head}` " + " · ".join(_marked(c) for c in under))
    note = ("\n\n\\* for organisers",) if any(c.organisers for c in registry) else ()
    return text(_INTRO), text("\n".join(lines), *note)


def _marked(command: Command) -> str:
    return command.path[-1] + ("\\*" if command.organisers else "")


def _one(command: Command) -> tuple[Text, ...]:
    blocks = [text("**", Cmd(command.usage.removeprefix("/")), f"**\n\n{command.description}.")]
    if command.help:
        blocks.append(text(command.help))
    if command.options:
        blocks.append(text("\n".join(_option_line(o) for o in command.options)))
    if command.example:
        blocks.append(text(f"For example: `{command.example}`"))
    if command.organisers:
        blocks.append(text("For organisers."))
    return tuple(blocks)


def _option_line(option: Option) -> str:
    values = " or ".join(c.value for c in option.choices) if 0 < len(option.choices) <= 4 else ""
    tail = f" ({values})" if values and values not in option.description else ""
    needed = "" if option.required else " Optional."
    return f"- `{option.name}`: {option.description.rstrip('.')}{tail}.{needed}"


def _line(command: Command) -> str:
    return f"- `{command.usage}` {command.description}{' (organisers)' if command.organisers else ''}"


def _more(registry: Registry, chosen: str = "") -> tuple[tuple[Select], ...]:
    choices = tuple(Choice(head, head, _about(registry.under(head))) for head in registry.heads)[:MAX_CHOICES]
    if not choices:
        return ()
    picked = frozenset({chosen} & set(registry.heads))
    return ((Select(HelpOn(), choices, "More about ...", picked),),)


def _about(under: Sequence[Command]) -> str:
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
