"""The help card: the commands there are, one head at a time, made from the registry."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from bot.chat.access import Who
from bot.chat.actions import Action
from bot.chat.cards import (
    MAX_CHOICES,
    Accent,
    Card,
    Choice,
    Cmd,
    Plain,
    Private,
    Reply,
    Select,
    Slot,
    Update,
    text,
)
from bot.chat.commands import Command, Option, Options, Registry, nearest
from bot.chat.dispatch import Route
from bot.chat.requests import Press, Request

SLOT = Slot("help")
_INTRO = "The buttons on each card do what these commands do, so there is nothing to memorise."


class HelpOn(Action, tag="hpon"):
    """Show the help on the chosen command."""


def help_card(registry: Registry, command: str | None = None) -> Card:
    """All commands in short, or one of them (or all of one first word) in full; those for organisers are marked.

    An unknown command gets the overview, and the nearest known one.
    """
    shown = tuple(registry)
    if command is None or not command.strip("/ "):
        return _overview(shown)
    said = " ".join(command.strip("/ ").lower().split())
    exact = next((c for c in shown if c.name == said), None)
    if exact is not None:
        return _one(exact, shown)
    under = tuple(c for c in shown if c.path[0] == said)
    return _several(said, under, shown) if under else _unknown(said, shown)


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
    lines = (f"- `{c.usage}` {c.description}{' (organisers)' if c.organisers else ''}" for c in under)
    return Card(f"Help: {head}", (text("\n".join(lines)),), _more(shown, head))


def _unknown(said: str, shown: tuple[Command, ...]) -> Card:
    close = nearest(said, tuple(c.name for c in shown))
    hint = f"Did you mean `/{close}`?" if close else "Choose one below to read more."
    words = text("There is no command “", Plain(said[:60]), f"”. {hint}")
    return Card("No such command", (words,), _more(shown), accent=Accent.BAD)


def _more(shown: tuple[Command, ...], chosen: str = "") -> tuple[tuple[Select], ...]:
    heads = dict.fromkeys(c.path[0] for c in shown)
    choices = tuple(Choice(head, head) for head in heads)[:MAX_CHOICES]
    if not choices:
        return ()
    picked = frozenset({chosen} & set(heads))
    return ((Select(HelpOn(), choices, "More about ...", picked),),)


class Asking(Protocol):
    """What a handler needs of its transaction here."""

    request: Request


def help_command(registry: Callable[[], Registry], who: Who) -> Command:
    """The command ``/help [command]``. ``registry`` is asked when it runs, so that it may hold this command too."""
    about = Option("command", "The command to read about", complete=partial(_complete, registry))
    return Command(
        ("help",),
        "What you can do, and how a command is used",
        partial(_help, registry),
        (about,),
        who=who,
        reads=True,
        example="/help group settings",
    )


def help_routes(registry: Callable[[], Registry], who: Who) -> tuple[Route, ...]:
    """The list on the help card."""
    return (Route(HelpOn, partial(_help_on, registry), who, reads=True),)


async def _help(registry: Callable[[], Registry], _tx: Asking, options: Options) -> Reply:
    said = options.get("command")
    return Private(help_card(registry(), None if said is None else str(said)), SLOT)


async def _help_on(registry: Callable[[], Registry], tx: Asking, _action: HelpOn) -> Reply:
    chosen = tx.request.what.values[:1] if isinstance(tx.request.what, Press) else ()
    return Update(help_card(registry(), chosen[0] if chosen else None), SLOT)


async def _complete(registry: Callable[[], Registry], _tx: Asking, prefix: str) -> tuple[Choice, ...]:
    said = prefix.removeprefix("/").lower()
    found = (c for c in registry() if c.name.startswith(said))
    return tuple(Choice(c.name, c.name, c.description) for c in found)[:MAX_CHOICES]
