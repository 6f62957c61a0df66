"""Discord's errors as the port's, with sentences an organiser can follow: one table, which all of the adapter reads."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto

import aiohttp
import discord

from bot.chat.platform import (
    GoneError,
    InDoubtError,
    NoAccessError,
    NotSentError,
    NotTakenError,
    PlatformError,
    RateLimitedError,
    UnreachableError,
)

BANNED_FOR = 60.0
"""Seconds to keep away after a refusal that names no time: too many requests in a row, answered before Discord."""


class Means(Enum):
    """What an error of Discord's says, as far as it makes a difference here."""

    CHANNEL_GONE = auto()
    PLACE_CLOSED = auto()
    THREAD_ARCHIVED = auto()
    THREAD_LOCKED = auto()
    THREAD_EXISTS = auto()
    NO_MORE_THREADS = auto()
    MESSAGE_GONE = auto()
    MESSAGE_TOO_OFTEN = auto()
    """This one message was changed too often; others may still be."""
    PERSON_GONE = auto()
    PERSON_CLOSED = auto()
    OPENS_TOO_MANY = auto()
    """The bot opens private channels too fast, or is marked for it: nobody's is to be opened for a while."""
    INTERACTION_OVER = auto()
    NOT_TAKEN = auto()
    """The request itself is at fault, now and later."""
    SLOW_DOWN = auto()
    IN_DOUBT = auto()
    TOKEN_REFUSED = auto()


GONE = "The channel no longer exists, or Studyhall was removed from the server. Invite it again, then run `/group setup`."
WRONG_KIND = "Studyhall cannot post in a channel of this kind. Choose a text channel."
_MAY_NOT_POST = (
    "Studyhall can't post in this channel. Give it “View Channel”, “Send Messages”, “Attach Files”, “Read Message "
    "History”, “Create Public Threads” and “Send Messages in Threads” in the channel's permissions."
)
_MAY_NOT_SEE = "Studyhall can't see this channel. Give it “View Channel” in the channel's permissions."
_FULL_OF_THREADS = "This server has as many open threads as Discord allows. Close some of them."
_AUTOMOD = "This server's AutoMod blocked the message. Exempt Studyhall's role from the rule."
_CLOSED_TO_US = "This account doesn't accept private messages from Studyhall."

MEANINGS = {
    10003: (Means.CHANNEL_GONE, GONE),
    10004: (Means.PLACE_CLOSED, GONE),
    10007: (Means.PERSON_GONE, _CLOSED_TO_US),
    10008: (Means.MESSAGE_GONE, "the message was deleted"),
    10013: (Means.PERSON_GONE, _CLOSED_TO_US),
    10062: (
        Means.INTERACTION_OVER,
        "the interaction is unknown: three seconds, or its fifteen minutes, are over",
    ),
    20026: (Means.OPENS_TOO_MANY, _CLOSED_TO_US),
    30046: (Means.MESSAGE_TOO_OFTEN, "a message older than an hour was changed too often"),
    40003: (Means.OPENS_TOO_MANY, _CLOSED_TO_US),
    40005: (Means.NOT_TAKEN, "the request is too large"),
    40060: (Means.INTERACTION_OVER, "the interaction was answered before"),
    50001: (Means.PLACE_CLOSED, _MAY_NOT_SEE),
    50006: (Means.NOT_TAKEN, "the message is empty"),
    50007: (Means.PERSON_CLOSED, _CLOSED_TO_US),
    50008: (Means.PLACE_CLOSED, WRONG_KIND),
    50013: (Means.PLACE_CLOSED, _MAY_NOT_POST),
    50024: (Means.PLACE_CLOSED, WRONG_KIND),
    50033: (Means.PERSON_CLOSED, _CLOSED_TO_US),
    50035: (Means.NOT_TAKEN, "the request is malformed"),
    50045: (Means.NOT_TAKEN, "a file is too large"),
    50083: (
        Means.THREAD_ARCHIVED,
        "The thread is closed. Open it again, or turn threads off in `/group settings`.",
    ),
    50278: (Means.PERSON_CLOSED, _CLOSED_TO_US),
    160004: (Means.THREAD_EXISTS, "the message has a thread"),
    160005: (
        Means.THREAD_LOCKED,
        "The thread is locked. Unlock it, or turn threads off in `/group settings`.",
    ),
    160006: (Means.NO_MORE_THREADS, _FULL_OF_THREADS),
    160007: (Means.NO_MORE_THREADS, _FULL_OF_THREADS),
    200000: (Means.PLACE_CLOSED, _AUTOMOD),
    200001: (Means.PLACE_CLOSED, _AUTOMOD),
    240000: (Means.PLACE_CLOSED, _AUTOMOD),
}
"""What each code means, and what is said of it: to organisers where a place is closed, to a log where a message is at fault.

Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json-json-error-codes.
"""

_BY_STATUS = {
    401: (Means.TOKEN_REFUSED, "Discord no longer accepts the token"),
    403: (Means.PLACE_CLOSED, _MAY_NOT_POST),
    404: (Means.PLACE_CLOSED, GONE),
    429: (Means.SLOW_DOWN, "too many requests"),
}
"""What a code that is not in the table means; every other refusal of the 4xx kind is one of the message itself.

Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes#http-http-response-codes.
"""

_SORTS: dict[Means, type[PlatformError]] = {
    Means.CHANNEL_GONE: NoAccessError,
    Means.PLACE_CLOSED: NoAccessError,
    Means.THREAD_ARCHIVED: NoAccessError,
    Means.THREAD_LOCKED: NoAccessError,
    Means.NO_MORE_THREADS: NoAccessError,
    Means.MESSAGE_GONE: GoneError,
    Means.PERSON_GONE: UnreachableError,
    Means.PERSON_CLOSED: UnreachableError,
    Means.OPENS_TOO_MANY: UnreachableError,
    Means.TOKEN_REFUSED: NotSentError,
}
"""The port's error for it; NotTakenError for what is not named."""


@contextmanager
def told_plainly(*, sends: bool) -> Iterator[None]:
    """Raise the port's errors for Discord's. ``sends``: an unknown outcome may have left something behind.

    Raises:
        PlatformError: the one that fits, see ``bot.chat.platform``.
    """
    unknown = InDoubtError if sends else NotSentError
    try:
        yield
    except discord.RateLimited as error:
        raise RateLimitedError(error.retry_after) from None
    except discord.HTTPException as error:
        if error.status < 400:
            raise
        raise _of(error, unknown) from None
    except discord.LoginFailure:
        raise NotSentError("Discord no longer accepts the token") from None
    except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
        raise unknown(f"the connection failed: {type(error).__name__}") from None


def meaning(error: discord.HTTPException) -> Means:
    """What Discord's answer means."""
    return _looked_up(error)[0]


def _looked_up(error: discord.HTTPException) -> tuple[Means, str]:
    if error.status >= 500:
        return Means.IN_DOUBT, f"Discord answered {error.status}"
    otherwise = _BY_STATUS.get(error.status, (Means.NOT_TAKEN, "it is refused"))
    return MEANINGS.get(error.code, otherwise)


def _of(error: discord.HTTPException, unknown: type[PlatformError]) -> PlatformError:
    means, said = _looked_up(error)
    if error.status == 429 or means is Means.MESSAGE_TOO_OFTEN:
        # discord.py waits Discord's own out itself: one without a code came from before it, and holds for everything.
        return RateLimitedError(_asked_wait(error), everywhere=means is Means.SLOW_DOWN)
    if means is Means.IN_DOUBT:
        return unknown(said)
    sort = _SORTS.get(means, NotTakenError)
    return sort(
        f"Discord refuses it ({error.status}, {error.code}): {said}" if sort is NotTakenError else said
    )


def _asked_wait(error: discord.HTTPException) -> float:
    try:
        return float(error.response.headers.get("Retry-After", ""))
    except ValueError:
        return BANNED_FOR
