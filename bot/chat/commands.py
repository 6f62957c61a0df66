"""Commands: what can be typed, on every platform, from one registry.

Application commands, manifests, help texts and the parser of typed lines are all derived from these declarations.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from bot.chat.access import Level, Who
from bot.chat.actions import Action, ActionError
from bot.chat.cards import MAX_CHOICES, Button, Choice, Reply
from bot.chat.finding import best
from bot.chat.requests import Value


class OptionKind(StrEnum):
    """What an option takes. A DATE stays the text that was typed, until the feature reads it with its own today (days.py)."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"


class Visibility(StrEnum):
    """Who sees a command's reply; a platform that has to defer it needs to know before the handler ran."""

    PRIVATE = "private"
    PUBLIC = "public"


Completer: TypeAlias = Callable[..., Awaitable[tuple[Choice, ...]]]
"""``(tx, prefix) -> choices``, in a transaction that reads."""

Options: TypeAlias = Mapping[str, Value]
CommandHandler: TypeAlias = Callable[..., Awaitable[Reply]]
"""``(tx, options) -> Reply``; with what ``prepare`` gave as a third argument where there is one."""

CommandPrepare: TypeAlias = Callable[..., Awaitable[Any]]
"""``(services, request, options) -> anything``, awaited before the transaction: the network, files, slow work."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a command. ``choices`` closes the list of values; ``complete`` proposes some of an open one."""

    name: str
    description: str
    kind: OptionKind = OptionKind.TEXT
    required: bool = False
    choices: tuple[Choice, ...] = ()
    complete: Completer | None = None
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """One command. ``path`` has one or two words. ``who`` may use it; nobody where that is not said. ``slow`` lets an adapter defer the reply before the handler runs.

    ``moved_to`` is the command whose card has a button for this one: it still works wherever it is typed or pressed, and
    is shown nowhere. ``opens_form`` says that the reply may be a form, which cannot follow a deferral. ``anywhere`` commands work in a
    private chat too. ``also`` are other words by which somebody may look for it. ``reads`` and ``prepare`` are as those of a route.
    """

    path: tuple[str, ...]
    description: str
    handler: CommandHandler
    options: tuple[Option, ...] = ()
    visibility: Visibility = Visibility.PRIVATE
    who: Who | None = None
    reads: bool = False
    prepare: CommandPrepare | None = None
    slow: bool = False
    opens_form: bool = False
    anywhere: bool = True
    help: str = ""
    example: str = ""
    moved_to: str = ""
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= len(self.path) <= 2:
            raise ValueError("A command's path has one or two words.")
        for word in (*self.path, *(o.name for o in self.options)):
            if not (
                word.isascii()
                and word.replace("-", "").isalnum()
                and word == word.lower()
                and len(word) <= 32
            ):
                raise ValueError(f"{word!r} must be lower-case letters, digits and hyphens, at most 32.")
        for words in (self.description, *(o.description for o in self.options)):
            if not 1 <= len(words) <= 100:
                raise ValueError(f"A description has 1 to 100 characters: {words!r}")
        if any(len(o.choices) > MAX_CHOICES for o in self.options) or len(self.options) > MAX_CHOICES:
            raise ValueError(f"At most {MAX_CHOICES} options, and choices each.")
        flags = [o.required for o in self.options]
        if flags != sorted(flags, reverse=True):
            raise ValueError("Required options come first.")

    @property
    def name(self) -> str:
        """The path as one text: "quiz start"."""
        return " ".join(self.path)

    @property
    def spoken(self) -> str:
        """The name as a button says it: "Quiz start"."""
        return self.name.capitalize()

    @property
    def needs_value(self) -> bool:
        """Whether it cannot be run bare."""
        return any(option.required for option in self.options)

    @property
    def organisers(self) -> bool:
        """Whether it is for organisers alone."""
        return self.who is not None and self.who.level is Level.ORGANISER

    @property
    def usage(self) -> str:
        """How it is typed: "/quiz start [topic] [count]"."""
        words = (o.name if o.required else f"[{o.name}]" for o in self.options)
        return " ".join((f"/{self.name}", *words))

    def option(self, name: str) -> Option | None:
        """The option of this name, if there is one."""
        return next((o for o in self.options if o.name == name), None)


class UnknownCommandError(Exception):
    """No such command. ``nearest`` are the names of those that come closest, best first."""

    def __init__(self, said: str, nearest: tuple[str, ...]) -> None:
        super().__init__(said)
        self.said = said
        self.nearest = nearest


class RunCommand(Action, tag="run"):
    """Run a command as if it were typed; ``value`` is for its first option, "" leaves all of them out."""

    name: str
    value: str

    def options_of(self, command: Command) -> Options:
        """The options that the command gets.

        Raises:
            ActionError: the value is none that its first option takes.
        """
        if not self.value:
            return {}
        first = next(iter(command.options), None)
        if first is None or first.kind not in (OptionKind.TEXT, OptionKind.BOOLEAN):
            raise ActionError(f"{self.name} takes no such value")
        return {first.name: self.value == "yes" if first.kind is OptionKind.BOOLEAN else self.value}


class Registry:
    """Every command there is, in the order they were declared. Those that moved are found by their name alone."""

    def __init__(self, commands: tuple[Command, ...]) -> None:
        self._commands = {c.name: c for c in commands}
        if len(self._commands) != len(commands):
            raise ValueError("Two commands have the same name.")
        heads = {c.path[0] for c in commands if len(c.path) == 2}
        bare = heads & {c.path[0] for c in commands if len(c.path) == 1}
        if bare:
            raise ValueError(f"A command with subcommands cannot run bare: {', '.join(sorted(bare))}")

    def __iter__(self) -> Iterator[Command]:
        return (c for c in self._commands.values() if not c.moved_to)

    def all(self) -> tuple[Command, ...]:
        """Every command, with those that moved."""
        return tuple(self._commands.values())

    @property
    def heads(self) -> tuple[str, ...]:
        """The first words, each once, in order."""
        return tuple(dict.fromkeys(c.path[0] for c in self))

    def under(self, head: str) -> tuple[Command, ...]:
        """The commands with this first word."""
        return tuple(c for c in self if c.path[0] == head)

    def knows(self, name: str) -> bool:
        """Whether there is such a command, moved or not."""
        return name in self._commands

    def get(self, name: str) -> Command:
        """The command of this name.

        Raises:
            UnknownCommandError: there is none.
        """
        found = self._commands.get(name)
        if found is None:
            raise UnknownCommandError(name, self.nearest(name))
        return found

    def nearest(self, said: str) -> tuple[str, ...]:
        """The names of the one or two commands that may be meant, by all of what was typed or else by its first word."""
        found = best(said, self) or best(said.partition(" ")[0], self)
        return tuple(each.name for each in found)


def did_you_mean(names: Iterable[str], slash: str = "/") -> str:
    """The question whether one of these commands was meant, "" where there is none."""
    asked = " or ".join(f"{slash}{name}" for name in names)
    return f"Did you mean {asked}?" if asked else ""


def buttons_for(names: Iterable[str], registry: "Registry") -> tuple[Button, ...]:
    """A button for each of these commands that needs no value."""
    known = (registry.get(name) for name in names)
    return tuple(Button(c.spoken, RunCommand(c.name, "")) for c in known if not c.needs_value)
