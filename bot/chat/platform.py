"""The port: what the core needs of a chat platform, and what can go wrong there.

Every adapter passes one contract suite (tests/chat/platform_contract.py).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.chat.cards import Card
from bot.chat.errors import OperatorError
from bot.chat.requests import Destination, Identity, MessageRef, Place


class PlatformError(Exception):
    """Something about sending went wrong."""


class NotSentError(PlatformError):
    """The platform did not take the message: it may be sent again at once."""


class NotTakenError(NotSentError):
    """The platform won't take this message as it is, now or later: it is a fault of ours."""


class InDoubtError(PlatformError):
    """Nobody knows whether the message was sent: look its key up before sending it again."""


class RateLimitedError(NotSentError):
    """The platform asks to wait. It was not sent. ``retry_after`` is in seconds.

    ``everywhere``: nothing at all may be sent until then, not only nothing of this kind or to this place.
    """

    def __init__(self, retry_after: float, *, everywhere: bool = False) -> None:
        super().__init__(f"wait {retry_after:g} s")
        self.retry_after = retry_after
        self.everywhere = everywhere


class NoAccessError(PlatformError):
    """The bot may not post (or no longer exists) in this place; ``args[0]`` says what an organiser can do about it."""


class UnreachableError(PlatformError):
    """This person takes no private messages; what was to be said waits for their next private reply."""


class GoneError(PlatformError):
    """The message that was to be changed, or was sent with this key before, is deleted."""


class ConnectError(OperatorError):
    """The connection to a platform could not be begun, or has ended; it may be tried again."""


class RefusedError(ConnectError):
    """The platform won't have the connection until somebody changes something: trying again is of no use."""


class Threads(StrEnum):
    """Whether messages can stand in the thread of another one, and whether that is what people expect there."""

    NONE = "none"
    OFFERED = "offered"
    PREFERRED = "preferred"


@dataclass(frozen=True, slots=True)
class Pace:
    """How many messages may be on their way at once, and how many of them may begin in a second; None: any number."""

    at_once: int
    a_second: int | None = None


class Platform(Protocol):
    """A chat platform. Each method may raise PlatformError's kinds; anything else is a bug of the adapter."""

    @property
    def name(self) -> str:
        """The platform's name, as it stands in Place and Identity."""
        ...

    @property
    def threads(self) -> Threads:
        """What a place with a ``thread`` means here; without threads it is the place itself."""
        ...

    @property
    def has_roles(self) -> bool:
        """Whether people hold roles in its places: then requests name them, and one can be chosen from a ``RoleSelect``."""
        ...

    @property
    def remembers(self) -> timedelta:
        """For how long a key is surely remembered: so long a post in doubt is settled by posting it again; zero is never."""
        ...

    @property
    def pace(self) -> Pace:
        """How much may be sent here at once. To one destination nothing is sent before the last message has arrived."""
        ...

    async def post(self, destination: Destination, card: Card, key: str) -> MessageRef:
        """Send a card to a place, or privately to a person.

        A place with a ``thread`` means the thread of the message of that id, which is begun where there is none yet; the
        place itself where that message is gone.

        ``key`` (at most 25 characters) is the same on every attempt: where the platform still remembers it, the message
        that was sent first is returned and none is added.

        Raises:
            RateLimitedError, NotTakenError, NotSentError, InDoubtError, NoAccessError, UnreachableError.
            GoneError: it was sent with this key, and somebody deleted it since: it counts as sent.
        """
        ...

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Give a sent message a new face.

        Raises:
            GoneError, RateLimitedError, NotTakenError, NotSentError, InDoubtError, NoAccessError.
        """
        ...

    async def find(
        self, destination: Destination, key: str, since: datetime, until: datetime | None = None
    ) -> MessageRef | None:
        """The message that was sent with this key from ``since`` to ``until``, or None when there is surely none.

        Both are aware UTC by our clock; without ``until`` it is the present. A look that is cut off goes on where it stopped
        when it is asked for again with the same ``since``.

        Raises:
            RateLimitedError, NotSentError, NoAccessError.
        """
        ...

    async def problems(self, destination: Destination, *, enter: bool = False) -> tuple[str, ...]:
        """What keeps the bot from posting there, each as a sentence for the organiser; empty when all is well.

        ``enter``: an organiser sets the place up, and the bot goes in first, where it may do so by itself. Without it
        nothing is changed: a bot that was removed stays out.
        """
        ...

    async def handle(self, account: Identity) -> str | None:
        """An account's own name, which no other has there, unlike the one that others see; None where there is none.

        Raises:
            RateLimitedError, NotSentError, NoAccessError.
        """
        ...

    async def still_in(self, account: Identity, places: tuple[Place, ...]) -> bool | None:
        """Whether an account is in one of these places of the platform, so that it could read there; None: nobody knows.

        Raises:
            RateLimitedError, NotSentError, NoAccessError: it counts as not known.
        """
        ...

    async def erase(self, account: Identity, before: datetime) -> bool:
        """Delete what this account was told privately before an aware UTC instant, by our clock; whether that is all.

        Each call deletes a few of the bot's own messages, with their files, at a pace that the platform takes. What is gone
        already, or what the platform lets nobody delete, is passed over; a call that is cut off does no harm.

        Raises:
            RateLimitedError, NotSentError, InDoubtError: it may be asked again later.
            NoAccessError, UnreachableError: the conversation cannot be reached, now or later.
        """
        ...


async def in_any(places: tuple[Place, ...], look: Callable[[Place], Awaitable[bool | None]]) -> bool | None:
    """Whether somebody is in one of these places, each looked at until one is found; None where nobody knows.

    Raises:
        PlatformError: as ``look`` does.
    """
    unknown = False
    for place in places:
        found = await look(place)
        if found:
            return True
        unknown = unknown or found is None
    return None if unknown else False


class Connection(Protocol):
    """A platform's connection in a running process. What is lost for a moment it renews by itself."""

    async def start(self) -> str:
        """Connect; from then on people are answered. The answer is a line for the operator.

        Raises:
            ConnectError: it cannot be begun; then nothing is left open.
        """
        ...

    async def stands(self) -> bool:
        """Whether it is connected at this moment; one that was lost, and is being renewed, is not."""
        ...

    async def ended(self) -> None:
        """Wait until it is stopped.

        Raises:
            ConnectError: it has ended by itself.
        """
        ...

    async def stop(self) -> None:
        """Disconnect; what is under way is finished first."""
        ...
