"""A platform as its adapter brings it, to be run, looked at and looked after; and what the adapter is handed for that."""

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Generic, Protocol, Self, TextIO, TypeVar

from bot.chat.cards import Card, Form
from bot.chat.commands import Registry
from bot.chat.dispatch import Responder
from bot.chat.operators.checks import Check
from bot.chat.operators.installs import Installations
from bot.chat.operators.settings import Readers
from bot.chat.operators.setup import Way
from bot.chat.platform import Connection, Platform
from bot.chat.requests import Place


class Facts(Protocol):
    """Keeps short facts by name across restarts, such as what was registered with a platform last."""

    async def recall(self, name: str) -> str | None:
        """A fact, None where there is none of this name."""
        ...

    async def remember(self, name: str, value: str) -> None:
        """Keep a fact; it takes the place of the one of the same name."""
        ...


@dataclass(frozen=True, slots=True)
class Timing:
    """``clock`` gives aware UTC, ``timer`` seconds that never go back, ``sleep`` waits for so many."""

    clock: Callable[[], datetime]
    timer: Callable[[], float]
    sleep: Callable[[float], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Core:
    """What a platform is connected to once it stands: what takes requests, and what keeps things for the adapter."""

    responder: Responder
    facts: Facts
    installations: Installations


@dataclass(frozen=True, slots=True)
class PreparedPlatform:
    """A platform that the core can be put together with, and how it is connected once the core stands.

    ``connect`` is called again once a connection has ended: it gives a new one, and ``platform`` posts through that.
    """

    platform: Platform
    connect: Callable[[Core], Connection]


@dataclass(frozen=True, slots=True)
class OperatorTools:
    """What the operator's commands work with. ``clock`` gives aware UTC; ``registry`` puts the commands together.

    ``samples`` plays a demonstration, and gives one of each card and form that it shows.
    ``facts`` opens the database's facts; they are None while a running Studyhall keeps the file to itself.
    """

    clock: Callable[[], datetime]
    registry: Callable[[], Awaitable[Registry]]
    facts: Callable[[], AbstractAsyncContextManager[Facts | None]]
    samples: Callable[[], Awaitable[tuple[Card | Form, ...]]]


class PlatformSettings(Protocol):
    """A platform's settings; the ``READERS`` name all of their variables."""

    READERS: ClassVar[Readers]

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Read the platform's variables.

        Raises:
            SettingsError: one is malformed, or what belongs together is incomplete.
        """
        ...

    @property
    def is_set(self) -> bool:
        """Whether the platform is to be connected: only then is more of its adapter loaded."""
        ...


S = TypeVar("S", bound=PlatformSettings)


@dataclass(frozen=True, slots=True)
class PlatformFactory(Generic[S]):
    """All that the app knows of a platform beside the room. Its module loads no library: what it names does so when called.

    ``name`` is the platform's, and its command's. ``prepare`` makes the port. ``examine`` looks for faults, also in the
    places there in which groups meet. ``ways`` are those to be set up. ``about`` says in a few words what ``add_arguments`` adds to the command;
    ``run_command`` prints to the last of its arguments, and returns the exit code. ``loggers`` are those of the platform's
    libraries that below a warning quote what members write.
    """

    name: str
    settings: type[S]
    prepare: Callable[[S, Timing], PreparedPlatform]
    examine: Callable[[S, OperatorTools, tuple[Place, ...]], Awaitable[tuple[Check, ...]]]
    ways: tuple[Way, ...]
    about: str
    add_arguments: Callable[[ArgumentParser], None]
    run_command: Callable[[Namespace, S, OperatorTools, TextIO], Awaitable[int]]
    loggers: tuple[str, ...]
