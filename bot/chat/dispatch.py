"""Routes: which handler an action goes to, and the words for what cannot be done."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from traceback import format_tb
from typing import Any, Protocol, TypeAlias

from bot.chat.access import Who
from bot.chat.actions import Action
from bot.chat.cards import Accent, Button, Card, Choice, Private, Reply, Text, Verbatim, text
from bot.chat.commands import Registry
from bot.chat.errors import NotKeptError
from bot.chat.logged import Said
from bot.chat.requests import Place, Request, Submit

Handler: TypeAlias = Callable[..., Awaitable[Reply]]
"""``(tx, action) -> Reply``; with what ``prepare`` gave as a third argument where there is one."""

Prepare: TypeAlias = Callable[..., Awaitable[Any]]
"""``(services, request, action) -> anything``, awaited before the transaction: the network, files, slow work."""


@dataclass(frozen=True, slots=True)
class Route:
    """Which handler an action goes to, and ``who`` may use it; nobody where that is not said.

    ``reads``: it only reads, and writing is refused. What ``prepare`` gives may be outdated once the handler runs, which
    checks again. ``opens_form``: the reply may be a form, which has to be the first response. ``weight`` is how much it
    counts towards what one account may ask for in a minute.
    """

    action: type[Action]
    handler: Handler
    who: Who | None = None
    reads: bool = False
    prepare: Prepare | None = None
    opens_form: bool = False
    weight: int = 1


class UserError(Exception):
    """Something cannot be done, and this card, or one of these words, says why and what to do instead; nothing was changed."""

    def __init__(self, said: str | Card, *blocks: str | Text) -> None:
        if isinstance(said, str):
            said = Card(said, tuple(text(b) if isinstance(b, str) else b for b in blocks), accent=Accent.BAD)
        super().__init__(said.title)
        self.card = said


@dataclass(frozen=True, slots=True)
class Pin:
    """Something that waits for somebody, for where a platform can keep it in sight: its button, and what to know of it in a word or two."""

    button: Button
    note: Text


class Responder(Protocol):
    """What an adapter takes requests to."""

    @property
    def registry(self) -> Registry:
        """Every command there is."""
        ...

    def opens_form(self, made: str) -> bool:
        """Whether a form may follow the press of an action of this id.

        Raises:
            ActionError: the id is not (or no longer) one of ours.
        """
        ...

    async def handle(self, request: Request) -> Reply:
        """The reply to a request. Never raises: what went wrong becomes a private card."""
        ...

    async def may_organise(self, request: Request) -> bool:
        """Whether this person may use the organisers' commands here."""
        ...

    async def pinned(self, request: Request) -> tuple[Pin, ...]:
        """What waits for this person here, what is most pressing first.

        Raises:
            NotKeptError: it cannot be read just now.
        """
        ...

    async def left(self, place: Place) -> None:
        """Somebody has left a channel: what is remembered of who is in it counts no longer."""
        ...

    async def complete(self, request: Request, path: str, option: str, prefix: str) -> tuple[Choice, ...]:
        """Proposals for an option's value, at most 25; none rather than an error."""
        ...


ORGANISERS_ONLY = (
    "Organisers are those who set this group up, those they named, and whoever may manage the channel. "
    "`/group status` says who they are."
)


def not_kept(request: Request) -> Private:
    """The answer to a request where nothing can be kept just now, with what was typed."""
    sent = isinstance(request.what, Submit)
    words = f"Nothing was changed. {'What you typed is here: please send it' if sent else 'Please try'} again in a moment."
    card = Card("Not saved yet" if sent else "Not possible just now", (text(words),), accent=Accent.BAD)
    return Private(with_what_was_typed(card, request), unkept=True)


def with_what_was_typed(card: Card, request: Request) -> Card:
    """A card that tells what went wrong, with what was typed into the form, unless it gives that back already."""
    if not isinstance(request.what, Submit) or any(isinstance(b, Verbatim) for b in card.blocks):
        return card
    kept = tuple(Verbatim(each, text("What you typed:")) for each in request.what.typed)
    return replace(card, blocks=(*card.blocks, *kept), accent=Accent.BAD if kept else card.accent)


def log_failure(log: logging.Logger, error: BaseException, said: str, *about: object) -> None:
    """Log what failed, ``said % about``, and where, without the error's words.

    Nothing where the database could not be used: it says so itself, once a minute.
    """
    if not isinstance(error, NotKeptError):
        log.error("%s: %s", Said(said % about), trace_of(error))


def trace_of(error: BaseException) -> Said:
    """What an error was and where it came from, without its words: they may quote what a member wrote."""
    return Said(f"{type(error).__name__}\n{''.join(format_tb(error.__traceback__))}")
