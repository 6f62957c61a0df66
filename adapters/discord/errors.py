"""Discord's errors as the port's, with sentences an organiser can follow.

The codes are those of its page "Opcodes and Status Codes", JSON Error Codes. Any other refusal of the 4xx kind is one of the
message itself: 40005 and 50045 (too large), 50006 (empty), 50035 (malformed).
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

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

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
UNKNOWN_INTERACTION = 10062
ALREADY_ANSWERED = 40060
THREAD_EXISTS = 160004
THREAD_ARCHIVED = 50083
NO_THREAD = frozenset({UNKNOWN_MESSAGE, 160006, 160007})
"""A message can't have a thread: it is deleted, or the server has as many open threads as Discord allows."""

CLOSED_THREAD = frozenset({THREAD_ARCHIVED, 160005})
"""A thread takes no messages: it is archived, or locked."""

BANNED_FOR = 60.0
"""Seconds to keep away after a refusal that names no time: too many requests in a row, answered before Discord."""

_GONE_PLACE = "The channel no longer exists, or Studyhall was removed from the server. Invite it again, then run `/group setup`."
_MAY_NOT_SEE = "Studyhall can't see this channel. Give it “View Channel” in the channel's permissions."
_MAY_NOT_POST = (
    "Studyhall can't post in this channel. Give it “View Channel”, “Send Messages”, “Attach Files”, “Read Message "
    "History”, “Create Public Threads” and “Send Messages in Threads” in the channel's permissions."
)

_NO_ACCESS = {
    UNKNOWN_CHANNEL: _GONE_PLACE,
    10004: _GONE_PLACE,
    50001: _MAY_NOT_SEE,
    50013: _MAY_NOT_POST,
    50008: "Studyhall cannot post in a channel of this kind. Choose a text channel.",
    50024: "Studyhall cannot post in a channel of this kind. Choose a text channel.",
    50083: "The thread is closed. Open it again, or turn threads off in `/group settings`.",
    160005: "The thread is locked. Unlock it, or turn threads off in `/group settings`.",
    160006: "This server has as many open threads as Discord allows. Close some of them.",
    200000: "This server's AutoMod blocked the message. Exempt Studyhall's role from the rule.",
    200001: "This server's AutoMod blocked the message. Exempt Studyhall's role from the rule.",
    240000: "This server's AutoMod blocked the message. Exempt Studyhall's role from the rule.",
}
_UNREACHABLE = frozenset({50007, 50033, 50278, 10013, 20026, 40003})
"""They take no private messages, share no server with us any more, or their account is gone; or the bot opens too many
private channels (40003, and 20026 where Discord has marked it for that): then it must not open one more."""

OPENS_TOO_MANY = frozenset({40003, 20026})
"""The bot opens private channels too fast, or is marked for it (JSON error codes): others are not to be opened either."""

_EDITED_TOO_OFTEN = 30046
"""A message older than an hour may be changed only so many times in a while; others may still be."""


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
        made = _of(error, unknown)
        if made is None:
            raise
        raise made from None
    except discord.LoginFailure:
        raise NotSentError("Discord no longer accepts the token") from None
    except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
        raise unknown(f"the connection failed: {type(error).__name__}") from None


def _of(error: discord.HTTPException, unknown: type[PlatformError]) -> PlatformError | None:
    made: PlatformError | None = None
    if error.status == 429:
        # discord.py waits Discord's own out itself: this one came from before it, and holds for everything.
        made = RateLimitedError(_asked_wait(error), everywhere=error.code != _EDITED_TOO_OFTEN)
    elif error.status >= 500:
        made = unknown(f"Discord answered {error.status}")
    elif error.code == UNKNOWN_MESSAGE:
        made = GoneError("the message was deleted")
    elif error.code in _UNREACHABLE:
        made = UnreachableError("This account doesn't accept private messages from Studyhall.")
    elif error.code in _NO_ACCESS:
        made = NoAccessError(_NO_ACCESS[error.code])
    elif error.status == 401:
        made = NotSentError("Discord no longer accepts the token")
    elif error.status in {403, 404}:
        made = NoAccessError(_MAY_NOT_POST if error.status == 403 else _GONE_PLACE)
    elif error.status >= 400:
        made = NotTakenError(f"Discord refuses it: {error.status}, {error.code}")
    return made


def _asked_wait(error: discord.HTTPException) -> float:
    try:
        return float(error.response.headers.get("Retry-After", ""))
    except ValueError:
        return BANNED_FOR
